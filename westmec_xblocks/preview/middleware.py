"""What happens around every request: the password where one is asked for, who is looking, and the outbox afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from westmec_xblocks.preview import password, people
from westmec_xblocks.preview.host import after_response
from westmec_xblocks.preview.models import Role
from westmec_xblocks.preview.viewer import STAFF, Viewer, current_viewer

MASQUERADE = "view_as"

# A problem's script that runs outside a sandbox names its own, soon deleted, folder as the place of temporary files for this whole process.
_PLACES = {name: os.environ.get(name) for name in ("TMPDIR", "MPLCONFIGDIR")}


class HostMiddleware:
    """Sets ``request.viewer`` (None when nobody is signed in) and delivers the outbox after requests that may write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not password.is_satisfied(request):
            return password.ask(request)
        if request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        request.viewer = viewer = _viewer(request)
        token = current_viewer.set(viewer)
        try:
            return self.get_response(request)
        finally:
            current_viewer.reset(token)
            if settings.WESTMEC_ALLOW_PYTHON:
                _restore_places()
            if request.method not in ("GET", "HEAD", "OPTIONS"):
                after_response()


def _restore_places() -> None:
    """Put back where temporary files go."""
    for name, value in _PLACES.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _viewer(request: HttpRequest) -> Viewer | None:
    if not request.user.is_authenticated:
        return None
    real = people.find(request.user.pk)
    if real is None:
        return None
    shown = None
    wanted = request.session.get(MASQUERADE)
    if wanted and real.role in STAFF:
        shown = people.find(wanted)
        if shown is not None and shown.role != Role.LEARNER:
            shown = None
    shown = shown or real
    return Viewer(user=shown.user, real_user=real.user, role=shown.role, real_role=real.role)
