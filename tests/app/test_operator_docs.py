"""Documentation of ONNX operators in the open window."""

from viewers.sections import Line


def test_a_selected_node_gets_its_definition_as_a_tab(opened, qtbot):
    panels = opened("figures_int8.onnx").panels
    [conv] = [n for n in panels.summary.rows.lines if n.id == "/edges/Conv"]
    panels.select(conv.id)
    inspector = panels.inspector

    def docs():
        for page in inspector._pages.pages:
            if page.title == "Docs":
                return page.sections
        return ()

    qtbot.waitUntil(lambda: len(docs()) == 4, timeout=20_000)
    about, attributes, *_rest = docs()
    assert about.title == "About Conv"
    assert isinstance(about.items[0], Line)
    assert ("kernel_shape", "3, 3") in [(r.label, r.detail) for r in attributes.items]
    titles = [inspector.tabs.tabText(at) for at in range(inspector.tabs.count())]
    assert titles.count("Docs") == 1
