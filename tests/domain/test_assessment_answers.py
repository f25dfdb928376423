"""What answers earn: nothing for guessing, the whole point for the key, and exact in between."""

from fractions import Fraction
from itertools import combinations, pairwise, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westmec_xblocks.domain.assessment.answers import folded, is_accepted, share_in_order, share_matched, share_of_marks

# Marks on options.


@given(st.integers(1, 6), st.integers(1, 6), st.data())
def test_marks_earn_from_nothing_to_a_point_and_more_the_more_are_right(keys, wrongs, data):
    hits, false = data.draw(st.integers(0, keys)), data.draw(st.integers(0, wrongs))
    earned = share_of_marks(keys, wrongs, hits, false)
    assert 0 <= earned <= 1
    assert (earned == 1) == (hits == keys and false == 0)
    assert hits == keys or share_of_marks(keys, wrongs, hits + 1, false) >= earned
    assert false == wrongs or share_of_marks(keys, wrongs, hits, false + 1) <= earned


@pytest.mark.parametrize("keys", range(1, 5))
@pytest.mark.parametrize("wrongs", range(1, 5))
def test_marking_everything_or_at_random_gains_nothing_before_the_floor(keys, wrongs):
    options = range(keys + wrongs)

    def unfloored(marked):
        hits = sum(one < keys for one in marked)
        return Fraction(hits, keys) - Fraction(len(marked) - hits, wrongs)

    assert share_of_marks(keys, wrongs, keys, wrongs) == 0
    for size in range(keys + wrongs + 1):
        chosen = list(combinations(options, size))
        assert sum(map(unfloored, chosen)) == 0
        floored = [
            share_of_marks(keys, wrongs, sum(one < keys for one in c), sum(one >= keys for one in c)) for c in chosen
        ]
        assert floored == [max(unfloored(one), 0) for one in chosen]


# Steps in order.


@given(st.permutations("abcde"))
def test_an_order_earns_from_nothing_to_a_point_and_the_whole_only_for_the_right_one(given_order):
    earned = share_in_order("abcde", given_order)
    assert 0 <= earned <= 1
    assert (earned == 1) == (given_order == list("abcde"))


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_the_reversed_order_gains_nothing_and_a_random_one_nothing_on_average_before_the_floor(count):
    key = "abcdef"[:count]
    assert share_in_order(key, key[::-1]) == 0
    total = Fraction(0)
    for order in permutations(key):
        right = sum(f"{one}{other}" in key for one, other in pairwise(order))
        unfloored = Fraction(count * right - (count - 1), (count - 1) ** 2)
        assert share_in_order(key, order) == max(unfloored, 0)
        total += unfloored
    assert total == 0


def test_one_step_out_of_place_still_earns_a_part():
    assert share_in_order("abcde", "bcdea") == Fraction(11, 16)
    assert share_in_order("abcde", "badce") == 0


@pytest.mark.parametrize("order", [[], ["a"], ["a", "b", "b"], ["a", "b", "x"], list("abca")])
def test_what_is_no_order_of_the_steps_earns_nothing(order):
    assert share_in_order("abc", order) == 0


# Pairs.


@pytest.mark.parametrize(("pairs", "choices"), [(2, 2), (2, 4), (3, 3), (3, 5), (4, 4)])
def test_matching_at_random_gains_nothing_on_average_when_it_is_corrected(pairs, choices):
    total = Fraction(0)
    for chosen in product(range(choices), repeat=pairs):
        right = sum(one == key for key, one in enumerate(chosen))
        unfloored = (right - Fraction(pairs - right, choices - 1)) / pairs
        assert share_matched(pairs, right, pairs - right, choices, corrected=True) == max(unfloored, 0)
        total += unfloored
    assert total == 0


@given(st.integers(1, 8), st.integers(2, 8), st.booleans(), st.data())
def test_pairs_earn_from_nothing_to_a_point(pairs, choices, corrected, data):
    right = data.draw(st.integers(0, pairs))
    wrong = data.draw(st.integers(0, pairs - right))
    earned = share_matched(pairs, right, wrong, choices, corrected=corrected)
    assert 0 <= earned <= 1
    assert (earned == 1) == (right == pairs)
    assert corrected or earned == Fraction(right, pairs)
    assert share_matched(pairs, right, 0, choices, corrected=corrected) >= earned


# Texts.


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once_and_a_text_is_itself(text):
    once = folded(text)
    assert folded(once) == once
    assert is_accepted(text, [text]) == bool(once)


STRICT = st.fixed_dictionaries({}, optional=dict.fromkeys(["case", "accents", "spacing", "punctuation"], st.booleans()))


@given(st.text(alphabet="abcñéÉ ßİﬁＡ²'-.,¡", max_size=20), STRICT)
def test_what_is_accepted_strictly_is_accepted_without(text, strict):
    assert not is_accepted(text, ["abc ñé"], **strict) or is_accepted(text, ["abc ñé"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ｌｏｃｋ", "lock"),
        ("high\u2011voltage", "high-voltage"),
        ("high–voltage", "high-voltage"),
        ("maker’s", "maker's"),
        ("ﬁt", "fit"),
        ("pin\u0303a", "piña"),
        ("5 \u2126", "5 Ω"),
        ("soft\u00adware", "software"),
        ("¿Candado?", "candado"),
    ],
)
def test_what_looks_the_same_is_the_same(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u00ad", "\u0301"])
def test_nothing_is_never_accepted(text):
    assert not is_accepted(text, ["", " ", text])


def test_signs_alone_are_compared_as_they_are():
    assert is_accepted("+", ["+"])
    assert is_accepted("--", ["--"])
    assert not is_accepted("+", ["-"])
