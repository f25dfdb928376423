"""Who looks at a block, and what they may do. Asked again in every handler: hiding a button is no check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from westmec_xblocks import edxapp

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person in the request. ``user_id`` is None for somebody who is not signed in.

    While staff masquerade, ``user_id`` is the learner whom the page shows (their own where they view the course as any learner), all
    roles but the learner's are off, and nothing may be written. ``previewing``:
    the author works on the block in Studio, where nothing is recorded either.
    """

    user_id: int | None
    course_key: CourseKey | None
    masquerading: bool = False
    previewing: bool = False
    enrolled: bool = False
    staff: bool = False
    instructor: bool = False

    @classmethod
    def of(cls, block: Any) -> Viewer:
        """The viewer of a block, from the ``user`` service and the host."""
        service = block.runtime.service(block, "user")
        user = service.get_current_user() if service else None
        user_id = user.opt_attrs.get("edx-platform.user_id") if user else None
        course_key = block.course_key
        if not isinstance(user_id, int) or course_key is None:
            return cls(user_id if isinstance(user_id, int) else None, course_key)
        acting = edxapp.acting_user_id()
        if edxapp.is_masquerading() or acting not in (None, user_id):
            as_any_learner = acting == user_id
            enrolled = as_any_learner or edxapp.is_enrolled(user_id, course_key)
            return cls(user_id, course_key, masquerading=True, enrolled=enrolled)
        # Studio's preview says so; the handlers of its other pages do not.
        if edxapp.in_studio() or getattr(block.runtime, "is_author_mode", False):
            return cls(user_id, course_key, previewing=True)
        staff = edxapp.is_staff(user_id, course_key)
        return cls(
            user_id,
            course_key,
            enrolled=edxapp.is_enrolled(user_id, course_key),
            staff=staff,
            instructor=staff and edxapp.is_instructor(user_id, course_key),
        )
