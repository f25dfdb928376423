"""What must be true of every checklist and every history."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.cases import (
    cases,
    checklists,
    demonstrations,
    history,
    line,
    listed,
    ratings,
    second,
    shown,
    standing,
)
from westmec_xblocks.domain.checklist.definition import Credit, Flag, SecondEvaluator, Section
from westmec_xblocks.domain.checklist.facts import Kind, Rating
from westmec_xblocks.domain.checklist.judging import State, judge
from westmec_xblocks.domain.checklist.outcomes import Why
from westmec_xblocks.domain.checklist.scale import FIVE_POINT, FIVE_POINT_INVERTED, MET, NOT_APPLICABLE, NOT_MET

UNCOUNTED = (Kind.PRACTICE, Kind.PEER, Kind.SELF)


def verdict(judged):
    """All of a standing but the list of outcomes."""
    return replace(judged, outcomes=())


def held(judged):
    return {one.skill for one in judged.lines if one.state is State.HOLDS}


@given(cases(kinds=(Kind.EVALUATED, *UNCOUNTED)))
def test_practice_peer_and_self_ratings_never_change_a_standing(case):
    checklist, made = case
    evaluated = [one for one in made if one.kind is Kind.EVALUATED]
    assert verdict(standing(checklist, *made)) == verdict(standing(checklist, *evaluated))


@given(cases(), st.randoms())
def test_the_order_of_recording_does_not_matter(case, random):
    checklist, made = case
    shuffled = random.sample(made, len(made))
    renumbered = [replace(one, sequence=place) for place, one in enumerate(shuffled)]
    assert verdict(standing(checklist, *renumbered)) == verdict(standing(checklist, *made))


@given(cases(), st.data())
def test_a_further_demonstration_that_counts_never_takes_a_line_away(case, data):
    checklist, made = case
    last = shown(99, data.draw(ratings(checklist)), variant="truck")
    after = standing(checklist, *made, last)
    assume(after.outcomes[-1].counts)
    assert held(standing(checklist, *made)) <= held(after)


@given(cases(), st.data())
def test_a_later_safety_failure_never_raises_the_score(case, data):
    checklist, made = case
    failed = {name: one for name, one in data.draw(ratings(checklist)).items() if one.value != NOT_APPLICABLE}
    safety = [skill.id for skill in checklist.skills if skill.flag is Flag.SAFETY]
    assume(safety)
    after = standing(checklist, *made, shown(99, {**failed, safety[0]: NOT_MET}, variant="truck"))
    assert after.score <= standing(checklist, *made).score
    assert not after.passed


@given(cases(), st.randoms())
def test_the_order_of_the_lines_and_their_sections_change_nothing(case, random):
    checklist, made = case
    skills = list(checklist.skills)
    shuffled = random.sample(skills, len(skills))
    cut = random.randint(0, len(skills))
    sections = tuple(Section(checklist.sections[0].title, tuple(part)) for part in (shuffled[:cut], shuffled[cut:]))
    one, other = standing(checklist, *made), standing(replace(checklist, sections=sections), *made)
    assert {each.skill: each for each in one.lines} == {each.skill: each for each in other.lines}
    assert (one.passed, one.score, one.mean, one.since) == (other.passed, other.score, other.mean, other.since)


@given(cases(kinds=(Kind.EVALUATED, Kind.PRACTICE)), st.sampled_from(Credit))
def test_a_score_is_a_share_and_a_pass_means_that_everything_assessed_holds(case, credit):
    checklist, made = case
    judged = standing(replace(checklist, credit=credit), *made)
    assessed = [one for one in judged.lines if one.state is not State.NOT_ASSESSED]
    assert 0 <= judged.score <= 1
    if judged.passed:
        assert judged.score == 1
        assert assessed
        assert all(one.state is State.HOLDS for one in assessed)
        assert judged.mean_reached
        assert judged.since == max(one.since for one in assessed)
    if credit is Credit.LINES and assessed:
        assert judged.score == Fraction(len(held(judged)), len(assessed))


@given(cases())
def test_a_line_that_is_not_applicable_is_as_if_it_were_not_on_the_list(case):
    checklist, made = case
    extra = line("n", not_applicable="equipment")
    longer = listed(*checklist.skills, extra, mean=checklist.mean, demonstrations=checklist.demonstrations)
    shorter = replace(longer, sections=checklist.sections)
    na = shown(99, {"n": Rating(NOT_APPLICABLE, reason="no such machine")})
    one, other = standing(longer, *made, na), standing(shorter, *made)
    assert one.line("n").state is State.NOT_ASSESSED
    assert (one.score, one.passed, one.mean, one.since) == (other.score, other.passed, other.mean, other.since)


@given(cases())
def test_every_standing_agrees_with_the_rules_read_out_one_by_one(case):
    """An oracle without bookkeeping: the counted demonstrations after the last one that ended the line's credit."""
    checklist, made = case
    judged = standing(checklist, *made)
    enough = set()
    for skill in checklist.skills:
        rule = checklist.rule_for(skill)
        ends = [place for place, one in enumerate(judged.outcomes) if skill.id in one.ends_credit]
        credits = [
            one.demonstration
            for one in judged.outcomes[ends[-1] + 1 if ends else 0 :]
            if one.counts and one.ratings.get(skill.id, Rating("0")).value not in ("0", NOT_APPLICABLE)
        ]
        dates = {one.observed_on for one in credits}
        variants = {one.variant for one in credits}
        if len(credits) >= rule.demonstrations and len(dates) >= rule.days and len(variants) >= rule.variants:
            enough.add(skill.id)
        assert judged.line(skill.id).counted == len(credits)
    first = next(iter(checklist.skills)).id
    holds = {skill.id for skill in checklist.skills if skill.id in enough and (not skill.requires or first in enough)}
    assert held(judged) == holds


@given(checklists(), st.data())
def test_a_double_rated_disagreement_on_safety_gives_no_line_anything(checklist, data):
    safety = [skill.id for skill in checklist.skills if skill.flag is Flag.SAFETY]
    assume(safety)
    made = data.draw(demonstrations(checklist))
    first = shown(99, {**data.draw(ratings(checklist)), safety[0]: MET}, paired=True)
    rated = second(first, {name: one.value for name, one in first.ratings.items()} | {safety[0]: NOT_MET})
    before = standing(checklist, *made)
    after = judge(checklist, history(*made, first, second_ratings=[rated]))
    assert after.outcomes[-1].why_not is Why.AWAITS_SETTLEMENT
    assert [(one.counted, one.level) for one in after.lines] == [(one.counted, one.level) for one in before.lines]
    assert held(after) == held(before)


@given(st.lists(st.dictionaries(st.sampled_from("QOP"), st.integers(1, 5)), max_size=5), st.integers(10, 50))
def test_a_scale_on_which_one_is_best_mirrors_the_usual_one(rated, tenths):
    skills = (line("Q", "quality"), line("O"), line("P"))
    normal = listed(*skills, scale=FIVE_POINT, mean=Decimal(tenths) / 10)
    inverted = listed(*skills, scale=FIVE_POINT_INVERTED, mean=6 - Decimal(tenths) / 10)

    def judged(checklist, value):
        made = [
            shown(number, {name: str(value(level)) for name, level in levels.items()})
            for number, levels in enumerate(rated, start=1)
        ]
        return standing(checklist, *made)

    one, other = judged(normal, lambda level: level), judged(inverted, lambda level: 6 - level)
    assert [each.state for each in one.lines] == [each.state for each in other.lines]
    assert (one.passed, one.score, one.mean_reached) == (other.passed, other.score, other.mean_reached)
    assert one.mean is None if other.mean is None else one.mean == 6 - other.mean
    assert [each.why_not for each in one.outcomes] == [each.why_not for each in other.outcomes]


@given(cases(), st.booleans())
def test_asking_for_a_second_evaluator_never_makes_passing_easier(case, drawn):
    checklist, made = case
    asked = replace(checklist, second_evaluator=SecondEvaluator(Fraction(1, 2)))
    strict = standing(asked, *made, needs_second=drawn)
    assert strict.passed <= standing(checklist, *made).passed
    assert strict.lines == standing(checklist, *made).lines
