"""How many forms of an assessment have held each item: a tally that every new form adds to, and that follows from the acts."""

from __future__ import annotations

from collections import Counter

from westmec_xblocks.domain.assessment.forms import Form
from westmec_xblocks.records.models import Act, ActKind, ItemExposure


def prepare(usage: str) -> None:
    """Let there be a tally to lock, before the transaction: learners who begin at once would trip over each other making it in theirs."""
    if not ItemExposure.objects.filter(usage_key=usage).exists():
        ItemExposure.objects.bulk_create([ItemExposure(usage_key=usage)], ignore_conflicts=True)


def lock(usage: str) -> ItemExposure | None:
    """The tally, locked until the transaction ends; None where there is none."""
    return ItemExposure.objects.select_for_update().filter(usage_key=usage).first()


def add(usage: str, tally: ItemExposure | None, form: Form) -> None:
    """Count one more form."""
    row = tally or ItemExposure(usage_key=usage)
    row.counts = {**row.counts, **{item: row.counts.get(item, 0) + 1 for item in form.items}}
    row.forms += 1
    row.save(force_insert=tally is None, force_update=tally is not None)


def expected(usage: str) -> ItemExposure:
    """The tally as it follows from the acts that began attempts. One query."""
    begun = Act.objects.filter(usage_key=usage, kind=ActKind.ATTEMPT_STARTED).order_by()
    counts: Counter[str] = Counter()
    forms = 0
    for detail in begun.values_list("detail", flat=True).iterator():
        counts.update(detail["form"]["items"])
        forms += 1
    return ItemExposure(usage_key=usage, counts=dict(counts), forms=forms)
