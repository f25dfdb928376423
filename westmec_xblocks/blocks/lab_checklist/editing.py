"""The author's form in Studio: shown, checked as one types, saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from web_fragments.fragment import Fragment

from westmec_xblocks.blocks import actions
from westmec_xblocks.blocks.authoring import AuthorDesk, found_in, read_weight
from westmec_xblocks.blocks.lab_checklist import words
from westmec_xblocks.blocks.lab_checklist.desk import parsed
from westmec_xblocks.blocks.lab_checklist.form import as_values, read_checklist
from westmec_xblocks.blocks.payload import BadRequest, bad, text
from westmec_xblocks.domain.checklist.definition import EVIDENCE_KINDS, Checklist, Skill
from westmec_xblocks.domain.checklist.scale import BUILT_IN
from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.checklist import definition_of, parse_checklist, write_checklist
from westmec_xblocks.olx.source import MAX_BYTES, read

_EMPTY = Checklist(code="", sections=())


def form(block: Any) -> Fragment:
    """The form, filled with the list as it is; the OLX tab holds it as text, even where it cannot be read."""
    result = parsed(block.definition or "")
    checklist = result.checklist or _EMPTY
    context = {
        **_settings(block, checklist),
        **_sections(checklist),
        "language": block.language,
        "olx": block.definition,
    }
    context |= {
        "blank_section": {"title": as_values(Text())},
        "blank_skill": _skill(Skill("", Text())),
        "blank_text": as_values(Text()),
    }
    fragment_words = {
        "remove": _("Remove this? Nothing is lost until you save."),
        "unreadable": _("The OLX cannot be read yet: mend it here first."),
        "saving": _("Saving"),
        "notSaved": _("Not saved"),
        "offline": _("The server could not be reached. What you wrote is still here."),
    }
    return block.fragment(
        block.render_template("studio.html", context),
        styles=["core.css", "lab_checklist/checklist.css", "lab_checklist/studio.css"],
        scripts=["core.js", "lab_checklist/studio.js"],
        init="WestmecLabChecklistStudio",
        args={"words": fragment_words},
    )


def _settings(block: Any, checklist: Checklist) -> dict[str, Any]:
    scales = [{"ref": ref, "name": _scale_name(ref), "chosen": checklist.scale.ref == ref} for ref in BUILT_IN]
    if not checklist.scale.ref:
        scales.append({"ref": "", "name": _("as spelt out in the OLX"), "chosen": True})
    second = checklist.second_evaluator
    share = "" if second is None else "once" if second.share >= 1 else f"{float(second.share * 100):g}%"
    return {
        "list": checklist,
        "display_name": block.display_name,
        "title_other": as_values(checklist.title)["other"],
        "weight": f"{block.weight:g}" if block.weight is not None else "",
        "scales": scales,
        "second": share,
    }


def _scale_name(ref: str) -> str:
    levels = " · ".join(words.rating(BUILT_IN[ref], level.value) for level in BUILT_IN[ref].levels)
    return levels if len(levels) <= 90 else levels[:88] + "…"


def _sections(checklist: Checklist) -> dict[str, Any]:
    kinds = [{"value": kind, "name": words.evidence_name(kind)} for kind in EVIDENCE_KINDS]
    sections = [
        {"title": as_values(section.title), "skills": [_skill(one) for one in section.skills]}
        for section in checklist.sections
    ]
    return {"sections": sections, "evidence_kinds": kinds}


def _skill(skill: Skill) -> dict[str, Any]:
    measure = skill.measure
    return {
        "id": skill.id,
        "task": as_values(skill.task),
        "criterion": as_values(skill.criterion),
        "stops": [as_values(stop) for stop in skill.stops],
        "flag": skill.flag.value,
        "evidence": skill.evidence,
        "not_applicable": bool(skill.not_applicable),
        "requires": " ".join(skill.requires),
        "align": " ".join(skill.align),
        "unit": measure.unit if measure else "",
        "at_least": _shown(measure.at_least) if measure else "",
        "at_most": _shown(measure.at_most) if measure else "",
        "readings": measure.readings if measure else "",
        "demonstrations": skill.demonstrations or "",
        "days": skill.days or "",
        "variants": skill.variants or "",
        "valid_for": str(skill.valid_for) if skill.valid_for else "",
    }


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def answer(block: Any, name: str, request: Any) -> Any:
    """The author's request: ``check`` or ``save``. Refused unless the person may write this course."""
    return actions.answer(AuthorDesk(block), ACTS, name, request, writes=True)


def _definition(block: Any, data: Mapping[str, Any]) -> str:
    """The definition that the request describes, from the OLX tab or from the form."""
    if "olx" in data:
        if not isinstance(data["olx"], str) or len(data["olx"].encode()) > MAX_BYTES:
            raise bad("olx", "text of at most {limit} KB", limit=MAX_BYTES // 1024)
        return data["olx"].strip()
    if not isinstance(data.get("list"), dict):
        raise bad("list", "an object")
    return write_checklist(
        read_checklist(data["list"], parsed(block.definition or "").checklist), block.definition or None
    )


def check(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """What is wrong with the list as it stands in the form or in the OLX tab; the other of the two, brought up to date."""
    definition = _definition(desk.block, data)
    result = parse_checklist(definition)
    given: dict[str, Any] = {"findings": [asdict(row) for row in found_in(result)], "olx": definition}
    if "olx" in data and result.checklist is not None:
        context = {**_settings(desk.block, result.checklist), **_sections(result.checklist)}
        context["display_name"] = text(data, "display_name", limit=500)
        given["form"] = {
            "settings": desk.block.render_template("_studio_settings.html", context),
            "sections": desk.block.render_template("_studio_sections.html", context),
        }
    return given


def save(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Store the list, in canonical form. A list with errors is kept and shown to its author only; text that is no XML is refused."""
    definition = _definition(desk.block, data)
    result = parse_checklist(definition)
    if result.checklist is None:
        found = found_in(result)
        sentence = found[0].text if found else _("The OLX cannot be read.")
        raise BadRequest(Refusal("unreadable_olx", "{why}", {"why": sentence}))
    block = desk.block
    block.display_name = text(data, "display_name", default=block.display_name, limit=500)
    block.weight = read_weight(data, block.weight)
    block.definition = (
        write_checklist(result.checklist, definition) if "list" in data else definition_of(read(definition).root)
    )
    return actions.announce(_("Saved."), findings=[asdict(row) for row in found_in(result)])


ACTS = {"check": actions.Action(actions.Role.AUTHOR, check), "save": actions.Action(actions.Role.AUTHOR, save)}
