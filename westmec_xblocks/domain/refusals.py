"""Refusals and errors: a stable code for programs, a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one act is not taken.

    ``code`` is stable; ``sentence`` is an English template in which ``{name}`` stands for ``values["name"]``, so that
    a screen can translate the template first and fill it in afterwards. ``skill`` names the line concerned, where it
    is one line.
    """

    code: str
    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)
    skill: str = ""

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


class WestmecError(Exception):
    """The base of every error of ours that a person may see: ``refusal`` says what and why, ``status`` is its HTTP status."""

    status = 400

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal

    @property
    def code(self) -> str:
        """The stable code, for programs."""
        return self.refusal.code


class NotPermitted(WestmecError):
    """The person may not do this. Nothing was recorded."""

    status = 403


class NotFound(WestmecError):
    """What the request names does not exist here, or not for this person."""

    status = 404


class Conflict(WestmecError):
    """The act contradicts what is on record (a used id, a changed version). Nothing was recorded."""

    status = 409
