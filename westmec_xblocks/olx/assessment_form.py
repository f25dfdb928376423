"""The elements of an assessment: its own, and those of every kind of item."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from westmec_xblocks.olx.forms import LANG, SPACE, Form, make_form
from westmec_xblocks.olx.kinds import KINDS, Kind

TAG = "westmec_assessment"
ITEM_ATTRIBUTES = ("id", "domain", "level", "status", "stimulus", "enemies", "align")
MAX_BYTES = 8 * 1024 * 1024


def form_of(kinds: Iterable[Kind[Any]]) -> Form:
    """The form of an assessment whose bank holds items of these kinds."""
    kinds = list(kinds)
    attributes = {
        TAG: (
            "url_name display_name code weight cut time_limit attempts wait feedback keys credit counted completion layout lock options"
        ),
        "blueprint": "",
        "domain": "id title items pilot recall apply analyze",
        "minimum": "domains at_least",
        "form": "id items",
        "bank": "",
        "stimulus": "id",
        **{kind.tag: " ".join((*ITEM_ATTRIBUTES, *kind.attributes)) for kind in kinds},
    }
    children = {
        TAG: "title instructions blueprint form bank validation",
        "blueprint": "domain minimum",
        "domain": "title",
        "bank": " ".join(("stimulus", *(kind.tag for kind in kinds))),
        **{kind.tag: " ".join(("prompt", *kind.children, "rationale")) for kind in kinds},
    }
    texts = {"title", "instructions", "stimulus", "prompt", "rationale"}
    for kind in kinds:
        for tag, part in kind.parts.items():
            attributes[tag] = " ".join(part.attributes)
            children[tag] = " ".join(part.children)
            texts |= {tag} if part.text else set()
    form = make_form(TAG, attributes, text=" ".join(texts), children=children, max_bytes=MAX_BYTES)
    languages = {
        tag: (*form.attributes[tag], LANG)
        for kind in kinds
        for tag, part in kind.parts.items()
        if not part.text and "id" in part.attributes
    }
    return Form(form.root, {**form.attributes, **languages}, form.text, form.children, form.max_bytes)


ASSESSMENT = form_of(KINDS.values())

__all__ = ["ASSESSMENT", "ITEM_ATTRIBUTES", "SPACE", "TAG"]
