"""Staff and an exam, on a phone and at a desk: attempts, disputes, late answers, accommodations, scoring anew."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, PHONE, SCREEN, Person, Site, _address, _environment, new_id
from tests.browser.exams import FOLDER
from tests.browser.shop import write_course
from tests.browser.test_reach import barriers, loose_things, small_targets

pytestmark = pytest.mark.browser
RUN, NAME = "examstaff", "staff-exam"
MANY = 53
EXAM = f"""<westmec_assessment url_name="{NAME}" display_name="High-voltage exam" code="WM.T1.X" weight="10" cut="40%" time_limit="30 min"
    attempts="60" credit="passed">
  <title xml:lang="es">Examen de alto voltaje</title>
  <blueprint>
    <domain id="D1" title="Energy control" items="3" pilot="1"><title xml:lang="es">Control de energía</title></domain>
    <domain id="D2" title="Tools and measuring" items="6"><title xml:lang="es">Herramienta y medición</title></domain>
    <minimum domains="D1" at_least="90%"/>
  </blueprint>
  {(FOLDER / "bank.xml").read_text(encoding="utf-8")}
</westmec_assessment>"""
RIGHT = {"c1": "a", "c2": "a", "c3": "a", "x1": "a", "m1": ["a", "b"]}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A host of its own, since what is counted here must not grow by what others test."""
    folder = tmp_path_factory.mktemp("staff")
    course = folder / "courses" / RUN
    write_course(course, RUN, {NAME: EXAM}, "Exam")
    (course / "static").mkdir()
    (course / "static" / "panel.svg").write_text((FOLDER / "panel.svg").read_text(encoding="utf-8"), encoding="utf-8")
    westmec = Path(sys.executable).with_name("westmec")
    command = [str(westmec), "preview", str(course), "--port", "0", "--state", str(folder / "state")]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=log, env=_environment())
        try:
            yield Site(_address(server, folder / "server.log"), folder / "state", folder / "courses")
        finally:
            server.terminate()
            server.wait(timeout=20)


def act(who: Person, name: str, **data: Any) -> dict[str, Any]:
    answer = who.act(RUN, NAME, name, data)
    assert answer.ok, answer.text()
    return answer.json()


def begin(who: Person) -> str:
    return re.search(r'data-attempt="([^"]+)"', act(who, "begin")["html"])[1]


def give(who: Person, attempt: str, kind: str = "answered", **answers: Any) -> None:
    events = [{"client_id": new_id(), "kind": kind, "item": item, "response": one} for item, one in answers.items()]
    act(who, "events", attempt=attempt, events=events)


def finished(who: Person, **answers: Any) -> str:
    attempt = begin(who)
    give(who, attempt, **answers)
    act(who, "submit", attempt=attempt)
    return attempt


def an_hour_earlier(site: Site, attempt: str) -> None:
    """Let the attempt have begun an hour before: its time is up."""
    with sqlite3.connect(site.state / "preview.sqlite3", timeout=20) as database:
        key = (
            attempt
            if database.execute("SELECT 1 FROM westmec_records_attempt WHERE id = ?", [attempt]).fetchone()
            else attempt.replace("-", "")
        )
        [(clock,)] = database.execute("SELECT clock FROM westmec_records_attempt WHERE id = ?", [key])
        told = json.loads(clock)
        began = datetime.fromisoformat(told["started"]) - timedelta(hours=1)
        told["started"] = began.isoformat()
        database.execute(
            "UPDATE westmec_records_attempt SET clock = ?, started_at = ?, ends_at = ? WHERE id = ?",
            [json.dumps(told), _moment(began), _moment(began + timedelta(minutes=30)), key],
        )


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@pytest.fixture
def scene(site: Site, enter: Any) -> dict[str, str]:
    """An exam on which everything has happened once; attempts by whose they are."""
    if "scene" in site.kept:
        return site.kept["scene"]
    alice, ben, carla, elena, zoe = (enter(name) for name in ("alice", "ben", "carla", "elena", "zoe"))
    for who in (alice, ben, carla, elena, zoe, enter("erik"), enter("irene")):
        who.page.goto(site.frame(RUN, NAME))
    many = finished(zoe, **RIGHT)
    for _ in range(MANY):
        finished(zoe, c1="d")
    attempts = {"zoe": many}
    attempts["alice"] = begin(alice)
    for item in ("c1", "c2", "c3", "m1"):
        give(alice, attempts["alice"], "shown", **{item: None})
        give(alice, attempts["alice"], **({item: RIGHT[item]} if item != "c1" else {"c1": "b"}))
    give(alice, attempts["alice"], "flagged", n1=None)
    act(
        alice,
        "dispute",
        attempt=attempts["alice"],
        item="c1",
        reason="The cable is live as well: we measured it last week.",
    )
    act(alice, "submit", attempt=attempts["alice"])
    attempts["ben"] = finished(ben, **RIGHT)
    attempts["elena"] = finished(elena, c1="b", n1={"number": "12.5", "unit": "V"})
    act(elena, "dispute", attempt=attempts["elena"], item="c1", reason="No estoy de acuerdo")
    attempts["carla"] = begin(carla)
    give(carla, attempts["carla"], c1="a")
    an_hour_earlier(site, attempts["carla"])
    give(carla, attempts["carla"], c2="a", c3="a")
    attempts["david"] = begin(enter("david"))
    site.kept["scene"] = attempts  # type: ignore[assignment]
    return attempts


def staff(who: Person, tab: str = "") -> Any:
    """The exam, alone on the page, with one of its tabs open."""
    block = who.open_alone(RUN, NAME)
    if tab:
        block.locator(".wm-tab", has_text=tab).click()
        expect(block.locator(".wm-tab[aria-current]")).to_contain_text(tab)
    return block


def show(who: Person, address: str) -> Any:
    """A panel by its address, everything in it folded out."""
    block = staff(who)
    who.page.evaluate(
        """address => {
            document.querySelector('[data-heading]').dataset.old = '';
            const opener = Object.assign(document.createElement('button'), { id: 'opener' });
            opener.dataset.open = address;
            document.querySelector('[data-westmec]').append(opener);
            opener.click();
            opener.remove();
        }""",
        address,
    )
    who.page.locator("[data-heading]:focus:not([data-old])").wait_for()
    who.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    return block


def panels(site: Site, scene: dict[str, str]) -> dict[str, str]:
    [(appeal,)] = site.rows("SELECT min(id) FROM westmec_records_act WHERE kind = 'appeal'")
    learner = site.user_id("alice")
    return {
        "attempts": "attempts",
        "found": "attempts?find=zoe&which=not_passed",
        "review": f"review?attempt={scene['alice']}",
        "late": f"review?attempt={scene['carla']}",
        "open": f"review?attempt={scene['david']}",
        "seen": f"seen?attempt={scene['alice']}",
        "log": f"log?attempt={scene['alice']}",
        "learner": f"learner?learner={learner}",
        "waiting": "waiting",
        "appeal": f"appeal?appeal={appeal}",
        "accommodations": "accommodations",
        "rescoring": "rescoring?decided.c1=credit",
    }


LOOKS = [
    ("light", "en", PHONE),
    ("light", "en", SCREEN),
    ("dark", "es", PHONE),
    ("dark", "en", NARROW),
    ("light", "es", SCREEN),
]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]}-{look[2]['width']}")
def test_no_panel_bars_anybody_or_outgrows_the_screen(enter, site, scene, screenshot, look) -> None:
    scheme, language, size = look
    act(enter("erik"), "grant", username="ben", time="1.5", breaks="10", reason="Plan of September")
    irene = enter("irene", size, locale=language, color_scheme=scheme)
    found = {}
    for name, address in panels(site, scene).items():
        show(irene, address)
        wrong = [*barriers(irene.page), *small_targets(irene.page), *loose_things(irene.page)]
        width = irene.page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            wrong.append(f"{width} px wide")
        screenshot(irene.page, f"exam-staff-{name}-{size['width']}-{scheme}-{language}")
        if wrong:
            found[name] = wrong
    assert not found


def test_staff_find_filter_and_turn_pages(enter, scene, screenshot) -> None:
    erik = enter("erik", PHONE)
    block = staff(erik)
    expect(block.locator(".wm-attempts tbody tr")).to_have_count(50)
    expect(block.get_by_text("Page 1 of 2")).to_be_visible()
    block.get_by_role("button", name="Older").click()
    expect(block.get_by_text("Page 2 of 2")).to_be_visible()
    block.get_by_label("Find somebody by name").fill("romero")
    block.get_by_role("button", name="Find", exact=True).click()
    expect(block.locator(".wm-attempts tbody tr")).to_have_count(1)
    expect(block.locator("[data-heading]")).to_be_focused()
    screenshot(erik.page, "exam-staff-one-found")
    block.get_by_role("button", name="Show everybody").click()
    expect(block.locator(".wm-attempts tbody tr")).to_have_count(50)
    block.get_by_role("button", name=re.compile(r"^Passed \(")).click()
    expect(block.get_by_role("button", name=re.compile(r"^Passed \("))).to_have_attribute("aria-pressed", "true")
    expect(block.locator(".wm-attempts tbody")).to_contain_text("Ben Okafor")
    expect(block.locator(".wm-attempts tbody")).not_to_contain_text("Alice Romero")


def test_an_evaluator_has_no_tab_for_scoring_anew_and_is_refused_it(enter, scene) -> None:
    erik = enter("erik")
    expect(staff(erik).locator(".wm-tab")).to_have_count(3)
    assert erik.get(RUN, NAME, "rescoring").status == 403
    assert enter("alice").get(RUN, NAME, "attempts").status == 403
    expect(staff(enter("irene")).locator(".wm-tab")).to_have_count(4)


def test_a_dispute_is_answered_by_keyboard_alone(enter, site, scene, screenshot) -> None:
    erik = enter("erik", PHONE)
    block = staff(erik, "Waiting")
    before = int(block.locator("[data-waiting]").inner_text())
    opener = block.get_by_role("button", name="Look and answer Elena Ruiz")
    opener.focus()
    erik.page.keyboard.press("Enter")
    expect(block.locator("[data-heading]")).to_be_focused()
    expect(block.get_by_text("The question as the learner saw it (")).to_be_visible()
    expect(block.locator("fieldset[disabled] input").first).to_be_disabled()
    block.get_by_label("Not upheld").focus()
    erik.page.keyboard.press("Space")
    erik.page.keyboard.press("Tab")
    erik.page.keyboard.type("El cable queda sin tensión con los contactores abiertos.")
    screenshot(erik.page, "exam-staff-answering")
    erik.page.keyboard.press("Tab")
    erik.page.keyboard.press("Enter")
    expect(block.get_by_role("status")).to_have_text("Answered. The learner sees it with the result.")
    expect(block.locator("[data-waiting]")).to_have_text(str(before - 1))
    told = enter("elena").get(RUN, NAME, f"result?attempt={scene['elena']}").text()
    assert "El cable queda sin tensión" in told


def test_late_answers_are_judged(enter, scene, screenshot) -> None:
    erik = enter("erik", PHONE)
    block = staff(erik, "Waiting")
    block.get_by_role("button", name="Carla Nguyen, attempt 1").click()
    late = block.locator("[data-late]")
    expect(late).to_contain_text("after the end")
    late.get_by_label("They count; score the attempt with them").check()
    late.get_by_label("Reason").fill("The network of bay 2 was down until 10:40")
    screenshot(erik.page, "exam-staff-late-judging")
    late.get_by_role("button", name="Decide").click()
    expect(block.get_by_role("status")).to_have_text("The late answers count; the attempt is scored with them.")
    expect(block.locator(".wm-standing")).to_contain_text("3 of 9 points")
    expect(block.locator("[data-late]")).to_have_count(0)


def test_accommodations_are_granted_to_one_and_by_a_file_to_many(enter, site, scene, screenshot, tmp_path) -> None:
    irene = enter("irene", PHONE)
    block = staff(irene, "Accommodations")
    block.get_by_text("Grant something to one learner").click()
    form = block.locator('form[data-act="grant"]')
    form.get_by_label("User name or e-mail address").fill("farid")
    form.get_by_label("Time factor").fill("half")
    form.get_by_label("Reason").fill("Plan 504 of September")
    form.get_by_role("button", name="Grant").click()
    expect(block.get_by_role("status")).to_contain_text("Time factor: from 1 to 10")
    screenshot(irene.page, "exam-staff-grant-refused")
    form.get_by_label("Time factor").fill("+50 %")
    form.get_by_role("button", name="Grant").click()
    expect(block.get_by_role("status")).to_have_text("Granted. It holds from the next attempt on.")
    expect(block.locator('[data-name="Farid Haddad"]')).to_contain_text("time × 1.5 (50 % more)")
    with irene.page.expect_download() as download:
        block.get_by_text("Grant something to many learners by a file").click()
        block.get_by_role("link", name="Download the template").click()
    template = Path(download.value.path()).read_text(encoding="utf-8-sig")
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    head = template.strip()
    assert head.startswith("username,for,time")
    bad.write_text(f"{head}\ngrace,exam,2,,,,,Plan A\nnobody,exam,half,,,,,\n", encoding="utf-8")
    good.write_text(f"{head}\ngrace,exam,2,,,,,Plan A\nhector,course,1.25,10,1,7,es,Plan B\n", encoding="utf-8")
    block.locator('[data-upload] input[type="file"]').set_input_files(bad)
    block.locator("[data-upload]").get_by_role("button", name="Upload").click()
    expect(block.get_by_role("status")).to_have_text("Nothing was recorded: 1 line has a mistake.")
    expect(block.get_by_role("status")).to_have_attribute("data-kind", "error")
    expect(block.locator('[data-report="refused"] .wm-wrong li')).to_have_count(3)
    screenshot(irene.page, "exam-staff-file-refused")
    block.locator('[data-upload] input[type="file"]').set_input_files(good)
    block.locator("[data-upload]").get_by_role("button", name="Upload").click()
    expect(block.get_by_role("status")).to_have_text("Granted to 2 learners.")
    expect(block.locator('[data-name="Hector Salinas"]')).to_contain_text("for every assessment of the course")
    screenshot(irene.page, "exam-staff-file-recorded")
    card = block.locator('[data-name="Grace Kim"]')
    card.get_by_text("Take back").click()
    card.get_by_label("Reason").fill("Asked for by mistake")
    card.get_by_role("button", name="Take it back").click()
    expect(block.locator('[data-name="Grace Kim"]')).to_have_count(0)
    grace = enter("grace")
    assert "Time: 30 minutes" in grace.get(RUN, NAME, "start").text()
    assert "Plan" not in enter("hector").get(RUN, NAME, "start").text()


def test_a_void_attempt_and_an_ended_one_say_so(enter, scene, screenshot) -> None:
    irene = enter("irene", PHONE)
    block = show(irene, f"review?attempt={scene['david']}")
    form = block.locator('form[data-act="close"]')
    form.get_by_label("Reason").fill("The room closes")
    form.get_by_role("button", name="End the attempt").click()
    expect(block.get_by_role("status")).to_have_text("Ended, with what was saved so far.")
    block.get_by_text("Make this attempt void").click()
    form = block.locator('form[data-act="void"]')
    form.get_by_role("button", name="Make it void").click()
    expect(form.get_by_label("Reason")).to_be_focused()
    form.get_by_label("Reason").fill("Fire alarm")
    form.get_by_role("button", name="Make it void").click()
    expect(block.locator(".wm-standing")).to_contain_text("Void")
    expect(block.locator(".wm-notes")).to_contain_text("Fire alarm")
    screenshot(irene.page, "exam-staff-void")


def test_scoring_anew_is_shown_first_and_then_done(enter, scene, screenshot) -> None:
    irene = enter("irene", PHONE)
    block = staff(irene, "Rescoring")
    expect(block.get_by_text("No result would change")).to_be_visible()
    block.get_by_label("Another question, by its id").fill("nothing")
    block.get_by_role("button", name="Show what would change").click()
    expect(block.get_by_role("status")).to_have_text("The bank holds no question “nothing”.")
    block.get_by_label("Another question, by its id").fill("")
    block.locator('select[name="decided.c1"]').select_option("credit")
    block.get_by_role("button", name="Show what would change").click()
    expect(block.locator("[data-count]")).to_have_text(re.compile(r"^\d+ results would change$"))
    expect(block.locator(".wm-changes")).to_contain_text("Alice Romero")
    block.get_by_label("Reason").fill("Two answers were right")
    screenshot(irene.page, "exam-staff-before-scoring-anew")
    block.get_by_role("button", name=re.compile("Change .* results")).click()
    expect(block.get_by_role("status")).to_have_text(re.compile(r"^Done: \d+ results changed\.$"))
    screenshot(irene.page, "exam-staff-scored-anew")
    block.locator(".wm-changes").get_by_role("button", name="Alice Romero attempt 1").click()
    expect(block.locator(".wm-standing")).to_contain_text("Passed")
    expect(block.get_by_text("Two answers were right")).to_be_visible()


def test_a_learners_extra_attempt_is_given_on_the_learners_page(enter, scene, screenshot) -> None:
    erik = enter("erik", PHONE)
    block = show(erik, f"learner?learner={erik.site.user_id('ben')}")
    form = block.locator('form[data-act="give_attempt"]')
    form.get_by_label("Reason").fill("The projector failed")
    form.get_by_role("button", name="Give the attempt").click()
    expect(block.get_by_role("status")).to_have_text("One more attempt is given.")
    expect(block).to_contain_text("1 of 61 attempts begun.")


def test_without_a_connection_an_upload_says_so_and_keeps_the_file(enter, scene, tmp_path) -> None:
    irene = enter("irene")
    block = staff(irene, "Accommodations")
    block.get_by_text("Grant something to many learners by a file").click()
    path = tmp_path / "one.csv"
    path.write_text("username,time,reason\nimani,2,Plan C\n", encoding="utf-8")
    block.locator('[data-upload] input[type="file"]').set_input_files(path)
    irene.context.set_offline(True)
    block.locator("[data-upload]").get_by_role("button", name="Upload").click()
    expect(block.get_by_role("status")).to_contain_text("No connection")
    irene.context.set_offline(False)
    block.locator("[data-upload]").get_by_role("button", name="Upload").click()
    expect(block.get_by_role("status")).to_have_text("Granted to 1 learner.")
