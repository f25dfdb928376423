"""The first course's own checklists: a whole morning signed on a phone, what the learner and the class then show, an author's edit."""

from __future__ import annotations

import difflib
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_evaluator import begin, line_in_view, next_line, sign
from tests.browser.test_learner import today

pytestmark = pytest.mark.browser


def rate_every_line(checklist) -> int:
    """Met, or entry level, on each line in turn; gives how many there were."""
    count = checklist.locator("fieldset[data-line]").count()
    for place in range(count):
        line = line_in_view(checklist)
        wanted = "met" if line.get_attribute("data-flag") == "safety" else "3"
        line.locator(f'input[value="{wanted}"]').check()
        if place + 1 < count:
            next_line(checklist)
    return count


def test_a_whole_opening_is_signed_on_a_phone_and_the_third_one_passes_the_list(enter, site, screenshot) -> None:
    erik = enter("erik", PHONE)
    line_ids = re.findall(r'<skill id="(\d+)"( flag="safety")?', _file(site).read_text())
    met = {line: "met" if safety else "3" for line, safety in line_ids}
    for days in (2, 1):
        on = (today() - timedelta(days=days)).isoformat()
        erik.sign("pd2", "pd2-a", "elena", met, observed_on=on)
    checklist = begin(erik, "pd2", "apply-pd2-a", "Elena Ruiz")
    assert rate_every_line(checklist) == 16
    screenshot(erik.page, "pd2-evaluator-last-line")
    sign(checklist)
    expect(checklist.locator(".wm-results")).to_contain_text("The whole list is passed.")
    elena = enter("elena", PHONE)
    own = elena.open("pd2", "apply-pd2-a")
    expect(own.locator("[data-heading]")).to_have_text(re.compile("^Aprobad[ao]$"))
    expect(own.locator('.wm-mark[data-mark="done"]')).to_have_count(16)
    screenshot(elena.page, "pd2-learner-passed-spanish")
    elena.page.goto(f"{site.address}/courses/course-v1:WestMEC+PD2+2026/progress/")
    expect(elena.page.locator(".grades li", has_text="PD2-A")).to_contain_text("10 / 10")
    irene = enter("irene")
    seen = irene.open("pd2", "apply-pd2-a")
    seen.get_by_role("button", name="Class").click()
    expect(seen.locator("[data-region] > p").first).to_have_text("1 of 26 learners have passed.")
    screenshot(irene.page, "pd2-class")


def _file(site):
    return site.courses / "pd2" / "vertical" / "apply-pd2-a.xml"


def test_an_author_changes_one_sentence_and_nothing_else_in_the_file(enter, site, screenshot) -> None:
    arthur = enter("arthur")
    path = site.courses / "pd2" / "vertical" / "apply-pd2-b.xml"
    before = path.read_text()
    arthur.page.goto(f"{site.address}/studio/course-v1:WestMEC+PD2+2026/edit/{site.block('pd2', 'pd2-b')}/")
    form = arthur.page.frame_locator("iframe").locator('[data-westmec="studio"]')
    skill = form.locator("[data-skill]").first
    skill.locator("summary").first.click()
    box = skill.get_by_label("Criterion: what the evaluator must see")
    was = box.input_value()
    box.fill(was + " Nobody is rushed.")
    screenshot(arthur.page, "pd2-author-form")
    form.get_by_role("button", name="Save").click()
    arthur.page.wait_for_url(re.compile("/unit/"))
    changed = [line for line in difflib.ndiff(before.splitlines(), path.read_text().splitlines()) if line[0] in "+-"]
    assert len(changed) == 2
    assert changed[1].endswith(" Nobody is rushed.</criterion>")
