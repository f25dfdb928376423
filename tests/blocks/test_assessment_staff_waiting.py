"""What waits for staff: disputed questions; and scoring anew after a key was changed."""

from __future__ import annotations

import re

import pytest

from tests.blocks.conftest import new_id
from tests.blocks.exam_staff import dispute, finished, late, many_like, panel, queries
from tests.blocks.exams import exam, exam_shop
from westmec_xblocks.preview import courses
from westmec_xblocks.records.models import Act, Attempt

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(open_shop):
    return exam_shop(open_shop(exam(), "exam"))


def appeal_of(html: str) -> str:
    return re.search(r'data-open="appeal\?appeal=([^"]+)"', html)[1]


# Disputes.


def test_a_dispute_waits_until_it_is_answered_and_the_learner_sees_the_answer(shop):
    erik, alice = shop.person("erik"), shop.taker("alice")
    attempt = finished(shop, "alice", c1="b")
    dispute(alice, attempt, "c1", "Both <em>are</em> live")
    waiting = erik.get("waiting").json()
    assert waiting["waiting"] == 1
    assert "Both &lt;em&gt;are&lt;/em&gt; live" in waiting["html"]
    which = appeal_of(waiting["html"])
    html = erik.html("appeal", appeal=which)
    assert "Which part stays live after shutdown?" in html
    assert "Answer: <strong>Wrong b of c1</strong>" in html
    assert "Key: <strong>The pack side of the contactors</strong>" in html
    assert re.search(r'value="b"[^>]* checked', html)
    data = {"client_id": new_id(), "appeal": which, "reason": "Only one side is."}
    assert erik.act("answer_appeal", **data, outcome="maybe").status_code == 400
    done = erik.act("answer_appeal", **data, outcome="rejected").json()
    assert done["waiting"] == 0
    assert "Nobody disputes a question." in done["html"]
    assert "Only one side is." in done["html"]
    assert erik.act("answer_appeal", **data, outcome="rejected").status_code == 200
    assert erik.act("answer_appeal", **data | {"client_id": new_id()}, outcome="upheld").status_code == 404
    told = alice.html("result", attempt=attempt)
    assert "Not upheld" in told
    assert "Only one side is." in told
    again = erik.html("appeal", appeal=which)
    assert 'data-act="answer_appeal"' not in again
    assert "Only one side is." in again


def test_the_question_is_shown_in_the_language_and_order_in_which_the_learner_had_it(open_shop):
    shop = exam_shop(open_shop(exam(others=False), "exam"))
    erik, elena = shop.person("erik"), shop.taker("elena")
    attempt = elena.begin(language="es")
    page = elena.html("start")
    elena.give(attempt, {"c1": "c"})
    elena.hand_in(attempt)
    dispute(elena, attempt, "c1", "No entiendo")
    html = erik.html("appeal", appeal=appeal_of(erik.html("waiting")))
    assert "¿c1?" in html
    assert "(Español)" in html
    options = re.compile(r"(?:Bien|Mal [bcd]) de c1")
    shown = html.split("<fieldset", 1)[1].split("</fieldset></div>")[0]
    assert list(dict.fromkeys(options.findall(shown))) == list(dict.fromkeys(options.findall(page)))
    assert "Wrong c of c1" in html


def test_a_dispute_written_during_the_attempt_waits_as_well(shop):
    erik, alice = shop.person("erik"), shop.taker("alice")
    attempt = alice.begin()
    dispute(alice, attempt, "c2", "Two keys")
    assert "no answer" in erik.html("appeal", appeal=appeal_of(erik.html("waiting")))


def test_only_the_instructor_is_shown_the_way_to_scoring_anew(shop):
    attempt = finished(shop, "alice", c1="b")
    dispute(shop.taker("alice"), attempt, "c1", "Both are live")
    for name in ("ben", "carla"):
        dispute(shop.taker(name), finished(shop, name, c1="b"), "c1", "Mine too")
    which = appeal_of(shop.person("erik").html("waiting"))
    html = shop.person("erik").html("appeal", appeal=which)
    assert "rescoring" not in html
    assert "2 more disputes are about the same question, 2 of them open." in html
    irene = shop.person("irene")
    assert 'data-open="rescoring?item=c1"' in irene.html("appeal", appeal=which)
    data = {"client_id": new_id(), "appeal": which, "reason": "Right you are.", "outcome": "upheld"}
    assert "The points change when you score anew." in irene.act("answer_appeal", **data).json()["message"]


def test_no_dispute_is_not_found(shop):
    erik = shop.person("erik")
    assert erik.get("appeal", appeal=new_id()).status_code == 404
    assert erik.get("appeal").status_code == 400
    data = {"client_id": new_id(), "appeal": new_id(), "reason": "Yes", "outcome": "upheld"}
    assert erik.act("answer_appeal", **data).status_code == 404


def test_what_waits_takes_as_many_queries_for_twenty_disputes_and_late_answers_as_for_two(shop, monkeypatch):
    erik, alice = shop.person("erik"), shop.taker("alice")
    attempt = finished(shop, "alice", c1="b")
    overdue = late(monkeypatch, shop, "ben", c1="a")
    many_like(overdue, 1)
    for item in ("c1", "c2"):
        dispute(alice, attempt, item, "Why?")
    queries(erik, "waiting")
    few = queries(erik, "waiting")
    for name in ("carla", "david"):
        other = finished(shop, name, c1="b")
        for item in ("c1", "c2", "c3", "m1", "n1", "t1", "o1", "p1", "h1"):
            dispute(shop.taker(name), other, item, "Why?")
    many_like(overdue, 80, learners=[shop.taker("elena").id])
    html = erik.html("waiting")
    assert html.count("Look and answer") == 20
    assert "32 more" in html
    assert queries(erik, "waiting") == few


# Scoring anew.


def rekey(shop, old: str = '<option id="a" key="true">The pack', new: str = '<option id="a">The pack') -> None:
    """The author mends the key of c1: b is right."""
    path = shop.folder / "vertical" / "v.xml"
    written = path.read_text(encoding="utf-8").replace(old, new)
    written = written.replace('<option id="b">Wrong b of c1', '<option id="b" key="true">Wrong b of c1')
    path.write_text(written, encoding="utf-8")
    courses.use_directories([shop.folder])


def test_nothing_would_change_where_no_key_was_changed(shop):
    finished(shop, "alice", c1="b")
    irene = shop.person("irene")
    html = irene.html("rescoring")
    assert "No result would change" in html
    assert 'data-act="rescore"' not in html
    answer = irene.act("rescore", client_id=new_id(), expected="0", reason="Because")
    assert answer.status_code == 400


def test_after_a_changed_key_it_is_shown_what_would_change_for_whom_and_then_it_is_done(shop):
    irene = shop.person("irene")
    attempt = finished(shop, "alice")
    finished(shop, "ben", c1="b")
    finished(shop, "carla", c1="c")
    rekey(shop)
    html = irene.html("rescoring")
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', html, flags=re.DOTALL)
    assert len(rows) == 2
    assert "2 results would change" in html
    assert "1 attempt becomes a pass." in html
    assert "1 attempt loses its pass." in html
    assert "9 / 9 → <strong>8 / 9</strong>" in rows[0]
    assert "Passed → <strong>Not passed yet</strong>" in rows[0]
    assert "100 % → <strong>0 %</strong>" in rows[0]
    assert "8 / 9 → <strong>9 / 9</strong>" in rows[1]
    assert "Carla" not in html
    assert Act.objects.filter(kind="rescored").count() == 0
    data = {"client_id": new_id(), "expected": "2", "reason": "The key of c1 was wrong"}
    done = irene.act("rescore", **data).json()
    assert done["message"] == "Done: 2 results changed."
    assert "9 / 9 → <strong>8 / 9</strong>" in done["html"]
    assert shop.score("alice") == (0.0, 10.0)
    assert shop.score("ben") == (10.0, 10.0)
    assert "nothing was changed again" in irene.act("rescore", **data).json()["message"]
    assert Act.objects.filter(kind="rescored").count() == 2
    html = irene.html("rescoring")
    assert "No result would change" in html
    assert "Last scored anew:" in html
    log = irene.html("log", attempt=attempt)
    assert "Scored anew: 9 → 8 points" in log
    assert "The key of c1 was wrong" in log


def test_after_scoring_anew_an_attempt_shows_the_points_that_count_and_todays_key(shop):
    irene = shop.person("irene")
    attempt = finished(shop, "ben", c1="b")
    rekey(shop)
    irene.act("rescore", client_id=new_id(), expected="1", reason="The key of c1 was wrong")
    html = irene.html("review", attempt=attempt)
    part = next(one for one in html.split('<details class="wm-x-item">') if "<code>c1</code>" in one)
    assert "scored anew" in part
    assert ": right" in part
    assert "Key today: <strong>Wrong b of c1</strong>" in part
    assert "not today&#x27;s" in html


def test_an_attempt_that_ended_in_between_is_noticed_and_nothing_is_changed(shop):
    irene = shop.person("irene")
    finished(shop, "alice")
    rekey(shop)
    assert "1 result would change" in irene.html("rescoring")
    finished(shop, "ben", c1="c")
    before = list(Attempt.objects.values_list("result", flat=True))
    answer = irene.act("rescore", client_id=new_id(), expected="3", reason="The key of c1 was wrong")
    assert answer.status_code == 409
    assert "Please look again" in answer.json()["error"]["message"]
    assert list(Attempt.objects.values_list("result", flat=True)) == before
    assert not Act.objects.filter(kind="rescored").exists()


def test_a_bad_question_is_credited_to_everybody_or_dropped_for_everybody(shop):
    irene = shop.person("irene")
    attempt = finished(shop, "alice", c1="b")
    finished(shop, "ben")
    html = irene.html("rescoring", **{"decided.c1": "credit"})
    assert "1 result would change" in html
    assert 'name="credit[]" value="c1"' in html
    assert '<option value="credit" selected>' in html
    html = irene.html("rescoring", **{"decided.c1": "drop"})
    assert "2 results would change" in html
    assert "8 / 9 → <strong>8 / 8</strong>" in html
    done = irene.act("rescore", client_id=new_id(), expected="2", drop=["c1"], reason="Nobody can know this")
    assert done.status_code == 200
    part = next(
        one for one in irene.html("review", attempt=attempt).split('<details class="wm-x-item">') if ">c1<" in one
    )
    assert ">dropped</span>" in part


def test_what_was_decided_before_holds_until_it_is_decided_otherwise(shop):
    irene = shop.person("irene")
    finished(shop, "alice", c1="b")
    irene.act("rescore", client_id=new_id(), expected="1", credit=["c1"], reason="Ambiguous")
    html = irene.html("rescoring")
    assert "No result would change" in html
    html = irene.html("rescoring", item="c1")
    assert '<option value="credit" selected>' in html
    html = irene.html("rescoring", **{"decided.c1": "by_key"})
    assert "1 result would change" in html
    assert 'name="by_key[]" value="c1"' in html
    done = irene.act("rescore", client_id=new_id(), expected="1", by_key=["c1"], reason="It is clear after all")
    assert done.status_code == 200
    assert shop.score("alice") == (0.0, 10.0)


def test_disputed_questions_stand_ready_to_be_decided_about(shop):
    irene = shop.person("irene")
    attempt = finished(shop, "alice", c1="b")
    dispute(shop.taker("alice"), attempt, "c2", "Two keys")
    html = irene.html("rescoring", item="m1")
    assert 'name="decided.c2"' in html
    assert "disputed 1 time" in html
    assert 'name="decided.m1"' in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"expected": "x"},
        {"expected": "-1"},
        {"expected": None},
        {"reason": " "},
        {"credit": "c1"},
        {"credit": [1]},
        {"credit": ["nothing"]},
        {"drop": [f"c{n}" for n in range(60)]},
    ],
)
def test_a_wrong_rescoring_is_refused_and_changes_nothing(shop, wrong):
    finished(shop, "alice", c1="b")
    data = {"client_id": new_id(), "expected": "1", "reason": "Because", "credit": ["c1"]}
    answer = shop.person("irene").act("rescore", **data | wrong)
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["message"]
    assert not Act.objects.filter(kind="rescored").exists()


def test_a_question_that_the_bank_does_not_hold_is_not_found(shop):
    irene = shop.person("irene")
    assert irene.get("rescoring", item="nothing").status_code == 404
    assert irene.get("rescoring", **{"decided.nothing": "drop"}).status_code == 404
    assert irene.get("rescoring", **{"decided.c1": "double"}).status_code == 200


def test_looking_takes_as_many_queries_for_sixty_attempts_as_for_two(shop, django_capture_on_commit_callbacks):
    irene = shop.person("irene")
    # A version is kept in memory once it is committed, which nothing is in a test.
    with django_capture_on_commit_callbacks(execute=True):
        attempt = finished(shop, "alice", c1="b")
    many_like(attempt, 1, learners=[shop.taker("ben").id])
    wanted = {"decided.c1": "credit"}
    queries(irene, "rescoring", **wanted)
    few = queries(irene, "rescoring", **wanted)
    many_like(attempt, 58, learners=[shop.taker(name).id for name in ("carla", "david", "elena")])
    assert queries(irene, "rescoring", **wanted) == few


def test_a_long_list_of_changes_comes_in_pages(shop):
    irene = shop.person("irene")
    attempt = finished(shop, "alice", c1="b")
    many_like(attempt, 60)
    html = irene.html("rescoring", **{"decided.c1": "credit"})
    assert "61 results would change" in html
    assert html.count('<tr><th scope="row">') == 50
    assert 'data-open="rescoring?decided.c1=credit&amp;page=2"' in html
    html = panel(irene, "rescoring", **{"decided.c1": "credit", "page": "2"})
    assert html.count('<tr><th scope="row">') == 11
    assert 'name="expected" value="61"' in html
    done = irene.act("rescore", client_id=new_id(), expected="61", credit=["c1"], reason="Ambiguous").json()
    assert done["html"].count('<tr><th scope="row">') == 50
    assert "And 11 more." in done["html"]
