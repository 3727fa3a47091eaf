"""Saying what a text file is that is not a model: a web page, a notebook, JSON."""

import re
from typing import Any

from loaders.formats import Source
from loaders.formats._json import read_json
from loaders.ir.errors import CorruptFileError, InspectorError, UnreadableFileError
from loaders.ir.text import count_of, shown

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_TITLE = re.compile(rb"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
_JSON = re.compile(rb"""\{\s*(["}]|$)|\[\s*([\[{"\d\]-]|$)""")
_SAVE = "Save the model itself: model.save('model.keras')."
_OPEN = "Open a model file instead."


def what_text(source: Source) -> InspectorError | None:
    """Return what a text file is; ``None`` if the file is no text."""
    head = source.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    lower = head[:1024].lower()
    if lower.startswith((b"<!doctype html", b"<html")) or b"<html" in lower:
        return _page(source)
    if _JSON.match(head):
        return _json(source)
    if head.startswith(_UTF16) or _looks_utf16(source.head):
        return UnreadableFileError(
            source.path,
            "text in UTF-16, not a model",
            "JSON of a model is UTF-8 text.",
            "Save it as UTF-8 and open it again.",
        )
    if not _is_text(source):
        return None
    if head.startswith(b"<"):
        return _xml(source, head)
    return _plain(source, head)


def _looks_utf16(head: bytes) -> bool:
    start = head[:64]
    return (
        len(start) >= 16
        and (
            all(byte == 0 for byte in start[1::2])
            or all(byte == 0 for byte in start[::2])
        )
        and any(start)
    )


def _is_text(source: Source) -> bool:
    head = source.head
    try:
        text = head.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # a letter may be cut at the end of the head
            return False
        text = head[: error.start].decode("utf-8")
    return not any(ord(letter) < 32 and letter not in "\t\n\r\f\b" for letter in text)


def _page(source: Source) -> InspectorError:
    found = _TITLE.search(source.head)
    title = shown(found[1].decode("utf-8", "replace").strip(), 80) if found else ""
    return UnreadableFileError(
        source.path,
        "a web page (HTML), not a model",
        f"Its title is “{title}”." if title else "",
        "The download link probably led to a page; download the file itself.",
    )


def _xml(source: Source, head: bytes) -> InspectorError:
    if b"<net " in head:
        what = "an OpenVINO description (XML)"
        advice = "Open the model that it was converted from."
    elif b"<PMML" in head:
        what, advice = "a PMML description", _OPEN
    else:
        what, advice = "an XML file, not a model", _OPEN
    return UnreadableFileError(source.path, what, "", advice)


_BEGINNINGS = (
    (b"7767517", "a description of an ncnn network", "Open the original model."),
    (b"ir_version:", "an ONNX model as text", "Save it as .onnx."),
    (b"node {", "a TensorFlow graph as text (pbtxt)", "Open the SavedModel."),
    (b"model_checkpoint_path:", "the list of TensorFlow checkpoints", _SAVE),
    (b"class_name:", "a Keras description in YAML", "Save it with model.to_json()."),
    (b"[net", "a Darknet description", "Convert it to ONNX."),
    (b"name:", "a description as text, perhaps of Caffe", "Convert it to ONNX."),
    (b"layer {", "a description of a Caffe network", "Convert it to ONNX."),
)


def _plain(source: Source, head: bytes) -> InspectorError:
    for beginning, what, advice in _BEGINNINGS:
        if head.startswith(beginning):
            return UnreadableFileError(source.path, what, "", advice)
    if source.path.suffix == ".py" or head.startswith((b"import ", b"from ")):
        return UnreadableFileError(source.path, "Python source code", "", _SAVE)
    first = shown(head.split(b"\n")[0].decode("utf-8", "replace").strip(), 60)
    is_table = source.path.suffix.lower() in (".csv", ".tsv")
    return UnreadableFileError(
        source.path,
        "a table of values as text, not a model"
        if is_table
        else "a text file, not a model",
        f"It starts with “{first}”.",
        _OPEN,
    )


def _json(source: Source) -> InspectorError | None:
    if source.size > source.limits.text_bytes:
        what = "a very large JSON file, not a model"
        return UnreadableFileError(source.path, what, f"It has {source.size:,} bytes.")
    data = source.real.read_bytes()
    try:
        found = read_json(data, "its text", source.path, source.limits)
    except CorruptFileError as error:
        if not _is_text(source):
            return None  # a brace before binary data says nothing
        error.why = f"It starts as JSON, but {error.why}"
        return error
    except InspectorError as error:
        return error
    return _what_json(source, found)


def _what_json(source: Source, found: Any) -> InspectorError:
    match found:
        case {"nbformat": _, "cells": list() as cells}:
            return UnreadableFileError(
                source.path,
                "a Jupyter notebook, not a model",
                f"It has {count_of(len(cells), 'cell')}.",
                f"Run it. {_SAVE}",
            )
        case {"modelTopology": _} | {"weightsManifest": _}:
            return UnreadableFileError(
                source.path,
                "a TensorFlow.js model",
                "Its weights lie in files outside of it, which are not looked for.",
                "Open the Keras model that it was converted from.",
            )
        case {"architectures": _} | {"model_type": _}:
            what = "the settings of a Hugging Face model, not the model itself"
            return UnreadableFileError(source.path, what, _keys(found), _OPEN)
        case {"weight_map": _}:
            what = "the list of the parts of a model's weights, not the model itself"
            return UnreadableFileError(source.path, what, _keys(found), _OPEN)
        case {"learner": _}:
            return UnreadableFileError(source.path, "an XGBoost model", "", _OPEN)
        case {"nodes": _, "arg_nodes": _}:
            return UnreadableFileError(source.path, "an MXNet model", "", _OPEN)
        case dict():
            return UnreadableFileError(
                source.path,
                "a JSON file, but not a model",
                f"{_keys(found)} A Keras model has class_name and config.",
                _OPEN,
            )
    return UnreadableFileError(
        source.path,
        "a JSON file, but not a model",
        "It holds a list or one value; a Keras model has class_name and config.",
        _OPEN,
    )


def _keys(found: dict[str, Any]) -> str:
    if not found:
        return "It holds nothing."
    names = ", ".join(shown(key, 40) for key in list(found)[:6])
    more = " …" if len(found) > 6 else ""
    return f"It has the keys {names}{more}."
