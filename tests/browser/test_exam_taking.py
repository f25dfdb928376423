"""A learner takes an exam on a phone: every kind of question, flags, a look over, the result; without a mouse too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, SCREEN
from tests.browser.exams import RUN
from tests.browser.taking import (
    ITEMS,
    RIGHT,
    WRONG,
    answered,
    attempt_of,
    begin,
    events,
    eventually,
    expect_saved,
    give,
    go_to,
    hand_in,
    in_view,
    item_of,
    next_question,
    press_begin,
    question_of,
    row_of,
    to_review,
)
from tests.browser.test_keyboard import Keys

pytestmark = pytest.mark.browser


def test_an_exam_of_every_kind_is_taken_on_a_phone_and_passed(enter, site, screenshot) -> None:
    alice = enter("alice", PHONE)
    exam = alice.open(RUN, "every")
    rules = exam.locator(".wm-exam-rules")
    for told in ("10 questions. 1 of them", "7 of the 9 questions", "provisional", "30 minutes", "9 attempts"):
        expect(rules).to_contain_text(told)
    for item in ITEMS:
        assert str(RIGHT["en"][item])[:30] not in alice.page.frames[1].content()
    screenshot(alice.page, "exam-start-390")
    press_begin(exam)
    attempt = attempt_of(exam)
    seen = []
    while in_view(exam).count():
        question = in_view(exam)
        item = item_of(question)
        expect(question.locator("[data-item-heading]")).to_have_text(f"Question {len(seen) + 1} of 10")
        give(question, RIGHT["en"][item])
        expect_saved(question)
        if item in ("c1", "n1"):
            question.get_by_label("Look at it again later").check()
        screenshot(alice.page, f"exam-{item}-390")
        seen.append(item)
        next_question(exam)
        expect(exam.locator("[data-item-heading]:focus, [data-review] h4:focus")).to_have_count(1)
    assert sorted(seen) == sorted(ITEMS)
    review = exam.locator("[data-review]")
    expect(review.locator("[data-tally]")).to_have_text("10 of 10 questions answered.")
    expect(review.locator("[data-unanswered]")).to_be_hidden()
    expect(review.locator('.wm-nav-mark[data-mark="done"]:visible')).to_have_count(11)
    expect(review.locator(".wm-nav-flag:visible")).to_have_count(2)
    screenshot(alice.page, "exam-review-390")
    hand_in(exam)
    expect(exam.locator("[data-heading]")).to_be_focused()
    expect(exam.locator("[data-heading]")).to_have_text("Attempt 1: Passed")
    expect(exam.locator(".wm-standing")).to_contain_text("9 of 9 points (100 %); 7 are needed.")
    expect(exam.locator(".wm-domains")).to_contain_text("Energy control")
    screenshot(alice.page, "exam-passed-390")
    row = row_of(site, attempt)
    assert (row["state"], row["closed_by"], row["passed"], row["result"]["earned"]) == ("closed", "submitted", 1, "9")
    assert answered(site, attempt)["n1"] == row["answers"]["n1"]["response"]
    assert sorted(item for kind, item, _ in events(site, attempt, "flagged")) == ["c1", "n1"]
    assert [item for kind, item, _ in events(site, attempt, "shown")] == seen
    alice.page.goto(site.unit(RUN, "every").replace("/unit/unit-every/", "/progress/"))
    expect(alice.page.locator(".grades li", has_text="Energy exam")).to_contain_text("10 / 10")
    alice.page.goto(site.unit(RUN, "every"))
    exam = alice.exam()
    expect(exam.locator("[data-heading]")).to_have_text("Passed")
    screenshot(alice.page, "exam-start-passed-390")


def test_what_is_open_or_refused_is_told_before_handing_in_and_can_be_mended(enter, site, screenshot) -> None:
    ben = enter("ben", PHONE)
    exam = begin(ben, "every")
    attempt = attempt_of(exam)
    number = go_to(exam, "n1")
    give(number, "twelve")
    expect(number.locator("[data-saved]")).to_have_attribute("data-kind", "error")
    expect(number.locator("[data-saved]")).to_contain_text("This answer was not saved: ")
    screenshot(ben.page, "exam-refused-390")
    pairs = go_to(exam, "p1")
    pairs.get_by_label("Rubber glove").select_option(label="Keeps the hands warm")
    expect_saved(pairs)
    give(go_to(exam, "c2"), RIGHT["en"]["c2"])
    review = to_review(exam)
    expect(review.locator("[data-tally]")).to_have_text("1 of 10 questions answered.")
    numbers = {item: exam.locator(f'[data-of="{item}"]').get_attribute("data-go") for item in ITEMS}
    told = review.locator("[data-unanswered]")
    for item in ("n1", "p1"):
        expect(told).to_contain_text(re.compile(rf"\b{numbers[item]}\b"))
    expect(told).not_to_contain_text(re.compile(rf"\b{numbers['c2']}\b"))
    screenshot(ben.page, "exam-review-open-390")
    give(go_to(exam, "n1"), "12,5")
    expect_saved(question_of(exam, "n1"))
    give(go_to(exam, "p1"), RIGHT["en"]["p1"])
    give(go_to(exam, "c2"), WRONG["c2"])
    expect_saved(question_of(exam, "c2"))
    expect(to_review(exam).locator("[data-tally]")).to_have_text("3 of 10 questions answered.")
    hand_in(exam)
    expect(exam.locator("[data-heading]")).to_have_text("Attempt 1: Not passed yet")
    expect(exam.locator(".wm-why-not")).to_contain_text("7 points are needed; you have 2.")
    expect(exam.locator(".wm-why-not")).to_contain_text("In Energy control 3 of 3 are needed; you have 0.")
    expect(exam).to_contain_text("You have 8 more attempts.")
    expect(exam).to_contain_text("You may try again as soon as you like")
    screenshot(ben.page, "exam-not-passed-390")
    assert [said for _, item, said in events(site, attempt, "answered") if item == "c2"] == ["a", "d"]
    exam.get_by_role("button", name="To the start page").click()
    expect(exam.locator(".wm-exam-attempts")).to_contain_text("Not passed yet, 2 / 9")
    exam.get_by_text("The rules of this assessment").click()
    expect(exam.locator(".wm-exam-rules")).to_contain_text("Used so far: 1.")
    screenshot(ben.page, "exam-start-again-390")
    exam.get_by_role("button", name="See the result of attempt 1").click()
    expect(exam.locator("[data-heading]")).to_have_text("Attempt 1: Not passed yet")


@pytest.mark.parametrize("way", ["tap", "list"])
def test_a_place_on_a_picture_counts_the_same_by_tap_and_by_list(enter, site, screenshot, way: str) -> None:
    carla = enter("carla", PHONE)
    exam = begin(carla, "every")
    attempt = attempt_of(exam)
    question = go_to(exam, "h1")
    if way == "tap":
        picture = question.get_by_role("img", name="An open panel with four parts")
        box = picture.bounding_box()
        picture.click(position={"x": box["width"] * 0.8, "y": box["height"] * 0.5})
        expect_saved(question)
        # Another tap takes the place of the first: one place is asked for.
        picture.click(position={"x": box["width"] * 0.2, "y": box["height"] * 0.5})
        expect(question.locator("[data-point]")).to_have_count(1)
        screenshot(carla.page, "exam-tapped-390")
    else:
        question.get_by_label("4: the terminal strip").check()
        question.get_by_label("1: the red lever").check()
    expect_saved(question)
    eventually(carla, lambda: len(events(site, attempt, "answered")) == 2)
    hand_in(exam)
    assert row_of(site, attempt)["result"]["items"]["h1"] == "1"
    [_, (_, _, said)] = events(site, attempt, "answered")
    assert said == ["r1"] if way == "list" else abs(said[0][0] - 80) <= 2


def test_a_place_can_be_taken_back_and_the_list_takes_the_place_of_a_tap(enter, site) -> None:
    david = enter("david", PHONE)
    exam = begin(david, "every")
    attempt = attempt_of(exam)
    question = go_to(exam, "h1")
    question.locator("img").click(position={"x": 40, "y": 60})
    expect_saved(question)
    question.get_by_role("button", name="Take the answer back").click()
    expect(question.locator("[data-point]")).to_have_count(0)
    eventually(
        david, lambda: [kind for kind, *_ in events(site, attempt, "answered", "cleared")] == ["answered", "cleared"]
    )
    question.locator("img").click(position={"x": 40, "y": 60})
    question.get_by_label("2: the selector").check()
    expect(question.locator("[data-point]")).to_have_count(0)
    eventually(david, lambda: answered(site, attempt) == {"h1": ["r2"]})
    expect(to_review(exam).locator("[data-tally]")).to_have_text("1 of 10 questions answered.")


def test_an_exam_of_one_page_tells_each_answer_and_its_reasons_afterwards(enter, screenshot) -> None:
    farid = enter("farid")
    exam = begin(farid, "whole")
    expect(exam.locator("[data-question]:visible")).to_have_count(10)
    expect(exam.locator("[data-clock]")).to_have_count(0)
    for item in ITEMS:
        give(question_of(exam, item), WRONG.get(item, RIGHT["en"][item]))
        expect_saved(question_of(exam, item))
    expect(exam.locator("[data-tally]")).to_have_text("10 of 10 questions answered.")
    screenshot(farid.page, "exam-whole-1280")
    hand_in(exam)
    told = exam.locator(".wm-told")
    expect(told).to_have_count(10)
    wrong = told.filter(has_text="Which part of the high-voltage system")
    expect(wrong).to_contain_text("Reason d of c1.")
    expect(wrong).to_contain_text("Rationale of c1.")
    expect(wrong.locator('[data-right="yes"]')).to_contain_text(RIGHT["en"]["c1"])
    expect(told.filter(has_text="Cut it up")).to_contain_text("does not count")
    screenshot(farid.page, "exam-told-1280")


def test_a_doubt_about_a_question_is_sent_where_it_is_written_and_shown_with_the_result(enter, screenshot) -> None:
    grace = enter("grace", PHONE)
    exam = begin(grace, "every")
    question = in_view(exam)
    question.get_by_text("Something is wrong with this question").click()
    question.get_by_label("What is wrong?").fill("Two of them are right.")
    question.get_by_role("button", name="Send").click()
    expect(question.locator("[data-said]")).to_contain_text("Staff will answer")
    expect(question.get_by_label("What is wrong?")).to_have_value("")
    screenshot(grace.page, "exam-dispute-390")
    hand_in(exam)
    expect(exam.locator(".wm-card")).to_contain_text("Two of them are right.")
    expect(exam.locator(".wm-card")).to_contain_text("Not answered yet.")


def test_after_a_failed_minimum_the_page_says_what_has_to_happen_first(enter, screenshot) -> None:
    hector = enter("hector", SCREEN)
    exam = begin(hector, "once")
    screenshot(hector.page, "exam-question-1280")
    hand_in(exam)
    expect(exam).to_contain_text("You have 1 more attempt.")
    expect(exam).to_contain_text("go over it again with your instructor")
    expect(exam).to_contain_text(re.compile(r"You may try again from .+ on\."))
    screenshot(hector.page, "exam-not-passed-1280")
    exam.get_by_role("button", name="To the start page").click()
    expect(exam.get_by_role("button", name="See the result of attempt 1")).to_be_visible()
    expect(exam.locator('form[data-act="begin"]')).to_have_count(0)
    expect(exam.locator(".wm-remark")).to_contain_text(re.compile(r"You may try again from .+ on\."))
    screenshot(hector.page, "exam-start-locked-1280")


def test_the_whole_exam_is_taken_with_the_keyboard_alone(enter, site) -> None:
    imani = enter("imani")
    exam = imani.open(RUN, "every")
    imani.page.frames[1].evaluate("document.body.tabIndex = -1; document.body.focus()")
    keys = Keys(imani.page)
    keys.tab_to("Begin")
    assert keys.shows_focus()
    keys.press("Enter")
    expect(exam.locator("[data-heading]")).to_be_focused()
    attempt = attempt_of(exam)
    seen = []
    while in_view(exam).count():
        question = in_view(exam)
        item = item_of(question)
        answer_with_keys(keys, question, item)
        expect_saved(question)
        if item == "t1":
            keys.tab_to("Look at it again later", "Shift+Tab" if "Look" in keys.focused() else "Tab")
            keys.press("Space")
        seen.append(item)
        keys.tab_to("Look over and hand in" if len(seen) == 10 else "Next")
        assert keys.shows_focus()
        keys.press("Enter")
        expect(exam.locator("[data-item-heading]:focus, [data-review] h4:focus")).to_have_count(1)
    assert keys.focused() == "Look over and hand in"
    back_to = str(seen.index("t1") + 1)
    keys.tab_to(f"Question {back_to}")
    assert keys.focused().endswith(", answered, flagged")
    assert keys.shows_focus()
    keys.press("Enter")
    expect(in_view(exam).locator("[data-item-heading]")).to_be_focused()
    assert item_of(in_view(exam)) == "t1"
    keys.tab_to("Look at it again later")
    keys.press("Space")
    keys.tab_to("All questions" if int(back_to) < 10 else "Look over and hand in")
    keys.press("Enter")
    expect(exam.locator(".wm-nav-flag:visible")).to_have_count(0)
    keys.tab_to("Hand in now")
    keys.press("Enter")
    expect(exam.locator("[data-heading]")).to_have_text("Attempt 1: Passed")
    expect(exam.locator("[data-heading]")).to_be_focused()
    assert row_of(site, attempt)["result"]["earned"] == "9"


def answer_with_keys(keys: Keys, question, item: str) -> None:
    """Answer rightly without a mouse. The focus is on the question's heading, or just before it."""
    right = RIGHT["en"][item]
    widget = question.locator("[data-widget]").get_attribute("data-widget")
    if widget in ("choices", "spots"):
        first = question.locator('input[type="radio"]').first.evaluate("one => one.labels[0].innerText.trim()")
        keys.tab_to(first)
        keys.press("Space")
        while keys.focused() != right:
            keys.press("ArrowDown")
    elif widget == "checks":
        for one in [text for text in question.locator(".wm-option").all_inner_texts() if text.strip() in right]:
            keys.tab_to(one.strip())
            keys.press("Space")
    elif widget in ("number", "line"):
        keys.tab_to("Your answer")
        keys.type(right)
        keys.press("Enter")
    elif widget == "pairs":
        for left, side in right.items():
            keys.tab_to(left)
            keys.type(side)
            keys.press("Enter")
    else:
        order_with_keys(keys, question, right)


def order_with_keys(keys: Keys, question, right: tuple[str, ...]) -> None:
    moved = False
    for place, step in enumerate(right):
        now = [one.strip() for one in question.locator("[data-name]").all_inner_texts()]
        if now.index(step) == place:
            continue
        question.page.frames[1].evaluate(
            "document.querySelector('[data-question]:not([hidden]) [data-item-heading]').focus()"
        )
        keys.tab_to(f"Move up: {step}")
        for _ in range(now.index(step) - place):
            keys.press("Enter")
            assert keys.focused() == f"Move up: {step}"
        moved = True
        expect(question.locator("[data-said-moved]")).to_have_text(f"{step}: place {place + 1} of 4")
    if not moved:
        keys.tab_to("The order is right as it stands")
        keys.press("Enter")
