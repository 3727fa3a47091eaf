"""A user with a home of their own."""

import tempfile

import pytest

from tests.e2e.user import User


@pytest.fixture
def user(tmp_path):
    with tempfile.TemporaryDirectory(prefix="run-") as runtime:
        user = User(tmp_path, runtime)
        yield user
        user.end()
