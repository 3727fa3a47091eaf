"""The numbers of a model, one weight at a time: a plain place for each.

What does not lie plainly in the user's file is written out, once, into one file in the
scratch folder. All such files together have a limit; the oldest make room.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.engine.messages import ReadTensor, TensorRead, encodable
from loaders.formats import Progress, read_tensor
from loaders.ir.errors import InspectorError
from loaders.ir.graph import Model, Parameter
from loaders.ir.quantization import Affine
from loaders.ir.tensors import ModelFile, Packing, TensorRef, plain_nbytes, plain_type
from loaders.ir.text import file_size, shown
from loaders.limits import LIMITS, Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

PREFIX = "tensor-"


class Tensors:
    """Answers where the numbers of one model's weights lie.

    Args:
        model: The open model.
        folder: Where to write; nobody else writes files of these names there.
        limits: What one weight, and all written files together, may take.
    """

    def __init__(self, model: Model, folder: Path, limits: Limits = LIMITS) -> None:
        self._model, self._folder, self._limits = model, folder, limits
        self._written: dict[tuple[str, str], TensorRead] = {}
        # The window knows ids as they travelled.
        self._parameters: dict[str, Parameter] = {}
        for parameter in _all_of(model):
            self._parameters.setdefault(encodable(parameter.id), parameter)

    def read(self, request: ReadTensor, progress: Progress) -> TensorRead:
        """Return a plain place for a weight's numbers.

        Raises:
            InspectorError: there is no such weight, its numbers are not in the file,
                too many or damaged, or there is no room for them.
        """
        tensor = self._find(request)
        if tensor.packing in (Packing.PLAIN, Packing.BIG_ENDIAN):
            return TensorRead(
                id=request.id,
                part=request.part,
                tensor=_in_first_file(tensor),
                file=self._model.files[tensor.file],
            )
        known = self._written.get((request.id, request.part))
        if known is not None and known.file.local_path.exists():
            return known
        blocks = read_tensor(self._model, tensor, self._limits)
        first = next(blocks, None)  # before older ones make room for what cannot be
        self._make_room(plain_nbytes(tensor))
        every = blocks if first is None else chain((first,), blocks)
        file = self._write(every, plain_nbytes(tensor), progress)
        plain = TensorRef(
            file=0,
            offset=0,
            nbytes=file.size,
            shape=tensor.shape,
            dtype=plain_type(tensor.dtype),
        )
        found = TensorRead(id=request.id, part=request.part, tensor=plain, file=file)
        self._written[request.id, request.part] = found
        return found

    def _find(self, request: ReadTensor) -> TensorRef:
        parameter = self._parameters.get(request.id)
        if parameter is None:
            raise InspectorError(f"The model has no weight {shown(request.id)!r}.")
        quantizer = parameter.quantizer
        parts = {"": parameter.tensor}
        if isinstance(quantizer, Affine):
            found = {"scale": quantizer.scale, "zero_point": quantizer.zero_point}
            parts |= {part: place for part, place in found.items() if place is not None}
        if request.part not in parts:
            raise InspectorError(
                f"{shown(parameter.role)} has no {shown(request.part)}."
            )
        return parts[request.part]

    def _make_room(self, needed: int) -> None:
        written = sorted(self._folder.glob(f"{PREFIX}*"), key=_number)
        sizes = {path: path.stat().st_size for path in written}
        used = sum(sizes.values())
        for path, size in sizes.items():
            if used + needed <= self._limits.tensor_scratch_bytes:
                break
            path.unlink()
            used -= size

    def clear(self) -> None:
        """Remove what was written, by earlier readers, too."""
        for path in self._folder.glob(f"{PREFIX}*"):
            path.unlink(missing_ok=True)
        self._written.clear()

    def _write(
        self, blocks: "Iterable[NDArray[Any]]", total: int, progress: Progress
    ) -> ModelFile:
        """Write numbers into a new file; its name is ours, never the file's text."""
        newest = max(map(_number, self._folder.glob(f"{PREFIX}*")), default=0)
        path = self._folder / f"{PREFIX}{newest + 1}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        done = 0
        try:
            with os.fdopen(os.open(path, flags, 0o600), "wb") as stream:
                for block in blocks:
                    done += stream.write(block.tobytes())
                    progress("Unpacking a weight", done, total)
            return ModelFile.of(path)
        except BaseException as error:
            with suppress(OSError):
                path.unlink()
            if isinstance(error, OSError):
                raise InspectorError(
                    "There is no room for the unpacked weight.",
                    f"It takes {file_size(total)}: {error.strerror or error}.",
                    f"Free some space in {shown(str(self._folder.parent))}.",
                ) from None
            raise


def _all_of(model: Model) -> Iterator[Parameter]:
    yield from model.parameters()
    for group in model.others:
        yield from group.tensors


def _in_first_file(tensor: TensorRef) -> TensorRef:
    return TensorRef(
        file=0,
        offset=tensor.offset,
        nbytes=tensor.nbytes,
        shape=tensor.shape,
        dtype=tensor.dtype,
        packing=tensor.packing,
    )


def _number(path: Path) -> int:
    digits = path.name.removeprefix(PREFIX)
    return int(digits) if digits.isdecimal() else 0
