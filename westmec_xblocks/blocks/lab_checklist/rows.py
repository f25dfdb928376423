"""A checklist and a standing as the rows that templates show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from westmec_xblocks.blocks.lab_checklist import words
from westmec_xblocks.domain.checklist.definition import Checklist, Flag, Skill
from westmec_xblocks.domain.checklist.facts import Rating
from westmec_xblocks.domain.checklist.judging import LineStanding, Standing, State
from westmec_xblocks.domain.checklist.scale import MET, NOT_APPLICABLE, NOT_MET
from westmec_xblocks.domain.text import Text


@dataclass(frozen=True, slots=True)
class Choice:
    """One rating that an evaluator can give a line."""

    value: str
    name: str
    help: str = ""
    checked: bool = False


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line as a template shows it: what the author wrote, how it is rated, where the learner stands."""

    skill: Skill
    code: str
    flag_name: str
    evidence: str
    limits: str
    state: str = ""
    mark: str = "open"
    counts: str = ""
    next: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    rating: Rating | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_safety(self) -> bool:
        """Whether it is a safety line."""
        return self.skill.flag is Flag.SAFETY

    @property
    def readings(self) -> range:
        """One number for each reading that the line takes."""
        return range(self.skill.measure.readings if self.skill.measure else 0)

    @property
    def keypad(self) -> str:
        """The phone's keypad for a reading: some have no minus sign among their digits, and a limit below zero may need one."""
        measure = self.skill.measure
        signed = measure is not None and measure.at_least is not None and measure.at_least < 0
        return "text" if signed else "decimal"


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A titled group of rows."""

    title: Text
    lines: tuple[LineRow, ...]


def choices(checklist: Checklist, skill: Skill, chosen: str = "") -> tuple[Choice, ...]:
    """The ratings that the line takes, with “Not observed” first, which is chosen until the evaluator says otherwise."""
    given = [("", "")]
    if skill.flag is Flag.SAFETY:
        given += [(MET, ""), (NOT_MET, "")]
    else:
        given += [(level.value, words.plain(level.description)) for level in checklist.scale.levels if level.observed]
    if skill.not_applicable:
        given.append((NOT_APPLICABLE, ""))
    return tuple(Choice(value, words.rating(checklist.scale, value), tip, value == chosen) for value, tip in given)


def line_row(
    checklist: Checklist,
    skill: Skill,
    standing: LineStanding | None,
    today: date,
    *,
    rated: Rating | None = None,
    **extra: Any,
) -> LineRow:
    """The row of one line."""
    rule = checklist.rule_for(skill)
    return LineRow(
        skill=skill,
        code=checklist.code_of(skill.id),
        flag_name=words.flag_name(skill.flag),
        evidence=", ".join(words.evidence_name(kind) for kind in skill.evidence),
        limits=words.limits(skill.measure) if skill.measure else "",
        state=words.state(standing, today) if standing else "",
        mark=words.state_mark(standing, today) if standing else "open",
        counts=f"{min(standing.counted, rule.demonstrations)}/{rule.demonstrations}" if standing else "",
        next=tuple(words.what_next(checklist, skill, standing, today)) if standing else (),
        choices=choices(checklist, skill, rated.value if rated else ""),
        rating=rated,
        extra=extra,
    )


def sections(
    checklist: Checklist,
    standing: Standing | None,
    today: date,
    *,
    rated: Mapping[str, Rating] | None = None,
    only: Iterable[str] | None = None,
    extra: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[SectionRow]:
    """The list section by section; ``only`` leaves the other lines out, and sections without a line with them."""
    wanted = None if only is None else set(only)
    by_id = {line.skill: line for line in standing.lines} if standing else {}
    rows = []
    for section in checklist.sections:
        lines = tuple(
            line_row(
                checklist,
                skill,
                by_id.get(skill.id),
                today,
                rated=(rated or {}).get(skill.id),
                **(extra or {}).get(skill.id, {}),
            )
            for skill in section.skills
            if wanted is None or skill.id in wanted
        )
        if lines:
            rows.append(SectionRow(section.title, lines))
    return rows


def tally(standing: Standing, today: date) -> dict[str, int]:
    """How many lines hold today, of how many that are assessed, and how many are left out."""
    assessed = [line for line in standing.lines if line.state is not State.NOT_ASSESSED]
    return {
        "held": sum(line.holds(today) for line in assessed),
        "assessed": len(assessed),
        "left_out": len(standing.lines) - len(assessed),
    }
