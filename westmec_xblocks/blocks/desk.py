"""What an action on any block of ours works on: the block, the viewer, the clock, the keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from django.utils import timezone

from westmec_xblocks import edxapp
from westmec_xblocks.blocks.viewer import Viewer
from westmec_xblocks.domain.refusals import NotFound, NotPermitted, Refusal
from westmec_xblocks.records.zone import site_zone

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey, UsageKey


@dataclass
class BlockDesk:
    """One request's view of a block."""

    block: Any
    viewer: Viewer
    now: datetime
    zone: ZoneInfo

    @classmethod
    def of(cls, block: Any) -> Self:
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
    def possible(self) -> float:
        """The points that the block is worth."""
        return self.block.max_score()

    def render(self, name: str, context: dict[str, Any]) -> str:
        """The HTML of one of the block's templates, with /static/ addresses as the host serves them."""
        html = self.block.render_template(name, context)
        service = self.block.runtime.service(self.block, "replace_urls")
        return service.replace_urls(html) if service else html

    def url(self, handler: str, suffix: str = "", query: str = "") -> str:
        """The address of one of the block's handlers."""
        return self.block.runtime.handler_url(self.block, handler, suffix, query)

    def actor(self) -> int:
        """The viewer's id; NotPermitted for somebody who is not signed in."""
        if self.viewer.user_id is None:
            raise NotPermitted(Refusal("signed_out", "Please sign in first."))
        return self.viewer.user_id

    def check_enrolled(self, user_id: int) -> int:
        """The id, where it is an enrolled learner's; NotFound otherwise."""
        if not edxapp.is_enrolled(user_id, self.course_key):
            raise NotFound(Refusal("not_enrolled", "This person is not enrolled in the course."))
        return user_id
