"""The site's time zone, in which dates are told."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings


def site_zone() -> ZoneInfo:
    """Setting ``WESTMEC_TIME_ZONE``, else ``TIME_ZONE``."""
    return ZoneInfo(getattr(settings, "WESTMEC_TIME_ZONE", None) or settings.TIME_ZONE)
