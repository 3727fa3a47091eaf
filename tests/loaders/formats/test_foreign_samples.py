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
    assert "30,000 × 20 pixels" in said(tmp_path, head + b"\x08\x02\0\0\0")


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
