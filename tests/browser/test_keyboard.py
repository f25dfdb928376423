"""No mouse: a learner asks and uploads, an evaluator signs, stops and signs a group, with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_group import make_group

pytestmark = pytest.mark.browser
RUN = "keyboard"


class Keys:
    """A page's keyboard, and where its focus is."""

    def __init__(self, page, frame: int = 1) -> None:
        self.page, self.frame = page, page.frames[frame]

    def focused(self) -> str:
        """The text or the label of what has the focus."""
        return self.frame.evaluate(
            """() => {
                const one = document.activeElement;
                const label = one.labels && one.labels.length ? one.labels[0].innerText : '';
                return (label || one.getAttribute('aria-label') || one.innerText || '').trim().replace(/\\s+/g, ' ');
            }"""
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tab_to(self, wanted: str, key: str = "Tab") -> None:
        """Tab on until the focus is on what has this text or label."""
        seen = []
        for _ in range(80):
            self.press(key)
            seen.append(self.focused())
            if wanted in seen[-1]:
                return
        raise AssertionError(f"{wanted!r} was not reached; the focus was on {seen}")

    def shows_focus(self) -> bool:
        return self.frame.evaluate(
            "() => parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2"
            " && getComputedStyle(document.activeElement).outlineStyle !== 'none'"
        )


def start(person, name: str):
    """The list, with the focus at its beginning."""
    checklist = person.open(RUN, name)
    person.page.frames[1].evaluate("document.body.tabIndex = -1; document.body.focus()")
    return checklist, Keys(person.page)


def test_a_learner_asks_and_keeps_evidence(enter) -> None:
    alice = enter("alice")
    checklist, keys = start(alice, "plain")
    keys.tab_to("A note for the evaluator")
    assert keys.shows_focus()
    keys.type("At bench 2")
    keys.tab_to("Ask for a sign-off")
    assert keys.shows_focus()
    keys.press("Enter")
    expect(checklist).to_contain_text("It is not answered yet.")
    assert keys.focused() == "Not passed yet"
    keys.tab_to("About line 02")
    keys.press("Enter")
    keys.tab_to("Not yet")
    keys.press("ArrowRight")
    expect(checklist.get_by_label("With help").nth(1)).to_be_checked()
    keys.tab_to("Or a link or a measured value")
    keys.type("https://example.com/shield")
    keys.press("Enter")
    expect(checklist.get_by_role("link", name="https://example.com/shield")).to_be_visible()
    assert keys.focused() == "About line 02"
    keys.tab_to("Remove https://example.com/shield")
    keys.press("Enter")
    expect(checklist.get_by_role("link", name="https://example.com/shield")).to_have_count(0)


def test_an_evaluator_signs_line_by_line(enter, site) -> None:
    erik = enter("erik")
    checklist, keys = start(erik, "plain")
    keys.tab_to("Find a learner")
    keys.type("ben")
    keys.tab_to("Ben Okafor")
    keys.press("Enter")
    expect(checklist.locator("[data-heading]")).to_be_focused()
    keys.tab_to("Not observed")
    keys.press("ArrowRight")
    assert keys.focused() == "Met"
    assert keys.shows_focus()
    for rating in ("3 · Entry level", "4 · Strong"):
        keys.tab_to("Next line")
        keys.press("Enter")
        assert keys.focused().startswith("Not observed")
        for _ in range(int(rating[0])):
            keys.press("ArrowDown")
        assert keys.focused().startswith(rating)
    keys.tab_to("03: 4 · Strong")
    keys.tab_to("Finish and sign")
    keys.press("Enter")
    expect(checklist.locator("[data-heading]")).to_have_text("1 learner signed.")
    expect(checklist.locator("[data-heading]")).to_be_focused()
    expect(checklist.locator(".wm-results")).to_contain_text("The whole list is passed.")
    keys.tab_to("Next learner")
    keys.press("Enter")
    expect(checklist.locator("[data-heading]")).to_have_text("Who shows a skill?")


def test_an_evaluator_stops_an_attempt(enter) -> None:
    erik = enter("erik")
    checklist, keys = start(erik, "plain")
    keys.tab_to("Carla Nguyen")
    keys.press("Enter")
    expect(checklist.locator("[data-heading]")).to_be_focused()
    keys.tab_to("STOP – unsafe act")
    keys.press("Enter")
    keys.tab_to("What did you see?")
    keys.type("Shield up, wheel running")
    keys.tab_to("Stop the attempt and sign")
    keys.press("Enter")
    expect(checklist.locator(".wm-results")).to_contain_text("Stopped at line 01")


def test_an_evaluator_signs_a_group_in_the_grid(enter, site) -> None:
    make_group(enter("irene"), RUN, ["david", "elena"], "Bench 5")
    erik = enter("erik")
    checklist, keys = start(erik, "plain")
    keys.tab_to("Bench 5")
    keys.press("Enter")
    expect(checklist.locator("[data-heading]")).to_be_focused()
    keys.tab_to("David Begay, 01")
    keys.type("M")
    keys.tab_to("Elena Ruiz, 01")
    keys.type("N")
    keys.tab_to("Sign for the group")
    keys.press("Enter")
    expect(checklist.locator("[data-heading]")).to_have_text("2 learners signed.")
    expect(checklist.locator(".wm-results > li", has_text="Elena Ruiz")).to_contain_text("Does not count: line 01")
    assert len(site.acts(RUN, "plain", "demonstration", "david")) == 1
