"""Trying other lengths of the input: all shapes follow, the file stays as it is."""

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import JobRunner
from loaders.ir.graph import Axis, Dim
from loaders.ir.index import ModelIndex
from loaders.ir.text import count_of, grouped_shape, shown
from viewers.length_bar import LengthBar, OpenLength, shapes_with

MOST_NODES = 5_000
"""Larger models take seconds to be worked out anew."""
MOST_LENGTHS = 6
_SPACE = (Axis.TIME, Axis.DEPTH, Axis.HEIGHT, Axis.WIDTH)


class LengthTrial(QObject):
    """Works out one model with other input lengths.

    Signals:
        shown: A ``ModelIndex``: the model with the lengths tried, or as it is.
    """

    shown = Signal(object)

    def __init__(
        self, jobs: JobRunner, bar: LengthBar, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._bar = jobs, bar
        self._index: ModelIndex | None = None
        bar.tried.connect(self._try)

    def start_from(self, index: ModelIndex) -> None:
        """Take another model as the file has it."""
        self._jobs.forget(self, "trial")
        self._index = index
        self._bar.show_lengths(open_lengths(index))

    @Slot(object)
    def _try(self, wanted: dict[int, int]) -> None:
        index = self._index
        if index is None:
            return
        self._jobs.forget(self, "trial")
        if not wanted:
            self._bar.say("")
            self.shown.emit(index)
            return
        lengths = self._bar.lengths

        def work() -> tuple[ModelIndex, str]:
            from loaders.kinds._what_if import with_input_lengths

            values = index.values
            given = {
                id: shape
                for length in lengths
                for id, _ in length.places
                if (shape := values[id].shape) is not None
            }
            shapes = shapes_with(lengths, wanted, given)
            changed = ModelIndex(with_input_lengths(index.model, shapes))
            return changed, outcome(changed)

        self._jobs.start(self, "trial", work, self._show)

    def _show(self, made: tuple[ModelIndex, str]) -> None:
        index, words = made
        self._bar.say(words)
        self.shown.emit(index)


def open_lengths(index: ModelIndex) -> tuple[OpenLength, ...]:
    """Return which lengths of the inputs can be tried, equal names as one."""
    if sum(len(g.nodes) for g in index.model.graphs.values()) > MOST_NODES:
        return ()
    found: dict[str, OpenLength] = {}
    several = len(index.model.graph.inputs) > 1
    for id in index.model.graph.inputs:
        value = index.values.get(id)
        if value is None or value.shape is None:
            continue
        for axis, (name, length) in enumerate(
            zip(value.axes, value.shape, strict=True)
        ):
            if not axis or (isinstance(length, int) and name not in _SPACE):
                continue
            maker = index.maker(id)
            owner = maker.title if maker is not None else value.name or id
            whose = shown(owner, 30) if several else ""
            key, label = _named(axis, name, length, whose)
            before = found[key].places if key in found else ()
            found[key] = OpenLength(
                label=label, length=length, places=(*before, (id, axis))
            )
    return tuple(found.values())[:MOST_LENGTHS]


def _named(axis: int, name: Axis, length: Dim, whose: str) -> tuple[str, str]:
    """Return what tells a length from others, and what it is called."""
    if isinstance(length, str):
        return f"named {length}", shown(length, 30)
    word = f"axis {axis}" if name is Axis.OTHER else name.value
    label = f"{whose} {word}".strip()
    return f"{whose} {axis}", label


def outcome(index: ModelIndex) -> str:
    """Return what becomes of the outputs, or which layer cannot work."""
    broken = [node for node in index.model.nodes() if node.problem]
    if broken:
        first = broken[0]
        more = f" and {count_of(len(broken) - 1, 'more layer')}" if broken[1:] else ""
        return f"{shown(first.title, 60)}{more} cannot work with it."
    shapes = [
        grouped_shape(value.shape)
        for id in index.model.graph.outputs[:3]
        if (value := index.values.get(id)) is not None
    ]
    return f"Output: {', '.join(shapes)}" if shapes else ""
