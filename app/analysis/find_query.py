"""What a user types into the find field, taken apart: words and conditions.

``conv params > 1e6 -"block 2"`` asks for nodes that hold the word ``conv``, have more
than a million parameters and do not hold the phrase. Everything is ANDed. What cannot
be understood is never left out silently: ``Query.complaint`` says what was expected.
"""

import re
from enum import StrEnum

from msgspec import Struct

MOST_CHARACTERS = 1_000
"""More than anybody types; the rest is not read."""


class Relation(StrEnum):
    """How a condition compares."""

    EQUAL = "="
    UNLIKE = "!="
    MORE = ">"
    LEAST = ">="
    LESS = "<"
    MOST = "<="
    HAS = "has"


class Words(Struct, frozen=True):
    """Some text that a node must hold somewhere (or not, if ``negated``)."""

    text: str
    negated: bool = False


class Condition(Struct, frozen=True):
    """A comparison: ``params > 1e6``.

    Attributes:
        field: One of ``FIELDS``, or the name of a setting (``strides``).
        relation: How.
        text: With what, as it was typed.
        number: The same as a number; ``None`` if it is none.
        lengths: The same as lengths of axes; empty if it is not a list.
        negated: Whether it must not hold.
    """

    field: str
    relation: Relation
    text: str
    number: float | None = None
    lengths: tuple[str, ...] = ()
    negated: bool = False


class Query(Struct, frozen=True):
    """What is looked for.

    Attributes:
        terms: All of them must hold.
        complaint: One sentence about what was not understood; empty if all was.
    """

    terms: tuple[Words | Condition, ...] = ()
    complaint: str = ""


class FieldType(StrEnum):
    """What a field can be compared with."""

    NUMBER = "number"
    BYTES = "bytes"
    TEXT = "text"
    SHAPE = "shape"
    FLAG = "flag"


FIELDS = {
    "params": FieldType.NUMBER,
    "macs": FieldType.NUMBER,
    "memory": FieldType.BYTES,
    "bits": FieldType.NUMBER,
    "rank": FieldType.NUMBER,
    "inputs": FieldType.NUMBER,
    "outputs": FieldType.NUMBER,
    "nodes": FieldType.NUMBER,
    "name": FieldType.TEXT,
    "type": FieldType.TEXT,
    "tensor": FieldType.TEXT,
    "dtype": FieldType.TEXT,
    "group": FieldType.TEXT,
    "shape": FieldType.SHAPE,
    "trainable": FieldType.FLAG,
    "shared": FieldType.FLAG,
    "quantized": FieldType.FLAG,
    "warning": FieldType.FLAG,
    "problem": FieldType.FLAG,
}
_ALIASES = {
    "parameters": "params",
    "param": "params",
    "weights": "params",
    "multiply-adds": "macs",
    "size": "memory",
    "bytes": "memory",
    "dims": "rank",
    "ndim": "rank",
    "op": "type",
    "layer": "type",
    "class": "type",
    "weight": "tensor",
    "value": "tensor",
    "scope": "group",
    "warnings": "warning",
    "problems": "problem",
}
_UNITS = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}
_NUMBER = re.compile(r"([+-]?[\d,]*\.?\d+(?:e[+-]?\d+)?) ?([kmgt]?)(b?)", re.IGNORECASE)
_OPERATORS = {
    ">=": Relation.LEAST,
    "<=": Relation.MOST,
    "≥": Relation.LEAST,
    "≤": Relation.MOST,
    "!=": Relation.UNLIKE,
    "≠": Relation.UNLIKE,
    "==": Relation.EQUAL,
    "=": Relation.EQUAL,
    ">": Relation.MORE,
    "<": Relation.LESS,
    ":": Relation.HAS,
    "has": Relation.HAS,
}
_CONDITION = re.compile(
    r"([^\W\d][\w.-]*)(?:\s*(>=|<=|!=|==|≥|≤|≠|=|>|<|:)\s*|\s+(has)(?:\s+|$))"
)
_NEGATION = re.compile(r"-(?=[^\s\d])|not(?:\s+)(?=\S)", re.IGNORECASE)
_STATE = re.compile(r"(has|is)\s+(\w+)", re.IGNORECASE)
_LENGTHS = re.compile(
    r"[(\[]?\s*[\w?+*/-]+(?:\s*[×,]\s*[\w?+*/-]+|x[\d?]+)*\s*,?\s*[)\]]?"
)
_JOINTS = re.compile(r"\s*[×,]\s*|(?<=[\d?])x(?=[\d?])")
_WORD = re.compile(r"\S+")
_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})


def parse(text: str) -> Query:
    """Return what a text asks for; never raises."""
    return _Parser(text[:MOST_CHARACTERS]).query()


def number_in(text: str) -> float | None:
    """Return the number that a text is: ``1e6``, ``4,632``, ``36.9 k``, ``2 MB``."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return float(found[1].replace(",", "")) * _UNITS[found[2].casefold()]
    except ValueError:
        return None


class _UnclearError(Exception):
    """A condition is not whole; the sentence says what it needs."""


class _Parser:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def query(self) -> Query:
        terms: list[Words | Condition] = []
        try:
            while self._skip_space():
                if (term := self._term()) is not None:
                    terms.append(term)
        except _UnclearError as error:
            return Query((), str(error))
        return Query(tuple(terms))

    def _skip_space(self) -> bool:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._at < len(self._text)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return found

    def _term(self) -> Words | Condition | None:
        negated = self._take(_NEGATION) is not None
        if self._text[self._at] == '"':
            phrase = self._phrase()
            return Words(phrase, negated) if phrase else None
        if state := _STATE.match(self._text, self._at):
            field = _field(state[2])
            if FIELDS.get(field) is FieldType.FLAG:
                self._at = state.end()
                return Condition(field, Relation.EQUAL, "yes", negated=negated)
        if (found := _CONDITION.match(self._text, self._at)) and _is_condition(found):
            self._at = found.end()
            return self._condition(found, negated)
        word = self._take(_WORD)
        return Words(word[0].casefold(), negated) if word else None

    def _phrase(self) -> str:
        end = self._text.find('"', self._at + 1)
        end = len(self._text) if end < 0 else end
        phrase = self._text[self._at + 1 : end]
        self._at = end + 1
        return phrase.casefold()

    def _condition(self, found: re.Match[str], negated: bool) -> Condition:
        field = _field(found[1])
        relation = _OPERATORS[found[2] or found[3]]
        sort = FIELDS.get(field)
        text = self._operand(sort, relation)
        written = f"{found[1]} {found[2] or found[3]}"
        number = number_in(text)
        if not text:
            raise _UnclearError(f"{written} needs {_needed(field, sort)}.")
        if sort in (FieldType.NUMBER, FieldType.BYTES):
            if number is None:
                raise _UnclearError(
                    f"{written} needs a number, not “{text}”: {_needed(field, sort)}."
                )
            relation = Relation.EQUAL if relation is Relation.HAS else relation
        if sort is FieldType.FLAG and text.casefold() not in _YES | _NO:
            raise _UnclearError(f"{written} needs yes or no, not “{text}”.")
        comparing = relation not in (Relation.EQUAL, Relation.UNLIKE, Relation.HAS)
        if sort in (FieldType.TEXT, FieldType.SHAPE, FieldType.FLAG) and comparing:
            raise _UnclearError(
                f"{found[1]} can be compared with = or != or has, not with {relation}."
            )
        if comparing and number is None:
            raise _UnclearError(f"{written} needs a number, not “{text}”.")
        lengths = tuple(
            length.casefold()
            for length in _JOINTS.split(text.strip("()[], "))
            if length
        )
        return Condition(
            field, relation, text.casefold(), number, lengths, negated=negated
        )

    def _operand(self, sort: FieldType | None, relation: Relation) -> str:
        if not self._skip_space():
            return ""
        if self._text[self._at] == '"':
            return self._phrase()
        if sort in (FieldType.NUMBER, FieldType.BYTES):
            if (number := self._take(_NUMBER)) and self._is_at_end_of_word():
                return number[0]
            if number is not None:
                self._at = number.start()
        several = sort is None or sort is FieldType.SHAPE
        if several and relation is not Relation.HAS:
            found = self._take(_LENGTHS)
            if found is not None and self._is_at_end_of_word():
                return found[0].strip()
            if found is not None:
                self._at = found.start()
        word = self._take(_WORD)
        return word[0] if word else ""

    def _is_at_end_of_word(self) -> bool:
        return self._at >= len(self._text) or self._text[self._at].isspace()


def _field(word: str) -> str:
    """Return which field a word names; a setting keeps its own name."""
    known = word.casefold()
    return _ALIASES.get(known, known)


def _is_condition(found: re.Match[str]) -> bool:
    """Whether a match is meant as a condition.

    ``dense/kernel:0`` and ``onnx::Conv_3`` are names, and ``conv has warning`` is a
    word before a state; a setting that we do not know can have a number (``pads has
    1``).
    """
    if found[2] not in (":", None) or _field(found[1]) in FIELDS:
        return True
    return found[3] is not None and found.string[found.end() :][:1].isdigit()


def _needed(field: str, sort: FieldType | None) -> str:
    match sort:
        case FieldType.NUMBER:
            return f"a number, such as {field} > {'4' if field == 'bits' else '1e6'}"
        case FieldType.BYTES:
            return f"a size, such as {field} > 1 MB"
        case FieldType.SHAPE:
            return f"lengths, such as {field} = 64 × 3 × 7 × 7 or {field} has 64"
        case FieldType.FLAG:
            return "yes or no"
        case _:
            return "something to compare with"
