"""An attempt begins: who may, with which form, and from what it can be put together again."""

import uuid
from collections import Counter
from dataclasses import replace

import pytest
from opaque_keys.edx.keys import UsageKey

from tests.records.conftest import ALICE, BOB, LEARNERS, at
from tests.records.exams import (
    EXAM,
    FORM_A,
    HOUR,
    NOON,
    OTHER_EXAM,
    answer,
    by,
    close,
    differences,
    make_paper,
    record,
    safety,
    start,
    take,
)
from tests.records.statements import counted
from westmec_xblocks.domain.assessment.forms import CannotAssemble, assemble
from westmec_xblocks.domain.refusals import Conflict, NotFound, WestmecError
from westmec_xblocks.records import api, versions
from westmec_xblocks.records.exams.stored import form_of
from westmec_xblocks.records.models import Act, Attempt, Definition, ItemExposure, Status

pytestmark = pytest.mark.django_db


def test_a_form_fills_the_blueprint_and_is_stored_with_the_version_that_it_was_made_from():
    paper = make_paper()
    attempt = start(paper, language="es")
    assert Counter(item[:2] for item in attempt.form["items"]) == {"d1": 5, "d2": 5}
    assert len(attempt.form["pilot"]) == 2
    row = Attempt.objects.get()
    assert (row.form, row.digest, row.language, row.number, row.state) == (
        attempt.form,
        paper.assessment.digest,
        "es",
        1,
        "open",
    )
    assert (row.started_at, row.ends_at, row.possible) == (NOON, NOON + HOUR, 40.0)
    assert Definition.objects.get().olx == paper.olx
    assert differences() == []


def test_the_form_can_be_put_together_again_from_what_was_recorded():
    paper = make_paper(attempts="unlimited")
    for learner in LEARNERS[:4]:
        for number in range(3):
            take(paper, learner, NOON + number * HOUR)
    begun = list(Act.objects.filter(kind="attempt_started").order_by("recorded_at", "id"))
    assert sorted(act.detail["forms_before"] for act in begun) == list(range(12))
    before = Counter()
    for act in sorted(begun, key=lambda act: act.detail["forms_before"]):
        again = assemble(paper.assessment, seed=act.detail["form"]["seed"], seen=act.detail["seen"], exposure=before)
        assert again == form_of(act.detail["form"])
        assert act.detail["form"]["seed"] == str(act.id)
        before.update(act.detail["form"]["items"])


def test_a_second_attempt_avoids_what_was_seen_as_far_as_the_bank_allows():
    paper = make_paper(attempts="unlimited")
    first, second, third = (take(paper, now=NOON + number * HOUR) for number in range(3))
    assert set(first.form["items"]).isdisjoint(second.form["items"])
    assert second.form["seen_again"] == []
    assert len(third.form["seen_again"]) == 10
    assert Act.objects.filter(kind="attempt_started").order_by("number").last().detail["seen"] == sorted(
        [*first.form["items"], *second.form["items"]]
    )


def test_items_are_given_out_evenly():
    paper = make_paper()
    for learner in LEARNERS[:10]:
        start(paper, learner)
    tally = ItemExposure.objects.get()
    assert (tally.forms, sum(tally.counts.values())) == (10, 100)
    assert set(tally.counts.values()) == {5}
    assert len(tally.counts) == 20


def test_a_fixed_form_keeps_its_authors_order_and_one_that_is_not_there_is_refused():
    paper = make_paper(form=FORM_A)
    with pytest.raises(NotFound) as refused:
        start(paper, form_id="Z")
    assert refused.value.code == "unknown_form"
    attempt = start(paper, form_id="A")
    assert attempt.form["items"] == ["d1-01", "d1-02", "d2-01", "d2-02"]
    assert (attempt.form["fixed"], attempt.form["seed"]) == ("A", str(attempt.id))


def test_where_the_author_wrote_a_form_none_is_drawn():
    attempt = start(make_paper(form=FORM_A))
    assert (attempt.form["fixed"], attempt.form["items"]) == ("A", list(FORM_A))


def test_a_bank_that_cannot_fill_the_blueprint_begins_nothing():
    paper = make_paper(broken=True, without=[f"d2-{number:02}" for number in range(1, 9)])
    with pytest.raises(CannotAssemble) as refused:
        start(paper)
    assert refused.value.code == "form_impossible"
    assert refused.value.shortages
    assert not Act.objects.exists()
    assert not Status.objects.exists()
    assert not ItemExposure.objects.filter(forms__gt=0).exists()


def test_a_fixed_form_of_which_nothing_is_left_begins_nothing():
    paper = make_paper(broken=True, form=["gone"])
    with pytest.raises(CannotAssemble):
        start(paper, form_id="A")
    assert not Attempt.objects.exists()


def test_starting_again_under_the_same_id_gives_the_same_attempt():
    paper, client_id = make_paper(), uuid.uuid4()
    first = start(paper, client_id=client_id)
    again = start(paper, client_id=client_id, now=NOON + HOUR)
    assert (again.id, again.form, again.started_at) == (first.id, first.form, NOON)
    assert (Act.objects.count(), Attempt.objects.count(), ItemExposure.objects.get().forms) == (1, 1, 1)
    close(first)
    assert start(paper, client_id=client_id, now=NOON + 2 * HOUR).state == "closed"


def test_an_id_that_stands_for_something_else_starts_nothing():
    paper, client_id = make_paper(), uuid.uuid4()
    api.grant_attempt(paper, learner_id=ALICE, by=by(client_id=client_id))
    with pytest.raises(Conflict) as refused:
        start(paper, client_id=client_id)
    assert refused.value.code == "id_used"


def test_one_attempt_at_a_time():
    paper = make_paper()
    start(paper)
    with pytest.raises(WestmecError) as refused:
        start(paper)
    assert refused.value.code == "attempt_open"
    assert start(paper, ALICE + 1).number == 1
    assert start(make_paper(OTHER_EXAM)).number == 1


def test_an_earlier_attempt_whose_time_is_up_is_closed_by_the_start_of_the_next():
    paper = make_paper()
    first = start(paper)
    record(first, answer(safety(first)[0]), now=NOON)
    second = start(paper, now=NOON + 2 * HOUR)
    first.refresh_from_db()
    assert (first.state, first.closed_by, first.closed_at, second.number) == ("closed", "time", NOON + HOUR, 2)
    assert first.result["earned"] == "1"
    assert list(Act.objects.order_by("number").values_list("kind", "actor_id")) == [
        ("attempt_started", ALICE),
        ("attempt_closed", None),
        ("attempt_started", ALICE),
    ]
    assert differences() == []


def test_the_platforms_dates_are_kept():
    paper = make_paper(opens=at(3), due=at(5))
    for moment, code in ((at(2), "not_open_yet"), (at(5), "closed"), (at(6), "closed")):
        with pytest.raises(WestmecError) as refused:
            start(paper, now=moment)
        assert refused.value.code == code
    assert start(paper, now=at(3)).ends_at == at(3) + HOUR


def test_a_code_or_id_that_is_too_long_to_keep_is_refused():
    paper = make_paper()
    long_code = replace(paper, assessment=replace(paper.assessment, code="W" * 151))
    items = (replace(paper.assessment.items[0], id="i" * 101), *paper.assessment.items[1:])
    long_id = replace(paper, assessment=replace(paper.assessment, items=items))
    for wrong in (long_code, long_id):
        with pytest.raises(WestmecError) as refused:
            start(wrong)
        assert refused.value.code == "code_too_long"
    with pytest.raises(WestmecError) as refused:
        start(paper, language="x" * 21)
    assert refused.value.code == "too_long"


def test_an_edit_changes_no_form_that_was_begun_and_rules_the_next_one():
    old, new = make_paper(), make_paper(without=["d1-01", "d2-01"], cut="90%", time_limit="30 min")
    first = start(old)
    version = versions.load([first.digest])[first.digest]
    assert version.digest == old.assessment.digest
    record(first, *[answer(item) for item in first.form["items"][:8]], now=NOON)
    closed = close(first, NOON + HOUR / 2)
    assert closed.result["needed"] == 6
    second = start(new, now=NOON + HOUR)
    assert second.digest == new.assessment.digest
    assert second.ends_at == NOON + HOUR + HOUR / 2
    assert Status.objects.get().digest == new.assessment.digest
    assert differences() == []


def test_beginning_takes_as_many_statements_with_fifty_items_as_with_ten_and_with_forty_attempts_as_with_two():
    small, large = make_paper(attempts="unlimited"), make_paper(OTHER_EXAM, size=50, attempts="unlimited")
    for paper in (small, large):
        take(paper)
        take(paper, now=NOON + HOUR)
    _, few = counted(lambda: start(small, now=NOON + 2 * HOUR))
    _, many_items = counted(lambda: start(large, now=NOON + 2 * HOUR))
    for learner in LEARNERS[1:]:
        start(small, learner)
    close(Attempt.objects.get(usage_key=str(EXAM), learner_id=ALICE + 1), NOON)
    for number in range(1, 40):
        take(small, ALICE + 1, NOON + number * HOUR)
    _, many_attempts = counted(lambda: start(small, ALICE + 1, now=NOON + 60 * HOUR))
    assert len(few) == len(many_items) == len(many_attempts)


def test_nothing_is_begun_outside_a_course_run():
    library = UsageKey.from_string("lb:West-MEC:bank:westmec_assessment:exam")
    with pytest.raises(NotFound) as refused:
        start(replace(make_paper(), usage_key=library))
    assert refused.value.code == "no_course"


def test_a_teacher_cannot_take_part_in_a_learners_attempt():
    attempt = start(make_paper())
    with pytest.raises(NotFound) as refused:
        record(attempt, answer(attempt.form["items"][0]), learner_id=BOB)
    assert refused.value.code == "unknown_attempt"
