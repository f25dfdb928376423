"""Answers find their way: through a cut connection, a reload, another device, a second window, a lost sign-in, a server that is killed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Person, Site
from tests.browser.exams import RUN, write_exams
from tests.browser.taking import (
    RIGHT,
    WRONG,
    Sent,
    answered,
    attempt_of,
    begin,
    client_ids,
    events,
    eventually,
    expect_saved,
    give,
    go_to,
    hand_in,
    in_view,
    item_of,
    move_back,
    press_begin,
    question_of,
    row_of,
    to_review,
)
from tests.durability.server import Preview

pytestmark = pytest.mark.browser
EVENTS = "**/act/events"


def network(exam: Any) -> Any:
    """The line about the way to the server, as a screen reader hears it; eyes see it below what can be pressed."""
    return exam.locator("[data-net-status]")


def expect_all_saved(exam: Any) -> None:
    expect(network(exam)).to_have_text("Connected again: everything is saved.")


def cut_off(person: Person) -> None:
    """Cut the connection in the page itself: what a page sends while it is unloaded slips past a route."""
    person.page.frames[1].evaluate("() => { window.fetch = () => Promise.reject(new TypeError('cut off')); }")


def come_back(person: Person) -> None:
    """The browser notices that it is online again, as after ``set_offline``; without this the next try comes seconds later."""
    person.page.frames[1].evaluate("window.dispatchEvent(new Event('online'))")


def test_answers_given_without_a_connection_go_up_by_themselves_in_order_and_none_twice(
    enter, site, screenshot
) -> None:
    jonas = enter("jonas", PHONE)
    sent = Sent(jonas)
    exam = begin(jonas, "every")
    attempt = attempt_of(exam)
    give(go_to(exam, "c1"), RIGHT["en"]["c1"])
    expect_saved(question_of(exam, "c1"))
    jonas.context.set_offline(True)
    for item, said in (("c1", WRONG["c1"]), ("t1", "blue"), ("c1", RIGHT["en"]["c1"]), ("m1", RIGHT["en"]["m1"])):
        give(go_to(exam, item), said)
        expect(question_of(exam, item).locator("[data-saved]")).to_have_text("Not sent yet")
    net = network(exam)
    expect(exam.locator("[data-net]:visible")).to_have_text(re.compile(r"^No connection\. 5 answers"))
    # Two of the answers are to the boxes of one question.
    expect(net).to_have_text("No connection. 5 answers wait on this device and are sent by themselves. You can go on.")
    screenshot(jonas.page, "exam-offline-390")
    expect(to_review(exam).locator("[data-tally]")).to_have_text("3 of 10 questions answered.")
    exam.get_by_role("button", name="Hand in now").click()
    expect(exam.locator("[data-said]")).to_contain_text("Hand in again once they are sent.")
    screenshot(jonas.page, "exam-offline-review-390")
    assert len(events(site, attempt, "answered")) == 1
    jonas.context.set_offline(False)
    expect_all_saved(exam)
    for item in ("c1", "t1", "m1"):
        expect_saved(question_of(exam, item))
    screenshot(jonas.page, "exam-online-again-390")
    assert client_ids(site, attempt) == sent.answers()
    given = [(item, said) for _, item, said in events(site, attempt, "answered")]
    assert given == [("c1", "a"), ("c1", "d"), ("t1", "blue"), ("c1", "a"), ("m1", ["a"]), ("m1", ["a", "b"])] or (
        given[:4] == [("c1", "a"), ("c1", "d"), ("t1", "blue"), ("c1", "a")] and sorted(given[-1][1]) == ["a", "b"]
    )
    # The next answer clears the message.
    give(go_to(exam, "c2"), RIGHT["en"]["c2"])
    expect(net).to_be_empty()
    hand_in(exam)
    assert row_of(site, attempt)["result"]["earned"] == "3"


def test_a_reload_in_the_middle_finds_every_answer_and_the_place(enter, site) -> None:
    keisha = enter("keisha", PHONE)
    exam = begin(keisha, "every")
    attempt = attempt_of(exam)
    for item in RIGHT["en"]:
        give(go_to(exam, item), RIGHT["en"][item])
        expect_saved(question_of(exam, item))
    go_to(exam, "p1").get_by_label("Look at it again later").check()
    eventually(keisha, lambda: events(site, attempt)[-1][0] == "flagged")
    before = answered(site, attempt)
    keisha.page.reload()
    exam = keisha.exam()
    assert item_of(in_view(exam)) == "p1"
    expect(in_view(exam).get_by_label("Look at it again later")).to_be_checked()
    for left, right in RIGHT["en"]["p1"].items():
        expect(in_view(exam).get_by_label(left).locator("option:checked")).to_have_text(right)
    go_to(exam, "o1")
    assert [one.strip() for one in in_view(exam).locator("[data-name]").all_inner_texts()] == list(RIGHT["en"]["o1"])
    expect(go_to(exam, "n1").get_by_label("Your answer")).to_have_value("12.5")
    for option in RIGHT["en"]["m1"]:
        expect(go_to(exam, "m1").get_by_label(option)).to_be_checked()
    expect(go_to(exam, "h1").get_by_label(RIGHT["en"]["h1"])).to_be_checked()
    expect(to_review(exam).locator("[data-tally]")).to_have_text("10 of 10 questions answered.")
    assert answered(site, attempt) == before
    hand_in(exam)
    assert row_of(site, attempt)["result"]["earned"] == "9"


def test_answers_that_wait_survive_a_reload(enter, site, screenshot) -> None:
    luis = enter("luis", PHONE)
    exam = begin(luis, "every")
    attempt = attempt_of(exam)
    cut_off(luis)
    for item in ("c1", "n1", "o1", "h1", "p1"):
        give(go_to(exam, item), RIGHT["en"][item])
    expect(network(exam)).to_contain_text("No connection.")
    luis.page.route(EVENTS, lambda route: route.abort("connectionfailed"))
    luis.page.reload()
    exam = luis.exam()
    expect(network(exam)).to_contain_text("No connection.")
    expect(go_to(exam, "c1").get_by_label(RIGHT["en"]["c1"])).to_be_checked()
    expect(go_to(exam, "n1").get_by_label("Your answer")).to_have_value("12.5")
    expect(question_of(exam, "n1").locator("[data-saved]")).to_have_text("Not sent yet")
    screenshot(luis.page, "exam-waiting-after-reload-390")
    assert events(site, attempt, "answered") == []
    luis.page.unroute(EVENTS)
    come_back(luis)
    expect_all_saved(exam)
    ids = client_ids(site, attempt)
    assert len(set(ids)) == len(ids)
    assert set(answered(site, attempt)) == {"c1", "n1", "o1", "h1", "p1"}
    hand_in(exam)
    assert row_of(site, attempt)["result"]["earned"] == "5"
    assert luis.page.frames[1].evaluate("localStorage.length") == 0


def test_where_the_browser_forbids_its_store_answers_wait_in_the_page(enter, site) -> None:
    mei = enter("mei", PHONE)
    forbid = (
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    mei.page.add_init_script(f"if (window.parent !== window) {forbid}")
    exam = begin(mei, "every")
    attempt = attempt_of(exam)
    mei.context.set_offline(True)
    give(in_view(exam), RIGHT["en"][item_of(in_view(exam))])
    expect(network(exam)).to_have_text(
        "No connection. 1 answer waits on this device and is sent by itself. Please keep this page open."
    )
    mei.context.set_offline(False)
    expect_all_saved(exam)
    assert len(answered(site, attempt)) == 1


def test_a_second_device_goes_on_and_the_first_says_so(enter, site, screenshot) -> None:
    nadia, phone = enter("nadia"), enter("nadia", PHONE)
    desk = begin(nadia, "every")
    attempt = attempt_of(desk)
    give(go_to(desk, "c1"), RIGHT["en"]["c1"])
    expect_saved(question_of(desk, "c1"))
    other = phone.open(RUN, "every")
    assert attempt_of(other) == attempt
    assert item_of(in_view(other)) == "c1"
    expect(in_view(other).get_by_label(RIGHT["en"]["c1"])).to_be_checked()
    give(go_to(other, "t1"), "orange")
    expect_saved(question_of(other, "t1"))
    give(go_to(desk, "c2"), RIGHT["en"]["c2"])
    expect(network(desk)).to_contain_text("This attempt was worked on in another window.")
    screenshot(nadia.page, "exam-elsewhere-1280")
    desk.get_by_role("button", name="Load again").click()
    expect(go_to(desk, "t1").get_by_label("Your answer")).to_have_value("orange")
    expect(go_to(desk, "c2").get_by_label(RIGHT["en"]["c2"])).to_be_checked()
    expect(network(desk)).to_be_empty()
    hand_in(desk)
    # The other device is told as soon as it sends anything.
    in_view(other).get_by_label("Look at it again later").check()
    expect(other.locator("[data-heading]")).to_have_text("Attempt 1: Not passed yet")
    row = row_of(site, attempt)
    assert (row["result"]["earned"], row["late"]) == ("3", 0)


def test_two_windows_of_one_browser_lose_nothing(enter, site) -> None:
    omar = enter("omar")
    first = begin(omar, "every")
    attempt = attempt_of(first)
    other = Person(site, omar.context.new_page())
    second = other.open(RUN, "every")
    omar.context.set_offline(True)
    give(go_to(first, "c1"), RIGHT["en"]["c1"])
    give(go_to(second, "t1"), "orange")
    give(go_to(first, "c2"), RIGHT["en"]["c2"])
    for exam in (first, second):
        expect(network(exam)).to_contain_text("No connection.")
    assert omar.page.frames[1].evaluate("Object.keys(localStorage).length") >= 3
    omar.context.set_offline(False)
    for person in (omar, other):
        come_back(person)
    eventually(omar, lambda: set(answered(site, attempt)) == {"c1", "c2", "t1"})
    assert len(client_ids(site, attempt)) == 3
    give(go_to(first, "c3"), RIGHT["en"]["c3"])
    expect(network(first)).to_contain_text("This attempt was worked on in another window.")
    first.get_by_role("button", name="Load again").click()
    expect(go_to(first, "t1").get_by_label("Your answer")).to_have_value("orange")


def test_an_answer_whose_acknowledgement_was_lost_is_recorded_once_and_raises_no_alarm(enter, site) -> None:
    priya = enter("priya", PHONE)
    exam = begin(priya, "every")
    attempt = attempt_of(exam)

    def lose_the_answer(route: Any) -> None:
        if not broken:
            route.continue_()
            return
        route.fetch()
        route.abort("connectionreset")

    broken = True
    priya.page.route(EVENTS, lose_the_answer)
    give(go_to(exam, "c1"), RIGHT["en"]["c1"])
    expect(network(exam)).to_contain_text("No connection.")
    eventually(priya, lambda: len(client_ids(site, attempt)) == 1)
    broken = False
    come_back(priya)
    expect_all_saved(exam)
    expect_saved(question_of(exam, "c1"))
    assert len(client_ids(site, attempt)) == 1


def test_somebody_who_is_signed_out_meanwhile_loses_no_answer(enter, site, screenshot) -> None:
    quinn = enter("quinn", PHONE)
    exam = begin(quinn, "every")
    attempt = attempt_of(exam)
    cookies = quinn.context.cookies()
    quinn.context.clear_cookies()
    give(go_to(exam, "c1"), RIGHT["en"]["c1"])
    expect(network(exam)).to_contain_text("please sign in again in another window")
    screenshot(quinn.page, "exam-signed-out-390")
    assert answered(site, attempt) == {}
    quinn.context.add_cookies(cookies)
    come_back(quinn)
    expect_all_saved(exam)
    assert answered(site, attempt) == {"c1": "a"}


def test_records_that_cannot_be_reached_for_a_while_lose_no_answer(enter, site) -> None:
    rosa = enter("rosa", PHONE)
    exam = begin(rosa, "every")
    attempt = attempt_of(exam)
    error = {"error": {"code": "records_unavailable", "message": "Out of reach."}}
    rosa.page.route(EVENTS, lambda route: route.fulfill(status=503, json=error))
    give(go_to(exam, "c1"), RIGHT["en"]["c1"])
    expect(network(exam)).to_contain_text("The server cannot save anything right now.")
    rosa.page.unroute(EVENTS)
    come_back(rosa)
    expect_all_saved(exam)
    assert answered(site, attempt) == {"c1": "a"}


def test_what_still_waited_when_the_attempt_ended_goes_up_at_the_next_look_and_is_kept_apart(
    enter, site, screenshot
) -> None:
    samuel = enter("samuel", PHONE)
    exam = begin(samuel, "every")
    attempt = attempt_of(exam)
    give(go_to(exam, "c1"), RIGHT["en"]["c1"])
    expect_saved(question_of(exam, "c1"))
    cut_off(samuel)
    give(go_to(exam, "c2"), RIGHT["en"]["c2"])
    expect(network(exam)).to_contain_text("No connection.")
    samuel.page.goto("about:blank")
    move_back(site, attempt, 3600)
    exam = samuel.open(RUN, "every")
    expect(exam.get_by_role("status").first).to_contain_text("answers were still on this device: 1. They were sent now")
    screenshot(samuel.page, "exam-left-over-390")
    row = row_of(site, attempt)
    assert (row["closed_by"], row["late"], sorted(row["answers"])) == ("time", 1, ["c1"])
    exam.get_by_role("button", name="See the result of attempt 1").click()
    expect(exam).to_contain_text("1 answer came after the end. It is kept apart, for a person to judge.")
    expect(exam).to_contain_text("Ended by the clock")
    screenshot(samuel.page, "exam-late-390")


def test_a_server_that_is_killed_in_the_middle_and_started_again_loses_nothing(chromium, tmp_path: Path) -> None:
    course, state = write_exams(tmp_path / "exam"), tmp_path / "state"
    server = Preview(course, state)
    page = None
    try:
        site = Site(server.wait().replace("127.0.0.1", "localhost"), state, tmp_path)
        port = int(re.search(r":(\d+)$", site.address)[1])
        context = chromium.new_context(viewport=PHONE)
        page = context.new_page()
        page.goto(f"{site.address}/sign-in/")
        page.locator('button[name="username"][value="alice"]').click()
        page.locator(".who-name").wait_for()
        alice = Person(site, page)
        sent = Sent(alice)
        exam = begin(alice, "every")
        attempt = attempt_of(exam)
        for place, item in enumerate(RIGHT["en"]):
            if place in (3, 7):
                server.kill()
                give(go_to(exam, item), RIGHT["en"][item])
                expect(network(exam)).to_contain_text("No connection.")
                server = Preview(course, state, port=port)
                server.wait()
                expect_all_saved(exam)
            else:
                give(go_to(exam, item), RIGHT["en"][item])
            expect_saved(question_of(exam, item))
        assert client_ids(site, attempt) == sent.answers()
        hand_in(exam)
        expect(exam.locator("[data-heading]")).to_have_text("Attempt 1: Passed")
        assert json.dumps(row_of(site, attempt)["result"]["earned"]) == '"9"'
        press = exam.get_by_role("button", name="To the start page")
        press.click()
        press_begin(exam)
    finally:
        if page is not None:
            page.context.close()
        server.kill()
