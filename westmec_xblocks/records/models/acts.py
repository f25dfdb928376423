"""Everything that happens to a learner on a block: one table, appended."""

from __future__ import annotations

import secrets
import time
import uuid

from django.db import models

from westmec_xblocks.records.models.appended import Appended, AppendedQuerySet, person_field
from westmec_xblocks.records.models.fields import IdField, KeyField


def time_ordered_uuid() -> uuid.UUID:
    """A version 7 UUID (RFC 9562, 5.7): milliseconds first, so that new rows lie together in every index, then 74 random bits."""
    number = (int(time.time() * 1000) & (1 << 48) - 1) << 80 | secrets.randbits(80)
    return uuid.UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


class Definition(Appended):
    """One version of what an author wrote, by the SHA-256 of its canonical text.

    Personal data: none. Kept: as long as any act names the version. Erasing: nothing to erase.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=50)
    code = KeyField(max_length=255)
    olx = models.TextField()
    first_seen_at = models.DateTimeField()
    first_usage_key = KeyField(max_length=255)

    def __str__(self) -> str:
        return f"{self.code} {self.digest[:12]}"


class ActKind(models.TextChoices):
    """What happened."""

    DEMONSTRATION = "demonstration", "Demonstration"
    CORRECTION = "correction", "Correction"
    WITHDRAWAL = "withdrawal", "Withdrawal"
    SECOND_RATING = "second_rating", "Second rating"
    SETTLEMENT = "settlement", "Settlement"
    RETEACH = "reteach", "Re-teach"
    REQUEST = "request", "Request"
    REQUEST_WITHDRAWN = "request_withdrawn", "Request withdrawn"
    REQUEST_DECLINED = "request_declined", "Request declined"
    DRAW = "draw", "Draw for a second evaluator"
    RESET = "reset", "Reset"
    ATTEMPT_STARTED = "attempt_started", "Attempt started"
    ATTEMPT_CLOSED = "attempt_closed", "Attempt closed"
    ATTEMPT_VOIDED = "attempt_voided", "Attempt voided"
    ATTEMPT_GRANTED = "attempt_granted", "Extra attempt granted"
    RESCORED = "rescored", "Rescored"
    LATE_JUDGED = "late_judged", "Late answers judged"
    APPEAL = "appeal", "Appeal"
    APPEAL_ANSWERED = "appeal_answered", "Appeal answered"
    EVIDENCE_REMOVED = "evidence_removed", "Evidence removed"
    ERASED = "erased", "Personal data erased"


class Act(Appended):
    """One thing that happened to one learner on one block, by whom and when.

    ``number`` counts a learner's acts on the block, 1, 2, 3 …: it is the order of recording, and a gap would show a
    lost row. ``client_id`` was made by the client, so that a repeated request finds its own act. ``digest`` is the
    version of the block's content in force when the act was recorded. ``refers_to`` is the act that this one corrects,
    withdraws, rates again, settles, re-teaches or answers.

    Personal data: who (learner and actor, by account id), ratings, conditions, what was seen in a stop, notes and reasons.
    Kept: for good, as proof of who was judged able to do what, when and by whom; the site's policy may set an end.
    Erasing: notes, reasons, conditions and what was seen are blanked; ratings, dates and ids stay, under an account id
    that then names nobody.
    """

    id = IdField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.PositiveIntegerField()
    client_id = IdField()
    batch_id = IdField(null=True)
    kind = models.CharField(max_length=30, choices=ActKind.choices)
    course_key = KeyField(max_length=255)
    usage_key = KeyField(max_length=255)
    code = KeyField(max_length=255)
    learner = person_field()
    actor = person_field(null=True)
    recorded_at = models.DateTimeField()
    observed_at = models.DateTimeField(null=True)
    observed_on = models.DateField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    variant = models.CharField(max_length=100, blank=True)
    ratings = models.JSONField(default=dict)
    detail = models.JSONField(default=dict)
    refers_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-recorded_at", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["usage_key", "learner", "number"], name="westmec_act_number"),
            models.UniqueConstraint(fields=["usage_key", "learner", "client_id"], name="westmec_act_client_id"),
        ]
        indexes = [models.Index(fields=["course_key", "recorded_at"], name="westmec_act_course")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code} #{self.number}"


class OfKinds(models.Manager.from_queryset(AppendedQuerySet)):  # type: ignore[misc]
    """The acts of some kinds, for a proxy of its own."""

    def __init__(self, *kinds: ActKind) -> None:
        super().__init__()
        self.kinds = kinds

    def get_queryset(self) -> AppendedQuerySet:
        """Those acts only."""
        return super().get_queryset().filter(kind__in=self.kinds)


class Demonstration(Act):
    """Demonstrations and their corrections, as the admin shows them.

    Personal data, Kept, Erasing: as for ``Act``.
    """

    objects = OfKinds(ActKind.DEMONSTRATION, ActKind.CORRECTION, ActKind.WITHDRAWAL)

    class Meta:
        proxy = True


class SecondRating(Act):
    """Second evaluators' ratings and the third's settlements, as the admin shows them.

    Personal data, Kept, Erasing: as for ``Act``.
    """

    objects = OfKinds(ActKind.SECOND_RATING, ActKind.SETTLEMENT)

    class Meta:
        proxy = True
        verbose_name = "second rating or settlement"
        verbose_name_plural = "second ratings and settlements"


class Reteach(Act):
    """Re-teaches after a stop, as the admin shows them.

    Personal data, Kept, Erasing: as for ``Act``.
    """

    objects = OfKinds(ActKind.RETEACH)

    class Meta:
        proxy = True
        verbose_name = "re-teach"
        verbose_name_plural = "re-teaches"


class Request(Act):
    """Learners' requests for a sign-off, as the admin shows them.

    Personal data, Kept, Erasing: as for ``Act``.
    """

    objects = OfKinds(ActKind.REQUEST, ActKind.REQUEST_WITHDRAWN, ActKind.REQUEST_DECLINED)

    class Meta:
        proxy = True
