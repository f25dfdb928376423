"""What learners bring as proof."""

from __future__ import annotations

from django.db import models

from westmec_xblocks.records.models.acts import time_ordered_uuid
from westmec_xblocks.records.models.appended import Appended, person_field
from westmec_xblocks.records.models.fields import IdField, KeyField


class EvidenceKind(models.TextChoices):
    """What kind of proof."""

    PHOTO = "photo", "Photo"
    DOCUMENT = "document", "Document"
    VALUE = "value", "Measured value"
    LINK = "link", "Link"


class Evidence(Appended):
    """A photo, document, measured value or link that a learner added to a line. A file was stored and read back before its row was written.

    Personal data: who (account id), and whatever the file, its name, the value or the link shows.
    Kept: until it is removed (an act says by whom), or as long as the acts it supports.
    Erasing: the file is deleted, its name, text and link are blanked; kind, size, fingerprint and time stay.
    """

    id = IdField(primary_key=True, default=time_ordered_uuid, editable=False)
    client_id = IdField()
    course_key = KeyField(max_length=255)
    usage_key = KeyField(max_length=255)
    learner = person_field()
    skill = KeyField(max_length=100)
    kind = models.CharField(max_length=20, choices=EvidenceKind.choices)
    name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    storage_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["-added_at"]
        constraints = [
            models.UniqueConstraint(fields=["usage_key", "learner", "client_id"], name="westmec_evidence_client_id")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.skill}"
