"""The reader's loop, without a process: every request is answered and then done."""

import os
from contextlib import contextmanager

import pytest

from app.engine.messages import (
    Done,
    Failed,
    GraphPart,
    LaidOut,
    LayOut,
    ModelEnd,
    ModelHeader,
    OpenModel,
    Progress,
    Stop,
    decode_reply,
)
from app.reader import serve as serving
from app.reader.serve import serve
from loaders.ir.errors import InspectorError
from loaders.ir.folding import Folding
from loaders.ir.layout import Arrangement


def answers(*requests, **options):
    """Return all replies to some requests but progress, which comes when it likes."""
    bodies = []
    serve(requests, bodies.append, **options)
    replies = [decode_reply(body) for body in bodies]
    return [reply for reply in replies if not isinstance(reply, Progress)]


@pytest.fixture
def sample(samples):
    return os.fsencode(samples / "figures_cnn.keras")


def test_opening_answers_with_the_model_and_its_picture(sample):
    kinds = [type(reply) for reply in answers(OpenModel(path=sample))]
    assert kinds[0] is ModelHeader
    assert set(kinds[1:-3]) >= {GraphPart}
    assert kinds[-3:] == [ModelEnd, LaidOut, Done]


def test_what_is_not_to_be_folded_comes_as_nodes(samples):
    path = os.fsencode(samples / "figures_int8.onnx")
    plain, unfolded = (
        sum(
            len(reply.nodes)
            for reply in answers(OpenModel(path=path, folding=folding, picture=False))
            if isinstance(reply, GraphPart)
        )
        for folding in (Folding(), Folding(rounding=False))
    )
    assert unfolded > plain


def test_a_picture_that_nobody_wants_is_not_made(sample):
    replies = answers(OpenModel(path=sample, picture=False))
    assert not any(isinstance(reply, LaidOut) for reply in replies)


def test_a_model_that_is_known_already_is_not_sent(sample):
    assert answers(OpenModel(path=sample, send=False)) == [Done()]


def test_a_graph_is_laid_out_in_the_direction_asked_for(sample):
    request = LayOut(arrangement=Arrangement(horizontal=True))
    _done, laid_out, _end = answers(OpenModel(path=sample, send=False), request)
    assert laid_out.layout.horizontal


def test_laying_out_before_opening_is_explained():
    assert answers(LayOut(arrangement=Arrangement())) == [
        Failed(what="No model is open.", advice="Open one first."),
        Done(),
    ]


def test_a_group_that_the_model_has_not_is_refused(sample):
    replies = answers(
        OpenModel(path=sample, send=False), LayOut(arrangement=Arrangement(root="x\n"))
    )
    assert replies[1].what == "The model has no group 'x␊'."


def test_a_file_that_cannot_be_read_is_an_answer(tmp_path):
    replies = answers(OpenModel(path=os.fsencode(tmp_path / "gone.h5")))
    assert replies[0].what == "There is no file gone.h5."
    assert replies[1] == Done()


def test_after_an_error_no_model_is_open(sample, tmp_path):
    gone = OpenModel(path=os.fsencode(tmp_path / "gone.h5"))
    replies = answers(
        OpenModel(path=sample, send=False), gone, LayOut(arrangement=Arrangement())
    )
    assert replies[-2].what == "No model is open."


def test_a_mistake_of_ours_is_a_sentence_and_the_next_request_works(
    sample, monkeypatch, capsys
):
    reads = iter([ValueError("boom\x1b[31m"), None])
    real = serving.read_ungrouped

    def read(*arguments, **options):
        if (error := next(reads)) is not None:
            raise error
        return real(*arguments, **options)

    monkeypatch.setattr(serving, "read_ungrouped", read)
    request = OpenModel(path=sample, send=False)
    replies = answers(request, request)
    assert replies[0].what == (
        "Reading figures_cnn.keras failed because of a mistake in this program."
    )
    assert replies[0].why == "ValueError: boom␛[31m"
    assert replies[1:] == [Done(), Done()]
    assert "Traceback" in capsys.readouterr().err


def test_nothing_is_answered_after_stop(sample):
    assert answers(Stop(), OpenModel(path=sample)) == []


def test_reading_happens_inside_the_fence(sample):
    @contextmanager
    def fence(path):
        raise InspectorError(f"Fenced: {path.name}.")
        yield

    replies = answers(OpenModel(path=sample), fence=fence)
    assert replies[0] == Failed(what="Fenced: figures_cnn.keras.")
