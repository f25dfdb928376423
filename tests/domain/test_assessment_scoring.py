"""What the points of an attempt mean: scored items only, exact ceilings, and silence where nothing can be said."""

from fractions import Fraction
from math import ceil, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westmec_xblocks.domain.assessment.definition import Assessment, Domain, Item, Minimum
from westmec_xblocks.domain.assessment.forms import Form
from westmec_xblocks.domain.assessment.scoring import result_of
from westmec_xblocks.domain.text import Text


def exam(sizes=(6, 4), cut="7/10", minimums=()):
    """An assessment of two domains and a form of all its items; the last two are pilots."""
    items = [
        Item(f"d{n}-{i}", "choice", f"D{n}", Text("?"), None) for n, size in enumerate(sizes, 1) for i in range(size)
    ]
    pilots = [Item(f"p{n}", "choice", "D1", Text("?"), None) for n in range(2)]
    domains = tuple(Domain(f"D{n}", Text("a"), size) for n, size in enumerate(sizes, 1))
    assessment = Assessment("X", cut=Fraction(cut), domains=domains, minimums=tuple(minimums), items=(*items, *pilots))
    return assessment, Form(tuple(item.id for item in assessment.items), frozenset(item.id for item in pilots))


def right(*names):
    return dict.fromkeys(names, Fraction(1))


POINTS = st.dictionaries(
    st.sampled_from([*(f"d1-{n}" for n in range(6)), *(f"d2-{n}" for n in range(4)), "p0", "p1", "stranger"]),
    st.fractions(-1, 2, max_denominator=6),
)


@given(POINTS)
def test_only_scored_items_of_the_form_count_and_each_from_nothing_to_a_point(points):
    assessment, form = exam(minimums=[Minimum(("D1", "D2"), Fraction(9, 10))])
    result = result_of(assessment, form, points)
    counted = {name: min(max(value, 0), 1) for name, value in points.items() if name.startswith("d")}
    assert result.earned == sum(counted.values())
    assert result.possible == 10
    assert result.earned == sum(domain.earned for domain in result.domains)
    assert [domain.possible for domain in result.domains] == [6, 4]
    assert result.minimums[0].earned == result.earned
    assert result.passed == (result.earned >= 7 and result.earned >= 9)
    assert result == result_of(assessment, form, {**points, "p0": Fraction(1), "stranger": Fraction(1)})


@given(POINTS, st.sampled_from([f"d1-{n}" for n in range(6)]))
def test_one_more_right_answer_never_makes_a_result_worse(points, name):
    assessment, form = exam(minimums=[Minimum(("D1",), Fraction(9, 10))])
    before, after = result_of(assessment, form, points), result_of(assessment, form, {**points, name: Fraction(1)})
    assert after.earned >= before.earned
    assert (after.passed, after.minimums_met, after.cut_reached) >= (
        before.passed,
        before.minimums_met,
        before.cut_reached,
    )


@given(st.integers(1, 60), st.fractions(Fraction(1, 100), 1, max_denominator=100))
def test_the_items_needed_are_the_exact_ceiling(count, share):
    assessment, form = exam((count,), cut=share, minimums=[Minimum(("D1",), share)])
    needed = result_of(assessment, form, {}).needed
    assert needed == result_of(assessment, form, {}).minimums[0].needed == ceil(share * count)
    names = [f"d1-{n}" for n in range(count)]
    assert result_of(assessment, form, right(*names[:needed])).passed
    assert not result_of(assessment, form, right(*names[: needed - 1])).passed


def test_ninety_percent_of_ten_items_are_nine_and_not_ten():
    assert Minimum(("D1",), Fraction(9, 10)).needed(10) == 9
    assert Minimum(("D1",), Fraction(9, 10)).needed(11) == 10
    assert Minimum(("D1",), Fraction(7, 100)).needed(100) == 7


def test_a_minimum_decides_besides_the_cut():
    assessment, form = exam(minimums=[Minimum(("D2",), Fraction(9, 10))])
    result = result_of(assessment, form, right(*(f"d1-{n}" for n in range(6)), "d2-0", "d2-1", "d2-2"))
    assert (result.cut_reached, result.minimums_met, result.passed) == (True, False, False)
    assert result.minimums[0].needed == 4


def test_minimums_pool_their_domains():
    assessment, form = exam(minimums=[Minimum(("D1", "D2", "D9"), Fraction(8, 10))])
    pooled = result_of(assessment, form, right("d1-0")).minimums[0]
    assert (pooled.possible, pooled.needed, pooled.earned) == (10, 8, 1)


def test_a_form_without_scored_items_is_never_passed():
    assessment, _ = exam()
    result = result_of(assessment, Form(("p0",), frozenset({"p0"})), right("p0"))
    assert (result.possible, result.share, result.passed, result.error) == (0, 0, False, None)


def test_an_item_that_the_definition_does_not_know_leaves_the_result():
    assessment, form = exam()
    other = Form((*form.items, "gone"), form.pilot)
    assert result_of(assessment, other, right("gone")) == result_of(assessment, form, {})


@pytest.mark.parametrize(
    ("count", "correct", "told"),
    [(40, 30, True), (20, 10, True), (19, 10, False), (40, 0, False), (40, 40, False)],
)
def test_the_standard_error_is_told_where_the_data_allow_it(count, correct, told):
    assessment, form = exam((count,))
    error = result_of(assessment, form, right(*(f"d1-{n}" for n in range(correct)))).error
    assert (error is not None) == told
    if told:
        assert error == pytest.approx(sqrt(correct * (count - correct) / (count - 1)))


def test_no_standard_error_for_parts_of_points():
    assessment, form = exam((40,))
    points = {**right(*(f"d1-{n}" for n in range(20))), "d1-30": Fraction(1, 2)}
    assert result_of(assessment, form, points).error is None
