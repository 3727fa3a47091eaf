"""Reading the bytes of a large file where they are looked at."""

from pathlib import Path

import numpy as np
import pytest

from loaders.formats import open_source
from loaders.formats._open_file import WHOLE_BYTES, OpenFile, Window, read_at
from loaders.formats._protobuf import WireError


def test_a_window_gives_the_bytes_of_the_file_at_every_place(tmp_path: Path) -> None:
    raw = np.random.default_rng(0).integers(0, 256, 600_000).astype(np.uint8).tobytes()
    path = tmp_path / "raw"
    path.write_bytes(raw)
    with OpenFile(open_source(path)) as opened:
        window = Window(opened.descriptor, len(raw))
        for at in (0, 5, 4095, 4096, 5000, 590_000, 3, 100_000, 100_001, 599_999):
            assert window[at] == raw[at]
            assert window[at : at + 5000] == raw[at : at + 5000]
        assert window[100:500_000] == raw[100:500_000]
        with pytest.raises(IndexError):
            window[len(raw)]


def test_a_small_file_is_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "raw"
    path.write_bytes(b"weights")
    with OpenFile(open_source(path)) as opened:
        assert opened.contents() == b"weights"


def test_a_file_that_was_shortened_meanwhile_is_refused_with_the_place(
    tmp_path: Path,
) -> None:
    path = tmp_path / "raw"
    path.write_bytes(bytes(WHOLE_BYTES + 1))
    with OpenFile(open_source(path)) as opened:
        path.write_bytes(b"weights")
        with pytest.raises(WireError, match="ends at byte 7, byte 20 is needed"):
            read_at(opened.descriptor, 0, 20)
