"""What learners do in an attempt is on record once, in order, and only where it belongs."""

import uuid
from datetime import UTC, datetime

import pytest

from tests.records.conftest import ALICE, CHARLIE, LEARNERS
from tests.records.exams import (
    EXAM,
    HOUR,
    KEY,
    NOON,
    OTHER_EXAM,
    WRONG,
    answer,
    close,
    differences,
    event,
    make_paper,
    record,
    start,
)
from tests.records.statements import counted
from westmec_xblocks.domain.assessment.attempts import GRACE
from westmec_xblocks.domain.refusals import NotFound, WestmecError
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Attempt, AttemptEvent

pytestmark = pytest.mark.django_db
SECOND = HOUR / 3600


@pytest.fixture
def attempt():
    return start(make_paper())


def responses(attempt):
    return {item: given["response"] for item, given in Attempt.objects.get(pk=attempt.pk).answers.items()}


def codes(receipts):
    return [one.refusal.code if one.refusal else "" for one in receipts]


def test_the_last_answer_to_an_item_holds_and_every_one_is_kept(attempt):
    item, other = attempt.form["items"][:2]
    row, receipts = record(attempt, answer(item, WRONG), answer(other), answer(item, KEY))
    assert responses(attempt) == {item: KEY, other: KEY}
    assert list(AttemptEvent.objects.values_list("number", "item", "response")) == [
        (1, item, WRONG),
        (2, other, KEY),
        (3, item, KEY),
    ]
    assert (row.events, row.position, codes(receipts)) == (3, item, ["", "", ""])
    assert differences() == []


def test_an_answer_is_taken_back_by_clearing_it_or_by_answering_nothing(attempt):
    item, other = attempt.form["items"][:2]
    record(attempt, answer(item), answer(other))
    record(attempt, event("cleared", item), answer(other, None))
    assert responses(attempt) == {}
    assert list(AttemptEvent.objects.filter(number__gt=2).values_list("kind", flat=True)) == ["cleared", "cleared"]
    assert differences() == []


def test_flags_and_the_place_are_kept(attempt):
    first, second, third = attempt.form["items"][:3]
    row, _ = record(
        attempt,
        event("flagged", second),
        event("flagged", first),
        event("shown", third),
        event("left"),
        event("resumed"),
    )
    assert (row.flags, row.position) == (sorted([first, second]), third)
    row, _ = record(attempt, event("unflagged", second))
    assert row.flags == [first]
    assert differences() == []


def test_what_was_sent_before_is_found_again_and_recorded_once(attempt):
    sent = [answer(item) for item in attempt.form["items"][:3]]
    record(attempt, *sent[:2])
    row, receipts = record(attempt, *sent, sent[2], now=NOON + SECOND)
    assert [one.repeated for one in receipts] == [True, True, False, True]
    assert [one.client_id for one in receipts] == [one.client_id for one in [*sent, sent[2]]]
    assert (row.events, AttemptEvent.objects.count()) == (3, 3)
    again, receipts = record(attempt, *sent, now=NOON + 2 * SECOND)
    assert all(one.repeated for one in receipts)
    assert (again.events, Attempt.objects.get().events, again.answers) == (3, 3, row.answers)
    assert differences() == []


def test_one_browsers_id_may_stand_in_two_attempts(attempt):
    other = start(make_paper(), ALICE + 1)
    sent = uuid.uuid4()
    for one in (attempt, other):
        _, [receipt] = record(one, api.Event(sent, "answered", one.form["items"][0], KEY))
        assert (receipt.repeated, receipt.refusal) == (False, None)


def test_an_item_that_is_not_on_the_form_is_refused_and_holds_up_nothing(attempt):
    item = attempt.form["items"][0]
    foreign = next(
        name for name in ("d1-01", "d1-02", "d1-03", "d1-04", "d1-05", "d1-06") if name not in attempt.form["items"]
    )
    _, receipts = record(
        attempt, answer(foreign), answer("nowhere"), answer(""), event("flagged"), event("shown", foreign), answer(item)
    )
    assert codes(receipts) == ["not_on_form"] * 5 + [""]
    assert str(receipts[0].refusal) == "This question is not on your form."
    assert responses(attempt) == {item: KEY}
    assert (AttemptEvent.objects.count(), Attempt.objects.get().flags) == (1, [])


@pytest.mark.parametrize(
    ("response", "code"),
    [
        ("z", "answer_unknown"),
        ("x" * 10_000, "answer_unknown"),
        (["b"], "answer_wrong_form"),
        (7, "answer_wrong_form"),
        ({"response": "b"}, "answer_wrong_form"),
        ("b\x00", "answer_unknown"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_the_rest_is_kept(attempt, response, code):
    first, second = attempt.form["items"][:2]
    _, receipts = record(attempt, answer(first, response), answer(second))
    assert codes(receipts) == [code, ""]
    assert responses(attempt) == {second: KEY}


def test_ten_thousand_characters_of_words_are_refused_and_the_rest_is_kept():
    attempt = start(make_paper(words=8))
    first, second = [item for item in attempt.form["items"] if item not in attempt.form["pilot"]][:2]
    _, receipts = record(attempt, answer(first, "x" * 10_000), answer(second, "  Lock "))
    assert codes(receipts) == ["answer_too_long", ""]
    assert responses(attempt) == {second: "Lock"}


def test_an_event_of_no_known_kind_is_refused(attempt):
    _, receipts = record(attempt, event("cheated"), event("left"))
    assert codes(receipts) == ["unknown_event", ""]


def test_two_hundred_at_once_are_taken_and_not_one_more(attempt):
    items = attempt.form["items"]
    events = [answer(items[number % 10], "abcd"[number % 4]) for number in range(200)]
    row, receipts = record(attempt, *events)
    assert (row.events, set(codes(receipts))) == (200, {""})
    with pytest.raises(WestmecError) as refused:
        record(attempt, *events, answer(items[0]))
    assert refused.value.code == "too_many_events"
    assert AttemptEvent.objects.count() == 200
    assert differences() == []


def test_nothing_is_written_for_an_empty_batch(attempt):
    row, receipts = record(attempt)
    assert (row.events, receipts, Attempt.objects.get().events) == (0, [], 0)


def test_nobody_elses_attempt_nor_one_of_another_block_is_touched(attempt):
    given = answer(attempt.form["items"][0])
    for wrong in ({"learner_id": CHARLIE}, {"usage": str(OTHER_EXAM)}):
        with pytest.raises(NotFound) as refused:
            record(attempt, given, **wrong)
        assert refused.value.code == "unknown_attempt"
    with pytest.raises(NotFound):
        api.record_events(str(EXAM), attempt_id=uuid.uuid4(), learner_id=ALICE, events=[given], now=NOON)
    assert (Attempt.objects.get().events, AttemptEvent.objects.exists()) == (0, False)


def test_an_answer_in_the_grace_counts_and_one_after_it_is_kept_apart(attempt):
    first, second = attempt.form["items"][:2]
    end = NOON + HOUR
    row, [receipt] = record(attempt, answer(first), now=end + GRACE - SECOND)
    assert (row.state, receipt.late) == ("open", False)
    row, [receipt] = record(attempt, answer(second), now=end + GRACE)
    assert (row.state, row.closed_by, row.closed_at, receipt.late, row.late) == ("closed", "time", end, True, 1)
    assert responses(attempt) == {first: KEY}
    assert differences() == []


def test_what_comes_after_the_end_changes_nothing_but_what_waits(attempt):
    item = attempt.form["items"][0]
    record(attempt, answer(item))
    closed = close(attempt)
    row, receipts = record(attempt, answer(item, WRONG), event("flagged", item), event("cleared", item), event("left"))
    assert [one.late for one in receipts] == [True] * 4
    assert (row.late, row.flags, row.result, row.answers) == (2, [], closed.result, closed.answers)
    _, [receipt] = record(attempt, answer("nowhere"))
    assert receipt.refusal.code == "not_on_form"
    assert differences() == []


def test_the_clients_own_time_is_kept_where_it_can_be_and_trusted_nowhere(attempt):
    item = attempt.form["items"][0]
    odd = [
        datetime(2026, 3, 2, 11, tzinfo=UTC),
        datetime(1969, 12, 31, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime(2026, 3, 2, 11),
    ]
    record(attempt, *[answer(item, KEY, given_at=moment) for moment in odd])
    rows = AttemptEvent.objects.order_by("number")
    assert [row.given_at for row in rows] == [odd[0], None, None, None]
    assert {row.recorded_at for row in rows} == {NOON}


def test_recording_takes_as_many_statements_for_fifty_items_as_for_ten_and_whatever_happened_before():
    small, large = start(make_paper()), start(make_paper(OTHER_EXAM, size=50))
    _, one = counted(lambda: record(small, answer(small.form["items"][0])))
    _, ten = counted(lambda: record(small, *[answer(item) for item in small.form["items"]]))
    _, fifty = counted(lambda: record(large, *[answer(item) for item in large.form["items"]]))
    _, again = counted(lambda: record(large, *[answer(item) for item in large.form["items"]]))
    assert len(one) == len(ten) == len(fifty) == len(again)
    # Besides a savepoint and its release: lock, read, look for repeated ones, read the version, insert, update.
    assert len(one) == 8


def test_many_learners_change_nothing_for_one():
    paper = make_paper()
    first = start(paper)
    _, few = counted(lambda: record(first, answer(first.form["items"][0])))
    for learner in LEARNERS[1:]:
        record(start(paper, learner), event("left"))
    _, many = counted(lambda: record(first, answer(first.form["items"][1])))
    assert len(few) == len(many)
