"""The host's forms in a real browser: a preview that follows the typing, save, cancel, faults, a phone, and Spanish."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.preview.conftest import FILES, KEY, enter, usage
from tests.preview.test_video import UNIT, add_media
from westmec_xblocks.preview import courses

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


def folder():
    return courses.library()._files[0].root


def edit(page, base: str, kind: str, name: str, who: str = "arthur") -> None:
    enter(page, base, who)
    page.goto(f"{base}/studio/{KEY}/edit/{usage(kind, name)}/")
    expect(page.locator("#editor-form")).to_be_visible()


def shown(page):
    """What the preview beside the form shows."""
    return page.frame_locator('iframe[name="editor-preview"]')


def fits(page) -> None:
    """The page is as wide as the screen, and bars nobody."""
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    found = Axe().run(page, options=RULES).response["violations"]
    ours = [(v["id"], n["html"][:160]) for v in found for n in v["nodes"] if len(n["target"]) == 1]
    assert not ours


def test_a_text_is_written_on_a_phone_with_its_preview_and_saved(site, page, screenshot) -> None:
    base = site()
    page.set_viewport_size(PHONE)
    edit(page, base, "html", "h1")
    expect(shown(page).get_by_text("Glasses first.")).to_be_visible()
    page.get_by_label("Title").fill("Why glasses")
    page.get_by_label("Text, in html/h1.html").fill("<p>Gloves off at the lathe: \\(F = m a\\).</p>\n")
    expect(shown(page).get_by_text("Gloves off at the lathe")).to_be_visible()
    expect(shown(page).locator("mjx-container svg")).to_have_count(1)
    fits(page)
    screenshot(page, "preview-form-html-390")
    assert (folder() / "html/h1.html").read_text() == FILES["html/h1.html"]
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved in html/h1.html, html/h1.xml.")).to_be_visible()
    assert (folder() / "html/h1.html").read_text() == "<p>Gloves off at the lathe: \\(F = m a\\).</p>\n"
    assert (folder() / "html/h1.xml").read_text() == '<html filename="h1" display_name="Why glasses"/>\n'
    expect(page.frame_locator("iframe >> nth=0").get_by_text("Gloves off")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Title")).to_have_value(re.compile("Why"))


def test_markup_with_a_fault_is_named_by_its_line_and_nothing_is_lost(site, page, screenshot) -> None:
    base = site()
    page.set_viewport_size(PHONE)
    edit(page, base, "problem", "p1")
    markup = page.get_by_label("Markup, in problem/p1.xml")
    good = markup.input_value()
    markup.fill(good.replace("</choice>", "", 1))
    fault = "Markup, line 6: Opening and ending tag mismatch: choice line 4 and choicegroup"
    expect(page.locator("#look-faults")).to_contain_text(fault)
    expect(shown(page).get_by_text("Which comes first?")).to_be_visible()
    page.get_by_label("Problem Weight").fill("5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text(fault)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Problem Weight")).to_have_value("5")
    assert markup.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)").strip() == "</choicegroup>"
    fits(page)
    screenshot(page, "preview-form-problem-fault-390")
    assert (folder() / "problem/p1.xml").read_text() == FILES["problem/p1.xml"]
    markup.fill(good)
    page.get_by_label("Show Answer", exact=True).select_option("always")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved in problem/p1.xml.")).to_be_visible()
    assert (folder() / "problem/p1.xml").read_text() == FILES["problem/p1.xml"].replace(
        'weight="4" max_attempts="2"', 'weight="5" max_attempts="2" showanswer="always"'
    )


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_a_problem_s_form_and_preview_stand_side_by_side_where_there_is_room(
    site, page, screenshot, width: int, scheme: str
) -> None:
    base = site()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    edit(page, base, "problem", "p1")
    expect(shown(page).get_by_text("Which comes first?")).to_be_visible()
    page.get_by_text("More settings").click()
    form, look = page.locator("#editor-form").bounding_box(), page.locator(".look").bounding_box()
    assert (look["x"] > form["x"] + form["width"]) == (width == 1280)
    fits(page)
    screenshot(page, f"preview-form-problem-{width}-{scheme}")


def test_an_answer_to_the_problem_in_the_form_is_judged_by_what_is_typed(site, page) -> None:
    base = site()
    edit(page, base, "problem", "p1")
    markup = page.get_by_label("Markup, in problem/p1.xml")
    markup.fill(
        markup.input_value()
        .replace("Grinder", "Lathe")
        .replace('"true"', '"x"')
        .replace('"false"', '"true"')
        .replace('"x"', '"false"')
    )
    shown(page).get_by_role("radio", name="Lathe").check()
    shown(page).get_by_role("button", name="Submit").click()
    expect(shown(page).get_by_text(re.compile(r"Correct \(4"))).to_be_visible()
    assert (folder() / "problem/p1.xml").read_text() == FILES["problem/p1.xml"]


def test_the_author_s_view_of_a_problem_answers(site, page) -> None:
    base = site()
    enter(page, base, "arthur")
    page.goto(f"{base}/studio/{KEY}/unit/{usage('vertical', 'u2')}/")
    inside = page.frame_locator("iframe >> nth=0")
    inside.get_by_role("radio", name="Glasses").check()
    inside.get_by_role("button", name="Submit").click()
    expect(inside.get_by_text(re.compile(r"Correct \(4"))).to_be_visible()


def test_a_video_s_fields_are_filled_in_on_a_phone(site, page, screenshot) -> None:
    base = site(UNIT)
    add_media(folder())
    page.set_viewport_size(PHONE)
    edit(page, base, "video", "v1")
    expect(shown(page).get_by_role("link", name="Stand to the side of the gauge.")).to_be_visible()
    page.get_by_label("Title").fill("Read it right")
    page.get_by_label("Start at").fill("0:04")
    page.get_by_label("Language 2").select_option("")
    page.get_by_label("File 2").fill("")
    expect(shown(page).get_by_role("heading", name="Read it right")).to_be_visible()
    expect(shown(page).get_by_role("link", name="Wait until the needle rests.")).to_be_visible()
    fits(page)
    screenshot(page, "preview-form-video-390")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved in vertical/u1.xml.")).to_be_visible()
    assert (folder() / "vertical/u1.xml").read_text() == (
        '<vertical display_name="Gauges">\n'
        '  <video url_name="v1" display_name="Read it right" youtube_id_1_0="" download_video="true" download_track="true"'
        ' start_time="00:00:04">\n'
        '    <source src="/static/gauge.webm"/>\n    <transcript language="en" src="gauge-en.srt"/>\n  </video>\n</vertical>\n'
    )


def test_cancel_leaves_everything_as_it_was(site, page) -> None:
    base = site()
    edit(page, base, "problem", "p1")
    page.get_by_label("Title").fill("Never mind")
    expect(shown(page).get_by_role("heading", name="Never mind")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", level=1, name="Check")).to_be_visible()
    assert (folder() / "problem/p1.xml").read_text() == FILES["problem/p1.xml"]


def test_the_forms_speak_spanish(site, page, screenshot) -> None:
    base = site()
    page.set_viewport_size(PHONE)
    enter(page, base, "arthur")
    page.get_by_role("button", name="Español").click()
    page.goto(f"{base}/studio/{KEY}/edit/{usage('problem', 'p1')}/")
    page.get_by_label("Título").fill("Nuevo")
    page.get_by_label("Intentos máximos").fill("dos")
    expect(page.locator("#look-faults")).to_contain_text("Intentos máximos: Debe ser un número entero.")
    screenshot(page, "preview-form-spanish-390")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Todavía no se guardó nada.")


def test_without_a_script_the_preview_is_brought_up_to_date_by_its_button(site, page, chromium) -> None:
    base = site()
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    enter(plain, base, "arthur")
    plain.goto(f"{base}/studio/{KEY}/edit/{usage('html', 'h2')}/")
    plain.get_by_label("Markup, in vertical/u1.xml").fill("<p>Typed</p>")
    plain.get_by_role("button", name="Update the preview").click()
    expect(shown(plain).get_by_text("Typed")).to_be_visible()
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_text("Saved in vertical/u1.xml.")).to_be_visible()
    context.close()
