"""The map of a picture."""

import gc

import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtWidgets import QWidget

from loaders.ir.layout import Arrangement
from viewers.drawing.layout import lay_out
from viewers.drawing.scene import GraphScene
from viewers.drawing.style import LIGHT
from viewers.minimap import LARGEST, NARROWEST, PADDING, SHARE, Minimap, map_size


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    window.show()
    return window


@pytest.fixture
def minimap(window, network):
    """Return the map of a chain of a hundred boxes."""
    minimap = Minimap(window)
    model = network().edges([(i, i + 1) for i in range(99)], 100).model()
    scene = GraphScene(model, lay_out(model), LIGHT)
    for _step in scene.prepare():
        pass
    for _step in minimap.steps(scene):
        pass
    minimap.scene = scene
    return minimap


def look(minimap, seen):
    layout = minimap.scene.layout
    minimap.show_seen(seen, QRectF(0, 0, layout.width, layout.height))


def test_a_long_picture_is_drawn_wider_than_it_is():
    size = map_size(200.0, 1_000_000.0)
    assert (size.width(), size.height()) == (NARROWEST, LARGEST)


def test_is_there_only_while_something_is_out_of_view(minimap):
    layout = minimap.scene.layout
    look(minimap, QRectF(0, 0, 300, 200))
    assert minimap.isVisible()
    look(minimap, QRectF(-10, -10, layout.width + 20, layout.height + 20))
    assert not minimap.isVisible()


def test_takes_a_share_of_a_small_window_and_none_of_a_tiny_one(minimap):
    look(minimap, QRectF(0, 0, 300, 200))
    minimap.fit(QSize(800, 800))
    assert minimap.height() == LARGEST + 2 * PADDING
    minimap.fit(QSize(400, 300))
    assert minimap.height() == pytest.approx(SHARE * 300 + 2 * PADDING, abs=1)
    minimap.fit(QSize(400, 150))
    assert not minimap.isVisible()


def test_can_be_switched_off(minimap):
    look(minimap, QRectF(0, 0, 300, 200))
    minimap.switch(False)
    assert not minimap.isVisible()
    minimap.switch(True)
    assert minimap.isVisible()


def test_dragging_goes_to_where_the_pointer_is(minimap, qtbot):
    layout = minimap.scene.layout
    look(minimap, QRectF(0, 0, 300, 200))
    middle = QPoint(minimap.width() // 2, minimap.height() // 2)
    with qtbot.waitSignal(minimap.looked_at) as looked:
        qtbot.mousePress(minimap, Qt.MouseButton.LeftButton, pos=middle)
    [point] = looked.args
    pixel = layout.height / (minimap.height() - 2 * PADDING)
    assert point.y() == pytest.approx(layout.height / 2, abs=pixel)
    with qtbot.waitSignal(minimap.looked_at) as looked:
        qtbot.mouseMove(minimap, middle + QPoint(0, 10))
    assert looked.args[0].y() == pytest.approx(point.y() + 10 * pixel, rel=0.01)


def test_boxes_have_their_colours(minimap):
    look(minimap, QRectF(0, layout_end(minimap), 300, 200))
    image = minimap.grab().toImage()
    column = [
        image.pixelColor(minimap.width() // 2, y).name()
        for y in range(minimap.height())
    ]
    assert LIGHT.panel in column
    assert len(set(column)) > 2


def test_a_map_that_nobody_wants_any_more_is_left_half_drawn(window, network):
    model = network().edges([(i, i + 1) for i in range(999)], 1_000).model()
    scene = GraphScene(model, lay_out(model, Arrangement(opened=())), LIGHT)
    for _step in scene.prepare():
        pass
    abandoned = Minimap(window)
    steps = abandoned.steps(scene)
    next(steps)
    # An image that is still painted on must not be destroyed: the process would end.
    del steps
    gc.collect()
    assert abandoned._image is None


def layout_end(minimap):
    return minimap.scene.layout.height - 200
