"""A learner takes an exam in Spanish, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.exams import RUN
from tests.browser.taking import (
    RIGHT,
    attempt_of,
    expect_saved,
    give,
    hand_in,
    in_view,
    item_of,
    next_question,
    press_begin,
    row_of,
)

pytestmark = pytest.mark.browser


def test_in_spanish_everything_is_spanish_and_answers_given_so_count(enter, site, screenshot) -> None:
    elena = enter("elena", PHONE)
    exam = elena.open(RUN, "every")
    expect(exam.get_by_label("Español")).to_be_checked()
    screenshot(elena.page, "exam-start-es-390")
    press_begin(exam)
    attempt = attempt_of(exam)
    english = ("Question", "Saved", "Next", "Back", "Choose", "Your answer", "Time left", "Look", "wrong", "Hand in")
    seen = []
    while in_view(exam).count():
        question = in_view(exam)
        item = item_of(question)
        give(question, RIGHT["es"][item])
        expect_saved(question)
        seen.append(item)
        screenshot(elena.page, f"exam-{item}-es-390")
        text = exam.inner_text()
        assert [word for word in english if word in text] == []
        next_question(exam)
    screenshot(elena.page, "exam-review-es-390")
    text = exam.inner_text()
    assert [word for word in (*english, "answered", "look at", "break") if word in text] == []
    hand_in(exam)
    expect(exam.locator("[data-heading]")).to_have_text("Intento 1: Aprobado")
    screenshot(elena.page, "exam-passed-es-390")
    text = exam.inner_text()
    assert [
        word for word in ("points", "needed", "Domain", "Share", "Minimum", "start page", "print") if word in text
    ] == []
    row = row_of(site, attempt)
    assert (row["passed"], row["language"], row["result"]["earned"]) == (1, "es", "9")
    assert len(seen) == 10
