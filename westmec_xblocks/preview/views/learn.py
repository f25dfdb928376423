"""The learner's pages: outline, unit, progress, about."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from westmec_xblocks.olx.reader import Node, OlxError, Place, read_bytes
from westmec_xblocks.preview import outcomes, people, services
from westmec_xblocks.preview import outline as outlines
from westmec_xblocks.preview import progress as progresses
from westmec_xblocks.preview.access import course_view
from westmec_xblocks.preview.courses import Course
from westmec_xblocks.preview.models import Role
from westmec_xblocks.preview.views.blocks import has_own_colours


@require_GET
@course_view
def outline(request: HttpRequest, course: Course) -> HttpResponse:
    """Chapters, sections and units with their ticks."""
    completions = outcomes.completions_of(request.viewer.user, course.key)
    lines = outlines.lines(course, request.viewer, completions)
    done, total = sum(line.done for line in lines), sum(line.total for line in lines)
    goto = outlines.resume(course, request.viewer, completions)
    return render(
        request,
        "preview/outline.html",
        {
            "course": course,
            "title": course.title,
            "lines": lines,
            "done": done,
            "total": total,
            "percent": round(100 * done / total) if total else 0,
            "resume": outlines.unit_url(course, goto) if goto else "",
            "resume_title": course.name_of(goto) if goto else "",
            "findings": course.findings if request.viewer.may_author and not request.viewer.masquerading else [],
            "tab": "outline",
            **_masks(request),
        },
    )


@require_GET
@course_view
def unit(request: HttpRequest, course: Course, name: str) -> HttpResponse:
    """One unit: its blocks in a frame, the way back and the way on."""
    units = outlines.units_for(course, request.viewer)
    at = next((i for i, node in enumerate(units) if node.url_name == name), None)
    if at is None:
        raise Http404(gettext("There is no such unit."))
    node = units[at]
    sequential = node.parent or course.root
    completions = outcomes.completions_of(request.viewer.user, course.key)
    siblings = [
        outlines._line(course, child, request.viewer, completions)
        for child in sequential.children
        if outlines.visible(course, child, request.viewer)
    ]
    return render(
        request,
        "preview/unit.html",
        {
            "course": course,
            "title": course.name_of(node),
            "node": node,
            "siblings": siblings,
            "key": course.keys[node],
            "trail": [course.name_of(n) for n in (sequential.parent, sequential) if n is not None],
            "previous": _step(course, units, at - 1),
            "following": _step(course, units, at + 1),
            "number": at + 1,
            "count": len(units),
            "tab": "outline",
            **_masks(request),
        },
    )


def _step(course: Course, units: list[Node], at: int) -> dict[str, str] | None:
    return (
        {"url": outlines.unit_url(course, units[at]), "title": course.name_of(units[at])}
        if 0 <= at < len(units)
        else None
    )


def _masks(request: HttpRequest) -> dict[str, object]:
    """The learners staff may look through; nobody for a learner."""
    viewer = request.viewer
    if viewer.real_role not in (Role.INSTRUCTOR, Role.AUTHOR, Role.EVALUATOR):
        return {}
    return {"masks": [person for person in people.everybody() if person.role == Role.LEARNER]}


@require_GET
@course_view
def jump(request: HttpRequest, course: Course, name: str) -> HttpResponse:
    """Where a link by ``url_name`` leads: the unit that holds the block."""
    node = next((n for n in course.nodes.values() if n.url_name == name), None)
    while node is not None and node.parent is not None and node.parent.tag != "sequential":
        node = (
            node.children[0]
            if node.tag in ("chapter", "sequential") and node.children
            else node.parent
            if node.tag not in ("chapter", "course")
            else None
        )
    if node is None or node.parent is None:
        raise Http404(gettext("The course has nothing by the name %(name)s.") % {"name": name})
    return redirect(outlines.unit_url(course, node))


@require_GET
@course_view
def progress(request: HttpRequest, course: Course) -> HttpResponse:
    """Grades by assignment type and block, against the policy's cut-offs."""
    report = progresses.report(course, request.viewer, outcomes.scores_of(request.viewer.user.id, course.key))
    completions = outcomes.completions_of(request.viewer.user, course.key)
    lines = outlines.lines(course, request.viewer, completions)
    done, total = sum(line.done for line in lines), sum(line.total for line in lines)
    return render(
        request,
        "preview/progress.html",
        {
            "course": course,
            "title": course.title,
            "report": report,
            "tab": "progress",
            "done": done,
            "total": total,
            "percent": round(100 * done / total) if total else 0,
            **_masks(request),
        },
    )


@require_GET
@course_view
def about(request: HttpRequest, course: Course) -> HttpResponse:
    """The course's own about page, as its author wrote it, in a frame in which no script runs."""
    try:
        text = read_bytes(course.files.locate("about/overview.html"), Place("about/overview.html")).decode(
            "utf-8", "replace"
        )
    except OlxError:
        text = ""
    text = services.ReplaceUrlsService(course).replace_urls(text)
    inside = {"title": course.title, "text": text, "light": has_own_colours(text)}
    page = render_to_string("preview/about_frame.html", inside) if text else ""
    return render(
        request,
        "preview/about.html",
        {"course": course, "title": course.title, "page": page, "tab": "about", **_masks(request)},
    )
