"""Saying what a file is that no format recognises: one sentence, with advice.

Looks at the first bytes, at the directory of an archive, at the names in a folder; runs
and unpacks nothing.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass

from loaders.formats import FORMATS, Source
from loaders.formats._foreign_archives import what_folder, what_tar, what_zip
from loaders.formats._foreign_samples import what_sample
from loaders.formats._foreign_text import what_text
from loaders.formats._protobuf import LENGTH, VARINT, Span, WireError, fields
from loaders.formats._zip import looks_like_zip
from loaders.ir.errors import CorruptFileError, InspectorError, UnreadableFileError
from loaders.ir.text import count_of, file_size, shown

TORCH = (
    "Export the model to ONNX in the program that made it: "
    "torch.onnx.export(model, example_input, 'model.onnx')."
)
ORIGINAL = "Open the model that it was made from (.keras, .h5, SavedModel or .onnx)."
UNPACK = "Unpack it and open the model inside."
NO_MODEL = "Open a model file instead."


def foreign_file(source: Source) -> InspectorError:
    """Return the error that says what a file is; the caller raises it.

    Args:
        source: A file or folder that no format recognised.
    """
    if source.is_folder:
        return what_folder(source)
    if not source.head:
        return UnreadableFileError(
            source.path,
            "empty",
            "It has 0 bytes.",
            "Perhaps a download or a copy stopped; get the file again.",
        )
    for look in _LOOKS:
        found = look(source)
        if found is not None:
            return found
    return _unknown(source)


def _lfs(source: Source) -> InspectorError | None:
    if not source.head.startswith(b"version https://git-lfs"):
        return None
    rows = dict(
        line.split(" ", 1)
        for line in source.head.decode("utf-8", "replace").splitlines()
        if " " in line
    )
    size = rows.get("size", "")
    real = f" ({file_size(int(size))})" if _is_size(size) else ""
    oid = shown(rows.get("oid", ""), 24)
    return UnreadableFileError(
        source.path,
        f"a Git LFS pointer, not the model itself{real}",
        f"It is a note of {source.size:,} bytes that names the content ({oid}).",
        "Run “git lfs pull” in the repository, or download the file itself.",
    )


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


def _zip(source: Source) -> InspectorError | None:
    return what_zip(source) if looks_like_zip(source.head) else None


def _tar(source: Source) -> InspectorError | None:
    return what_tar(source) if source.head[257:262] == b"ustar" else None


@dataclass(frozen=True, slots=True)
class _Magic:
    """What a file is that has certain bytes at a certain place."""

    bytes: bytes
    is_what: str
    advice: str = NO_MODEL
    at: int = 0


_COMPRESSED = "compressed with {}, so what is inside cannot be seen"
_MAGICS = (
    _Magic(b"TFL3", "a TensorFlow Lite model", ORIGINAL, 4),
    _Magic(
        b"ORTM",
        "an ONNX Runtime model in ORT format (flatbuffer)",
        "Open the .onnx file that it was converted from.",
        4,
    ),
    _Magic(b"ET1", "an ExecuTorch program", TORCH, 4),
    _Magic(b"GGUF", "a GGUF file with weights of a language model", ORIGINAL),
    _Magic(b"lmgg", "a GGML file with weights of a language model", ORIGINAL),
    _Magic(b"tjgg", "a GGML file with weights of a language model", ORIGINAL),
    _Magic(b"ptrt", "a TensorRT engine", ORIGINAL),
    _Magic(b"ftrt", "a TensorRT engine", ORIGINAL),
    _Magic(b"\x1f\x8b", _COMPRESSED.format("gzip"), UNPACK),
    _Magic(b"BZh", _COMPRESSED.format("bzip2"), UNPACK),
    _Magic(b"\xfd7zXZ\0", _COMPRESSED.format("xz"), UNPACK),
    _Magic(b"\x28\xb5\x2f\xfd", _COMPRESSED.format("zstd"), UNPACK),
    _Magic(b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    _Magic(b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    _Magic(b"\x89PNG\r\n", "a picture (PNG)"),
    _Magic(b"\xff\xd8\xff", "a picture (JPEG)"),
    _Magic(b"GIF8", "a picture (GIF)"),
    _Magic(b"%PDF", "a PDF document"),
    _Magic(b"\x7fELF", "a program or library (ELF)"),
    _Magic(b"MZ", "a Windows program or library"),
    _Magic(b"\xcf\xfa\xed\xfe", "a macOS program or library"),
    _Magic(b"\xca\xfe\xba\xbe", "a Java class or macOS program"),
    _Magic(b"SQLite format 3\0", "an SQLite database"),
    _Magic(b"MATLAB 5.0", "a MATLAB data file"),
    _Magic(b"PAR1", "a Parquet table"),
    _Magic(b"ARROW1", "an Arrow table"),
    _Magic(b"RDX", "an R data file"),
)


def _magic(source: Source) -> InspectorError | None:
    for magic in _MAGICS:
        if source.head.startswith(magic.bytes, magic.at):
            why = f"It has {count_of(source.size, 'byte')}."
            return UnreadableFileError(source.path, magic.is_what, why, magic.advice)
    return None


_TORCH_LEGACY = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
"""The long integer that torch.save wrote first before version 1.6."""


def _pickle(source: Source) -> InspectorError | None:
    head = source.head
    modern = head[:1] == b"\x80" and 2 <= head[1] <= 5 if len(head) > 1 else False
    ancient = head.startswith((b"(dp", b"(lp", b"(i", b"ccopy_reg\n", b"c__"))
    if not modern and not ancient:
        return None
    never = "A pickle runs code when it is loaded, so it is never opened here."
    if head[2:].startswith(_TORCH_LEGACY):
        is_what, advice = "an old PyTorch file (a Python pickle)", TORCH
    elif b"torch" in head:
        is_what, advice = "a PyTorch file (a Python pickle)", TORCH
    elif b"sklearn" in head:
        is_what = "a scikit-learn model (a Python pickle), not a neural network file"
        advice = "Export it to ONNX with skl2onnx."
    elif b"keras" in head:
        is_what = "a Python pickle of a Keras object, not a Keras file such as HDF5"
        advice = "Load it where it was made and save it with model.save('m.keras')."
    else:
        is_what = "a Python pickle, not a model file such as HDF5 or ONNX"
        advice = "Save the model itself: model.save('model.keras')."
    return UnreadableFileError(source.path, is_what, never, advice)


def _safetensors(source: Source) -> InspectorError | None:
    if len(source.head) < 10 or source.head[8:9] != b"{":
        return None
    (length,) = struct.unpack_from("<Q", source.head)
    if not 2 <= length <= 100_000_000:
        return None
    if length + 8 > source.size:
        if b'"dtype"' not in source.head:
            return None
        return CorruptFileError(
            source.path,
            f"It is a safetensors file cut short: its list of arrays has {length:,} "
            f"bytes, the whole file {source.size:,}.",
        )
    arrays = _count_arrays(source, length)
    return UnreadableFileError(
        source.path,
        "a safetensors file: weights without a description of the layers",
        f"It holds {count_of(arrays, 'array')}." if arrays is not None else "",
        TORCH,
    )


def _count_arrays(source: Source, length: int) -> int | None:
    if length > len(source.head) - 8:
        return None
    try:
        found = json.loads(source.head[8 : 8 + length])
    except (ValueError, RecursionError):
        return None
    return len(found) - ("__metadata__" in found) if isinstance(found, dict) else None


def _protobuf(source: Source) -> InspectorError | None:
    """Tell a frozen graph, a checkpoint, CoreML and ONNX test data by their fields."""
    shape = _first_fields(source)
    if shape is None:
        return None
    if shape[0] == (1, LENGTH) and _is_node(source):
        return UnreadableFileError(
            source.path,
            "a frozen TensorFlow graph (GraphDef), which has no layers",
            "Its weights were turned into constants of the operations.",
            "Open the SavedModel or Keras file that it was frozen from.",
        )
    tensor = {(1, VARINT), (1, LENGTH), (2, VARINT)}
    if shape[0] in tensor and {(8, LENGTH), (9, LENGTH), (4, LENGTH)} & set(shape):
        return UnreadableFileError(
            source.path,
            "one ONNX array, such as a test input, not a model",
            "",
            "Open the .onnx file that it belongs to.",
        )
    return None


def _first_fields(source: Source) -> list[tuple[int, int]] | None:
    """Return number and wire type of the first fields, if the head is protobuf."""
    found: list[tuple[int, int]] = []
    try:
        for number, wire, _ in fields(source.head, Span(0, len(source.head))):
            if number > 1000:
                return None
            found.append((number, wire))
            if len(found) == 64:
                break
    except WireError:
        # The head ends inside of a field; a whole file must not.
        if source.size <= len(source.head):
            return None
        field = source.head[_end_of(source.head) :][:1]
        if field:
            found.append((field[0] >> 3, field[0] & 7))
    return found or None


def _end_of(head: bytes) -> int:
    """Return where the last whole field of the head ends."""
    end = 0
    try:
        for _, wire, value in fields(head, Span(0, len(head))):
            end = value.stop if wire == LENGTH and isinstance(value, Span) else end + 2
    except WireError:
        return min(end, len(head))
    return end


def _is_node(source: Source) -> bool:
    """Whether the first field looks like ``NodeDef``: a name, then an operation."""
    try:
        _, _, node = next(fields(source.head, Span(0, len(source.head))))
        if not isinstance(node, Span):
            return False
        inside = list(fields(source.head, node))
    except (WireError, StopIteration):
        return False
    if len(inside) < 2 or [field[:2] for field in inside[:2]] != [
        (1, LENGTH),
        (2, LENGTH),
    ]:
        return False
    operation = inside[1][2]
    assert isinstance(operation, Span)
    word = source.head[operation.start : operation.stop]
    return word.isascii() and word[:1].isalpha() and word.isalnum()


def _checkpoint(source: Source) -> InspectorError | None:
    name = source.path.name
    if ".data-0000" not in name and not name.endswith((".index", ".ckpt")):
        return None
    if name.endswith(".index"):
        with source.real.open("rb") as stream:
            stream.seek(max(0, source.size - 8))
            if stream.read(8) != b"\x57\xfb\x80\x8b\x24\x75\x47\xdb":
                return None
    return UnreadableFileError(
        source.path,
        "a part of a TensorFlow checkpoint: weights without a description",
        "",
        "Open the SavedModel folder, or save the model with model.save('m.keras').",
    )


def _unknown(source: Source) -> InspectorError:
    known = ", ".join(format.title for format in FORMATS)
    first = source.head[:8].hex(" ")
    return UnreadableFileError(
        source.path,
        "not a model that this program can read",
        f"It has {count_of(source.size, 'byte')} and starts with {first}.",
        f"Readable are: {known}.",
    )


_LOOKS: tuple[Callable[[Source], InspectorError | None], ...] = (
    _lfs,
    _zip,
    _tar,
    _pickle,
    what_sample,
    _magic,
    _safetensors,
    _checkpoint,
    what_text,
    _protobuf,
)
"""In this order; the first that knows the file speaks."""
