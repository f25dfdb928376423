"""Staff look at attempts: the list, one attempt, its log, what the learner sees, the file; and what they do about an attempt."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model

from tests.blocks.conftest import new_id
from tests.blocks.exam_staff import at, dispute, finished, late, many_like, panel, queries
from tests.blocks.exams import SETTINGS, exam, exam_shop
from westmec_xblocks.blocks.assessment.staff_timing import time_in_view
from westmec_xblocks.records.api import LogEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(open_shop):
    return exam_shop(open_shop(exam(), "exam"))


def names(html: str) -> list[str]:
    return re.findall(r'data-open="review\?[^"]+">([^<]+?) <small>', html)


# The list.


def test_the_first_panel_of_staff_is_the_list_of_attempts_with_the_tabs(shop):
    finished(shop, "alice")
    for who, tabs in (
        ("erik", ["attempts", "waiting", "accommodations"]),
        ("irene", ["attempts", "waiting", "accommodations", "rescoring"]),
    ):
        page = shop.person(who).client.get(f"/courses/{shop.course_key}/frame/{shop.usage_key}").content.decode()
        assert re.findall(r'class="wm-tab" data-open="([^"]+)"', page) == tabs
        assert "Alice Romero" in page


def test_every_attempt_is_listed_newest_first_with_its_state(shop):
    finished(shop, "alice")
    finished(shop, "ben", c1="b")
    shop.taker("carla").begin()
    html = shop.person("erik").html("attempts")
    assert names(html) == ["Carla Nguyen", "Ben Okafor", "Alice Romero"]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", html, flags=re.DOTALL)
    assert "Under way" in rows[0]
    assert "Not passed yet" in rows[1]
    assert "8 / 9" in rows[1]
    assert "88.9 %" in rows[1]
    assert "Passed" in rows[2]
    assert "9 / 9" in rows[2]
    assert "Handed in" in rows[2]


def test_filters_say_how_many_there_are_and_show_those(shop, monkeypatch):
    erik = shop.person("erik")
    finished(shop, "alice")
    finished(shop, "ben", c1="b")
    shop.taker("carla").begin()
    gone = finished(shop, "david")
    erik.act("void", client_id=new_id(), attempt=gone, learner=shop.taker("david").id, reason="Fire alarm")
    late(monkeypatch, shop, "elena", c1="a")
    html = erik.html("attempts")
    counts = re.findall(r">([A-Z][a-z ]+) <span>\((\d+)\)</span>", html)
    assert dict(counts) == {
        "All": "5",
        "Under way": "1",
        "Passed": "1",
        "Not passed yet": "2",
        "Late answers": "1",
        "Void": "1",
    }
    assert names(erik.html("attempts", which="passed")) == ["Alice Romero"]
    assert names(erik.html("attempts", which="void")) == ["David Begay"]
    assert names(erik.html("attempts", which="late")) == ["Elena Ruiz"]
    assert "1 late answer" in erik.html("attempts", which="late")
    assert len(names(erik.html("attempts", which="nonsense"))) == 5


def test_somebody_is_found_by_any_words_of_the_name_without_case_and_accents(shop):
    erik = shop.person("erik")
    finished(shop, "alice")
    finished(shop, "hector")
    user = get_user_model().objects.get(username="hector")
    user.first_name, user.last_name = "Héctor", "Salinas"
    user.save()
    assert names(erik.html("attempts", find="SALINAS hec")) == ["Héctor Salinas"]
    assert names(erik.html("attempts", find="alice")) == ["Alice Romero"]
    nobody = erik.html("attempts", find="<script>")
    assert "No attempt fits." in nobody
    assert 'value="&lt;script&gt;"' in nobody
    assert "(0)" in nobody


def test_somebody_who_left_the_course_is_found_by_the_whole_user_name(shop):
    from westmec_xblocks.preview.models import Person, Role

    finished(shop, "alice")
    Person.objects.filter(user__username="alice").update(role=Role.OUTSIDER)
    erik = shop.person("erik")
    assert names(erik.html("attempts", find="romero")) == []
    assert names(erik.html("attempts", find="alice")) == ["Alice Romero"]


def test_at_two_thousand_attempts_a_page_takes_as_many_queries_and_hardly_more_room_than_at_sixty(shop):
    erik = shop.person("erik")
    attempt = finished(shop, "alice")
    learners = [shop.person(name).id for name in ("ben", "carla", "david")]
    many_like(attempt, 60, learners=learners)
    erik.get("attempts")
    few, small = queries(erik, "attempts"), len(erik.get("attempts").content)
    waiting = queries(erik, "waiting")
    many_like(attempt, 1940)
    assert queries(erik, "attempts") == few
    assert queries(erik, "waiting") == waiting
    assert queries(erik, "attempts", page="40") == few
    html = panel(erik, "attempts", page="2")
    assert len(names(html)) == 50
    assert "Page 2 of 41" in html
    assert len(erik.get("attempts").content) < small + 1000
    assert small < 32 * 1024
    assert len(names(panel(erik, "attempts", page="99999"))) == 1


def test_the_way_back_leads_to_the_page_of_the_list_from_which_one_came(shop):
    erik = shop.person("erik")
    attempt = finished(shop, "alice")
    many_like(attempt, 60)
    html = panel(erik, "attempts", page="2", which="passed", find="alice")
    query = re.search(r'data-open="review\?([^"]+)"', html)[1].replace("&amp;", "&")
    back = erik.client.get(f"{erik.base}/page/review?{query}").json()["html"]
    assert 'data-open="attempts?which=passed&amp;find=alice&amp;page=2"' in back


# The file.


def test_the_file_holds_a_row_for_each_attempt_with_the_points_of_each_domain(shop):
    finished(shop, "alice", c1="b")
    shop.taker("ben").begin()
    gone = finished(shop, "carla")
    erik = shop.person("erik")
    erik.act("void", client_id=new_id(), attempt=gone, learner=shop.taker("carla").id, reason="Fire alarm")
    answer = erik.get("export")
    assert answer["Content-Type"].startswith("text/csv")
    assert 'filename="WM.T1.X-' in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["username"] for row in rows] == ["alice", "ben"]
    alice, ben = rows
    assert (alice["points"], alice["possible"], alice["share"], alice["passed"]) == ("8", "9", "0.8889", "no")
    assert (alice["D1_points"], alice["D1_possible"], alice["D2_points"]) == ("2", "3", "6")
    assert alice["how_ended"] == "submitted"
    assert float(alice["minutes"]) >= 0
    assert len(alice["version"]) == 12
    assert (ben["ended"], ben["points"], ben["passed"], ben["D1_points"]) == ("", "", "", "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_name_that_a_spreadsheet_would_run_is_quoted_in_the_file(shop, start):
    finished(shop, "alice")
    user = get_user_model().objects.get(username="alice")
    user.first_name, user.last_name = f'{start}HYPERLINK("http://example.com")', "A"
    user.save()
    [row] = csv.DictReader(io.StringIO(shop.person("erik").get("export").content.decode("utf-8-sig")))
    assert row["learner"].startswith("'") or row["learner"][0] not in "=+-@\t\r"


def test_what_was_granted_stands_in_no_file(shop):
    erik, alice = shop.person("erik"), shop.taker("alice")
    erik.act("grant", client_id=new_id(), learner=alice.id, time="1.5", breaks="10", reason="Plan 504 of September")
    finished(shop, "alice")
    content = erik.get("export").content.decode()
    assert "504" not in content
    assert "1.5" not in content


# One attempt.


def test_an_attempt_shows_each_item_with_answer_key_points_and_what_the_form_was(shop):
    attempt = finished(shop, "alice", c1="b")
    html = shop.person("erik").html("review", attempt=attempt)
    assert "Alice Romero, attempt 1: Not passed yet" in html
    assert "8 of 9 points (88.9 %); 7 are needed." in html
    assert "Minimum for Energy: 2 of 3, 3 needed." in html
    assert html.count('<details class="wm-x-item">') == 10
    wrong = next(part for part in html.split('<details class="wm-x-item">') if "<code>c1</code>" in part)
    assert "0 points" in wrong
    assert "Answer: <strong>Wrong b of c1</strong>" in wrong
    assert "Key: <strong>The pack side of the contactors</strong>" in wrong
    assert "Because of b." in wrong
    assert "Rationale of c1." in wrong
    pilot = next(part for part in html.split('<details class="wm-x-item">') if "<code>x1</code>" in part)
    assert "tried out, does not count" in pilot
    assert f"seed {attempt}" in html
    assert "none of its questions" in html
    assert "you have" not in html


def test_items_that_the_learner_had_seen_before_are_named(shop, monkeypatch):
    finished(shop, "alice", c1="b")
    at(monkeypatch, hours=25)
    second = finished(shop, "alice")
    html = shop.person("erik").html("review", attempt=second)
    assert html.count(">seen before</span>") == 10
    assert re.search(r"<dt>Seen before</dt><dd>1, 2, 3, 4, 5, 6, 7, 8, 9, 10</dd>", html)


def test_an_attempt_shows_the_accommodation_under_which_it_ran_not_a_later_one(shop):
    erik, alice = shop.person("erik"), shop.taker("alice")
    erik.act("grant", client_id=new_id(), learner=alice.id, time="1.5", breaks="10", reason="Plan of September")
    attempt = finished(shop, "alice")
    erik.act("grant", client_id=new_id(), learner=alice.id, time="2", reason="Plan of October")
    html = erik.html("review", attempt=attempt)
    assert "time × 1.5 (50 % more); breaks of 10 minutes in all" in html
    assert "time × 2" not in html


def test_the_log_tells_answers_changes_flags_breaks_and_what_staff_did(shop):
    erik, alice = shop.person("erik"), shop.taker("alice")
    erik.act("grant", client_id=new_id(), learner=alice.id, breaks="10", reason="Plan of September")
    attempt = alice.begin()
    alice.give(attempt, {"c1": "b"})
    alice.give(attempt, {"c1": "a"})
    kinds = ["flagged", "left", "resumed", "break_began", "break_ended", "shown"]
    for kind in kinds:
        item = "c2" if kind in ("flagged", "shown") else ""
        event = {"client_id": new_id(), "kind": kind, "item": item}
        assert alice.act("events", client_id=new_id(), attempt=attempt, events=[event]).status_code == 200
    alice.give(attempt, {"c1": None})
    alice.hand_in(attempt)
    erik.act("void", client_id=new_id(), attempt=attempt, learner=alice.id, reason="Fire alarm")
    html = erik.html("log", attempt=attempt)
    told = re.findall(r"<tr(?: data-late)?><td>[\d:]+</td><td>([^<]+)", html)
    assert [one.strip() for one in told] == [
        "Begun", "Answer", "Answer", "Flag set", "Page left", "Back on the page", "Break begun", "Break ended", "Question shown",
        "Answer taken back", "Handed in", "Made void",
    ]  # fmt: skip
    assert "Wrong b of c1" in html
    assert "The pack side of the contactors" in html
    assert "Fire alarm" in html
    assert "Erik Lindqvist" in html


def test_a_long_log_comes_in_pages(shop):
    alice = shop.taker("alice")
    attempt = alice.begin()
    for _ in range(2):
        alice.give(attempt, {"c1": "a"})
        events = [{"client_id": new_id(), "kind": "shown", "item": "c1"} for _ in range(60)]
        alice.act("events", client_id=new_id(), attempt=attempt, events=events)
    erik = shop.person("erik")
    first = erik.html("log", attempt=attempt)
    assert "Page 1 of 2" in first
    rest = panel(erik, "log", attempt=attempt, page="2")
    assert first.count("Question shown") + rest.count("Question shown") == 120


def test_time_in_view_runs_from_shown_to_what_takes_the_question_away():
    start = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    def entry(seconds: int, kind: str, item: str = "", *, is_late: bool = False) -> LogEntry:
        return LogEntry(start + timedelta(seconds=seconds), kind, item, late=is_late)

    log = [
        entry(0, "attempt_started"),
        entry(0, "shown", "a"),
        entry(20, "answered", "a"),
        entry(30, "shown", "b"),
        entry(40, "left"),
        entry(100, "resumed"),
        entry(110, "break_began"),
        entry(400, "break_ended"),
        entry(405, "shown", "a"),
        entry(2000, "shown", "b", is_late=True),
        entry(9000, "attempt_closed"),
    ]
    spent = time_in_view(log, start + timedelta(seconds=1800))
    assert {item: one.total_seconds() for item, one in spent.items()} == {"a": 30 + 1395, "b": 10 + 10 + 5}
    assert time_in_view([entry(0, "answered", "a"), entry(5, "attempt_closed")]) == {}


def test_the_time_of_each_question_stands_beside_it(shop, monkeypatch):
    alice = shop.taker("alice")
    attempt = alice.begin()
    for item, seconds in (("c1", 42), ("c2", 95), ("c3", 0)):
        event = {"client_id": new_id(), "kind": "shown", "item": item}
        alice.act("events", client_id=new_id(), attempt=attempt, events=[event])
        at(monkeypatch, seconds=seconds)
    alice.hand_in(attempt)
    html = shop.person("erik").html("review", attempt=attempt)
    times = {
        re.search(r"<code>(\w+)</code>", part)[1]: re.search(r"<small>Energy · apply · ([\d:]+)</small>", part)[1]
        for part in html.split('<details class="wm-x-item">')
        if "Energy · apply · " in part
    }
    assert times == {"c1": "0:42", "c2": "1:35", "c3": "0:00"}


def test_staff_see_what_the_learner_sees_and_nothing_that_is_the_learners_to_do(shop):
    attempt = finished(shop, "alice", c1="b")
    erik = shop.person("erik")
    html = erik.html("seen", attempt=attempt)
    assert "Attempt 1: Not passed yet" in html
    assert "In Energy 3 of 3 are needed; you have 2." in html
    assert "The questions are not shown to the learner now." in html
    assert "Which part stays live" not in html
    assert "<form" not in html
    running = shop.taker("ben").begin()
    assert erik.get("seen", attempt=running).status_code == 404
    printed = erik.get("print", attempt=attempt, learner=shop.taker("alice").id)
    assert "Alice Romero" in printed.content.decode()


def test_what_the_learner_sees_holds_the_answers_once_the_author_lets_them(open_shop):
    shop = exam_shop(open_shop(exam(SETTINGS + ' feedback="submitted"'), "exam"))
    attempt = finished(shop, "alice", c1="b")
    html = shop.person("erik").html("seen", attempt=attempt)
    assert "Wrong b of c1 <small>your choice</small>" in html
    assert "The pack side of the contactors" not in html


def test_an_attempt_that_nobody_came_back_to_is_closed_when_staff_look_at_it(shop, monkeypatch):
    attempt = shop.taker("alice").begin()
    at(monkeypatch, hours=3)
    erik = shop.person("erik")
    assert "Time is up" in erik.html("attempts")
    html = erik.html("review", attempt=attempt)
    assert "Ended by the clock" in html
    assert "· 30 minutes" in html


@pytest.mark.parametrize("page", ["review", "log"])
def test_an_attempt_takes_as_many_queries_after_two_hundred_events_as_after_ten(shop, page):
    alice, erik = shop.taker("alice"), shop.person("erik")
    attempt = alice.begin()
    alice.give(attempt, {"c1": "a"})
    queries(erik, page, attempt=attempt)
    few = queries(erik, page, attempt=attempt)
    for _ in range(20):
        alice.give(attempt, dict.fromkeys(("c1", "c2", "c3"), "b"))
    assert queries(erik, page, attempt=attempt) == few


def test_an_attempt_of_another_block_or_no_attempt_is_not_found(shop):
    erik = shop.person("erik")
    for page in ("review", "log", "seen"):
        assert erik.get(page, attempt=new_id()).status_code == 404
        assert erik.get(page, attempt="nonsense").status_code == 400
        assert erik.get(page).status_code == 400


# Acts.


def test_a_void_attempt_counts_for_nothing_and_uses_up_no_attempt(shop):
    attempt = finished(shop, "alice")
    assert shop.score("alice") == (10.0, 10.0)
    erik, alice = shop.person("erik"), shop.taker("alice")
    data = {"client_id": new_id(), "attempt": attempt, "learner": alice.id, "reason": "Used a phone: <b>seen</b>"}
    done = erik.act("void", **data)
    assert done.status_code == 200
    assert "Used a phone: &lt;b&gt;seen&lt;/b&gt;" in done.json()["html"]
    assert "made void" in done.json()["html"]
    assert 'data-act="void"' not in done.json()["html"]
    assert erik.act("void", **data).status_code == 200
    assert erik.act("void", **data | {"client_id": new_id()}).status_code == 409
    assert shop.score("alice") == (0.0, 10.0)
    assert 'data-act="begin"' in alice.html("start")


@pytest.mark.parametrize("name", ["void", "late", "give_attempt", "reteach"])
@pytest.mark.parametrize("reason", ["", "   ", None, "x" * 2001, 7])
def test_an_act_without_a_reason_that_can_be_kept_is_refused(shop, monkeypatch, name, reason):
    attempt = late(monkeypatch, shop, "alice", c1="a")
    alice = shop.taker("alice")
    data = {"attempt": attempt, "learner": alice.id, "decision": "take", "reason": reason}
    answer = shop.person("erik").act(name, client_id=new_id(), **data)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    assert "1 late answer" in shop.person("erik").html("attempts")


def test_an_attempt_of_somebody_else_is_not_voided_in_a_learners_name(shop):
    attempt = finished(shop, "alice")
    ben = shop.taker("ben")
    data = {"client_id": new_id(), "attempt": attempt, "learner": ben.id, "reason": "Wrong person"}
    assert shop.person("erik").act("void", **data).status_code == 404
    assert shop.score("alice") == (10.0, 10.0)


def test_staff_end_an_attempt_with_what_was_saved(shop):
    alice, erik = shop.taker("alice"), shop.person("erik")
    attempt = alice.begin()
    alice.give(attempt, {"c1": "a"})
    data = {"client_id": new_id(), "attempt": attempt, "learner": alice.id, "reason": "Left the room"}
    done = erik.act("close", **data)
    assert done.json()["message"] == "Ended, with what was saved so far."
    assert "Ended by staff" in done.json()["html"]
    assert "1 of 9 points" in done.json()["html"]
    assert erik.act("close", **data).status_code == 200
    assert "Erik Lindqvist" in erik.html("log", attempt=attempt)
    assert "Left the room" in erik.html("review", attempt=attempt)
    again = finished(shop, "ben")
    told = erik.act("close", client_id=new_id(), attempt=again, learner=shop.taker("ben").id, reason="Too late")
    assert told.json()["message"] == "It had ended before."


def test_late_answers_are_taken_or_left_by_a_person(shop, monkeypatch):
    taken, left = late(monkeypatch, shop, "alice", c1="a", c2="a"), late(monkeypatch, shop, "ben", c1="a")
    erik = shop.person("erik")
    assert shop.person("erik").get("attempts").json()["waiting"] == 2
    html = erik.html("review", attempt=taken)
    assert html.count("after the end: <strong>") == 2
    assert "What counts now: no answer" in html
    data = {
        "client_id": new_id(),
        "attempt": taken,
        "learner": shop.taker("alice").id,
        "reason": "The network was down",
    }
    for decision in ("", "both", None):
        assert erik.act("late", **data, decision=decision).status_code == 400
    done = erik.act("late", **data, decision="take").json()
    assert "2 of 9 points" in done["html"]
    assert done["waiting"] == 1
    assert "data-late" not in done["html"]
    data = {"client_id": new_id(), "attempt": left, "learner": shop.taker("ben").id, "reason": "Nothing was down"}
    done = erik.act("late", **data, decision="leave").json()
    assert "0 of 9 points" in done["html"]
    assert done["waiting"] == 0
    assert erik.act("late", **data | {"client_id": new_id()}, decision="leave").status_code == 409
    log = erik.html("log", attempt=taken)
    assert "Late answers: they count" in log
    assert "The network was down" in log


# One learner.


def test_an_extra_attempt_is_given_with_a_reason(shop, monkeypatch):
    erik, alice = shop.person("erik"), shop.taker("alice")
    for _ in range(2):
        finished(shop, "alice", c1="b")
        at(monkeypatch, hours=25)
    html = erik.html("learner", learner=alice.id)
    assert "2 of 2 attempts begun." in html
    assert "All attempts are used: 2." in html
    data = {"client_id": new_id(), "learner": alice.id, "reason": "Was ill"}
    done = erik.act("give_attempt", **data)
    assert "2 of 3 attempts begun. 1 of them was given by staff." in done.json()["html"]
    assert "2 of 3" in erik.act("give_attempt", **data).json()["html"]
    assert 'data-act="begin"' in alice.html("start")


def test_after_a_missed_minimum_the_next_attempt_opens_with_a_recorded_re_teach(open_shop, monkeypatch):
    shop = exam_shop(open_shop(exam(SETTINGS + ' lock="minimum"'), "exam"))
    erik, alice = shop.person("erik"), shop.taker("alice")
    finished(shop, "alice", c1="b")
    at(monkeypatch, hours=25)
    assert 'data-act="begin"' not in alice.html("start")
    html = erik.html("learner", learner=alice.id)
    assert "A safety minimum was missed" in html
    assert 'data-act="reteach"' in html
    done = erik.act("reteach", client_id=new_id(), learner=alice.id, reason="Contactors, with the cutaway pack")
    assert "Contactors, with the cutaway pack" in done.json()["html"]
    assert "Last re-teach:" in done.json()["html"]
    assert "Can begin an attempt now." in done.json()["html"]
    assert 'data-act="begin"' in alice.html("start")


def test_an_outsider_has_no_panel_and_gets_no_attempt(shop):
    erik, oscar = shop.person("erik"), shop.person("oscar")
    assert erik.get("learner", learner=oscar.id).status_code == 404
    assert erik.get("learner", learner=999999).status_code == 404
    for name in ("give_attempt", "reteach"):
        assert erik.act(name, client_id=new_id(), learner=oscar.id, reason="Let me").status_code == 404


def test_a_learners_panel_takes_as_many_queries_for_thirty_attempts_as_for_one(shop):
    erik, alice = shop.person("erik"), shop.taker("alice")
    attempt = finished(shop, "alice")
    queries(erik, "learner", learner=alice.id)
    few = queries(erik, "learner", learner=alice.id)
    many_like(attempt, 30)
    assert queries(erik, "learner", learner=alice.id) == few


def test_a_dispute_and_its_answer_stand_with_the_attempt(shop):
    erik, alice = shop.person("erik"), shop.taker("alice")
    attempt = finished(shop, "alice", c1="b")
    dispute(alice, attempt, "c1", "Both are live")
    assert "Both are live" in erik.html("review", attempt=attempt)
