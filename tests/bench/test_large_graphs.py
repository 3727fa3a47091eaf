"""Tens of thousands of nodes: opening, finding, opening every group."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.analysis.find import FindIndex
from loaders.formats import read_model
from loaders.ir.index import ModelIndex
from loaders.ir.layout import Arrangement
from tests.bench.test_cold_start import drawn
from viewers.drawing.layout import lay_out

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

PROBE = Path(__file__).with_name("window_probe.py")
ROUNDS = 3
# file, seconds to `drawn` from the start of the process
COLD = [("tf_20k.onnx", 3.0), ("tf_50k.onnx", 6.0)]
OPEN_ALL, GAP, KEYSTROKE = 5.0, 100.0, 0.1
WORK = 80.0
QUERIES = (
    "m",
    "ma",
    "matmul",
    "matmul layers.18",
    "params > 1e6",
    "shape has 64",
    "dtype = float32",
    "perm = 0,2,1,3",
    "group: layers",
)


def probe(file, *options):
    """Return what a window in a process of its own measured."""
    found = subprocess.run(
        [sys.executable, PROBE, file, *options],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return json.loads(found.stdout.splitlines()[-1])


@pytest.mark.parametrize(("name", "seconds"), COLD)
def test_cold_start(benchmark, scale, table, name, seconds):
    file = scale / name
    drawn(file)  # brings the file and the libraries into the page cache
    events = []
    benchmark.pedantic(lambda: events.append(drawn(file)), rounds=ROUNDS)
    times = sorted(event["ms"] / 1000 for event in events)
    last = events[-1]
    table(
        f"{name:16} drawn {times[ROUNDS // 2]:5.2f} s, best {times[0]:.2f} "
        f"(budget {seconds:.1f}), {last['nodes_painted']} boxes painted, "
        f"{last['nodes_collapsed']:,} of {last['nodes_in_graph']:,} nodes in closed "
        "groups"
    )
    assert times[0] < seconds


@pytest.mark.parametrize("name", [name for name, _seconds in COLD])
def test_the_window_answers_while_a_model_comes_in(benchmark, scale, table, name):
    found = []
    benchmark.pedantic(lambda: found.append(probe(scale / name)), rounds=ROUNDS)
    best = min(found, key=lambda one: one["gap"])
    table(
        f"{name:16} longest gap while it opens {best['gap']:5.1f} ms, of which at work "
        f"{best['gap_cpu']:.1f} (budget {GAP:.0f})"
    )
    assert best["gap"] < GAP


def test_every_group_of_20_000_nodes_is_opened(benchmark, scale, table):
    found = []
    file = scale / "tf_20k.onnx"
    benchmark.pedantic(lambda: found.append(probe(file, "--open-all")), rounds=ROUNDS)
    best = min(found, key=lambda one: one["open_all"])
    table(
        f"tf_20k.onnx      all groups open {best['open_all']:5.2f} s (budget "
        f"{OPEN_ALL}), of which planning {best['planned']:.2f} s; {best['boxes']:,} "
        f"boxes; longest gap {best['open_all_gap']:.1f} ms"
    )
    assert best["open_all"] < OPEN_ALL
    assert best["open_all_gap"] < GAP


def test_the_window_answers_whatever_is_done_to_50_000_nodes(benchmark, scale, table):
    found = []
    file = scale / "tf_50k.onnx"
    options = ("--open-all", "--use")
    benchmark.pedantic(lambda: found.append(probe(file, *options)), rounds=ROUNDS)
    for name in (name for name in found[0] if name.startswith("use_")):
        best = min(one[name] for one in found)
        act = name.removeprefix("use_")
        table(
            f"tf_50k.onnx      {act:8} keeps the window {best:5.1f} ms (budget {WORK})"
        )
        assert best < WORK, act


@pytest.mark.parametrize("name", ["tf_5k.onnx", "tf_20k.onnx", "tf_50k.onnx"])
@pytest.mark.parametrize("groups", ["closed", "open"])
def test_planning_a_picture(benchmark, scale, table, name, groups):
    model = read_model(scale / name)
    arrangement = None
    if groups == "open":
        arrangement = Arrangement(opened=tuple(sorted(model.grouping.groups)))
    plan = benchmark.pedantic(lambda: lay_out(model, arrangement), rounds=1)
    table(
        f"{name:16} planned with groups {groups:6} {benchmark.stats['median']:6.3f} s, "
        f"{len(plan.boxes):,} boxes, {len(plan.routes):,} edges"
    )
    assert not plan.fallback


def test_finding_in_50_000_nodes(benchmark, scale, table):
    index = FindIndex(ModelIndex(read_model(scale / "tf_50k.onnx")))
    index.warm_up()

    def keystrokes():
        return [index.find(text).total for text in QUERIES]

    benchmark.pedantic(keystrokes, rounds=ROUNDS)
    each = benchmark.stats["median"] / len(QUERIES)
    table(f"tf_50k.onnx      a keystroke in the find field {each * 1000:5.1f} ms")
    for text in QUERIES:
        start = benchmark._timer()
        index.find(text)
        assert benchmark._timer() - start < KEYSTROKE, text
