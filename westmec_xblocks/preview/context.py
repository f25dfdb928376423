"""What every page of the host shows: who is looking, and in which languages it can be read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def host(request: HttpRequest) -> dict[str, Any]:
    """Context of the host's templates."""
    return {"viewer": getattr(request, "viewer", None), "languages": settings.LANGUAGES}
