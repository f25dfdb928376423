"""Items as the templates show them: before review only their faces, which know no key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.domain.assessment.forms import Form
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx import assessment as codec


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item of a form as a learner sees it. ``number`` counts from 1; each of several friends shows their stimulus."""

    id: str
    number: int
    prompt: Text
    stimulus: Text | None
    face: codec.Face
    flagged: bool = False
    current: bool = False

    @property
    def answered(self) -> bool:
        """Whether an answer is on record."""
        return self.face.given is not None


def shown(
    assessment: Assessment,
    form: Form,
    *,
    answers: Mapping[str, Any] | None = None,
    flags: frozenset[str] = frozenset(),
    position: str = "",
) -> Iterator[ShownItem]:
    """The form's items in order, with the answers given so far."""
    answers = answers or {}
    here = position if position in form.items else (form.items[0] if form.items else "")
    for number, item_id in enumerate(form.items, start=1):
        item = assessment.by_id[item_id]
        yield ShownItem(
            item_id,
            number,
            item.prompt,
            assessment.stimuli.get(item.stimulus) if item.stimulus else None,
            codec.face_of(item, form.seed if assessment.shuffle else "", answers.get(item_id)),
            item_id in flags,
            item_id == here,
        )
