"""The runtime that blocks live in while somebody looks at a page or a handler answers."""

from __future__ import annotations

import json
import logging
import traceback
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings
from django.utils.html import escape, format_html
from django.utils.translation import gettext
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.exceptions import NoSuchServiceError, NoSuchUsage
from xblock.fields import ScopeIds
from xblock.runtime import Runtime

from westmec_xblocks.olx.reader import OlxError
from westmec_xblocks.preview import outcomes, services
from westmec_xblocks.preview.blocktypes import class_for
from westmec_xblocks.preview.definitions import CourseFS, Definitions, Drafted, PlainIds
from westmec_xblocks.preview.fielddata import LightFieldData, StateStore
from westmec_xblocks.preview.mixin import PlatformFieldsMixin
from westmec_xblocks.preview.mixing import ReadyMixologist

if TYPE_CHECKING:
    from lxml import etree
    from opaque_keys.edx.keys import UsageKey
    from xblock.core import XBlock

    from westmec_xblocks.preview.courses import Course
    from westmec_xblocks.preview.drafts import Draft
    from westmec_xblocks.preview.viewer import Viewer

log = logging.getLogger(__name__)


class ScriptsAreOff(Exception):
    """A problem brings its own Python and the host was started without leave to run it."""


class LightRuntime(Runtime):
    """One per request. ``studio`` True shows the author's side: views and handlers of Studio, content that may be written.

    ``draft`` stands for one block as its author has it in a form and has not saved it.
    """

    def __init__(self, course: Course, viewer: Viewer, *, studio: bool = False, draft: Draft | None = None) -> None:
        ids = PlainIds(course)
        super().__init__(ids, ids)
        self.mixologist = ReadyMixologist((PlatformFieldsMixin,))
        self.course, self.viewer, self.studio = course, viewer, studio
        self.draft = draft
        self.definitions = Drafted(definitions_of(course), draft) if draft else definitions_of(course)
        self.store = StateStore(writable=not viewer.masquerading and not studio)
        self.field_store = LightFieldData(self.definitions, self.store, viewer.user.id, authoring=studio)
        self.is_author_mode = studio
        # On the author's side, a part of every handler's address: the state of the source that the page was made from, or the draft.
        self.mark = f"draft/{draft.token}" if draft else ""
        self._made: dict[str, Any] = {}

    @property
    def resources_fs(self) -> CourseFS:
        return CourseFS(self.course)

    def get_block(self, usage_id: UsageKey, for_parent: XBlock | None = None) -> XBlock:
        """The block behind a key. ``NoSuchUsage`` when the course has none; the error of its element when that cannot be read.

        ``ScriptsAreOff`` when it would run a script of its own and the host has no leave for that.
        """
        block = self.open_block(usage_id, for_parent)
        if not settings.WESTMEC_ALLOW_PYTHON and self._runs_scripts(usage_id):
            raise ScriptsAreOff(str(usage_id))
        return block

    def open_block(self, usage_id: UsageKey, for_parent: XBlock | None = None) -> XBlock:
        """The same, for whoever reads its fields and never its views."""
        try:
            definition = self.definitions.get(usage_id)
        except KeyError as error:
            raise NoSuchUsage(repr(usage_id)) from error
        if definition.error is not None:
            raise definition.error
        ids = ScopeIds(self.viewer.user.id, usage_id.block_type, usage_id, usage_id)
        return self.construct_xblock_from_class(class_for(usage_id.block_type), ids, for_parent=for_parent)

    def _runs_scripts(self, usage_id: UsageKey) -> bool:
        if self.draft is not None and self.draft.key == usage_id:
            return usage_id.block_type == "problem" and holds_scripts(self.draft.element)
        return runs_scripts(self.course, usage_id)

    def service(self, block: XBlock, service_name: str) -> Any:
        """A service by the platform's name; None when the block can do without and there is none."""
        declaration = block.service_declaration(service_name)
        if declaration is None:
            raise NoSuchServiceError(f"Service {service_name!r} was not requested.")
        if service_name == "i18n":
            return services.LightI18nService(block)
        found = self._made.get(service_name)
        if found is None:
            maker = getattr(self, f"_make_{service_name.replace('-', '_')}", None)
            found = self._made[service_name] = maker() if maker else None
        # A site without an external grader has no xqueue, although problems always ask for it.
        if found is None and declaration == "need" and service_name != "xqueue":
            raise NoSuchServiceError(f"Service {service_name!r} is not available.")
        return found

    def _make_field_data(self) -> LightFieldData:
        return self.field_store

    def _make_user(self) -> services.LightUserService:
        return services.LightUserService(self.viewer, studio=self.studio)

    def _make_completion(self) -> services.LightCompletionService | None:
        return None if self.studio else services.LightCompletionService(self.viewer, self.course.key)

    def _make_replace_urls(self) -> services.ReplaceUrlsService:
        return services.ReplaceUrlsService(self.course)

    def _make_sandbox(self) -> services.SandboxService:
        return services.SandboxService(self.course)

    def _make_cache(self) -> services.CacheService:
        return services.CacheService()

    def _make_settings(self) -> services.SettingsService:
        return services.SettingsService()

    def _make_enrollments(self) -> services.EnrollmentsService | None:
        return None if self.studio else services.EnrollmentsService()

    def _make_video_config(self) -> Any:
        from westmec_xblocks.preview.videoblock import VideoConfigService  # noqa: PLC0415  (needed by videos only)

        return VideoConfigService(self.course)

    def _make_fs(self) -> Any:
        from westmec_xblocks.preview.blockfiles import BlockFilesService  # noqa: PLC0415  (needed by few blocks)

        return BlockFilesService(writable=self.store.writable)

    def handler_url(
        self, block: XBlock, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        """The handler's address, in the platform's shape. Scripts put their own words behind it: what is ours stands in front."""
        side = f"/studio/{self.course.key}" if self.studio else f"/courses/{self.course.key}"
        side += f"/{self.mark}" if self.studio and self.mark else ""
        name = "handler_noauth" if thirdparty else "handler"
        url = f"{side}/xblock/{quote(str(block.scope_ids.usage_id), safe=':+@')}/{name}/{handler_name}"
        url += f"/{quote(suffix)}" if suffix else ""
        return f"{url}?{query}" if query else url

    def resource_url(self, resource: str) -> str:
        return f"{settings.STATIC_URL}{resource}"

    def local_resource_url(self, block: XBlock, uri: str) -> str:
        return f"/xblock/resource/{block.scope_ids.block_type}/{uri}"

    def publish(self, block: XBlock, event_type: str, event_data: Any) -> None:
        """Grades and completions are kept; other events have no reader here. Studio and masquerading staff publish nothing."""
        if self.studio or self.viewer.masquerading:
            return
        if event_type == "grade":
            self._publish_grade(block, event_data)
        elif event_type == "completion":
            user_id = event_data.get("user_id") or self.viewer.user.id
            outcomes.submit_completion(user_id, block.scope_ids.usage_id, event_data["completion"])
        elif event_type == "progress" and completes_by_progress(block):
            outcomes.submit_completion(self.viewer.user.id, block.scope_ids.usage_id, 1.0)

    def _publish_grade(self, block: XBlock, event: Any) -> None:
        user_id = event.get("user_id") or self.viewer.user.id
        if event.get("value") is None or event.get("max_value") is None:
            return
        usage_key = block.scope_ids.usage_id
        outcomes.record_score(
            user_id, usage_key, float(event["value"]), float(event["max_value"]), getattr(block, "weight", None)
        )
        if not getattr(block, "has_custom_completion", False):
            outcomes.submit_completion(user_id, usage_key, 0.0 if event.get("score_deleted") else 1.0)

    def wrap_xblock(self, block: XBlock, view: str, frag: Fragment, context: Any) -> Fragment:
        """The element around a block, with what the page's script needs to start it."""
        kind = getattr(block, "unmixed_class", type(block)).__name__
        legacy = f" xmodule_display xmodule_{kind}" if getattr(block, "uses_xmodule_styles_setup", False) else ""
        attributes = {
            "class": f"xblock xblock-{view} xblock-{view}-{block.scope_ids.block_type}{legacy}",
            "data-usage": block.scope_ids.usage_id,
            "data-usage-id": block.scope_ids.usage_id,
            "data-block-type": block.scope_ids.block_type,
            "data-course-id": self.course.key,
            "data-runtime-class": "StudioRuntime" if self.studio else "LmsRuntime",
        }
        if frag.js_init_fn:
            attributes |= {"data-init": frag.js_init_fn, "data-runtime-version": frag.js_init_version}
        init = ""
        if frag.json_init_args is not None:
            text = (
                json.dumps(frag.json_init_args).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
            )
            init = f'<script type="json/xblock-args" class="xblock-json-init-args">{text}</script>'
        opening = "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items())
        body = services.ReplaceUrlsService(self.course).replace_urls(frag.body_html())
        wrapped = Fragment(f"<div{opening}>{init}{body}</div>")
        wrapped.add_fragment_resources(frag)
        return wrapped

    def get_asides(self, block: XBlock) -> list[Any]:
        return []

    def parse_asides(self, *args: object) -> list[object]:
        return []

    def render_safely(self, usage_id: UsageKey, view: str, context: Any = None) -> Fragment:
        """The block's view, or a box that says what is wrong with it: one broken block never takes a page down."""
        try:
            block = self.get_block(usage_id)
            if self.studio and view == "author_view" and not hasattr(block, "author_view"):
                view = "student_view"
            return self.render(block, view, dict(context or {}))
        except ScriptsAreOff:
            return _box(
                "scripts",
                usage_id,
                gettext("This problem runs its own Python script"),
                gettext(
                    "Scripts in problems are switched off here, because they would run unprotected on this computer. "
                    "If you trust this course, start the preview with --allow-python."
                ),
            )
        except Exception as error:
            log.warning("%s: %s failed", usage_id, view, exc_info=True)
            return self._error_box(usage_id, error)

    def _error_box(self, usage_id: UsageKey, error: Exception) -> Fragment:
        title = gettext("This part of the page cannot be shown")
        if not (self.viewer.may_author and not self.viewer.masquerading):
            return _box("error", usage_id, title, gettext("The rest of the page works. Please tell your instructor."))
        node = self.course.find(usage_id)
        place = str(error.place) if isinstance(error, OlxError) else str(node.place if node else "")
        reason = error.reason if isinstance(error, OlxError) else f"{type(error).__name__}: {error}"
        details = "" if isinstance(error, OlxError) else "".join(traceback.format_exception(error))
        more = (
            format_html("<details><summary>{}</summary><pre>{}</pre></details>", gettext("Show details"), details)
            if details
            else ""
        )
        return _box("error", usage_id, title, format_html("<code>{}</code> {}{}", place, reason, more))


def _box(kind: str, usage_id: UsageKey, title: str, text: str) -> Fragment:
    return Fragment(
        format_html(
            '<div class="host-box" data-host-{}="{}"><p class="host-box-title">{}</p><div>{}</div></div>',
            kind,
            usage_id,
            title,
            text,
        )
    )


def completes_by_progress(block: XBlock) -> bool:
    """Whether a bare ``progress`` event completes the block, as on the platform."""
    return XBlockCompletionMode.get_mode(block) == XBlockCompletionMode.COMPLETABLE and not getattr(
        block, "has_custom_completion", False
    )


def definitions_of(course: Course) -> Definitions:
    """The course's parsed definitions, shared by all requests until a file changes."""
    if "all" not in course.definitions:
        course.definitions["all"] = Definitions(course)
    return course.definitions["all"]


def runs_scripts(course: Course, usage_id: UsageKey) -> bool:
    """Whether the block is a problem that brings Python of its own."""
    if usage_id.block_type != "problem":
        return False
    node = course.find(usage_id)
    return node is not None and node.element is not None and holds_scripts(node.element)


def holds_scripts(element: etree._Element) -> bool:
    """Whether a problem's element has Python that would run."""
    scripts = any("python" in (script.get("type") or "python").lower() for script in element.iter("script"))
    return scripts or any(True for _ in element.iter("customresponse", "schematicresponse"))
