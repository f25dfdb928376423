"""The first tables."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import westmec_xblocks.records.models.acts
import westmec_xblocks.records.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Definition",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=50)),
                ("code", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("olx", models.TextField()),
                ("first_seen_at", models.DateTimeField()),
                ("first_usage_key", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EvaluatorGrant",
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
                ("codes", models.JSONField(default=list)),
                ("expires_on", models.DateField(null=True)),
                ("granted_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
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
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-granted_at"],
            },
        ),
        migrations.CreateModel(
            name="Act",
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
                ("number", models.PositiveIntegerField()),
                ("client_id", westmec_xblocks.records.models.fields.IdField()),
                ("batch_id", westmec_xblocks.records.models.fields.IdField(null=True)),
                (
                    "kind",
                    models.CharField(
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
                            ("evidence_removed", "Evidence removed"),
                            ("erased", "Personal data erased"),
                        ],
                        max_length=30,
                    ),
                ),
                ("course_key", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("usage_key", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("code", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("recorded_at", models.DateTimeField()),
                ("observed_at", models.DateTimeField(null=True)),
                ("observed_on", models.DateField(null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("variant", models.CharField(blank=True, max_length=100)),
                ("ratings", models.JSONField(default=dict)),
                ("detail", models.JSONField(default=dict)),
                ("note", models.TextField(blank=True)),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
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
                (
                    "refers_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="westmec_records.act",
                    ),
                ),
            ],
            options={
                "ordering": ["-recorded_at", "-number"],
            },
        ),
        migrations.CreateModel(
            name="Demonstration",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("westmec_records.act",),
        ),
        migrations.CreateModel(
            name="Request",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("westmec_records.act",),
        ),
        migrations.CreateModel(
            name="Reteach",
            fields=[],
            options={
                "verbose_name": "re-teach",
                "verbose_name_plural": "re-teaches",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("westmec_records.act",),
        ),
        migrations.CreateModel(
            name="SecondRating",
            fields=[],
            options={
                "verbose_name": "second rating or settlement",
                "verbose_name_plural": "second ratings and settlements",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("westmec_records.act",),
        ),
        migrations.CreateModel(
            name="EvaluatorRevocation",
            fields=[
                (
                    "grant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="revocation",
                        serialize=False,
                        to="westmec_records.evaluatorgrant",
                    ),
                ),
                ("client_id", westmec_xblocks.records.models.fields.IdField()),
                ("revoked_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["-revoked_at"],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
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
                ("usage_key", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("skill", westmec_xblocks.records.models.fields.KeyField(max_length=100)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("photo", "Photo"),
                            ("document", "Document"),
                            ("value", "Measured value"),
                            ("link", "Link"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("size", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("storage_name", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField(blank=True)),
                ("added_at", models.DateTimeField()),
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
                "verbose_name_plural": "evidence",
                "ordering": ["-added_at"],
            },
        ),
        migrations.CreateModel(
            name="LabGroup",
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
                ("name", models.CharField(max_length=100)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["course_key", "name"],
            },
        ),
        migrations.CreateModel(
            name="LabGroupChange",
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
                ("number", models.PositiveIntegerField()),
                ("client_id", westmec_xblocks.records.models.fields.IdField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("joined", "Joined"), ("left", "Left"), ("renamed", "Renamed"), ("closed", "Closed")],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=100)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="westmec_records.labgroup",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["group", "number"],
            },
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("grade", "Grade"), ("completion", "Completion")], max_length=20)),
                ("usage_key", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("course_key", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("earned", models.FloatField()),
                ("possible", models.FloatField()),
                ("created_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=500)),
                ("next_try_at", models.DateTimeField()),
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
                "verbose_name_plural": "outbox",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Status",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("usage_key", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("course_key", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("thing", westmec_xblocks.records.models.fields.KeyField(blank=True, max_length=100)),
                ("code", westmec_xblocks.records.models.fields.KeyField(max_length=255)),
                ("state", models.CharField(max_length=30)),
                ("counted", models.PositiveIntegerField(default=0)),
                ("dates", models.PositiveIntegerField(default=0)),
                ("variants", models.PositiveIntegerField(default=0)),
                ("level", models.CharField(blank=True, max_length=100)),
                ("since", models.DateField(null=True)),
                ("valid_until", models.DateField(null=True)),
                ("score", models.FloatField(default=0.0)),
                ("waiting", models.CharField(blank=True, max_length=40)),
                ("requested_at", models.DateTimeField(null=True)),
                ("detail", models.JSONField(default=dict)),
                ("digest", models.CharField(blank=True, max_length=64)),
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
                "verbose_name_plural": "statuses",
                "ordering": ["usage_key", "learner", "thing"],
            },
        ),
        migrations.AddIndex(
            model_name="act",
            index=models.Index(fields=["course_key", "recorded_at"], name="westmec_act_course"),
        ),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.UniqueConstraint(fields=("usage_key", "learner", "number"), name="westmec_act_number"),
        ),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.UniqueConstraint(
                fields=("usage_key", "learner", "client_id"), name="westmec_act_client_id"
            ),
        ),
        migrations.AddField(
            model_name="evaluatorrevocation",
            name="revoked_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="evaluatorgrant",
            index=models.Index(fields=["course_key", "user"], name="westmec_grant_user"),
        ),
        migrations.AddConstraint(
            model_name="evaluatorgrant",
            constraint=models.UniqueConstraint(fields=("course_key", "client_id"), name="westmec_grant_client_id"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                fields=("usage_key", "learner", "client_id"), name="westmec_evidence_client_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="labgroup",
            constraint=models.UniqueConstraint(fields=("course_key", "client_id"), name="westmec_group_client_id"),
        ),
        migrations.AddConstraint(
            model_name="labgroupchange",
            constraint=models.UniqueConstraint(fields=("group", "number"), name="westmec_change_number"),
        ),
        migrations.AddConstraint(
            model_name="labgroupchange",
            constraint=models.UniqueConstraint(fields=("group", "client_id"), name="westmec_change_client_id"),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(fields=["delivered_at", "next_try_at", "id"], name="westmec_outbox_due"),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(fields=["usage_key", "learner", "kind", "delivered_at"], name="westmec_outbox_key"),
        ),
        migrations.AddIndex(
            model_name="status",
            index=models.Index(fields=["course_key", "code", "learner"], name="westmec_status_code"),
        ),
        migrations.AddIndex(
            model_name="status",
            index=models.Index(fields=["course_key", "requested_at"], name="westmec_status_queue"),
        ),
        migrations.AddConstraint(
            model_name="status",
            constraint=models.UniqueConstraint(fields=("usage_key", "learner", "thing"), name="westmec_status_thing"),
        ),
    ]
