"""Opaque keys to the text that the tables hold, and back.

Branches and versions of a course are left out: a record speaks of the run.
"""

from __future__ import annotations

from functools import lru_cache

from opaque_keys.edx.keys import CourseKey, UsageKey

from westmec_xblocks.domain.refusals import NotFound, Refusal


def course_text(course_key: CourseKey) -> str:
    """The course run's key as text; NotFound for a library, where nothing is recorded."""
    if not isinstance(course_key, CourseKey) or getattr(course_key, "library", None):
        raise NotFound(Refusal("no_course", "Nothing is recorded outside a course."))
    return str(course_key.version_agnostic().for_branch(None) if hasattr(course_key, "for_branch") else course_key)


def usage_text(usage_key: UsageKey) -> str:
    """The block's key as text; NotFound in a library."""
    course_text(usage_key.context_key)
    return str(usage_key.version_agnostic().for_branch(None) if hasattr(usage_key, "for_branch") else usage_key)


@lru_cache(maxsize=4096)
def usage_key_of(text: str) -> UsageKey:
    """The key that a table's text names."""
    key = UsageKey.from_string(text)
    return key if key.course_key.run else key.map_into_course(key.course_key)


@lru_cache(maxsize=512)
def course_key_of(text: str) -> CourseKey:
    """The course run that a table's text names."""
    return CourseKey.from_string(text)
