"""What every block's author needs: findings as sentences, the desk of an author's act, a weight that was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from westmec_xblocks import edxapp
from westmec_xblocks.blocks import actions
from westmec_xblocks.blocks.payload import bad, text
from westmec_xblocks.blocks.wording import sentence
from westmec_xblocks.olx.problems import Finding


class Parsed(Protocol):
    """A definition, read, with what is wrong with it."""

    @property
    def problems(self) -> list[Finding]: ...


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding as a sentence in the reader's language."""

    severity: str
    label: str
    text: str
    line: int


def found_in(result: Parsed) -> list[FindingRow]:
    """The findings of a parsed definition as rows, errors first."""
    labels = {"error": _("Error:"), "warning": _("Check:")}
    ordered = sorted(result.problems, key=lambda finding: not finding.is_error)
    return [FindingRow(one.severity, labels[one.severity], sentence(one.refusal), one.line) for one in ordered]


class AuthorDesk:
    """What an author's act works on."""

    def __init__(self, block: Any) -> None:
        self.block = block
        self.viewer = block.viewer()

    def allows(self, role: actions.Role) -> bool:
        """Whether the viewer may write the course or library that the block stands in; never in the LMS."""
        if edxapp.in_lms():
            return False
        key = getattr(self.block.usage_key, "context_key", None)
        user_id = self.viewer.user_id or edxapp.acting_user_id()
        return (
            role is actions.Role.AUTHOR and key is not None and user_id is not None and edxapp.may_author(user_id, key)
        )


def read_weight(data: Mapping[str, Any], before: float | None) -> float | None:
    """The weight that was typed, with a comma or a point; what it was before where nothing was."""
    written = text(data, "weight", limit=20).replace(",", ".")
    if not written:
        return before
    try:
        weight = float(written)
    except ValueError:
        raise bad("weight", "a number") from None
    if not 0 <= weight < 10_000:
        raise bad("weight", "a number from 0 to 9999")
    return weight
