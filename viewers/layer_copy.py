"""Lines of the layer table as text for other programs. No Qt."""

from collections.abc import Sequence

from viewers.layer_columns import LOOKS, Column
from viewers.layer_rows import LayerRows


def as_tsv(rows: LayerRows, lines: Sequence[int], columns: Sequence[Column]) -> str:
    """Return lines with tabs between their cells, numbers whole and plain."""
    table = [[LOOKS[column].title for column in columns]]
    table += [[rows.exact(at, column) for column in columns] for at in lines]
    return "".join("\t".join(map(_one_line, cells)) + "\n" for cells in table)


def as_markdown(
    rows: LayerRows, lines: Sequence[int], columns: Sequence[Column]
) -> str:
    """Return lines as a table in Markdown, numbers as they are shown."""
    titles = [LOOKS[column].title for column in columns]
    rules = ["---:" if LOOKS[column].is_number else ":---" for column in columns]
    table = [titles, rules]
    table += [[_cell(rows.text(at, column)) for column in columns] for at in lines]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in table)


def _one_line(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ")


def _cell(text: str) -> str:
    """Return text that Markdown shows as it is."""
    for special in ("\\", "|", "*", "_", "`", "<", "["):
        text = text.replace(special, "\\" + special)
    return _one_line(text)
