"""The notice that offers to open files with a double-click."""

import pytest
from PySide6.QtCore import Qt

from app.desktop.install import is_installed
from app.desktop.offer import DesktopOffer

pytestmark = pytest.mark.usefixtures("home", "tools")


@pytest.fixture
def offer(window):
    return window.desktop


def open_sample(window, samples, qtbot):
    window.open(samples / "sine_lstm.keras")
    document = window.workspace.current.document
    qtbot.waitUntil(lambda: document.model is not None, timeout=20_000)


def words_on(banner):
    return [button.text() for button in banner.offers]


def test_it_waits_for_the_first_model(offer, window, samples, qtbot):
    offer.offer_once()
    qtbot.wait(100)
    assert not window.banner.isVisible()
    open_sample(window, samples, qtbot)
    qtbot.waitUntil(window.banner.isVisible)
    assert words_on(window.banner) == ["Set up"]


def test_a_click_registers_the_program_and_says_so(offer, window, samples, qtbot):
    open_sample(window, samples, qtbot)
    offer.offer_once()
    qtbot.waitUntil(window.banner.isVisible)
    qtbot.mouseClick(window.banner.offers[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.banner.isVisible)
    assert "now open with Layerscope" in window.banner.text.text()
    assert "update-mime-database is not installed" in window.banner.text.text()
    assert is_installed()
    qtbot.mouseClick(window.banner.offers[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: ".h5" in window.banner.text.text())
    assert words_on(window.banner) == []


def test_it_is_offered_once(offer, window, settings, samples, qtbot):
    open_sample(window, samples, qtbot)
    offer.offer_once()
    qtbot.waitUntil(window.banner.isVisible)
    window.banner.hide()
    DesktopOffer(window.banner, settings, window.workspace, window).offer_once()
    qtbot.wait(200)
    assert not window.banner.isVisible()


def test_who_has_it_is_not_asked(offer, window, settings, samples, qtbot):
    offer.install()
    qtbot.waitUntil(window.banner.isVisible)
    window.banner.hide()
    settings.set_flag("desktop-offered", False)
    open_sample(window, samples, qtbot)
    offer.offer_once()
    qtbot.wait(300)
    assert not window.banner.isVisible()


def test_the_menu_has_it_for_later(window, qtbot):
    window.commands["double-click"].trigger()
    qtbot.waitUntil(window.banner.isVisible)
    assert "now open with Layerscope" in window.banner.text.text()
    assert is_installed()
