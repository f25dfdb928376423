"""The services that blocks ask the runtime for, with the platform's names and attributes."""

from __future__ import annotations

import gettext as gettext_module
import hashlib
import html
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from completion.services import CompletionService
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.utils import translation
from xblock.runtime import NullI18nService

from westmec_xblocks.olx.reader import OlxError
from westmec_xblocks.preview import outcomes

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey
    from xblock.core import XBlock

    from westmec_xblocks.preview.courses import Course
    from westmec_xblocks.preview.viewer import Viewer


def anonymous_id(user_id: int) -> str:
    """The identifier that stands for a person where their name must not appear."""
    return hashlib.blake2b(f"{user_id}".encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16).hexdigest()


@dataclass
class XBlockUser:
    """A person as blocks know them: the attributes of ``xblock.reference.user_service.XBlockUser``, whose module imports an S3 client."""

    is_current_user: bool = False
    emails: list[str] = field(default_factory=list)
    full_name: str | None = None
    display_name: str | None = None
    opt_attrs: dict[str, Any] = field(default_factory=dict)


class LightUserService:
    """Who the block is shown to."""

    def __init__(self, viewer: Viewer, *, studio: bool = False) -> None:
        self.viewer, self.studio = viewer, studio

    def get_current_user(self) -> XBlockUser:
        user = self.viewer.user
        person = XBlockUser(is_current_user=True, emails=[user.email], full_name=user.get_full_name())
        person.display_name = user.username
        person.opt_attrs = {
            "edx-platform.anonymous_user_id": anonymous_id(user.id),
            "edx-platform.deprecated_anonymous_user_id": anonymous_id(user.id),
            "edx-platform.is_authenticated": True,
            "edx-platform.request_country_code": None,
            "edx-platform.user_id": user.id,
            "edx-platform.user_is_beta_tester": False,
            "edx-platform.user_is_global_staff": False,
            # Studio answers False there, whoever asks.
            "edx-platform.user_is_staff": self.viewer.is_staff and not self.studio,
            "edx-platform.user_preferences": {"pref-lang": translation.get_language() or "en"},
            "edx-platform.user_role": "instructor" if self.studio else self.viewer.platform_role,
            "edx-platform.username": user.username,
        }
        return person

    def get_anonymous_user_id(self, username: str, course_id: str) -> str | None:
        """Staff may ask for others; anybody else gets None."""
        user = get_user_model().objects.filter(username=username).first() if self.viewer.is_staff else None
        return anonymous_id(user.id) if user else None

    def get_user_by_anonymous_id(self, uid: str | None = None) -> Any:
        """The account behind an anonymous id; the current one without an id."""
        if uid is None or uid == anonymous_id(self.viewer.user.id):
            return self.viewer.user
        return next((user for user in get_user_model().objects.all() if anonymous_id(user.id) == uid), None)


class LightI18nService(NullI18nService):
    """Translations of the block's own package (domain ``text``), then Django's."""

    def __init__(self, block: XBlock | None) -> None:
        super().__init__()
        self._translations = _catalogue(
            getattr(block, "unmixed_class", type(block)).__module__, translation.get_language() or "en"
        )


_catalogues: dict[tuple[str, str], Any] = {}


def _catalogue(module: str, language: str) -> Any:
    key = (module, language)
    if key not in _catalogues:
        _catalogues[key] = _find_catalogue(module, language)
    return _catalogues[key]


def _find_catalogue(module: str, language: str) -> Any:
    import sys  # noqa: PLC0415

    names = [translation.to_locale(language), language.split("-", maxsplit=1)[0]]
    parts = module.split(".")
    for depth in range(len(parts), 0, -1):
        package = sys.modules.get(".".join(parts[:depth]))
        for place in getattr(package, "__path__", []):
            for folder in ("translations", "conf/locale"):
                for domain in ("text", "django"):
                    if gettext_module.find(domain, str(Path(place) / folder), names):
                        return gettext_module.translation(domain, str(Path(place) / folder), names)
    return _DjangoTranslations()


class _DjangoTranslations(gettext_module.NullTranslations):
    def gettext(self, message: str) -> str:
        return translation.gettext(message) if message else ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return translation.ngettext(msgid1, msgid2, n)


class LightCompletionService(CompletionService):
    """edx-completion's own service; it keeps nothing while staff look through a learner's eyes."""

    def __init__(self, viewer: Viewer, course_key: CourseKey) -> None:
        super().__init__(viewer.user, course_key)
        self._viewer = viewer

    def submit_completion(self, block_key: Any, completion: float) -> Any:
        if self._viewer.masquerading:
            return None, False
        return outcomes.submit_completion(self._viewer.user.id, block_key, completion)


class ReplaceUrlsService:
    """Turns the addresses an author writes (``/static/…``, ``/jump_to_id/…``, ``/course/…``) into this host's."""

    _static = re.compile(
        r"""(?P<quote>\\?["']|&\#39;|&quot;|\()(?P<prefix>/static/)(?P<rest>[^"'()\\]*?)(?P=quote)?(?=\\?["')]|&\#39;|&quot;)"""
    )
    _jump = re.compile(r"""(?P<quote>\\?["'])/jump_to_id/(?P<name>[^"'\\?\#]+)""")
    _course = re.compile(r"""(?P<quote>\\?["'])/course/(?P<rest>[^"'\\]*)""")

    def __init__(self, course: Course) -> None:
        self.base = f"/courses/{course.key}"
        self.assets = str(course.key.make_asset_key("asset", "X"))[:-1]

    def replace_urls(self, text: str, static_replace_only: bool = False) -> str:
        """The text with its addresses replaced; all else as it was."""
        if not text:
            return text
        text = self._static.sub(lambda m: f"{m['quote']}/{self.assets}{_asset_name(m['rest'])}", text)
        if static_replace_only:
            return text
        text = self._jump.sub(lambda m: f"{m['quote']}{self.base}/jump_to_id/{m['name']}", text)
        return self._course.sub(lambda m: f"{m['quote']}{self.base}/{m['rest']}", text)


def _asset_name(rest: str) -> str:
    """The name under which Studio keeps a file of the static folder, with what follows it in the address."""
    name, mark, tail = re.match(r"([^?#]*)([?#]?)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
    return quote(re.sub(r"[^\w.@~+-]", "_", unquote(html.unescape(name))), safe="+@~") + mark + tail


class SandboxService:
    """Whether a problem's scripts may run. They would run unsandboxed, so only when the person who started the host said so."""

    def __init__(self, course: Course) -> None:
        self.course = course

    def can_execute_unsafe_code(self) -> bool:
        return bool(settings.WESTMEC_ALLOW_PYTHON)

    def get_python_lib_zip(self) -> bytes | None:
        """The course's ``python_lib.zip``, if it has one."""
        try:
            file = self.course.files.locate("static/python_lib.zip")
        except OlxError:
            return None
        return file.read_bytes() if self.can_execute_unsafe_code() and file.is_file() else None


class SettingsService:
    """A block type's settings of the site: none here."""

    def get_settings_bucket(self, block: XBlock, default: dict[str, Any] | None = None) -> dict[str, Any]:
        return default or {}


class CacheService:
    """Django's cache under the names that blocks use."""

    def get(self, key: str, *args: Any) -> Any:
        return cache.get(key, *args)

    def set(self, key: str, value: Any, *args: Any, **options: Any) -> None:
        cache.set(key, value, *args, **options)

    def delete(self, key: str) -> None:
        cache.delete(key)


class EnrollmentsService:
    """The people of the course, for blocks that ask."""

    def get_active_enrollments_by_course(self, course_id: Any) -> Any:
        return get_user_model().objects.filter(person__role="learner")
