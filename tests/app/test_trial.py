"""Trying other lengths of the input."""

import pytest
from onnx import helper
from PySide6.QtCore import Qt

from app.jobs import JobRunner
from app.trial import LengthTrial, open_lengths
from loaders.formats import read_model
from loaders.ir.index import ModelIndex
from tests.app.analysis.question_files import save
from tests.loaders.formats import onnx_files
from tests.loaders.formats.onnx_files import dense, model, value
from viewers.length_bar import LengthBar

SERIES = [
    ["InputLayer", "x", [], {"batch_input_shape": [None, 15, 1]}],
    ["Conv1D", "c", ["x"], {"filters": 4, "kernel_size": [3]}],
    ["MaxPooling1D", "p", ["c"], {"pool_size": [20]}],
]


@pytest.fixture
def index(tmp_path):
    return ModelIndex(read_model(save(SERIES, tmp_path)))


@pytest.fixture
def trial(qtbot, index):
    bar, jobs = LengthBar(), JobRunner()
    qtbot.addWidget(bar)
    trial = LengthTrial(jobs, bar)
    trial.start_from(index)
    yield trial, bar
    jobs.close()


def typed(qtbot, bar, text):
    qtbot.keyClicks(bar.fields[0], text)
    qtbot.keyClick(bar.fields[0], Qt.Key.Key_Return)


def test_all_shapes_follow_the_length(trial, qtbot):
    trial, bar = trial
    with qtbot.waitSignal(trial.shown) as shown:
        typed(qtbot, bar, "30")
    [tried] = shown.args
    shapes = [tried.values[n.outputs[0]].shape for n in tried.nodes.values()]
    assert shapes == [(None, 30, 1), (None, 28, 4), (None, 1, 4)]
    assert bar.word.text() == "Output: None × 1 × 4"


def test_a_layer_that_cannot_work_with_it_is_named(trial, qtbot):
    trial, bar = trial
    with qtbot.waitSignal(trial.shown):
        typed(qtbot, bar, "16")
    assert bar.word.text() == "p cannot work with it."


def test_the_model_of_the_file_comes_back(trial, qtbot, index):
    trial, bar = trial
    with qtbot.waitSignal(trial.shown):
        typed(qtbot, bar, "30")
    with qtbot.waitSignal(trial.shown) as shown:
        bar.give_up()
    assert shown.args == [index]


def test_the_number_of_samples_is_not_a_length_to_try(tmp_path):
    assert open_lengths(ModelIndex(onnx_files.opened(dense(), tmp_path))) == ()


def test_lengths_that_share_a_name_are_one(tmp_path):
    shape = ["batch", "seq", 4]
    made = model(
        [helper.make_node("Add", ["a", "b"], ["y"])],
        [value("a", shape), value("b", shape)],
        [value("y", shape)],
    )
    [length] = open_lengths(ModelIndex(onnx_files.opened(made, tmp_path)))
    assert (length.label, len(length.places)) == ("seq", 2)


def test_time_can_be_tried_though_the_file_fixes_it(index):
    [time] = open_lengths(index)
    assert (time.label, time.length) == ("time", 15)


def test_table_and_inspector_follow_a_length_that_is_tried(opened, qtbot):
    panels = opened("sine_lstm.keras").panels
    before = panels.inspector.sheet.toPlainText()
    bar = panels.inspector.lengths
    assert bar.isVisible()
    typed(qtbot, bar, "7")
    qtbot.waitUntil(lambda: bar.word.text() != "", timeout=10_000)
    table = panels.table.table.model()
    shapes = [str(table.index(row, 2).data()) for row in range(table.rowCount())]
    assert any("None × 7 ×" in shape for shape in shapes)
    assert panels.inspector.sheet.toPlainText() != before
    qtbot.mouseClick(bar.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panels.inspector.sheet.toPlainText() == before)
