"""Grades: what was earned per block, per assignment type, and against the cut-offs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from westmec_xblocks.preview import outline
from westmec_xblocks.preview.blocktypes import has_score
from westmec_xblocks.preview.grading_policy import AssignmentType, GradingPolicy
from westmec_xblocks.preview.runtime import definitions_of

if TYPE_CHECKING:
    from opaque_keys.edx.keys import UsageKey

    from westmec_xblocks.olx.reader import Node
    from westmec_xblocks.preview.courses import Course
    from westmec_xblocks.preview.models import Score
    from westmec_xblocks.preview.viewer import Viewer


@dataclass(frozen=True, slots=True)
class BlockGrade:
    """Points on one block. ``earned`` is None where nothing was handed in."""

    title: str
    url: str
    earned: float | None
    possible: float


@dataclass(frozen=True, slots=True)
class SectionGrade:
    """Points on one section (a sequential)."""

    title: str
    url: str
    format: str
    graded: bool
    blocks: tuple[BlockGrade, ...]

    @property
    def earned(self) -> float:
        return sum(block.earned or 0.0 for block in self.blocks)

    @property
    def possible(self) -> float:
        return sum(block.possible for block in self.blocks)

    @property
    def share(self) -> float:
        return self.earned / self.possible if self.possible else 0.0


@dataclass(frozen=True, slots=True)
class TypeGrade:
    """One assignment type: the mean of its sections after the lowest were dropped, and what that adds to the course grade."""

    type: AssignmentType
    share: float
    sections: tuple[SectionGrade, ...]

    @property
    def percent(self) -> int:
        return round(100 * self.share)

    @property
    def weight_percent(self) -> int:
        return round(100 * self.type.weight)

    @property
    def points(self) -> float:
        return round(100 * self.share * self.type.weight, 1)


@dataclass(frozen=True, slots=True)
class Report:
    """The whole progress page."""

    types: tuple[TypeGrade, ...]
    sections: tuple[SectionGrade, ...]
    share: float
    policy: GradingPolicy = field(default_factory=GradingPolicy)

    @property
    def percent(self) -> int:
        return round(100 * self.share)

    @property
    def needed(self) -> int:
        """The lowest share that passes, in percent."""
        return round(100 * min(share for _, share in self.policy.cutoffs)) if self.policy.cutoffs else 0

    @property
    def letter(self) -> str:
        """The name of the highest cut-off reached; empty below the lowest. Compared as the platform rounds: to whole percents."""
        return next((name for name, share in self.policy.cutoffs if self.percent >= round(100 * share)), "")


def report(course: Course, viewer: Viewer, scores: Mapping[UsageKey, Score]) -> Report:
    """The progress of one person, from their scores."""
    sections = []
    for chapter in course.chapters():
        for sequential in chapter.children:
            blocks = tuple(_block_grades(course, sequential, viewer, scores))
            if blocks:
                graded = (course.attribute(sequential, "graded") or "").lower() == "true"
                first = sequential.children[0]
                sections.append(
                    SectionGrade(
                        course.name_of(sequential),
                        outline.unit_url(course, first),
                        course.attribute(sequential, "format") or "",
                        graded,
                        blocks,
                    )
                )
    types = tuple(_type_grade(kind, sections) for kind in course.grading.types)
    return Report(types, tuple(sections), sum(t.share * t.type.weight for t in types), course.grading)


def _block_grades(
    course: Course, sequential: Node, viewer: Viewer, scores: Mapping[UsageKey, Score]
) -> list[BlockGrade]:
    grades = []
    for unit in sequential.children:
        if not outline.visible(course, unit, viewer):
            continue
        for node in outline.blocks_of(unit):
            key = course.keys.get(node)
            if key is None or not has_score(node.tag):
                continue
            course.follow(node)
            score = scores.get(key)
            possible = score.possible if score else points_possible(course, node, key)
            if possible:
                grades.append(
                    BlockGrade(
                        course.name_of(node), outline.unit_url(course, unit), score.earned if score else None, possible
                    )
                )
    return grades


def points_possible(course: Course, node: Node, key: UsageKey) -> float:
    """The most a block can give before anybody has tried it: its ``weight``, else one point for each question of a problem."""
    course.follow(node)
    if node.element is None:
        return 0.0
    weight = course.settings_of(node).get("weight", node.element.get("weight"))
    if weight not in (None, ""):
        try:
            return max(0.0, float(str(weight)))
        except ValueError:
            return 0.0
    if node.tag == "problem":
        return float(
            sum(
                1
                for element in node.element.iter()
                if isinstance(element.tag, str) and element.tag.endswith("response")
            )
        )
    values = definitions_of(course).get(key).values
    return float(values.get("weight") or 1.0)


def _type_grade(kind: AssignmentType, sections: list[SectionGrade]) -> TypeGrade:
    mine = tuple(section for section in sections if section.graded and section.format == kind.name)
    shares = sorted((section.share for section in mine), reverse=True)
    shares += [0.0] * (kind.min_count - len(shares))
    kept = shares[: max(1, len(shares) - kind.drop_count)]
    return TypeGrade(kind, sum(kept) / len(kept), mine)
