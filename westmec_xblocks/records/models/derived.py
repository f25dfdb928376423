"""Rows that follow from the acts: what holds now, and what must be told to the host."""

from __future__ import annotations

from django.db import models

from westmec_xblocks.records.models.appended import person_field
from westmec_xblocks.records.models.fields import KeyField


class Status(models.Model):
    """What holds now for one learner and one thing of a block; ``westmec_rebuild_status`` makes it again from the acts.

    ``thing`` is a line's id, or empty for the list or the assessment as a whole. A line that nobody has touched has no row. The list's
    row is also what a writer locks. ``digest`` is the version that the standing speaks of; ``waiting`` says whether a
    second rating or a settlement is awaited; ``requested_at`` is when the open request was made (list row only).

    Personal data: who (account id), what was signed off, until when, reasons for N/A, the text of an open request.
    Kept: as long as the acts it follows from. Erasing: made again from the erased acts.
    """

    usage_key = KeyField(max_length=255)
    course_key = KeyField(max_length=255)
    learner = person_field()
    thing = KeyField(max_length=100, blank=True)
    code = KeyField(max_length=255)
    state = models.CharField(max_length=30)
    counted = models.PositiveIntegerField(default=0)
    dates = models.PositiveIntegerField(default=0)
    variants = models.PositiveIntegerField(default=0)
    level = models.CharField(max_length=100, blank=True)
    since = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    score = models.FloatField(default=0.0)
    waiting = models.CharField(max_length=40, blank=True)
    requested_at = models.DateTimeField(null=True)
    detail = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "statuses"
        ordering = ["usage_key", "learner", "thing"]
        constraints = [models.UniqueConstraint(fields=["usage_key", "learner", "thing"], name="westmec_status_thing")]
        indexes = [
            models.Index(fields=["course_key", "code", "learner"], name="westmec_status_code"),
            models.Index(fields=["course_key", "requested_at"], name="westmec_status_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.state}"


class OutboxKind(models.TextChoices):
    """What is to be told."""

    GRADE = "grade", "Grade"
    COMPLETION = "completion", "Completion"


class Outbox(models.Model):
    """A grade or a completion on its way to the host. Written with the act, delivered afterwards, again and again until the host takes it.

    Personal data: who (account id) and the points.
    Kept: delivered rows may be removed at any time. Erasing: undelivered rows are removed.
    """

    kind = models.CharField(max_length=20, choices=OutboxKind.choices)
    usage_key = KeyField(max_length=255)
    course_key = KeyField(max_length=255)
    learner = person_field()
    earned = models.FloatField()
    possible = models.FloatField()
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    next_try_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "outbox"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["delivered_at", "next_try_at", "id"], name="westmec_outbox_due"),
            models.Index(fields=["usage_key", "learner", "kind", "delivered_at"], name="westmec_outbox_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.earned:g}/{self.possible:g}"
