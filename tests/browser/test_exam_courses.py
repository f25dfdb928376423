"""The exams of the real courses: failed and passed on a phone, and what the progress page says of it."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, REAL
from tests.browser.taking import begin, expect_saved, hand_in, in_view, item_of, to_review

pytestmark = pytest.mark.browser
# Per course: how many questions, how many of them count, how many are needed, the points that the exam is worth.
EXAMS = {"ar2": (50, 40, 28, 40), "pd2": (36, 30, 21, 30)}


def written(site: Any, run: str) -> etree._Element:
    """The exam as it stands in the course's file."""
    return etree.parse(str(site.courses / run / "vertical" / "apply-exam-form.xml")).find("westmec_assessment")


def keys_of(exam: etree._Element) -> dict[str, str]:
    """The right option of every item."""
    return {item.get("id"): item.find("option[@key='true']").get("id") for item in exam.iter("choice")}


@pytest.mark.parametrize("run", EXAMS)
def test_the_courses_own_exam_is_failed_and_passed(enter, site, screenshot, run: str) -> None:
    questions, counted, needed, points = EXAMS[run]
    exam_element = written(site, run)
    title, keys = exam_element.get("display_name"), keys_of(exam_element)
    priya, rosa = enter("priya", PHONE), enter("rosa", PHONE)
    exam = priya.open(
        run,
        "apply-exam-form",
    )
    screenshot(priya.page, f"exam-{run}-start-390")
    expect(exam.locator(".wm-exam-rules")).to_contain_text(f"{questions} questions.")
    expect(exam.locator(".wm-exam-rules")).to_contain_text(f"{needed} of the {counted} questions")
    exam = take(priya, run, keys, screenshot, gives_up_after=8)
    expect(exam.locator("[data-heading]")).to_have_text("Attempt 1: Not passed yet")
    expect(exam).to_contain_text("You have 1 more attempt.")
    screenshot(priya.page, f"exam-{run}-failed-390")
    expect(progress_of(priya, run, title)).to_contain_text(f"0 / {points}")
    exam = take(rosa, run, keys, screenshot)
    expect(exam.locator("[data-heading]")).to_have_text("Attempt 1: Passed")
    expect(exam.locator(".wm-standing")).to_contain_text(f"{counted} of {counted} points (100 %)")
    screenshot(rosa.page, f"exam-{run}-passed-390")
    expect(progress_of(rosa, run, title)).to_contain_text(f"{points} / {points}")


def take(person: Any, run: str, keys: dict[str, str], screenshot: Any, *, gives_up_after: int = 0) -> Any:
    """Answer every question rightly, or some of them, and hand in."""
    exam = begin(person, "apply-exam-form", run)
    place = 0
    while in_view(exam).count() and not (gives_up_after and place == gives_up_after):
        question = in_view(exam)
        place += 1
        question.locator(f'input[type="radio"][value="{keys[item_of(question)]}"]').check()
        expect_saved(question)
        if place in (3, 20):
            screenshot(person.page, f"exam-{run}-question-{place}-390")
        question.locator(".wm-next").click()
    to_review(exam)
    screenshot(person.page, f"exam-{run}-review-{place}-390")
    hand_in(exam)
    return exam


def progress_of(person: Any, run: str, title: str) -> Any:
    """The exam's line on the progress page."""
    person.page.goto(f"{person.site.address}/courses/{REAL[run][0]}/progress/")
    return person.page.locator(".grades li", has_text=title)
