"""The frame in which a unit's blocks live, and the handlers they call."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from http import HTTPStatus

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST
from opaque_keys.edx.keys import UsageKey
from web_fragments.fragment import Fragment
from xblock.django.request import django_to_webob_request, webob_to_django_response
from xblock.exceptions import JsonHandlerError, NoSuchHandlerError, NotFoundError, ProcessingError

from westmec_xblocks.olx.reader import Node, OlxError
from westmec_xblocks.preview import outcomes, outline
from westmec_xblocks.preview.access import course_view, get_usage_key
from westmec_xblocks.preview.blocktypes import completes_on_view
from westmec_xblocks.preview.courses import Course
from westmec_xblocks.preview.formulas import hold_formulas
from westmec_xblocks.preview.runtime import LightRuntime, ScriptsAreOff
from westmec_xblocks.preview.views.assets import without_foreign_imports

AUTHORED = ("html", "problem")
_OWN_COLOURS = re.compile(r"""style=["'][^"']*(?:color|background)|<style|<link\b|\b(?:bg)?color=["']""", re.IGNORECASE)
log = logging.getLogger(__name__)


@require_GET
@xframe_options_sameorigin
@course_view
def frame(request: HttpRequest, course: Course, usage: str) -> HttpResponse:
    """A unit's blocks on a page of their own, which tells its frame how tall it is."""
    key = get_usage_key(course, usage)
    node = course.get(key)
    unit = _unit_of(node)
    if unit is None or not outline.visible(course, unit, request.viewer):
        raise Http404(gettext("There is no such unit."))
    runtime = LightRuntime(course, request.viewer)
    nodes = outline.blocks_of(node) if node.tag == "vertical" else [node]
    keys = [course.keys[child] for child in nodes if child in course.keys]
    runtime.store.prefetch(request.viewer.user.id, keys)
    fragments = [
        (course.keys[child], runtime.render_safely(course.keys[child], "student_view"))
        for child in nodes
        if child in course.keys and outline.visible(course, child, request.viewer)
    ]
    seen = [] if request.viewer.masquerading else _to_complete_on_view(request, course, nodes)
    return render(
        request,
        "preview/frame.html",
        {
            "course": course,
            "fragments": fragments,
            "resources": resources_of(fragment for _, fragment in fragments),
            "complete_on_view": seen,
            "light": looks_light(fragments),
            "formulas": hold_formulas(runtime.definitions, fragments),
            "title": course.name_of(node),
            "empty": not fragments,
            "broken": node.error,
            "extra_scripts": extra_scripts(fragments),
        },
    )


def _unit_of(node: Node) -> Node | None:
    """The unit that holds a block; None for what stands in no published section, such as a draft."""
    at: Node | None = node
    while at is not None and not (at.parent is not None and at.parent.tag == "sequential"):
        at = at.parent
    return at


def _to_complete_on_view(request: HttpRequest, course: Course, nodes: list[Node]) -> list[str]:
    keys = [course.keys[node] for node in nodes if node in course.keys and completes_on_view(node.tag)]
    done = outcomes.completions_of(request.viewer.user, course.key) if keys else {}
    return [f"/courses/{course.key}/xblock/{key}/viewed" for key in keys if done.get(key, 0.0) < 1.0]


def resources_of(fragments: Iterable[Fragment]) -> dict[str, str]:
    """Every style and script of the fragments, each once, head and foot."""
    whole = Fragment()
    for fragment in fragments:
        whole.add_fragment_resources(fragment)
    return {"head": without_foreign_imports(whole.head_html()), "foot": whole.foot_html()}


def looks_light(fragments: Iterable[tuple[UsageKey, Fragment]]) -> bool:
    """Whether an author chose colours of his own, which are made for white paper."""
    return any(has_own_colours(fragment.content) for key, fragment in fragments if key.block_type in AUTHORED)


def has_own_colours(text: str) -> bool:
    """Whether HTML says which colours it wants."""
    return bool(_OWN_COLOURS.search(text))


def extra_scripts(fragments: Iterable[tuple[UsageKey, Fragment]]) -> list[str]:
    """The libraries that only some core blocks lean on: the video's sliders come from jQuery UI."""
    if not any('data-block-type="video"' in fragment.content for _, fragment in fragments):
        return []
    return [
        static(f"preview/vendor/jquery-ui-1.14.1/{name}.js")
        for name in ("version", "widget", "keycode", "mouse", "slider")
    ]


@require_POST
@course_view
def viewed(request: HttpRequest, course: Course, usage: str) -> HttpResponse:
    """A block that completes by being seen has been seen long enough."""
    key = get_usage_key(course, usage)
    if not completes_on_view(key.block_type):
        return JsonResponse({"error": gettext("This block is not completed by looking at it.")}, status=400)
    if not request.viewer.masquerading:
        outcomes.submit_completion(request.viewer.user.id, key, 1.0)
    return JsonResponse({"complete": not request.viewer.masquerading})


@course_view
def handle(request: HttpRequest, course: Course, usage: str, handler: str, suffix: str = "") -> HttpResponse:
    """A block's own handler. The forged-request check stands in front of it, as on the platform."""
    key = get_usage_key(course, usage)
    node = course.find(key)
    unit = _unit_of(node) if node is not None else None
    if unit is None or not outline.visible(course, unit, request.viewer):
        raise Http404(gettext("There is no such block."))
    return call_handler(LightRuntime(course, request.viewer), request, key, handler, suffix)


def call_handler(
    runtime: LightRuntime, request: HttpRequest, key: UsageKey, handler: str, suffix: str | None
) -> HttpResponse:
    """Run a handler and turn whatever it raises into an answer that a script can read."""
    try:
        block = runtime.get_block(key)
        answer = runtime.handle(block, handler, django_to_webob_request(request), suffix or "")
    except JsonHandlerError as error:
        return JsonResponse({"error": error.message}, status=error.status_code)
    except ProcessingError as error:
        # The platform answers so, and the scripts of its blocks show the sentence.
        log.warning("%s: handler %s: %s", key, handler, error, exc_info=True)
        return JsonResponse({"success": str(error)})
    except Exception as error:
        status, text = _refusal(error)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.exception("%s: handler %s failed", key, handler)
        return JsonResponse({"error": text}, status=status)
    return webob_to_django_response(answer)


def _refusal(error: Exception) -> tuple[int, str]:
    if isinstance(error, NoSuchHandlerError):
        return 404, gettext("The block has no such handler.")
    if isinstance(error, NotFoundError):
        return 404, gettext("The block has no such thing.")
    if isinstance(error, ScriptsAreOff):
        return 403, gettext("Scripts in problems are switched off here.")
    if isinstance(error, OlxError):
        return 422, gettext("The block cannot be read: %(reason)s") % {"reason": error.reason}
    if isinstance(error, OperationalError):
        return 503, gettext("Nothing can be kept at the moment. Try again in a few minutes.")
    return 500, gettext("The block failed. What was saved before is kept.")
