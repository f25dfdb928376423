"""Blocks as their authors have them in a form and have not saved them: kept for a while, so that a page can show them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.cache import cache
from lxml import etree
from opaque_keys.edx.keys import UsageKey

from westmec_xblocks.olx.reader import parse_xml

if TYPE_CHECKING:
    from westmec_xblocks.preview.viewer import Viewer

KEPT_FOR = 3600


@dataclass(frozen=True, slots=True)
class Draft:
    """One block: its element, and its text where that stands in a file of its own (``html``)."""

    token: str
    key: UsageKey
    element: etree._Element
    html: str | None = None


def keep(viewer: Viewer, key: UsageKey, element: bytes, html: str | None) -> str:
    """Keep a draft for its author alone; the token to find it by."""
    token = secrets.token_urlsafe(16)
    cache.set(_name(viewer, token), (str(key), element, html), KEPT_FOR)
    return token


def find(viewer: Viewer, token: str) -> Draft | None:
    """The author's own draft; None when there is none by that token, or no more."""
    known = cache.get(_name(viewer, token)) if token else None
    if known is None:
        return None
    key, element, html = known
    return Draft(token, UsageKey.from_string(key), parse_xml(element, "draft"), html)


def _name(viewer: Viewer, token: str) -> str:
    return f"draft-{viewer.real_user.pk}-{token}"
