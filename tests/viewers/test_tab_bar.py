"""Tabs whose words have room when they become semibold."""

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QWidget

from viewers.tab_bar import LEAST_WIDTH, TabBar


def test_the_chosen_tab_has_room_for_semibold_words(qtbot):
    tabs = TabBar("file-tabs")
    qtbot.addWidget(tabs)
    text = "figures_cnn_with_a_longer_name.keras"
    tabs.addTab(text)
    bold = QFont(tabs.font())
    bold.setWeight(QFont.Weight.DemiBold)
    assert tabs.tabRect(0).width() > QFontMetrics(bold).horizontalAdvance(text)


def test_nothing_moves_when_another_tab_is_chosen(qtbot):
    tabs = TabBar("file-tabs")
    qtbot.addWidget(tabs)
    for text in ("one.keras", "two.onnx"):
        tabs.addTab(text)
    before = [tabs.tabRect(number) for number in range(2)]
    tabs.setCurrentIndex(1)
    assert [tabs.tabRect(number) for number in range(2)] == before


def test_all_tabs_have_room_whichever_is_chosen(qtbot):
    frame = QWidget()
    qtbot.addWidget(frame)
    frame.setStyleSheet("#files::tab:selected { font-weight: 600; }")
    bar = TabBar("files", frame)
    for text in ("a_rather_long_model_name.keras", "short.onnx"):
        bar.addTab(text)
    frame.show()
    widths = []
    for number in range(2):
        bar.setCurrentIndex(number)
        widths.append(sum(bar.tabSizeHint(n).width() for n in range(2)))
    assert abs(widths[0] - widths[1]) <= 2


def test_many_tabs_scroll_rather_than_lose_their_names(qtbot):
    bar = TabBar("files")
    qtbot.addWidget(bar)
    for number in range(20):
        bar.addTab(f"a_rather_long_model_name_{number}.keras")
    bar.resize(600, 30)
    bar.show()
    assert min(bar.tabRect(n).width() for n in range(20)) >= LEAST_WIDTH
