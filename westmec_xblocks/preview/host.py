"""What the light host answers to ``westmec_xblocks.edxapp``: who is who, and where grades and completions go."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Q

from westmec_xblocks.edxapp import Person
from westmec_xblocks.preview import outcomes
from westmec_xblocks.preview.courses import library
from westmec_xblocks.preview.models import Person as SamplePerson
from westmec_xblocks.preview.models import Role
from westmec_xblocks.preview.runtime import definitions_of
from westmec_xblocks.preview.services import anonymous_id as anonymous_id_of
from westmec_xblocks.preview.viewer import AUTHORS, STAFF, current_viewer

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey, UsageKey

log = logging.getLogger(__name__)


class LightHost:
    """The answers of this host. A person's role is the same in every course that is open here."""

    def _role(self, user_id: int, course_key: CourseKey) -> str | None:
        if library().find(course_key) is None:
            return None
        return SamplePerson.objects.filter(user_id=user_id, user__is_active=True).values_list("role", flat=True).first()

    def is_enrolled(self, user_id: int, course_key: CourseKey) -> bool:
        return self._role(user_id, course_key) == Role.LEARNER

    def is_staff(self, user_id: int, course_key: CourseKey) -> bool:
        return self._role(user_id, course_key) in STAFF

    def is_instructor(self, user_id: int, course_key: CourseKey) -> bool:
        return self._role(user_id, course_key) == Role.INSTRUCTOR

    def may_author(self, user_id: int, course_key: CourseKey) -> bool:
        return self._role(user_id, course_key) in AUTHORS

    def is_masquerading(self) -> bool:
        viewer = current_viewer.get()
        return viewer is not None and viewer.masquerading

    def acting_user_id(self) -> int | None:
        viewer = current_viewer.get()
        return viewer.real_user.id if viewer is not None else None

    def learners(self, course_key: CourseKey) -> list[Person]:
        if library().find(course_key) is None:
            return []
        people = SamplePerson.objects.filter(role=Role.LEARNER, user__is_active=True).select_related("user")
        return sorted((_person(person.user) for person in people), key=lambda person: person.name)

    def people(self, user_ids: Iterable[int]) -> dict[int, Person]:
        return {user.id: _person(user) for user in get_user_model().objects.filter(id__in=list(user_ids))}

    def find_person(self, username: str) -> Person | None:
        user = (
            get_user_model().objects.filter(Q(username=username) | Q(email__iexact=username), is_active=True).first()
            if username
            else None
        )
        return _person(user) if user else None

    def find_by_anonymous_id(self, anonymous_id: str) -> int | None:
        ids = get_user_model().objects.values_list("id", flat=True)
        return next((user_id for user_id in ids if anonymous_id_of(user_id) == anonymous_id), None)

    def enrolled_among(self, user_ids: Iterable[int], course_key: CourseKey) -> set[int]:
        if library().find(course_key) is None:
            return set()
        return set(
            SamplePerson.objects.filter(
                user_id__in=list(user_ids), role=Role.LEARNER, user__is_active=True
            ).values_list("user_id", flat=True)
        )

    def publish_grade(self, user_id: int, usage_key: UsageKey, earned: float, possible: float) -> None:
        outcomes.record_score(user_id, usage_key, earned, possible, _weight(usage_key))

    def submit_completion(self, user_id: int, usage_key: UsageKey, completion: float) -> None:
        outcomes.submit_completion(user_id, usage_key, completion)


def _person(user: object) -> Person:
    return Person(id=user.id, username=user.username, name=user.get_full_name() or user.username)


def _weight(usage_key: UsageKey) -> float | None:
    """The block's ``weight`` as its author wrote it; None when there is none or the block is gone."""
    course = library().find(usage_key.context_key)
    if course is None:
        return None
    try:
        weight = definitions_of(course).values(usage_key).get("weight")
    except KeyError:
        return None
    return float(weight) if weight is not None else None


def after_response() -> None:
    """Called after each request that may have written: delivers the grades and completions waiting in the records' outbox."""
    try:
        api = importlib.import_module("westmec_xblocks.records.api")
    except ModuleNotFoundError:
        return
    deliver = getattr(api, "deliver_outbox", None)
    if deliver is not None:
        try:
            deliver()
        except Exception:
            log.exception("The outbox could not be delivered; it will be tried again after the next request")
