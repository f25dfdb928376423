"""The author's side: the course as a list of units, each block as its author sees it, and the handlers of both."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET
from opaque_keys.edx.keys import UsageKey

from westmec_xblocks.olx.reader import OlxError
from westmec_xblocks.preview import drafts, outline, writeback
from westmec_xblocks.preview.access import author_view, get_usage_key
from westmec_xblocks.preview.courses import Course
from westmec_xblocks.preview.formulas import hold_formulas
from westmec_xblocks.preview.runtime import LightRuntime
from westmec_xblocks.preview.views.blocks import call_handler, extra_scripts, looks_light, resources_of


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


@require_GET
@xframe_options_sameorigin
@author_view
def frame(request: HttpRequest, course: Course, usage: str) -> HttpResponse:
    """One block's author_view or studio_view, on a page of its own; with ``draft``, as its author has it in a form."""
    key = get_usage_key(course, usage)
    view = "studio_view" if request.GET.get("view") == "studio_view" else "author_view"
    runtime = LightRuntime(
        course, request.viewer, studio=True, draft=_draft(request, key, request.GET.get("draft", ""))
    )
    if not runtime.draft and (digest := _digest(course, key)):
        runtime.mark = f"seen/{digest}"
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
            "mark": runtime.mark,
        },
    )


def _digest(course: Course, key: UsageKey) -> str:
    try:
        return writeback.source_of(course, key).digest
    except (OlxError, LookupError):
        return ""


def _draft(request: HttpRequest, key: UsageKey, token: str) -> drafts.Draft | None:
    draft = drafts.find(request.viewer, token)
    if token and (draft is None or draft.key != key):
        raise Http404(gettext("This preview is no longer kept. Change something to see it again."))
    return draft


@author_view
def handle(
    request: HttpRequest, course: Course, usage: str, handler: str, suffix: str = "", *, seen: str = "", draft: str = ""
) -> HttpResponse:
    """A handler of the author's side; what it changed in the content goes back into the course's file, unless it is a draft's."""
    if request.viewer.masquerading:
        return JsonResponse(
            {"error": gettext("You are looking through a learner's eyes. Be yourself again first.")}, status=403
        )
    key = get_usage_key(course, usage)
    runtime = LightRuntime(course, request.viewer, studio=True, draft=_draft(request, key, draft))
    if seen:
        runtime.mark = f"seen/{seen}"
    answer = call_handler(runtime, request, key, handler, suffix)
    changed = runtime.field_store.overlay.get(key)
    if answer.status_code < 400 and changed and not runtime.draft:
        try:
            writeback.save_block(course, key, runtime.get_block(key), seen or None)
        except writeback.CannotSave as refusal:
            return JsonResponse(
                {"error": str(refusal), "message": str(refusal), "code": refusal.code},
                status=409 if refusal.code == "changed" else 500,
            )
    return answer
