"""The bank in the author's form: its list page by page, one item in a panel of its own, shared texts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from westmec_xblocks.blocks.assessment.editing_draft import (
    Draft,
    Row,
    as_json,
    changes_in,
    fingerprint,
    read_item,
    told,
)
from westmec_xblocks.blocks.assessment.editing_fields import ShownField, as_values, language_name, shown
from westmec_xblocks.blocks.assessment.editing_words import kind_name, level_name, status_name
from westmec_xblocks.blocks.authoring import AuthorDesk
from westmec_xblocks.blocks.payload import bad, text
from westmec_xblocks.blocks.wording import sentence
from westmec_xblocks.domain.assessment.definition import Domain, Item, Level, Status
from westmec_xblocks.domain.refusals import NotFound, Refusal, WestmecError
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.olx.assessment import KINDS, Field
from westmec_xblocks.olx.markup import plain_words

PAGE = 50
FIRST_WORDS = 110

TEXTS = (
    Field("prompt", gettext_noop("Question"), "markup", per_language=True),
    Field("rationale", gettext_noop("Explanation"), "markup", per_language=True),
)
MORE = (
    Field("enemies", gettext_noop("Never on one form with (item ids)")),
    Field("align", gettext_noop("Objective codes")),
)
STIMULUS = Field("text", gettext_noop("Shared text"), "markup", per_language=True)


# The list.


@dataclass(frozen=True, slots=True)
class Line:
    """One item in the list. ``errors`` and ``warnings`` count what is wrong with it; ``changed`` says that it waits to be saved."""

    key: str
    id: str
    words: str
    facts: str
    errors: str
    warnings: str
    changed: bool
    removed: bool


def items(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """One page of the bank, after search and filters."""
    draft = Draft.of(desk.block, changes_in(data), strict=False)
    wrong = Counter((one.skill, one.is_error) for one in draft.findings if one.skill)
    found = [row for row in draft.rows if _fits(row, data, wrong)]
    pages = max(1, -(-len(found) // PAGE))
    page = min(_page(data), pages)
    shown_rows = found[(page - 1) * PAGE : page * PAGE]
    context = {
        "lines": [_line(row, wrong) for row in shown_rows],
        "shown": _shown(page, len(shown_rows), len(found), len(draft.kept)),
        "page": page,
        "pages": pages,
        "any": bool(draft.rows),
    }
    html = desk.block.render_template("_studio_items.html", context)
    domains = [[one.id, domain_label(one)] for one in draft.assessment.domains]
    return {
        "html": html,
        "found": len(found),
        "page": page,
        "pages": pages,
        "said": context["shown"],
        "domains": domains,
    }


def _page(data: Mapping[str, Any]) -> int:
    given = data.get("page", 1)
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise bad("page", "a whole number")
    return given


def _fits(row: Row, data: Mapping[str, Any], wrong: Mapping[tuple[str, bool], int]) -> bool:
    item = row.item
    if row.removed and text(data, "show") != "changed":
        return False
    wanted = {name: text(data, name) for name in ("domain", "level", "status", "kind")}
    has = {"domain": item.domain, "level": item.level or "", "status": item.status, "kind": item.kind}
    if any(value and value != has[name] for name, value in wanted.items()):
        return False
    if text(data, "show") == "changed" and not row.changed:
        return False
    if text(data, "show") == "problems" and not (wrong.get((item.id, True)) or wrong.get((item.id, False))):
        return False
    sought = fold(text(data, "search", limit=200)).split()
    return not sought or all(one in _searched(item) for one in sought)


def fold(written: str) -> str:
    """A text as a search compares it: no capitals, no accents."""
    apart = unicodedata.normalize("NFKD", written.casefold())
    return "".join(mark for mark in apart if not unicodedata.combining(mark))


def _searched(item: Item) -> str:
    texts = [item.prompt, *(each for _name, each in KINDS[item.kind].texts(item.body))]
    said = (plain_words(markup) for each in texts for markup in (each.default, *each.others.values()))
    return fold(" ".join((item.id, *item.align, *said)))


def _line(row: Row, wrong: Mapping[tuple[str, bool], int]) -> Line:
    item = row.item
    facts = [item.domain, level_name(item.level), status_name(item.status), kind_name(item.kind)]
    errors, warnings = wrong.get((item.id, True), 0), wrong.get((item.id, False), 0)
    return Line(
        row.key,
        item.id,
        first_words(item.prompt),
        " · ".join(one for one in facts if one),
        _("{n} to mend").format(n=errors) if errors else "",
        _("{n} to check").format(n=warnings) if warnings else "",
        row.changed,
        row.removed,
    )


def first_words(said: Text) -> str:
    """How a text begins, without markup."""
    words = plain_words(said.default) or next((plain_words(one) for one in said.others.values()), "")
    return words if len(words) <= FIRST_WORDS else words[: FIRST_WORDS - 1].rstrip() + "…"


def _shown(page: int, shown_count: int, found: int, total: int) -> str:
    if not found:
        return _("No item fits. The bank holds {total}.").format(total=total)
    first = (page - 1) * PAGE + 1
    sentence = _("Items {first} to {last} of {found}. The bank holds {total}.")
    return sentence.format(first=first, last=first + shown_count - 1, found=found, total=total)


# One item.


def item(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The panel of an item: the one that the request describes, a new one of a kind, or the stored one of the key.

    An item that cannot be read yet is shown as it was written; ``why`` says what is wrong with it.
    """
    draft = Draft.of(desk.block, changes_in(data), strict=False)
    stored = next((one for place, one in enumerate(draft.stored.items) if str(place) == data.get("key")), None)
    values, one, why = _asked_for(draft, data, stored)
    if data.get("copy") is True and one is not None:
        one = replace(one, id=next_id(draft, one.domain))
        values = as_json(one)
    context = _panel(draft, values, is_new=stored is None)
    answer = {"html": desk.block.render_template("_studio_item.html", context), "why": why}
    if stored is not None:
        answer |= {"was": stored.id, "seen": fingerprint(stored)}
    return answer


def _asked_for(draft: Draft, data: Mapping[str, Any], stored: Item | None) -> tuple[dict[str, Any], Item | None, str]:
    """The item's values as the form holds them, the item where they can be read, and why they cannot."""
    given = data.get("item")
    if given is not None:
        try:
            one = read_item(given)
        except WestmecError as error:
            if not isinstance(given, dict) or given.get("kind") not in KINDS:
                raise
            return dict(given), None, sentence(error.refusal)
        return as_json(one), one, ""
    one = _new(draft, text(data, "kind"), text(data, "domain")) if data.get("kind") else stored
    if one is None:
        raise NotFound(
            Refusal(
                "unknown_item", "The draft has no item under the key “{item}”.", {"item": str(data.get("key"))[:20]}
            )
        )
    return as_json(one), one, ""


def _new(draft: Draft, kind: str, domain: str) -> Item:
    if kind not in KINDS:
        raise bad("kind", "one of {choices}", choices=", ".join(KINDS))
    domain = domain or next((one.id for one in draft.assessment.domains), "")
    return Item(
        next_id(draft, domain), kind, domain, Text(), codec.body_from(kind, _BLANK.get(kind, {})), status=Status.PILOT
    )


# A new item stands with as many empty answers as such items usually have.
_BLANK: Mapping[str, Mapping[str, Any]] = {
    "choice": {"options": [{}] * 4},
    "multiple": {"options": [{}] * 5},
    "order": {"steps": [{}] * 4},
    "match": {"pairs": [{}] * 4},
    "text": {"accepted": [{}]},
}


def next_id(draft: Draft, domain: str) -> str:
    """A free id that goes on where the ids of the domain end."""
    taken = {row.item.id for row in draft.rows}
    own = [row.item.id for row in draft.rows if row.item.domain == domain and not row.removed]
    match = next((found for one in reversed(own) if (found := re.fullmatch(r"(.*?)([0-9]+)", one))), None)
    stem, digits = (match[1], match[2]) if match else (f"{domain.lower()}-" if domain else "i", "00")
    number = int(digits)
    while (name := f"{stem}{number:0{len(digits)}}") in taken or number == int(digits):
        number += 1
    return name


def _panel(draft: Draft, values: Mapping[str, Any], *, is_new: bool) -> dict[str, Any]:
    """What the panel's template shows of an item as the form holds it."""
    languages = draft.languages
    kind = str(values["kind"])
    body = values.get("body")
    body = body if isinstance(body, dict) else {}
    return {
        "id": values.get("id"),
        "kind": kind,
        "is_new": is_new,
        "kind_name": kind_name(kind),
        "texts": [shown(TEXTS[0], values.get("prompt"), languages)],
        "fields": [shown(field, body.get(field.name), languages, prefix="body.") for field in KINDS[kind].form],
        "after": [shown(TEXTS[1], values.get("rationale"), languages)],
        "about": list(_about(draft, {name: str(value or "") for name, value in values.items()})),
        "more": [shown(field, values.get(field.name), ()) for field in MORE],
        "more_open": any(values.get(field.name) for field in MORE),
        "languages": preview_languages(languages),
        "status": values.get("status"),
    }


def _about(draft: Draft, values: Mapping[str, str]) -> Iterator[ShownField]:
    domains = [(each.id, domain_label(each)) for each in draft.assessment.domains]
    stimuli = [(name, f"{name}: {first_words(each)}"[:60]) for name, each in draft.assessment.stimuli.items()]
    yield shown(Field("id", gettext_noop("Id (keep it once learners have answered)")), values.get("id"), ())
    yield _chosen("domain", _("Domain"), values.get("domain", ""), domains)
    yield _chosen("level", _("Level"), values.get("level", ""), [(level.value, level_name(level)) for level in Level])
    statuses = [(status.value, status_name(status)) for status in Status]
    yield _chosen("status", _("Status"), values.get("status", ""), statuses, nothing=False)
    yield _chosen("stimulus", _("Shared text"), values.get("stimulus", ""), stimuli)


def domain_label(domain: Domain) -> str:
    """A domain by id and title."""
    return f"{domain.id} {plain_words(domain.title.default)}".strip()


def _chosen(
    name: str, label: str, value: str, choices: Iterable[tuple[str, str]], *, nothing: bool = True
) -> ShownField:
    """A choice among words of the author's own, which nobody translates; what the item says stays a choice even where it is unknown."""
    offered = [("", "—"), *choices] if nothing else list(choices)
    if value not in dict(offered):
        offered.append((value, value))
    return ShownField(name, label, "choice", choices=tuple((one, said, one == value) for one, said in offered))


def preview_languages(languages: Iterable[str]) -> list[tuple[str, str]]:
    """The languages in which an item can be looked at: tag and name."""
    return [("", _("Course's own language")), *((tag, language_name(tag)) for tag in languages)]


def check_item(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """What is wrong with the item as it stands in its panel, and the item as it will be kept."""
    key = data.get("key")
    if not isinstance(key, str):
        raise bad("key", "a text")
    given = read_item(data.get("item"))
    draft = Draft.of(desk.block, changes_in(data), strict=False).with_item(key, given)
    return {"item": as_json(given), **told(draft.findings_of(given.id))}


# Shared texts.


def stimuli(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The shared texts, each with the items that stand under it, and the form of one of them where its name is given."""
    draft = Draft.of(desk.block, changes_in(data), strict=False)
    users: dict[str, list[str]] = {}
    for row in draft.kept:
        if row.item.stimulus:
            users.setdefault(row.item.stimulus, []).append(row.item.id)
    listed = [
        {"id": name, "words": first_words(each), "items": ", ".join(users.get(name, ()))}
        for name, each in draft.assessment.stimuli.items()
    ]
    context: dict[str, Any] = {"stimuli": listed}
    name = text(data, "name", limit=50)
    if name:
        said = draft.assessment.stimuli.get(name, Text())
        context |= {"name": name, "field": shown(STIMULUS, as_values(said), draft.languages)}
    return {"html": desk.block.render_template("_studio_stimuli.html", context)}
