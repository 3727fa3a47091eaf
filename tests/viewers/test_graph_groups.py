"""Groups, edges, traces, paint: what the user's hands do to a picture with frames."""

import gc
import weakref

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent
from PySide6.QtWidgets import QApplication, QGraphicsSimpleTextItem, QToolTip

from loaders.ir.layout import Arrangement, Box
from viewers.drawing.layout import lay_out
from viewers.drawing.metric import Metric
from viewers.drawing.style import DARK, LIGHT
from viewers.graph import GraphView


@pytest.fixture
def view(qtbot, framed):
    """Give the picture with a frame in a frame, drawn."""
    view = GraphView()
    qtbot.addWidget(view)
    view.resize(700, 720)
    with qtbot.waitSignal(view.painted):
        view.show()
        view.show_picture(*framed)
    return view


def settle(qtbot, view):
    canvas = view.canvas
    qtbot.waitUntil(
        lambda: not view._maker.is_busy and not canvas.graph.lacks(canvas.seen())
    )


def at(view, x, y):
    """Return where a point of the picture is in the viewport."""
    return view.canvas.mapFromScene(x, y)


def click(qtbot, view, x, y):
    qtbot.mouseClick(
        view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at(view, x, y)
    )


def double_click(qtbot, view, x, y, modifiers=Qt.KeyboardModifier.NoModifier):
    place = at(view, x, y)
    qtbot.mouseDClick(
        view.canvas.viewport(), Qt.MouseButton.LeftButton, modifiers, place
    )


def words(view):
    items = view.canvas.graph.items()
    return [i.text() for i in items if isinstance(i, QGraphicsSimpleTextItem)]


def is_near(colour, expected):
    """Whether colours are the same but for smoothed edges."""
    pairs = (
        (int(colour[at : at + 2], 16), int(expected[at : at + 2], 16))
        for at in (1, 3, 5)
    )
    return all(abs(one - other) < 60 for one, other in pairs)


def colour_at(view, x, y):
    image = view.canvas.viewport().grab().toImage()
    return image.pixelColor(at(view, x, y)).name()


def test_frames_have_titles_and_sums(view):
    assert {"outer", "inner", "2 nodes · 100 params"} <= set(words(view))


def test_painted_tells_what_is_in_closed_groups(qtbot, framed):
    model, layout = framed
    closed = [box for box in layout.boxes if box.node in ("a", "d")]
    boxes = (*closed, Box("outer", 200.0, 200.0))
    view = GraphView()
    qtbot.addWidget(view)
    view.resize(700, 720)
    with qtbot.waitSignal(view.painted) as painted:
        view.show()
        view.show_picture(model, replace(layout, boxes=boxes, routes=()))
    assert painted.args == [3, 4, 2]


def test_a_click_on_a_title_selects_the_group(view, qtbot):
    with qtbot.waitSignal(view.node_selected) as selected:
        click(qtbot, view, 240.0, 144.0)
    assert selected.args == ["outer"]
    assert view.selected == "outer"


def test_what_is_marked_is_told_to_those_who_cannot_see_it(view):
    view.select("outer/inner/c")
    assert "100 parameters" in view.canvas.accessibleDescription()
    view.select("")
    assert view.canvas.accessibleDescription() == ""


def test_a_click_on_the_arrow_closes_the_group(view, qtbot):
    with qtbot.waitSignal(view.group_toggled) as toggled:
        click(qtbot, view, 114.0, 144.0)
    assert toggled.args == ["outer", False]


def test_a_click_on_the_ground_of_a_frame_selects_nothing(view, qtbot):
    view.select("d")
    with qtbot.waitSignal(view.node_selected) as selected:
        click(qtbot, view, 500.0, 300.0)
    assert selected.args == [""]


@pytest.mark.parametrize(
    ("modifiers", "recursive"),
    [(Qt.KeyboardModifier.NoModifier, False), (Qt.KeyboardModifier.AltModifier, True)],
)
def test_a_double_click_on_a_title_closes_the_group(view, qtbot, modifiers, recursive):
    with qtbot.waitSignal(view.group_toggled) as toggled:
        double_click(qtbot, view, 260.0, 204.0, modifiers)
    assert toggled.args == ["inner", recursive]


def test_a_double_click_on_empty_ground_zooms_in(view, qtbot):
    before = view.canvas.zoom
    with qtbot.assertNotEmitted(view.group_toggled, wait=20):
        double_click(qtbot, view, 500.0, 300.0)
    assert view.canvas.zoom > before


def test_keys_open_close_and_show_a_group_alone(view, qtbot):
    view.select("inner")
    shift, alt = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
    with qtbot.waitSignal(view.group_toggled) as toggled:
        qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    assert toggled.args == ["inner", False]
    with qtbot.waitSignal(view.group_toggled) as toggled:
        qtbot.keyClick(view.canvas, Qt.Key.Key_Return, shift)
    assert toggled.args == ["inner", True]
    with qtbot.waitSignal(view.alone_asked) as alone:
        qtbot.keyClick(view.canvas, Qt.Key.Key_Return, alt)
    assert alone.args == ["inner"]


def test_arrow_keys_go_through_frames_and_into_them(view, qtbot):
    went = []
    view.node_selected.connect(went.append)
    view.select("a")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(view.canvas, key)
    view.select("outer")
    qtbot.keyClick(view.canvas, Qt.Key.Key_Down)
    assert went == ["outer/inner/c", "outer/b", "outer/inner/c", "inner"]


def test_home_and_end_go_to_the_ends_of_the_picture(view, qtbot):
    went = []
    view.node_selected.connect(went.append)
    qtbot.keyClick(view.canvas, Qt.Key.Key_End)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Home)
    assert went == ["d", "a"]


def test_a_click_near_an_edge_selects_it(view, qtbot):
    with (
        qtbot.assertNotEmitted(view.node_selected),
        qtbot.waitSignal(view.edge_selected) as selected,
    ):
        click(qtbot, view, 306.0, 390.0)
    [route] = selected.args
    assert (route.value, route.target) == ("outer/inner/c", "outer/b")


def test_a_selected_edge_is_lit_whole_through_frames(view, qtbot):
    click(qtbot, view, 300.0, 110.0)
    qtbot.mouseMove(view.canvas.viewport(), QPoint(5, 5))
    for y in (100.0, 160.0, 235.0):
        assert is_near(colour_at(view, 300.0, y), LIGHT.accent)
    assert not is_near(colour_at(view, 300.0, 400.0), LIGHT.accent)


def test_a_selected_box_lights_its_edges_through_frames(view):
    view.select("outer/inner/c")
    for y in (100.0, 235.0, 400.0):
        assert is_near(colour_at(view, 300.0, y), LIGHT.accent)


def test_the_pointer_says_what_an_edge_is(view, qtbot):
    place = at(view, 300.0, 110.0)
    qtbot.mouseMove(view.canvas.viewport(), place)
    assert view.canvas.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    event = QHelpEvent(QEvent.Type.ToolTip, place, view.canvas.mapToGlobal(place))
    QApplication.sendEvent(view.canvas.viewport(), event)
    for line in ("None × 8", "from a", "to outer/inner/c"):
        assert line in QToolTip.text()
    QToolTip.hideText()


def test_a_menu_is_asked_for_a_box_a_frame_and_the_ground(view, qtbot):
    def menu(x, y):
        place = at(view, x, y)
        reason = QContextMenuEvent.Reason.Mouse
        event = QContextMenuEvent(reason, place, view.canvas.mapToGlobal(place))
        with qtbot.waitSignal(view.menu_asked) as asked:
            QApplication.sendEvent(view.canvas.viewport(), event)
        return asked.args[0]

    assert menu(300.0, 630.0) == "d"
    assert view.selected == "d"
    assert menu(500.0, 300.0) == "outer"
    assert menu(10.0, 10.0) == ""


def test_a_trace_fades_the_rest_and_escape_ends_it(view, qtbot):
    before = colour_at(view, 210.0, 610.0)
    with qtbot.waitSignal(view.marks.traced) as traced:
        view.marks.trace("outer/b", True, False)
    assert traced.args == [True]
    settle(qtbot, view)
    assert colour_at(view, 201.0, 632.0) != LIGHT.categories["dense"]  # d fades
    assert colour_at(view, 201.0, 452.0) == LIGHT.categories["dense"]  # b does not
    with qtbot.waitSignal(view.marks.traced) as traced:
        qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert traced.args == [False]
    settle(qtbot, view)
    assert colour_at(view, 210.0, 610.0) == before


def test_numbers_are_painted_with_a_legend(view, qtbot):
    numbers = {"a": 0, "outer/inner/c": 100, "d": None, "outer": 100}
    view.marks.paint_metric(Metric(id="p", title="Parameters", numbers=numbers))
    settle(qtbot, view)
    assert view.legend.isVisible()
    assert colour_at(view, 390.0, 260.0) == LIGHT.magnitude
    assert {"0", "100", "?", "2 nodes · Parameters: 100"} <= set(words(view))
    view.marks.paint_metric(None)
    settle(qtbot, view)
    assert not view.legend.isVisible()
    assert colour_at(view, 390.0, 260.0) == LIGHT.panel


def test_the_legend_of_categories_is_there_if_wanted(view):
    assert not view.legend.isVisible()
    view.show_legend(True)
    assert view.legend.isVisible()
    view.show_legend(False)
    assert not view.legend.isVisible()


def test_settings_and_shapes_are_written_if_wanted(view, qtbot, framed):
    assert words(view).count("None × 8") == 4
    view.marks.show_edge_shapes(True)
    settle(qtbot, view)
    # One more for each edge; what goes on from a frame has it already.
    assert words(view).count("None × 8") == 6


def test_what_was_found_is_marked(view, qtbot):
    before = colour_at(view, 300.0, 600.0)
    view.marks.mark_found(["d"])
    settle(qtbot, view)
    assert is_near(colour_at(view, 300.0, 600.0), LIGHT.warning)
    view.marks.mark_found([])
    settle(qtbot, view)
    assert colour_at(view, 300.0, 600.0) == before


def test_a_preview_selects_nothing(view):
    view.select("a")
    view.preview("d")
    assert view.selected == "a"
    view.preview("")


def test_a_title_out_of_view_sticks_to_the_border(view, qtbot):
    view.resize(400, 260)
    qtbot.waitUntil(lambda: view.canvas.height() <= 260)
    view.canvas.restore(1.0, QPointF(140.0, 240.0), QPointF(0.0, 0.0))
    x, y = 180.0, view.canvas.seen().top() + 14
    aim = view.canvas.graph.aim(x, y, 8.0)
    assert aim.box == "outer"
    below = view.canvas.graph.aim(x, y + 28, 8.0)
    assert below.box == "inner"


def test_a_control_drag_zooms_to_an_area(view, qtbot):
    viewport = view.canvas.viewport()
    start, end = at(view, 150.0, 190.0), at(view, 450.0, 350.0)
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, control, start)
    qtbot.mouseMove(viewport, (start + end) / 2)
    qtbot.mouseMove(viewport, end)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, control, end)
    assert view.canvas.zoom == pytest.approx(700 / 300, rel=0.05)
    assert (
        view.canvas.seen().center() - view.canvas.graph.rect_of("inner").center()
    ).manhattanLength() < 6


def test_another_picture_keeps_the_anchor_where_it_is(qtbot, network):
    view = GraphView()
    qtbot.addWidget(view)
    view.resize(600, 500)
    view.show()
    net = network().edges([(i, i + 1) for i in range(99)], 100)
    inner = net.builder.graph("body", owner="n50")
    for name in ("x", "y", "z"):
        net.add(name, graph=inner)
    net.main.nodes["n50"] = replace(net.main.nodes["n50"], bodies=("body",))
    model = net.model()
    with qtbot.waitSignal(view.painted):
        view.show_picture(model, lay_out(model, Arrangement()))
    view.select("n50")
    canvas = view.canvas
    before = canvas.mapFromScene(canvas.graph.upper_middle("n50"))
    opened = lay_out(model, Arrangement(opened=("n50",)))
    with qtbot.waitSignal(view.painted):
        view.show_picture(model, opened, "n50")
    after = canvas.mapFromScene(canvas.graph.upper_middle("n50"))
    assert (after - before).manhattanLength() <= 2
    assert view.selected == "n50"


def test_what_is_chosen_lasts_through_another_picture(view, qtbot, framed):
    view.marks.paint_metric(Metric(id="p", title="P", numbers={"outer/inner/c": 100}))
    view.marks.trace("outer/b", True, False)
    settle(qtbot, view)
    with qtbot.waitSignal(view.painted):
        view.show_picture(*framed)
    settle(qtbot, view)
    assert colour_at(view, 390.0, 260.0) == LIGHT.magnitude
    assert colour_at(view, 201.0, 632.0) != LIGHT.categories["dense"]


def test_larger_text_makes_a_larger_picture(view, qtbot):
    width = view.canvas.mapFromScene(view.canvas.graph.rect_of("a")).boundingRect()
    view.apply_theme(replace(DARK, scale=1.5))
    larger = view.canvas.mapFromScene(view.canvas.graph.rect_of("a")).boundingRect()
    assert larger.width() == pytest.approx(width.width() * 1.5, abs=2)
    assert view.canvas.zoom == pytest.approx(1.0)


def test_larger_text_can_be_read_in_a_smaller_picture(view, qtbot):
    def readable():
        items = view.canvas.graph.items()
        texts = [i for i in items if isinstance(i, QGraphicsSimpleTextItem)]
        return "d" in [item.text() for item in texts if item.isVisible()]

    view.canvas._set_zoom(0.3)
    settle(qtbot, view)
    assert not readable()
    view.apply_theme(replace(LIGHT, scale=1.5))
    settle(qtbot, view)
    assert readable()


def test_a_picture_goes_away_as_soon_as_another_is_there(view, qtbot, framed):
    paths = weakref.ref(view.canvas.graph.paths)
    gc.disable()
    try:
        with qtbot.waitSignal(view.painted):
            view.show_picture(*framed)
        qtbot.waitUntil(lambda: paths() is None)
    finally:
        gc.enable()
