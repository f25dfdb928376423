"""Refusals and findings as sentences in the reader's language.

The templates stand in ``domain`` in English; gettext finds their translations by their text.
"""

from __future__ import annotations

from django.utils.translation import gettext

from westmec_xblocks.domain.refusals import Refusal


def sentence(refusal: Refusal) -> str:
    """The refusal's sentence in the active language, filled in."""
    translated = gettext(refusal.sentence)
    try:
        return translated.format(**refusal.values)
    except (KeyError, IndexError, ValueError):
        return str(refusal)
