"""What is wrong, or doubtful, with an assessment as its author wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from westmec_xblocks.domain.assessment.answers import Option
from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.domain.problems import Problem
from westmec_xblocks.domain.text import Text


@dataclass(frozen=True, slots=True)
class View:
    """What the rules for every kind look at in one item: its kind's texts by name, its options, and what its kind finds."""

    texts: tuple[tuple[str, Text], ...] = ()
    options: tuple[Option, ...] = ()
    problems: tuple[Problem, ...] = ()


def validate(assessment: Assessment, views: Sequence[View]) -> list[Problem]:
    """Every finding about the assessment, errors first. ``views`` are those of its items, in order."""
    found = [problem for view in views for problem in view.problems]
    return sorted(found, key=lambda problem: problem.severity != "error")
