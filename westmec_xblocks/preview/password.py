"""The one password of a host that is open to other machines. On the loopback address there is none."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

COOKIE = "westmec_door"
TRIES, SECONDS = 8, 60
PATH = "/password/"


def digest(password: str) -> str:
    """What is kept of a password: scrypt with its own salt."""
    import os  # noqa: PLC0415

    salt = os.urandom(16)
    return base64.b64encode(salt + _stretched(password, salt)).decode("ascii")


def _stretched(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def matches(password: str, kept: str) -> bool:
    """Whether this is the password kept, compared in constant time."""
    raw = base64.b64decode(kept)
    return hmac.compare_digest(_stretched(password, raw[:16]), raw[16:])


def _token(kept: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"door:" + kept.encode(), hashlib.sha256).hexdigest()


def is_satisfied(request: HttpRequest) -> bool:
    """Whether this request may pass: no password is asked for, or the browser has given it."""
    kept = getattr(settings, "WESTMEC_PASSWORD", "")
    return not kept or hmac.compare_digest(request.COOKIES.get(COOKIE, ""), _token(kept))


def ask(request: HttpRequest) -> HttpResponse:
    """The page that asks for the password, and its answer. At most ``TRIES`` wrong ones a minute from one address."""
    error = ""
    if request.method == "POST" and request.path == PATH:
        who = f"door:{request.META.get('REMOTE_ADDR', '')}"
        if cache.get(who, 0) >= TRIES:
            return render(
                request,
                "preview/password.html",
                {"error": gettext("Too many tries. Please wait a minute.")},
                status=429,
            )
        if matches(request.POST.get("password", ""), settings.WESTMEC_PASSWORD):
            response: Any = redirect("/")
            response.set_cookie(
                COOKIE, _token(settings.WESTMEC_PASSWORD), httponly=True, samesite="Lax", max_age=7 * 24 * 3600
            )
            return response
        _count(who)
        error = gettext("That is not the password.")
    return render(request, "preview/password.html", {"error": error}, status=401 if not error else 403)


def _count(who: str) -> None:
    if not cache.add(who, 1, SECONDS):
        cache.incr(who)
    cache.touch(who, SECONDS)
    time.sleep(0.2)
