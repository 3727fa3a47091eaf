"""What the command palette lists for what was typed."""

from app.choices import Choice, find


def choice(title, **more):
    return Choice(id=title, title=title, act=lambda: None, **more)


ALL = [
    choice("Open", about="Choose model files"),
    choice("Reload", about="Read the file again"),
    choice("Zoom in", missing="no model is open"),
    choice("Zoom out"),
]


def titles(found):
    return [one.choice.title for one in found]


def test_without_a_word_everything_is_listed_what_cannot_be_done_last():
    assert titles(find("", ALL)) == ["Open", "Reload", "Zoom out", "Zoom in"]


def test_what_was_used_lately_comes_first_newest_before_older():
    used = ["Zoom out", "Reload"]
    assert titles(find("", ALL, used))[:3] == ["Zoom out", "Reload", "Open"]


def test_a_better_match_beats_what_was_used_lately():
    found = find(
        "reload", [choice("Do not reload"), choice("Reload")], ["Do not reload"]
    )
    assert titles(found) == ["Reload", "Do not reload"]


def test_the_words_about_a_command_find_it_behind_titles():
    assert titles(find("model", [*ALL, choice("Whole model")])) == [
        "Whole model",
        "Open",
    ]


def test_words_of_title_and_about_can_be_mixed():
    assert titles(find("open files", ALL)) == ["Open"]


def test_what_fits_nowhere_is_not_listed():
    assert find("qqq", ALL) == []


def test_letters_scattered_over_a_sentence_find_nothing():
    sentence = "Draw with the mouse what shall fill the view"
    assert find("model", [choice("Zoom to an area", about=sentence)]) == []
