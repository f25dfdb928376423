"""The author of an exam, in a real browser: blueprint, bank, one item, previews, tables, the OLX; keyboard, phone, dark, Spanish."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import expect

from tests.blocks.conftest import write_course
from tests.blocks.exams import exam
from tests.browser.conftest import PHONE, SCREEN, Site, _address, _environment
from tests.browser.test_reach import LOOKS, barriers, small_targets

pytestmark = pytest.mark.browser
COURSE = "course-v1:Shop+T1+2026"
NAMES = ("desk", "phone", "keys", "two", "table", "olx", "cut", "reach")
PANEL = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><rect width="90" height="100" fill="#888"/></svg>\n'
)


def many(count: int) -> str:
    """An exam with so many items."""
    start, rest = exam(others=False).split("<bank>")
    first = rest.split("</choice>")[0] + "</choice>"
    items = "".join(
        first.replace("c1", f"i{n:04}").replace("Which part", f"Which part of machine {n}") for n in range(count)
    )
    return f"{start}<bank>{items}</bank></westmec_assessment>".replace('url_name="exam"', 'url_name="many"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A host of this file's own: authors write into its course."""
    folder = tmp_path_factory.mktemp("authors")
    elements = [exam().replace('url_name="exam"', f'url_name="{name}"') for name in NAMES]
    course = write_course(folder / "course", *elements, many(1000))
    (course / "static").mkdir()
    (course / "static" / "panel.svg").write_text(PANEL, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("westmec")), "preview", str(course), "--port", "0"]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--state", str(folder / "state")],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=log,
            env=_environment(),
        )
        try:
            yield Site(_address(server, folder / "server.log"), folder / "state", course)
        finally:
            server.terminate()
            server.wait(timeout=20)


def key_of(name: str) -> str:
    return f"block-v1:Shop+T1+2026+type@westmec_assessment+block@{name}"


def form_in(person: Any) -> Any:
    form = person.page.frame_locator("iframe").locator('[data-westmec="assessment-studio"]')
    form.wait_for()
    return form


def open_form(person: Any, name: str) -> Any:
    """The author's form inside its frame, as the host shows it, checked once."""
    person.page.goto(f"{person.site.address}/studio/{COURSE}/edit/{key_of(name)}/")
    form = form_in(person)
    expect(form.locator("[data-total]")).not_to_be_empty()
    return form


def open_bank(form: Any) -> Any:
    form.get_by_role("button", name="Bank", exact=True).click()
    form.locator("[data-edit]").first.wait_for()
    return form


def open_item(form: Any, number: int) -> Any:
    form.locator(f'[data-edit="{number}"]').click()
    panel = form.locator("[data-item-panel]")
    panel.wait_for()
    return panel


def save(person: Any, form: Any) -> None:
    form.get_by_role("button", name="Save", exact=True).click()
    person.page.wait_for_url(re.compile("/unit/"))


def stored(site: Site, name: str) -> etree._Element:
    """The exam's element in the course's file."""
    root = etree.parse(str(site.courses / "vertical" / "v.xml")).getroot()
    return next(one for one in root if one.get("url_name") == name)


def press(person: Any, *names: str) -> None:
    for name in names:
        person.page.keyboard.press(name)


def test_the_blueprint_says_what_is_missing_as_one_types_and_a_whole_form_is_shown(enter, site, screenshot) -> None:
    arthur = enter("arthur")
    form = open_form(arthur, "desk")
    first = form.locator('[data-rows="domains"] [data-row]').first
    expect(first.locator('[data-held="items"]')).to_have_text("in the bank: 3")
    first.get_by_label("Analyze").fill("2")
    expect(form.locator("[data-shortages]")).to_have_text("D1, analyze: 2 more needed.")
    expect(form.locator("[data-unsaved]")).to_have_text("Not saved yet: the settings.")
    screenshot(arthur.page, "exam-author-blueprint")
    form.get_by_role("button", name="Show a form").click()
    expect(form.locator("[data-form-more]")).to_contain_text("D1, analyze: 2 more needed.")
    first.get_by_label("Analyze").fill("")
    expect(form.locator("[data-shortages] li")).to_have_count(0)
    form.get_by_role("button", name="Show a form").click()
    expect(form.locator(".wm-shown-item")).to_have_count(10)
    expect(form.locator("[data-form-place]")).not_to_contain_text("Rationale of")
    expect(
        form.locator("[data-form-place] input:not(:disabled), [data-form-place] select:not(:disabled)")
    ).to_have_count(0)
    order = form.locator("[data-form-place] [data-item]").evaluate_all("all => all.map(one => one.dataset.item).join()")
    form.get_by_role("button", name="Another one").click()
    expect(form.locator("[data-form-place] [data-item]").first).to_be_visible()
    arthur.page.wait_for_function(
        """before => [...document.querySelector('iframe').contentDocument.querySelectorAll('[data-form-place] [data-item]')]
            .map(one => one.dataset.item).join() !== before""",
        arg=order,
    )
    form.get_by_label("with the right answers").check()
    expect(form.locator("[data-form-place]")).to_contain_text("Rationale of c1.")
    screenshot(arthur.page, "exam-author-form")
    form.get_by_label("Cut: share of the points").fill("seventy")
    expect(form.get_by_role("status").first).to_contain_text("“seventy” is not a share such as “70%”")


def test_an_item_is_found_edited_looked_at_kept_and_saved(enter, site, screenshot) -> None:
    arthur = enter("arthur")
    before = etree.tostring(stored(site, "phone"))
    form = open_bank(open_form(arthur, "desk"))
    form.get_by_label("Search").fill("service disconnect")
    expect(form.locator("[data-edit]")).to_have_count(1)
    screenshot(arthur.page, "exam-author-bank")
    panel = open_item(form, 1)
    expect(panel.locator("[data-findings-head]")).to_have_text("Nothing to mend or check.")
    panel.get_by_label("Right", exact=True).nth(2).check()
    expect(panel.locator("[data-findings]")).to_contain_text("all marked as right")
    panel.get_by_label("Right", exact=True).nth(2).uncheck()
    expect(panel.locator("[data-findings] li")).to_have_count(0)
    panel.get_by_role("textbox", name="Question", exact=True).fill("What comes before the plug?")
    panel.get_by_role("textbox", name="Question (Spanish)", exact=True).fill("¿Qué va antes del enchufe?")
    panel.get_by_role("button", name="Show", exact=True).click()
    expect(panel.locator("[data-preview-place]")).to_contain_text("What comes before the plug?")
    panel.get_by_label("Language").select_option("es")
    expect(panel.locator("[data-preview-place]")).to_contain_text("¿Qué va antes del enchufe?")
    expect(panel.locator("[data-preview-place]")).not_to_contain_text("Razón")
    panel.get_by_label("with the right answer").check()
    expect(panel.locator("[data-preview-place]")).to_contain_text("Razón de c2.")
    screenshot(arthur.page, "exam-author-item")
    panel.get_by_role("button", name="Keep in the draft").click()
    expect(form.get_by_role("status").first).to_have_text("Kept in the draft. It is stored when you save.")
    expect(form.locator("[data-unsaved]")).to_have_text("Not saved yet: 1 item.")
    form.get_by_label("Search").fill("")
    panel = open_item(form, 2)
    arthur.page.once("dialog", lambda dialog: dialog.accept())
    panel.get_by_role("button", name="Take out").click()
    expect(form.locator("[data-edit]")).to_have_count(9)
    panel = open_item(form, 5)
    panel.get_by_role("button", name="Retire").click()
    expect(form.locator("[data-edit='5'] + p")).to_contain_text("retired")
    panel = open_item(form, 0)
    panel.get_by_role("button", name="Make a copy").click()
    expect(panel.locator("[data-heading]")).to_have_text("New item")
    panel.get_by_role("button", name="Keep in the draft").click()
    expect(form.locator("[data-edit='n1']")).to_be_visible()
    save(arthur, form)
    after = stored(site, "desk")
    assert [one.get("id") for one in after.find("bank")] == ["c1", "c2", "x1", "m1", "n1", "t1", "o1", "p1", "h1", "x2"]
    assert after.findtext(".//choice[@id='c2']/prompt") == "What comes before the plug?"
    assert after.find(".//numeric").get("status") == "retired"
    assert etree.tostring(stored(site, "phone")) == before


def test_changes_that_are_not_saved_are_offered_after_a_reload_on_a_phone_in_the_dark(enter, site, screenshot) -> None:
    arthur = enter("arthur", PHONE, color_scheme="dark")
    form = open_bank(open_form(arthur, "phone"))
    panel = open_item(form, 0)
    panel.get_by_role("textbox", name="Question", exact=True).fill("Which part stays live for days?")
    panel.get_by_role("button", name="Keep in the draft").click()
    panel.wait_for(state="detached")
    panel = open_item(form, 1)
    panel.get_by_role("textbox", name="Explanation", exact=True).fill("Half a sentence")
    screenshot(arthur.page, "exam-author-item-phone")
    arthur.page.reload()
    form = form_in(arthur)
    expect(form.locator("[data-offer-what]")).to_have_text("2 items")
    expect(form.get_by_role("button", name="Save", exact=True)).to_be_hidden()
    screenshot(arthur.page, "exam-author-offer-phone")
    form.get_by_role("button", name="Go on with them").click()
    expect(form.get_by_role("textbox", name="Explanation", exact=True)).to_have_value("Half a sentence")
    save(arthur, form)
    assert stored(site, "phone").findtext(".//choice[@id='c1']/prompt") == "Which part stays live for days?"
    assert stored(site, "phone").findtext(".//choice[@id='c2']/rationale") == "Half a sentence"
    form = open_form(arthur, "phone")
    expect(form.locator("[data-offer]")).to_be_hidden()


def test_an_item_is_written_and_its_rows_are_moved_with_the_keyboard_alone(enter, site) -> None:
    arthur = enter("arthur")
    form = open_form(arthur, "keys")
    keyboard = arthur.page.keyboard
    form.get_by_role("button", name="Bank", exact=True).focus()
    press(arthur, "Enter")
    form.get_by_label("Kind of a new item").focus()
    keyboard.type("Order")
    press(arthur, "Tab", "Enter")
    panel = form.locator("[data-item-panel]")
    expect(panel.locator("[data-heading]")).to_be_focused()
    panel.get_by_role("textbox", name="Question", exact=True).focus()
    keyboard.type("Put in order")
    rows = panel.locator('[data-rows="body.steps"] [data-row]')
    for number, word in enumerate(("Second", "First", "Third", "Fourth")):
        rows.nth(number).get_by_role("textbox", name="Step", exact=True).focus()
        keyboard.type(word)
    rows.nth(1).get_by_role("button", name="Up").focus()
    press(arthur, "Enter")
    expect(rows.nth(0).get_by_role("textbox", name="Step", exact=True)).to_have_value("First")
    expect(rows.nth(0).get_by_role("button", name="Up")).to_be_focused()
    expect(form.get_by_role("status").first).to_have_text("Now row 1.")
    panel.get_by_role("button", name=re.compile("^Add a row")).focus()
    press(arthur, "Enter")
    expect(rows).to_have_count(5)
    rows.nth(4).get_by_role("button", name="Remove").focus()
    press(arthur, "Enter")
    expect(rows).to_have_count(4)
    panel.get_by_role("button", name="Keep in the draft").focus()
    press(arthur, "Enter")
    expect(form.locator("[data-edit='n1']")).to_be_focused()
    form.get_by_role("button", name="Save", exact=True).focus()
    press(arthur, "Enter")
    arthur.page.wait_for_url(re.compile("/unit/"))
    made = stored(site, "keys").findall(".//order")[-1]
    assert [step.text for step in made.findall("step")] == ["First", "Second", "Third", "Fourth"]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_and_nothing_is_lost(enter, site) -> None:
    arthur, irene = enter("arthur"), enter("irene")
    mine, theirs = open_bank(open_form(arthur, "two")), open_bank(open_form(irene, "two"))
    panel = open_item(mine, 0)
    panel.get_by_role("textbox", name="Question", exact=True).fill("My question?")
    panel.get_by_role("button", name="Keep in the draft").click()
    panel.wait_for(state="detached")
    panel = open_item(theirs, 1)
    panel.get_by_role("textbox", name="Question", exact=True).fill("Their question?")
    save(irene, theirs)
    mine.get_by_role("button", name="Save", exact=True).click()
    expect(mine.get_by_role("status").first).to_contain_text("was changed in the meantime")
    arthur.page.reload()
    mine = form_in(arthur)
    mine.get_by_role("button", name="Go on with them").click()
    expect(mine.get_by_role("status").first).to_contain_text("laid on what is stored now")
    save(arthur, mine)
    prompts = [one.text for one in stored(site, "two").iter("prompt")]
    assert "My question?" in prompts
    assert "Their question?" in prompts


def test_a_server_that_cannot_be_reached_costs_nothing(enter, site) -> None:
    arthur = enter("arthur")
    form = open_bank(open_form(arthur, "cut"))
    panel = open_item(form, 0)
    panel.get_by_role("textbox", name="Question", exact=True).fill("Written in a tunnel?")
    arthur.context.set_offline(True)
    panel.get_by_role("button", name="Keep in the draft").click()
    expect(form.get_by_role("status").first).to_contain_text("could not be reached")
    expect(panel.get_by_role("textbox", name="Question", exact=True)).to_have_value("Written in a tunnel?")
    arthur.context.set_offline(False)
    save(arthur, form)
    assert stored(site, "cut").findtext(".//choice[@id='c1']/prompt") == "Written in a tunnel?"


def test_items_come_in_from_a_table_and_go_out_as_one(enter, site, tmp_path, screenshot) -> None:
    arthur = enter("arthur")
    form = open_bank(open_form(arthur, "table"))
    form.locator("[data-csv] summary").click()
    with arthur.page.expect_download() as download:
        form.get_by_role("button", name="Get the bank").click()
    table = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert download.value.suggested_filename == "WM.T1.X.csv"
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    bad.write_text(table.replace("choice,c1,D1", "riddle,c1,D1"), encoding="utf-8")
    form.get_by_label("Take items in from a CSV file").set_input_files(bad)
    expect(form.locator("[data-csv-problems]")).to_contain_text("Row 2: “riddle” is no kind of item")
    screenshot(arthur.page, "exam-author-table")
    good.write_text(
        table.replace("Which part stays live after shutdown?", "Which part stays live at night?"), encoding="utf-8"
    )
    form.get_by_label("Take items in from a CSV file").set_input_files(good)
    expect(form.locator("[data-csv-said]")).to_contain_text("10 changed items")
    expect(form.locator("[data-edit='0']")).to_contain_text("at night")
    save(arthur, form)
    assert stored(site, "table").findtext(".//choice[@id='c1']/prompt") == "Which part stays live at night?"


def test_the_olx_shows_the_draft_and_its_own_edits_are_saved_or_taken_back_first(enter, site, screenshot) -> None:
    arthur = enter("arthur")
    form = open_form(arthur, "olx")
    form.get_by_label("Time limit").fill("45 min")
    form.get_by_role("button", name="OLX").click()
    olx = form.locator("[data-olx]")
    expect(olx).to_have_value(re.compile('time_limit="45 min"'))
    whole = olx.input_value()
    olx.fill(whole.replace("</bank>", ""))
    expect(form.locator("[data-olx-findings]")).not_to_be_empty()
    screenshot(arthur.page, "exam-author-olx")
    form.get_by_role("button", name="Bank", exact=True).click()
    expect(form.get_by_role("status").first).to_contain_text("save them, or take them back")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(arthur.page.locator("#studio-status")).to_contain_text("Not saved")
    form.get_by_role("button", name="Take back my edits here").click()
    expect(olx).to_have_value(whole)
    form.get_by_role("button", name="Bank", exact=True).click()
    form.locator("[data-edit]").first.wait_for()
    form.get_by_role("button", name="OLX").click()
    olx.fill(whole.replace('cut="70%"', 'cut="75%"'))
    save(arthur, form)
    assert stored(site, "olx").get("cut") == "75%"
    assert stored(site, "olx").get("time_limit") == "45 min"


def test_a_thousand_items_are_searched_and_one_is_edited(enter, site) -> None:
    arthur = enter("arthur")
    form = open_bank(open_form(arthur, "many"))
    expect(form.locator("[data-edit]")).to_have_count(50)
    form.get_by_role("button", name="Next").click()
    expect(form.locator("[data-shown]")).to_have_text("Items 51 to 100 of 1000. The bank holds 1000.")
    form.get_by_label("Search").fill("machine 977")
    expect(form.locator("[data-edit]")).to_have_count(1)
    panel = open_item(form, 977)
    panel.get_by_role("textbox", name="Question", exact=True).fill("Which part of machine 977 stays live?")
    panel.get_by_role("button", name="Keep in the draft").click()
    expect(form.locator("[data-edit='977']")).to_contain_text("977 stays live?")
    save(arthur, form)
    assert stored(site, "many").findtext(".//choice[@id='i0977']/prompt") == "Which part of machine 977 stays live?"


def views(person: Any) -> Iterator[str]:
    """Each view of the form in turn, alone on its page, with everything folded out; gives its name."""
    page = person.page
    page.goto(f"{person.site.address}/studio/{COURSE}/frame/{key_of('reach')}?view=studio_view")
    form = page.locator('[data-westmec="assessment-studio"]')
    expect(form.locator("[data-total]")).not_to_be_empty()
    form.locator("[data-form-key]").check()
    form.locator("[data-form-show]").click()
    form.locator(".wm-shown-item").first.wait_for()
    yield "settings"
    form.locator('[data-view="bank"]').click()
    form.locator("[data-edit]").first.wait_for()
    form.locator("[data-stimuli-box] summary").click()
    form.locator("[data-csv] summary").click()
    form.locator("[data-add-stimulus]").wait_for()
    yield "bank"
    for number in (0, 5, 9):
        form.locator(f'[data-edit="{number}"]').click()
        form.locator("[data-item-panel] details summary").click()
        form.locator("[data-preview-key]").check()
        form.locator("[data-preview]").click()
        form.locator("[data-preview-place] .wm-item").wait_for()
        yield f"item-{number}"
        form.locator("[data-close]").click()
        form.locator("[data-edit]").first.wait_for()
    form.locator('[data-view="olx"]').click()
    expect(form.locator("[data-olx]")).not_to_have_value("")
    yield "olx"
    page.goto(f"{person.site.address}/studio/{COURSE}/frame/{key_of('reach')}?view=author_view")
    page.locator(".wm-blueprint").wait_for()
    yield "view"


@pytest.mark.parametrize(
    "look",
    [*LOOKS, ("light", "es", PHONE), ("light", "en", SCREEN)],
    ids=lambda look: f"{look[0]}-{look[1]}-{look[2]['width']}",
)
def test_no_view_bars_anybody_or_outgrows_a_narrow_screen(enter, screenshot, look: tuple) -> None:
    scheme, language, viewport = look
    arthur = enter("arthur", viewport, locale=language, color_scheme=scheme)
    for name in views(arthur):
        screenshot(arthur.page, f"exam-author-{name}-{scheme}-{language}-{viewport['width']}")
        assert barriers(arthur.page) == [], name
        assert small_targets(arthur.page) == [], name
        assert arthur.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], name


def test_only_authors_reach_the_form_and_what_it_asks(enter, site) -> None:
    for name in ("alice", "oscar", "erik"):
        person = enter(name)
        url = f"{site.address}/studio/{COURSE}"
        assert person.context.request.get(f"{url}/edit/{key_of('desk')}/").status in (403, 404)
        token = next(one["value"] for one in person.context.cookies() if one["name"] == "csrftoken")
        for act in ("items", "save"):
            address = f"{url}/xblock/{key_of('desk')}/handler/studio/{act}"
            answer = person.context.request.post(address, data={"changes": {}}, headers={"X-CSRFToken": token})
            assert answer.status in (403, 404)
