"""Findings about a course file: what is wrong, where, and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.olx.forms import Form
from westmec_xblocks.olx.source import Position, Source

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: an error keeps the element from being used, a warning does not. ``line`` and ``column`` count from 1."""

    severity: str
    refusal: Refusal
    path: str = ""
    line: int = 1
    column: int = 1

    @property
    def code(self) -> str:
        """The stable code, for programs."""
        return self.refusal.code

    @property
    def skill(self) -> str:
        """The id of the line or item concerned, or empty."""
        return self.refusal.skill

    @property
    def is_error(self) -> bool:
        """Whether it keeps the element from being used."""
        return self.severity == ERROR

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.severity} {self.code} {self.refusal}"


@dataclass(slots=True)
class Notes:
    """Findings gathered while one element is read; ``first_line`` is the line of the file on which the text begins.

    ``whole`` is the element that a finding about no part in particular is told of; None for the text's root.
    """

    source: Source
    form: Form
    path: str = ""
    first_line: int = 1
    found: list[Finding] = field(default_factory=list)
    skill: str = ""
    whole: etree._Element | None = None

    def error(self, at: etree._Element | None, code: str, sentence: str, **values: str) -> None:
        """Note what keeps the element from being used."""
        self.add(ERROR, at, Refusal(code, sentence, values, self.skill))

    def warning(self, at: etree._Element | None, code: str, sentence: str, **values: str) -> None:
        """Note what an author should look at."""
        self.add(WARNING, at, Refusal(code, sentence, values, self.skill))

    def add(self, severity: str, at: etree._Element | None, refusal: Refusal) -> None:
        """Note a finding about the element ``at``; None stands for the whole."""
        place = next(element for element in (at, self.whole, self.source.root) if element is not None)
        position = self.source.position(place)
        self.found.append(located(severity, refusal, self.path, self.first_line, position))

    def in_order(self) -> list[Finding]:
        """The findings in the order of the text, each once; at one place, errors first."""
        unique = {str(finding): finding for finding in self.found}
        return sorted(unique.values(), key=lambda finding: (finding.line, finding.column, not finding.is_error))


def located(severity: str, refusal: Refusal, path: str, first_line: int, position: Position) -> Finding:
    """A finding at a position of a text that begins on ``first_line`` of the file."""
    return Finding(severity, refusal, path, first_line - 1 + position.line, position.column)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that ``word`` was probably meant to be, or empty."""
    by_lower = {name.lower(): name for name in known}
    matches = difflib.get_close_matches(word.lower().replace("-", "_"), by_lower, n=1, cutoff=0.75)
    return by_lower[matches[0]] if matches else ""
