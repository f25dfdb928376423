"""The answers of a real Open edX: its LMS and its Studio.

Written against Teak (mid-2025) and compared with Verawood's sources. Each module of the platform is looked up when it is needed; where it,
or the app that it belongs to, is not there, the answer is plain.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist, PermissionDenied
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, LearningContextKey, UsageKey
from opaque_keys.edx.locator import LibraryLocatorV2

from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.edxapp import HostRefused, Person, in_lms

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

MASQUERADE_SESSION_KEY = "masquerade_settings"


class PlatformHost:
    """Answers from the platform's own code; see the functions of ``edxapp`` for what each method means."""

    def is_enrolled(self, user_id: int, course_key: CourseKey) -> bool:
        enrolments = _enrolments(course_key)
        return enrolments is not None and enrolments.filter(user_id=user_id).exists()

    def is_staff(self, user_id: int, course_key: CourseKey) -> bool:
        return _has_access(user_id, "staff", course_key)

    def is_instructor(self, user_id: int, course_key: CourseKey) -> bool:
        return _has_access(user_id, "instructor", course_key)

    def may_author(self, user_id: int, course_key: CourseKey) -> bool:
        user = _find_active_user(user_id)
        if user is None:
            return False
        if isinstance(course_key, LibraryLocatorV2):
            return _may_edit_library(user, course_key)
        auth = _find_module("common.djangoapps.student.auth")
        if auth is None or not course_key.is_course:
            return False
        # Named, because the LMS itself lets limited staff pass here, whom Studio refuses.
        return bool(auth.has_studio_write_access(user, course_key, service_variant="cms"))

    def is_masquerading(self) -> bool:
        request = _current_request()
        user = _signed_in(request)
        if request is None or user is None:
            return False
        course_key = _course_of(request)
        prepared = getattr(
            user, "masquerade_settings", None
        )  # the platform's pages and handlers set it, for staff only
        if prepared is not None:
            return any(_shows_another_view(view) for view in _of_course(prepared, course_key))
        session = getattr(request, "session", None)
        stored = session.get(MASQUERADE_SESSION_KEY) if session is not None else None
        return any(
            _shows_another_view(view) and self.is_staff(user.id, view.course_key)
            for view in _of_course(stored or {}, course_key)
        )

    def acting_user_id(self) -> int | None:
        user = _signed_in(_current_request())
        return None if user is None else user.id

    def learners(self, course_key: CourseKey) -> list[Person]:
        enrolments = _enrolments(course_key)
        if enrolments is None:
            return []
        rows = enrolments.values_list("user_id", "user__username", "user__profile__name")
        return sorted((_person(*row) for row in rows), key=lambda person: (person.name.casefold(), person.username))

    def people(self, user_ids: Iterable[int]) -> dict[int, Person]:
        ids = set(user_ids)
        if not ids or _find_module("common.djangoapps.student.models") is None:
            return {}
        rows = get_user_model().objects.filter(id__in=ids).values_list("id", "username", "profile__name")
        return {row[0]: _person(*row) for row in rows}

    def find_person(self, username: str) -> Person | None:
        student = _find_module("common.djangoapps.student.models")
        wanted = username.strip()
        if student is None or not wanted:  # many accounts have no e-mail address: an empty one must not find them
            return None
        try:
            user = student.get_user_by_username_or_email(wanted)
        except (ObjectDoesNotExist, MultipleObjectsReturned):
            return None
        return self.people([user.id]).get(user.id) if user.is_active else None

    def find_by_anonymous_id(self, anonymous_id: str) -> int | None:
        student = _find_module("common.djangoapps.student.models")
        user = None if student is None else student.user_by_anonymous_id(anonymous_id)
        return None if user is None else user.id

    def enrolled_among(self, user_ids: Iterable[int], course_key: CourseKey) -> set[int]:
        ids = set(user_ids)
        enrolments = _enrolments(course_key)
        if not ids or enrolments is None:
            return set()
        return set(enrolments.filter(user_id__in=ids).values_list("user_id", flat=True))

    def publish_grade(self, user_id: int, usage_key: UsageKey, earned: float, possible: float) -> None:
        grades = _find_module("lms.djangoapps.grades.api")
        if grades is None or not usage_key.context_key.is_course:
            return
        _require_lms()
        user = _get_user(user_id)
        block = _get_published_block(usage_key)
        try:
            grades.signals.SCORE_PUBLISHED.send(
                sender=None, block=block, user=user, raw_earned=earned, raw_possible=possible, only_if_higher=False
            )
        except _queue_errors() as error:
            # The points are stored by now; what is missing is the new total, so the whole call is worth repeating.
            raise HostRefused(
                Refusal("host-queue-unreachable", "The queue of tasks does not answer. The grade will be sent again.")
            ) from error

    def submit_completion(self, user_id: int, usage_key: UsageKey, completion: float) -> None:
        waffle = _find_module("completion.waffle")
        models = _find_module("completion.models")
        if waffle is None or models is None or not usage_key.context_key.is_course:
            return
        if waffle.ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled():
            models.BlockCompletion.objects.submit_completion(
                user=_get_user(user_id), block_key=usage_key, completion=completion
            )


def _find_module(path: str) -> Any | None:
    """The module of the platform, or None where there is no such module or its app is not installed. Its own faults are raised."""
    try:
        return import_module(path)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{path}.".startswith(f"{error.name}."):
            return None
        raise
    except RuntimeError as error:  # what Django says of a model whose app is not installed
        if "INSTALLED_APPS" in str(error):
            return None
        raise


def _current_request() -> HttpRequest | None:
    crum = _find_module("crum")
    return None if crum is None else crum.get_current_request()


def _signed_in(request: HttpRequest | None) -> Any | None:
    """The account that signed the request in; never the learner whom it is shown as."""
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def _find_active_user(user_id: int) -> Any | None:
    """The active account of this id.

    For the account that acts now it is the request's own object: the platform keeps its roles there, read once, and also the view that
    staff have chosen, in which the platform denies them their roles.
    """
    user = _signed_in(_current_request())
    if user is None or user.id != user_id:
        user = get_user_model().objects.filter(id=user_id).first()
    return user if user is not None and user.is_active else None


def _get_user(user_id: int) -> Any:
    user = get_user_model().objects.filter(id=user_id).first()
    if user is None:
        raise HostRefused(
            Refusal("host-person-missing", "There is no account with the id {user_id}.", {"user_id": str(user_id)})
        )
    return user


def _person(user_id: int, username: str, name: str | None) -> Person:
    return Person(id=user_id, username=username, name=(name or "").strip() or username)


def _enrolments(course_key: LearningContextKey) -> QuerySet[Any] | None:
    """The active enrolments of the course run; None where the platform keeps none for such a key."""
    student = _find_module("common.djangoapps.student.models")
    if student is None or not course_key.is_course:
        return None
    return student.CourseEnrollment.objects.filter(course_id=course_key, is_active=True)


def _has_access(user_id: int, level: str, course_key: LearningContextKey) -> bool:
    access = _find_module("lms.djangoapps.courseware.access")
    if access is None or not course_key.is_course:
        return False
    user = _find_active_user(user_id)
    return user is not None and bool(access.has_access(user, level, course_key))


def _may_edit_library(user: Any, library_key: LibraryLocatorV2) -> bool:
    api = _find_module("openedx.core.djangoapps.content_libraries.api")
    permissions = _find_module("openedx.core.djangoapps.content_libraries.permissions")
    if api is None or permissions is None:
        return False
    try:
        api.require_permission_for_library_key(library_key, user, permissions.CAN_EDIT_THIS_CONTENT_LIBRARY)
    except (PermissionDenied, ObjectDoesNotExist):
        return False
    return True


def _course_of(request: HttpRequest) -> LearningContextKey | None:
    """The course run that the request's address names, by its own key or by a block's; None where it names none."""
    match = getattr(request, "resolver_match", None)
    for text in match.kwargs.values() if match is not None else ():
        for key_class in (CourseKey, UsageKey):
            try:
                key = key_class.from_string(str(text))
            except InvalidKeyError:
                continue
            return key if isinstance(key, CourseKey) else key.context_key
    return None


def _of_course(views: dict[CourseKey, Any], course_key: LearningContextKey | None) -> list[Any]:
    """The views chosen for the course run; all of them where the course run is not known, to be on the safe side."""
    return [view for key, view in views.items() if course_key is None or key == course_key]


def _shows_another_view(view: Any) -> bool:
    """Whether the chosen view is that of a learner, and not staff's own, to which the platform also writes an entry."""
    return bool(view.user_name) or view.role != "staff"


def _require_lms() -> None:
    """Studio can import the gradebook's code without having the app: its tasks would go to Studio's own workers, and they see drafts."""
    if not in_lms():
        raise HostRefused(Refusal("host-not-lms", "Grades are taken by the LMS only. Run this command there."))


def _get_published_block(usage_key: UsageKey) -> Any:
    store = import_module("xmodule.modulestore.django").modulestore()
    branch = import_module("xmodule.modulestore").ModuleStoreEnum.Branch.published_only
    missing = import_module("xmodule.modulestore.exceptions").ItemNotFoundError
    try:
        with store.branch_setting(branch, usage_key.context_key):
            return store.get_item(usage_key)
    except missing as error:
        raise HostRefused(
            Refusal("host-block-missing", "{usage_key} is not in the published course.", {"usage_key": str(usage_key)})
        ) from error


def _queue_errors() -> tuple[type[Exception], ...]:
    kombu = _find_module("kombu.exceptions")
    return (ConnectionError,) if kombu is None else (ConnectionError, kombu.OperationalError)
