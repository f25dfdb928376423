"""Files: the host's own, the blocks' and the course's."""

from __future__ import annotations

import mimetypes
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from django.views.static import was_modified_since
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import AssetKey

from westmec_xblocks.olx.reader import OlxError
from westmec_xblocks.preview.access import course_view, get_course
from westmec_xblocks.preview.blocktypes import class_for, is_installed
from westmec_xblocks.preview.courses import Course

_FOREIGN_IMPORT = re.compile(r"""@import\s+(?:url\()?["']?(?:https?:)?//[^;]*;""")
_RANGE = re.compile(r"\Abytes=(\d*)-(\d*)\Z")


@require_safe
def host_static(request: HttpRequest, path: str) -> HttpResponse:
    """A static file of the host or of an app."""
    try:
        found = finders.find(path)
    except SuspiciousFileOperation as error:
        raise Http404(gettext("There is no such file.")) from error
    if not found or not Path(found).is_file():
        raise Http404(gettext("There is no such file."))
    return send_file(request, Path(found))


@require_safe
def block_resource(request: HttpRequest, block_type: str, uri: str) -> HttpResponse:
    """A file from a block's ``public`` folder, and from nowhere else."""
    if request.viewer is None or not is_installed(block_type):
        raise Http404(gettext("There is no such file."))
    cls = class_for(block_type)
    # Some blocks name the folder from their package's root, some from their own.
    wanted = uri.split("public/", 1)[-1]
    root = _public_folder(cls)
    file = (root / wanted).resolve()
    if not file.is_relative_to(root) or not file.is_file():
        raise Http404(gettext("There is no such file."))
    if file.suffix == ".css":
        return HttpResponse(
            without_foreign_imports(file.read_text(encoding="utf-8")), content_type="text/css; charset=utf-8"
        )
    return send_file(request, file)


@require_safe
def block_file(request: HttpRequest, path: str) -> HttpResponse:
    """A file that a block keeps through the service ``fs``, for whoever is signed in and enrolled."""
    root = Path(settings.DJFS["directory_root"]).resolve()
    file = (root / path).resolve()
    if request.viewer is None or not request.viewer.may_enter or not file.is_relative_to(root) or not file.is_file():
        raise Http404(gettext("There is no such file."))
    return send_file(request, file)


def without_foreign_imports(css: str) -> str:
    """The styles without what they fetch from other sites: the core blocks ask a font server at every page, also without a network."""
    return _FOREIGN_IMPORT.sub("", css)


def _public_folder(cls: type) -> Path:
    """The ``public`` folder beside the class, or beside the class that it extends."""
    for ancestor in cls.__mro__:
        module = sys.modules.get(ancestor.__module__)
        if module is not None and getattr(module, "__file__", None):
            folder = Path(str(module.__file__)).parent / "public"
            if folder.is_dir():
                return folder.resolve()
    raise Http404(gettext("There is no such file."))


@require_safe
@course_view
def course_asset(request: HttpRequest, course: Course, path: str) -> HttpResponse:
    """A file from the course's ``static`` folder."""
    return send_file(request, find_asset(course, path))


@require_safe
def asset_by_key(request: HttpRequest, key: str) -> HttpResponse:
    """The same, by the platform's asset key."""
    try:
        asset = AssetKey.from_string(key)
    except InvalidKeyError as error:
        raise Http404(gettext("There is no such file.")) from error
    return course_asset(request, course_key=str(get_course(str(asset.course_key)).key), path=asset.block_id)


@require_safe
def video_metadata(request: HttpRequest) -> HttpResponse:
    """What the platform knows of a video on YouTube; this host asks no other site, so it knows of none."""
    return JsonResponse({"items": []})


def find_asset(course: Course, path: str) -> Path:
    """The file behind a name as Studio would find it: spaces become underscores there, folders become part of the name."""
    try:
        file = course.files.locate(f"static/{path}")
        root = course.files.locate("static")
    except OlxError as error:
        raise Http404(gettext("There is no such file.")) from error
    if file.is_relative_to(root) and file.is_file():
        return file
    wanted = _studio_name(path)
    for candidate in root.rglob("*") if root.is_dir() else ():
        if (
            _studio_name(candidate.relative_to(root).as_posix()) == wanted
            and candidate.is_file()
            and candidate.resolve().is_relative_to(root)
        ):
            return candidate
    raise Http404(gettext("The course has no file %(name)s.") % {"name": path})


def _studio_name(path: str) -> str:
    return re.sub(r"[^\w.@~+-]", "_", unquote(path))


def send_file(request: HttpRequest, file: Path) -> HttpResponse:
    """The file, whole or the part asked for (players ask for parts), unless the browser has it already."""
    stat = file.stat()
    if not was_modified_since(request.headers.get("if-modified-since"), stat.st_mtime):
        return HttpResponse(status=304)
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    asked = _RANGE.match(request.headers.get("range", ""))
    response: HttpResponse
    if asked and stat.st_size and (asked[1] or asked[2]):
        first, last = _span(asked[1], asked[2], stat.st_size)
        if first > last:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stat.st_size}"})
        with file.open("rb") as stream:
            stream.seek(first)
            response = HttpResponse(stream.read(last - first + 1), status=206, content_type=kind)
        response["Content-Range"] = f"bytes {first}-{last}/{stat.st_size}"
    else:
        response = FileResponse(file.open("rb"), content_type=kind)
    response["Accept-Ranges"] = "bytes"
    response["Last-Modified"] = http_date(stat.st_mtime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else min(int(first) + 4 * 1024 * 1024 - 1, size - 1)
