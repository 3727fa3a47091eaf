"""Shapes by ONNX's own inference, run where it can neither hang nor kill us.

The compiled part of the ``onnx`` package is enough and loads in 3 ms; the package
itself takes 100 ms. On POSIX it runs in a forked child with a time limit, while the
parent goes on building the graph; elsewhere it runs here, and the reader process as a
whole is what can be killed.
"""

import math
import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TypeAlias

import msgspec

from loaders.formats._onnx_records import GraphRecord, TypeRecord
from loaders.formats._onnx_wire import Skimmer
from loaders.formats._protobuf import WireError
from loaders.ir.graph import Dim, Shape
from loaders.limits import LIMITS, Limits

Body: TypeAlias = tuple[str, ...]
"""Where a graph lies: first output and attribute of each node around it, in turn."""
Infer: TypeAlias = Callable[[bytes], bytes]
Types: TypeAlias = dict[Body, dict[str, TypeRecord]]
"""The types of the values of each graph, by the file's names."""

_INVENTED = re.compile(r"^unk__\d+$")
_MEMORY_BYTES = 2 << 30
WHOLE = b"\xc1"
"""Ends what the child sends; MessagePack never uses this byte as a first one."""
GAVE_UP = "ONNX's shape inference gave up"
NONSENSE = "ONNX's shape inference returned nonsense"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[tuple[Body, dict[str, TypeRecord]], ...]).decode


class Inference:
    """One run of shape inference; started at once, waited for at the first question.

    Attributes:
        problem: Why there are no results; empty if there are. Known after ``wait``.
    """

    def __init__(
        self,
        stripped: bytes,
        named: frozenset[str],
        limits: Limits,
        *,
        has_bodies: bool = True,
    ) -> None:
        self._named, self._has_bodies = named, has_bodies
        self._deadline = time.monotonic() + limits.inference_seconds
        self._seconds = limits.inference_seconds
        self._types: Types | None = None
        self.problem = ""
        self._child = self._pipe = -1
        if hasattr(os, "fork"):
            self._fork(stripped)
        else:
            self._types = self._read(_inferred(stripped))

    def types(self, body: Body = ()) -> dict[str, TypeRecord]:
        """Return what was found for one graph, by the file's names."""
        return self._wait().get(body, {})

    def _fork(self, stripped: bytes) -> None:
        self._pipe, end = os.pipe()
        try:
            self._child = os.fork()
        except OSError:
            os.close(end)
            os.close(self._pipe)
            self._pipe = -1
            return
        if self._child == 0:
            os.close(self._pipe)
            self._run_child(stripped, end)
        os.close(end)

    def _run_child(self, stripped: bytes, pipe: int) -> None:
        """Infer, read the result, send what it says; end without cleaning up."""
        try:
            _limit(math.ceil(self._seconds) + 1)
            types = self._read(_inferred(stripped))
            if not self.problem:
                view = memoryview(_encode(tuple(types.items())) + WHOLE)
            else:
                view = memoryview(self.problem.encode())
            while view:
                view = view[os.write(pipe, view) :]
        finally:
            os._exit(0)

    def close(self) -> None:
        """End the child if it still runs."""
        if self._child > 0:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            self._child = -1
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1

    def _wait(self) -> Types:
        if self._types is None:
            received = self._receive() if self._pipe >= 0 else b""
            self.close()
            self._types = self._decoded(received)
        return self._types

    def _decoded(self, received: bytes) -> Types:
        """Return what the child sent; a crash must not look like less of it."""
        if received.endswith(WHOLE):
            return dict(_decode(received[: -len(WHOLE)]))
        # What was found is gone; the child's own sentence is short and plain.
        sentence = received.decode("ascii", "replace")
        said = sentence if sentence in (GAVE_UP, NONSENSE) else GAVE_UP
        self.problem = self.problem or said
        return {}

    def _receive(self) -> bytes:
        parts: list[bytes] = []
        while True:
            left = self._deadline - time.monotonic()
            if left <= 0 or not select.select([self._pipe], [], [], left)[0]:
                self.problem = (
                    f"ONNX's shape inference took longer than {self._seconds:g} s"
                )
                return b""
            part = os.read(self._pipe, 1 << 20)
            if not part:
                break
            parts.append(part)
        return b"".join(parts)

    def _read(self, result: bytes | None) -> Types:
        if result is None:
            self.problem = self.problem or GAVE_UP
            return {}
        try:
            only_values = not self._has_bodies
            graph = Skimmer(result, LIMITS, only_values=only_values).model().graph
        except (WireError, IndexError):
            self.problem = NONSENSE
            return {}
        found: Types = {}
        waiting: list[tuple[Body, GraphRecord]] = [((), graph)] if graph else []
        while waiting:
            body, record = waiting.pop()
            found[body] = {
                value.name: self._without_invented(value.type)
                for value in (*record.inputs, *record.values, *record.outputs)
                if value.type is not None
            }
            for node in record.nodes:
                for name, inner in node.graphs:
                    first = node.outputs[0] if node.outputs else ""
                    waiting.append(((*body, first, name), inner))
        return found

    def _without_invented(self, type: TypeRecord) -> TypeRecord:
        """Return a type without the names that inference makes up (``unk__3``)."""
        shape = type.shape
        if shape is None or all(isinstance(dim, int) for dim in shape):
            return type
        kept: Shape = tuple(self._named_dim(dim) for dim in shape)
        return TypeRecord(type.dtype, kept, type.container)

    def _named_dim(self, dim: Dim) -> Dim:
        if isinstance(dim, str) and dim not in self._named and _INVENTED.match(dim):
            return None
        return dim


def _limit(seconds: int) -> None:
    """Bound memory, and time even if the parent is killed and cannot end us."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    if most < 0 or most > seconds:  # the reader's own limit may be lower
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if sys.platform == "linux" and (soft < 0 or soft > _MEMORY_BYTES):
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, hard))


def _inferred(stripped: bytes) -> bytes | None:
    try:
        return _compiled()(stripped)
    except (RuntimeError, ValueError, TypeError, MemoryError, ImportError, OSError):
        # onnx raises RuntimeError (InferenceError) and what its binding makes of C++
        # exceptions; nothing came of it either way, and the user is told so.
        return None


def _compiled() -> Infer:
    """Return onnx's compiled inference, without importing the rest if possible."""
    spec = find_spec("onnx")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        for suffix in EXTENSION_SUFFIXES:
            path = Path(folder, f"onnx_cpp2py_export{suffix}")
            if not path.is_file() or "onnx" in sys.modules:
                continue
            found = spec_from_file_location("onnx.onnx_cpp2py_export", path)
            if found is not None and found.loader is not None:
                module = module_from_spec(found)
                found.loader.exec_module(module)
                return lambda raw: bytes(
                    module.shape_inference.infer_shapes(raw, False, False, True)
                )
    package = import_module("onnx.onnx_cpp2py_export")
    return lambda raw: bytes(
        package.shape_inference.infer_shapes(raw, False, False, True)
    )
