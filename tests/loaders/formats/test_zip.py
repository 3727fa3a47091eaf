"""Zip archives that lie."""

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from loaders.formats._zip import Archive
from loaders.formats._zip_directory import read_directory
from loaders.ir.errors import (
    CorruptFileError,
    InspectorError,
    LimitError,
    UnsafeFileError,
)
from loaders.limits import Limits

PATH = Path("model.keras")
TEXT = b"weights " * 500


def made(
    *members: tuple[str, bytes], method: int = zipfile.ZIP_STORED, zip64: bool = False
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            with archive.open(name, "w", force_zip64=zip64) as stream:
                stream.write(data)
    return out.getvalue()


def opened(data: bytes, limits: Limits | None = None) -> Archive:
    archive = read_directory(PATH, io.BytesIO(data), len(data), limits or Limits())
    assert archive is not None
    return archive


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_come_back_as_they_were(method: int) -> None:
    archive = opened(made(("a/b.txt", TEXT), ("c", b""), method=method))
    assert archive.check() == []
    assert (archive.read("a/b.txt", 10_000), archive.read("c", 0)) == (TEXT, b"")


def test_a_stored_member_is_found_where_it_lies() -> None:
    data = made(("first", b"x" * 77), ("model.weights.h5", TEXT))
    start = opened(data).place("model.weights.h5")
    assert data[start : start + len(TEXT)] == TEXT


def test_64_bit_archives_are_read() -> None:
    archive = opened(made(("a", TEXT), zip64=True))
    assert archive.read("a", 10_000) == TEXT


def test_bytes_before_the_archive_are_skipped_and_told() -> None:
    archive = opened(b"#!/bin/sh\n" + made(("a", TEXT)))
    assert archive.read("a", 10_000) == TEXT
    assert "10 bytes lie before the archive" in archive.check()[0]


def test_a_comment_at_the_end_does_not_hide_the_directory() -> None:
    out = io.BytesIO(made(("a", TEXT)))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"PK\x05\x06 in a comment"
    assert opened(out.getvalue()).read("a", 10_000) == TEXT


def test_a_file_without_its_end_has_no_directory() -> None:
    data = made(("a", TEXT))[:-10]
    assert read_directory(PATH, io.BytesIO(data), len(data)) is None


def test_a_member_larger_than_the_budget_is_not_read() -> None:
    with pytest.raises(LimitError, match="4,000 bytes"):
        opened(made(("a", TEXT))).read("a", 3_999)


def test_a_declared_size_that_is_too_small_is_damage() -> None:
    data = made(("a", TEXT), method=zipfile.ZIP_DEFLATED)
    lie = data.replace(struct.pack("<L", len(TEXT)), struct.pack("<L", 100))
    with pytest.raises(CorruptFileError, match="declares 100 bytes and holds more"):
        opened(lie).read("a", 10_000)


def test_a_declared_size_that_is_too_large_is_damage() -> None:
    data = made(("a", TEXT), method=zipfile.ZIP_DEFLATED)
    lie = data.replace(struct.pack("<L", len(TEXT)), struct.pack("<L", 5000))
    with pytest.raises(CorruptFileError, match="declares 5,000 bytes and holds 4,000"):
        opened(lie).read("a", 10_000)


def test_one_flipped_bit_is_seen_by_the_checksum() -> None:
    data = bytearray(made(("a", TEXT)))
    data[100] ^= 1
    with pytest.raises(CorruptFileError, match="CRC"):
        opened(bytes(data)).verify("a")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused() -> None:
    with pytest.raises(CorruptFileError, match=r"config\.json twice"):
        opened(made(("config.json", b"{}"), ("config.json", b"[]"))).check()


def test_members_that_overlap_are_refused() -> None:
    data = made(("a", TEXT), ("b", TEXT))
    archive = opened(data)
    second = archive.members["b"].header
    entry = data.rindex(struct.pack("<L", second))  # in the directory's entry of b
    lie = data[:entry] + struct.pack("<L", second - 100) + data[entry + 4 :]
    with pytest.raises(CorruptFileError, match="a and b overlap"):
        opened(lie).check()


def test_a_symbolic_link_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("model.weights.h5")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(UnsafeFileError, match="symbolic link"):
        opened(out.getvalue()).check()


def test_an_encrypted_member_is_refused() -> None:
    data = bytearray(made(("a", TEXT)))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InspectorError, match="password"):
        opened(bytes(data)).check()


def test_an_unknown_compression_method_is_named() -> None:
    data = bytearray(made(("a", TEXT)))
    data[8] = data[data.index(b"PK\x01\x02") + 10] = 9
    with pytest.raises(InspectorError, match="compression method 9"):
        opened(bytes(data)).read("a", 10_000)


def test_names_that_point_outside_are_told_and_never_used() -> None:
    [told] = opened(made(("../../x", b""), ("a", b""))).check()
    assert "../../x" in told


def test_too_many_members_are_refused_before_they_are_listed() -> None:
    data = made(*((str(number), b"") for number in range(4)))
    with pytest.raises(LimitError, match="It has 4; the limit is 3"):
        opened(data, Limits(zip_members=3))


def test_a_directory_that_does_not_fit_the_file_is_damage() -> None:
    data = bytearray(made(("a", TEXT)))
    end = data.rindex(b"PK\x05\x06")
    struct.pack_into("<L", data, end + 12, 1 << 20)
    with pytest.raises(CorruptFileError, match="incomplete"):
        opened(bytes(data))
