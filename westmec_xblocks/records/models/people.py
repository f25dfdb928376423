"""Who may evaluate, and who works together: appended as well."""

from __future__ import annotations

from django.db import models

from westmec_xblocks.records.models.acts import time_ordered_uuid
from westmec_xblocks.records.models.appended import Appended, person_field
from westmec_xblocks.records.models.fields import IdField, KeyField


class EvaluatorGrant(Appended):
    """Somebody may evaluate in a course run: the whole of it, or only what the codes name, until a day or without end.

    Personal data: who may (account id), who said so, and why.
    Kept: for good, since it shows that an evaluator was entitled. Erasing: the reason is blanked; ids stay.
    """

    id = IdField(primary_key=True, default=time_ordered_uuid, editable=False)
    client_id = IdField()
    course_key = KeyField(max_length=255)
    user = person_field()
    codes = models.JSONField(default=list)
    expires_on = models.DateField(null=True)
    granted_by = person_field()
    granted_at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-granted_at"]
        constraints = [models.UniqueConstraint(fields=["course_key", "client_id"], name="westmec_grant_client_id")]
        indexes = [models.Index(fields=["course_key", "user"], name="westmec_grant_user")]

    def __str__(self) -> str:
        return f"{self.course_key}: {', '.join(self.codes) or 'whole course'}"


class EvaluatorRevocation(Appended):
    """A grant was taken back.

    Personal data: who took it back (account id), and why. Kept: for good, like the grant. Erasing: the reason is
    blanked; ids stay.
    """

    grant = models.OneToOneField(EvaluatorGrant, on_delete=models.PROTECT, primary_key=True, related_name="revocation")
    client_id = IdField()
    revoked_by = person_field()
    revoked_at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-revoked_at"]

    def __str__(self) -> str:
        return f"revoked: {self.grant_id}"


class LabGroup(Appended):
    """A lab group of a course run, under the name it was given first.

    Personal data: who made it (account id). Kept: for good, like the acts of its members. Erasing: nothing but ids.
    """

    id = IdField(primary_key=True, default=time_ordered_uuid, editable=False)
    client_id = IdField()
    course_key = KeyField(max_length=255)
    name = models.CharField(max_length=100)
    created_by = person_field()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["course_key", "name"]
        constraints = [models.UniqueConstraint(fields=["course_key", "client_id"], name="westmec_group_client_id")]

    def __str__(self) -> str:
        return self.name


class GroupChangeKind(models.TextChoices):
    """What changed about a group."""

    JOINED = "joined", "Joined"
    LEFT = "left", "Left"
    RENAMED = "renamed", "Renamed"
    CLOSED = "closed", "Closed"


class LabGroupChange(Appended):
    """Somebody joined or left a lab group, or the group was renamed or closed. ``number`` is the order of a group's changes.

    Personal data: who joined or left, and who said so (account ids). Kept: for good, since it shows who was in which group when.
    Erasing: nothing but ids.
    """

    id = IdField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.PositiveIntegerField()
    client_id = IdField()
    group = models.ForeignKey(LabGroup, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=GroupChangeKind.choices)
    learner = person_field(null=True)
    name = models.CharField(max_length=100, blank=True)
    changed_by = person_field()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["group", "number"]
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="westmec_change_number"),
            models.UniqueConstraint(fields=["group", "client_id"], name="westmec_change_client_id"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.group_id}"
