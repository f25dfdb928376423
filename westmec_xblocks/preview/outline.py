"""What the outline, the unit pages and the course cards show: titles, ticks and where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xblock.completable import XBlockCompletionMode

from westmec_xblocks.preview import outcomes
from westmec_xblocks.preview.blocktypes import completion_mode

if TYPE_CHECKING:
    from opaque_keys.edx.keys import UsageKey

    from westmec_xblocks.olx.reader import Node, OlxError
    from westmec_xblocks.preview.courses import Course
    from westmec_xblocks.preview.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Line:
    """One chapter, section or unit as the outline shows it. ``done`` of ``total`` blocks are complete."""

    node: Node
    title: str
    url: str
    done: int
    total: int
    lines: tuple[Line, ...] = ()
    graded: bool = False
    format: str = ""
    error: OlxError | None = None
    staff_only: bool = False

    @property
    def complete(self) -> bool:
        return self.total > 0 and self.done >= self.total

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


def unit_url(course: Course, node: Node) -> str:
    """The address of a unit's page."""
    return f"/courses/{course.key}/unit/{node.url_name}/"


def blocks_of(unit: Node) -> list[Node]:
    """The blocks of a unit: its children, or the unit itself when it is a block standing directly in a sequential."""
    return unit.children if unit.tag == "vertical" else [unit]


def completable(course: Course, unit: Node) -> list[UsageKey]:
    """The keys of a unit's blocks that count towards its tick."""
    return [
        course.keys[n]
        for n in blocks_of(unit)
        if n in course.keys and completion_mode(n.tag) == XBlockCompletionMode.COMPLETABLE
    ]


def visible(course: Course, node: Node, viewer: Viewer | None) -> bool:
    """Whether this viewer sees the element at all."""
    return bool(viewer and viewer.is_staff) or course.attribute(node, "visible_to_staff_only") not in ("true", "True")


def units_for(course: Course, viewer: Viewer | None) -> list[Node]:
    """The units this viewer can open, in reading order."""
    return [unit for unit in course.units() if visible(course, unit, viewer)]


def lines(course: Course, viewer: Viewer, completions: Mapping[UsageKey, float]) -> tuple[Line, ...]:
    """The outline: chapters with their sections and units."""
    return tuple(
        _line(course, chapter, viewer, completions) for chapter in course.chapters() if visible(course, chapter, viewer)
    )


def _line(course: Course, node: Node, viewer: Viewer, completions: Mapping[UsageKey, float]) -> Line:
    is_unit = node.tag == "vertical" or (node.parent is not None and node.parent.tag == "sequential")
    if is_unit:
        keys = completable(course, node)
        return Line(
            node,
            course.name_of(node),
            unit_url(course, node),
            sum(completions.get(k, 0.0) >= 1.0 for k in keys),
            len(keys),
            error=node.error,
            staff_only=course.attribute(node, "visible_to_staff_only") in ("true", "True"),
        )
    inner = tuple(
        _line(course, child, viewer, completions) for child in node.children if visible(course, child, viewer)
    )
    graded = node.tag == "sequential" and (course.attribute(node, "graded") or "").lower() == "true"
    return Line(
        node,
        course.name_of(node),
        inner[0].url if inner else "",
        sum(i.done for i in inner),
        sum(i.total for i in inner),
        inner,
        graded,
        (course.attribute(node, "format") or "") if graded else "",
        node.error,
    )


def card(course: Course, viewer: Viewer | None) -> dict[str, Any]:
    """What the first page shows of a course."""
    units = units_for(course, viewer)
    shown: dict[str, Any] = {
        "course": course,
        "title": course.title,
        "chapters": len(course.chapters()),
        "units": len(units),
        "url": f"/courses/{course.key}/",
    }
    if viewer is not None and viewer.may_enter:
        completions = outcomes.completions_of(viewer.user, course.key)
        keys = [key for unit in units for key in completable(course, unit)]
        shown["percent"] = round(100 * sum(completions.get(k, 0.0) >= 1.0 for k in keys) / len(keys)) if keys else 0
    return shown


def resume(course: Course, viewer: Viewer, completions: Mapping[UsageKey, float]) -> Node | None:
    """The first unit that is not complete; the first of all when everything is."""
    units = units_for(course, viewer)
    for unit in units:
        keys = completable(course, unit)
        if keys and any(completions.get(k, 0.0) < 1.0 for k in keys):
            return unit
    return units[0] if units else None
