"""Saved pictures hold the whole graph, and are refused with a reason."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

from loaders.ir.errors import InspectorError
from viewers.drawing.layout import lay_out
from viewers.drawing.style import DARK, LIGHT
from viewers.graph_picture import LONGEST_SIDE, save_picture


@pytest.fixture
def chain(network, qapp):
    net = network()
    net.add("image", shape=(None, 28, 28, 1))
    net.add("<b>&", "image", count=320)
    return net.model()


def save(model, path, theme=LIGHT):
    return save_picture(model, lay_out(model), path, theme)


def test_a_png_is_twice_as_sharp_as_the_screen(chain, tmp_path):
    layout = lay_out(chain)
    saved = save(chain, tmp_path / "net.png")
    image = QImage(str(tmp_path / "net.png"))
    assert (image.width(), image.height()) == (saved.width, saved.height)
    assert image.width() == 2 * layout.width
    card = image.pixelColor(2 * 24 + 200, 2 * 24 + 8)
    assert card.name() == LIGHT.panel


def test_a_dark_picture_is_dark(chain, tmp_path):
    save(chain, tmp_path / "net.png", DARK)
    image = QImage(str(tmp_path / "net.png"))
    assert image.pixelColor(2, 2).name() == DARK.background


def test_an_svg_holds_text_as_text(chain, tmp_path):
    save(chain, tmp_path / "net.svg")
    root = ElementTree.parse(tmp_path / "net.svg").getroot()
    found = {
        "".join(text.itertext()).strip()
        for text in root.iter("{http://www.w3.org/2000/svg}text")
    }
    assert {"image", "<b>&", "None × 28 × 28 × 1", "320"} <= found


def test_a_pdf_holds_one_page_of_the_right_size(chain, tmp_path):
    layout = lay_out(chain)
    saved = save(chain, tmp_path / "net.PDF")
    data = (tmp_path / "net.PDF").read_bytes()
    assert data.startswith(b"%PDF")
    assert b"/ToUnicode" in data  # its text can be searched and copied
    assert saved.width == round(layout.width * 0.75)


def test_a_very_long_graph_is_drawn_smaller(network, qapp, tmp_path):
    net = network().edges([(i, i + 1) for i in range(999)], 1_000)
    model = net.builder.freeze()  # without sections
    saved = save(model, tmp_path / "long.png")
    assert saved.height <= LONGEST_SIDE
    assert saved.scale < 0.4
    assert QImage(str(tmp_path / "long.png")).height() == saved.height


@pytest.mark.parametrize("name", ["net.bmp", "net"])
def test_other_suffixes_are_refused_with_advice(chain, tmp_path, name):
    with pytest.raises(InspectorError) as refused:
        save(chain, tmp_path / name)
    assert ".svg" in refused.value.advice
    assert list(tmp_path.iterdir()) == []


def test_an_empty_graph_is_no_picture(network, qapp, tmp_path):
    with pytest.raises(InspectorError) as refused:
        save(network().model(), tmp_path / "net.png")
    assert refused.value.why == "It holds no layer."
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named_plainly(chain, tmp_path):
    with pytest.raises(InspectorError) as refused:
        save(chain, tmp_path / "missing" / "net.svg")
    assert refused.value.what == "net.svg is not written."
    assert "No such file" in refused.value.why


def test_an_older_picture_is_replaced_whole(chain, tmp_path):
    path = Path(tmp_path / "net.svg")
    path.write_text("old")
    save(chain, path)
    assert path.read_text().startswith("<?xml")
    assert [found.name for found in tmp_path.iterdir()] == ["net.svg"]
