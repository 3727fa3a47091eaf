import io
import struct

import numpy as np
import pytest

from loaders.formats import read_model
from loaders.ir.errors import InspectorError


def said(tmp_path, data):
    path = tmp_path / "sample"
    path.write_bytes(data)
    with pytest.raises(InspectorError) as error:
        read_model(path)
    return str(error.value)


def array(values):
    out = io.BytesIO()
    np.save(out, values)
    return out.getvalue()


def test_a_picture_is_named_with_its_pixels(tmp_path):
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 30000, 20)
    text = said(tmp_path, head + b"\x08\x02\0\0\0" + b"IEND\xaeB`\x82")
    assert "30,000 × 20 pixels" in text
    assert "incomplete" not in text


def test_a_picture_without_its_end_is_incomplete(tmp_path):
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 64, 20)
    assert "incomplete: it should be 64 × 20 pixels" in said(tmp_path, head)


def test_a_sound_that_is_cut_short_says_both_sizes(tmp_path):
    sound = b"RIFF" + struct.pack("<I", 4_000_000_000) + b"WAVEfmt "
    assert "cut short: it declares 4.0 GB, the file has 16 B" in said(tmp_path, sound)
    whole = b"RIFF" + struct.pack("<I", 8) + b"WAVEfmt "
    assert "cut short" not in said(tmp_path, whole)


def test_an_archive_of_arrays_says_how_large_they_are_when_unpacked(tmp_path):
    out = io.BytesIO()
    np.savez_compressed(out, a=np.zeros(250_000))
    assert "1 array, 2.0 MB large when unpacked: a.npy" in said(
        tmp_path, out.getvalue()
    )


def test_an_array_is_named_with_its_shape(tmp_path):
    assert "Its shape is 2 × 3" in said(tmp_path, array(np.zeros((2, 3))))


def test_an_array_that_is_cut_short_says_both_sizes(tmp_path):
    text = said(tmp_path, array(np.zeros((100, 3)))[:200])
    assert "100 × 3 takes 2.4 kB, the file has 200 B" in text


def test_a_table_is_named_with_its_columns(tmp_path):
    assert "first line has 3 columns." in said(tmp_path, b"1,2.5,3\n4,5,6e-3\n")


def test_a_ragged_table_says_which_line_is_odd(tmp_path):
    assert "its line 2 has 2" in said(tmp_path, b"1,2,3\n4,5\n6,7,8\n")


def test_prose_is_no_table(tmp_path):
    assert "a text file" in said(tmp_path, b"one, two, three\n")
