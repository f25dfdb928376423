"""The learner's side of an exam, for everybody: axe, light and dark, English and Spanish, 320 px, large enough targets, little to load."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, PHONE, SCREEN, Person
from tests.browser.exams import REACH_RUN as RUN
from tests.browser.taking import RIGHT, WRONG, expect_saved, give, item_of
from tests.browser.test_reach import STATIC, barriers, loose_things, small_targets, weight
from westmec_xblocks.blocks.assessment import pages

LOOKS = [("light", "en", SCREEN, "alice"), ("dark", "es", NARROW, "ben")]


def steps(person: Person, language: str) -> Iterator[str]:
    """Everything that a learner comes by, one after the other; gives its name."""
    exam = person.open_alone(RUN, "every")
    open_all(person)
    yield "start"
    exam.locator('form[data-act="begin"] button').click()
    for _ in range(10):
        question = exam.locator("[data-question]:visible")
        item = item_of(question)
        give(question, RIGHT[language][item] if item != "c1" or language == "es" else WRONG["c1"])
        expect_saved(question)
        open_all(person)
        yield item
        question.locator(".wm-next").click()
    yield "review"
    person.context.set_offline(True)
    exam.locator('[data-review] [data-go="2"]').click()
    expect(exam.locator("[data-net]:visible")).not_to_be_empty()
    yield "offline"
    person.context.set_offline(False)
    exam.locator(".wm-next:visible").click()
    expect(exam.locator('[data-net][data-kind="done"]').first).to_be_attached()
    exam.locator('[data-go="review"]:visible').click()
    exam.locator('form[data-act="submit"] button').click()
    expect(exam.locator(".wm-what-next")).to_be_visible()
    open_all(person)
    yield "result"
    exam.locator('[data-open="start"]').last.click()
    expect(exam.locator(".wm-exam-attempts")).to_be_visible()
    open_all(person)
    yield "start-again"
    person.open_alone(RUN, "whole").locator('form[data-act="begin"] button').click()
    expect(exam.locator("[data-question]").last).to_be_visible()
    yield "whole"
    exam.locator('form[data-act="submit"] button').click()
    expect(exam.locator(".wm-told").first).to_be_visible()
    open_all(person)
    yield "told"


def open_all(person: Person) -> None:
    """Fold everything out."""
    person.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def what_is_wrong(page: Any, size: dict[str, int]) -> list[str]:
    """Barriers, small targets, what is fixed or moves, and whether the page is wider than the screen."""
    wrong = [*barriers(page), *small_targets(page), *loose_things(page)]
    width = page.evaluate("document.documentElement.scrollWidth")
    return [*wrong, f"{width} px wide"] if width > size["width"] else wrong


@pytest.mark.browser
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]}-{look[2]['width']}")
def test_nothing_bars_anybody_from_an_exam_or_outgrows_a_narrow_screen(enter, screenshot, look: tuple) -> None:
    scheme, language, size, username = look
    person = enter(username, size, locale=language, color_scheme=scheme)
    found: dict[str, Any] = {}
    for name in steps(person, language):
        if wrong := what_is_wrong(person.page, size):
            found[name] = wrong
        screenshot(person.page, f"exam-reach-{name}-{size['width']}-{scheme}-{language}")
    assert not found


@pytest.mark.browser
def test_the_result_on_paper_bars_nobody_fits_a_phone_and_prints(enter, site, screenshot) -> None:
    grace = enter("grace", PHONE)
    exam = grace.open(RUN, "once")
    exam.locator('form[data-act="begin"] button').click()
    exam.locator('[data-go="review"]:visible').click()
    exam.get_by_role("button", name="Hand in now").click()
    with grace.context.expect_page() as opened:
        exam.get_by_role("link", name="Result to print").click()
    paper = opened.value
    paper.wait_for_load_state()
    for told in ("Entry exam", "WM.T1.ONCE", "Grace Kim", "Not passed yet", "Not validated by industry"):
        expect(paper.locator("body")).to_contain_text(told)
    assert barriers(paper) == []
    assert paper.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert paper.pdf(format="Letter").startswith(b"%PDF")
    screenshot(paper, "exam-paper-390")
    paper.set_viewport_size(SCREEN)
    screenshot(paper, "exam-paper-1280")


def test_the_learners_script_and_style_weigh_at_most_20_kb() -> None:
    # The lists are what the page itself sends.
    assert weight([*pages._STYLES, *pages._SCRIPTS]) <= 20 * 1024


def test_no_style_counts_on_the_height_of_a_window() -> None:
    """The block stands in a frame that grows with it: a share of the window's height would never settle."""
    for name in pages._STYLES:
        css = (STATIC / name).read_text(encoding="utf-8")
        assert "vh" not in css.replace("overflow", "")
        assert "fixed" not in css.split("*/", 1)[-1]
        assert "sticky" not in css.split("*/", 1)[-1]
