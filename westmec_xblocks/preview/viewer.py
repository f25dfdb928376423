"""Who looks at a page: the signed-in person, what they may do, and whom staff view the course as."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from westmec_xblocks.preview.models import Role

STAFF = {Role.EVALUATOR, Role.INSTRUCTOR, Role.AUTHOR}
AUTHORS = {Role.INSTRUCTOR, Role.AUTHOR}


@dataclass(frozen=True, slots=True)
class Viewer:
    """``user`` is whom the pages show; ``real_user`` who is signed in. They differ while staff view the course as a learner."""

    user: Any
    real_user: Any
    role: str
    real_role: str

    @property
    def masquerading(self) -> bool:
        return bool(self.user.id != self.real_user.id)

    @property
    def may_enter(self) -> bool:
        """Enrolled, or of the course team."""
        return self.real_role in STAFF or self.real_role == Role.LEARNER

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def is_instructor(self) -> bool:
        return self.role == Role.INSTRUCTOR

    @property
    def may_author(self) -> bool:
        return self.real_role in AUTHORS

    @property
    def platform_role(self) -> str:
        """The word that the platform's user service uses."""
        if self.role in (Role.INSTRUCTOR, Role.AUTHOR):
            return "instructor" if self.role == Role.INSTRUCTOR else "staff"
        return "staff" if self.role == Role.EVALUATOR else "student"


current_viewer: ContextVar[Viewer | None] = ContextVar("current_viewer", default=None)
