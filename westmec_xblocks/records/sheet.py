"""A checklist in use at one place of a course: what every act on it needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from westmec_xblocks.domain.checklist.definition import Checklist
from westmec_xblocks.domain.refusals import Refusal, WestmecError
from westmec_xblocks.records.keys import course_text, usage_text

if TYPE_CHECKING:
    from opaque_keys.edx.keys import UsageKey

MAX_CODE = 150
MAX_ID = 100


@dataclass(frozen=True)
class Sheet:
    """``checklist`` is the list as it is written today and ``olx`` its canonical text; ``possible`` are the points that the block is worth.

    ``draw_key`` keeps the draw of learners whom two evaluators rate secret.
    """

    usage_key: UsageKey
    checklist: Checklist
    olx: str
    possible: float
    draw_key: bytes

    @cached_property
    def usage(self) -> str:
        """The block's key as the tables hold it; NotFound outside a course."""
        return usage_text(self.usage_key)

    @cached_property
    def course(self) -> str:
        """The course run's key as the tables hold it."""
        return course_text(self.usage_key.context_key)

    def check_sizes(self) -> None:
        """Raise WestmecError for codes and ids that are too long to be kept: cutting them would mix up two lines."""
        checklist = self.checklist
        long_id = next((skill.id for skill in checklist.skills if len(skill.id) > MAX_ID), "")
        long_value = any(len(level.value) > MAX_ID for level in checklist.scale.levels)
        if len(checklist.code) > MAX_CODE or long_id or long_value:
            values = {"code": str(MAX_CODE), "id": str(MAX_ID)}
            sentence = "The list's code may have {code} characters, a line's id or a level's value {id}: its author must shorten them."
            raise WestmecError(Refusal("code_too_long", sentence, values, long_id[:MAX_ID]))
