"""Pages that say what went wrong."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if "/handler/" in request.path or request.headers.get("x-requested-with"):
        return JsonResponse({"error": text}, status=status)
    return render(request, "preview/error.html", {"title": title, "text": text}, status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with the reason."""
    return _page(request, 403, gettext("This is not open to you"), str(exception or gettext("You may not do this.")))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a request that did not come from one of our pages."""
    return _page(
        request,
        403,
        gettext("This request was not accepted"),
        gettext("It did not come from this site's own page. Reload the page and try again."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, with what was looked for."""
    text = (
        str(exception)
        if exception and isinstance(getattr(exception, "args", [None])[0] if exception.args else None, str)
        else ""
    )
    return _page(request, 404, gettext("Nothing here"), text or gettext("There is no page at this address."))


def failed(request: HttpRequest) -> HttpResponse:
    """500; the log has the details."""
    return _page(
        request,
        500,
        gettext("Something went wrong"),
        gettext("It has been written to the log. What you had saved is kept."),
    )
