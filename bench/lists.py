"""The course's first checklist and its exam, as its files have them."""

from functools import cache
from pathlib import Path

from lxml import etree

COURSE = Path(__file__).resolve().parent.parent / "course_content" / "pd2_safe_labs"
PLATFORM_FIELDS = ("display_name", "weight")


@cache
def pd2_definition() -> str:
    """The canonical content of PD2-A."""
    from westmec_xblocks.olx.checklist import TAG, definition_of

    unit = etree.parse(COURSE / "vertical" / "apply-pd2-a.xml")
    return definition_of(next(unit.iter(TAG)), PLATFORM_FIELDS)


@cache
def pd2_exam() -> str:
    """The canonical content of PD-2's exam."""
    from westmec_xblocks.olx.assessment import TAG, definition_of

    unit = etree.parse(COURSE / "vertical" / "apply-exam-form.xml")
    return definition_of(next(unit.iter(TAG)), PLATFORM_FIELDS)


def safety_lines(checklist):
    """Its safety lines that require no other."""
    return [skill for skill in checklist.skills if skill.flag.value == "safety" and not checklist.requires_here(skill)]
