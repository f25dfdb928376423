"""Who may open what: every view of a course passes here first."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from westmec_xblocks.preview.courses import Course, library
from westmec_xblocks.preview.viewer import Viewer

CourseView = Callable[..., HttpResponse]


def course_view(view: CourseView) -> CourseView:
    """For people of the course: enrolled learners and the team. Calls ``view(request, course, …)``."""
    return _guarded(view, lambda viewer: viewer.may_enter)


def author_view(view: CourseView) -> CourseView:
    """For people who may edit the course."""
    return _guarded(view, lambda viewer: viewer.may_author)


def _guarded(view: CourseView, allowed: Callable[[Viewer], bool]) -> CourseView:
    @functools.wraps(view)
    def guard(request: HttpRequest, course_key: str, **arguments: Any) -> HttpResponse:
        if request.viewer is None:
            if request.method in ("GET", "HEAD"):
                return redirect(f"/sign-in/?{urlencode({'next': request.get_full_path()})}")
            raise PermissionDenied(gettext("Please sign in first."))
        if not allowed(request.viewer):
            raise PermissionDenied(gettext("You are not part of this course."))
        return view(request, get_course(course_key), **arguments)

    return guard


def get_course(text: str) -> Course:
    """The open course of this key; a page that says there is none otherwise."""
    try:
        course = library().find(CourseKey.from_string(text))
    except InvalidKeyError as error:
        raise Http404(gettext("There is no such course.")) from error
    if course is None:
        raise Http404(gettext("There is no such course."))
    return course


def get_usage_key(course: Course, text: str) -> UsageKey:
    """The key of a block of this course; a page that says there is none otherwise."""
    try:
        key = UsageKey.from_string(text)
    except InvalidKeyError as error:
        raise Http404(gettext("There is no such block.")) from error
    if key.context_key != course.key or course.find(key) is None:
        raise Http404(gettext("There is no such block."))
    return key
