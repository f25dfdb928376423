"""Numbers as people type them are read by their shape, and compared exactly."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westmec_xblocks.domain.assessment.numbers import (
    Tolerance,
    comma_is_decimal,
    figures_of,
    is_near,
    read_number,
    with_figures,
)


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("1234", "", "1234"),
        ("1,234", "en", "1234"),
        ("1,234", "", "1234"),
        ("1,234", "es", "1.234"),
        ("1,234", "es-ES", "1.234"),
        ("1,234", "vi", "1.234"),
        ("1,234", "es-419", "1234"),
        ("1,234", "es-MX", "1234"),
        ("1,234", "es_US", "1234"),
        ("1.234", "en", "1.234"),
        ("1.234", "es", "1.234"),
        ("0,234", "en", "0.234"),
        ("12,5", "en", "12.5"),
        ("1234,567", "en", "1234.567"),
        ("12,3456", "en", "12.3456"),
        ("1.234,5", "en", "1234.5"),
        ("1,234.5", "es", "1234.5"),
        ("1.234.567", "en", "1234567"),
        ("1,234,567", "es", "1234567"),
        ("1 234,5", "en", "1234.5"),
        ("1\u00a0234.5", "en", "1234.5"),
        ("1\u202f234\u2009567", "en", "1234567"),
        ("1'234.5", "en", "1234.5"),
        ("1’234", "en", "1234"),
        ("0.123 456", "en", "0.123456"),
        ("−5", "", "-5"),
        ("–5", "", "-5"),
        ("- 5", "", "-5"),
        ("+5", "", "5"),
        (".5", "", "0.5"),
        (",5", "", "0.5"),
        ("5.", "", "5"),
        ("007", "", "7"),
        ("1.2e3", "", "1.2E+3"),
        ("1,2E-3", "en", "0.0012"),
        ("1.20e−3", "", "0.00120"),
    ],
)
def test_a_number_is_read_by_its_shape(text, language, number):
    written = read_number(text, language)
    assert (str(written.number), written.rest) == (number, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "V",
        "-",
        ".",
        ",",
        "1,23,456",
        "1 23",
        "1.2.3",
        "1..2",
        "1,2,3",
        "12 3456",
        "1'23",
        "e5",
        "--5",
        "1e99",
        "9" * 31,
        "٣",
        "½",
        "1,5,5",
    ],
)
def test_what_has_no_shape_of_a_number_is_none(text):
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("5 V", "V"),
        ("5V", "V"),
        ("5 %", "%"),
        ("5 eV", "eV"),
        ("5e3 V", "V"),
        ("5 °C", "°C"),
        ("5+2", "+2"),
        ("1e5.5", "e5.5"),
    ],
)
def test_what_stands_behind_a_number_is_handed_on(text, rest):
    assert read_number(text).rest == rest


@given(st.decimals(-(10**9), 10**9, places=3), st.sampled_from(["en", "es", "", "de-CH"]))
def test_plain_digits_with_a_point_are_read_alike_in_every_language(number, language):
    assert read_number(f"{number:f}", language).number == number
    assert str(read_number(f"{number:f}", language).number) == f"{number:f}"


@given(st.text(alphabet="0123456789.,' eE+-−Vm", max_size=30), st.sampled_from(["en", "es"]))
def test_whatever_is_typed_is_a_finite_number_or_none(text, language):
    written = read_number(text, language)
    assert written is None or written.number.is_finite()


def test_languages_with_a_decimal_comma():
    assert [
        tag for tag in ("en", "es", "es-ES", "es-MX", "es-419", "vi", "de", "de-CH", "", "zh") if comma_is_decimal(tag)
    ] == [
        "es",
        "es-ES",
        "vi",
        "de",
    ]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("12.50", [4]),
        ("0.0120", [3]),
        ("1.20e3", [3]),
        ("1200", [2, 3, 4]),
        ("1203", [4]),
        ("0", [1]),
        ("5", [1]),
        ("10.0", [3]),
    ],
)
def test_figures_are_counted_as_they_were_given(text, figures):
    assert list(figures_of(read_number(text).number)) == figures


@given(st.decimals(-(10**6), 10**6, places=4), st.integers(1, 8))
def test_a_number_with_so_many_figures_has_them_and_is_near(number, figures):
    rounded = with_figures(number, figures)
    assert number == 0 or figures in figures_of(rounded) or abs(rounded) >= abs(number)
    assert abs(Fraction(rounded) - Fraction(number)) <= Fraction(10) ** (number.adjusted() - figures + 1) / 2


def test_tolerances_are_exact():
    assert is_near(Fraction("0.3"), Decimal("0.1") + Decimal("0.2"), None)
    assert is_near(Fraction("0.11"), Decimal("0.1"), Tolerance(Decimal("0.01")))
    assert not is_near(Fraction("0.110001"), Decimal("0.1"), Tolerance(Decimal("0.01")))
    assert is_near(Fraction(-98), Decimal(-100), Tolerance(Decimal(2), relative=True))
    assert not is_near(Fraction("-97.99"), Decimal(-100), Tolerance(Decimal(2), relative=True))
    assert is_near(Fraction(0), Decimal(0), Tolerance(Decimal(2), relative=True))
