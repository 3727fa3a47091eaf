"""TensorFlow SavedModel folders, of TF 1.0 to 2.x.

The Keras layers where the folder tells them (``keras_metadata.pb`` or the object
graph), else the serving signature's operations. Opening ``saved_model.pb`` opens its
folder. Nothing of TensorFlow is needed and nothing is run.
"""

import os
from pathlib import Path

from loaders.formats import FORMATS, Format, Progress, Source, open_source
from loaders.formats._open_file import OpenFile
from loaders.formats._protobuf import Buffer, WireError
from loaders.formats._tf_constants import read_tensor
from loaders.formats._tf_keras import read_keras
from loaders.formats._tf_messages import MetaGraph, Signature
from loaders.formats._tf_meta_graph import meta_graphs
from loaders.formats._tf_operations import Operations
from loaders.formats._tf_variables import Variables
from loaders.ir.builder import ModelBuilder
from loaders.ir.errors import CorruptFileError, UnsafeFileError
from loaders.ir.graph import Model, Structure
from loaders.ir.text import count_of, shape_text, shown

FILE_NAME = "saved_model.pb"

_META_GRAPH_KEYS = frozenset(number << 3 | 2 for number in range(1, 8))

# Operations that reach outside the model when they run.
_OUTSIDE = frozenset(
    {
        *("ReadFile", "WriteFile", "MatchingFiles", "PyFunc", "PyFuncStateless"),
        *("EagerPyFunc", "PrintV2", "TextLineReader", "TextLineReaderV2"),
        *("WholeFileReader", "WholeFileReaderV2", "FixedLengthRecordReaderV2"),
        *("TFRecordReader", "TFRecordReaderV2", "LMDBReader", "TextLineDataset"),
        *("TFRecordDataset", "FixedLengthRecordDataset", "RpcCall", "RpcClient"),
        *("DebugIdentity", "DebugIdentityV2", "WriteImageSummary"),
    }
)


def recognises(source: Source) -> bool:
    """Whether it is a folder with a ``saved_model.pb``, or such a file."""
    if source.is_folder:
        return os.path.lexists(source.path / FILE_NAME)
    return _looks_right(source.head)


def _looks_right(head: bytes) -> bool:
    """Whether bytes start as a SavedModel message: version 1, then a MetaGraphDef.

    ONNX starts with a version too, but has text (the producer) where a SavedModel has
    its graph, which starts with the key of a message.
    """
    try:
        first = head[:2] == b"\x08\x01" and head[2:3] == b"\x12"
        if not first:
            return False
        size = shift = 0
        at = 3
        while head[at] & 0x80:
            size |= (head[at] & 0x7F) << shift
            at, shift = at + 1, shift + 7
        size |= head[at] << shift
        return head[at + 1] in _META_GRAPH_KEYS and size > 16
    except IndexError:
        return False


def read(source: Source, progress: Progress) -> Model:
    """Read a SavedModel folder, or the folder around a ``saved_model.pb``."""
    folder = source.path if source.is_folder else source.path.parent
    proto = _part(folder) if source.is_folder else source
    progress("Reading the graph", 0, 0)
    try:
        with OpenFile(proto) as opened:
            data = opened.contents()
            return _model(source, folder, proto, data, progress)
    except WireError as error:
        raise CorruptFileError(
            proto.path, f"It is a TensorFlow SavedModel, but {error}."
        ) from None


def _part(folder: Path) -> Source:
    """Look at the folder's ``saved_model.pb``, which must really lie in it.

    Raises:
        UnsafeFileError: it is a link out of the folder, or has a second name.
    """
    path = folder / FILE_NAME
    real = Path(os.path.realpath(path))
    inside = real.is_relative_to(os.path.realpath(folder))
    if not inside or (real.exists() and real.stat().st_nlink > 1):
        raise UnsafeFileError(
            folder,
            f"Its {FILE_NAME} is a link to a file outside the folder, or has a second "
            "name elsewhere.",
            "If you trust it, open that file itself, or copy it into the folder.",
        )
    return open_source(path)


def _model(
    source: Source, folder: Path, proto: Source, data: Buffer, progress: Progress
) -> Model:
    graphs = list(meta_graphs(data, source.limits))
    if not graphs:
        raise CorruptFileError(proto.path, "It is a SavedModel without any graph.")
    meta = _served(graphs)
    builder = ModelBuilder(source.path, "TensorFlow SavedModel")
    builder.producer = f"TensorFlow {meta.version}".strip()
    variables = Variables(builder, folder, proto, meta)
    _facts(builder, meta, graphs)
    _warn(builder, meta)
    keras = read_keras(builder, folder, meta, variables, source.limits, progress)
    if keras is not None:
        return keras
    progress("Building the graph", 0, 0)
    signature = _main_signature(meta)
    if signature is None:
        return _variables_only(builder, variables)
    builder.fact("Signatures", "Shown", signature.name)
    operations = Operations(
        builder, data, meta, variables.parameter, variables.constant, source.limits
    )
    operations.build(signature)
    variables.list_unused("Variables that this signature does not use")
    return builder.freeze()


def _served(graphs: list[MetaGraph]) -> MetaGraph:
    for meta in graphs:
        if "serve" in meta.tags:
            return meta
    return graphs[0]


def _main_signature(meta: MetaGraph) -> Signature | None:
    """Return the signature that a server would call, else the first that computes."""
    useful = [
        one for one in meta.signatures if one.outputs and one.outputs[0].reference
    ]
    useful = [one for one in useful if not one.name.startswith("__")]
    useful.sort(key=lambda one: (one.name != "serving_default", one.name))
    return useful[0] if useful else None


def _facts(builder: ModelBuilder, meta: MetaGraph, graphs: list[MetaGraph]) -> None:
    builder.fact("Model", "TensorFlow version", meta.version)
    builder.fact("Model", "Tags", ", ".join(meta.tags))
    if len(graphs) > 1:
        others = "; ".join(", ".join(one.tags) for one in graphs if one is not meta)
        builder.fact("Model", "Other graphs", others)
    for one in sorted(meta.signatures, key=lambda one: one.name):
        ends = [
            ", ".join(f"{shown(end.name, 60)}: {shape_text(end.shape)}" for end in side)
            for side in (one.inputs, one.outputs)
        ]
        builder.fact("Signatures", one.name, f"{ends[0] or 'nothing'} → {ends[1]}")
    total = meta.census.total()
    builder.fact("Model", "Operations", f"{total:,} of {len(meta.census)} kinds")
    builder.fact("Model", "Functions", len(meta.functions) or "")


def _warn(builder: ModelBuilder, meta: MetaGraph) -> None:
    outside = {op: n for op, n in sorted(meta.census.items()) if op in _OUTSIDE}
    if outside:
        named = ", ".join(f"{op} × {count}" for op, count in outside.items())
        builder.note(
            f"{count_of(sum(outside.values()), 'operation')} would reach outside the "
            f"model when run, reading or writing files or calling code: {named}. "
            "Nothing was run."
        )


def _variables_only(builder: ModelBuilder, variables: Variables) -> Model:
    builder.structure = Structure.TENSORS
    builder.note("It has no signature to draw: only its variables are listed.")
    builder.graph()
    variables.list_unused("Variables")
    return builder.freeze()


FORMATS.add(
    Format(
        id="saved_model",
        title="TensorFlow SavedModel folder",
        recognises=recognises,
        read=read,
        read_tensor=read_tensor,
    )
)
