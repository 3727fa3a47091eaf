"""What the model panel says about an ONNX file, and notes about its odd statements."""

from loaders.formats._onnx_external import ExternalFiles
from loaders.formats._onnx_functions import all_nodes
from loaders.formats._onnx_problems import Problems
from loaders.formats._onnx_records import GraphRecord, ModelRecord
from loaders.formats._onnx_wire import Texts
from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Severity
from loaders.ir.text import count_of, shown

_NEWEST_IR, _NEWEST_OPSET = 14, 28
"""Of onnx 1.23; newer ones are likely to be right, absurd ones are not."""
_ABSURD = 1000
_SHOWN_METADATA = 200
SECTION = "Model"


def add_facts(
    builder: ModelBuilder, model: ModelRecord, graph: GraphRecord, files: ExternalFiles
) -> None:
    """Add the rows of the model panel, and the producer."""
    producer = f"{model.producer} {model.producer_version}".strip()
    builder.producer = shown(producer)
    if model.ir_version is not None:
        builder.fact(SECTION, "IR version", model.ir_version)
    for domain, version in model.opsets:
        builder.fact(SECTION, "Opset", f"{domain or 'ai.onnx'} {version}")
    builder.fact(SECTION, "Producer", producer)
    builder.fact(SECTION, "Domain", model.domain)
    if model.model_version:
        builder.fact(SECTION, "Model version", model.model_version)
    builder.fact(SECTION, "Graph", graph.name)
    builder.fact(SECTION, "Description", model.doc)
    builder.fact(SECTION, "Graph description", graph.doc)
    if model.functions:
        names = ", ".join(function.name for function in model.functions[:20])
        more = ", …" if len(model.functions) > 20 else ""
        builder.fact(SECTION, "Functions", f"{len(model.functions)}: {names}{more}")
    if model.training_graphs:
        builder.fact(SECTION, "Training graphs", model.training_graphs)
        builder.note(
            f"{count_of(model.training_graphs, 'graph')} for training are not shown.",
            severity=Severity.INFO,
        )
    for text in files.used():
        builder.fact(SECTION, "External data", text)
    for key, value in (*model.metadata, *graph.metadata)[:_SHOWN_METADATA]:
        builder.fact("Metadata", key, value)


def note_versions(model: ModelRecord, problems: Problems, texts: Texts) -> None:
    """Note statements of the file that cannot be meant, or that ask for something."""
    version = model.ir_version
    if version is None:
        problems.add("version", "The file states no IR version.")
    elif not 0 < version < _ABSURD:
        problems.add("version", f"The IR version {version:,} does not exist.")
    elif version > _NEWEST_IR:
        problems.add(
            "version",
            f"The IR version {version} is newer than {_NEWEST_IR}, the newest that "
            "this program knows.",
            severity=Severity.INFO,
        )
    if not model.opsets and not (version is not None and 0 < version < 3):
        problems.add("opset", "The file states no opset; version 1 is assumed.")
    _note_opsets(model, problems)
    _note_texts(problems, texts)
    for key, _ in model.metadata:
        if key == "ort_config":
            problems.add(
                "metadata",
                "The metadata has settings for ONNX Runtime (ort_config), which may "
                "name files to write; they are not followed.",
            )
    _note_caches(model, problems)


def _note_opsets(model: ModelRecord, problems: Problems) -> None:
    seen: dict[str, int] = {}
    for domain, version in model.opsets:
        name = shown(domain or "ai.onnx", 60)
        if not 0 < version < _ABSURD:
            problems.add("opset", f"The opset version {version:,} of {name} is absurd.")
        if domain in seen and seen[domain] != version:
            problems.add(
                "opset",
                f"The opset of {name} is stated twice, as {seen[domain]:,} and "
                f"{version:,}; the first one is used.",
            )
        seen.setdefault(domain, version)
        if not domain and _NEWEST_OPSET < version < _ABSURD:
            problems.add(
                "opset",
                f"The opset {version} is newer than {_NEWEST_OPSET}, the newest that "
                "this program knows.",
                severity=Severity.INFO,
            )


def _note_texts(problems: Problems, texts: Texts) -> None:
    if texts.broken:
        problems.add(
            "text",
            f"{count_of(texts.broken, 'name or text', 'names or texts')} are not "
            "UTF-8 text; what cannot be read is marked.",
        )
    if texts.cut:
        problems.add(
            "text",
            f"{count_of(texts.cut, 'name or text', 'names or texts')} are longer than "
            f"{texts.longest:,} bytes and were cut.",
        )


def _note_caches(model: ModelRecord, problems: Problems) -> None:
    if model.graph is None:
        return
    for node in all_nodes(model.graph.nodes):
        if node.op == "EPContext" and node.domain == "com.microsoft":
            place = node.attributes.get("ep_cache_context")
            embedded = node.attributes.get("embed_mode", 1)
            if isinstance(place, bytes) and embedded == 0:
                text = shown(place.decode("utf-8", "replace"), 80)
                problems.add(
                    "cache",
                    f"The EPContext node {shown(node.name, 60)} asks for the compiled "
                    f"model {text}, perhaps outside this folder; it is not opened.",
                )
