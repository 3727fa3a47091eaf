"""Models of before neural networks, as ``ai.onnx.ml`` writes them."""

from typing import Any

from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.ir.text import count_of
from loaders.kinds import (
    KINDS,
    Call,
    Dialect,
    Field,
    LayerKind,
    Settings,
    no_cost,
    no_settings,
)
from loaders.kinds._arguments import whole, wholes
from loaders.kinds._steps import kept, passed_through, same_shape, unknown_shapes


def _ml(op: str) -> str:
    return f"onnx.ai.onnx.ml.{op}"


def _length(settings: Settings, *names: str) -> int:
    """Return the length of the first of several lists that is there."""
    lists = (settings.get(name) for name in names)
    return next((len(v) for v in lists if isinstance(v, (list, tuple)) and v), 0)


def _samples(call: Call) -> AxisStep:
    shape = call.shape()
    known = shape is not None and len(shape) > 1
    length: Dim = shape[0] if shape and known else (1 if shape is not None else None)
    return kept(Axis.BATCH, length, 0 if known else None)


# classifiers and regressors


def _classifier(settings: Settings, _version: int) -> Attributes:
    strings = _length(settings, "classlabels_strings")
    classes = strings or _length(
        settings, "classlabels_int64s", "classlabels_ints", "classlabels_int64"
    )
    return {
        "classes": classes or None,
        "labels": "string" if strings else "int64",
        "trees": _trees(settings),
        "weights": _length(settings, "coefficients"),
        "transform": str(settings.get("post_transform", "NONE")),
    }


def _trees(settings: Settings) -> int:
    ids = settings.get("nodes_treeids", settings.get("tree_roots"))
    return len(set(wholes(ids))) if isinstance(ids, (list, tuple)) else 0


def _classifier_shape(call: Call) -> list[OutputSteps | None]:
    """One label per sample, and one score per class."""
    batch = _samples(call)
    labels = OutputSteps(axes=(batch,), dtype=call.attributes["labels"])
    classes = call.attributes["classes"]
    if call.op == "SVMClassifier":
        classes = None  # two classes may have one score or one per pair
    scores = AxisStep(axis=Axis.FEATURE, result=classes, meaning="one score per class")
    return [labels, OutputSteps(axes=(batch, scores), dtype="float32")]


def _regressor(settings: Settings, _version: int) -> Attributes:
    targets = settings.get("n_targets", settings.get("targets", 1))
    return {
        "targets": whole(targets),
        "trees": _trees(settings),
        "weights": _length(settings, "coefficients"),
        "transform": str(settings.get("post_transform", "NONE")),
    }


def _regressor_shape(call: Call) -> list[OutputSteps | None]:
    targets = call.attributes["targets"]
    step = AxisStep(axis=Axis.FEATURE, result=targets, meaning="one per target")
    # TreeEnsemble gives what it takes; the older operations always float32.
    dtype = "" if call.op == "TreeEnsemble" else "float32"
    return [OutputSteps(axes=(_samples(call), step), dtype=dtype)]


def _model_fields(call: Call) -> list[Field]:
    attributes = call.attributes
    fields = []
    if attributes["trees"]:
        trees = count_of(attributes["trees"], "tree")
        meaning = "Each asks a few questions; their answers are added."
        fields.append(Field(name="trees", value=trees, meaning=meaning))
    if attributes["weights"]:
        weights = f"{attributes['weights']:,}"
        meaning = "Numbers that the features are multiplied by, kept as settings."
        fields.append(Field(name="coefficients", value=weights, meaning=meaning))
    if attributes.get("classes"):
        classes = str(attributes["classes"])
        meaning = "What a sample can be."
        fields.append(Field(name="classes", value=classes, meaning=meaning))
    return fields


KINDS.add(
    LayerKind(
        id="classic_classifier",
        title="Classic classifier",
        category=Category.OTHER,
        dialects={
            _ml(op): Dialect(translate=_classifier)
            for op in ("LinearClassifier", "SVMClassifier", "TreeEnsembleClassifier")
        },
        shape=_classifier_shape,
        fields=_model_fields,
    )
)
KINDS.add(
    LayerKind(
        id="classic_regressor",
        title="Classic regressor",
        category=Category.OTHER,
        dialects={
            _ml(op): Dialect(translate=_regressor)
            for op in (
                "LinearRegressor",
                "SVMRegressor",
                "TreeEnsembleRegressor",
                "TreeEnsemble",
            )
        },
        shape=_regressor_shape,
        fields=_model_fields,
    )
)


# features


def _float(call: Call) -> list[OutputSteps | None]:
    return [passed_through(call, dtype="float32")]


KINDS.add(
    LayerKind(
        id="feature_scaling",
        title="Scaling of features",
        category=Category.TENSOR,
        dialects={
            _ml(op): Dialect(translate=no_settings) for op in ("Normalizer", "Scaler")
        },
        shape=_float,
        multiply_adds=no_cost,
    )
)
KINDS.add(
    LayerKind(
        id="feature_cleaning",
        title="Features in place",
        category=Category.TENSOR,
        dialects={
            _ml(op): Dialect(translate=no_settings) for op in ("Binarizer", "Imputer")
        },
        shape=same_shape,
        multiply_adds=no_cost,
    )
)


def _labels(settings: Settings, _version: int) -> Attributes:
    """Return the type of what comes out, if the file's lists tell."""
    for name, dtype in (
        ("values_strings", "string"),
        ("values_int64s", "int64"),
        ("values_floats", "float32"),
    ):
        if settings.get(name):
            return {"dtype": dtype}
    return {"dtype": ""}


def _labels_shape(call: Call) -> list[OutputSteps | None]:
    return [passed_through(call, dtype=call.attributes["dtype"])]


KINDS.add(
    LayerKind(
        id="label_encoder",
        title="Labels as codes",
        category=Category.TENSOR,
        dialects={
            _ml(op): Dialect(translate=_labels)
            for op in ("LabelEncoder", "CategoryMapper")
        },
        shape=_labels_shape,
        multiply_adds=no_cost,
    )
)


def _one_hot(settings: Settings, _version: int) -> Attributes:
    return {"categories": _length(settings, "cats_int64s", "cats_strings") or None}


def _one_hot_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    pairs = zip(call.axes(), shape, strict=True)
    steps = [kept(axis, n, at) for at, (axis, n) in enumerate(pairs)]
    categories = call.attributes["categories"]
    words = "one place per category"
    new = AxisStep(axis=Axis.OTHER, result=categories, meaning=words)
    return [OutputSteps(axes=(*steps, new), dtype="float32")]


KINDS.add(
    LayerKind(
        id="feature_one_hot",
        title="One-hot",
        category=Category.TENSOR,
        dialects={_ml("OneHotEncoder"): Dialect(translate=_one_hot)},
        shape=_one_hot_shape,
        multiply_adds=no_cost,
    )
)


def _vector(settings: Settings, _version: int) -> Attributes:
    sizes = settings.get("inputdimensions")
    return {"size": sum(wholes(sizes)) if sizes else None}


def _vector_shape(call: Call) -> list[OutputSteps | None]:
    size = call.attributes["size"]
    words = f"{len(call.inputs)} inputs side by side"
    step = AxisStep(axis=Axis.FEATURE, result=size, meaning=words)
    return [OutputSteps(axes=(_samples(call), step), dtype="float32")]


KINDS.add(
    LayerKind(
        id="feature_vector",
        title="Features side by side",
        category=Category.TENSOR,
        dialects={_ml("FeatureVectorizer"): Dialect(translate=_vector)},
        shape=_vector_shape,
        multiply_adds=no_cost,
    )
)


# maps, dictionaries: not tensors, or of a length that only a run tells


def _map_fields(call: Call) -> list[Field]:
    words: dict[str, Any] = {
        "ZipMap": "Each row becomes a dictionary: label to score.",
        "CastMap": "Dictionaries become rows.",
        "DictVectorizer": "Dictionaries become rows, one place per key.",
        "ArrayFeatureExtractor": "Columns are picked by their index.",
    }
    return [Field(name="operation", value=call.op, meaning=words.get(call.op, ""))]


KINDS.add(
    LayerKind(
        id="feature_map",
        title="Dictionaries and rows",
        category=Category.TENSOR,
        dialects={
            _ml(op): Dialect(translate=no_settings)
            for op in ("ZipMap", "CastMap", "DictVectorizer", "ArrayFeatureExtractor")
        },
        shape=unknown_shapes,
        multiply_adds=no_cost,
        fields=_map_fields,
    )
)
