"""A learner with a phone: a unit of PD-2, where I stand, a request, a self-check, evidence, history, the record; in Spanish too."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser
RUN = "learner"


def today():
    return datetime.now(ZoneInfo("America/Phoenix")).date()


def photo_with_place() -> bytes:
    """A large photo as a phone takes it: with the place and the owner's name in it."""
    noise = Image.effect_noise((2400, 1800), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x013B] = "Alice Romero"
    exif.get_ifd(0x8825).update({1: "N", 2: (33.0, 30.0, 0.0), 3: "W", 4: (112.0, 15.0, 0.0)})
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()


def open_line(checklist, line: str):
    """The line with its details open."""
    item = checklist.locator(f'li[data-line="{line}"]')
    if item.locator("> details").get_attribute("open") is None:
        item.locator("> details > summary").click()
    return item


def test_a_unit_is_read_a_problem_answered_and_progress_seen(enter, site, screenshot) -> None:
    alice = enter("alice", PHONE)
    page = alice.page
    page.goto(site.address)
    page.get_by_role("link", name="Safe Labs").click()
    screenshot(page, "learner-pd2-outline")
    section = page.locator("section.section", has_text="Which rule binds whom")
    with page.expect_response("**/viewed") as seen:
        section.get_by_role("link", name="Learn").click()
    assert seen.value.json() == {"complete": True}
    expect(page.locator('.siblings a[aria-current="page"] .tick.done')).to_have_count(1)
    screenshot(page, "learner-pd2-learn")
    page.goto(site.unit("pd2", "s1-o1-practice"), timeout=60_000)
    inside = page.frame_locator("#unit-frame")
    problem = inside.locator('[data-host-block*="s1-o1-p1"]')
    problem.get_by_text("You are right about the rule. The lesson stays").click()
    problem.get_by_role("button", name="Submit").click()
    expect(problem.get_by_text("You give the rule its true subject")).to_be_visible()
    screenshot(page, "learner-pd2-problem")
    page.get_by_role("link", name="Progress").click()
    row = page.locator(".grades li", has_text="Drop that lesson?")
    expect(row).to_contain_text(re.compile(r"1 / 1"))
    screenshot(page, "learner-progress")


def test_the_list_says_where_i_stand_and_what_the_evaluator_wrote(enter, screenshot) -> None:
    erik = enter("erik")
    before = today() - timedelta(days=1)
    readings = {"value": "met", "readings": ["0.2", "0.4"]}
    ratings = {"01": "met", "02": "met", "03": readings, "04": {"value": "3", "note": "Write the time as well."}}
    erik.sign(RUN, "full", "alice", ratings, variant="Saw 1", observed_on=before.isoformat())
    erik.sign(RUN, "full", "alice", {"01": "met", "06": "1"}, variant="Saw 2")
    alice = enter("alice", PHONE)
    checklist = alice.open(RUN, "full")
    expect(checklist.locator("[data-heading]")).to_have_text("Not passed yet")
    first = checklist.locator('li[data-line="01"]')
    expect(first.locator(".wm-counts")).to_have_text("1/2")
    expect(first).to_contain_text("1 more demonstration that counts.")
    history = checklist.locator(".wm-history")
    expect(history).to_contain_text("Does not count: line 06 did not reach what is asked.")
    expect(history).to_contain_text("Erik Lindqvist")
    history.get_by_text("Line by line").last.click()
    expect(history).to_contain_text("Write the time as well.")
    checklist.get_by_text("What counts, and when the list is passed").click()
    expect(checklist.locator(".wm-rules")).to_contain_text("A sign-off is valid for 24 months.")
    screenshot(alice.page, "learner-standing")


def test_a_request_stands_in_the_evaluators_list_and_can_be_taken_back(enter) -> None:
    ben, erik = enter("ben", PHONE), enter("erik", PHONE)
    checklist = ben.open(RUN, "full")
    checklist.get_by_label("A note for the evaluator").fill("Saw 1, after lunch")
    checklist.get_by_role("button", name="Ask for a sign-off").click()
    expect(checklist.get_by_role("status")).to_have_text("Your request is in the evaluators' list.")
    expect(checklist).to_contain_text("It is not answered yet.")
    waiting = erik.open(RUN, "full")
    expect(waiting.locator("[data-waiting]")).to_have_text("1")
    waiting.get_by_role("button", name="Waiting").click()
    expect(waiting.locator(".wm-card")).to_contain_text("Saw 1, after lunch")
    checklist.get_by_role("button", name="Take the request back").click()
    expect(checklist.get_by_role("button", name="Ask for a sign-off")).to_be_visible()
    waiting.get_by_role("button", name="Waiting").click()
    expect(waiting).to_contain_text("Nobody is waiting.")
    expect(waiting.locator("[data-waiting]")).to_be_hidden()


def test_a_self_check_is_kept_and_never_counts(enter) -> None:
    carla = enter("carla", PHONE)
    line = open_line(carla.open(RUN, "full"), "02")
    line.get_by_label("With help").check()
    expect(line.locator("[data-said]")).to_have_text("Kept for you.")
    line = open_line(carla.open(RUN, "full"), "02")
    expect(line.get_by_label("With help")).to_be_checked()
    expect(line.locator(".wm-counts")).to_have_text("0/2")


def test_a_photo_arrives_smaller_and_without_the_place_where_it_was_taken(enter, site, screenshot) -> None:
    sent = photo_with_place()
    david = enter("david", PHONE)
    line = open_line(david.open(RUN, "full"), "02")
    expect(line.get_by_label("Add a photo or document")).to_be_visible()
    expect(line).to_contain_text("at most 3.5\u00a0MB")
    line.get_by_label("Add a photo or document").set_input_files(
        {"name": "saw.jpg", "mimeType": "image/jpeg", "buffer": sent}
    )
    line.get_by_role("button", name="Add the file").click()
    expect(line.get_by_role("link", name="saw.jpg")).to_be_visible()
    expect(line.locator("[data-said]")).to_have_text("The file is stored.")
    screenshot(david.page, "learner-photo")
    [stored] = [path.read_bytes() for path in (site.state / "evidence").rglob("*") if path.suffix == ".jpg"]
    assert len(stored) < len(sent) / 2
    assert b"Exif" not in stored
    assert b"Alice" not in stored
    with Image.open(io.BytesIO(stored)) as image:
        assert image.size == (1600, 1200)
        assert not image.getexif()
    url = site.address + line.get_by_role("link", name="saw.jpg").get_attribute("href")
    assert david.context.request.get(url).body() == stored
    assert enter("ben").context.request.get(url).status == 404
    assert enter("erik").context.request.get(url).body() == stored


def test_documents_links_and_values_are_kept_and_wrong_files_refused(enter, screenshot) -> None:
    grace = enter("grace", PHONE)
    line = open_line(grace.open(RUN, "full"), "04")
    box = line.get_by_label("Add a photo or document")
    add = line.get_by_role("button", name="Add the file")
    add.click()
    expect(line.locator("[data-said]")).to_have_text("Choose a file first.")
    box.set_input_files(
        {"name": "log.txt", "mimeType": "text/plain", "buffer": b"Band saw, 7:40, blade guide loose. G. Kim"}
    )
    add.click()
    expect(line.get_by_role("link", name="log.txt")).to_be_visible()
    box.set_input_files({"name": "log.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00 this is a program"})
    add.click()
    expect(line.locator("[data-said]")).to_contain_text("“log.pdf” is not a photo")
    screenshot(grace.page, "learner-wrong-file")
    box.set_input_files({"name": "saw.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff not a photo"})
    add.click()
    expect(line.locator("[data-said]")).to_contain_text("This photo cannot be read.")
    box.set_input_files({"name": "big.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 " + bytes(4_000_000)})
    add.click()
    expect(line.locator("[data-said]")).to_contain_text("too large")
    for content in ("https://example.com/film", "0.4 V", "javascript://x/%0aalert(1)"):
        line.get_by_label("Or a link or a measured value").fill(content)
        line.get_by_role("button", name="Add", exact=True).click()
        expect(line.locator("[data-said]")).to_be_visible()
        if content.startswith("java"):
            expect(line.locator("[data-said]")).to_contain_text("A link begins with https://")
        else:
            expect(line.get_by_text(content, exact=True)).to_be_visible()
    expect(line.get_by_role("link", name="https://example.com/film")).to_have_attribute("rel", "noopener noreferrer")
    expect(line.get_by_role("link", name="0.4 V")).to_have_count(0)
    line.get_by_role("button", name="Remove 0.4 V").click()
    expect(line.locator("[data-said]")).to_have_text("Removed.")
    expect(line.get_by_text("0.4 V")).to_have_count(0)
    screenshot(grace.page, "learner-evidence")


def test_the_record_prints(enter, screenshot) -> None:
    erik, hector = enter("erik"), enter("hector", PHONE)
    erik.sign(RUN, "plain", "hector", {"01": "met", "02": "3", "03": "4"})
    checklist = hector.open(RUN, "plain")
    expect(checklist.locator("[data-heading]")).to_have_text("Passed")
    screenshot(hector.page, "learner-passed")
    with hector.context.expect_page() as opened:
        checklist.get_by_role("link", name="Record to print").click()
    record = opened.value
    record.wait_for_load_state()
    expect(record.get_by_role("heading", name="Put on the face shield")).to_be_visible()
    expect(record.locator("main")).to_contain_text("Hector Salinas")
    expect(record.locator("main")).to_contain_text("not been validated by industry")
    expect(record.locator("tbody tr").first.locator("td").nth(2)).to_have_text(
        re.compile(r"^Signed off on [^.]+\. \d+, \d+\.$")
    )
    assert record.pdf(format="Letter").startswith(b"%PDF")
    screenshot(record, "learner-record")
    assert record.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    hector.page.goto(hector.site.unit(RUN, "plain").replace("/unit/unit-plain/", "/progress/"))
    expect(hector.page.locator(".grades li", has_text="Put on the face shield")).to_contain_text("5 / 5")


def test_in_spanish_the_page_and_the_authors_text_are_spanish(enter, screenshot) -> None:
    elena = enter("elena", PHONE)
    checklist = elena.open(RUN, "full")
    expect(checklist).to_contain_text("Bloquear la sierra cinta")
    expect(checklist).to_contain_text("Avisar a todos los que trabajan en la máquina")
    expect(checklist.locator('span[lang="es"]').first).to_be_visible()
    line = open_line(checklist, "02")
    expect(line).to_contain_text("Mete la mano antes de abrir el desconectador")
    text = checklist.inner_text()
    for english in ("Tell everybody", "Not shown", "Ask for", "About line", "History", "signed off", "Record to"):
        assert english not in text, english
    screenshot(elena.page, "learner-spanish")
