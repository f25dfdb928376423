"""The author: the list with its rules and findings, the form with the keyboard alone, the OLX tab, and the file on disk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
RUN = "author"
COURSE = f"course-v1:Shop+T1+{RUN}"


def open_form(person, name: str):
    """The author's form inside its frame, checked once."""
    person.page.goto(f"{person.site.address}/studio/{COURSE}/edit/{person.site.block(RUN, name)}/")
    form = person.page.frame_locator("iframe").locator('[data-westmec="studio"]')
    form.locator("[data-settings]").wait_for()
    expect(form.get_by_role("status")).to_have_text("")
    return form


def open_unit(person, name: str):
    """The unit as its author sees it."""
    key = person.site.block(RUN, name).replace(f"westmec_lab_checklist+block@{name}", f"vertical+block@unit-{name}")
    person.page.goto(f"{person.site.address}/studio/{COURSE}/unit/{key}/")
    view = person.page.frame_locator("iframe").locator(".wm")
    view.wait_for()
    return view


def file_of(site, name: str):
    return site.courses / RUN / "vertical" / f"unit-{name}.xml"


def press(person, *keys: str) -> None:
    for key in keys:
        person.page.keyboard.press(key)


def test_the_list_is_shown_with_its_rules_in_words_and_what_needs_a_look(enter, screenshot) -> None:
    arthur = enter("arthur")
    view = open_unit(arthur, "full")
    expect(view.get_by_role("heading", name="The rules in words")).to_be_visible()
    expect(view).to_contain_text("Under at least 2 different conditions")
    expect(view).to_contain_text("Reaches in before the disconnect is open")
    screenshot(arthur.page, "author-view")


def test_a_broken_list_is_kept_shown_and_mended(enter, site, screenshot) -> None:
    arthur = enter("arthur")
    view = open_unit(arthur, "broken")
    expect(view.locator(".wm-findings li")).not_to_have_count(0)
    expect(view.locator(".wm-raw")).to_contain_text('flag="dangerous"')
    screenshot(arthur.page, "author-broken")
    learner = enter("alice")
    learner.page.goto(site.unit(RUN, "broken"))
    expect(learner.page.frame_locator("#unit-frame").locator(".wm")).to_contain_text("its author must mend it")
    before = file_of(site, "broken").read_text()
    form = open_form(arthur, "broken")
    expect(form.locator("[data-findings-box]")).to_be_visible()
    form.get_by_role("button", name="OLX").click()
    olx = form.locator("[data-olx]")
    mended = olx.input_value().replace('flag="dangerous"', 'flag="safety"').replace('"many"', '"2"')
    start, again = mended.rsplit('<skill id="01">', 1)
    olx.fill(f'{start}<skill id="02">{again}')
    expect(form.locator('[data-findings] [data-severity="error"]')).to_have_count(0)
    screenshot(arthur.page, "author-mend")
    form.get_by_role("button", name="Save").click()
    arthur.page.wait_for_url(re.compile("/unit/"))
    after = file_of(site, "broken").read_text()
    assert 'flag="safety"' in after
    assert 'demonstrations="2"' in after
    assert before.split("<westmec_lab_checklist")[0] == after.split("<westmec_lab_checklist")[0]
    assert before.split("</westmec_lab_checklist>")[1] == after.split("</westmec_lab_checklist>")[1]
    expect(learner.open(RUN, "broken").locator("[data-heading]")).to_have_text("Not passed yet")


def test_a_section_and_a_skill_are_written_and_reordered_with_the_keyboard_alone(enter, site, screenshot) -> None:
    arthur = enter("arthur")
    before = file_of(site, "plain").read_text()
    others = {path: path.read_bytes() for path in (site.courses / RUN).rglob("*.xml") if path.name != "unit-plain.xml"}
    form = open_form(arthur, "plain")
    form.get_by_role("button", name="Add a section").focus()
    press(arthur, "Enter")
    keyboard = arthur.page.keyboard
    keyboard.type("After the work")
    press(arthur, "Tab")
    keyboard.type("Después del trabajo")
    section = form.locator("[data-section]").last
    section.get_by_role("button", name="Add a skill").focus()
    press(arthur, "Enter")
    keyboard.type("Clean the lens")
    press(arthur, "Tab")
    keyboard.type("Limpiar la mica")
    skill = section.locator("[data-skill]")
    expect(skill.locator("[data-skill-id]")).to_have_text("04")
    expect(skill.locator("[data-skill-name]")).to_have_text("Clean the lens")
    expect(form.locator("[data-findings]")).to_contain_text("04")
    screenshot(arthur.page, "author-form")
    press(arthur, "Tab")
    keyboard.type("No fingerprint against the light")
    press(arthur, "Tab")
    keyboard.type("Sin huellas a contraluz")
    section.get_by_role("button", name="Section up").focus()
    press(arthur, "Enter")
    expect(section.get_by_role("button", name="Section up")).to_have_count(1)
    expect(form.locator("[data-section]").first.locator('[name="title.own"]')).to_have_value("After the work")
    assert arthur.page.frames[1].evaluate("document.activeElement.textContent") == "Section up"
    press(arthur, "Tab", "Enter")
    expect(form.locator("[data-section]").last.locator('[name="title.own"]')).to_have_value("After the work")
    first = form.locator("[data-skill]").first
    first.locator("summary").first.focus()
    press(arthur, "Enter")
    first.get_by_role("button", name="Down").focus()
    press(arthur, "Enter")
    expect(form.locator("[data-skill-id]")).to_have_text(["02", "01", "03", "04"])
    form.get_by_role("button", name="Save").focus()
    press(arthur, "Enter")
    arthur.page.wait_for_url(re.compile("/unit/"))
    after = file_of(site, "plain").read_text()
    assert re.findall(r'<skill id="(\d+)"', after) == ["02", "01", "03", "04"]
    assert '<task xml:lang="es">Limpiar la mica</task>' in after
    assert '<title xml:lang="es">Después del trabajo</title>' in after
    assert before.split("<westmec_lab_checklist")[0] == after.split("<westmec_lab_checklist")[0]
    assert before.split("</westmec_lab_checklist>")[1] == after.split("</westmec_lab_checklist>")[1]
    assert {path: path.read_bytes() for path in others} == others
    expect(open_unit(arthur, "plain")).to_contain_text("No fingerprint against the light")


def test_findings_come_as_one_types_and_olx_and_form_stay_together(enter, site, screenshot) -> None:
    arthur = enter("arthur")
    before = file_of(site, "full").read_bytes()
    form = open_form(arthur, "full")
    form.get_by_label("Code", exact=True).fill("")
    expect(form.locator("[data-findings]")).not_to_be_empty()
    screenshot(arthur.page, "author-findings")
    form.get_by_label("Code", exact=True).fill("WM.T1.Z")
    expect(form.locator("[data-findings-box]")).to_be_hidden()
    form.get_by_role("button", name="OLX").click()
    olx = form.locator("[data-olx]")
    expect(olx).to_have_value(re.compile('code="WM.T1.Z"'))
    screenshot(arthur.page, "author-olx")
    whole = olx.input_value()
    olx.fill(whole.replace("</section>", "", 1))
    form.get_by_role("button", name="Form").click()
    expect(form.get_by_role("status")).to_contain_text("mend it here first")
    expect(olx).to_be_visible()
    olx.fill(whole.replace("<task>Write the log</task>", "<task>Write the shop log</task>"))
    form.get_by_role("button", name="Form").click()
    expect(form.locator("[data-skill-name]").nth(3)).to_have_text("Write the shop log")
    form.get_by_label("Demonstrations of each line").fill("0")
    form.get_by_role("button", name="Save").click()
    expect(arthur.page.locator("#studio-status")).to_contain_text("a whole number from 1 to 99")
    assert file_of(site, "full").read_bytes() == before
    form.get_by_role("button", name="Cancel").click()
    arthur.page.wait_for_url(re.compile("/unit/"))
    assert file_of(site, "full").read_bytes() == before


def test_only_authors_reach_the_authors_side(enter, site) -> None:
    for name in ("alice", "oscar", "erik"):
        person = enter(name)
        for view in ("edit", "frame"):
            url = f"{site.address}/studio/{COURSE}/{view}/{site.block(RUN, 'full')}"
            assert person.context.request.get(url + ("/" if view == "edit" else "")).status in (403, 404)
        token = next(one["value"] for one in person.context.cookies() if one["name"] == "csrftoken")
        url = f"{site.address}/studio/{COURSE}/xblock/{site.block(RUN, 'full')}/handler/studio/save"
        answer = person.context.request.post(url, data={"olx": "<x/>"}, headers={"X-CSRFToken": token})
        assert answer.status in (403, 404)
