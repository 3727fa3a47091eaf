"""Finding nodes by words and conditions; pure, for jobs.

The index of a model of 50,000 nodes takes about a second; one search in it a few
hundredths.
"""

import operator
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from app.analysis.find_columns import Columns
from app.analysis.find_query import (
    FIELDS,
    Condition,
    FieldType,
    Relation,
    Words,
    number_in,
    parse,
)
from loaders.ir.index import ModelIndex

MOST_HITS = 1_000
"""How many are listed; all are counted."""

_COMPARE: dict[Relation, Callable[[float, float], bool]] = {
    Relation.EQUAL: operator.eq,
    Relation.UNLIKE: operator.ne,
    Relation.MORE: operator.gt,
    Relation.LEAST: operator.ge,
    Relation.LESS: operator.lt,
    Relation.MOST: operator.le,
}


class Found(Struct, frozen=True, kw_only=True):
    """What a search found.

    Attributes:
        ids: Nodes and groups, in graph order; at most as many as asked for.
        total: How many there are.
        of: How many were looked through.
        complaint: What was not understood; then nothing is found.
    """

    ids: tuple[str, ...] = ()
    total: int = 0
    of: int = 0
    complaint: str = ""


class FindIndex:
    """Looks through one model. Make it in a job; usable from any one thread."""

    def __init__(self, index: ModelIndex) -> None:
        self.columns = Columns(index)

    def warm_up(self) -> None:
        """Make what most searches need, so that the first one is as quick as others."""
        columns = self.columns
        _ = columns.words, columns.shapes, columns.setting_names
        for field in ("name", "type", "tensor", "dtype"):
            columns.texts(field)
        for field in ("params", "macs", "memory", "bits", "rank"):
            columns.numbers(field)

    def find(self, text: str, most: int = MOST_HITS) -> Found:
        """Return what holds every word and condition of a text; never raises.

        An empty text finds nothing.
        """
        query = parse(text)
        columns = self.columns
        of = len(columns.entries)
        if query.complaint:
            return Found(of=of, complaint=query.complaint)
        if not query.terms:
            return Found(of=of)
        rows: Sequence[int] = range(of)
        for term in query.terms:
            match term:
                case Words():
                    rows = self._with_words(rows, term)
                case Condition():
                    if complaint := self._unknown(term):
                        return Found(of=of, complaint=complaint)
                    holds = self._holding(term)
                    rows = [row for row in rows if holds(row) is not term.negated]
        ids = tuple(columns.entries[row].id for row in rows[:most])
        return Found(ids=ids, total=len(rows), of=of)

    def _with_words(self, rows: Sequence[int], term: Words) -> list[int]:
        words, text = self.columns.words, term.text
        if term.negated:
            return [row for row in rows if text not in words[row]]
        return [row for row in rows if text in words[row]]

    def _unknown(self, term: Condition) -> str:
        """Return what is wrong with a condition on a setting that nobody has."""
        if term.field in FIELDS or term.field in self.columns.setting_names:
            return ""
        return (
            f"Nothing here has a setting “{term.field}”. Known everywhere: "
            f"{', '.join(FIELDS)}."
        )

    def _holding(self, term: Condition) -> Callable[[int], bool]:
        columns, field = self.columns, term.field
        match FIELDS.get(field):
            case FieldType.NUMBER | FieldType.BYTES:
                return _number_test(columns.numbers(field), term)
            case FieldType.FLAG:
                wanted = (term.text in ("yes", "true", "1")) == (
                    term.relation is not Relation.UNLIKE
                )
                flags = columns.flags(field)
                return lambda row: flags[row] is wanted
            case FieldType.SHAPE:
                return _shape_test(columns.shapes, term)
            case FieldType.TEXT:
                return _text_test(columns.texts(field), term)
            case None:
                settings = columns.settings
                return lambda row: (
                    field in settings[row]
                    and _setting_holds(settings[row][field], term)
                )


def _number_test(numbers: list[float | None], term: Condition) -> Callable[[int], bool]:
    compare, wanted = _COMPARE[term.relation], term.number
    assert wanted is not None

    def holds(row: int) -> bool:
        number = numbers[row]
        return number is not None and compare(number, wanted)

    return holds


def _text_test(texts: list[tuple[str, ...]], term: Condition) -> Callable[[int], bool]:
    wanted = term.text
    match term.relation:
        case Relation.HAS:
            return lambda row: any(wanted in text for text in texts[row])
        case Relation.UNLIKE:
            return lambda row: wanted not in texts[row]
        case _:
            return lambda row: wanted in texts[row]


def _shape_test(
    shapes: list[tuple[tuple[str, ...], ...]], term: Condition
) -> Callable[[int], bool]:
    wanted, relation = term.lengths, term.relation
    # A model has few different shapes however many nodes it has.
    known: dict[tuple[tuple[str, ...], ...], bool] = {}
    alike = _holds_run if relation is Relation.HAS else _alike

    def holds(row: int) -> bool:
        own = shapes[row]
        found = known.get(own)
        if found is None:
            found = any(alike(shape, wanted) for shape in own)
            found = known[own] = found is not (relation is Relation.UNLIKE)
        return found

    return holds


def _alike(shape: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether a shape has these lengths; ``?`` and ``*`` stand for any."""
    return len(shape) == len(wanted) and all(
        length == want or want in ("?", "*") for length, want in zip(shape, wanted)
    )


def _holds_run(shape: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether a shape has these lengths next to each other."""
    return any(
        _alike(shape[start : start + len(wanted)], wanted)
        for start in range(len(shape) - len(wanted) + 1)
    )


def _setting_holds(setting: Any, term: Condition) -> bool:
    """Compare one setting; of a list, all numbers must do."""
    match setting:
        case bool():
            text = "yes" if setting else "no"
            same = term.text in (text, str(setting).casefold())
            return same is not (term.relation is Relation.UNLIKE)
        case int() | float() if term.number is not None:
            if term.relation is Relation.HAS:
                return setting == term.number
            return _COMPARE[term.relation](setting, term.number)
        case list() | tuple():
            return _list_holds(setting, term)
        case {"class_name": str(name)}:
            return _setting_holds(name, term)
        case dict():
            return False
    text = str(setting).casefold()
    match term.relation:
        case Relation.HAS:
            return term.text in text
        case Relation.UNLIKE:
            return term.text != text
        case Relation.EQUAL:
            return term.text == text
    number = number_in(text)
    assert term.number is not None
    return number is not None and _COMPARE[term.relation](number, term.number)


def _list_holds(setting: Sequence[Any], term: Condition) -> bool:
    if len(term.lengths) > 1:
        same = tuple(str(one).casefold() for one in setting) == term.lengths
        return same is not (term.relation is Relation.UNLIKE)
    if term.relation is Relation.HAS:
        return any(str(one).casefold() == term.text for one in setting)
    if term.relation is Relation.UNLIKE:
        return any(_setting_holds(one, term) for one in setting)
    return bool(setting) and all(_setting_holds(one, term) for one in setting)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text that a hit holds, in lower case."""
    return tuple(
        term.text
        for term in parse(text).terms
        if isinstance(term, Words) and not term.negated
    )
