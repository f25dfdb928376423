"""What makes a question hard to read for the wrong reason is found, and plain questions are left alone."""

import pytest

from westmec_xblocks.domain.assessment.answers import Option
from westmec_xblocks.domain.assessment.definition import Assessment, Domain, Item, Level, Status
from westmec_xblocks.domain.assessment.item_rules import View, languages_of, needs_translation, negative_word
from westmec_xblocks.domain.assessment.validation import validate
from westmec_xblocks.domain.text import Text, plain_words


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("Which of these is not a fault?", "not"),
        ("Which tools may be used except the last?", "except"),
        ("What should you never touch?", "never"),
        ("¿Cuál de estas no es una falla?", "no"),
        ("¿Cuáles sirven, excepto una?", "excepto"),
        ("Which of these is NOT a fault?", ""),
        ("Which of these is <strong>not</strong> a fault?", ""),
        ("¿Cuál de estas <em>no</em> es una falla?", ""),
        ("What do you do if it does not start?", ""),
        ("The pump does not start. What do you check?", ""),
        ("¿Qué revisa si la bomba no arranca?", ""),
        ("La bomba no arranca. ¿Qué revisa?", ""),
        ("Which part makes sure that it cannot start when it should not?", ""),
        ("Is this not a fault?", ""),
        ("Name what is not a fault.", ""),
        ("", ""),
    ],
)
def test_a_question_that_a_small_word_turns_round_is_found(prompt, word):
    assert negative_word(prompt) == word


def test_a_very_long_prompt_takes_no_time():
    assert negative_word("which what " * 100_000 + "?") == ""
    assert len(plain_words('<img alt="' * 5000)) > 0


@pytest.mark.parametrize("text", ["Lock out", "No", "HV+", "0.2 s at most"])
def test_words_need_a_translation(text):
    assert needs_translation(text)


@pytest.mark.parametrize("text", ["12 V", "12.5 mV", "5", "A", ""])
def test_a_number_with_its_unit_needs_none(text):
    assert not needs_translation(text)


def items_in(*languages):
    return [
        Item(f"i{n}", "choice", "D1", Text("Why?", dict.fromkeys(tags, "x")), None) for n, tags in enumerate(languages)
    ]


def test_a_language_counts_when_a_good_part_of_the_items_has_it():
    assert languages_of(items_in(["es"], [], [], [])) == {"es"}
    assert languages_of(items_in(["es"], [], [], [], [])) == frozenset()
    assert languages_of([]) == frozenset()


def one(*texts, **more):
    """An assessment of one item whose options say these texts; the codes of its findings."""
    options = tuple(Option(f"o{n}", Text(text), n == 0, Text("x")) for n, text in enumerate(texts))
    item = Item("i1", "choice", "D1", Text("Why?"), None, Level.APPLY, rationale=Text("x"))
    assessment = Assessment("X", domains=(Domain("D1", Text("a"), 1),), items=(item,))
    return [problem.refusal.code for problem in validate(assessment, [View(options=options)])]


@pytest.mark.parametrize(
    "text",
    [
        "All of the above",
        "none of these answers",
        "Both of the above are right",
        "Todas las anteriores",
        "Ninguna de las anteriores",
        "Todos los anteriores",
        "Ninguna es correcta",
        "<strong>All</strong> of the above",
    ],
)
def test_options_about_other_options_are_found(text):
    assert one("Yes", text) == ["all_of_the_above"]


@pytest.mark.parametrize(
    "text", ["All of it", "The cable above the tray", "None", "Todas las mañanas", "Lo anterior al arranque"]
)
def test_options_that_only_sound_like_it_are_left_alone(text):
    assert one("Yes", text) == []


def test_a_retired_item_is_left_alone():
    item = Item("i1", "choice", "D9", Text(""), None, status=Status.RETIRED)
    other = Item("i2", "choice", "D1", Text("Why?"), None, Level.APPLY, rationale=Text("x"))
    assessment = Assessment("X", domains=(Domain("D1", Text("a"), 1),), items=(item, other))
    assert validate(assessment, [View(), View()]) == []


def test_errors_come_first():
    item = Item("i1", "choice", "", Text("Why?"), None)
    found = validate(Assessment("", items=(item,)), [View()])
    assert [problem.is_error for problem in found] == sorted((problem.is_error for problem in found), reverse=True)
    assert {problem.skill for problem in found} == {"", "i1"}
