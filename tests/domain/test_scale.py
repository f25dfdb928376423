"""Rating scales."""

from decimal import Decimal

import pytest

from westmec_xblocks.domain.checklist.scale import (
    BUILT_IN,
    ENTRY_LEVEL,
    FIVE_POINT_INVERTED,
    NOT_APPLICABLE,
    PASS_FAIL,
    Level,
)
from westmec_xblocks.domain.text import Text


def test_the_usual_scale_is_the_district_s():
    assert [level.value for level in ENTRY_LEVEL.levels] == ["0", "1", "2", "3", "4"]
    assert (ENTRY_LEVEL.passing, ENTRY_LEVEL.floor, ENTRY_LEVEL.default_mean) == ("3", "2", 3)
    assert [level.observed for level in ENTRY_LEVEL.levels] == [False, True, True, True, True]
    assert ENTRY_LEVEL.find("3").label.in_language("es-419") == "Nivel de ingreso"


@pytest.mark.parametrize("scale", BUILT_IN.values(), ids=BUILT_IN)
def test_every_built_in_scale_speaks_spanish_and_runs_from_worst_to_best(scale):
    numbers = [level.number for level in scale.levels]
    assert all(level.label.others["es"] for level in scale.levels)
    assert NOT_APPLICABLE not in [level.value for level in scale.levels]
    assert None in numbers or numbers == sorted(numbers, reverse=scale.descending)
    assert scale.rank(scale.floor) <= scale.rank(scale.passing)


def test_a_level_is_reached_by_itself_and_by_better_ones():
    assert [ENTRY_LEVEL.reaches(value, "2") for value in "01234"] == [False, False, True, True, True]
    assert [FIVE_POINT_INVERTED.reaches(value, "3") for value in "12345"] == [True, True, True, False, False]


def test_neither_a_level_without_observation_nor_one_off_the_scale_reaches_anything():
    assert not ENTRY_LEVEL.reaches("0", "0")
    assert not ENTRY_LEVEL.reaches("5", "1")


def test_the_worse_of_two_levels_goes_by_the_scale_not_by_the_number():
    assert ENTRY_LEVEL.worse("4", "2") == "2"
    assert FIVE_POINT_INVERTED.worse("4", "2") == "4"


def test_a_mean_is_compared_in_the_scale_s_direction():
    assert ENTRY_LEVEL.mean_reached(Decimal(3), Decimal(3))
    assert not ENTRY_LEVEL.mean_reached(Decimal("2.9"), Decimal(3))
    assert FIVE_POINT_INVERTED.mean_reached(Decimal("1.9"), Decimal(2))
    assert not FIVE_POINT_INVERTED.mean_reached(Decimal("2.1"), Decimal(2))


@pytest.mark.parametrize("value", ["", "pass", "NaN", "Infinity", "sNaN", "3 or 4"])
def test_a_word_is_no_number(value):
    assert Level(value, Text("Level")).number is None


def test_a_scale_of_words_asks_for_no_mean():
    assert PASS_FAIL.default_mean is None


def test_a_value_off_the_scale_has_no_rank():
    with pytest.raises(KeyError):
        ENTRY_LEVEL.rank("5")
