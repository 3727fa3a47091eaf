"""What stays when a file is read again, and what is said of the changes."""

from PySide6.QtCore import Qt

CNN, LSTM = "figures_cnn.keras", "sine_lstm.keras"


def test_a_file_that_was_written_again_says_what_changed(
    window, samples, tmp_path, qtbot
):
    file = tmp_path / "model.keras"
    file.write_bytes((samples / CNN).read_bytes())
    window.open(file)
    view = window.workspace.current
    with qtbot.waitSignal(view.first_view_done, timeout=20_000):
        pass
    view.panels.select("halve")
    file.write_bytes((samples / LSTM).read_bytes())
    with qtbot.waitSignal(view.reread, timeout=20_000) as reread:
        qtbot.keyClick(window, Qt.Key.Key_F5)
    [changes] = reread.args
    assert "halve" in {node.name for node in changes.removed}
    assert view.panels.selected == ""
    view.show_changes(changes)
    assert "Removed" in view.panels.inspector.sheet.toPlainText()
    assert changes.phrase in view.panels.inspector.subtitle.text()


def test_reloading_keeps_the_open_groups_and_the_direction(opened, window, qtbot):
    view = opened("sentence_pair.h5")
    drawing = view.panels.drawing
    drawing.change(lambda picture: picture.open_all())
    drawing.turn(True)
    arrangement = drawing.picture.arrangement
    assert arrangement.opened
    qtbot.waitUntil(lambda: drawing.shown.arrangement == arrangement, timeout=10_000)
    with qtbot.waitSignal(view.reread, timeout=20_000) as reread:
        qtbot.keyClick(window, Qt.Key.Key_F5)
    assert not reread.args[0].any
    qtbot.waitUntil(lambda: drawing.shown is not None, timeout=10_000)
    assert drawing.shown.arrangement == arrangement


def places(canvas, box):
    """Return where a box is in the graph's view and on the screen.

    A notice comes above the graph, before the new picture or after it, so one of the
    two stays and the other one moves by the notice's row.
    """
    at = canvas.mapFromScene(canvas.graph.rect_of(box).center())
    return at, canvas.viewport().mapToGlobal(at)


def test_reloading_keeps_zoom_and_place(opened, window, qtbot):
    view = opened(CNN)
    canvas = view.panels.graph.canvas
    view.panels.graph.zoom_in()
    view.panels.select("features")
    zoom, before = canvas.zoom, places(canvas, "features")
    assert canvas.seen().intersects(canvas.graph.rect_of("features"))
    with qtbot.waitSignal(view.first_view_done, timeout=20_000):
        qtbot.keyClick(window, Qt.Key.Key_F5)
    after = places(canvas, "features")
    moved = min((new - old).manhattanLength() for new, old in zip(after, before))
    assert canvas.zoom == zoom
    assert moved <= 8  # whole pixels, several times
    assert view.panels.graph.selected == "features"


def test_the_old_view_stays_while_a_file_is_read_again(opened, window, qtbot):
    view = opened(CNN)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert view.panels.isVisible()
    assert view.panels.graph.canvas.isVisible()
    qtbot.waitSignal(view.reread, timeout=20_000).wait()
