"""Damaged HDF5 files, read in a process that may die of them."""

import io
import json
import os
import select
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import h5py
import pytest

from tests.fuzz import changes, seeds

TIMES = int(os.environ.get("LAYERSCOPE_FUZZ", "1"))
pytestmark = pytest.mark.timeout(240 * TIMES)
COMPUTES_SECONDS, WAITS_SECONDS = 4.0, 60.0
"""How much processor time, and how much time at all, one file may take: others may use
the machine, too."""
TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).parents[2]


class Worker:
    """Reads files one after another; starts again when it has died."""

    def __init__(self):
        self._process = None

    def read(self, path):
        """Return what became of one file: a line of the worker, or died, or late."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.fuzz.worker"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                bufsize=1,
            )
            assert self._process.stdout.readline() == "ready\n"
        self._process.stdin.write(f"{path}\n")
        if not self._answers():
            self.stop()
            return "late"
        line = self._process.stdout.readline()
        if not line:
            self.stop()
            return "died"
        return line.rstrip("\n")

    def _answers(self):
        """Wait for a line or the end of the process; false if that takes too long."""
        computed, end = self._computed(), time.monotonic() + WAITS_SECONDS
        while not select.select([self._process.stdout], [], [], 0.1)[0]:
            took = self._computed() - computed
            if took > COMPUTES_SECONDS or time.monotonic() > end:
                return False
        return True

    def _computed(self):
        """Return how many seconds of processor time the process has had."""
        stat = Path(f"/proc/{self._process.pid}/stat").read_text()
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / TICKS

    def stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@pytest.fixture(scope="module")
def worker():
    one = Worker()
    yield one
    one.stop()


def campaign(worker, tmp_path, cases, name, damaged):
    """Read ``cases`` files made by ``damaged``; count how they end."""
    ends = Counter()
    start = 0 if TIMES == 1 else int.from_bytes(os.urandom(4), "big")
    for seed in range(start, start + cases * TIMES):
        path = tmp_path / name
        path.write_bytes(damaged(Random(seed)))
        end = worker.read(path)
        if end.startswith("wrong"):
            kept = os.environ.get("LAYERSCOPE_FUZZ_KEEP")
            if kept:
                path.rename(Path(kept) / f"{seed}-{name}")
            pytest.fail(f"seed {seed}: {json.loads(end[6:])}")
        ends[end] += 1
    # The library behind may die of damage; it is a process of its own that dies.
    assert ends["died"] + ends["late"] <= max(2, cases * TIMES // 25), ends
    assert ends["refused"] > 0
    assert ends["opens"] > 0


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_hdf5_with_odd_bytes_opens_or_is_refused(worker, tmp_path, libver):
    whole = seeds.legacy(tmp_path, seeds.DESCRIPTIONS["old"])
    if libver == "latest":
        with (
            h5py.File(io.BytesIO(whole)) as old,
            h5py.File(tmp_path / "new.h5", "w", libver="latest") as new,
        ):
            for key in old:
                old.copy(key, new)
            new.attrs.update(old.attrs)
        whole = (tmp_path / "new.h5").read_bytes()
    campaign(worker, tmp_path, 80, "m.h5", lambda r: changes.change_bytes(whole, r))


def test_hdf5_with_odd_settings_opens_or_is_refused(worker, tmp_path):
    tree = seeds.DESCRIPTIONS["old"]

    def damaged(random):
        return seeds.legacy(tmp_path, changes.change_json(tree, random))

    campaign(worker, tmp_path, 80, "m.h5", damaged)


def test_archives_with_odd_weights_open_or_are_refused(worker, tmp_path):
    tree, weights = seeds.DESCRIPTIONS["pictures"], seeds.weights()

    def damaged(random):
        if random.random() < 0.5:
            return seeds.archive(changes.change_json(tree, random), weights)
        return seeds.archive(tree, changes.change_bytes(weights, random))

    campaign(worker, tmp_path, 80, "m.keras", damaged)


def test_weights_alone_with_odd_bytes_open_or_are_refused(worker, tmp_path):
    whole = seeds.weights()
    campaign(
        worker,
        tmp_path,
        60,
        "m.weights.h5",
        lambda random: changes.change_bytes(whole, random),
    )
