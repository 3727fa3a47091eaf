"""Frames put into each other: the final place of everything in a picture."""

from loaders.ir.layout import Box, Route
from viewers.drawing._inside import Frame
from viewers.drawing._levels import Level
from viewers.drawing.wires import Flow


class Assembly:
    """Puts the frames into each other and gives everything its final place."""

    def __init__(
        self,
        flow: Flow,
        levels: dict[str, Level],
        frames: dict[str, Frame],
        horizontal: bool,
    ) -> None:
        self._flow, self._levels, self._frames = flow, levels, frames
        self._horizontal = horizontal
        self.boxes: list[Box] = []
        self.routes: list[Route] = []

    def turned(self, frame: Frame) -> tuple[float, float]:
        """Return width and height of a frame."""
        across, along = frame.size.across, frame.size.along
        return (along, across) if self._horizontal else (across, along)

    def add(self, root: str) -> None:
        """Add all that is in a group, frames before what is in them."""
        waiting = [(root, 0.0, 0.0)]
        while waiting:
            group, left, top = waiting.pop()
            if group != root:
                width, height = self.turned(self._frames[group])
                x, y = (top, left) if self._horizontal else (left, top)
                self.boxes.append(Box(group, x, y, width, height, is_frame=True))
            waiting += reversed(self._add_inside(group, left, top))

    def _add_inside(
        self, group: str, left: float, top: float
    ) -> list[tuple[str, float, float]]:
        """Add closed boxes and lines; return the frames that are still to be added."""
        names, folded = self._flow.names, self._flow.folded
        frame, level = self._frames[group], self._levels[group]
        children = level.children
        open_ones: list[tuple[str, float, float]] = []
        for child, (x, y) in zip(children, frame.corners):
            name, x, y = names[child], x + left, y + top
            if name in self._frames:
                open_ones.append((name, x, y))
                continue
            if self._horizontal:
                x, y = y, x
            on_it = folded.get(child, ())
            self.boxes.append(
                Box(name, x, y, folded=on_it) if on_it else Box(name, x, y)
            )
        count = len(children)
        for line in frame.lines:
            source, target = line.source, line.target
            values = level.values[line.links[0]]
            if len(line.links) > 1:
                found = (v for link in line.links for v in level.values[link])
                values = tuple(dict.fromkeys(found))
            self.routes.append(
                Route(
                    values[0],
                    names[children[source]] if source < count else group,
                    names[children[target]] if target < count else group,
                    self._points(line.points, left, top),
                    line.stub,
                    values[1:],
                )
            )
        return open_ones

    def _points(
        self, points: list[float], left: float, top: float
    ) -> tuple[float, ...]:
        if not self._horizontal:
            return tuple([at + (top if i % 2 else left) for i, at in enumerate(points)])
        turned = [0.0] * len(points)
        turned[::2] = [at + top for at in points[1::2]]
        turned[1::2] = [at + left for at in points[::2]]
        return tuple(turned)
