"""What an author wrote: an assessment with its rules, its blueprint and its bank of items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any

from westmec_xblocks.domain.text import Text

# The course's cut until a panel has set one (courses.md, 0.4).
PROVISIONAL_CUT = Fraction(70, 100)


class Level(StrEnum):
    """What an item asks of the mind: know it, use it in a situation, or weigh and diagnose."""

    RECALL = "recall"
    APPLY = "apply"
    ANALYZE = "analyze"


class Status(StrEnum):
    """Whether an item counts: scored, pilot (shown, not counted), or retired (not shown)."""

    SCORED = "scored"
    PILOT = "pilot"
    RETIRED = "retired"


class Credit(StrEnum):
    """What the grade is: the share of points earned, or all or nothing on passing the whole rule."""

    SCORE = "score"
    PASSED = "passed"


class Counted(StrEnum):
    """Which attempt the grade is taken from."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"


class Completion(StrEnum):
    """When the block is complete: by passing, or by finishing an attempt."""

    PASSED = "passed"
    FINISHED = "finished"


class Layout(StrEnum):
    """One item a page, or all on one."""

    ONE = "one"
    ALL = "all"


class When(StrEnum):
    """When a learner is told more than pass or not yet."""

    NEVER = "never"
    DOMAINS = "domains"
    SUBMITTED = "submitted"
    LAST = "last"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What learners are told, and when.

    NEVER: the result alone. DOMAINS: results per domain. SUBMITTED, LAST, DATE: besides, item by item after submitting, after the
    last attempt, or from ``day`` on. ``keys``: item feedback names the right answers too; it must stay off while the form
    serves a credential.
    """

    when: When = When.DOMAINS
    day: date | None = None
    keys: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the bank. ``kind`` is the name of its element; ``body`` holds what only that kind knows (``olx.kinds``)."""

    id: str
    kind: str
    domain: str
    prompt: Text
    body: Any
    level: Level | None = None
    status: Status = Status.SCORED
    stimulus: str = ""
    enemies: tuple[str, ...] = ()
    align: tuple[str, ...] = ()
    rationale: Text = Text()

    @property
    def is_used(self) -> bool:
        """Whether forms may hold it."""
        return self.status is not Status.RETIRED


@dataclass(frozen=True, slots=True)
class Domain:
    """One row of the blueprint: ``items`` scored items of which ``levels`` fixes some, and ``pilot`` unscored ones."""

    id: str
    title: Text
    items: int
    pilot: int = 0
    levels: Mapping[Level, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Minimum:
    """A share of the items of some domains, pooled, that must be right besides the cut."""

    domains: tuple[str, ...]
    at_least: Fraction

    def needed(self, items: int) -> int:
        """How many of so many items must be right: the exact ceiling."""
        return ceil(self.at_least * items)


@dataclass(frozen=True, slots=True)
class FixedForm:
    """A form that the author has put together: item ids in order."""

    id: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """A whole assessment. ``digest`` is its version: the SHA-256 of its canonical content, in hex.

    ``cut`` is a share of the scored points. ``attempts`` is None where there is no limit. ``lock``: after an attempt below a minimum
    nobody starts again before a re-teach is recorded. ``shuffle``: options stand in another order for each learner.
    """

    code: str
    digest: str = ""
    title: Text = Text()
    instructions: Text = Text()
    cut: Fraction = PROVISIONAL_CUT
    time_limit: timedelta | None = None
    attempts: int | None = 1
    wait: timedelta = timedelta()
    feedback: Feedback = Feedback()
    credit: Credit = Credit.SCORE
    counted: Counted = Counted.BEST
    completion: Completion = Completion.PASSED
    layout: Layout = Layout.ONE
    lock: bool = False
    shuffle: bool = True
    domains: tuple[Domain, ...] = ()
    minimums: tuple[Minimum, ...] = ()
    fixed_forms: tuple[FixedForm, ...] = ()
    stimuli: Mapping[str, Text] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    # True until a panel's statement is believed (a signed ``validation``); every page says so.
    provisional: bool = True

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        """The items of the bank by id; of a repeated id the first."""
        return {item.id: item for item in reversed(self.items)}

    @cached_property
    def used_items(self) -> tuple[Item, ...]:
        """The items that forms may hold."""
        return tuple(item for item in self.items if item.is_used)

    @cached_property
    def form_counts(self) -> Mapping[str, tuple[int, int]]:
        """How many scored and unscored items a form has of each domain: those of the first fixed form, else the blueprint's."""
        if not self.fixed_forms:
            return {domain.id: (domain.items, domain.pilot) for domain in self.domains}
        counts = {domain.id: (0, 0) for domain in self.domains}
        for item_id in self.fixed_forms[0].items:
            item = self.by_id.get(item_id)
            if item is not None and item.is_used:
                scored, pilot = counts.get(item.domain, (0, 0))
                counts[item.domain] = (scored + (item.status is Status.SCORED), pilot + (item.status is Status.PILOT))
        return counts

    @property
    def scored_count(self) -> int:
        """How many scored items a form has."""
        return sum(scored for scored, _ in self.form_counts.values())

    @property
    def pilot_count(self) -> int:
        """How many unscored items a form has."""
        return sum(pilot for _, pilot in self.form_counts.values())

    def find_domain(self, domain_id: str) -> Domain | None:
        """The domain of this id, or None."""
        return next((domain for domain in self.domains if domain.id == domain_id), None)

    def fixed_form(self, form_id: str) -> FixedForm | None:
        """The fixed form of this id, or None."""
        return next((form for form in self.fixed_forms if form.id == form_id), None)

    def enemy_pairs(self) -> Iterator[frozenset[str]]:
        """Pairs of used items that may not meet on a form, each once."""
        seen = set()
        for item in self.used_items:
            for enemy in item.enemies:
                other = self.by_id.get(enemy)
                pair = frozenset((item.id, enemy))
                if other is not None and other.is_used and len(pair) == 2 and pair not in seen:
                    seen.add(pair)
                    yield pair
