"""Spans of calendar time."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westmec_xblocks.domain.durations import Span, parse_span


@pytest.mark.parametrize(
    ("written", "begun", "last"),
    [
        ("30 days", date(2026, 1, 31), date(2026, 3, 2)),
        ("1 day", date(2026, 12, 31), date(2027, 1, 1)),
        ("6 weeks", date(2026, 3, 1), date(2026, 4, 12)),
        ("1 month", date(2026, 1, 31), date(2026, 2, 28)),
        ("1 month", date(2028, 1, 31), date(2028, 2, 29)),
        ("1 month", date(2026, 2, 28), date(2026, 3, 28)),
        ("13 months", date(2026, 12, 15), date(2028, 1, 15)),
        ("12 months", date(2028, 2, 29), date(2029, 2, 28)),
        ("1 year", date(2028, 2, 29), date(2029, 2, 28)),
        ("4 years", date(2028, 2, 29), date(2032, 2, 29)),
    ],
)
def test_a_span_ends_on_the_same_day_of_the_month_or_its_last(written, begun, last):
    assert parse_span(written).after(begun) == last


@pytest.mark.parametrize("written", ["  24   MONTHS ", "24months", "24 month"])
def test_spans_are_read_with_any_spacing_number_and_case(written):
    assert parse_span(written) == Span(24, "month")


@pytest.mark.parametrize(
    "written", ["", "0 days", "-1 days", "1.5 years", "two years", "24", "months", "24 moons", "10000 days", "٣ days"]
)
def test_what_is_no_span_is_refused_with_an_example(written):
    with pytest.raises(ValueError, match="30 days"):
        parse_span(written)


def test_one_is_written_in_the_singular():
    assert [str(parse_span(text)) for text in ("1 years", "2 year")] == ["1 year", "2 years"]


@given(st.integers(1, 9999), st.sampled_from(["day", "week", "month", "year"]))
def test_a_span_is_read_as_it_is_written(count, unit):
    assert parse_span(str(Span(count, unit))) == Span(count, unit)


@given(st.integers(1, 9999), st.sampled_from(["day", "week", "month", "year"]), st.dates(), st.dates())
def test_a_span_never_ends_before_it_begins_and_later_begins_end_later(count, unit, one, other):
    span = Span(count, unit)
    first, last = sorted((one, other))
    assert first <= span.after(first) <= span.after(last)


def test_a_span_beyond_the_calendar_ends_with_the_calendar():
    for unit in ("day", "week", "month", "year"):
        assert Span(9999, unit).after(date(9990, 6, 1)) == date.max
