"""What is shown with the nodes that use it, switched in the window."""

from loaders.ir.walk import totals

INT8 = "figures_int8.onnx"


def test_rounding_is_shown_as_nodes_and_folded_again(opened, window, qtbot):
    view = opened(INT8)
    panels = view.panels
    switch = window.commands["fold-rounding"]
    assert switch.isChecked()
    ops = {node.op for node in panels.summary.rows.index.nodes.values()}
    assert "DequantizeLinear" not in ops
    before = totals(view.document.model)
    panels.select("/edges/Conv")
    switch.trigger()
    qtbot.waitUntil(lambda: not panels.folding.rounding, timeout=20_000)
    nodes = view.document.index.nodes.values()
    assert "DequantizeLinear" in {node.op for node in nodes}
    assert panels.selected == "/edges/Conv"
    assert panels.isVisible()
    assert totals(view.document.model) == before  # nothing is counted otherwise
    assert not switch.isChecked()
    switch.trigger()
    qtbot.waitUntil(lambda: panels.folding.rounding, timeout=20_000)
    assert switch.isChecked()


def test_a_file_that_is_read_again_is_folded_as_before(opened, window, qtbot):
    view = opened(INT8)
    window.commands["fold-constants"].trigger()
    qtbot.waitUntil(lambda: not view.panels.folding.constants, timeout=20_000)
    with qtbot.waitSignal(view.reread, timeout=20_000) as reread:
        window.commands["reload"].trigger()
    assert not reread.args[0].any
    assert not view.panels.folding.constants
