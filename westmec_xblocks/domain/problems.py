"""What is wrong, or doubtful, with something as an author wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from westmec_xblocks.domain.refusals import Refusal

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: an error keeps the whole from being used, a warning does not. ``skill`` is the line or item it concerns, or empty."""

    severity: str
    refusal: Refusal

    @property
    def skill(self) -> str:
        """The id of the line or item concerned, or empty."""
        return self.refusal.skill

    @property
    def is_error(self) -> bool:
        """Whether it keeps the whole from being used."""
        return self.severity == ERROR


def wrong(code: str, sentence: str, skill: str = "", **values: str) -> Problem:
    """An error. ``sentence`` is a template, as in a ``Refusal``."""
    return Problem(ERROR, Refusal(code, sentence, values, skill))


def doubtful(code: str, sentence: str, skill: str = "", **values: str) -> Problem:
    """A warning. ``sentence`` is a template, as in a ``Refusal``."""
    return Problem(WARNING, Refusal(code, sentence, values, skill))
