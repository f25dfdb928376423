"""Erasing a person: what the law asks to forget is blanked, what proves a skill stays under a number that names nobody.

The only place where recorded facts are changed, and each change leaves an act that says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from westmec_xblocks.records import rebuild
from westmec_xblocks.records.exams.erasing import erase_words
from westmec_xblocks.records.exams.rebuild import is_exam
from westmec_xblocks.records.models import (
    Accommodation,
    Act,
    ActKind,
    EvaluatorGrant,
    EvaluatorRevocation,
    Evidence,
    Outbox,
)
from westmec_xblocks.records.storage import discard
from westmec_xblocks.records.transactions import in_one_transaction, when_committed

_TEXT_FIELDS = ["note", "variant", "ratings", "detail"]


@dataclass(frozen=True, slots=True)
class Erased:
    """How many acts, pieces of evidence and grants had something that was erased."""

    acts: int = 0
    evidence: int = 0
    grants: int = 0


def retire_user(user_id: int, *, actor_id: int | None, now: datetime) -> Erased:
    """Erase what the records hold about a person beyond the bare facts. Safe to repeat.

    Their notes, reasons, conditions and the files they added go; ratings, dates and ids stay. Open rights to evaluate
    end. What they wrote about others as an evaluator is those learners' record and stays.
    """

    def work() -> Erased:
        acts = _erase_acts(user_id, actor_id, now)
        evidence = _erase_evidence(user_id)
        grants = _end_grants(user_id, actor_id, now)
        Accommodation._base_manager.filter(learner_id=user_id).update(reason="")
        Outbox.objects.filter(learner_id=user_id, delivered_at=None).delete()
        return Erased(acts, evidence, grants)

    return in_one_transaction(work)


def _erase_acts(user_id: int, actor_id: int | None, now: datetime) -> int:
    changed = 0
    everything = Act.objects.filter(learner_id=user_id).order_by("usage_key", "number").select_for_update()
    for usage, own in groupby(list(everything), key=lambda act: act.usage_key):
        acts = list(own)
        dirty = _blank(acts)
        words = erase_words(acts) if is_exam(usage) else []
        dirty = [act for act in acts if act in dirty or act in words]
        if not dirty:
            continue
        Act._base_manager.bulk_update(dirty, _TEXT_FIELDS, batch_size=50)
        changed += len(dirty)
        last = acts[-1]
        Act(
            kind=ActKind.ERASED,
            number=last.number + 1,
            client_id=uuid.uuid4(),
            course_key=last.course_key,
            usage_key=usage,
            code=last.code,
            learner_id=user_id,
            actor_id=actor_id,
            recorded_at=now,
            digest=last.digest,
        ).save()
        rebuild.rebuild_learner(usage, user_id, now)
    return changed


def _blank(acts: Iterable[Act]) -> list[Act]:
    """The acts that held a text, now without it. Conditions keep being told apart, since a line may ask for several."""
    variants: dict[str, str] = {}
    dirty = []
    for act in acts:
        before = (act.note, act.variant, act.ratings, act.detail)
        act.note = ""
        if act.variant:
            act.variant = variants.setdefault(act.variant.strip().casefold(), f"variant {len(variants) + 1}")
        act.ratings = {line: _bare(rating) for line, rating in act.ratings.items()}
        act.detail = {name: value for name, value in act.detail.items() if name != "confirmed_by"}
        if "stop" in act.detail:
            act.detail["stop"] = {"skill": act.detail["stop"]["skill"]}
        if before != (act.note, act.variant, act.ratings, act.detail):
            dirty.append(act)
    return dirty


def _bare(rating: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in rating.items() if name in ("value", "readings")}


def _erase_evidence(user_id: int) -> int:
    rows = list(Evidence.objects.filter(learner_id=user_id))
    dirty = [row for row in rows if row.name or row.text or row.storage_name]
    for name in [row.storage_name for row in dirty if row.storage_name]:
        when_committed(lambda name=name: discard(name))
    for row in dirty:
        row.name = row.text = row.storage_name = ""
    Evidence._base_manager.bulk_update(dirty, ["name", "text", "storage_name"], batch_size=100)
    return len(dirty)


def _end_grants(user_id: int, actor_id: int | None, now: datetime) -> int:
    grants = list(EvaluatorGrant.objects.filter(user_id=user_id).select_related("revocation"))
    for grant in grants:
        if getattr(grant, "revocation", None) is None:
            EvaluatorRevocation(
                grant=grant, client_id=uuid.uuid4(), revoked_by_id=actor_id or user_id, revoked_at=now
            ).save()
    EvaluatorGrant._base_manager.filter(user_id=user_id).update(reason="")
    EvaluatorRevocation._base_manager.filter(grant__user_id=user_id).update(reason="")
    return len(grants)
