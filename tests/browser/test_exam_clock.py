"""The clock of an exam is the server's: whatever the browser's says, through breaks, and to the end of the time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.exams import RUN
from tests.browser.taking import (
    RIGHT,
    answered,
    attempt_of,
    begin,
    events,
    eventually,
    expect_saved,
    give,
    go_to,
    in_view,
    item_of,
    move_back,
    press_begin,
    question_of,
    row_of,
    seconds_left,
    to_review,
)

pytestmark = pytest.mark.browser
EVENTS = "**/act/events"


def answer_one(exam: Any, item: str = "") -> None:
    """Answer the question in view, or the one about this item."""
    question = go_to(exam, item) if item else in_view(exam)
    give(question, RIGHT["en"][item_of(question)])
    expect_saved(question)


def grant(enter: Any, username: str, **granted: str) -> None:
    """What staff grant a learner."""
    irene = enter("irene")
    answer = irene.act(RUN, "every", "grant", {"username": username, "reason": "The plan asks for it.", **granted})
    assert answer.ok, answer.text()


@pytest.mark.parametrize("shift", [timedelta(hours=-5), timedelta(hours=5)], ids=["back", "forward"])
def test_a_browsers_clock_set_back_or_forward_changes_nothing(enter, site, shift: timedelta) -> None:
    tamika = enter("tamika", PHONE)
    tamika.page.clock.set_system_time(datetime.now(UTC))
    exam = begin(tamika, "every")
    attempt = attempt_of(exam)
    answer_one(exam, "c1")
    before = seconds_left(exam)
    assert 1700 < before <= 1800
    tamika.page.clock.set_system_time(datetime.now(UTC) + shift)
    answer_one(exam, "c2")
    assert before - 60 < seconds_left(exam) <= before
    tamika.page.reload()
    exam = tamika.exam()
    assert before - 90 < seconds_left(exam) <= before
    row = row_of(site, attempt)
    assert row["state"] == "open"
    assert len(row["answers"]) == 2
    exam.locator('[data-go="review"]:visible').click()
    exam.get_by_role("button", name="Hand in now").click()
    expect(exam.locator("[data-heading]")).to_contain_text("Not passed yet")


def test_when_the_time_is_up_the_attempt_closes_by_itself_and_the_result_shows(enter, site, screenshot) -> None:
    umar = enter("umar", PHONE)
    exam = begin(umar, "quick")
    attempt = attempt_of(exam)
    assert seconds_left(exam) <= 20
    expect(exam.locator(".wm-exam-head .wm-clock")).to_have_attribute("data-low", "yes")
    answer_one(exam, "c1")
    screenshot(umar.page, "exam-low-time-390")
    expect(exam.locator("[data-clock-status]")).to_have_text("10 seconds left", timeout=30_000)
    expect(exam.locator("[data-heading]")).to_have_text("Attempt 1: Not passed yet", timeout=30_000)
    expect(exam.get_by_role("status").first).to_have_text("The time is up: the attempt is closed with what was saved.")
    expect(exam).to_contain_text("Ended by the clock")
    screenshot(umar.page, "exam-time-up-390")
    row = row_of(site, attempt)
    assert (row["state"], row["result"]["earned"], row["late"]) == ("closed", "1", 0)


def test_what_was_typed_at_the_last_moment_arrives(enter, site) -> None:
    vera = enter("vera", PHONE)
    exam = begin(vera, "every")
    attempt = attempt_of(exam)
    move_back(site, attempt, 1800 - 6)
    answer_one(exam, "c1")
    # The server's answer has told how little is left.
    assert seconds_left(exam) <= 6
    text = go_to(exam, "t1").get_by_label("Your answer")
    text.press_sequentially("orange")
    expect(exam.locator("[data-heading]")).to_have_text("Attempt 1: Not passed yet")
    assert row_of(site, attempt)["answers"]["t1"]["response"] == "orange"


def test_time_that_the_browser_knows_nothing_of_is_not_cut_off(enter, site) -> None:
    """Another device took a break, or staff gave time: here the clock reaches its end, and there is time left."""
    walter = enter("walter", PHONE)
    exam = begin(walter, "every")
    attempt = attempt_of(exam)
    move_back(site, attempt, 1800 - 5)
    answer_one(exam, "c1")
    move_back(site, attempt, -600)
    expect(exam.get_by_role("status").first).to_have_text("There is time left: go on.")
    expect(question_of(exam, "c1").get_by_label(RIGHT["en"]["c1"])).to_be_checked()
    assert 560 < seconds_left(exam) <= 605
    answer_one(exam, "c2")
    assert row_of(site, attempt)["state"] == "open"


def test_without_a_connection_at_the_end_the_page_waits_and_late_answers_are_kept_apart(
    enter, site, screenshot
) -> None:
    ximena = enter("ximena", PHONE)
    exam = begin(ximena, "every")
    attempt = attempt_of(exam)
    move_back(site, attempt, 1800 - 7)
    answer_one(exam, "c1")
    ximena.page.route("**/act/*", lambda route: route.abort("connectionfailed"))
    give(go_to(exam, "c2"), RIGHT["en"]["c2"])
    expect(exam.locator("[data-net-status]")).to_have_text(
        "No connection. Please keep this page open: what you answered is sent as soon as the connection is back."
    )
    expect(exam.get_by_role("status").first).to_have_text("The time is up.")
    expect(in_view(exam)).to_have_js_property("inert", value=True)
    screenshot(ximena.page, "exam-end-offline-390")
    move_back(site, attempt, 60)
    ximena.page.unroute("**/act/*")
    expect(exam.locator("[data-heading]")).to_have_text("Attempt 1: Not passed yet")
    expect(exam).to_contain_text("1 answer came after the end. It is kept apart, for a person to judge.")
    row = row_of(site, attempt)
    assert (row["state"], row["closed_by"], row["late"], sorted(row["answers"])) == ("closed", "time", 1, ["c1"])
    assert [item for _, item, _ in events(site, attempt, "answered")] == ["c1", "c2"]


def test_on_a_break_the_clock_stands_still_and_no_question_is_shown(enter, site, screenshot) -> None:
    grant(enter, "yusuf", breaks="10", time="1.5")
    yusuf = enter("yusuf", PHONE)
    exam = yusuf.open(RUN, "every")
    expect(exam.locator(".wm-exam-rules")).to_contain_text("Time: 45 minutes.")
    expect(exam.locator(".wm-exam-rules")).to_contain_text("This includes the extra time granted to you.")
    expect(exam.locator(".wm-exam-rules")).to_contain_text("breaks of 10 minutes in all")
    press_begin(exam)
    attempt = attempt_of(exam)
    answer_one(exam, "c1")
    assert 2640 < seconds_left(exam) <= 2700
    review = to_review(exam)
    screenshot(yusuf.page, "exam-review-break-390")
    before = seconds_left(exam)
    review.get_by_role("button", name="Take a break (10 minutes left)").click()
    expect(exam.locator("[data-heading]")).to_have_text("You are on a break")
    expect(exam.locator("[data-item]")).to_have_count(0)
    expect(exam.locator("[data-break-clock]")).to_have_text(re.compile(r"^(10:00|9:[45]\d)$"))
    screenshot(yusuf.page, "exam-break-390")
    # As if six minutes of the break had passed; the attempt began those six minutes earlier as well.
    move_back(site, attempt, 360)
    yusuf.page.reload()
    exam = yusuf.exam()
    expect(exam.locator("[data-heading]")).to_have_text("You are on a break")
    expect(exam.locator("[data-break-clock]")).to_have_text(re.compile(r"^(4:00|3:[345]\d)$"))
    exam.get_by_role("button", name="Go on").click()
    expect(exam.locator("[data-item]").first).to_be_attached()
    assert before - 30 < seconds_left(exam) <= before
    expect(question_of(exam, "c1").get_by_label(RIGHT["en"]["c1"])).to_be_checked()
    expect(to_review(exam).get_by_role("button", name="Take a break")).to_be_visible()
    assert [kind for kind, *_ in events(site, attempt, "break_began", "break_ended")] == ["break_began", "break_ended"]


def test_when_a_break_is_used_up_the_questions_come_back_by_themselves(enter, site) -> None:
    grant(enter, "zoe", breaks="5", language="es")
    zoe = enter("zoe", PHONE)
    exam = begin(zoe, "every")
    attempt = attempt_of(exam)
    # The language that staff granted goes before the reader's own.
    expect(in_view(exam).get_by_label(RIGHT["es"]["c1"]).or_(in_view(exam).locator("[lang=es]")).first).to_be_visible()
    to_review(exam).get_by_role("button", name="Take a break (5 minutes left)").click()
    expect(exam.locator("[data-break-clock]")).to_be_visible()
    move_back(site, attempt, 297)
    zoe.page.reload()
    exam = zoe.exam()
    expect(exam.locator("[data-attempt] [data-item]").first).to_be_attached()
    assert 1780 < seconds_left(exam) <= 1800
    expect(to_review(exam)).not_to_contain_text("Take a break")
    eventually(zoe, lambda: answered(site, attempt) == {})
