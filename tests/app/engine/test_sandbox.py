"""What a child does to itself; looked at in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.engine.sandbox import MEMORY_BASE, disk_bytes, memory_allowance

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux has the limits")


def fenced(code: str) -> str:
    """Return what some code prints after ``enter``."""
    start = "import os, sys\nfrom app.engine import sandbox\nsandbox.enter(None)\n"
    return subprocess.check_output(
        [sys.executable, "-c", start + code], text=True, stderr=subprocess.STDOUT
    ).strip()


@pytest.mark.parametrize(
    "deed",
    [
        "import subprocess; subprocess.run(['true'])",
        "os.system('true')",
        "os.execv('/bin/true', ['true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('example.org', 80)",
        "import socket; socket.socket(type=2).sendto(b'', ('127.0.0.1', 9))",
        "import pickle; pickle.loads(b'cos\\nsystem\\n.')",
    ],
)
def test_programs_network_and_pickles_are_refused(deed):
    code = f"try:\n    {deed}\nexcept PermissionError as error: print(error)"
    assert "a reading process does not do this" in fenced(code)


def test_no_core_dump_holds_the_users_data():
    limits = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))"
    assert fenced(limits) == "(0, 0)"


def test_files_are_for_the_user_alone(tmp_path):
    fenced(f"open({str(tmp_path / 'x')!r}, 'w')")
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600


def test_a_parent_that_is_gone_already_ends_the_child():
    code = "from app.engine import sandbox; sandbox.enter(1 << 22); print('still here')"
    assert subprocess.check_output([sys.executable, "-c", code]) == b""


def test_memory_beyond_the_limit_is_an_error_and_lasts_no_longer():
    code = (
        "with sandbox.memory_limit(64 << 20):\n"
        "    try: bytearray(128 << 20)\n"
        "    except MemoryError: print('refused')\n"
        "print(len(bytearray(128 << 20)) >> 20)"
    )
    assert fenced(code) == "refused\n128"


def test_mapped_files_do_not_count_as_memory(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as stream:
        stream.truncate(256 << 20)
    code = (
        "import mmap\n"
        "with sandbox.memory_limit(64 << 20):\n"
        f"    stream = open({str(path)!r}, 'rb')\n"
        "    print(len(mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ)) >> 20)"
    )
    assert fenced(code) == "256"


def test_a_sparse_file_counts_what_it_takes(tmp_path):
    path = tmp_path / "sparse"
    with path.open("wb") as stream:
        stream.write(b"x" * 8192)
        stream.truncate(8 << 30)
    assert 8192 <= disk_bytes(path) < 1 << 20


def test_a_folder_counts_its_files_but_not_what_links_lead_to(tmp_path):
    folder = tmp_path / "saved"
    (folder / "variables").mkdir(parents=True)
    (folder / "variables" / "data").write_bytes(os.urandom(100_000))
    large = tmp_path / "large"
    large.write_bytes(os.urandom(1_000_000))
    (folder / "link").symlink_to(large)
    assert 100_000 <= disk_bytes(folder) < 200_000


def test_the_opened_path_itself_may_be_a_link(tmp_path):
    large = tmp_path / "large"
    large.write_bytes(os.urandom(100_000))
    link = tmp_path / "link"
    link.symlink_to(large)
    assert disk_bytes(link) >= 100_000


def test_what_is_not_there_takes_nothing():
    assert disk_bytes(Path("/no/such/file")) == 0


def test_a_file_may_take_thrice_its_size():
    assert memory_allowance(100) == MEMORY_BASE + 300
