"""What the numbers of a metric span, found at once."""

from collections.abc import Iterable

from viewers.drawing.metric import Extent, Metric


def extent_of(metric: Metric, boxes: Iterable[str]) -> Extent:
    """Return it without pauses."""
    steps = metric.extent(boxes)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Extent = end.value
            return found
