"""Assessments: attempts, what happens in them, what learners are granted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import westmec_xblocks.records.models.acts
import westmec_xblocks.records.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("westmec_records", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ItemExposure",
            fields=[
                (
                    "usage_key",
                    westmec_xblocks.records.models.fields.KeyField(max_length=255, primary_key=True, serialize=False),
                ),
                ("counts", models.JSONField(default=dict)),
                ("forms", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.AlterField(
            model_name="act",
            name="kind",
            field=models.CharField(
                choices=[
                    ("demonstration", "Demonstration"),
                    ("correction", "Correction"),
                    ("withdrawal", "Withdrawal"),
                    ("second_rating", "Second rating"),
                    ("settlement", "Settlement"),
                    ("reteach", "Re-teach"),
                    ("request", "Request"),
                    ("request_withdrawn", "Request withdrawn"),
                    ("request_declined", "Request declined"),
                    ("draw", "Draw for a second evaluator"),
                    ("reset", "Reset"),
                    ("attempt_started", "Attempt started"),
                    ("attempt_closed", "Attempt closed"),
                    ("attempt_voided", "Attempt voided"),
                    ("attempt_granted", "Extra attempt granted"),
                    ("rescored", "Rescored"),
                    ("late_judged", "Late answers judged"),
                    ("appeal", "Appeal"),
                    ("appeal_answered", "Appeal answered"),
                    ("evidence_removed", "Evidence removed"),
                    ("erased", "Personal data erased"),
                ],
                max_length=30,
            ),
        ),
        migrations.CreateModel(
            name="AttemptEvent",
            fields=[
                (
                    "id",
                    westmec_xblocks.records.models.fields.IdField(
                        default=westmec_xblocks.records.models.acts.time_ordered_uuid,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("attempt", westmec_xblocks.records.models.fields.IdField()),
                ("number", models.PositiveIntegerField()),
                ("client_id", westmec_xblocks.records.models.fields.IdField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("answered", "Answered"),
                            ("cleared", "Answer taken back"),
                            ("flagged", "Flagged"),
                            ("unflagged", "Flag taken back"),
                            ("shown", "Question shown"),
                            ("resumed", "Opened again"),
                            ("left", "Page left"),
                            ("break_began", "Break began"),
                            ("break_ended", "Break ended"),
                        ],
                        max_length=20,
                    ),
                ),
                ("item", westmec_xblocks.records.models.fields.KeyField(blank=True, max_length=100)),
                ("response", models.JSONField(null=True)),
                ("late", models.BooleanField(default=False)),
                ("given_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["attempt", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "number"), name="westmec_event_number"),
                    models.UniqueConstraint(fields=("attempt", "client_id"), name="westmec_event_client_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Accommodation",
            fields=[
                (
                    "id",
                    westmec_xblocks.records.models.fields.IdField(
                        default=westmec_xblocks.records.models.acts.time_ordered_uuid,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("client_id", westmec_xblocks.records.models.fields.IdField()),
                ("course_key", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("code", westmec_xblocks.records.models.fields.KeyField(blank=True, max_length=255)),
                ("time_factor", models.DecimalField(decimal_places=2, default=1, max_digits=5)),
                ("break_minutes", models.PositiveIntegerField(default=0)),
                ("extra_attempts", models.PositiveIntegerField(default=0)),
                ("window_hours", models.PositiveIntegerField(default=0)),
                ("language", models.CharField(blank=True, max_length=20)),
                ("reason", models.TextField(blank=True)),
                ("granted_at", models.DateTimeField()),
                (
                    "granted_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-granted_at", "-id"],
                "indexes": [models.Index(fields=["course_key", "learner"], name="westmec_accommodation_who")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("course_key", "client_id", "learner", "code"), name="westmec_accommodation_client"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    westmec_xblocks.records.models.fields.IdField(editable=False, primary_key=True, serialize=False),
                ),
                ("usage_key", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("course_key", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("code", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed"), ("void", "Void")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("language", models.CharField(blank=True, max_length=20)),
                ("form", models.JSONField()),
                ("clock", models.JSONField()),
                ("possible", models.FloatField()),
                ("started_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=20)),
                ("events", models.PositiveIntegerField(default=0)),
                ("answers", models.JSONField(default=dict)),
                ("flags", models.JSONField(default=list)),
                ("position", models.CharField(blank=True, max_length=100)),
                ("late", models.PositiveIntegerField(default=0)),
                ("result", models.JSONField(null=True)),
                ("passed", models.BooleanField(null=True)),
                ("share", models.FloatField(null=True)),
                ("updated_at", models.DateTimeField()),
                (
                    "learner",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["usage_key", "learner", "number"],
                "indexes": [
                    models.Index(fields=["state", "ends_at"], name="westmec_attempt_due"),
                    models.Index(fields=["usage_key", "started_at"], name="westmec_attempt_list"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("usage_key", "learner", "number"), name="westmec_attempt_number")
                ],
            },
        ),
    ]
