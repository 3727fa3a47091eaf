"""How long plans of large pictures take: in the reader, from a model that is read."""

import pytest
from msgspec.structs import replace

from loaders.formats import read_model
from viewers.drawing.layout import Planner, first_arrangement

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

ROUNDS = 3
# file, seconds to the first picture, to all groups open, to one group opened or closed
BUDGETS = [
    ("tf_5k.onnx", 0.1, 0.4, 0.15),
    ("tf_20k.onnx", 0.4, 1.5, 0.5),
    ("tf_50k.onnx", 1.0, 4.0, 1.5),
]


@pytest.fixture(scope="module", params=BUDGETS, ids=lambda row: row[0])
def large(request, scale):
    file, *budgets = request.param
    return read_model(scale / file), budgets


def everything(model):
    opened = tuple(sorted(model.grouping.groups))
    return replace(first_arrangement(model), opened=opened)


def check(benchmark, seconds):
    assert benchmark.disabled or benchmark.stats["median"] < seconds


def test_the_first_picture(large, benchmark):
    model, (seconds, _, _) = large
    benchmark.pedantic(lambda: Planner(model).lay_out(), rounds=ROUNDS)
    check(benchmark, seconds)


def test_all_groups_open(large, benchmark):
    model, (_, seconds, _) = large
    wanted = everything(model)
    layout = benchmark.pedantic(lambda: Planner(model).lay_out(wanted), rounds=ROUNDS)
    assert layout.fallback == ""
    check(benchmark, seconds)


def test_one_group_closed_among_all_that_are_open(large, benchmark):
    model, (_, _, seconds) = large
    planner, whole = Planner(model), everything(model)
    planner.lay_out(whole)
    groups = iter(whole.opened)

    def close_another():
        closed = next(groups)
        opened = tuple(group for group in whole.opened if group != closed)
        planner.lay_out(replace(whole, opened=opened))

    benchmark.pedantic(close_another, rounds=ROUNDS)
    check(benchmark, seconds)


def test_one_group_opened_among_closed_ones(large, benchmark):
    model, _budgets = large
    planner = Planner(model)
    first = planner.lay_out()
    groups = model.grouping.groups
    closed = iter([box.node for box in first.boxes if box.node in groups])

    def open_another():
        opened = tuple(sorted({*first.arrangement.opened, next(closed)}))
        planner.lay_out(replace(first.arrangement, opened=opened))

    benchmark.pedantic(open_another, rounds=ROUNDS)
    check(benchmark, 0.1)
