"""What an evaluator may record, and every reason why not."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.cases import ANA, BEN, CAL, LEARNER, at, day, history, line, listed, second, shown, standing
from westmec_xblocks.domain.checklist.definition import Measure
from westmec_xblocks.domain.checklist.entry import (
    MAX_NOTE,
    MAX_VARIANT,
    Entry,
    check_entry,
    check_second_rating,
    check_settlement,
)
from westmec_xblocks.domain.checklist.facts import Kind, Rating, Reteach, Settlement, Stop
from westmec_xblocks.domain.durations import Span

VOLTS = Measure("V", at_most=Decimal("1.0"), readings=2)
LIST = listed(
    line("S", "safety"),
    line("Q", "quality"),
    line("O"),
    line("N", not_applicable="equipment"),
    line("M", "safety", measure=VOLTS),
    line("P", measure=VOLTS),
)
NOW = at(10, 12)


def entry(ratings=None, *, number=10, **more):
    rated = {"S": "met"} if ratings is None else ratings
    return Entry(
        learner=more.pop("learner", LEARNER),
        evaluator=more.pop("evaluator", ANA),
        observed_at=at(number),
        observed_on=day(number),
        ratings={name: one if isinstance(one, Rating) else Rating(one) for name, one in rated.items()},
        **more,
    )


def refusals(made, *demonstrations, checklist=LIST, held_codes=(), **more):
    happened = history(*demonstrations, **more)
    before = standing(checklist, *demonstrations, **more)
    found = check_entry(checklist, made, happened, before, now=NOW, held_codes=held_codes)
    assert not any("{" in str(refusal) for refusal in found)
    return [refusal.code for refusal in found]


def measured(value, *readings):
    return Rating(value, tuple(Decimal(reading) for reading in readings))


def test_an_ordinary_entry_is_taken():
    assert refusals(entry({"S": "met", "Q": "3", "O": "0", "N": Rating("na", reason="no lift")})) == []


def test_nobody_evaluates_themselves_but_everyone_may_check_themselves():
    assert refusals(entry(evaluator=LEARNER)) == ["own_skill"]
    assert refusals(entry(evaluator=LEARNER, kind=Kind.PRACTICE)) == ["own_skill"]
    assert refusals(entry(evaluator=LEARNER, stop=Stop("S", "fell"))) == ["own_skill"]
    assert refusals(entry(evaluator=LEARNER, kind=Kind.SELF)) == []


def test_what_is_still_to_come_cannot_have_been_observed():
    later = replace(entry(), observed_at=NOW + timedelta(seconds=1))
    assert refusals(later) == ["observed_in_future"]
    assert refusals(replace(entry(), observed_at=NOW)) == []


def test_something_must_be_rated_or_stopped():
    assert refusals(entry({})) == ["nothing_rated"]
    assert refusals(entry({}, stop=Stop("S", "reached in"))) == []


@pytest.mark.parametrize(
    ("ratings", "code"),
    [
        ({"Z": "3"}, "unknown_skill"),
        ({"O": "5"}, "off_scale"),
        ({"O": "met"}, "off_scale"),
        ({"O": ""}, "off_scale"),
        ({"S": "3"}, "off_scale"),
        ({"O": "3.0"}, "off_scale"),
        ({"S": "na"}, "na_not_allowed"),
        ({"Q": "na"}, "na_not_allowed"),
        ({"O": "na"}, "na_not_allowed"),
        ({"N": "na"}, "na_without_reason"),
        ({"N": Rating("na", reason="  ")}, "na_without_reason"),
        ({"O": measured("3", "1")}, "not_measured"),
        ({"O": Rating("3", note="x" * (MAX_NOTE + 1))}, "too_long"),
        ({"N": Rating("na", reason="x" * (MAX_NOTE + 1))}, "too_long"),
        ({"M": measured("met")}, "readings_missing"),
        ({"M": measured("met", "0.1")}, "readings_missing"),
        ({"M": measured("met", "0.1", "1.1")}, "reading_out_of_limits"),
        ({"M": measured("met", "0.1", "0.2", "0.3")}, "too_many_readings"),
        ({"M": measured("not_met", "0.1", "0.2", "0.3")}, "too_many_readings"),
        ({"M": measured("not_met", "NaN")}, "reading_not_a_number"),
        ({"M": measured("met", "Infinity", "0")}, "reading_not_a_number"),
        ({"P": measured("3", "0.1", "1.1")}, "reading_out_of_limits"),
        ({"P": measured("2", "0.1")}, "readings_missing"),
    ],
)
def test_a_rating_that_the_list_does_not_allow_is_refused(ratings, code):
    assert refusals(entry(ratings)) == [code]


@pytest.mark.parametrize(
    "ratings",
    [
        {"M": measured("met", "0", "1.0")},
        {"M": measured("not_met", "5")},
        {"M": measured("not_met")},
        {"P": measured("2", "0.1", "1.1")},
        {"P": measured("1")},
        {"P": measured("0")},
    ],
)
def test_readings_are_asked_for_only_where_the_rating_rests_on_them(ratings):
    assert refusals(entry(ratings)) == []


def test_every_reason_is_named_at_once():
    assert refusals(entry({"Z": "3", "O": "5", "S": "na"}, evaluator=LEARNER)) == [
        "own_skill",
        "unknown_skill",
        "off_scale",
        "na_not_allowed",
    ]


def test_conditions_are_asked_for_where_a_line_needs_several():
    two = listed(line("S", "safety", variants=2, demonstrations=2), line("O"))
    assert refusals(entry(), checklist=two) == ["variant_missing"]
    assert refusals(entry(variant="  "), checklist=two) == ["variant_missing"]
    assert refusals(entry(variant="truck"), checklist=two) == []
    assert refusals(entry({"O": "3"}), checklist=two) == []
    assert refusals(entry(kind=Kind.PRACTICE), checklist=two) == []
    assert refusals(entry(stop=Stop("S", "fell")), checklist=two) == []
    assert refusals(entry(variant="x" * (MAX_VARIANT + 1)), checklist=two) == ["too_long"]


# Stops.


def test_a_stop_names_a_line_and_what_was_seen():
    assert refusals(entry(stop=Stop("Z", "fell"))) == ["unknown_skill"]
    assert refusals(entry(stop=Stop("S", " "))) == ["stop_without_act"]
    assert refusals(entry(stop=Stop("S", "x" * (MAX_NOTE + 1)))) == ["too_long"]


STOPPED = shown(5, {}, stop="S", id="stopped")


def taught(number, hour=10):
    return (Reteach("stopped", at(number, hour), BEN),)


def test_after_a_stop_a_new_attempt_needs_a_re_teach():
    assert refusals(entry(), STOPPED) == ["reteach_missing"]
    assert refusals(entry(), STOPPED, reteaches=taught(6)) == []


def test_the_re_teach_comes_before_the_new_attempt():
    assert refusals(entry(number=6), STOPPED, reteaches=taught(7)) == ["reteach_missing"]


def test_a_re_teach_of_another_stop_does_not_open_this_one():
    other = (Reteach("other", at(6), BEN),)
    assert refusals(entry(), STOPPED, reteaches=other) == ["reteach_missing"]


def test_a_new_attempt_opens_on_a_later_day():
    same_day = replace(entry(number=5), observed_at=at(5, 15))
    assert refusals(same_day, STOPPED, reteaches=taught(5)) == ["same_day_as_stop"]
    assert refusals(entry(number=6), STOPPED, reteaches=taught(5)) == []


def test_what_was_observed_before_the_stop_may_still_be_recorded():
    assert refusals(entry(number=4), STOPPED) == []


def test_every_open_stop_is_named():
    again = shown(6, {}, stop="Q", id="again")
    assert refusals(entry(), STOPPED, again) == ["reteach_missing", "reteach_missing"]
    assert refusals(entry(), STOPPED, again, reteaches=taught(6)) == ["reteach_missing"]


def test_another_stop_is_always_recorded():
    assert refusals(entry(stop=Stop("Q", "fell again")), STOPPED) == []


def test_a_stop_in_practice_closes_nothing():
    assert refusals(entry(), replace(STOPPED, kind=Kind.PRACTICE)) == []


# Requirements.

CHAIN = listed(
    line("a", "safety"),
    line("b", "safety", requires=("a", "WM.X.1")),
    line("c", requires=("WM.T.A.a",)),
    requires=("WM.E",),
)


def test_the_list_and_its_lines_wait_for_what_they_require():
    assert refusals(entry({"a": "met"}), checklist=CHAIN) == ["requirement_open"]
    assert refusals(entry({"b": "met"}), checklist=CHAIN, held_codes={"WM.E"}) == ["line_requirement_open"]
    assert refusals(entry({"b": "met", "a": "met"}), checklist=CHAIN, held_codes={"WM.E", "WM.X.1"}) == []
    assert refusals(entry({"c": "3"}), checklist=CHAIN, held_codes={"WM.E"}) == ["line_requirement_open"]
    assert refusals(entry({"c": "3"}), shown(1, {"a": "met"}), checklist=CHAIN, held_codes={"WM.E"}) == []


def test_a_line_not_reached_needs_nothing_first():
    assert refusals(entry({"b": "not_met", "c": "1"}), checklist=CHAIN, held_codes={"WM.E"}) == []


def test_a_required_line_that_failed_in_the_same_attempt_does_not_open_the_next():
    failed = entry({"a": "not_met", "b": "met"})
    assert refusals(failed, checklist=CHAIN, held_codes={"WM.E", "WM.X.1"}) == ["line_requirement_open"]


def test_practice_needs_no_requirement():
    assert refusals(entry({"b": "met"}, kind=Kind.PRACTICE), checklist=CHAIN) == []


def test_an_expired_sign_off_blocks_what_requires_it():
    expiring = listed(line("a", "safety", valid_for=Span(3, "day")), line("b", requires=("a",)))
    signed = shown(1, {"a": "met"})
    assert refusals(entry({"b": "3"}, number=4), signed, checklist=expiring) == []
    assert refusals(entry({"b": "3"}, number=5), signed, checklist=expiring) == ["line_requirement_open"]


def test_a_line_added_since_an_earlier_version_was_passed_can_be_required():
    first = listed(line("b"), digest="v0")
    today = listed(line("a", "safety"), line("b", requires=("a",)))
    passed = shown(1, {"b": "3"}, rated_by=first)
    assert standing(today, passed).digest == "v0"
    assert refusals(entry({"b": "3"}), passed, checklist=today) == ["line_requirement_open"]


@given(
    st.dictionaries(
        st.sampled_from(["S", "Q", "O", "N", "M", "P", "Z"]),
        st.builds(
            Rating,
            st.sampled_from(["met", "not_met", "na", "", "0", "1", "2", "3", "4", "5", "NaN"]),
            st.lists(st.decimals(), max_size=3).map(tuple),
            st.sampled_from(["", "why"]),
        ),
    )
)
def test_what_is_taken_can_be_judged(ratings):
    """Whatever passes the check gives a standing, and whatever does not is refused with whole sentences."""
    made = entry(ratings)
    if refusals(made) == []:
        standing(LIST, shown(10, ratings))


# Second evaluator and settlement.

PAIR = shown(1, {"S": "met", "Q": "3", "N": Rating("na", reason="none")}, paired=True)


def second_refusals(ratings, *, demonstration=PAIR, evaluator=BEN, learner=LEARNER, second_ratings=()):
    happened = history(demonstration, second_ratings=second_ratings)
    rated = {name: Rating(value) for name, value in ratings.items()}
    found = check_second_rating(LIST, demonstration, happened, learner=learner, evaluator=evaluator, ratings=rated)
    assert not any("{" in str(refusal) for refusal in found)
    return [refusal.code for refusal in found]


def test_the_second_evaluator_rates_every_line_that_was_shown():
    assert second_refusals({"S": "not_met", "Q": "4"}) == []
    assert second_refusals({"S": "met"}) == ["lines_left_out"]
    assert second_refusals({"S": "met", "Q": "3", "O": "3"}) == ["lines_not_shown"]
    assert second_refusals({"S": "met", "Q": "9"}) == ["off_scale"]


def test_the_second_evaluator_is_somebody_else():
    both = {"S": "met", "Q": "3"}
    assert second_refusals(both, evaluator=ANA) == ["same_evaluator"]
    assert second_refusals(both, evaluator=LEARNER) == ["own_skill"]


def test_a_second_rating_comes_once_and_where_it_is_waited_for():
    both = {"S": "met", "Q": "3"}
    assert second_refusals(both, second_ratings=[second(PAIR, both)]) == ["already_rated"]
    assert second_refusals(both, demonstration=replace(PAIR, paired=False)) == ["not_paired"]
    assert second_refusals(both, demonstration=replace(PAIR, stop=Stop("S", "fell"))) == ["not_paired"]


DISPUTE = [second(PAIR, {"S": "not_met", "Q": "1"})]


def settle(decisions, *, evaluator=CAL, reason="the film shows it", second_ratings=DISPUTE, settlements=(), by=LEARNER):
    happened = history(PAIR, second_ratings=second_ratings, settlements=settlements)
    found = check_settlement(LIST, PAIR, happened, learner=by, evaluator=evaluator, decisions=decisions, reason=reason)
    assert not any("{" in str(refusal) for refusal in found)
    return [refusal.code for refusal in found]


def test_a_third_person_settles_exactly_what_is_in_dispute():
    assert settle({"S": True}) == []
    assert settle({}) == settle({"S": True, "Q": True}) == settle({"Q": True}) == ["not_in_dispute"]
    for involved in (ANA, BEN, LEARNER):
        assert settle({"S": True}, evaluator=involved) == ["same_evaluator"]


def test_a_settlement_gives_a_reason():
    assert settle({"S": False}, reason=" ") == ["reason_missing"]
    assert settle({"S": False}, reason="x" * (MAX_NOTE + 1)) == ["too_long"]


def test_only_an_open_disagreement_is_settled():
    assert settle({"S": True}, second_ratings=()) == ["nothing_in_dispute"]
    assert settle({"S": True}, second_ratings=[second(PAIR, {"S": "met", "Q": "3"})]) == ["nothing_in_dispute"]
    assert settle({"S": True}, settlements=[Settlement(PAIR.id, CAL, {"S": True}, "film")]) == ["nothing_in_dispute"]
