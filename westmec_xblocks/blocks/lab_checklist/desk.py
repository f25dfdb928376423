"""What an action on a checklist works on: the list, the viewer, the clock, the keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.crypto import salted_hmac

from westmec_xblocks import edxapp
from westmec_xblocks.blocks.actions import Role
from westmec_xblocks.blocks.base import site_zone
from westmec_xblocks.blocks.viewer import Viewer
from westmec_xblocks.domain.checklist.definition import Checklist
from westmec_xblocks.domain.refusals import NotFound, NotPermitted, Refusal
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.checklist import Parsed, parse_checklist
from westmec_xblocks.records import api

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey, UsageKey


@lru_cache(maxsize=256)
def parsed(definition: str) -> Parsed:
    """The definition, parsed once per version and process."""
    return parse_checklist(definition)


@dataclass
class Desk:
    """One request's view of a checklist block."""

    block: Any
    viewer: Viewer
    now: datetime
    zone: ZoneInfo

    @classmethod
    def of(cls, block: Any) -> Desk:
        """The desk for the request under way."""
        return cls(block, block.viewer(), timezone.now(), site_zone())

    @property
    def today(self) -> date:
        """Today in the site's time zone."""
        return self.now.astimezone(self.zone).date()

    @property
    def usage_key(self) -> UsageKey:
        """The block's key."""
        return self.block.usage_key

    @property
    def course_key(self) -> CourseKey:
        """The course run; NotFound in a library, where nothing is recorded."""
        if self.viewer.course_key is None:
            raise NotFound(Refusal("no_course", "Nothing is recorded outside a course."))
        return self.viewer.course_key

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
    def possible(self) -> float:
        """The points that the list is worth."""
        return self.block.max_score()

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

    def render(self, name: str, context: dict[str, Any]) -> str:
        """The HTML of one of the block's templates, with /static/ addresses as the host serves them."""
        html = self.block.render_template(name, context)
        service = self.block.runtime.service(self.block, "replace_urls")
        return service.replace_urls(html) if service else html

    def url(self, handler: str, suffix: str = "", query: str = "") -> str:
        """The address of one of the block's handlers."""
        return self.block.runtime.handler_url(self.block, handler, suffix, query)

    def allows(self, role: Role) -> bool:
        """Whether the viewer has this role on the list. Whoever may evaluate sees the learner's side as well."""
        viewer = self.viewer
        if role is Role.LEARNER:
            return viewer.enrolled or viewer.staff or self.is_evaluator
        if role is Role.EVALUATOR:
            return self.is_evaluator
        return viewer.staff if role is Role.STAFF else viewer.instructor

    def actor(self) -> int:
        """The viewer's id; NotPermitted for somebody who is not signed in."""
        if self.viewer.user_id is None:
            raise NotPermitted(Refusal("signed_out", "Please sign in first."))
        return self.viewer.user_id

    def learner_in_view(self, user_id: int | None) -> int:
        """Whose record is asked for: the viewer's own, or, for evaluators, any enrolled learner's."""
        actor = self.actor()
        if user_id is None or user_id == actor:
            return actor
        if not self.is_evaluator:
            raise NotPermitted(Refusal("not_permitted", "You may not do this here."))
        if not edxapp.is_enrolled(user_id, self.course_key):
            raise NotFound(Refusal("not_enrolled", "This person is not enrolled in the course."))
        return user_id
