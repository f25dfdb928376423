"""The editor around a block: the form that it brings, else the host's own, and its source; and the preview of what is not saved yet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST
from lxml import etree
from opaque_keys.edx.keys import UsageKey

from westmec_xblocks.olx.reader import OlxError
from westmec_xblocks.preview import drafts, writeback
from westmec_xblocks.preview.access import author_view, get_usage_key
from westmec_xblocks.preview.blocktypes import CONTAINERS, CONTRIB, class_for, is_installed
from westmec_xblocks.preview.courses import Course
from westmec_xblocks.preview.editing import form as forms
from westmec_xblocks.preview.runtime import LightRuntime
from westmec_xblocks.preview.views.studio import unit_url

SEEN = "seen"
TRANSCRIPTS = (".srt", ".sjson")
VIDEOS = (".mp4", ".webm", ".ogg", ".ogv", ".m4v", ".m3u8")
SHOWN_FILES = 12


@require_http_methods(["GET", "POST"])
@author_view
def edit(request: HttpRequest, course: Course, usage: str) -> HttpResponse:
    """A block's own editor where it brings one that works here, else the host's form; and its source in the course's file."""
    key = get_usage_key(course, usage)
    _refuse_masks(request)
    if "source" in request.POST or request.GET.get("mode") == "source":
        return _source(request, course, key)
    if brings_form(key):
        return _page(request, course, key, {"mode": "frame", "frame": _frame(course, key, "view=studio_view")})
    form = _form(request, course, key)
    if form is None:
        return _source(request, course, key)
    return _save(request, form) if request.method == "POST" else _show(request, form, form.seen)


def _refuse_masks(request: HttpRequest) -> None:
    if request.method == "POST" and request.viewer.masquerading:
        raise PermissionDenied(gettext("You are looking through a learner's eyes. Be yourself again first."))


def brings_form(key: UsageKey) -> bool:
    """Whether the block brings an editor of its own that works outside the platform's Studio."""
    return (
        key.block_type not in CONTRIB
        and key.block_type not in CONTAINERS
        and is_installed(key.block_type)
        and hasattr(class_for(key.block_type), "studio_view")
    )


def _form(request: HttpRequest, course: Course, key: UsageKey) -> forms.Form | None:
    """The host's form; None where there is none, or where the block is so broken that only its source can be mended."""
    if not forms.has_form(key):
        return None
    runtime = LightRuntime(course, request.viewer, studio=True)
    if key in course.nodes:
        course.follow(course.nodes[key])
    if runtime.definitions.get(key).error is not None:
        return None
    try:
        return forms.form_of(runtime, key)
    except (OlxError, LookupError, UnicodeDecodeError):
        return None


def _source(request: HttpRequest, course: Course, key: UsageKey) -> HttpResponse:
    try:
        source = writeback.source_of(course, key)
        text, message, status = source.text.decode("utf-8"), "", 200
    except (OlxError, LookupError, UnicodeDecodeError) as error:
        raise Http404(str(error)) from error
    seen = source.digest
    if request.method == "POST":
        text, seen = request.POST.get("source", ""), request.POST.get(SEEN, "")
        try:
            writeback.save_source(course, key, text, seen)
            return _saved(request, course, key, [source.path])
        except writeback.CannotSave as refusal:
            message, status = str(refusal), 409 if refusal.code == "changed" else 422
    shown = {"mode": "source", "source": source, "text": text, "seen": seen, "message": message}
    return _page(request, course, key, shown, status)


def _save(request: HttpRequest, form: forms.Form) -> HttpResponse:
    given = forms.answer(form, request.POST)
    seen = request.POST.get(SEEN, "")
    if not given.form.is_good:
        return _show(request, given.form, seen, status=422)
    try:
        written = writeback.save_form(form.course, form.key, given.element, given.html, seen)
    except writeback.CannotSave as refusal:
        return _show(request, given.form, seen, str(refusal), 409 if refusal.code == "changed" else 422)
    return _saved(request, form.course, form.key, written)


def _saved(request: HttpRequest, course: Course, key: UsageKey, written: list[str]) -> HttpResponse:
    if written:
        messages.success(request, gettext("Saved in %(files)s.") % {"files": ", ".join(written)})
    else:
        messages.info(request, gettext("Nothing was changed."))
    return redirect(_back(course, key))


def _show(request: HttpRequest, form: forms.Form, seen: str, message: str = "", status: int = 200) -> HttpResponse:
    files = _static_files(form.course) if form.key.block_type == "video" else []
    shown = {
        "mode": "fields",
        "form": form,
        "seen": seen,
        "message": message,
        "frame": _frame(form.course, form.key),
        "draft": f"/studio/{form.course.key}/draft/{form.key}/",
        "transcripts": [name for name in files if name.endswith(TRANSCRIPTS)],
        "videos": [name for name in files if name.endswith(VIDEOS)][:SHOWN_FILES],
    }
    return _page(request, form.course, form.key, shown, status)


def _static_files(course: Course) -> list[str]:
    folder = course.files.root / "static"
    return sorted(file.name for file in folder.iterdir() if file.is_file()) if folder.is_dir() else []


def _page(
    request: HttpRequest, course: Course, key: UsageKey, shown: dict[str, Any], status: int = 200
) -> HttpResponse:
    node = course.get(key)
    always = {
        "course": course,
        "title": course.name_of(node),
        "key": key,
        "kind": node.tag,
        "back": _back(course, key),
        "has_form": brings_form(key) or forms.has_form(key),
        "tab": "studio",
    }
    return render(request, "preview/studio_edit.html", {**always, **shown}, status=status)


def _frame(course: Course, key: UsageKey, query: str = "") -> str:
    return f"/studio/{course.key}/frame/{key}" + (f"?{query}" if query else "")


def _back(course: Course, key: UsageKey) -> str:
    node = course.find(key)
    while node is not None and node.parent is not None and node.parent.tag != "sequential" and node.tag != "vertical":
        node = node.parent
    return unit_url(course, node) if node in course.keys else f"/studio/{course.key}/"


@require_POST
@xframe_options_sameorigin
@author_view
def draft(request: HttpRequest, course: Course, usage: str) -> HttpResponse:
    """Keep what stands in the form, unsaved, and say where it is shown: to a script as JSON, else by going there."""
    key = get_usage_key(course, usage)
    _refuse_masks(request)
    form = _form(request, course, key)
    if form is None:
        raise Http404(gettext("There is no form for this block."))
    given = forms.answer(form, request.POST)
    scripted = bool(request.headers.get("x-requested-with"))
    if not given.form.is_good:
        faults = faults_of(given.form)
        if scripted:
            return JsonResponse({"faults": faults}, status=422)
        return render(request, "preview/draft_refused.html", {"faults": faults}, status=422)
    element = given.element or etree.tostring(form.source.element, encoding="utf-8", with_tail=False)
    token = drafts.keep(request.viewer, key, element, given.html)
    url = _frame(course, key, f"draft={token}")
    return JsonResponse({"url": url}) if scripted else redirect(url)


def faults_of(form: forms.Form) -> list[str]:
    """What is wrong, a sentence each."""
    faults = [f"{entry.label}: {entry.error}" for entry in form.errors]
    if form.markup is not None and form.markup.error:
        faults.append(form.markup.message)
    return faults
