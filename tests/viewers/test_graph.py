"""The graph in a window: what is drawn, what the user's hands do, what is reported."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QTextDocument, QWheelEvent
from PySide6.QtWidgets import QApplication, QGraphicsSimpleTextItem, QToolTip

from loaders.ir.graph import Structure
from loaders.ir.layout import Arrangement
from viewers.drawing.layout import lay_out
from viewers.drawing.scene import GraphScene
from viewers.drawing.style import DARK
from viewers.graph import GraphView


@pytest.fixture
def view(qtbot):
    view = GraphView()
    qtbot.addWidget(view)
    view.resize(600, 500)
    with qtbot.waitExposed(view):
        view.show()
    return view


@pytest.fixture
def show(view, qtbot):
    """Return a function that shows a model and waits until all of it is drawn."""

    def show(net, graph="", horizontal=False):
        model = net.model()
        with qtbot.waitSignal(view.painted) as painted:
            arrangement = Arrangement(root=graph, horizontal=horizontal)
            view.show_picture(model, lay_out(model, arrangement))
        qtbot.waitUntil(lambda: not view._maker.is_busy)
        return painted.args[:2]

    return show


def centre(view, box):
    scene = view.canvas.graph
    return view.canvas.mapFromScene(scene.rect_of(box).center())


def click(qtbot, view, at, button=Qt.MouseButton.LeftButton):
    qtbot.mouseClick(view.canvas.viewport(), button, pos=at)


def words(view):
    return [
        item.text()
        for item in view.canvas.graph.items()
        if isinstance(item, QGraphicsSimpleTextItem)
    ]


def settle(qtbot, view):
    """Wait until all that is in view is drawn."""
    canvas = view.canvas
    qtbot.waitUntil(lambda: not canvas.graph.lacks(canvas.seen()))


def colour_at(view, at):
    return view.canvas.viewport().grab().toImage().pixelColor(at).name()


def wheel(view, at, turned, modifiers=Qt.KeyboardModifier.NoModifier):
    viewport = view.canvas.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(viewport.mapToGlobal(at)),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_before_anything_is_open_it_says_how_to_begin(view):
    assert "drop its file here" in view._notice.text()
    assert view._notice.isVisible()


def test_every_name_of_a_small_graph_is_drawn_and_counted(view, show, network):
    assert show(network().chain("image", "conv", "dense")) == [3, 3]
    assert {"image", "conv", "dense"} <= set(words(view))


def test_a_large_graph_counts_what_is_in_the_first_view(show, network):
    painted, whole = show(network().edges([(i, i + 1) for i in range(99)], 100))
    assert whole == 100
    assert 4 <= painted <= 7


def test_it_is_reported_once(view, show, qtbot, network):
    show(network().chain("a", "b"))
    with qtbot.assertNotEmitted(view.painted, wait=50):
        view.canvas.viewport().repaint()


def test_a_graph_shown_before_the_window_is_drawn_when_it_appears(qtbot, network):
    view = GraphView()
    qtbot.addWidget(view)
    model = network().chain("a", "b").model()
    view.show_picture(model, lay_out(model))
    with qtbot.waitSignal(view.painted) as painted:
        view.show()
    assert painted.args == [2, 2, 0]


def test_an_empty_graph_is_a_sentence(view, qtbot, network):
    model = network().model()
    with qtbot.waitSignal(view.painted) as painted:
        view.show_picture(model, lay_out(model))
    assert painted.args == [0, 0, 0]
    assert view._notice.text() == "There is nothing in this graph."


def test_clearing_forgets_the_graph(view, show, network):
    show(network().chain("a", "b"))
    view.clear("Closed.")
    assert view.canvas.graph is None
    assert view._notice.text() == "Closed."


def test_a_click_on_a_node_selects_it(view, show, qtbot, network):
    show(network().chain("a", "b"))
    with qtbot.waitSignal(view.node_selected) as selected:
        click(qtbot, view, centre(view, "b"))
    assert selected.args == ["b"]
    assert view.selected == "b"


def test_a_click_beside_all_nodes_selects_nothing(view, show, qtbot, network):
    show(network().chain("a", "b"))
    view.select("a")
    with qtbot.waitSignal(view.node_selected) as selected:
        click(qtbot, view, QPoint(5, 5))
    assert selected.args == [""]


def test_the_right_button_selects_nothing(view, show, qtbot, network):
    show(network().chain("a", "b"))
    with qtbot.assertNotEmitted(view.node_selected, wait=20):
        click(qtbot, view, centre(view, "b"), Qt.MouseButton.RightButton)


def test_a_click_on_an_input_tells_its_value(view, show, qtbot, network):
    net = network("onnx")
    net.main.inputs.append("x")
    net.add("relu", "x")
    show(net)
    with (
        qtbot.assertNotEmitted(view.node_selected),
        qtbot.waitSignal(view.value_selected) as selected,
    ):
        click(qtbot, view, centre(view, "in:x"))
    assert selected.args == ["x"]


def test_a_selected_node_has_a_ring_in_the_accent_colour(view, show, network):
    show(network().chain("a", "b"))
    below = centre(view, "b") + QPoint(30, 36)
    before = colour_at(view, below)
    view.select("b")
    assert colour_at(view, below) == "#2f6fdb" != before


def test_selecting_by_the_program_is_not_reported(view, show, qtbot, network):
    show(network().chain("a", "b"))
    with qtbot.assertNotEmitted(view.node_selected, wait=20):
        view.select("a")
        view.select("not here")
    assert view.selected == ""


def test_a_selected_node_in_view_does_not_move_the_picture(view, show, network):
    show(network().edges([(i, i + 1) for i in range(99)], 100))
    before = view.canvas.seen()
    view.select("n2")
    assert view.canvas.seen() == before


def test_a_selected_node_out_of_view_is_brought_into_it(view, show, network):
    show(network().edges([(i, i + 1) for i in range(99)], 100))
    for box in ("n6", "n90", "n0"):
        view.select(box)
        assert view.canvas.seen().contains(view.canvas.graph.rect_of(box))


def test_a_double_click_opens_only_what_holds_more(view, show, qtbot, network):
    net = network()
    net.add("inside", graph=net.builder.graph("body", owner="nested"))
    net.add("nested", bodies=("body",))
    net.add("dense", "nested")
    show(net)
    with qtbot.waitSignal(view.group_toggled) as opened:
        qtbot.mouseDClick(
            view.canvas.viewport(),
            Qt.MouseButton.LeftButton,
            pos=centre(view, "nested"),
        )
    assert opened.args == ["nested", False]
    with qtbot.assertNotEmitted(view.group_toggled, wait=20):
        qtbot.mouseDClick(
            view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=centre(view, "dense")
        )


def test_dragging_moves_the_picture_and_selects_nothing(view, show, qtbot, network):
    show(network().chain(*"abcdefgh"))
    viewport, start = view.canvas.viewport(), centre(view, "b")
    before = view.canvas.seen()
    with qtbot.assertNotEmitted(view.node_selected, wait=20):
        qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
        for step in range(1, 6):
            qtbot.mouseMove(viewport, start - QPoint(0, 20 * step))
        qtbot.mouseRelease(
            viewport, Qt.MouseButton.LeftButton, pos=start - QPoint(0, 100)
        )
    assert view.canvas.seen().top() == pytest.approx(before.top() + 100, abs=1)


def test_the_wheel_scrolls(view, show, network):
    show(network().chain(*"abcdefgh"))
    before = view.canvas.seen()
    wheel(view, QPoint(300, 200), -120)
    assert view.canvas.seen().top() > before.top()
    assert view.canvas.zoom == 1.0


def test_ctrl_and_wheel_zoom_at_the_pointer(view, show, network):
    show(network().chain(*"abcdefgh"))
    at = QPoint(260, 310)
    before = view.canvas.mapToScene(at)
    wheel(view, at, 240, Qt.KeyboardModifier.ControlModifier)
    after = view.canvas.mapToScene(at)
    assert view.canvas.zoom == pytest.approx(1.25**2)
    assert (after - before).manhattanLength() < 2


def test_zooming_in_and_out_and_back(view, show, network):
    show(network().chain(*"abcdefgh"))
    view.zoom_in()
    assert view.canvas.zoom == pytest.approx(1.25)
    view.zoom_out()
    view.zoom_out()
    assert view.canvas.zoom == pytest.approx(0.8)
    view.zoom_to_actual_size()
    assert view.canvas.zoom == pytest.approx(1.0)


def test_fit_shows_everything(view, show, network):
    show(network().chain(*"abcdefghijklmnop"))
    view.fit()
    seen, scene = view.canvas.seen(), view.canvas.graph
    assert all(seen.contains(scene.rect_of(box)) for box in "abcdefghijklmnop")


def test_a_small_graph_is_not_blown_up(view, show, network):
    show(network().chain("a"))
    assert view.canvas.zoom == 1.0
    view.fit()
    assert view.canvas.zoom == 1.0


def test_a_wide_graph_starts_readable_with_its_input_in_view(view, show, network):
    show(network().edges([(0, index) for index in range(1, 60)], 60))
    assert view.canvas.zoom == pytest.approx(0.7)
    assert view.canvas.seen().contains(view.canvas.graph.rect_of("n0"))


def test_words_too_small_to_read_are_left_out(view, show, qtbot, network):
    show(network().edges([(i, i + 1) for i in range(39)], 40))
    view.fit()
    settle(qtbot, view)
    assert view.canvas.zoom < 0.4
    drawn = [item for item in view.canvas.graph.items() if item.isVisible()]
    assert not any(isinstance(item, QGraphicsSimpleTextItem) for item in drawn)
    assert drawn
    view.zoom_to_actual_size()
    drawn = [item for item in view.canvas.graph.items() if item.isVisible()]
    assert any(isinstance(item, QGraphicsSimpleTextItem) for item in drawn)


@pytest.mark.parametrize(
    ("horizontal", "forward", "back"),
    [
        (False, Qt.Key.Key_Down, Qt.Key.Key_Up),
        (True, Qt.Key.Key_Right, Qt.Key.Key_Left),
    ],
)
def test_arrow_keys_travel_along_edges(
    view, show, qtbot, network, horizontal, forward, back
):
    show(network().chain("a", "b", "c"), horizontal=horizontal)
    went = []
    view.node_selected.connect(went.append)
    for key in (forward, forward, forward, forward, back):
        qtbot.keyClick(view.canvas, key)
    assert went == ["a", "b", "c", "b"]


def test_enter_opens_the_selected_container_and_escape_lets_go(
    view, show, qtbot, network
):
    net = network()
    net.add("inside", graph=net.builder.graph("body", owner="nested"))
    net.add("nested", bodies=("body",))
    show(net)
    view.select("nested")
    with qtbot.waitSignal(view.group_toggled) as opened:
        qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    assert opened.args == ["nested", False]
    with qtbot.waitSignal(view.node_selected) as selected:
        qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert selected.args == [""]
    assert view.selected == ""


def test_arrow_keys_across_the_flow_go_to_the_next_branch(view, show, qtbot, network):
    show(network().edges([(0, 1), (0, 2), (0, 3)], 4))
    went = []
    view.node_selected.connect(went.append)
    view.select("n1")
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(view.canvas, key)
    assert went == ["n2", "n3", "n2", "n0"]


def test_another_theme_keeps_place_and_selection(view, show, qtbot, network):
    show(network().edges([(i, i + 1) for i in range(99)], 100))
    view.select("n50")
    before = view.canvas.seen()
    view.apply_theme(DARK)
    qtbot.waitUntil(lambda: not view._maker.is_busy)
    assert view.selected == "n50"
    assert view.canvas.seen() == before
    assert colour_at(view, QPoint(3, 3)) == DARK.background
    inside = centre(view, "n50") + QPoint(80, -20)
    assert colour_at(view, inside) == DARK.panel


def test_a_stub_says_where_its_edge_leads_and_is_whole_when_selected(
    view, show, qtbot, network
):
    chain = [(index, index + 1) for index in range(100)]
    long = [(0, index) for index in range(45, 99, 6)]
    show(network().edges([*chain, *long], 101))
    assert "→ 9 places" in words(view)
    view.select("n45")
    settle(qtbot, view)
    assert "← n0" in words(view)
    view.select("")
    tall = [
        item
        for item in view.canvas.graph.items()
        if item.boundingRect().height() > 8_000
    ]
    view.select("n0")
    more = [
        item
        for item in view.canvas.graph.items()
        if item.boundingRect().height() > 8_000
    ]
    assert len(more) == len(tall) + 1


def test_a_box_chosen_while_the_next_picture_is_made_comes_into_view(
    view, show, qtbot, network, monkeypatch
):
    net = network().edges([(index, index + 1) for index in range(100)], 101)
    show(net)
    model = net.model()
    with monkeypatch.context() as patch:
        patch.setattr("viewers.graph_maker.SLICE_SECONDS", 0.0)  # takes its time
        view.show_picture(model, lay_out(model), "n2")
        view.select("n80")
        assert view._maker.coming is not None
    qtbot.waitUntil(lambda: view._maker.coming is None)
    assert view.canvas.seen().contains(view.canvas.graph.rect_of("n80"))


def test_the_words_beside_a_stub_choose_its_edge(view, show, qtbot, network):
    chain = [(index, index + 1) for index in range(100)]
    long = [(0, index) for index in range(45, 99, 6)]
    show(network().edges([*chain, *long], 101))
    [label] = [
        item
        for item in view.canvas.graph.items()
        if isinstance(item, QGraphicsSimpleTextItem) and item.text() == "→ 9 places"
    ]
    with qtbot.waitSignal(view.edge_selected) as chosen:
        click(qtbot, view, view.canvas.mapFromScene(label.sceneBoundingRect().center()))
    assert chosen.args[0].source == "n0"


def test_hostile_names_are_plain_words(view, show, network):
    net = network()
    net.add("a", name="<b>bold</b>\n\u202e" + "w" * 300)
    show(net)
    assert any(text.startswith("<b>") for text in words(view))
    assert not any("\n" in text or "\u202e" in text for text in words(view))
    assert all(len(text) < 60 for text in words(view))


def test_a_node_selected_before_the_window_appears_is_in_view_then(qtbot, network):
    view = GraphView()
    qtbot.addWidget(view)
    view.resize(600, 500)
    model = network().edges([(i, i + 1) for i in range(99)], 100).model()
    view.show_picture(model, lay_out(model))
    view.select("n70")
    with qtbot.waitSignal(view.painted):
        view.show()
    assert view.canvas.zoom == 1.0
    assert view.canvas.seen().contains(view.canvas.graph.rect_of("n70"))


def test_another_graph_starts_at_its_own_beginning(view, show, network):
    show(network().edges([(i, i + 1) for i in range(99)], 100))
    view.select("n90")
    view.zoom_in()
    show(network().chain("a", "b"))
    assert view.canvas.zoom == 1.0
    assert view.selected == ""
    assert view.canvas.seen().contains(view.canvas.graph.rect_of("a"))


@pytest.mark.parametrize(
    ("structure", "said"),
    [
        (Structure.GRAPH, ""),
        (Structure.LAYERS, "not how they are joined"),
        (Structure.TENSORS, "weights only"),
    ],
)
def test_what_a_picture_cannot_show_is_said_above_it(
    view, show, network, structure, said
):
    net = network()
    net.add("a")
    net.builder.structure = structure
    show(net)
    assert view._caption.isVisible() is bool(said)
    assert said in view._caption.text()


def test_a_plainer_layout_is_explained(view, qtbot, network):
    edges = [(a, b) for a in range(20) for b in range(20, 40) if (a * b) % 3]
    model = network().edges(edges, 40).model()
    with qtbot.waitSignal(view.painted):
        view.show_picture(model, lay_out(model, seconds=0.0))
    assert "order of the file" in view._caption.text()


def test_shift_and_wheel_scroll_across(view, show, network):
    show(network().edges([(0, index) for index in range(1, 60)], 60))
    before = view.canvas.seen()
    wheel(view, QPoint(300, 200), -120, Qt.KeyboardModifier.ShiftModifier)
    after = view.canvas.seen()
    assert after.left() > before.left()
    assert after.top() == before.top()


def test_a_tooltip_shows_markup_as_plain_words(view, show, network):
    net = network()
    net.add("a", name="<b>bold</b>", count=12)
    show(net)
    at = centre(view, "a")
    event = QHelpEvent(QEvent.Type.ToolTip, at, view.canvas.mapToGlobal(at))
    QApplication.sendEvent(view.canvas.viewport(), event)
    shown = QTextDocument()
    shown.setHtml(QToolTip.text())
    assert shown.toPlainText().startswith("<b>bold</b>\nDense\n")
    assert "12 parameters" in QToolTip.text()
    QToolTip.hideText()


def test_the_ring_is_as_wide_however_small_the_picture(view, show, network):
    show(network().edges([(i, i + 1) for i in range(39)], 40))
    view.fit()
    view.select("n20")
    rect = view.canvas.graph.rect_of("n20")
    corner = view.canvas.mapFromScene(rect.topLeft()) - QPoint(4, 4)
    image = view.canvas.viewport().grab().toImage()
    column = corner.x() + 4 + round(rect.width() * view.canvas.zoom / 4)
    blues = [image.pixelColor(column, corner.y() + y).name() for y in range(8)]
    assert "#2f6fdb" in blues


@pytest.mark.bench
def test_items_of_five_thousand_nodes(qapp, network, benchmark):
    edges = [(i, i + 1) for i in range(4_999)] + [(i, i + 5) for i in range(4_990)]
    model = network().edges(edges, 5_000).model()
    layout = lay_out(model)

    def whole():
        scene = GraphScene(model, layout, DARK)
        for _step in scene.prepare():
            pass
        for _step in scene.make(scene.sceneRect()):
            pass

    benchmark(whole)
    assert benchmark.disabled or benchmark.stats["median"] < 1.0  # seconds


def test_the_first_view_has_the_first_boxes_in_its_middle(view, show, network):
    # A trunk with a branch that begins below the first view.
    trunk = [(index, index + 1) for index in range(30)]
    show(network().edges([*trunk, (20, 31), (31, 22)], 32))
    first = view.canvas.graph.rect_of("n0")
    seen = view.canvas.seen()
    assert abs(first.center().x() - seen.center().x()) < 1


def test_a_wide_graph_starts_where_boxes_are_seen_whole(view, show, network):
    show(network().edges([(0, index) for index in range(1, 12)], 12))
    seen = view.canvas.seen()
    scene = view.canvas.graph
    assert seen.contains(scene.rect_of("n0"))
    whole = [seen.contains(scene.rect_of(f"n{index}")) for index in range(1, 12)]
    assert sum(whole) == 3
