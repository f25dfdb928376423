"""An assessment in use at one place of a course: what every act on it needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.domain.refusals import Refusal, WestmecError
from westmec_xblocks.records.keys import course_text, usage_text

if TYPE_CHECKING:
    from opaque_keys.edx.keys import UsageKey

MAX_CODE = 150
MAX_ID = 100
MAX_LANGUAGE = 20


@dataclass(frozen=True, slots=True)
class Place:
    """The block: its keys and code as the tables hold them, and the points that it is worth."""

    usage: str
    course: str
    code: str
    possible: float


@dataclass(frozen=True)
class Paper:
    """``assessment`` is as it is written today and ``olx`` its canonical text; ``possible`` are the points that the block is worth.

    ``due`` and ``opens`` are the platform's dates of the block for the learner in question.
    """

    usage_key: UsageKey
    assessment: Assessment
    olx: str
    possible: float
    due: datetime | None = None
    opens: datetime | None = None

    @cached_property
    def usage(self) -> str:
        """The block's key as the tables hold it; NotFound outside a course."""
        return usage_text(self.usage_key)

    @cached_property
    def course(self) -> str:
        """The course run's key as the tables hold it."""
        return course_text(self.usage_key.context_key)

    @property
    def place(self) -> Place:
        """The block as acts name it."""
        return Place(self.usage, self.course, self.assessment.code, self.possible)

    def check_sizes(self) -> None:
        """Raise WestmecError for codes and ids that are too long to be kept: cutting them would mix up two items."""
        if len(self.assessment.code) > MAX_CODE or any(len(item.id) > MAX_ID for item in self.assessment.items):
            values = {"code": str(MAX_CODE), "id": str(MAX_ID)}
            sentence = "The code may have {code} characters, an item's id {id}: the author must shorten them."
            raise WestmecError(Refusal("code_too_long", sentence, values))


def check_language(tag: str) -> None:
    """Raise WestmecError for a tag that is too long to be one."""
    if len(tag) > MAX_LANGUAGE:
        values = {"limit": str(MAX_LANGUAGE)}
        raise WestmecError(Refusal("too_long", "The text is longer than {limit} characters.", values))
