"""The instructor: lab groups, named evaluators, re-teach after a stop, the class at a glance, what is printed and downloaded."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_learner import today

pytestmark = pytest.mark.browser
RUN = "instructor"


def open_tab(person, name: str, tab: str):
    checklist = person.open(RUN, name)
    checklist.locator(".wm-tab", has_text=tab).click()
    expect(checklist.locator(".wm-tab[aria-current]")).to_contain_text(tab)
    return checklist


def test_a_lab_group_is_made_and_changed(enter, screenshot) -> None:
    irene = enter("irene")
    checklist = open_tab(irene, "plain", "People")
    form = checklist.locator('form[data-act="create_group"]')
    form.get_by_label("Name").fill("Period 1")
    form.get_by_label("Alice Romero").check()
    form.get_by_label("Ben Okafor").check()
    screenshot(irene.page, "instructor-new-group")
    form.get_by_role("button", name="Create the group").click()
    expect(checklist.get_by_role("status")).to_have_text("The group is made.")
    checklist.get_by_text("Period 1 (2)").click()
    form = checklist.locator('form[data-act="change_group"]')
    form.get_by_label("Ben Okafor").uncheck()
    form.get_by_role("button", name="Save the group").click()
    expect(checklist.get_by_text("Period 1 (1)")).to_be_visible()


def test_a_named_evaluator_may_rate_others_until_it_ends(enter, site, screenshot) -> None:
    ben = enter("ben", PHONE)
    expect(ben.open(RUN, "plain").locator(".wm-tab")).to_have_count(0)
    assert ben.get(RUN, "plain", "choose").status == 403
    irene = enter("irene")
    checklist = open_tab(irene, "plain", "People")
    checklist.get_by_text("Name an evaluator").click()
    form = checklist.locator('form[data-act="grant_evaluator"]')
    form.get_by_label("User name or e-mail address").fill("ben")
    form.get_by_label("Last day").fill((today() + timedelta(days=30)).isoformat())
    form.get_by_label("Why this person").fill("Journeyman, Redrock Framing, 12 years")
    screenshot(irene.page, "instructor-name-evaluator")
    form.get_by_role("button", name="Name as evaluator").click()
    expect(checklist.get_by_role("status")).to_have_text("Ben Okafor may evaluate now.")
    expect(checklist.locator(".wm-card", has_text="Ben Okafor").last).to_contain_text("WM.T1.B")
    rating = ben.open(RUN, "plain")
    expect(rating.locator(".wm-tab")).to_have_text(["Sign off", "Waiting", "My own record"], use_inner_text=True)
    expect(rating.locator(".wm-person", has_text="Ben Okafor")).to_have_count(0)
    ben.sign(RUN, "plain", "carla", {"01": "met"})
    own = ben.act(RUN, "plain", "sign", {"learner": site.user_id("ben"), "ratings": {"01": {"value": "met"}}})
    assert own.status in (400, 403, 404, 409)
    assert site.acts(RUN, "plain", "demonstration", "ben") == []
    assert ben.get(RUN, "full", "choose").status == 403
    card = checklist.locator("li.wm-card", has_text="Ben Okafor")
    card.get_by_text("End this").click()
    card.get_by_label("Reason").fill("Moved to another site")
    card.get_by_role("button", name="End the right to evaluate").click()
    expect(checklist.get_by_role("status")).to_have_text("Ended. What was signed before stands.")
    assert ben.get(RUN, "plain", "choose").status == 403
    expect(ben.open(RUN, "plain").locator(".wm-tab")).to_have_count(0)


def test_after_a_stop_the_instructor_records_the_re_teach(enter, site, screenshot) -> None:
    irene = enter("irene")
    before = today() - timedelta(days=2)
    stop = {"skill": "01", "act": "Started the grinder with the shield up"}
    irene.sign(RUN, "plain", "david", {}, stop=stop, observed_on=before.isoformat())
    checklist = open_tab(irene, "plain", "Class")
    waiting = checklist.locator(".wm-person", has_text="David Begay")
    expect(waiting).to_contain_text("Started the grinder with the shield up")
    screenshot(irene.page, "instructor-class-stop")
    waiting.click()
    form = checklist.locator('form[data-act="reteach"]')
    form.get_by_label("Date of the re-teach").fill((before + timedelta(days=1)).isoformat())
    form.get_by_label("What was taught again").fill(
        "Shield down, then switch; he showed it three times with the power off."
    )
    screenshot(irene.page, "instructor-re-teach")
    form.get_by_role("button", name="Record the re-teach").click()
    expect(checklist.locator("[data-heading]")).to_have_text("The re-teach is recorded.")
    irene.sign(RUN, "plain", "david", {"01": "met", "02": "3", "03": "3"})
    expect(open_tab(irene, "plain", "Class").locator(".wm-person", has_text="David Begay")).to_have_count(0)
    learner = enter("david", PHONE).open(RUN, "plain")
    expect(learner.locator("[data-heading]")).to_have_text("Passed")
    expect(learner.locator(".wm-history")).to_contain_text("Re-taught")


def test_the_class_what_is_printed_and_the_csv(enter, screenshot) -> None:
    irene = enter("irene")
    readings = {"value": "met", "readings": ["0.4", "-0.2"]}
    ratings = {
        "01": "met",
        "02": {"value": "met", "note": '=HYPERLINK("x")'},
        "03": readings,
        "04": "3",
        "05": "2",
        "06": "3",
    }
    for days in (3, 1):
        on = (today() - timedelta(days=days)).isoformat()
        irene.sign(RUN, "full", "elena", ratings, variant=f"Saw {days}", observed_on=on)
    irene.sign(RUN, "full", "farid", {"05": {"value": "na", "reason": "No air line"}, "06": "3"}, variant="Saw 1")
    checklist = open_tab(irene, "full", "Class")
    row = checklist.locator(".wm-grid tr", has_text="Elena Ruiz")
    expect(row.locator('td[data-mark="done"]')).to_have_count(6)
    expect(row).to_contain_text("Not passed yet")
    expect(checklist.locator(".wm-grid tr", has_text="Farid Haddad").locator('td[data-mark="out"]')).to_have_count(1)
    screenshot(irene.page, "instructor-class")
    with irene.context.expect_page() as opened:
        checklist.get_by_role("link", name="Who is cleared today").click()
    cleared = opened.value
    cleared.wait_for_load_state()
    expect(cleared.locator("tr", has_text="Clear the table and the floor")).to_contain_text("Elena Ruiz, Farid Haddad")
    expect(cleared.locator("tr", has_text="Write the log")).not_to_contain_text("Farid")
    screenshot(cleared, "instructor-cleared")
    assert cleared.pdf(format="Letter").startswith(b"%PDF")
    with irene.context.expect_page() as opened:
        checklist.get_by_role("link", name="Blank list to print").click()
    blank = opened.value
    blank.wait_for_load_state()
    expect(blank.locator("main")).to_contain_text("S = safety-critical step")
    screenshot(blank, "instructor-blank")
    assert blank.pdf(format="Letter").startswith(b"%PDF")
    with irene.page.expect_download() as download:
        checklist.get_by_role("link", name="All ratings as CSV").click()
    assert download.value.suggested_filename == f"WM.T1.A-{today().isoformat()}.csv"
    table = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert len(table) == 14
    elena = [line for line in table if line["username"] == "elena" and line["line"] == "02"]
    assert [line["note"] for line in elena] == ['\'=HYPERLINK("x")'] * 2
    assert {line["readings"] for line in table if line["line"] == "03"} == {"0.4 -0.2"}
    [left_out] = [line for line in table if line["rating"] == "na"]
    assert (left_out["learner"], left_out["reason"]) == ("Farid Haddad", "No air line")
