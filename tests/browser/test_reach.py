"""Every panel, for everybody: axe, light and dark, English and Spanish, 320 px, large enough targets, nothing fixed, nothing that moves."""

from __future__ import annotations

import gzip
import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, ROOT, SCREEN
from tests.browser.test_group import make_group
from westmec_xblocks.blocks.lab_checklist import pages

RUN = "reach"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Rules about a whole page do not suit one that stands in a frame.
WHOLE_PAGE = {"region", "page-has-heading-one", "landmark-one-main", "bypass"}
STATIC = ROOT / "westmec_xblocks" / "blocks" / "static" / "westmec"
CONTROLS = "button, a[href], input:not([type=hidden]), select, textarea, summary"


@pytest.fixture(scope="module")
def scene(site) -> dict[str, str]:
    return {}


@pytest.fixture
def acted(scene, enter, site) -> dict[str, str]:
    """A list on which everything has happened once: addresses of panels by name."""
    if scene:
        return scene
    erik, fatima, irene = enter("erik"), enter("fatima"), enter("irene")
    make_group(irene, RUN, ["alice", "ben", "carla"], "Period 2")
    met = {"01": "met", "02": "met", "03": {"value": "met", "readings": ["0.1", "0.2"]}, "04": "3", "06": "3"}
    erik.sign(RUN, "full", "alice", {**met, "05": {"value": "na", "reason": "No air line"}}, variant="Saw 1")
    erik.sign(RUN, "full", "ben", {"01": "met"}, variant="Saw 1", stop={"skill": "02", "act": "Reached in"})
    for learner in ("carla", "david"):
        erik.sign(RUN, "full", learner, {"02": "met"}, variant="Saw 2", paired=True)
    enter("alice").act(RUN, "full", "request_sign_off", {"note": "Saw 2, after lunch"})
    enter("alice").act(RUN, "full", "add_evidence", {"skill": "04", "content": "https://example.com/log"})
    enter("alice").act(RUN, "full", "self_check", {"skill": "02", "value": "alone"})
    query = "SELECT id, learner_id FROM westmec_records_act WHERE usage_key = ? AND kind = 'demonstration'"
    acts = {learner: _uuid(act) for act, learner in site.rows(query, site.block(RUN, "full"))}
    ids = {name: site.user_id(name) for name in ("alice", "ben", "carla", "david")}
    fatima.act(
        RUN, "full", "second_rating",
        {"learner": ids["david"], "demonstration": acts[ids["david"]], "ratings": {"02": {"value": "not_met"}}},
    )  # fmt: skip
    [(group,)] = site.rows("SELECT id FROM westmec_records_labgroup WHERE course_key = ?", f"course-v1:Shop+T1+{RUN}")
    about = {name: f"learner={ids[name]}&demonstration={acts[ids[name]]}" for name in ids}
    scene |= {
        "requests": "requests",
        "class": "class",
        "manage": "manage",
        "rate": f"rate?learner={ids['alice']}",
        "grid": f"group?group={_uuid(group)}",
        "group-line": f"group?group={_uuid(group)}&skill=04",
        "history": f"history?learner={ids['alice']}",
        "history-stop": f"history?learner={ids['ben']}",
        "second": f"second?{about['carla']}",
        "dispute": f"dispute?{about['david']}",
        "correct": f"correct?{about['alice']}",
    }
    return scene


def _uuid(value: str) -> str:
    return value if "-" in value else re.sub(r"^(.{8})(.{4})(.{4})(.{4})(.{12})$", r"\1-\2-\3-\4-\5", value)


def panels(person: Any, addresses: dict[str, str]) -> Iterator[str]:
    """Show each panel in turn, with every part of it folded out; gives its name."""
    person.page.goto(person.site.frame(RUN, "full"))
    person.page.locator("[data-region] > *").first.wait_for()
    yield "first"
    for name, address in addresses.items():
        person.page.evaluate(
            """address => {
                const panel = document.querySelector('[data-westmec]');
                panel.querySelector('[data-heading]').dataset.old = '';
                const opener = Object.assign(document.createElement('button'), { id: 'opener' });
                opener.dataset.open = address;
                panel.append(opener);
                opener.click();
                opener.remove();
            }""",
            address,
        )
        person.page.locator("[data-heading]:focus:not([data-old])").wait_for()
        person.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        yield name


def barriers(page: Any) -> list[str]:
    answer = Axe().run(page, options=RULES).response
    assert len(answer["passes"]) > 10
    found = answer["violations"]
    return [
        f"{one['id']}: {node['html'][:150]}"
        for one in found
        if one["impact"] in ("serious", "critical") and one["id"] not in WHOLE_PAGE
        for node in one["nodes"]
    ]


def small_targets(page: Any) -> list[str]:
    """Controls smaller than 24 by 24 px; a control inside a label counts with its label, a link in a sentence does not count."""
    return page.evaluate(
        """selector => [...document.querySelectorAll(selector)].filter(one => {
            const target = one.closest('label') || one;
            const box = target.getBoundingClientRect();
            const inline = one.matches('p a, li a, td a') ;
            return box.width && !inline && (box.width < 24 || box.height < 24);
        }).map(one => one.outerHTML.slice(0, 120))""",
        CONTROLS,
    )


def loose_things(page: Any) -> list[str]:
    """What is fixed or sticky, and what moves by itself."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.wm, .wm *')].filter(one => {
            const style = getComputedStyle(one);
            return ['fixed', 'sticky'].includes(style.position) || style.animationName !== 'none'
                || style.transitionDuration.split(', ').some(time => parseFloat(time) > 0) || style.scrollBehavior === 'smooth';
        }).map(one => one.outerHTML.slice(0, 120))"""
    )


LOOKS = [("light", "en", NARROW), ("dark", "es", SCREEN), ("dark", "en", NARROW), ("light", "es", NARROW)]


@pytest.mark.browser
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]}-{look[2]['width']}")
def test_no_panel_bars_anybody_or_outgrows_a_narrow_screen(enter, acted, screenshot, look: tuple) -> None:
    scheme, language, size = look
    found: dict[str, Any] = {}
    for who in ("alice", "irene"):
        person = enter(who, size, locale=language, color_scheme=scheme)
        for name in panels(person, {} if who == "alice" else acted):
            if name == "first":
                person.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            page = person.page
            width = page.evaluate("document.documentElement.scrollWidth")
            wrong = [*barriers(page), *small_targets(page), *loose_things(page)]
            if width > size["width"]:
                wrong.append(f"{width} px wide")
            screenshot(page, f"reach-{who}-{name}-{size['width']}-{scheme}-{language}")
            if wrong:
                found[f"{who} {name}"] = wrong
    assert not found


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "language"), list(itertools.product(["light", "dark"], ["en", "es"])))
def test_the_authors_side_bars_nobody(enter, site, screenshot, scheme: str, language: str) -> None:
    arthur = enter("arthur", NARROW, locale=language, color_scheme=scheme)
    found = {}
    for view, name in (("author_view", "full"), ("author_view", "broken"), ("studio_view", "full")):
        arthur.page.goto(f"{site.address}/studio/course-v1:Shop+T1+{RUN}/frame/{site.block(RUN, name)}?view={view}")
        arthur.page.locator(".wm").wait_for()
        arthur.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        wrong = [*barriers(arthur.page), *small_targets(arthur.page), *loose_things(arthur.page)]
        width = arthur.page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            wrong.append(f"{width} px wide")
        screenshot(arthur.page, f"reach-{view}-{name}-{scheme}-{language}")
        if wrong:
            found[f"{view} {name}"] = wrong
    assert not found


@pytest.mark.browser
def test_paper_bars_nobody_and_fits_a_narrow_screen(enter, acted, site, screenshot) -> None:
    irene = enter("irene", NARROW)
    for name in ("record?learner=" + acted["rate"].split("=")[1], "blank", "cleared"):
        irene.page.goto(f"{site.handler(RUN, 'full')}/page/{name}")
        expect(irene.page.locator("main")).to_be_visible()
        assert barriers(irene.page) == []
        assert irene.page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
        screenshot(irene.page, f"reach-paper-{name.split('?')[0]}")


def weight(names: list[str]) -> int:
    """What these files weigh on the wire, each compressed by itself."""
    return sum(len(gzip.compress((STATIC / name).read_bytes(), mtime=0)) for name in names)


def test_the_learners_script_and_style_weigh_at_most_15_kb() -> None:
    # The lists are what the page itself sends.
    assert weight([*pages._STYLES, *pages._SCRIPTS]) <= 15 * 1024
