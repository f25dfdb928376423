"""What learners are granted: all of a list or nothing, once, the newest holds, and who may see it is somebody else's to check."""

import uuid
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.records.conftest import ALICE, BEA, BOB, COURSE, LEARNERS, at
from tests.records.exams import CODE, HOUR, NOON, OTHER_EXAM, differences, make_paper, start, take
from tests.records.statements import counted
from westmec_xblocks.domain.assessment.attempts import Accommodation
from westmec_xblocks.domain.refusals import Conflict, WestmecError
from westmec_xblocks.records import api, models

pytestmark = pytest.mark.django_db


def grant(*grants, client_id=None, now=NOON, actor=BOB, course=COURSE):
    return api.grant_accommodations(course, grants=grants, actor_id=actor, client_id=client_id or uuid.uuid4(), now=now)


def holds(learner=ALICE, paper=None):
    return api.exam_record(paper or make_paper(), learner).ledger.accommodation


def test_everything_that_can_be_granted_reaches_the_rules():
    grant(
        api.Granting(
            ALICE,
            time_factor=Decimal("1.25"),
            break_minutes=15,
            extra_attempts=2,
            window_hours=48,
            language="es",
            reason="Letter of the disability office",
        )
    )
    assert holds() == Accommodation(Fraction(5, 4), timedelta(minutes=15), 2, timedelta(hours=48), "es")
    assert holds(ALICE + 1) == Accommodation()
    [one] = api.accommodations(COURSE)
    assert (one.granting.reason, one.granted_by, one.granted_at) == ("Letter of the disability office", BOB, NOON)


def test_a_granted_language_goes_before_the_one_that_was_chosen():
    grant(api.Granting(ALICE, language="es"))
    paper = make_paper()
    assert start(paper, language="en").language == "es"
    assert start(paper, ALICE + 1, language="en").language == "en"


def test_the_newest_grant_holds():
    grant(api.Granting(ALICE, time_factor=Decimal(2), break_minutes=10))
    grant(api.Granting(ALICE, time_factor=Decimal("1.5")), now=NOON + HOUR)
    assert holds() == Accommodation(Fraction(3, 2))
    assert [one.granting.time_factor for one in api.accommodations(COURSE)] == [Decimal("1.5")]
    assert models.Accommodation.objects.count() == 2


def test_what_is_granted_for_the_exam_goes_before_what_is_granted_for_the_course():
    grant(api.Granting(ALICE, CODE, time_factor=Decimal(3)))
    grant(api.Granting(ALICE, time_factor=Decimal(2)), now=NOON + HOUR)
    assert holds().time_factor == 3
    other = make_paper(OTHER_EXAM, code="WM.PD2.Y")
    assert holds(paper=other).time_factor == 2
    assert len(api.accommodations(COURSE)) == 2
    assert len(api.accommodations(COURSE, code="WM.PD2.Y")) == 1


def test_taking_the_exams_grant_back_lets_the_courses_hold_again():
    grant(api.Granting(ALICE, time_factor=Decimal(2)), api.Granting(ALICE, CODE, time_factor=Decimal(3)))
    grant(api.Granting(ALICE, CODE), now=NOON + HOUR)
    assert holds().time_factor == 2
    assert [one.granting.code for one in api.accommodations(COURSE)] == [""]
    grant(api.Granting(ALICE), now=NOON + 2 * HOUR)
    assert holds() == Accommodation()
    assert api.accommodations(COURSE) == []


def test_another_course_run_knows_nothing_of_it():
    grant(api.Granting(ALICE, time_factor=Decimal(2)), course=COURSE.replace(run="2027"))
    assert holds() == Accommodation()
    assert api.accommodations(COURSE) == []


def test_a_list_is_recorded_whole_or_not_at_all():
    good = [api.Granting(learner, time_factor=Decimal(2)) for learner in LEARNERS[:5]]
    for wrong, code in (
        (api.Granting(LEARNERS[6], time_factor=Decimal("0.5")), "out_of_range"),
        (api.Granting(LEARNERS[6], time_factor=Decimal("NaN")), "out_of_range"),
        (api.Granting(LEARNERS[6], time_factor=Decimal("Infinity")), "out_of_range"),
        (api.Granting(LEARNERS[6], time_factor=Decimal("1.333")), "too_exact"),
        (api.Granting(LEARNERS[6], break_minutes=-1), "out_of_range"),
        (api.Granting(LEARNERS[6], extra_attempts=21), "out_of_range"),
        (api.Granting(LEARNERS[6], window_hours=10_000), "out_of_range"),
        (api.Granting(LEARNERS[6], reason="x" * 2001), "too_long"),
        (api.Granting(LEARNERS[6], language="x" * 21), "too_long"),
        (api.Granting(LEARNERS[6], "W" * 151), "too_long"),
        (good[0], "named_twice"),
    ):
        with pytest.raises(WestmecError) as refused:
            grant(*good, wrong)
        assert refused.value.code == code
    assert not models.Accommodation.objects.exists()
    assert grant(*good) == 5


def test_the_same_list_sent_again_adds_nothing_and_another_under_its_id_is_refused():
    sent = uuid.uuid4()
    grants = [
        api.Granting(ALICE, time_factor=Decimal("1.5"), reason=" Letter "),
        api.Granting(ALICE, CODE, break_minutes=5),
        api.Granting(ALICE + 1, extra_attempts=1),
    ]
    assert [grant(*grants, client_id=sent), grant(*grants, client_id=sent, now=NOON + HOUR)] == [3, 0]
    for other in (
        [*grants, api.Granting(ALICE + 2, break_minutes=5)],
        grants[:2],
        [api.Granting(ALICE, break_minutes=1)],
    ):
        with pytest.raises(Conflict) as refused:
            grant(*other, client_id=sent)
        assert refused.value.code == "id_used"
    assert models.Accommodation.objects.count() == 3
    assert {row.reason for row in models.Accommodation.objects.all()} == {"Letter", ""}


def test_extra_attempts_apply_at_once():
    paper = make_paper(attempts="1")
    take(paper)
    with pytest.raises(WestmecError):
        start(paper)
    grant(api.Granting(ALICE, extra_attempts=1))
    take(paper)
    grant(api.Granting(ALICE), now=NOON + HOUR)
    with pytest.raises(WestmecError) as refused:
        start(paper, now=at(3))
    assert (refused.value.code, str(refused.value)) == ("no_attempt_left", "All attempts are used: 1.")
    assert differences() == []


def test_granting_and_looking_take_as_many_statements_for_twenty_five_learners_as_for_two():
    _, few = counted(lambda: grant(*[api.Granting(learner, break_minutes=5) for learner in LEARNERS[:2]], actor=BEA))
    _, few_seen = counted(lambda: api.accommodations(COURSE))
    _, many = counted(lambda: grant(*[api.Granting(learner, break_minutes=5) for learner in LEARNERS], actor=BEA))
    found, many_seen = counted(lambda: api.accommodations(COURSE))
    assert len(found) == 25
    assert len(few) == len(many)
    assert len(few_seen) == len(many_seen) == 1
