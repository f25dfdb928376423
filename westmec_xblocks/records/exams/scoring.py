"""The result of an attempt: by the version that its form names, with the keys of a later one where it was scored anew."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.domain.assessment.scoring import Result, result_of
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.records import versions
from westmec_xblocks.records.exams.replay import Answers
from westmec_xblocks.records.exams.stored import form_of
from westmec_xblocks.records.exams.stored import result_of as stored_result
from westmec_xblocks.records.models import Act, ActKind, Attempt

# What may be decided about an item: everybody gets its point, nobody is asked for it, or its key rules again.
CREDIT, DROP, BY_KEY = "credit", "drop", "by_key"
Decided = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rescoring changed: the version whose keys rule (None: the form's own), and what was decided about items."""

    keys: Assessment | None = None
    decided: Decided = field(default_factory=dict)


OWN = Basis()


def score(attempt: Attempt, own: Assessment, answers: Answers | None = None, basis: Basis = OWN) -> Result:
    """The attempt's result with its answers, or with these. ``own`` is the version that its form names.

    Cut, minimums and domains are those of the version that the learner was told at the start. The key of an item comes from ``basis``;
    an item that its bank does not hold any more keeps the key it had. Dropped items count for nobody, credited ones for everybody.
    """
    form = form_of(attempt.form)
    dropped = {item for item, choice in basis.decided.items() if choice == DROP}
    kept = replace(form, items=tuple(item for item in form.items if item not in dropped))
    given = attempt.answers if answers is None else answers
    responses = {item: answer["response"] for item, answer in given.items()}
    points = codec.points_of(own, kept, responses)
    if basis.keys is not None and basis.keys.digest != own.digest:
        newer = basis.keys.by_id
        points.update({item: codec.points(newer[item], responses[item]) for item in points if item in newer})
    points.update(_erased(attempt, given))
    points.update({item: Fraction(1) for item, choice in basis.decided.items() if choice == CREDIT})
    return result_of(own, kept, points)


def _erased(attempt: Attempt, answers: Answers) -> dict[str, Fraction]:
    """What answers earned whose words were erased since: they are not scored again."""
    items = [item for item, answer in answers.items() if answer["response"] is None]
    earned = stored_result(attempt.result).items if items and attempt.result else {}
    return {item: earned[item] for item in items if item in earned}


def basis_of(acts: Iterable[Act], attempt_id: uuid.UUID) -> Basis:
    """What the last rescoring of this attempt rested on, if there was one; NotFound where its version is lost."""
    anew = [act for act in acts if act.kind == ActKind.RESCORED and act.refers_to_id == attempt_id]
    if not anew:
        return OWN
    return Basis(versions.load([anew[-1].digest])[anew[-1].digest], anew[-1].detail["decided"])
