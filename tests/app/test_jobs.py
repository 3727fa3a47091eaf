"""Work off the UI thread."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from app.jobs import JobRunner
from loaders.ir.errors import InspectorError


@pytest.fixture
def jobs():
    jobs = JobRunner()
    yield jobs
    jobs.close()


@pytest.fixture
def owner():
    return QObject()


def test_results_arrive_in_the_ui_thread(jobs, owner, qtbot):
    seen = []

    def done(worked_in):
        seen.extend((worked_in, threading.get_ident()))

    jobs.start(owner, "t", threading.get_ident, done)
    qtbot.waitUntil(lambda: bool(seen))
    worked_in, delivered_in = seen
    assert delivered_in == threading.get_ident() != worked_in


def test_a_result_is_freed_without_the_collector(jobs, owner, qtbot):
    class Result:
        pass

    seen = []
    gc.disable()
    try:
        jobs.start(owner, "t", Result, lambda made: seen.append(weakref.ref(made)))
        qtbot.waitUntil(lambda: bool(seen) and seen[0]() is None)
    finally:
        gc.enable()


def test_only_the_newest_result_of_a_topic_arrives(jobs, owner, qtbot):
    gate, seen = threading.Event(), []
    jobs.start(owner, "t", lambda: gate.wait(5) and "old", seen.append)
    jobs.start(owner, "t", lambda: "new", seen.append)
    gate.set()
    qtbot.waitUntil(lambda: bool(seen))
    qtbot.wait(30)
    assert seen == ["new"]


def test_a_forgotten_job_delivers_nothing(jobs, owner, qtbot):
    seen = []
    jobs.start(owner, "t", lambda: "result", seen.append)
    jobs.forget(owner, "t")
    jobs.start(owner, "other", lambda: "result", lambda _: seen.append("other"))
    qtbot.waitUntil(lambda: bool(seen))
    qtbot.wait(30)
    assert seen == ["other"]


def test_owners_do_not_disturb_each_other(jobs, owner, qtbot):
    other, seen = QObject(), []
    jobs.start(owner, "t", lambda: "one", seen.append)
    jobs.start(other, "t", lambda: "other", seen.append)
    qtbot.waitUntil(lambda: sorted(seen) == ["one", "other"])


def test_what_is_made_for_an_owner_that_is_gone_is_dropped(jobs, owner, qtbot):
    gate, gone, seen = threading.Event(), QObject(), []
    jobs.start(gone, "t", lambda: gate.wait(5) and "late", seen.append)
    delete(gone)
    gate.set()
    jobs.start(owner, "t", lambda: "result", seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    qtbot.wait(30)
    assert seen == ["result"]


def test_known_errors_are_announced(jobs, owner, qtbot):
    def broken():
        raise InspectorError("Broken.")

    with qtbot.waitSignal(jobs.failed) as failed:
        jobs.start(owner, "t", broken, pytest.fail)
    assert failed.args[0].what == "Broken."


def test_bugs_reach_the_program_and_are_not_swallowed(jobs, owner, qtbot):
    def bug():
        raise ZeroDivisionError

    with qtbot.captureExceptions() as caught:
        jobs.start(owner, "t", bug, pytest.fail)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


def test_a_closed_runner_runs_nothing(owner, qtbot):
    jobs, seen = JobRunner(), []
    jobs.close()
    jobs.start(owner, "t", lambda: seen.append("ran"), seen.append)
    qtbot.wait(30)
    assert seen == []


def test_a_runner_that_need_not_wait_closes_while_a_job_hangs(owner, qtbot):
    jobs, seen, go_on = JobRunner(), [], threading.Event()
    jobs.start(owner, "t", go_on.wait, seen.append)
    jobs.close(wait=False)  # would never come back if it waited
    go_on.set()
    qtbot.wait(30)
    assert seen == []
