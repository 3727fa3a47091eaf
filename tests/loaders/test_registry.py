from types import SimpleNamespace

import pytest

from loaders.registry import Registry


@pytest.fixture
def registry():
    return Registry("loaders.quantizers")


def test_items_come_in_the_order_of_their_ids(registry):
    for id in ("b", "a"):
        registry.add(SimpleNamespace(id=id))
    assert [item.id for item in registry] == ["a", "b"]


def test_two_items_of_one_id_fail_loudly(registry):
    registry.add(SimpleNamespace(id="a"))
    with pytest.raises(ValueError, match="twice"):
        registry.add(SimpleNamespace(id="a"))
