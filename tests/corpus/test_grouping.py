"""The groups of real models: the rules hold, and they are the recorded ones."""

from pathlib import Path

import pytest

from loaders.formats import read_model
from loaders.ir.errors import InspectorError
from tests.corpus.make_groups import text
from tests.corpus.make_outlines import files
from tests.loaders.grouping.rules import check

pytestmark = pytest.mark.corpus

GOLDEN = Path(__file__).parent / "golden" / "groups.txt"
"""Made by make_groups.py."""


def test_the_rules_hold_for_every_model(corpus):
    count = 0
    for file in files(corpus):
        try:
            model = read_model(corpus / file)
        except InspectorError:
            continue
        check(model, model.grouping)
        count += 1
    assert count > 500


def test_groups_are_the_recorded_ones(corpus):
    assert text(corpus) == GOLDEN.read_text(encoding="utf-8")
