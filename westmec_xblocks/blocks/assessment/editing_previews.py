"""Items and whole forms as learners see them, for their author; with the right answers only where the author asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from westmec_xblocks.blocks.assessment.editing_draft import Draft, changes_in, read_item
from westmec_xblocks.blocks.assessment.editing_settings import shortage
from westmec_xblocks.blocks.assessment.editing_words import level_name, status_name
from westmec_xblocks.blocks.assessment.items import ShownItem, shown
from westmec_xblocks.blocks.authoring import AuthorDesk
from westmec_xblocks.blocks.payload import flag, text
from westmec_xblocks.domain.assessment.definition import Assessment, Item
from westmec_xblocks.domain.assessment.forms import CannotAssemble, Form, assemble, fixed_form
from westmec_xblocks.olx import assessment as codec


def preview_item(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """One item as a learner sees it, as it stands in its panel."""
    item = read_item(data.get("item"))
    draft = Draft.of(desk.block, changes_in(data), strict=False)
    seed = text(data, "seed", limit=60) if draft.assessment.shuffle else ""
    stimulus = draft.assessment.stimuli.get(item.stimulus) if item.stimulus else None
    one = ShownItem(item.id, 1, item.prompt, stimulus, codec.face_of(item, seed))
    return {"html": _render(desk, [(one, item)], data)}


def preview_form(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """A whole form as a learner would get it, by its seed or by the name of a fixed form; or what the bank lacks for it."""
    draft = Draft.of(desk.block, changes_in(data))
    seed, name = text(data, "seed", default="1", limit=60), text(data, "form", limit=60)
    try:
        form = _form(draft.assessment, seed, name)
    except CannotAssemble as error:
        return {
            "html": "",
            "said": _("No form can be put together yet."),
            "more": [shortage(s) for s in error.shortages],
        }
    by_id = draft.assessment.by_id
    pairs = [(one, by_id[one.id]) for one in shown(draft.assessment, form)]
    said = _("A form of {n} questions, as a learner would get it.").format(n=len(pairs))
    return {"html": _render(desk, pairs, data), "said": said, "more": []}


def _form(assessment: Assessment, seed: str, name: str) -> Form:
    return fixed_form(assessment, name, seed=seed) if name else assemble(assessment, seed=seed)


def _render(desk: AuthorDesk, pairs: Iterable[tuple[ShownItem, Item]], data: Mapping[str, Any]) -> str:
    language = text(data, "language", limit=35)
    pairs = list(pairs)
    with_key = flag(data, "with_key")
    shown_items = []
    for one, item in pairs:
        about = [item.domain, level_name(item.level), status_name(item.status)]
        row: dict[str, Any] = {"item": one, "about": " · ".join(part for part in (item.id, *about) if part)}
        if with_key:
            row |= {"review": codec.review_of(item, codec.key_of(item), language), "rationale": item.rationale}
        shown_items.append(row)
    context = {
        "rows": shown_items,
        "count": len(pairs) if len(pairs) > 1 else None,
        "item_language": language,
        "readonly": True,
        "with_key": with_key,
        "LANGUAGE_CODE": desk.block.language,
    }
    html = desk.block.render_template("_studio_preview.html", context)
    service = desk.block.runtime.service(desk.block, "replace_urls")
    return service.replace_urls(html) if service else html
