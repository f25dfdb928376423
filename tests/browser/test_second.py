"""Two evaluators, each on their own, and a third who settles."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_evaluator import choose, line_in_view, next_line

pytestmark = pytest.mark.browser
RUN = "second"
NOTE = "Lock was somebody else's"
READING = "0.37"


def everything_that_is_shown(person, site, learner: int, demonstration: str) -> dict[str, str]:
    """Every panel, page and download that the list has for this person, as it came."""
    about = f"?learner={learner}&demonstration={demonstration}"
    pages = ["choose", "requests", "class", "manage", "mine", "cleared", "export", "blank"]
    pages += [f"{name}{about}" for name in ("rate", "second", "history", "record", "mine")]
    answers = {page: person.get(RUN, "full", page) for page in pages}
    return {page: answer.text() for page, answer in answers.items() if answer.ok}


def test_the_second_rates_without_the_first_and_a_third_settles(enter, site, screenshot) -> None:
    erik, fatima, irene = enter("erik"), enter("fatima", PHONE), enter("irene")
    alice = site.user_id("alice")
    ratings = {
        "01": "met",
        "02": {"value": "met", "note": NOTE},
        "03": {"value": "met", "readings": [READING, READING]},
        "04": "4",
    }
    erik.sign(RUN, "full", "alice", ratings, variant="Saw 1", paired=True)
    checklist = fatima.open(RUN, "full")
    expect(checklist.locator("[data-waiting]")).to_have_text("1")
    checklist.get_by_role("button", name="Waiting").click()
    row = checklist.locator('.wm-person[data-open^="second?"]')
    demonstration = re.search(r"demonstration=([0-9a-f-]+)", row.get_attribute("data-open"))[1]
    shown = everything_that_is_shown(fatima, site, alice, demonstration)
    assert fatima.get(RUN, "full", f"correct?learner={alice}&demonstration={demonstration}").status == 403
    assert erik.get(RUN, "full", f"correct?learner={alice}&demonstration={demonstration}").ok
    assert {"requests", "export", f"second?learner={alice}&demonstration={demonstration}"} <= set(shown)
    for page, text in shown.items():
        assert NOTE not in text.replace("&#x27;", "'"), page
        assert READING not in text, page
        assert page == "blank" or "4 · Strong</strong>" not in text, page
    row.click()
    expect(checklist.locator("[data-heading]")).to_contain_text("Second rating: Alice Romero")
    expect(line_in_view(checklist).locator('input[value=""]')).to_be_checked()
    expect(checklist.locator("fieldset[data-line]")).to_have_count(4)
    screenshot(fatima.page, "second-rating")
    choose(checklist, "Met")
    next_line(checklist)
    choose(checklist, "Not met")
    next_line(checklist)
    choose(checklist, "Met")
    for place in (1, 2):
        checklist.get_by_label(f"Reading {place} (V)").locator("visible=true").fill("0.3")
    next_line(checklist)
    choose(checklist, "3")
    checklist.get_by_role("button", name="Sign as second evaluator").click()
    expect(checklist.locator(".wm-results")).to_contain_text("The evaluators disagree on line 02")
    checklist.get_by_role("button", name="Back").click()
    expect(checklist).to_contain_text("There is no disagreement that you can settle.")
    third = irene.open(RUN, "full")
    third.get_by_role("button", name="Waiting").click()
    third.locator('.wm-person[data-open^="dispute?"]').click()
    expect(third.locator("fieldset")).to_have_count(1)
    expect(third.locator("fieldset")).to_contain_text("Erik Lindqvist: Met")
    expect(third.locator("fieldset")).to_contain_text("Fatima Noor: Not met")
    screenshot(irene.page, "second-settle")
    third.get_by_role("radio", name="Met", exact=True).check()
    third.get_by_label("Reason").fill("The lock was borrowed but hers for the day")
    third.get_by_role("button", name="Settle and sign").click()
    expect(third.locator(".wm-results")).to_contain_text("Counts.")
    learner = enter("alice", PHONE).open(RUN, "full")
    expect(learner.locator('li[data-line="02"] .wm-counts')).to_have_text("1/2")
    expect(learner.locator(".wm-history")).to_contain_text("Disagreement settled")
    screenshot(learner.page, "second-learner")


def test_the_learner_sees_that_a_second_rating_is_awaited(enter, screenshot) -> None:
    erik = enter("erik")
    erik.sign(RUN, "full", "ben", {"01": "met", "02": "met"}, variant="Saw 1", paired=True)
    learner = enter("ben", PHONE).open(RUN, "full")
    line = learner.locator('li[data-line="01"]')
    expect(line).to_contain_text("Waits for another evaluator")
    expect(line).to_contain_text("it counts after that")
    expect(learner.locator(".wm-history")).to_contain_text("Waits for the second evaluator.")
