"""A key was wrong: what scoring anew would change for whom, and then all of it or nothing."""

import uuid
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from tests.records.conftest import ALICE, BEA, BOB, LEARNERS, at
from tests.records.exams import (
    EXAM,
    HOUR,
    KEY,
    NOON,
    answer,
    by,
    close,
    differences,
    make_paper,
    record,
    safety,
    start,
    take,
    work,
)
from tests.records.statements import counted
from westmec_xblocks.domain.refusals import Conflict, WestmecError
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act, Attempt, Outbox, Status

pytestmark = pytest.mark.django_db


def scored(attempt):
    return [item for item in attempt.form["items"] if item not in attempt.form["pilot"]]


def grades(learner=ALICE):
    return list(Outbox.objects.filter(learner_id=learner, kind="grade").order_by("id").values_list("earned", flat=True))


def everything():
    return [list(table.objects.order_by("pk").values()) for table in (Act, Attempt, Outbox, Status)]


def test_a_changed_key_changes_the_results_of_whoever_was_asked():
    paper = make_paper(credit="score")
    first, other = take(paper), take(paper, ALICE + 1)
    item = next(one for one in scored(first) if one not in other.form["items"])
    mended = make_paper(credit="score", keys={item: "c"})
    [change] = api.rescoring_of(mended)
    assert (change.attempt_id, change.learner_id, change.number) == (first.id, ALICE, 1)
    assert (change.before.earned, change.after.earned) == (8, 7)
    assert (change.grade_before, change.grade_after) == (1, Fraction(7, 8))
    assert api.rescore(mended, by=by(at(3), "Key of the item"), expected=1) == [change]
    first.refresh_from_db()
    assert (first.result["earned"], first.result["items"][item], first.form) == ("7", "0", first.form)
    assert (grades(), grades(ALICE + 1)) == ([0.0, 40.0, 35.0], [0.0, 40.0])
    act = Act.objects.get(kind="rescored")
    assert (act.actor_id, act.note, act.digest) == (BOB, "Key of the item", mended.assessment.digest)
    assert (act.detail["before"]["earned"], act.detail["result"]["earned"]) == ("8", "7")
    assert api.last_rescored(mended.usage) == at(3)
    assert api.rescoring_of(mended) == []
    assert differences() == []


def test_looking_writes_nothing():
    paper = make_paper()
    attempt = take(paper)
    before = everything()
    api.rescoring_of(make_paper(keys={scored(attempt)[0]: "c"}), {scored(attempt)[1]: "drop"})
    assert everything() == before


def test_a_credited_item_is_right_for_everybody_and_a_dropped_one_is_asked_of_nobody():
    paper = make_paper()
    attempt = start(paper)
    items = scored(attempt)
    close(work(attempt, wrong=items[:3]))
    [credited] = api.rescoring_of(paper, {items[0]: "credit"})
    assert (credited.after.earned, credited.after.possible) == (6, 8)
    [dropped] = api.rescoring_of(paper, {items[0]: "drop", items[1]: "drop"})
    assert (dropped.after.earned, dropped.after.possible, dropped.after.needed) == (5, 6, 5)
    assert dropped.after.minimums[0].possible == 2
    with pytest.raises(WestmecError) as refused:
        api.rescoring_of(paper, {items[0]: "ignore"})
    assert refused.value.code == "unknown_decision"


def test_a_credited_pilot_stays_a_pilot():
    paper = make_paper()
    attempt = take(paper, wrong=1)
    assert api.rescoring_of(paper, {attempt.form["pilot"][0]: "credit"}) == []


def test_a_credit_may_turn_a_miss_into_a_pass_and_says_so_to_the_host():
    paper = make_paper(credit="passed")
    attempt = start(paper)
    missed = safety(attempt)[:2]
    close(work(attempt, wrong=missed))
    assert api.rescore(paper, by=by(at(5)), expected=1, decided={missed[0]: "credit"})[0].grade_after == 1
    assert grades() == [0.0, 40.0]
    status = Status.objects.get()
    assert (status.state, status.since) == ("holds", NOON.date())
    assert differences() == []


def test_the_cut_and_the_minimums_stay_those_that_the_learner_was_told():
    attempt = take(make_paper(cut="70%"), wrong=2)
    stricter = make_paper(cut="100%")
    assert api.rescoring_of(stricter) == []
    [change] = api.rescoring_of(stricter, {scored(attempt)[0]: "drop"})
    assert (change.after.needed, change.after.passed) == (5, True)


def test_an_item_that_left_the_bank_keeps_its_key():
    attempt = take(make_paper())
    gone = scored(attempt)[0]
    assert api.rescoring_of(make_paper(without=[gone])) == []
    [change] = api.rescoring_of(make_paper(without=[gone]), {gone: "drop"})
    assert change.after.possible == 7


def test_what_was_decided_before_holds_until_it_is_decided_otherwise():
    paper = make_paper()
    attempt = start(paper)
    first, second = scored(attempt)[:2]
    close(work(attempt, wrong=[first, second]))
    api.rescore(paper, by=by(at(3)), expected=1, decided={first: "credit"})
    assert api.decided_items(paper.usage) == {first: "credit"}
    api.rescore(paper, by=by(at(4)), expected=1, decided={second: "credit"})
    assert api.decided_items(paper.usage) == {first: "credit", second: "credit"}
    attempt.refresh_from_db()
    assert attempt.result["earned"] == "8"
    api.rescore(paper, by=by(at(5)), expected=1, decided={first: "by_key"})
    attempt.refresh_from_db()
    assert (attempt.result["earned"], api.decided_items(paper.usage)) == ("7", {second: "credit"})
    assert api.decided_items("block-v1:a+b+c+type@westmec_assessment+block@none") == {}
    assert differences() == []


def test_an_attempt_that_closes_later_is_scored_by_its_own_version_and_shown_at_the_next_look():
    paper = make_paper()
    open_one, done = start(paper), take(paper, ALICE + 1)
    mended = make_paper(keys=dict.fromkeys([*scored(open_one), *scored(done)], "c"))
    api.rescore(mended, by=by(), expected=1)
    close(work(open_one))
    open_one.refresh_from_db()
    assert open_one.passed
    [change] = api.rescoring_of(mended)
    assert change.attempt_id == open_one.id
    assert differences() == []


def test_open_and_void_attempts_are_left_alone():
    paper = make_paper()
    first = take(paper)
    api.void_attempt(paper, learner_id=ALICE, attempt_id=first.id, by=by())
    second = start(paper, now=NOON + HOUR)
    items = [*scored(first), *scored(second)]
    assert api.rescoring_of(make_paper(keys=dict.fromkeys(items, "c"))) == []


def test_another_number_than_was_shown_changes_nothing():
    paper = make_paper()
    attempt = take(paper)
    mended = make_paper(keys=dict.fromkeys(scored(attempt), "c"))
    assert len(api.rescoring_of(mended)) == 1
    other = start(paper, ALICE + 1)
    record(other, *[answer(item) for item in scored(attempt) if item in other.form["items"]])
    record(other, *[answer(item) for item in scored(other)])
    both = make_paper(keys=dict.fromkeys([*scored(attempt), *scored(other)], "c"))
    close(other)
    before = everything()
    with pytest.raises(Conflict) as refused:
        api.rescore(both, by=by(), expected=1)
    assert (refused.value.code, str(refused.value)) == (
        "rescoring_stale",
        "2 results would change now, not 1 as shown before. Please look again.",
    )
    assert everything() == before
    assert len(api.rescore(both, by=by(), expected=2)) == 2


def test_repeated_under_the_same_id_it_changes_nothing():
    paper = make_paper()
    attempt = take(paper)
    mended, said = make_paper(keys={scored(attempt)[0]: "c"}), by(at(3))
    assert len(api.rescore(mended, by=said, expected=1)) == 1
    before = everything()
    assert api.rescore(mended, by=said, expected=1) == []
    assert everything() == before
    for other in (by(client_id=said.client_id, reason="other"), by(client_id=said.client_id, actor=BEA)):
        with pytest.raises(Conflict) as refused:
            api.rescore(mended, by=other, expected=1)
        assert refused.value.code == "id_used"


def test_nothing_to_change_is_recorded_as_nothing():
    paper = make_paper()
    take(paper)
    before = everything()
    assert api.rescore(paper, by=by(), expected=0) == []
    assert api.rescore(make_paper(), by=by(), expected=0) == []
    assert everything() == before


def test_a_failure_in_the_middle_leaves_nothing():
    paper = make_paper()
    attempts = [take(paper, learner) for learner in LEARNERS[:5]]
    mended = make_paper(keys={item.id: "c" for item in paper.assessment.items})
    said = by()
    # The last learner has an act already under the id that the rescoring will want.
    taken = uuid.uuid5(said.client_id, str(attempts[-1].id))
    api.grant_attempt(paper, learner_id=LEARNERS[4], by=by(client_id=taken))
    before = everything()
    with pytest.raises(IntegrityError), transaction.atomic():
        api.rescore(mended, by=said, expected=5)
    assert everything() == before
    assert len(api.rescore(mended, by=by(), expected=5)) == 5
    assert differences() == []


def test_the_number_of_statements_does_not_grow_with_learners_or_attempts():
    paper = make_paper(attempts="unlimited")
    mended = make_paper(attempts="unlimited", keys={item.id: "c" for item in paper.assessment.items})
    again = make_paper(attempts="unlimited", keys={item.id: KEY for item in paper.assessment.items}, cut="71%")
    for learner in LEARNERS[:2]:
        take(paper, learner)
    _, few = counted(lambda: api.rescoring_of(mended))
    _, few_written = counted(lambda: api.rescore(mended, by=by(), expected=2))
    for learner in LEARNERS[2:]:
        take(paper, learner)
    for number in range(1, 15):
        take(paper, now=NOON + number * HOUR)
    changes, many = counted(lambda: api.rescoring_of(mended))
    assert (len(changes), len(few), len(many)) == (37, 3, 3)
    changes, many_written = counted(lambda: api.rescore(mended, by=by(), expected=37))
    assert len(many_written) == len(few_written)
    assert len(api.rescoring_of(again)) == 39


def test_a_block_without_attempts_has_nothing_to_score():
    assert api.rescoring_of(make_paper()) == []
    assert api.rescore(make_paper(), by=by(), expected=0) == []
    assert api.last_rescored(str(EXAM)) is None
