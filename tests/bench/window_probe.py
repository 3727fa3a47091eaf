"""Open one model in a window of its own process and print what it was like, as JSON.

    python window_probe.py MODEL [--open-all] [--use]

``gap``: the longest time, in milliseconds, in which the window could not have answered
while the model came in; ``gap_cpu``: the processor time of this process in it, since
others may use the machine, too. With ``--open-all`` also how many seconds it took to
show all groups open, and the longest gap meanwhile. With ``--use`` also the longest
work of the window, in milliseconds of its processor, after each thing that a user does.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.appearance import apply_appearance
from app.garbage import GarbageTimer
from app.main_window import MainWindow
from app.panels import Panels
from app.settings import Settings
from loaders.ir.errors import InspectorError
from viewers.drawing.style import LIGHT
from viewers.layer_columns import ORDER, Column

BEAT_MS = 2
LONGEST_S = 120.0
USE_S = 3.0
"""How long the window is watched after something was done."""


class Pulse:
    """Measures how long the event loop goes without a turn."""

    def __init__(self) -> None:
        self._timer = QTimer(interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self.start()
        self._timer.start()

    def start(self) -> None:
        """Measure from now on."""
        self.gap = self.gap_cpu = 0.0
        self._last, self._cpu = time.perf_counter(), time.thread_time()

    def _beat(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        self.gap = max(self.gap, (now - self._last) * 1000)
        self.gap_cpu = max(self.gap_cpu, (cpu - self._cpu) * 1000)
        self._last, self._cpu = now, cpu


def wait_until(holds: Callable[[], bool]) -> None:
    """Let the window work until something holds."""
    end = time.monotonic() + LONGEST_S
    loop = QEventLoop()
    timer = QTimer(interval=1)
    came = False

    def look() -> None:
        nonlocal came
        came = holds()  # it may not hold for long
        if came or time.monotonic() > end:
            loop.quit()

    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    if not came:
        raise TimeoutError("the window did not come to it")


def open_all(panels: Panels, pulse: Pulse) -> dict[str, float]:
    """Open every group and wait for the whole picture."""
    drawing = panels.drawing
    pulse.start()
    start = time.perf_counter()
    assert drawing.picture is not None
    drawing.change(lambda picture: picture.open_all())
    wanted = drawing.picture.arrangement
    wait_until(
        lambda: drawing.shown is not None and drawing.shown.arrangement == wanted
    )
    came = time.perf_counter() - start
    wait_until(lambda: not panels.graph._maker.is_busy)
    return {
        "open_all": time.perf_counter() - start,
        "planned": came,
        "open_all_gap": pulse.gap,
        "open_all_gap_cpu": pulse.gap_cpu,
        "boxes": len(drawing.shown.boxes) if drawing.shown else 0,
    }


def use(window: MainWindow, panels: Panels, pulse: Pulse) -> dict[str, float]:
    """Do what users do to large models; return the longest work of the window."""
    table, drawing = panels.table, panels.drawing
    shapes, descending = ORDER.index(Column.SHAPE), Qt.SortOrder.DescendingOrder
    acts: dict[str, Callable[[], object]] = {
        "sort": lambda: table.table.sortByColumn(shapes, descending),
        "filter": lambda: table.field.setText("m"),
        "select": lambda: panels.select(table._model.line_at(0).id),
        "paint": lambda: panels.paint.choose("parameters"),
        "trace": lambda: panels.graph.marks.trace(panels.graph.selected, True, True),
        "theme": lambda: window.looks.choose_theme("dark"),
        "turn": lambda: drawing.turn(True),
        "close": window.workspace.close_current,
    }
    found = {}
    for name, act in acts.items():
        pulse.start()
        QTimer.singleShot(0, act)
        end = time.monotonic() + USE_S
        wait_until(lambda end=end: time.monotonic() > end)
        found[f"use_{name}"] = pulse.gap_cpu
    return found


def main() -> None:
    """Measure one model."""
    file = Path(sys.argv[1])
    application = QApplication(sys.argv[:1])
    apply_appearance(application, LIGHT)
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(Settings(Path(folder) / "layerscope.ini"), LIGHT)
        GarbageTimer(window)
        window.resize(1440, 900)
        window.show()
        drawn: list[tuple[int, int, int]] = []
        window.workspace.view_added.connect(
            lambda view: view.first_view_done.connect(
                lambda *numbers: drawn.append(numbers)
            )
        )
        wait_until(window.isVisible)
        pulse = Pulse()
        start = time.perf_counter()
        window.open(file)
        document = window.workspace.views[0].document
        failed: list[InspectorError] = []
        document.failed.connect(failed.append)
        document.layout_failed.connect(failed.append)
        wait_until(lambda: bool(drawn or failed))
        if failed:
            raise failed[0]
        found: dict[str, float] = {
            "drawn": time.perf_counter() - start,
            "gap": pulse.gap,
            "gap_cpu": pulse.gap_cpu,
            "nodes_painted": drawn[0][0],
            "nodes_in_graph": drawn[0][1],
            "nodes_collapsed": drawn[0][2],
        }
        panels = window.workspace.panels
        assert panels is not None
        if "--open-all" in sys.argv:
            found |= open_all(panels, pulse)
        if "--use" in sys.argv:
            found |= use(window, panels, pulse)
        window.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
