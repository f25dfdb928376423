"""What is doubtful about a bank as a whole: how its keys lie, what it asks of the mind, and items that are one item twice."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction

from westmec_xblocks.domain.assessment.definition import Assessment, Item, Level, Status
from westmec_xblocks.domain.assessment.item_rules import View
from westmec_xblocks.domain.problems import Problem, doubtful
from westmec_xblocks.domain.text import plain_words

# Fewer items than these say nothing about a habit of their author.
FEWEST_FOR_SHARES = 10
FEWEST_FOR_PLACES = 20
MOST_RECALL = Fraction(30, 100)
PILOT_FROM, PILOT_TO = Fraction(10, 100), Fraction(30, 100)
# A key that is longest more often than chance by half gives the answer away to whoever looks for it.
LONGEST_OVER_CHANCE = Fraction(3, 2)
# The value that chi-square passes by chance once in a hundred times, by degrees of freedom (Pearson, 1900; standard tables).
_CHI_SQUARE = {1: "6.635", 2: "9.210", 3: "11.345", 4: "13.277", 5: "15.086", 6: "16.812", 7: "18.475"}


def check(assessment: Assessment, views: Sequence[View]) -> Iterator[Problem]:
    """Every finding about the bank."""
    used = [(item, view) for item, view in zip(assessment.items, views, strict=True) if item.is_used]
    single = [view for _, view in used if sum(option.key for option in view.options) == 1 and len(view.options) > 2]
    yield from _check_lengths(single)
    yield from _check_places(single)
    yield from _check_recall([item for item, _ in used if item.status is Status.SCORED])
    yield from _check_twins(assessment, used)


def check_blueprint(assessment: Assessment) -> Iterator[Problem]:
    """What a form of the blueprint asks of the mind, and its share of pilot items."""
    scored = sum(domain.items for domain in assessment.domains)
    pilot = sum(domain.pilot for domain in assessment.domains)
    if scored + pilot < FEWEST_FOR_SHARES:
        return
    recall = sum(domain.levels.get(Level.RECALL, 0) for domain in assessment.domains)
    if scored and Fraction(recall, scored) > MOST_RECALL:
        sentence = "A form asks for {count} of {total} scored items at the level recall, more than 30%."
        yield doubtful("blueprint_recall", sentence, count=str(recall), total=str(scored))
    share = Fraction(pilot, scored + pilot)
    if not PILOT_FROM <= share <= PILOT_TO:
        sentence = "Of a form's {total} items {count} are pilots; about one in five keeps a bank growing."
        yield doubtful("pilot_share", sentence, count=str(pilot), total=str(scored + pilot))


def _check_lengths(views: Sequence[View]) -> Iterator[Problem]:
    if len(views) < FEWEST_FOR_SHARES:
        return
    longest = 0
    for view in views:
        lengths = [(len(plain_words(option.text.default)), option.key) for option in view.options]
        most = max(length for length, _ in lengths)
        longest += [key for length, key in lengths if length == most] == [True]
    chance = sum((Fraction(1, len(view.options)) for view in views), Fraction(0))
    if longest > chance * LONGEST_OVER_CHANCE:
        sentence = "The right option is the longest in {count} of {total} items ({share}); by chance it would be in about {chance}."
        values = {"count": str(longest), "total": str(len(views)), "chance": str(round(chance))}
        yield doubtful("key_longest", sentence, share=f"{round(Fraction(longest * 100, len(views)))} %", **values)


def _check_places(views: Sequence[View]) -> Iterator[Problem]:
    """Whether the keys are spread over the places as chance would spread them, among items with as many options."""
    by_count: dict[int, list[int]] = defaultdict(list)
    for view in views:
        by_count[len(view.options)].append(next(place for place, option in enumerate(view.options) if option.key))
    for count, places in by_count.items():
        limit = _CHI_SQUARE.get(count - 1)
        if limit is None or len(places) < FEWEST_FOR_PLACES:
            continue
        counts = Counter(places)
        expected = Fraction(len(places), count)
        chi_square = sum(((counts[place] - expected) ** 2 / expected for place in range(count)), Fraction(0))
        if chi_square > Fraction(limit):
            spread = ", ".join(str(counts[place]) for place in range(count))
            sentence = (
                "Of {total} items with {options} options, the right one stands at each place so often: {spread}. "
                "Chance spreads it so unevenly less than once in a hundred times (chi-square {value})."
            )
            values = {"total": str(len(places)), "options": str(count), "spread": spread}
            yield doubtful("key_places", sentence, value=f"{float(chi_square):.1f}", **values)


def _check_recall(items: Sequence[Item]) -> Iterator[Problem]:
    known = [item for item in items if item.level is not None]
    recall = sum(item.level is Level.RECALL for item in known)
    if len(known) >= FEWEST_FOR_SHARES and Fraction(recall, len(known)) > MOST_RECALL:
        sentence = "{count} of the bank's {total} scored items are at the level recall, more than 30%."
        yield doubtful("bank_recall", sentence, count=str(recall), total=str(len(known)))


# Items that differ only in numbers or names.

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,]\d+)*|[.!?:]")


def _check_twins(assessment: Assessment, used: Sequence[tuple[Item, View]]) -> Iterator[Problem]:
    texts = [_WORD.findall(_whole_text(assessment, item, view)) for item, view in used]
    common = {word for text in texts for word in text if word.islower()}
    first: dict[str, str] = {}
    for (item, _), text in zip(used, texts, strict=True):
        pattern = _pattern(text, common)
        other = first.setdefault(pattern, item.id)
        if other != item.id:
            sentence = "The items {item} and {other} differ in nothing but numbers or names."
            yield doubtful("items_alike", sentence, item.id, item=item.id, other=other)


def _whole_text(assessment: Assessment, item: Item, view: View) -> str:
    """What a learner reads of the item, its options by the alphabet."""
    stimulus = assessment.stimuli.get(item.stimulus)
    options = sorted(plain_words(text.default) for name, text in view.texts if not name.startswith("why "))
    parts = [stimulus.default if stimulus else "", item.prompt.default]
    return " . ".join([*map(plain_words, parts), *options])


def _pattern(text: Sequence[str], common: set[str]) -> str:
    """The text with one mark for every number, and one for every run of names: words that stand in capitals only."""
    marks: list[str] = []
    for word in text:
        if word in common:
            mark = word
        elif word[0].isdigit():
            mark = "#"
        elif word[0].isupper() and word.lower() not in common:
            mark = "@"
        else:
            mark = word.lower()
        if not (mark == "@" and marks and marks[-1] == "@"):
            marks.append(mark)
    return " ".join(marks)
