"""Numbers that only the reader can make plain, of every real file that has some."""

from collections import Counter

import h5py
import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from app.engine.messages import ReadTensor
from app.reader.tensors import Tensors
from loaders.formats import no_progress, read_model
from loaders.ir.errors import InspectorError
from loaders.ir.tensors import Packing, bits_of

pytestmark = pytest.mark.corpus

PLAIN = (Packing.PLAIN, Packing.BIG_ENDIAN, Packing.ABSENT)


def weights(model):
    """Yield every weight and listed array once."""
    seen = {}
    for one in model.parameters():
        seen.setdefault(one.id, one)
    for group in model.others:
        for one in group.tensors:
            assert one.id not in seen, f"{one.id} means two arrays"
            seen[one.id] = one
    return seen.values()


def stored(path, parameter, onnx_tensors):
    """Return the numbers as the format's own library reads them."""
    key = parameter.tensor.key
    if ":/" in key and h5py.is_hdf5(path):
        with h5py.File(path) as file:
            return file[key.partition(":/")[2]][()]
    made = onnx_tensors.get(parameter.name)
    if made is None or ">" in key:
        return None
    found = numpy_helper.to_array(made)
    bits = bits_of(parameter.tensor.dtype) or 8
    if bits < 8 and found.dtype == np.uint8:  # an operator's own packing
        ones = np.unpackbits(found, bitorder="little").reshape(-1, bits)
        found = (ones << np.arange(bits)).sum(axis=1).reshape(parameter.tensor.shape)
    return found


def initializers(graph):
    found = {one.name: one for one in graph.initializer}
    for node in graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.name == "value":
                found[node.output[0]] = attribute.t
            if attribute.HasField("g"):
                found |= initializers(attribute.g)
    return found


@pytest.fixture(scope="module")
def read(corpus):
    """All real files and seeds that open."""
    found = []
    for folder in ("real", "seed", "quant"):
        for path in sorted((corpus / folder).rglob("*")):
            if path.is_file() and path.suffix != ".py":
                try:
                    found.append((path, read_model(path)))
                except InspectorError:
                    continue  # the tests of opening look at these
    return found


def test_unpacked_numbers_are_those_that_the_formats_own_libraries_read(read, tmp_path):
    compared = Counter()
    for path, model in read:
        packed = [one for one in weights(model) if one.tensor.packing not in PLAIN]
        tensors = Tensors(model, tmp_path)
        made = {}
        if packed and model.format.startswith("ONNX"):
            made = initializers(onnx.load(path, load_external_data=False).graph)
        for parameter in packed:
            if parameter.tensor.dtype == "string":
                continue
            found = tensors.read(ReadTensor(id=parameter.id), no_progress).read()
            assert found.shape == parameter.tensor.shape
            expected = stored(path, parameter, made)
            if expected is not None:
                where = f"{path.name} {parameter.name}"
                np.testing.assert_array_equal(
                    found.astype(expected.dtype), expected, err_msg=where
                )
                compared[parameter.tensor.packing] += 1
            elif parameter.name in made:  # turned: the same numbers in another order
                leaf = numpy_helper.to_array(made[parameter.name])
                np.testing.assert_array_equal(np.sort(found, None), np.sort(leaf, None))
                compared["turned"] += 1
    assert compared[Packing.READER] >= 48
    assert compared[Packing.HALF_BYTE] >= 19
    assert compared[Packing.QUARTER_BYTE] >= 7
    assert compared["turned"] >= 30


def test_every_plain_array_can_be_read(read, tmp_path):
    for path, model in read:
        tensors = Tensors(model, tmp_path)
        for parameter in weights(model):
            if parameter.tensor.packing in PLAIN[:2]:
                found = tensors.read(ReadTensor(id=parameter.id), no_progress)
                rows = found.read(slice(0, 1))
                assert rows.shape[1:] == parameter.tensor.shape[1:], path.name
