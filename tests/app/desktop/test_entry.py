"""The desktop entry: any path of the program is started as it is."""

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from app.desktop.entry import HDF, OWN_TYPES, entry, program_of
from loaders.ir.errors import InspectorError

DESKTOP = Path(resources.__file__).parent / "desktop"
TEMPLATE = (DESKTOP / "layerscope.desktop").read_text(encoding="utf-8")
PATHS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/="), min_size=1
).map(lambda name: Path("/opt") / name / "layerscope")


def value(text, key):
    [found] = re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)
    return re.sub(r"\\(.)", {r"\\": "\\"}.get("", r"\1"), found)


def words(command):
    """Take a command line apart as the specification says."""
    found = re.findall(r'"((?:\\["`$\\]|[^"`$\\])*)"|(\S+)', command)
    return [
        re.sub(r"\\(.)", r"\1", quoted).replace("%%", "%") or plain
        for quoted, plain in found
    ]


@given(PATHS)
def test_the_program_is_started_whatever_its_path(path):
    text = entry(TEMPLATE, path)
    assert words(value(text, "Exec")) == [str(path), "%F"]
    assert value(text, "TryExec") == str(path)
    assert program_of(text) == str(path)
    assert len(text.split("\n")) == len(TEMPLATE.split("\n"))


def test_a_plain_path_has_no_quotes_that_launchers_would_repeat():
    text = entry(TEMPLATE, Path("/home/me/.local/bin/layerscope"))
    assert value(text, "Exec") == "/home/me/.local/bin/layerscope %F"


def test_a_path_with_an_equals_sign_is_started_by_the_shell(tmp_path):
    program = tmp_path / "a=b $x" / "layerscope"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "%s|" "$0" "$@"\n')
    program.chmod(0o755)
    *command, files = words(value(entry(TEMPLATE, program), "Exec"))
    assert "=" not in command[0]
    assert files == "%F"
    said = subprocess.check_output([*command, "one file", "two"], text=True)
    assert said == f"{program}|one file|two|"


@pytest.mark.parametrize("path", ["/opt/a\nb/layerscope", "/opt/\udcff/layerscope"])
def test_a_path_that_no_entry_can_hold_is_refused(path):
    with pytest.raises(InspectorError, match="Install it in another folder"):
        entry(TEMPLATE, Path(path))


def test_all_else_stays_as_it_is():
    changed = entry(TEMPLATE, Path("/bin/layerscope")).splitlines()
    kept = [line for line in TEMPLATE.splitlines() if line in changed]
    assert len(kept) == len(changed) - 2


def test_the_entry_names_the_types_that_we_describe_and_hdf():
    types = value(TEMPLATE, "MimeType").split(";")
    assert types == [*OWN_TYPES, HDF, ""]
    tree = ElementTree.parse(DESKTOP / "layerscope.xml")
    described = [child.get("type") for child in tree.getroot()]
    assert described == list(OWN_TYPES)


@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="desktop-file-utils missing"
)
@pytest.mark.parametrize("path", ["/usr/bin/layerscope", '/opt/o`d $d "d"/a%b=c/l\\s'])
def test_desktops_find_nothing_wrong_with_it(path, tmp_path):
    file = tmp_path / "layerscope.desktop"
    file.write_text(entry(TEMPLATE, Path(path)))
    found = subprocess.run(
        ["desktop-file-validate", file], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (0, "")
