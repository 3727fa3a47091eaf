"""Every extension point is open: one module adds itself, no list names it."""

import json
import subprocess
import sys
from pkgutil import iter_modules

import pytest

import loaders.formats
import loaders.kinds

# Notes which public module of the package called ``add``, through whatever it shares.
WATCH = """
import json, sys
from loaders.registry import Registry
found = {}
plain = Registry.add
def add(self, item):
    frame = sys._getframe(1)
    while True:
        package, _, name = frame.f_globals["__name__"].rpartition(".")
        if package == self._package and not name.startswith("_"):
            found.setdefault(name, []).append(item.id)
            return plain(self, item)
        frame = frame.f_back
Registry.add = add
"""


@pytest.mark.parametrize(
    ("package", "registry"), [(loaders.formats, "FORMATS"), (loaders.kinds, "KINDS")]
)
def test_every_public_module_adds_something(package, registry):
    name = package.__name__
    code = f"{WATCH}\nfrom {name} import {registry}\nlist({registry})\n"
    told = subprocess.check_output(
        [sys.executable, "-I", "-c", code + "print(json.dumps(found))"], text=True
    )
    public = {
        module.name
        for module in iter_modules(package.__path__)
        if not module.name.startswith("_")
    }
    assert set(json.loads(told)) == public
