"""Answers to items: what is chosen from, and what an answer earns. Everything here is exact arithmetic."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from westmec_xblocks.domain.text import Text

NOTHING, ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Option:
    """Something that is chosen from, whatever the kind of item. ``reason`` says why it is right or what mistake it is."""

    id: str
    text: Text
    key: bool = False
    reason: Text = Text()


def whole_or_nothing(right: bool) -> Fraction:
    """The points of an answer that is right or wrong."""
    return ALL if right else NOTHING


def share_of_marks(keys: int, wrongs: int, hits: int, false: int) -> Fraction:
    """Partial credit for marking ``hits`` of the right options and ``false`` wrong ones: hits/keys − false/wrongs.

    This is Youden's J (Youden, W. J., 1950: Index for rating diagnostic tests. Cancer 3, 32–35): the share of the right options that were
    found, less the share of the wrong ones that were taken for right. Marking everything gives 1 − 1 = 0, and marking each option with
    the same chance p, or so many options at random, gives p − p = 0 in expectation. Less than nothing counts as nothing, which
    leaves a guesser a little above it.
    """
    if not keys:
        return NOTHING
    lost = Fraction(false, max(wrongs, 1))
    return min(max(Fraction(hits, keys) - lost, NOTHING), ALL)


def share_in_order(key: Sequence[str], given: Sequence[str]) -> Fraction:
    """Partial credit for putting steps in order: how many stand directly behind the step that they follow, corrected for chance.

    Of n steps n − 1 follow another one. In an order drawn at random (n − 1)/n of these pairs are right on average (each of the
    n(n − 1) ordered pairs of steps is a neighbouring pair with the chance 1/n), so that a right pairs earn
    (n·a − (n − 1)) / (n − 1)²: the whole point for all, nothing on average for chance, and nothing for the reversed order.
    Counting neighbours (as Moodle's ordering question does, “relative to the next item”) forgives one step out of place; the longest
    ordered run would give a random order of four steps nearly half of the point.
    """
    count = len(key)
    if count < 2 or sorted(given) != sorted(key):
        return NOTHING
    wanted = set(pairwise(key))
    right = sum(pair in wanted for pair in pairwise(given))
    return max(Fraction(count * right - (count - 1), (count - 1) ** 2), NOTHING)


def share_matched(pairs: int, right: int, wrong: int, choices: int, *, corrected: bool) -> Fraction:
    """Partial credit for ``right`` and ``wrong`` of the ``pairs`` left sides, each matched with one of ``choices`` right sides.

    Corrected for chance it is (right − wrong/(choices − 1)) / pairs, the classic formula score (Frary, R. B., 1988: Formula scoring of
    multiple-choice tests. Educational Measurement: Issues and Practice 7(2), 33–38), which a guesser leaves at nothing on average
    and which takes nothing for a side that is left open.
    """
    if not pairs:
        return NOTHING
    earned = Fraction(right) - (Fraction(wrong, max(choices - 1, 1)) if corrected else 0)
    return min(max(earned / pairs, NOTHING), ALL)


def folded(
    text: str, *, case: bool = False, accents: bool = False, spacing: bool = False, punctuation: bool = False
) -> str:
    """The text as it is compared. Folded away are capitals, accents, spaces and punctuation at the ends, each unless it is said to matter.

    Characters that look alike by their definition (full width, ligatures, the ohm and the omega) and the kinds of dashes and
    apostrophes are the same in any case; invisible ones are left out.
    """
    seen = "".join(_plain(mark) for mark in unicodedata.normalize("NFKC", text) if unicodedata.category(mark) != "Cf")
    seen = " ".join(seen.split())
    if not punctuation:
        seen = _without_ends(seen)
    if not spacing:
        seen = seen.replace(" ", "")
    if not case:
        seen = seen.casefold()
    if not accents:
        seen = "".join(mark for mark in unicodedata.normalize("NFD", seen) if unicodedata.category(mark) != "Mn")
    return unicodedata.normalize("NFC", seen)


def is_accepted(given: str, accepted: Collection[str], **strict: bool) -> bool:
    """Whether the text is one of the accepted ones; ``strict`` says what matters, as for ``folded``."""
    seen = folded(given, **strict)
    return bool(seen) and any(folded(one, **strict) == seen for one in accepted)


def _plain(mark: str) -> str:
    if unicodedata.category(mark) == "Pd" or mark == "\u2212":
        return "-"
    return "'" if mark in "\u2018\u2019\u02bc\u00b4\u0060" else mark


def _without_ends(text: str) -> str:
    start, end = 0, len(text)
    while start < end and _is_end(text[start]):
        start += 1
    while end > start and _is_end(text[end - 1]):
        end -= 1
    return text[start:end] or text


def _is_end(mark: str) -> bool:
    return mark == " " or unicodedata.category(mark)[0] == "P"
