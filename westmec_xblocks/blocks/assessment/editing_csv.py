"""Items as a table: the template, the bank as it stands in the draft, and a table read back into the draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from westmec_xblocks.blocks.assessment.editing_draft import Draft, as_json, changes_in, fingerprint
from westmec_xblocks.blocks.authoring import AuthorDesk
from westmec_xblocks.blocks.payload import bad
from westmec_xblocks.blocks.wording import sentence
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.olx import assessment_csv

MAX_PROBLEMS = 100


def template(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The empty table: its headings, and a row of each kind as an example."""
    return {"name": "items-template.csv", "text": assessment_csv.template()}


def bank(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Every item of the draft as a row."""
    draft = Draft.of(desk.block, changes_in(data))
    return {"name": f"{draft.assessment.code or 'items'}.csv", "text": assessment_csv.write_csv(draft.assessment)}


def take_in(desk: AuthorDesk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The table's items as changes of the draft: all of them, or none and what is wrong in which row. A known id changes its item."""
    draft = Draft.of(desk.block, changes_in(data))
    file = data.get("file")
    if not hasattr(file, "file"):
        raise bad("file", "a file")
    found, problems = assessment_csv.read_csv(file.file.read(codec.MAX_BYTES + 1), draft.assessment)
    if problems:
        told = _("Row {row}: {why}")
        rows = [{"text": told.format(row=one.row, why=sentence(one.refusal))} for one in problems[:MAX_PROBLEMS]]
        said = _("Nothing was taken in: mend these rows and choose the file again.")
        return {"ok": False, "said": said, "problems": rows, "count": len(problems)}
    keys = {row.item.id: row.key for row in draft.kept}
    free = 1 + max((int(row.key[1:]) for row in draft.rows if row.key.startswith("n")), default=0)
    taken: dict[str, Any] = {}
    changed = 0
    for item in found:
        key = keys.get(item.id)
        if key is None:
            key, free = f"n{free}", free + 1
        else:
            changed += 1
        taken[key] = {"item": as_json(item)}
        if key.isdecimal():
            before = draft.stored.items[int(key)]
            taken[key] |= {"was": before.id, "seen": fingerprint(before)}
    new = len(found) - changed
    parts = [
        ngettext("{n} new item", "{n} new items", new).format(n=new),
        ngettext("{n} changed item", "{n} changed items", changed).format(n=changed),
    ]
    said = _("Taken into the draft: {what}. They are stored when you save.").format(what=", ".join(parts))
    return {"ok": True, "said": said, "items": taken, "problems": []}
