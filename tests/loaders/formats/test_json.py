"""JSON that nobody vouches for."""

import math
from pathlib import Path

import pytest

from loaders.formats._json import check_depth, read_json
from loaders.ir.errors import CorruptFileError, LimitError
from loaders.limits import Limits

PATH = Path("model.json")
SMALL = Limits(text_bytes=200, json_depth=4)


def test_plain_json_is_read() -> None:
    assert read_json(b'{"a": [1, 2.5, null]}', "x", PATH) == {"a": [1, 2.5, None]}


def test_a_byte_order_mark_is_allowed() -> None:
    assert read_json(b"\xef\xbb\xbf{}", "x", PATH) == {}


def test_bytes_that_are_not_utf_8_are_named_with_their_place() -> None:
    with pytest.raises(CorruptFileError, match=r"byte 2 is e9"):
        read_json(b'["\xe9"]', "config.json", PATH)


def test_a_syntax_error_is_told_with_line_and_column() -> None:
    with pytest.raises(CorruptFileError, match="line 2, column 1"):
        read_json(b"{\n]", "config.json", PATH)


def test_text_longer_than_the_limit_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(LimitError, match="201 bytes"):
        read_json(b"\xff" * 201, "config.json", PATH, SMALL)


def test_more_objects_than_the_limit_are_refused_before_they_are_made() -> None:
    with pytest.raises(LimitError, match="It has 4; the limit is 3"):
        read_json(b"[{},{},{},{}]", "config.json", PATH, Limits(json_objects=3))


@pytest.mark.parametrize("text", [b"[" * 5 + b"]" * 5, b'{"a":' * 5 + b"1" + b"}" * 5])
def test_nesting_deeper_than_the_limit_is_refused(text: bytes) -> None:
    with pytest.raises(LimitError, match="deeply nested"):
        read_json(text, "config.json", PATH, SMALL)


def test_nesting_up_to_the_limit_is_read() -> None:
    assert read_json(b"[[[[1]], [[2]]]]", "x", PATH, SMALL) == [[[[1]], [[2]]]]


def test_brackets_in_strings_do_not_nest() -> None:
    text = rb'["[[[[[[", "\"[[[[[[", "\\"]'
    assert read_json(text, "x", PATH, SMALL)[0] == "[[[[[["


def test_unclosed_brackets_beyond_the_limit_never_reach_the_parser() -> None:
    with pytest.raises(LimitError):
        check_depth(b"[" * 100_000, "x", PATH)


def test_an_unfinished_string_full_of_quotes_is_scanned_in_one_pass() -> None:
    many = (b"[" * 100 + b"]" * 100) * 4
    check_depth(many + b'"' + rb"\"" * 200_000, "x", PATH)


def test_of_two_equal_keys_the_last_counts_and_both_are_told() -> None:
    told: list[str] = []
    value = read_json(
        b'{"a": 1, "b": 0, "a": 2}', "config.json", PATH, note=told.append
    )
    assert value == {"a": 2, "b": 0}
    assert told == ["config.json has the key “a” twice in one object; the last counts."]


def test_numbers_that_are_none_are_kept_and_told() -> None:
    told: list[str] = []
    value = read_json(b"[NaN, -Infinity, 1e999]", "x", PATH, note=told.append)
    assert math.isnan(value[0])
    assert value[1:] == [-math.inf, math.inf]
    assert told == ["x has NaN, 1e999 where a number belongs, in 2 places."]


def test_a_number_of_many_digits_is_refused() -> None:
    with pytest.raises(LimitError, match="4,300 digits"):
        read_json(b"1" * 20_000, "x", PATH)
