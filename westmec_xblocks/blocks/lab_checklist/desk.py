"""What an action on a checklist works on: the list, the viewer, the clock, the keys."""

from __future__ import annotations

from functools import cached_property, lru_cache

from django.utils.crypto import salted_hmac

from westmec_xblocks.blocks.actions import Role
from westmec_xblocks.blocks.desk import BlockDesk
from westmec_xblocks.domain.checklist.definition import Checklist
from westmec_xblocks.domain.refusals import NotFound, NotPermitted, Refusal
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.checklist import Parsed, parse_checklist
from westmec_xblocks.records import api


@lru_cache(maxsize=256)
def parsed(definition: str) -> Parsed:
    """The definition, parsed once per version and process."""
    return parse_checklist(definition)


class Desk(BlockDesk):
    """One request's view of a checklist block."""

    @property
    def parsed(self) -> Parsed:
        """The definition and what is wrong with it."""
        return parsed(self.block.definition or "")

    @property
    def checklist(self) -> Checklist:
        """The list; NotFound while it cannot be used."""
        found = self.parsed
        if found.checklist is None or not found.usable:
            raise NotFound(
                Refusal("list_broken", "This checklist has errors: its author must mend it before it can be used.")
            )
        return found.checklist

    @property
    def sheet(self) -> api.Sheet:
        """The list in use at this place of the course, as the records take it."""
        return api.Sheet(self.usage_key, self.checklist, self.block.definition, self.possible, self.draw_key)

    @property
    def title(self) -> Text:
        """The list's name in every language it has."""
        titles = self.parsed.checklist.title.others if self.parsed.checklist else {}
        return Text(self.block.display_name or "", titles)

    @property
    def draw_key(self) -> bytes:
        """The key of the draw of learners whom two evaluators rate; from the site's secret."""
        return salted_hmac("westmec.second_evaluator", "").digest()

    @cached_property
    def is_evaluator(self) -> bool:
        """Whether the viewer may evaluate here: course staff, or somebody named for this list, until the day it ends."""
        viewer = self.viewer
        if viewer.user_id is None or viewer.course_key is None or viewer.masquerading:
            return False
        if viewer.staff:
            return True
        code = self.parsed.checklist.code if self.parsed.checklist else ""
        return api.may_evaluate(viewer.user_id, viewer.course_key, code, self.today)

    def allows(self, role: Role) -> bool:
        """Whether the viewer has this role on the list. Whoever may evaluate sees the learner's side as well."""
        viewer = self.viewer
        if role is Role.LEARNER:
            return viewer.enrolled or viewer.staff or self.is_evaluator
        if role is Role.EVALUATOR:
            return self.is_evaluator
        return viewer.staff if role is Role.STAFF else viewer.instructor

    def learner_in_view(self, user_id: int | None) -> int:
        """Whose record is asked for: the viewer's own, or, for evaluators, any enrolled learner's."""
        actor = self.actor()
        if user_id is None or user_id == actor:
            return actor
        if not self.is_evaluator:
            raise NotPermitted(Refusal("not_permitted", "You may not do this here."))
        return self.check_enrolled(user_id)
