"""TeX in text and problems: MathJax comes with the host and is loaded where it is needed."""

import re

import pytest
from playwright.sync_api import expect

from tests.preview.conftest import KEY, enter, frame, usage

OHM = (
    '<problem display_name="Ohm">\n  <p>Find \\(I = \\frac{U}{R}\\) at 12 V and 4 Ω.</p>\n  <numericalresponse answer="3">\n'
    "    <label>Amperes</label>\n    <formulaequationinput/>\n  </numericalresponse>\n"
    "  <solution><div><p>[mathjax]\\frac{12}{4} = 3[/mathjax]</p></div></solution>\n</problem>\n"
)
TEXT = (
    "<p>Power is \\(P = U I\\), and [mathjaxinline]R = \\cancel{x}\\frac{U}{I}[/mathjaxinline].</p>\n"
    "<p>\\[\\sqrt{2} \\approx 1.414 \\qquad \\ce{H2SO4} \\qquad " + "a + " * 60 + "b\\]</p>\n"
    "<p>Costs $5 or \\$6. <code>\\(plain\\)</code></p>\n"
)
MATHJAX = "mathjax-3.2.2/tex-svg-full.js"


@pytest.mark.parametrize(
    ("changes", "unit", "loads"),
    [
        ({}, "u1", False),
        ({}, "u2", False),
        ({"html/h1.html": "<p>\\(x\\)</p>"}, "u1", True),
        ({"html/h1.html": "<p>\\[x\\]</p>"}, "u1", True),
        ({"html/h1.html": "<p>[mathjaxinline]x[/mathjaxinline]</p>"}, "u1", True),
        ({"html/h1.html": "<p>[mathjax]x[/mathjax]</p>"}, "u1", True),
        ({"html/h1.html": "<p>$5 (five) [see]</p>"}, "u1", False),
        ({"problem/p1.xml": OHM}, "u2", True),
        ({"problem/p1.xml": "<problem><p>a</p><solution><p>\\(x\\)</p></solution></problem>"}, "u2", True),
        ({"problem/p1.xml": "<problem><p>a <math>$x$</math></p></problem>"}, "u2", True),
        ({"problem/p1.xml": "<problem><p>not well"}, "u2", False),
    ],
)
def test_mathjax_is_loaded_only_where_tex_is_shown(host, sign_in, changes: dict, unit: str, loads: bool) -> None:
    host(changes)
    assert (MATHJAX in frame(sign_in("alice"), unit)) == loads


def test_the_author_s_side_sets_formulas_too(host, sign_in) -> None:
    host({"html/h1.html": TEXT})
    arthur = sign_in("arthur")
    assert MATHJAX in arthur.get(f"/studio/{KEY}/frame/{usage('html', 'h1')}").content.decode()
    assert MATHJAX not in arthur.get(f"/studio/{KEY}/frame/{usage('html', 'h2')}").content.decode()


@pytest.mark.browser
def test_formulas_are_set_in_text_without_asking_another_site(site, page, screenshot) -> None:
    base = site({"html/h1.html": TEXT})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    enter(page, base, "alice")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{base}/courses/{KEY}/unit/u1/")
    inside = page.frame_locator("#unit-frame")
    expect(inside.locator("mjx-container svg")).to_have_count(3)
    expect(inside.locator("mjx-merror, [data-mjx-error]")).to_have_count(0)
    expect(inside.locator("mjx-container").first).to_contain_text("P")
    assert inside.locator("mjx-assistive-mml math").count() == 3
    shown = inside.locator("body").inner_text()
    assert "mathjax" not in shown
    assert "\\(plain\\)" in shown
    assert "Costs $5 or \\$6." in shown
    # The long one is scrolled by itself; the page stays as wide as the phone.
    assert inside.locator("mjx-container[display]").evaluate("e => e.scrollWidth > e.clientWidth + 100")
    assert page.frames[1].evaluate("document.documentElement.scrollWidth") <= 390
    assert all(url.startswith((base, "data:")) for url in asked)
    screenshot(page, "preview-formulas-390")


@pytest.mark.browser
def test_a_problem_s_formulas_are_set_before_and_after_it_is_checked(site, page, screenshot) -> None:
    base = site({"problem/p1.xml": OHM.replace('"Ohm"', '"Ohm" showanswer="always"')})
    enter(page, base, "alice")
    page.goto(f"{base}/courses/{KEY}/unit/u2/")
    inside = page.frame_locator("#unit-frame")
    question = inside.locator(".problem p mjx-container svg")
    expect(question).to_have_count(1)
    inside.get_by_label("Amperes").fill("12/4")
    # The learner's own input is set as it is typed.
    expect(inside.locator(".equation mjx-container mjx-assistive-mml mfrac")).to_have_count(1)
    screenshot(page, "preview-formulas-problem")
    question.evaluate("e => e.dataset.old = 'yes'")
    inside.get_by_role("button", name="Submit").click()
    expect(inside.get_by_text(re.compile(r"Correct \(1"))).to_be_visible()
    expect(inside.locator(".problem [data-old]")).to_have_count(0)
    expect(question).to_have_count(1)
    assert "\\(" not in inside.locator(".problem").inner_text()
    inside.get_by_role("button", name="Show answer").click()
    expect(inside.locator(".detailed-solution mjx-container, .solution-span mjx-container").first).to_be_visible()
    expect(inside.locator(".equation mjx-container mjx-assistive-mml mfrac")).to_have_count(1)
    assert "[mathjax]" not in inside.locator(".problem").inner_text()
    screenshot(page, "preview-formulas-problem-checked")


@pytest.mark.browser
def test_a_mathematical_input_leaves_the_rest_of_its_problem_in_place(site, page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    base = site(
        {
            "problem/p1.xml": '<problem><formularesponse type="cs" samples="R,U@1,1:9,9#5" answer="U/R"><label>Find \\(I\\)</label>'
            '<responseparam type="tolerance" default="1%"/><textline math="1"/></formularesponse></problem>'
        }
    )
    enter(page, base, "alice")
    page.goto(f"{base}/courses/{KEY}/unit/u2/")
    inside = page.frame_locator("#unit-frame")
    inside.get_by_role("textbox").fill("U/R")
    expect(inside.locator(".problem label mjx-container")).to_have_count(1)
    inside.get_by_role("button", name="Submit").click()
    expect(inside.get_by_text(re.compile(r"Correct \(1"))).to_be_visible()
    assert not [text for text in said if "spinner" not in text and "404" not in text]
