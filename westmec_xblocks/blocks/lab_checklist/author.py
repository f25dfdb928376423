"""The author's side: what the list says, its rules in words, every finding, and the form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from web_fragments.fragment import Fragment

from westmec_xblocks.blocks.authoring import FindingRow, found_in
from westmec_xblocks.blocks.lab_checklist import rows, words
from westmec_xblocks.blocks.lab_checklist.desk import parsed
from westmec_xblocks.blocks.templatetags.westmec import plain
from westmec_xblocks.domain.text import Text


def findings(block: Any) -> list[FindingRow]:
    """Every finding about the block's definition, errors first."""
    return found_in(parsed(block.definition or ""))


def view(block: Any) -> Fragment:
    """The list as the author sees it in Studio."""
    result = parsed(block.definition or "")
    checklist = result.checklist
    context: dict[str, Any] = {
        "title": plain(Text(block.display_name or "", checklist.title.others if checklist else {}))
        or _("Skill checklist"),
        "language": block.language,
        "findings": found_in(result),
        "raw": block.definition if not result.usable else "",
        "code": checklist.code if checklist else "",
    }
    if checklist is not None:
        context |= {
            "rules": list(words.rules(checklist)),
            "instructions": checklist.instructions,
            "sections": rows.sections(checklist, None, None),
        }
    return block.fragment(
        block.render_template("author.html", context), styles=["core.css", "lab_checklist/checklist.css"], scripts=[]
    )


def searchable(block: Any) -> str:
    """The text of every line in the course's own language, for the search index."""
    checklist = parsed(block.definition or "").checklist
    return " ".join(_lines(checklist)) if checklist else ""


def _lines(checklist: Any) -> Iterator[str]:
    for skill in checklist.skills:
        yield plain(Text(skill.task.default))
        yield plain(Text(skill.criterion.default))
