"""The program as its users start it, without a window."""

import json
import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from tests.keras_files import archive, dense, sequential, start

WITHOUT_MODEL = b"This is not a model.\n"


def layerscope(*arguments, **options):
    """Run the program and return what came of it."""
    return subprocess.run(
        [sys.executable, "-m", "app", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )


@pytest.fixture
def sample(samples):
    return samples / "figures_cnn.keras"


def test_summary_prints_a_table(sample):
    finished = layerscope("summary", sample)
    assert finished.returncode == 0, finished.stderr
    assert "Total parameters    20,236" in finished.stdout
    assert finished.stderr == ""


def test_summary_prints_one_json_object(sample):
    finished = layerscope("summary", sample, "--json")
    summary = json.loads(finished.stdout)
    assert summary["parameters"]["total"] == 20_236
    assert summary["layers"][1]["output_shapes"] == [[None, 26, 26, 8]]
    assert {"format", "producer", "inputs", "outputs", "notes"} <= set(summary)


def test_summary_of_no_model_is_one_message_and_exit_code_1(tmp_path):
    path = tmp_path / "letter.keras"
    path.write_bytes(WITHOUT_MODEL)
    finished = layerscope("summary", path)
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert "letter.keras" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert len(finished.stderr.splitlines()) == 1


def test_probe_of_a_model_says_that_it_opens(sample):
    finished = layerscope("probe", sample)
    assert finished.returncode == 0
    [line] = finished.stdout.splitlines()
    assert json.loads(line) == {"outcome": "opens", "messages": []}


def test_probe_of_no_model_exits_with_0(tmp_path):
    path = tmp_path / "letter.keras"
    path.write_bytes(WITHOUT_MODEL)
    finished = layerscope("probe", path)
    assert finished.returncode == 0
    assert json.loads(finished.stdout)["outcome"] == "clear-error"


def test_probe_gives_up_in_time(sample):
    finished = layerscope("probe", sample, "--seconds", "0.001")
    answer = json.loads(finished.stdout)
    assert answer["outcome"] == "clear-error"
    assert "takes too long" in answer["messages"][0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("summary",),
        ("summary", "a", "b"),
        ("graph", "a"),
        ("graph", "a", "-o", "picture.bmp"),
        ("probe", "a", "--json"),
        ("install-desktop", "--h6"),
        ("uninstall-desktop", "now"),
        ("--theme", "pink"),
        ("--nonsense",),
    ],
)
def test_wrong_usage_exits_with_2_and_says_how_to_use_it(arguments):
    finished = layerscope(*arguments)
    assert finished.returncode == 2
    assert "usage: layerscope" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_help_names_every_verb():
    finished = layerscope("--help")
    assert finished.returncode == 0
    verbs = ("summary", "graph", "probe", "install-desktop", "uninstall-desktop")
    assert all(f"layerscope {verb}" in finished.stdout for verb in verbs)


@pytest.mark.skipif(sys.platform != "linux", reason="others have no such entries")
def test_installing_for_the_desktop_says_what_was_written_and_takes_it_back(tmp_path):
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = layerscope("install-desktop", "--h5", env=environment)
    assert done.returncode == 0, done.stderr
    entry = tmp_path / ".local" / "share" / "applications" / "layerscope.desktop"
    assert str(entry) in done.stdout
    assert entry.exists()
    undone = layerscope("uninstall-desktop", env=environment)
    assert undone.returncode == 0, undone.stderr
    assert str(entry) in undone.stdout
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_version_is_the_installed_one():
    from importlib.metadata import version

    assert layerscope("--version").stdout == f"layerscope {version('layerscope')}\n"


def test_output_that_nobody_reads_to_its_end_is_no_error(sample):
    code = (
        "import subprocess, sys; p = subprocess.Popen("
        f"[sys.executable, '-m', 'app', 'summary', {str(sample)!r}, '--json'], "
        "stdout=subprocess.PIPE, stderr=subprocess.PIPE); p.stdout.close(); "
        "print(p.stderr.read().decode(), p.wait())"
    )
    assert subprocess.check_output([sys.executable, "-c", code]).strip() == b"0"


@pytest.mark.parametrize(
    ("suffix", "starts"),
    [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")],
)
def test_a_picture_of_the_graph_is_saved(sample, tmp_path, suffix, starts):
    picture = tmp_path / f"graph{suffix}"
    finished = layerscope("graph", sample, "-o", picture)
    assert finished.returncode == 0, finished.stderr
    assert picture.read_bytes().startswith(starts)
    assert finished.stdout == f"{picture}\n"


def test_a_picture_shows_what_is_in_groups_if_asked_to(tmp_path):
    tower = sequential("tower", start(8), *(dense(f"d{i}", 8) for i in range(100)))
    net = sequential("net", start(8), *(dense(f"head{i}", 8) for i in range(3)), tower)
    model = archive(tmp_path / "nested.keras", net)
    sizes = []
    for options in ([], ["--all"], ["--all", "--horizontal"]):
        picture = tmp_path / "graph.svg"
        finished = layerscope("graph", model, "-o", picture, *options)
        assert finished.returncode == 0, finished.stderr
        root = ElementTree.parse(picture).getroot()
        sizes.append(tuple(map(float, root.attrib["viewBox"].split()[2:])))
    (_, first), (_, whole), (wide, low) = sizes
    assert whole > 5 * first
    assert wide > whole > low


def test_a_picture_that_cannot_be_saved_is_one_message(sample, tmp_path):
    finished = layerscope("graph", sample, "-o", tmp_path / "no" / "graph.png")
    assert finished.returncode == 1
    assert "graph.png" in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="others have no such variables")
def test_without_a_display_the_window_says_so_in_one_sentence(sample):
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    finished = subprocess.run(
        [sys.executable, "-m", "app", sample],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith("There is no display")
    assert len(finished.stderr.splitlines()) == 1
