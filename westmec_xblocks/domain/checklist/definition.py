"""What an author wrote: a skill checklist with its lines, its scale and its rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from westmec_xblocks.domain.checklist.scale import ENTRY_LEVEL, Scale
from westmec_xblocks.domain.durations import Span
from westmec_xblocks.domain.text import Text


class Flag(StrEnum):
    """How a line is judged: safety (Met or Not met, never averaged), quality (must reach the passing level) or ordinary."""

    SAFETY = "safety"
    QUALITY = "quality"
    ORDINARY = ""


class Credit(StrEnum):
    """What the score is: the share of lines that hold, or all or nothing on passing the list."""

    LINES = "lines"
    PASSED = "passed"


EVIDENCE_KINDS = ("observed", "measured", "product", "document", "video")


@dataclass(frozen=True, slots=True)
class Measure:
    """A value to be measured: in ``unit``, within ``at_least`` and ``at_most`` (both inclusive), ``readings`` times."""

    unit: str
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    readings: int = 1

    def within(self, reading: Decimal) -> bool:
        """Whether one reading keeps the limits."""
        return (self.at_least is None or reading >= self.at_least) and (self.at_most is None or reading <= self.at_most)


@dataclass(frozen=True, slots=True)
class Skill:
    """One line of the list. What is None is taken from the list (``Checklist.rule_for``)."""

    id: str
    task: Text
    flag: Flag = Flag.ORDINARY
    criterion: Text = Text()
    stops: tuple[Text, ...] = ()
    evidence: tuple[str, ...] = ()
    measure: Measure | None = None
    demonstrations: int | None = None
    days: int | None = None
    variants: int | None = None
    requires: tuple[str, ...] = ()
    valid_for: Span | None = None
    not_applicable: str = ""
    align: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of lines, in work order."""

    title: Text
    skills: tuple[Skill, ...]


@dataclass(frozen=True, slots=True)
class SecondEvaluator:
    """One counted demonstration is rated by two: for every learner (``share`` is 1), or for a share of the learners."""

    share: Fraction


@dataclass(frozen=True, slots=True)
class LineRule:
    """How often a line must be shown: counted demonstrations, on how many dates, under how many variants, valid how long."""

    demonstrations: int
    days: int
    variants: int
    valid_for: Span | None


@dataclass(frozen=True, slots=True)
class Checklist:
    """A whole skill checklist. ``digest`` is its version: the SHA-256 of its canonical content, in hex."""

    code: str
    sections: tuple[Section, ...]
    digest: str = ""
    title: Text = Text()
    instructions: Text = Text()
    scale: Scale = ENTRY_LEVEL
    demonstrations: int = 1
    days: int | None = None
    variants: int = 1
    mean: Decimal | None = None
    second_evaluator: SecondEvaluator | None = None
    requires: tuple[str, ...] = ()
    valid_for: Span | None = None
    credit: Credit = Credit.LINES

    @property
    def skills(self) -> Iterator[Skill]:
        """Every line, in order."""
        for section in self.sections:
            yield from section.skills

    def find(self, skill_id: str) -> Skill | None:
        """The line of this id, or None."""
        return next((skill for skill in self.skills if skill.id == skill_id), None)

    def code_of(self, skill_id: str) -> str:
        """The code by which other lists name the line: the list's code and the line's id."""
        return f"{self.code}.{skill_id}"

    def rule_for(self, skill: Skill) -> LineRule:
        """How often this line must be shown.

        Dates: the line's own number, else the list's, else two where two or more demonstrations are asked for and one
        otherwise. A number that is only inherited never asks for more dates or variants than there are
        demonstrations.
        """
        times = skill.demonstrations or self.demonstrations
        days = skill.days or min(times, self.days or 2)
        variants = skill.variants or min(times, self.variants)
        return LineRule(times, days, variants, skill.valid_for or self.valid_for)

    @property
    def wanted_mean(self) -> Decimal | None:
        """The mean that the ordinary lines must reach; None where the scale has no numbers and none is named."""
        return self.mean if self.mean is not None else self.scale.default_mean

    def requires_here(self, skill: Skill) -> tuple[str, ...]:
        """Ids of the lines of this list that must hold before the line does."""
        ids = {name: line.id for line in self.skills for name in (line.id, self.code_of(line.id))}
        return tuple(ids[name] for name in skill.requires if name in ids)

    def requires_elsewhere(self, skill: Skill | None = None) -> tuple[str, ...]:
        """Codes of skills, checklists and assessments elsewhere that must hold first: of the line, or of the list as a whole."""
        if skill is None:
            return self.requires
        ids = {name for line in self.skills for name in (line.id, self.code_of(line.id))}
        return tuple(name for name in skill.requires if name not in ids)

    @property
    def codes_elsewhere(self) -> frozenset[str]:
        """Every code outside this list that anything in it requires."""
        return frozenset(self.requires).union(*(self.requires_elsewhere(skill) for skill in self.skills))
