"""Signing a lab group between two bells: one line for 25 learners in one request, and the grid."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, new_id
from westmec_xblocks.preview.people import LEARNERS

pytestmark = pytest.mark.browser
RUN = "group"
MEMBERS = [name.split()[0].lower() for name in LEARNERS[:25]]


def make_group(irene, run: str, members: list[str], name: str = "Period 3") -> None:
    ids = [irene.site.user_id(member) for member in members]
    answer = irene.act(run, "plain", "create_group", {"name": name, "members": ids})
    assert answer.ok, answer.text()


def open_group(person, run: str, name: str, group: str, line: str = ""):
    """The form of this lab group: of one line, or the grid."""
    checklist = person.open(run, name)
    checklist.get_by_role("button", name=group).click()
    if line:
        checklist.get_by_label("Line to sign").select_option(line)
        checklist.locator("fieldset[data-learner]").first.wait_for()
    else:
        checklist.locator(".wm-grid").wait_for()
    return checklist


def watch_acts(person) -> list[str]:
    sent: list[str] = []
    person.page.on("request", lambda one: sent.append(one.url) if one.method == "POST" and "/act/" in one.url else None)
    return sent


def test_a_safety_line_is_signed_for_25_learners_by_hand_in_one_request(enter, site, screenshot) -> None:
    make_group(enter("irene"), RUN, MEMBERS)
    erik = enter("erik", PHONE)
    checklist = open_group(erik, RUN, "plain", "Period 3", "01")
    expect(checklist.locator("[data-fill]")).to_have_count(0)
    expect(checklist).to_contain_text("A safety line is rated for each learner by hand.")
    learners = checklist.locator("fieldset[data-learner]")
    expect(learners).to_have_count(25)
    expect(learners.locator('input[value=""]:checked')).to_have_count(25)
    screenshot(erik.page, "group-safety-line")
    for place in range(25):
        rating = "Not met" if place == 4 else "Met"
        learners.nth(place).locator("label", has_text=re.compile(rf"^\s*{rating}\s*$")).click()
    expect(checklist.locator("[data-summary]")).to_have_text("25 ratings entered")
    sent = watch_acts(erik)
    checklist.get_by_role("button", name="Sign for the group").click()
    expect(checklist.locator("[data-heading]")).to_have_text("25 learners signed.")
    assert len(sent) == 1
    screenshot(erik.page, "group-signed")
    signed = site.acts(RUN, "plain", "demonstration")
    assert sorted(row[0] for row in signed) == sorted(map(site.user_id, MEMBERS))
    expect(checklist.locator(".wm-results > li", has_text="Elena Ruiz")).to_contain_text("Does not count: line 01")


def test_only_what_was_ticked_is_recorded_and_filling_skips_who_is_rated(enter, site, screenshot) -> None:
    irene = enter("irene", PHONE)
    make_group(irene, RUN, MEMBERS[:5], "Table 2")
    before = len(site.acts(RUN, "plain", "demonstration"))
    checklist = open_group(irene, RUN, "plain", "Table 2", "01")
    first = checklist.locator("fieldset[data-learner]").first
    first.locator("label", has_text=re.compile(r"^\s*Met\s*$")).click()
    checklist.get_by_role("button", name="Sign for the group").click()
    expect(checklist.locator("[data-heading]")).to_have_text("1 learner signed.")
    assert len(site.acts(RUN, "plain", "demonstration")) == before + 1
    checklist = open_group(irene, RUN, "plain", "Table 2", "02")
    second = checklist.locator("fieldset[data-learner]").nth(1)
    second.locator("label", has_text="2 · Prompted").click()
    checklist.locator(".wm-fill").get_by_role("button", name="3 · Entry level").click()
    expect(checklist.locator('fieldset[data-learner] input[value="3"]:checked')).to_have_count(4)
    expect(second.locator('input[value="2"]')).to_be_checked()
    screenshot(irene.page, "group-filled-line")
    irene.page.reload()
    checklist = open_group(irene, RUN, "plain", "Table 2", "02")
    expect(checklist.locator('fieldset[data-learner] input[value="3"]:checked')).to_have_count(4)
    checklist.get_by_role("button", name="Sign for the group").click()
    expect(checklist.locator("[data-heading]")).to_have_text("5 learners signed.")


def test_the_server_takes_only_ratings_that_name_their_learner_and_line(enter, site) -> None:
    """There is no way to say “the same for all”: a learner without a rating of his own gets none."""
    erik = enter("erik")
    walter, ximena = site.user_id("walter"), site.user_id("ximena")
    learners = {
        walter: {"client_id": new_id(), "ratings": {"01": {"value": "met"}}},
        ximena: {"client_id": new_id(), "ratings": {}},
    }
    answer = erik.act(
        RUN, "full", "sign_group",
        {"batch_id": new_id(), "variant": "Saw 1", "ratings": {"01": {"value": "met"}}, "learners": learners},
    )  # fmt: skip
    assert answer.json()["refused"] == [ximena]
    assert [row[0] for row in site.acts(RUN, "full", "demonstration")] == [walter]


def test_the_grid_keeps_names_beside_their_rows_and_names_who_is_refused(enter, site, screenshot) -> None:
    irene = enter("irene", PHONE)
    make_group(irene, RUN, ["alice", "ben", "zoe"], "Bench 1")
    irene.sign(RUN, "full", "ben", {"01": "met"}, variant="Saw 1", stop={"skill": "02", "act": "Reached in"})
    checklist = open_group(irene, RUN, "full", "Bench 1")
    names, rows = checklist.locator(".wm-names > li"), checklist.locator(".wm-grid tr")
    for place in range(4):
        ours, theirs = names.nth(place).bounding_box(), rows.nth(place).bounding_box()
        assert abs(ours["y"] - theirs["y"]) < 1.5
        assert abs(ours["height"] - theirs["height"]) < 1.5
    scroller = checklist.get_by_role("region", name="Group grid")
    assert scroller.evaluate("box => box.scrollWidth > box.clientWidth")
    shown = names.nth(1).bounding_box()
    scroller.evaluate("box => { box.scrollLeft = 200 }")
    assert names.nth(1).bounding_box() == shown
    expect(checklist.locator("thead th")).to_have_count(6)
    scroller.evaluate("box => { box.scrollLeft = 0 }")
    for name in ("Alice Romero", "Ben Okafor"):
        checklist.get_by_label(f"{name}, 01").select_option("met")
    checklist.get_by_label("Alice Romero, 04").select_option("3")
    expect(checklist.locator("[data-summary]")).to_have_text("3 ratings entered")
    checklist.get_by_label("Conditions").fill("Saw 1")
    screenshot(irene.page, "group-grid")
    checklist.get_by_role("button", name="Sign for the group").click()
    expect(checklist.locator("[data-heading]")).to_have_text("1 learner signed. 1 entry was not taken.")
    refused = checklist.locator(".wm-results > li", has_text="Ben Okafor")
    expect(refused).to_contain_text("not recorded")
    expect(refused).to_contain_text("re-teach")
    screenshot(irene.page, "group-one-refused")
    assert len(site.acts(RUN, "full", "demonstration", "alice")) == 1
    irene.page.set_viewport_size({"width": 1280, "height": 900})
    checklist = open_group(irene, RUN, "full", "Bench 1")
    screenshot(irene.page, "group-grid-wide")
