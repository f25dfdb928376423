"""The one door to the platform that hosts us.

Everything that only the platform knows (who is enrolled, who is staff, how a grade reaches the gradebook) is asked here. In a
real Open edX the answers come from ``PlatformHost`` (edxapp/platform.py), which looks the platform up call by call, so that this package
loads anywhere. Another host, such as the light preview, installs its own with ``use_host``.

Users are named by their integer id, courses and blocks by opaque keys. Where the platform lacks a thing, the answer is plain: nobody,
False, an empty list. Only the two that deliver, ``publish_grade`` and ``submit_completion``, may raise, and then ``HostRefused``: what
they were to deliver must be kept for later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

from westmec_xblocks.domain.refusals import Refusal, WestmecError

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey, UsageKey


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the host knows them: what a list of learners or evaluators shows."""

    id: int
    username: str
    name: str


class HostRefused(WestmecError):
    """The host cannot take a grade or a completion now; nothing was lost, and the same call may succeed later.

    Codes: ``host-block-missing`` (the block is not published, or was deleted), ``host-person-missing`` (no such account),
    ``host-not-lms`` (this process is not the LMS, which alone has the gradebook), ``host-queue-unreachable`` (the queue of tasks does
    not answer).
    """

    status = 503


class Host(Protocol):
    """What a host answers. Each method's meaning is documented at the function of the same name below."""

    def is_enrolled(self, user_id: int, course_key: CourseKey) -> bool: ...
    def is_staff(self, user_id: int, course_key: CourseKey) -> bool: ...
    def is_instructor(self, user_id: int, course_key: CourseKey) -> bool: ...
    def may_author(self, user_id: int, course_key: CourseKey) -> bool: ...
    def is_masquerading(self) -> bool: ...
    def acting_user_id(self) -> int | None: ...
    def learners(self, course_key: CourseKey) -> list[Person]: ...
    def people(self, user_ids: Iterable[int]) -> dict[int, Person]: ...
    def find_person(self, username: str) -> Person | None: ...
    def find_by_anonymous_id(self, anonymous_id: str) -> int | None: ...
    def enrolled_among(self, user_ids: Iterable[int], course_key: CourseKey) -> set[int]: ...
    def publish_grade(self, user_id: int, usage_key: UsageKey, earned: float, possible: float) -> None: ...
    def submit_completion(self, user_id: int, usage_key: UsageKey, completion: float) -> None: ...


_host: Host | None = None


def use_host(host: Host) -> None:
    """Let ``host`` answer from now on in this process. Called once, at start-up, by a host other than the platform."""
    global _host  # noqa: PLW0603
    _host = host


def host() -> Host:
    """The host that answers here; the platform's unless another was installed."""
    global _host  # noqa: PLW0603
    if _host is None:
        from westmec_xblocks.edxapp.platform import PlatformHost  # noqa: PLC0415  (it needs the names above)

        _host = PlatformHost()
    return _host


def in_studio() -> bool:
    """Whether this process is the platform's Studio. People work on drafts there: nothing that they try is recorded."""
    return getattr(settings, "SERVICE_VARIANT", None) == "cms"


def in_lms() -> bool:
    """Whether this process is the platform's LMS, which cannot change content: a block that tries makes it answer 500."""
    return getattr(settings, "SERVICE_VARIANT", None) == "lms"


def is_enrolled(user_id: int, course_key: CourseKey) -> bool:
    """Whether this user has an active enrolment in the course run."""
    return host().is_enrolled(user_id, course_key)


def is_staff(user_id: int, course_key: CourseKey) -> bool:
    """Whether this user is course staff, an instructor of the course, or global staff."""
    return host().is_staff(user_id, course_key)


def is_instructor(user_id: int, course_key: CourseKey) -> bool:
    """Whether this user may name evaluators and groups: an instructor (course admin) of the course, or global staff."""
    return host().is_instructor(user_id, course_key)


def may_author(user_id: int, course_key: CourseKey) -> bool:
    """Whether this user may edit the course's (or library's) content in Studio."""
    return host().may_author(user_id, course_key)


def is_masquerading() -> bool:
    """Whether staff view the course as somebody else in the request under way. Nothing is recorded then."""
    return host().is_masquerading()


def acting_user_id() -> int | None:
    """Id of the signed-in user of the request under way, whoever the page shows them as; None outside a request."""
    return host().acting_user_id()


def learners(course_key: CourseKey) -> list[Person]:
    """Everyone with an active enrolment, by name. A constant number of queries."""
    return host().learners(course_key)


def people(user_ids: Iterable[int]) -> dict[int, Person]:
    """The persons behind these ids; ids that nobody has are left out. One query."""
    return host().people(user_ids)


def find_person(username: str) -> Person | None:
    """The active account of this username or e-mail address, or None."""
    return host().find_person(username)


def user_id_of(named: int | str) -> int:
    """Id of the account that the host names to a block: by this id, or by the anonymous id that stands for it in one course.

    The platform's reset of a learner's state takes the second way. Raises ``HostRefused`` where nobody is meant.
    """
    found = named if isinstance(named, int) else host().find_by_anonymous_id(named)
    if found is None:
        raise HostRefused(
            Refusal("host-person-missing", "There is no account with the id {user_id}.", {"user_id": str(named)})
        )
    return found


def enrolled_among(user_ids: Iterable[int], course_key: CourseKey) -> set[int]:
    """Those of the ids that are actively enrolled. One query."""
    return host().enrolled_among(user_ids, course_key)


def publish_grade(user_id: int, usage_key: UsageKey, earned: float, possible: float) -> None:
    """Give this learner a raw score of ``earned`` out of ``possible`` points on the block, whoever acts; clamped to the range.

    The host scales it to the block's ``weight``. Repeating the call with the same values changes nothing. Raises ``HostRefused``.
    """
    host().publish_grade(user_id, usage_key, max(0.0, min(float(earned), float(possible))), float(possible))


def submit_completion(user_id: int, usage_key: UsageKey, completion: float) -> None:
    """Mark the block as complete (1.0) or not (0.0) for this learner; nothing happens where the host does not track completion.

    Raises ``HostRefused``.
    """
    host().submit_completion(user_id, usage_key, max(0.0, min(float(completion), 1.0)))
