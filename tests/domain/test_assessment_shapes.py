"""Whether a point lies in a shape, edges included."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westmec_xblocks.domain.assessment.shapes import Shape


def shape(name, *coords):
    return Shape(name, tuple(map(Fraction, coords)))


SQUARES = [shape("rect", 10, 10, 30, 30), shape("poly", 10, 10, 30, 10, 30, 30, 10, 30)]


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_square_is_a_square_however_it_is_written(x, y):
    inside = 10 <= x <= 30 and 10 <= y <= 30
    assert [one.holds((Fraction(x), Fraction(y))) for one in SQUARES] == [inside, inside]


@given(st.integers(-20, 20), st.integers(-20, 20))
def test_a_circle_holds_what_is_no_further_than_its_radius(x, y):
    assert shape("circle", 0, 0, 13).holds((Fraction(x), Fraction(y))) == (x * x + y * y <= 169)


def test_a_polygon_with_a_dent_holds_its_edges_and_not_its_dent():
    dented = shape("poly", 0, 0, 10, 0, 10, 10, 5, 5, 0, 10)
    inside = [(5, 4), (5, 5), (0, 10), (2, 8)]
    outside = [(5, 6), (2, 9), (5, 10)]
    for point in (*inside, *outside):
        assert dented.holds((Fraction(point[0]), Fraction(point[1]))) == (point in inside)


@pytest.mark.parametrize(
    "broken",
    [
        shape("rect", 1, 2, 3),
        shape("rect", 5, 5, 5, 9),
        shape("circle", 1, 1, 0),
        shape("poly", 0, 0, 1, 1),
        shape("poly"),
    ],
)
def test_a_shape_without_an_inside_holds_nothing(broken):
    assert not broken.is_whole
    assert not broken.holds((Fraction(1), Fraction(1)))
