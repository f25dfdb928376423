"""Attempts at assessments: what happened in them, what holds now, and what learners are granted."""

from __future__ import annotations

from django.db import models

from westmec_xblocks.records.models.acts import time_ordered_uuid
from westmec_xblocks.records.models.appended import Appended, person_field
from westmec_xblocks.records.models.fields import IdField, KeyField


class AttemptState(models.TextChoices):
    """How far an attempt is. A void one was taken back by staff and counts for nothing."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    VOID = "void", "Void"


class EventKind(models.TextChoices):
    """What happens inside an attempt."""

    ANSWERED = "answered", "Answered"
    CLEARED = "cleared", "Answer taken back"
    FLAGGED = "flagged", "Flagged"
    UNFLAGGED = "unflagged", "Flag taken back"
    SHOWN = "shown", "Question shown"
    RESUMED = "resumed", "Opened again"
    LEFT = "left", "Page left"
    BREAK_BEGAN = "break_began", "Break began"
    BREAK_ENDED = "break_ended", "Break ended"


class Attempt(models.Model):
    """One attempt as it stands: the form, the answers acknowledged so far, the clock, the result.

    Derived from the act that began it (whose id it bears), its events, and the acts that closed, rescored or voided it;
    ``westmec_rebuild_status`` makes it again. Whoever answers locks this row alone; ``events`` counts what has happened. ``ends_at`` is
    when the time is up as it looks now, for the command that closes attempts. ``late`` counts answers that came after the end
    and wait for a person; ``answers`` holds those that count.

    Personal data: who (account id), answers, times, result. Kept: as long as the acts it follows from.
    Erasing: answers in words are blanked, results stay, under an account id that then names nobody.
    """

    id = IdField(primary_key=True, editable=False)
    usage_key = KeyField(max_length=255)
    course_key = KeyField(max_length=255)
    code = KeyField(max_length=255)
    learner = person_field()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=AttemptState.choices, default=AttemptState.OPEN)
    digest = models.CharField(max_length=64)
    language = models.CharField(max_length=20, blank=True)
    form = models.JSONField()
    clock = models.JSONField()
    possible = models.FloatField()
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=20, blank=True)
    events = models.PositiveIntegerField(default=0)
    answers = models.JSONField(default=dict)
    flags = models.JSONField(default=list)
    position = models.CharField(max_length=100, blank=True)
    late = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    passed = models.BooleanField(null=True)
    share = models.FloatField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["usage_key", "learner", "number"]
        constraints = [
            models.UniqueConstraint(fields=["usage_key", "learner", "number"], name="westmec_attempt_number")
        ]
        indexes = [
            models.Index(fields=["state", "ends_at"], name="westmec_attempt_due"),
            models.Index(fields=["usage_key", "started_at"], name="westmec_attempt_list"),
        ]

    def __str__(self) -> str:
        return f"{self.code} attempt {self.number}: {self.state}"


class AttemptEvent(Appended):
    """One thing that a learner did in an attempt. ``number`` is the order of arrival; ``late``: it came after the end, and is kept apart.

    Personal data: who (by the attempt), answers, times. Kept: for good, as proof of what was answered when.
    Erasing: answers in words are blanked.
    """

    id = IdField(primary_key=True, default=time_ordered_uuid, editable=False)
    attempt = IdField()
    number = models.PositiveIntegerField()
    client_id = IdField()
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    item = KeyField(max_length=100, blank=True)
    response = models.JSONField(null=True)
    late = models.BooleanField(default=False)
    given_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["attempt", "number"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="westmec_event_number"),
            models.UniqueConstraint(fields=["attempt", "client_id"], name="westmec_event_client_id"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item}"


class Accommodation(Appended):
    """What a learner is granted in the assessments of a course run, or in the one of this code; the newest row for the code holds,
    else the newest for the course run. A row that grants nothing takes back what was granted before it.

    Personal data: who (account id), what was granted, why: it may speak of health, so that only course staff see it.
    Kept: for good, since it shows under which conditions a result was reached; the site's policy may set an end to the reasons,
    from which nothing is computed (docs/guides/operators.md).
    Erasing: the reason is blanked.
    """

    id = IdField(primary_key=True, default=time_ordered_uuid, editable=False)
    client_id = IdField()
    course_key = KeyField(max_length=255)
    code = KeyField(max_length=255, blank=True)
    learner = person_field()
    time_factor = models.DecimalField(max_digits=5, decimal_places=2, default=1)
    break_minutes = models.PositiveIntegerField(default=0)
    extra_attempts = models.PositiveIntegerField(default=0)
    window_hours = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    granted_by = person_field()
    granted_at = models.DateTimeField()

    class Meta:
        ordering = ["-granted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["course_key", "client_id", "learner", "code"], name="westmec_accommodation_client"
            )
        ]
        indexes = [models.Index(fields=["course_key", "learner"], name="westmec_accommodation_who")]

    def __str__(self) -> str:
        return f"{self.course_key} {self.code or 'whole course'}"


class ItemExposure(models.Model):
    """How many forms of one assessment have held each item so far. Derived from the acts that began attempts.

    Personal data: none. Kept: as long as the assessment is used. Erasing: nothing to erase.
    """

    usage_key = KeyField(max_length=255, primary_key=True)
    counts = models.JSONField(default=dict)
    forms = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.usage_key
