"""The author's form in Studio: settings and blueprint, the bank, the OLX; what it asks the server, and the save."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from web_fragments.fragment import Fragment

from westmec_xblocks.blocks import actions
from westmec_xblocks.blocks.assessment import editing_csv, editing_items, editing_previews, editing_settings
from westmec_xblocks.blocks.assessment.desk import parsed
from westmec_xblocks.blocks.assessment.editing_draft import (
    EMPTY,
    Draft,
    changes_in,
    check_base,
    fingerprint,
    languages_of,
    stored_in,
    told,
    version_of,
)
from westmec_xblocks.blocks.assessment.editing_words import kind_name, level_name, status_name
from westmec_xblocks.blocks.authoring import AuthorDesk, found_in
from westmec_xblocks.blocks.payload import BadRequest, bad
from westmec_xblocks.domain.assessment.definition import Assessment, Level, Status
from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.olx.source import read

# What a request may carry. The platform's web server takes no more than this either.
MAX_SENT = 3900 * 1024
SCRIPTS = ("core.js", "assessment/studio_draft.js", "assessment/studio_rows.js", "assessment/studio_bank.js")


def form(block: Any) -> Fragment:
    """The form. It holds the settings and the blueprint; items and the OLX come when their tab is opened."""
    definition = block.definition or ""
    found = parsed(definition).assessment
    assessment = found or EMPTY
    values = editing_settings.as_json(assessment, block.display_name or "", block.weight)
    context = {
        **editing_settings.fields(values, languages_of(assessment)),
        "language": block.language,
        "readable": found is not None or not definition.strip(),
        "kinds": [(tag, kind_name(tag)) for tag in codec.KINDS],
        "levels": [(level.value, level_name(level)) for level in Level],
        "statuses": [(status.value, status_name(status)) for status in Status],
        "domain_choices": [(one.id, editing_items.domain_label(one)) for one in assessment.domains],
        "forms_named": [one.id for one in assessment.fixed_forms if one.id],
        "languages": editing_items.preview_languages(languages_of(assessment)),
    }
    return block.fragment(
        block.render_template("studio.html", context),
        styles=["core.css", "assessment/exam.css", "assessment/studio.css"],
        scripts=[*SCRIPTS, "assessment/studio_blueprint.js", "assessment/studio.js"],
        init="WestmecAssessmentStudio",
        args={"base": version_of(definition), "place": str(block.usage_key), "words": _words(), "most": MAX_SENT},
    )


def _words() -> dict[str, str]:
    """What the script says."""
    return {
        "remove": _("Remove this? Nothing is lost until you save."),
        "removeItem": _("Take this item out of the bank? Nothing is lost until you save."),
        "unreadable": _("The OLX cannot be read yet: mend it here first."),
        "olxFirst": _("The OLX has edits of its own: save them, or take them back, before you go on in the form."),
        "closeFirst": _("This item has edits that are not kept. Leave them?"),
        "saving": _("Saving"),
        "notSaved": _("Not saved"),
        "offline": _("The server could not be reached. What you wrote is still here."),
        "tooLarge": _(
            "This is more than can be sent at once ({limit} MB). Save in between, or import the course as a file."
        ),
        "notKept": _("The browser has no room to keep these changes for a reload: save soon."),
        "kept": _("Kept in the draft. It is stored when you save."),
        "putBack": _("Put back as it is stored."),
        "removed": _("Taken out of the draft."),
        "changes": _("Not saved yet: {what}."),
        "settings": _("the settings"),
        "item": _("1 item"),
        "items": _("{n} items"),
        "stimulus": _("1 shared text"),
        "stimuli": _("{n} shared texts"),
        "olx": _("the OLX"),
        "added": _("Row {n} added."),
        "moved": _("Now row {n}."),
        "taken": _("Row removed."),
        "noFindings": _("Nothing to mend or check."),
        "toMend": _("To mend or check: {n}"),
        "moreFindings": _("And {n} more."),
        "cancel": _("Leave without saving? Your changes are lost."),
    }


def answer(block: Any, name: str, request: Any) -> Any:
    """The author's request. Refused unless the person may write this course.

    It comes as JSON, or, since hosts bound the size of JSON more narrowly, as a form whose part ``data`` is a file of JSON.
    """
    as_form = (request.content_type or "").startswith("multipart/")
    return actions.answer(AuthorDesk(block), ACTS, name, request, writes=True, form=as_form)


def _reading(run: Callable[[AuthorDesk, Mapping[str, Any]], Any]) -> actions.Action:
    """An author's act, whose data may have come in a file of JSON."""

    def read_and_run(desk: AuthorDesk, data: Mapping[str, Any]) -> Any:
        part = data.get("data")
        if part is None or isinstance(part, dict):
            return run(desk, data)
        raw = part.file.read(MAX_SENT + 1) if hasattr(part, "file") else str(part).encode()
        if len(raw) > MAX_SENT:
            values = {"limit": str(MAX_SENT // 1024)}
            raise BadRequest(Refusal("too_large", "The request is larger than {limit} KB.", values))
        try:
            given = json.loads(raw)
        except (ValueError, RecursionError):
            raise bad("body", "JSON") from None
        if not isinstance(given, dict):
            raise bad("body", "a JSON object")
        return run(desk, {**given, "file": data.get("file")})

    return actions.Action(actions.Role.AUTHOR, read_and_run)


# Settings and blueprint.


def settings(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The settings' form as the draft has it, also where some of it cannot be read yet."""
    values = changes_in(data).get("settings")
    if not isinstance(values, dict):
        raise bad("settings", "an object")
    context = editing_settings.fields(values, languages_of(stored_in(desk.block)))
    return {"html": desk.block.render_template("_studio_settings.html", context)}


def blueprint(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the blueprint asks against what the bank holds, what is wrong with the whole, and with how many items something is."""
    draft = Draft.of(desk.block, changes_in(data))
    about_all = [one for one in draft.findings if not one.skill and one.code != "bank_short"]
    items = len({one.skill for one in draft.findings if one.skill})
    said = ngettext("{n} item has something to mend or check.", "{n} items have something to mend or check.", items)
    return {
        **editing_settings.balance(draft.assessment),
        **told(about_all),
        "about_items": said.format(n=items) if items else "",
    }


# The OLX.


def olx(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The draft as OLX; what cannot be read as it is stored."""
    changes = changes_in(data)
    definition = desk.block.definition or ""
    if parsed(definition).assessment is None:
        check_base(desk.block, changes)
        return {"olx": definition}
    unchanged = not any(changes.get(name) for name in ("settings", "items", "stimuli"))
    return {"olx": definition if unchanged else Draft.of(desk.block, changes).written()}


def _olx_in(data: Mapping[str, Any]) -> str:
    given = data.get("olx")
    if not isinstance(given, str) or len(given.encode(errors="replace")) > MAX_SENT:
        raise bad("olx", "text of at most {limit} KB", limit=MAX_SENT // 1024)
    return given.strip()


def check(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """What is wrong with the text of the OLX tab."""
    result = codec.parse_assessment(_olx_in(data))
    found = sorted(result.problems, key=lambda one: not one.is_error)
    return {**told(found), "readable": result.assessment is not None}


# Saving.


def save(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Store the draft, or the OLX, in canonical form.

    What has errors is kept and shown to its author only; text that is no XML is refused.
    """
    block, changes = desk.block, changes_in(data)
    if "olx" in data:
        check_base(block, changes)
        definition = _olx_in(data)
        result = codec.parse_assessment(definition)
        if result.assessment is None:
            found = found_in(result)
            sentence = found[0].text if found else _("The OLX cannot be read.")
            raise BadRequest(Refusal("unreadable_olx", "{why}", {"why": sentence}))
        definition = codec.definition_of(read(definition, max_bytes=codec.MAX_BYTES).root)
        title, weight = _heading(block, changes.get("settings"))
    else:
        draft = Draft.of(block, changes)
        definition, title, weight = draft.written(), draft.title, draft.weight
    block.display_name, block.weight, block.definition = title, weight, definition
    return actions.announce(_("Saved."), base=version_of(definition), **told(parsed(definition).problems))


def _heading(block: Any, settings: Any) -> tuple[str, float | None]:
    """The title and the weight that the form holds: they are no part of the OLX tab."""
    title, weight = block.display_name or "", block.weight
    if settings is None:
        return title, weight
    return editing_settings.read_settings(settings, EMPTY, title, weight)[1:]


def adopt(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Changes that were made on another version of the definition, as changes on this one: items are found again by their ids."""
    changes = changes_in(data)
    given = changes.get("items") or {}
    if not isinstance(given, dict) or not all(isinstance(one, dict) for one in given.values()):
        raise bad("items", "an object")
    found_again = _Places(stored_in(desk.block), given)
    kept = {place: change for key, one in given.items() for place, change in found_again.moved(key, one)}
    opened = data.get("open")
    if isinstance(opened, dict) and isinstance(opened.get("item"), dict):
        opened = next(({**change, "key": place} for place, change in found_again.moved("n0", opened)), None)
    said = [_("The assessment was changed in the meantime; your changes are laid on what is stored now.")]
    if found_again.both:
        sentence = _("These items were changed by somebody else as well; the draft has your text: {items}.")
        said.append(sentence.format(items=", ".join(dict.fromkeys(found_again.both))))
    if changes.get("settings"):
        said.append(_("Settings and blueprint are yours as well: compare them before you save."))
    base = version_of(desk.block.definition or "")
    return {"changes": {**changes, "base": base, "items": kept}, "open": opened, "said": said}


class _Places:
    """Where the items of older changes stand now; ``both`` are those that somebody else has changed as well."""

    def __init__(self, stored: Assessment, given: Mapping[str, Any]) -> None:
        self.stored = stored
        self.places = {item.id: place for place, item in reversed(list(enumerate(stored.items)))}
        self.both: list[str] = []
        self.free = 1 + max((int(key[1:]) for key in given if key[:1] == "n" and key[1:].isdecimal()), default=0)

    def moved(self, key: str, change: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The change by its key of now. One of an item that is gone becomes a new item; a removal of such a one is nothing any more."""
        was = str(change.get("was") or "")
        if was in self.places:
            place = self.places[was]
            seen = fingerprint(self.stored.items[place])
            if change.get("seen") != seen:
                self.both.append(was)
            yield str(place), {**change, "seen": seen}
        elif change.get("item") is not None:
            if was or key == "n0":
                key, self.free = f"n{self.free}", self.free + 1
            yield key, {"item": change["item"]}


ACTS: Mapping[str, actions.Action] = {
    "settings": _reading(settings),
    "blueprint": _reading(blueprint),
    "items": _reading(editing_items.items),
    "item": _reading(editing_items.item),
    "check_item": _reading(editing_items.check_item),
    "preview_item": _reading(editing_previews.preview_item),
    "preview_form": _reading(editing_previews.preview_form),
    "stimuli": _reading(editing_items.stimuli),
    "csv_template": _reading(editing_csv.template),
    "csv_bank": _reading(editing_csv.bank),
    "csv_import": _reading(editing_csv.take_in),
    "olx": _reading(olx),
    "check": _reading(check),
    "save": _reading(save),
    "adopt": _reading(adopt),
}
