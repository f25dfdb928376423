"""Taking an assessment through real requests in a real runtime."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.blocks.conftest import new_id
from tests.blocks.exams import CHOICES, SETTINGS, attempts, exam, exam_shop, right_answers
from westmec_xblocks.records import api

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_exam(open_shop):
    """A function that serves a course with this exam."""
    return lambda element=None: exam_shop(open_shop(element or exam(), "exam"))


def unit_page(shop, who) -> str:
    return who.client.get(f"/courses/{shop.course_key}/frame/{shop.usage_key}").content.decode()


SECRETS = ["Reason of", "Rationale of", "Because of", 'status="pilot"', "Razón", "key=", "tolerance", ">orange<"]


def test_the_page_before_the_start_says_the_rules_and_holds_no_item(open_exam):
    shop = open_exam()
    page = unit_page(shop, shop.taker("alice"))
    assert "10 questions. 1 of them is only being tried out" in page
    assert "To pass: 7 of the 9 questions that count (70 %)" in page
    assert "provisional" in page
    assert "every question on Energy (3 questions)" in page
    assert "Time: 30 minutes" in page
    assert not any(prompt in page or right in page for prompt, right in CHOICES.values())
    assert "Tried out 1" not in page


def test_no_key_no_reason_and_no_pilot_mark_reaches_the_browser_while_the_attempt_runs(open_exam):
    shop = open_exam()
    alice = shop.taker("alice")
    begun = alice.act("begin", client_id=new_id()).json()
    page = unit_page(shop, alice)
    for html in (begun["html"], page):
        assert all(prompt in html for prompt, _ in list(CHOICES.values())[:3])
        assert "Tried out 1" in html
        assert not [secret for secret in SECRETS if secret in html]
        assert not re.search(r"pilot|scored|rationale", html)


def test_a_whole_exam_of_every_kind_is_passed_graded_and_completed(open_exam):
    shop = open_exam()
    alice = shop.taker("alice")
    attempt = alice.begin()
    html = alice.html("start")
    told = alice.give(attempt, right_answers(html))
    assert all(not one["refused"] and not one["late"] for one in told["receipts"])
    done = alice.hand_in(attempt)
    assert done["message"] == "Handed in."
    assert "Passed" in done["html"]
    assert "9 of 9 points (100 %)" in done["html"]
    assert shop.score("alice") == (10.0, 10.0)
    assert shop.completion("alice") == 1.0


def test_an_exam_below_its_minimum_is_not_passed_however_high_the_total(open_exam):
    shop = open_exam()
    ben = shop.taker("ben")
    attempt = ben.begin()
    answers = right_answers(ben.html("start")) | {"c1": "b"}
    ben.give(attempt, answers)
    html = ben.hand_in(attempt)["html"]
    assert "Not passed yet" in html
    assert "8 of 9 points" in html
    assert "In Energy 3 of 3 are needed; you have 2." in html
    assert shop.score("ben") == (0.0, 10.0)
    assert shop.completion("ben") != 1.0


def test_a_pilot_item_counts_neither_way(open_exam):
    shop = open_exam()
    alice, ben = shop.taker("alice"), shop.taker("ben")
    for who, pilot in ((alice, "a"), (ben, "b")):
        attempt = who.begin()
        who.give(attempt, right_answers(who.html("start")) | {"x1": pilot})
        who.hand_in(attempt)
    assert {one.result.earned for one in attempts(shop)} == {9}


def test_an_answer_given_again_replaces_the_first_and_one_sent_twice_is_one(open_exam):
    shop = open_exam()
    alice = shop.taker("alice")
    attempt = alice.begin()
    event = {"client_id": new_id(), "kind": "answered", "item": "c1", "response": "b"}
    first = alice.act("events", client_id=new_id(), attempt=attempt, events=[event]).json()
    alice.give(attempt, {"c1": "a"})
    again = alice.act("events", client_id=new_id(), attempt=attempt, events=[event]).json()
    assert (first["receipts"][0]["repeated"], again["receipts"][0]["repeated"]) == (False, True)
    [one] = api.exam_record(shop_paper(shop), alice.id).attempts
    assert one.answers == {"c1": "a"}
    assert one.events == again["events"] == 2


def shop_paper(shop) -> api.Paper:
    from westmec_xblocks.olx.assessment import parse_assessment

    definition = exam()
    return api.Paper(shop.usage_key, parse_assessment(definition).assessment, definition, 10.0)


def test_a_reload_or_another_device_shows_what_was_answered_and_where(open_exam):
    shop = open_exam()
    alice = shop.taker("alice")
    attempt = alice.begin()
    alice.give(attempt, {"c2": "b", "n1": {"number": "12,5", "unit": "mV"}, "t1": "red"})
    alice.act(
        "events",
        client_id=new_id(),
        attempt=attempt,
        events=[
            {"client_id": new_id(), "kind": "flagged", "item": "c2"},
            {"client_id": new_id(), "kind": "shown", "item": "t1"},
        ],
    )
    page = unit_page(shop, shop.taker("alice"))
    assert re.search(r'name="q-c2" value="b" checked', page)
    assert re.search(r'value="red"', page)
    assert re.search(r'value="12.5"', page)
    assert re.search(r'<option value="mV" selected', page)
    assert re.search(r'data-flag="c2" checked', page)
    shown = re.search(r'data-question="\d+">\s*<div class="wm-item" data-item="([^"]+)"', page)
    assert shown[1] == "t1"


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"c9": "a"}, "not on your form"),
        ({"c1": "zz"}, "no answer"),
        ({"c1": ["a"]}, "form"),
        ({"t1": "x" * 10_000}, "too long"),
        ({"n1": {"number": "twelve", "unit": "V"}}, "number"),
        ({"o1": ["1"]}, ""),
        ({"h1": [{"x": 9999, "y": 1}]}, "outside"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_by_itself_and_the_others_are_kept(open_exam, answers, why):
    shop = open_exam()
    alice = shop.taker("alice")
    attempt = alice.begin()
    told = alice.give(attempt, {**answers, "c2": "a"})
    refused, kept = told["receipts"]
    assert refused["refused"]
    assert why in refused["refused"]
    assert not kept["refused"]


def test_nobody_answers_in_the_attempt_of_somebody_else(open_exam):
    shop = open_exam()
    alice, ben = shop.taker("alice"), shop.taker("ben")
    attempt = alice.begin()
    events = [{"client_id": new_id(), "kind": "answered", "item": "c1", "response": "a"}]
    assert ben.act("events", client_id=new_id(), attempt=attempt, events=events).status_code == 404
    assert ben.act("submit", client_id=new_id(), attempt=attempt).status_code == 404
    assert ben.get("result", attempt=attempt).status_code == 404
    assert ben.get("print", attempt=attempt).status_code == 404
    assert ben.get("print", attempt=attempt, learner=alice.id).status_code == 403


@pytest.mark.parametrize("username", ["oscar", ""])
def test_an_outsider_and_somebody_signed_out_get_neither_page_nor_attempt(open_exam, username):
    shop = open_exam()
    outsider = shop.taker(username) if username else shop.anybody()
    # The host sends whoever is not signed in to its sign-in page.
    refused = 403 if username else 302
    assert outsider.get("start").status_code == refused
    assert outsider.act("begin", client_id=new_id()).status_code in (refused, 403)
    assert attempts(shop) == []


def move_clock(monkeypatch, **by: Any) -> None:
    """Let the server's clock be ahead."""
    later = timezone.now() + timedelta(**by)
    monkeypatch.setattr(timezone, "now", lambda: later)


def test_when_the_time_is_up_the_attempt_is_closed_with_what_was_acknowledged(open_exam, monkeypatch):
    shop = open_exam()
    alice = shop.taker("alice")
    attempt = alice.begin()
    alice.give(attempt, {"c1": "a"})
    move_clock(monkeypatch, minutes=31)
    told = alice.give(attempt, {"c2": "a"})
    assert told["receipts"][0]["late"]
    assert not told["open"]
    [one] = attempts(shop)
    assert (one.state, one.closed_by, one.result.earned, one.late) == ("closed", "time", 1, 1)
    assert "1 answer came after the end" in alice.html("result", attempt=attempt)


def test_an_attempt_that_nobody_comes_back_to_is_closed_at_the_next_look(open_exam, monkeypatch):
    shop = open_exam()
    alice = shop.taker("alice")
    alice.begin()
    move_clock(monkeypatch, hours=2)
    assert "Your attempts" in alice.html("start")
    assert attempts(shop)[0].closed_by == "time"


def test_an_answer_within_the_short_grace_still_counts(open_exam, monkeypatch):
    shop = open_exam()
    alice = shop.taker("alice")
    attempt = alice.begin()
    move_clock(monkeypatch, minutes=30, seconds=5)
    told = alice.give(attempt, {"c1": "a"})
    assert not told["receipts"][0]["late"]
    assert told["seconds_left"] == 0


def test_the_second_attempt_waits_and_then_has_the_other_items(open_exam, monkeypatch):
    shop = open_exam(exam(choices=2, pilot=0, others=False, extra="moremore"))
    alice = shop.taker("alice")
    first = alice.begin()
    before = set(re.findall(r'data-item="(c\d)"', alice.html("start")))
    alice.hand_in(first)
    refused = alice.act("begin", client_id=new_id())
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "too_early"
    move_clock(monkeypatch, hours=25)
    alice.begin()
    after = set(re.findall(r'data-item="(c\d)"', alice.html("start")))
    assert before | after == {"c1", "c2", "c3", "c4"}
    assert not before & after


def test_with_fixed_forms_the_first_attempt_gets_one_and_the_second_the_other(open_exam, monkeypatch):
    element = exam(choices=2, pilot=0, others=False, extra="moremore").replace(
        "</blueprint>", '</blueprint><form id="A" items="c2 c1"/><form id="B" items="c4 c3"/>'
    )
    shop = open_exam(element)
    alice = shop.taker("alice")
    assert "2 questions." in alice.html("start")
    seen = []
    for _ in range(2):
        attempt = alice.begin()
        seen.append(re.findall(r'data-item="(c\d)"', alice.html("start")))
        alice.hand_in(attempt)
        move_clock(monkeypatch, hours=25)
    assert sorted(seen) == [["c2", "c1"], ["c4", "c3"]]


def test_begin_sent_twice_begins_one_attempt(open_exam):
    shop = open_exam()
    alice = shop.taker("alice")
    client_id = new_id()
    pages = [alice.act("begin", client_id=client_id).json()["html"] for _ in range(2)]
    assert len({re.search(r'data-attempt="([^"]+)"', page)[1] for page in pages}) == 1
    assert alice.act("begin", client_id=new_id()).json()["error"]["code"] == "attempt_open"
    assert len(attempts(shop)) == 1


def test_handing_in_twice_gives_one_result(open_exam):
    shop = open_exam()
    alice = shop.taker("alice")
    attempt = alice.begin()
    alice.hand_in(attempt)
    assert "Attempt 1" in alice.hand_in(attempt)["html"]
    assert len(attempts(shop)) == 1


FEEDBACK = {
    "never": (False, False, False),
    "domains": (True, False, False),
    "submitted": (True, True, False),
    'submitted" keys="shown': (True, True, True),
    "2027-01-01": (True, False, False),
    "2020-01-01": (True, True, False),
    "last": (True, False, False),
}


@pytest.mark.parametrize("feedback", FEEDBACK)
def test_afterwards_a_learner_is_told_what_the_author_allows_and_no_more(open_exam, feedback):
    domains, items, keys = FEEDBACK[feedback]
    shop = open_exam(exam(f'{SETTINGS} feedback="{feedback}"'))
    alice = shop.taker("alice")
    attempt = alice.begin()
    alice.give(attempt, {"c1": "b"})
    html = alice.hand_in(attempt)["html"]
    assert ("Points per domain" in html) is domains
    assert ("Because of b." in html) is items
    assert ("Rationale of c1" in html) is keys
    assert ("Reason of c1" in html) is keys


def test_the_questions_come_in_the_language_that_the_learner_chose(open_exam):
    shop = open_exam(exam(others=False))
    alice = shop.taker("alice")
    assert 'name="language" value="es"' in alice.html("start")
    attempt = alice.begin(language="es")
    html = alice.html("start")
    assert "¿c1?" in html
    assert CHOICES["c1"][0] not in html
    assert f'data-attempt="{attempt}"' in html


def test_a_dispute_is_kept_and_shown_with_the_result(open_exam):
    shop = open_exam()
    alice = shop.taker("alice")
    attempt = alice.begin()
    items = re.findall(r'data-item="([^"]+)"', alice.html("start"))
    said = alice.act("dispute", client_id=new_id(), attempt=attempt, item="c1", reason="Two are right <b>.")
    assert said.status_code == 200
    html = alice.hand_in(attempt)["html"]
    assert "Two are right &lt;b&gt;." in html
    assert "Not answered yet." in html
    other = "1" if items[0] != "c1" else "2"
    again = alice.act("dispute", client_id=new_id(), attempt=attempt, number=other, reason="This one too.")
    assert again.status_code == 200
    assert alice.act("dispute", client_id=new_id(), attempt=attempt, number="99", reason="x").status_code == 404


def count(work) -> int:
    """The records' queries; how many the host needs to take a grade is its own affair."""
    with CaptureQueriesContext(connection) as queries:
        work()
    return sum("westmec_records" in query["sql"] for query in queries)


def test_the_number_of_queries_grows_neither_with_items_nor_with_answers(open_exam):
    counts = {}
    for size, name in (("small", "alice"), ("large", "ben")):
        shop = open_exam(exam(choices=1, pilot=0, others=False) if size == "small" else exam(choices=4, pilot=8))
        alice = shop.taker(name)
        attempt = alice.begin()
        alice.give(attempt, {"c1": "b"})
        answers = {"c1": "a"} if size == "small" else right_answers(alice.html("start"))
        counts[size] = (
            count(lambda shop=shop, alice=alice: unit_page(shop, alice)),
            count(lambda alice=alice, attempt=attempt, answers=answers: alice.give(attempt, answers)),
            count(lambda alice=alice, attempt=attempt: alice.hand_in(attempt)),
            count(lambda alice=alice, attempt=attempt: alice.html("result", attempt=attempt)),
        )
    assert counts["small"] == counts["large"]
