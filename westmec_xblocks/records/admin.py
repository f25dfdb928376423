"""The admin shows everything and changes nothing: what was recorded is corrected by another act, not here."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest

from westmec_xblocks.records import models

FOUND_PEOPLE = 200


class ReadOnlyAdmin(admin.ModelAdmin):
    """Lists with search. ``person_fields`` are shown, and found, by user name; ``text_fields`` are searched as they are."""

    person_fields: tuple[str, ...] = ()
    text_fields: tuple[str, ...] = ("code", "usage_key")
    search_fields = ("pk",)
    search_help_text = "User name or e-mail address, code, or a part of a key"
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes anything here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes anything here."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows with the user names of the people they name, also where an account is gone."""
        names = {f"{field}_name": _user_name(field) for field in self.person_fields}
        return super().get_queryset(request).annotate(**names)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows that fit each word: by person, by code, by key."""
        for word in search_term.split():
            people = get_user_model().objects.filter(Q(username__icontains=word) | Q(email__iexact=word))
            queryset = queryset.filter(self.fits(word, list(people.values_list("pk", flat=True)[:FOUND_PEOPLE])))
        return queryset, False

    def fits(self, word: str, people: list[int]) -> Q:
        """What a row must be to fit the word, which may stand for these people."""
        fits = Q()
        for field in self.text_fields:
            fits |= Q(**{f"{field}__icontains": word})
        for field in self.person_fields:
            fits |= Q(**{f"{field}__in": people})
        return fits

    @admin.display(description="learner", ordering="learner_name")
    def learner_shown(self, row: Any) -> str:
        """The learner's user name, or the bare number."""
        return row.learner_name or str(row.learner_id)

    @admin.display(description="by", ordering="actor_name")
    def actor_shown(self, row: Any) -> str:
        """Who acted; empty for what the system did."""
        return row.actor_name or str(row.actor_id or "")


def _user_name(field: str) -> Subquery:
    people = get_user_model().objects.filter(pk=OuterRef(f"{field}_id"))
    return Subquery(people.values("username")[:1])


class ActAdmin(ReadOnlyAdmin):
    """Acts of every kind."""

    person_fields = ("learner", "actor")
    list_display = ("recorded_at", "learner_shown", "kind", "code", "actor_shown", "observed_on", "note")
    list_filter = ("kind", "recorded_at")


class StatusAdmin(ReadOnlyAdmin):
    """What holds now."""

    person_fields = ("learner",)
    list_display = ("code", "learner_shown", "state", "counted", "since", "valid_until", "score", "waiting")
    list_filter = ("state", "waiting")


class OutboxAdmin(ReadOnlyAdmin):
    """What is told to the host."""

    person_fields = ("learner",)
    text_fields = ("usage_key", "last_error")
    list_display = (
        "created_at",
        "kind",
        "learner_shown",
        "earned",
        "possible",
        "delivered_at",
        "attempts",
        "last_error",
    )
    list_filter = ("kind", ("delivered_at", admin.EmptyFieldListFilter))


class DefinitionAdmin(ReadOnlyAdmin):
    """Versions of lists."""

    text_fields = ("code", "digest", "first_usage_key")
    list_display = ("code", "digest", "first_seen_at", "first_usage_key")


class EvidenceAdmin(ReadOnlyAdmin):
    """Evidence, without its files."""

    person_fields = ("learner",)
    text_fields = ("usage_key", "skill")
    list_display = ("added_at", "kind", "skill", "learner_shown", "content_type", "size")
    list_filter = ("kind",)
    exclude = ("storage_name",)


class GrantAdmin(ReadOnlyAdmin):
    """Who may evaluate."""

    person_fields = ("user", "granted_by")
    text_fields = ("course_key",)
    list_display = ("granted_at", "user_shown", "course_key", "codes", "expires_on", "revoked")

    @admin.display(description="evaluator")
    def user_shown(self, row: Any) -> str:
        """The evaluator's user name, or the bare number."""
        return row.user_name or str(row.user_id)

    @admin.display(description="revoked", boolean=True)
    def revoked(self, row: Any) -> bool:
        """Whether it was taken back."""
        return getattr(row, "revocation", None) is not None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the revocation of each."""
        return super().get_queryset(request).select_related("revocation")


class RevocationAdmin(ReadOnlyAdmin):
    """Rights to evaluate that were taken back."""

    person_fields = ("revoked_by",)
    text_fields = ("grant__course_key",)
    list_display = ("revoked_at", "grant", "reason")


class AttemptAdmin(ReadOnlyAdmin):
    """Attempts, as they stand."""

    person_fields = ("learner",)
    list_display = ("started_at", "learner_shown", "code", "number", "state", "passed", "share", "closed_at", "late")
    list_filter = ("state", "passed", "started_at")


class AttemptEventAdmin(ReadOnlyAdmin):
    """What learners did in attempts, found by the attempt's id, by the learner, and by the item."""

    text_fields = ("item",)
    search_help_text = "The id of an attempt, a user name or e-mail address, or an item's id"
    list_display = ("recorded_at", "attempt", "number", "kind", "item", "late")
    list_filter = ("kind", "late")

    def fits(self, word: str, people: list[int]) -> Q:
        """Besides: events of the attempt of this id, and of these people's attempts."""
        attempts = models.Attempt.objects.filter(learner__in=people).values("pk")
        fits = super().fits(word, people) | Q(attempt__in=attempts)
        try:
            return fits | Q(attempt=uuid.UUID(word))
        except ValueError:
            return fits


class AccommodationAdmin(ReadOnlyAdmin):
    """What learners are granted."""

    person_fields = ("learner", "granted_by")
    text_fields = ("course_key", "code")
    list_display = (
        "granted_at",
        "learner_shown",
        "course_key",
        "code",
        "time_factor",
        "break_minutes",
        "extra_attempts",
        "window_hours",
        "language",
    )


class ExposureAdmin(ReadOnlyAdmin):
    """How many forms an assessment has given out."""

    text_fields = ("usage_key",)
    list_display = ("usage_key", "forms")


class GroupAdmin(ReadOnlyAdmin):
    """Lab groups."""

    text_fields = ("name", "course_key")
    list_display = ("name", "course_key", "created_at")


class GroupChangeAdmin(ReadOnlyAdmin):
    """Who joined and left which group."""

    person_fields = ("learner", "changed_by")
    text_fields = ("group__name", "group__course_key")
    list_display = ("changed_at", "group", "kind", "learner_shown", "name")
    list_filter = ("kind",)


for model, shown_by in {
    models.Act: ActAdmin,
    models.Demonstration: ActAdmin,
    models.SecondRating: ActAdmin,
    models.Reteach: ActAdmin,
    models.Request: ActAdmin,
    models.Status: StatusAdmin,
    models.Outbox: OutboxAdmin,
    models.Definition: DefinitionAdmin,
    models.Evidence: EvidenceAdmin,
    models.EvaluatorGrant: GrantAdmin,
    models.EvaluatorRevocation: RevocationAdmin,
    models.LabGroup: GroupAdmin,
    models.LabGroupChange: GroupChangeAdmin,
    models.Attempt: AttemptAdmin,
    models.AttemptEvent: AttemptEventAdmin,
    models.Accommodation: AccommodationAdmin,
    models.ItemExposure: ExposureAdmin,
}.items():
    admin.site.register(model, shown_by)
