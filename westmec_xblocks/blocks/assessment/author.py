"""The author's side in Studio: the rules in words, the blueprint with what the bank holds, every finding. No item, no key."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from web_fragments.fragment import Fragment

from westmec_xblocks.blocks.assessment import words
from westmec_xblocks.blocks.assessment.desk import parsed
from westmec_xblocks.blocks.assessment.editing_draft import Findings
from westmec_xblocks.blocks.assessment.editing_settings import COUNTS, balance, blueprint_headings
from westmec_xblocks.blocks.authoring import FindingRow, found_in
from westmec_xblocks.blocks.templatetags.westmec import plain
from westmec_xblocks.domain.assessment.attempts import Ledger
from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.domain.text import Text

MAX_FINDINGS = 40
# As much of a text that cannot be read as a page takes; the whole of it stands in the form.
MAX_RAW = 20_000


def findings(block: Any) -> list[FindingRow]:
    """The findings about the block's definition, errors first: as many as one can read, and how many more there are."""
    return _first(found_in(parsed(block.definition or "")))


def _first(found: list[FindingRow]) -> list[FindingRow]:
    more = found[MAX_FINDINGS:]
    if not more:
        return found
    told = _("And {n} more: the form shows them at their items.").format(n=len(more))
    return [*found[:MAX_FINDINGS], FindingRow(more[0].severity, more[0].label, told, 0)]


def view(block: Any) -> Fragment:
    """The assessment as the author sees it in Studio."""
    result = parsed(block.definition or "")
    assessment = result.assessment
    # What the bank lacks is told below the blueprint.
    found = _first(found_in(Findings([one for one in result.problems if one.code != "bank_short"])))
    titles = assessment.title.others if assessment else {}
    context: dict[str, Any] = {
        "title": plain(Text(block.display_name or "", titles)) or _("Assessment"),
        "language": block.language,
        "findings": found,
        "raw": (block.definition or "")[:MAX_RAW] if assessment is None else "",
        "code": assessment.code if assessment else "",
    }
    if assessment is not None:
        context |= {
            "rules": list(words.rules(assessment, Ledger())),
            "instructions": assessment.instructions,
            **_blueprint(assessment),
        }
    return block.fragment(
        block.render_template("author.html", context), styles=["core.css", "assessment/studio.css"], scripts=[]
    )


def _blueprint(assessment: Assessment) -> dict[str, Any]:
    """The blueprint as a table: in each cell what a form takes, and what the bank holds."""
    state = balance(assessment)
    rows = [
        {
            "id": domain.id,
            "title": domain.title,
            "cells": [
                {"asked": held["asked"][name], "held": held["held"][name], "short": held[name]["short"]}
                for name in COUNTS
            ],
        }
        for domain, held in zip(assessment.domains, state["domains"], strict=True)
    ]
    return {
        "headings": blueprint_headings(),
        "rows": rows,
        "shortages": state["shortages"],
        "totals": state["total"],
    }
