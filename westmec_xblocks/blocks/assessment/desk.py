"""What an action on an assessment works on: the definition, the viewer, the clock, the keys."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils import translation

from westmec_xblocks.blocks.actions import Role
from westmec_xblocks.blocks.desk import BlockDesk
from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.domain.refusals import NotFound, NotPermitted, Refusal
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.assessment import Parsed, parse_assessment
from westmec_xblocks.records import api
from westmec_xblocks.records.keys import usage_text


@lru_cache(maxsize=64)
def parsed(definition: str) -> Parsed:
    """The definition, parsed once per version and process."""
    return parse_assessment(definition)


class Desk(BlockDesk):
    """One request's view of an assessment block."""

    @property
    def parsed(self) -> Parsed:
        """The definition and what is wrong with it."""
        return parsed(self.block.definition or "")

    @property
    def assessment(self) -> Assessment:
        """The assessment; NotFound while it cannot be used."""
        found = self.parsed
        if found.assessment is None or not found.usable:
            sentence = "This assessment has errors: its author must mend it before it can be used."
            raise NotFound(Refusal("assessment_broken", sentence))
        return found.assessment

    @property
    def usage(self) -> str:
        """The block's key as the records hold it: also while its author has broken it, so that what is under way goes on."""
        return usage_text(self.usage_key)

    @property
    def paper(self) -> api.Paper:
        """The assessment in use at this place of the course, as the records take it."""
        return api.Paper(
            self.usage_key,
            self.assessment,
            self.block.definition,
            self.possible,
            _moment(getattr(self.block, "due", None)),
            _moment(getattr(self.block, "start", None)),
        )

    @property
    def title(self) -> Text:
        """The assessment's name in every language it has."""
        titles = self.parsed.assessment.title.others if self.parsed.assessment else {}
        return Text(self.block.display_name or "", titles)

    def allows(self, role: Role) -> bool:
        """Whether the viewer has this role on the assessment. Staff see the learner's side as well."""
        viewer = self.viewer
        if role is Role.LEARNER:
            return viewer.enrolled or viewer.staff
        if role in (Role.STAFF, Role.EVALUATOR):
            return viewer.staff
        return viewer.instructor

    def own_id(self) -> int:
        """The viewer's id, who takes the assessment."""
        return self.actor()

    def learner_in_view(self, user_id: int | None) -> int:
        """Whose attempts are asked for: the viewer's own, or, for staff, any enrolled learner's."""
        actor = self.actor()
        if user_id is None or user_id == actor:
            return actor
        if not self.viewer.staff:
            raise NotPermitted(Refusal("not_permitted", "You may not do this here."))
        return self.check_enrolled(user_id)

    def record(self, learner_id: int | None = None) -> api.ExamRecord:
        """A learner's attempts, after one whose time is up was closed. Three queries, and those of closing where there is one to close."""
        learner = self.own_id() if learner_id is None else learner_id
        found = api.exam_record(self.paper, learner)
        if found.open is not None and found.open.clock is not None and not found.open.clock.takes(self.now):
            api.close_overdue(self.now, usage=self.paper.usage, learner_id=learner)
            found = api.exam_record(self.paper, learner)
        return found

    def language_of(self, attempt: api.AttemptView | None) -> str:
        """The language in which an attempt's items are shown: the one that it was begun in, else the reader's."""
        return (attempt.language if attempt else "") or translation.get_language() or "en"


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) and value.tzinfo is not None else None
