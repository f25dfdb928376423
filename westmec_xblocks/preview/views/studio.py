"""The author's side: the course as a list of units, each block as its author sees it, its editor, and its source."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods
from opaque_keys.edx.keys import UsageKey

from westmec_xblocks.olx.reader import OlxError
from westmec_xblocks.preview import outline, writeback
from westmec_xblocks.preview.access import author_view, get_usage_key
from westmec_xblocks.preview.blocktypes import CONTAINERS, CONTRIB, class_for, is_installed
from westmec_xblocks.preview.courses import Course
from westmec_xblocks.preview.formulas import hold_formulas
from westmec_xblocks.preview.runtime import LightRuntime
from westmec_xblocks.preview.views.blocks import call_handler, extra_scripts, looks_light, resources_of

SEEN = "seen"


@require_GET
@author_view
def course(request: HttpRequest, course: Course) -> HttpResponse:
    """Every unit, those in draft too."""
    lines = outline.lines(course, request.viewer, {})
    drafts = [
        {"title": course.name_of(node), "url": unit_url(course, node), "error": node.error} for node in course.drafts()
    ]
    for_units = [
        (
            chapter,
            [
                (
                    section,
                    [
                        {"title": unit.title, "url": unit_url(course, unit.node), "error": unit.error}
                        for unit in section.lines
                    ],
                )
                for section in chapter.lines
            ],
        )
        for chapter in lines
    ]
    return render(
        request,
        "preview/studio_course.html",
        {
            "course": course,
            "title": course.title,
            "chapters": for_units,
            "drafts": drafts,
            "findings": course.findings,
            "tab": "studio",
        },
    )


def unit_url(course: Course, node: Any) -> str:
    """The address of a unit on the author's side."""
    return f"/studio/{course.key}/unit/{course.keys[node]}/"


def has_form(key: UsageKey) -> bool:
    """Whether the block brings an editor of its own that works outside the platform's micro-frontends."""
    return (
        key.block_type not in CONTRIB
        and key.block_type not in CONTAINERS
        and is_installed(key.block_type)
        and hasattr(class_for(key.block_type), "studio_view")
    )


@require_GET
@author_view
def unit(request: HttpRequest, course: Course, usage: str) -> HttpResponse:
    """A unit's blocks as the author sees them, each with a way to edit it."""
    key = get_usage_key(course, usage)
    node = course.get(key)
    blocks = []
    for child in outline.blocks_of(node):
        if child in course.keys:
            course.follow(child)
            blocks.append(
                {
                    "key": course.keys[child],
                    "title": course.name_of(child),
                    "kind": child.tag,
                    "place": child.place,
                    "edit": f"/studio/{course.key}/edit/{course.keys[child]}/",
                    "frame": f"/studio/{course.key}/frame/{course.keys[child]}",
                }
            )
    return render(
        request,
        "preview/studio_unit.html",
        {"course": course, "title": course.name_of(node), "node": node, "blocks": blocks, "tab": "studio"},
    )


@require_http_methods(["GET", "POST"])
@author_view
def edit(request: HttpRequest, course: Course, usage: str) -> HttpResponse:
    """A block's own editor where it has one, and its source in the course's file."""
    key = get_usage_key(course, usage)
    node = course.get(key)
    back = _unit_of(course, key)
    try:
        source = writeback.source_of(course, key)
        text, message, status = source.text.decode("utf-8"), "", 200
    except (OlxError, LookupError, UnicodeDecodeError) as error:
        raise Http404(str(error)) from error
    seen = source.digest
    if request.method == "POST":
        text, seen = request.POST.get("source", ""), request.POST.get(SEEN, "")
        if request.viewer.masquerading:
            raise PermissionDenied(gettext("You are looking through a learner's eyes. Be yourself again first."))
        try:
            writeback.save_source(course, key, text, seen)
            return redirect(back)
        except writeback.CannotSave as refusal:
            message, status = str(refusal), 409 if refusal.code == "changed" else 422
    mode = "source" if request.method == "POST" or request.GET.get("mode") == "source" or not has_form(key) else "form"
    return render(
        request,
        "preview/studio_edit.html",
        {
            "course": course,
            "title": course.name_of(node),
            "key": key,
            "kind": node.tag,
            "source": source,
            "text": text,
            "seen": seen,
            "message": message,
            "back": back,
            "mode": mode,
            "has_form": has_form(key),
            "frame": f"/studio/{course.key}/frame/{key}?view=studio_view",
            "tab": "studio",
        },
        status=status,
    )


def _unit_of(course: Course, key: UsageKey) -> str:
    node = course.find(key)
    while node is not None and node.parent is not None and node.parent.tag != "sequential" and node.tag != "vertical":
        node = node.parent
    return unit_url(course, node) if node in course.keys else f"/studio/{course.key}/"


@require_GET
@xframe_options_sameorigin
@author_view
def frame(request: HttpRequest, course: Course, usage: str) -> HttpResponse:
    """One block's author_view or studio_view, on a page of its own."""
    key = get_usage_key(course, usage)
    view = "studio_view" if request.GET.get("view") == "studio_view" else "author_view"
    runtime = LightRuntime(course, request.viewer, studio=True)
    runtime.seen = _digest(course, key)
    fragments = [(key, runtime.render_safely(key, view))]
    return render(
        request,
        "preview/frame.html",
        {
            "course": course,
            "fragments": fragments,
            "resources": resources_of(f for _, f in fragments),
            "complete_on_view": [],
            "studio": True,
            "view": view,
            "extra_scripts": extra_scripts(fragments),
            "light": looks_light(fragments),
            "formulas": hold_formulas(runtime.definitions, fragments),
            "title": key.block_id,
            "empty": False,
            "broken": None,
            "seen": runtime.seen,
        },
    )


def _digest(course: Course, key: UsageKey) -> str:
    try:
        return writeback.source_of(course, key).digest
    except (OlxError, LookupError):
        return ""


@author_view
def handle(request: HttpRequest, course: Course, usage: str, handler: str, suffix: str = "") -> HttpResponse:
    """A handler of the author's side; what it changed in the content goes back into the course's file."""
    if request.viewer.masquerading:
        return JsonResponse(
            {"error": gettext("You are looking through a learner's eyes. Be yourself again first.")}, status=403
        )
    key = get_usage_key(course, usage)
    runtime = LightRuntime(course, request.viewer, studio=True)
    runtime.seen = request.GET.get(SEEN, "")
    answer = call_handler(runtime, request, key, handler, suffix)
    changed = runtime.field_store.overlay.get(key)
    if answer.status_code < 400 and changed:
        try:
            writeback.save_block(course, key, runtime.get_block(key), runtime.seen or None)
        except writeback.CannotSave as refusal:
            return JsonResponse(
                {"error": str(refusal), "message": str(refusal), "code": refusal.code},
                status=409 if refusal.code == "changed" else 500,
            )
    return answer
