"""Facts are appended and never edited; each table says what it holds about people."""

import uuid

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from tests.records.conftest import ALICE, BOB, COURSE, at, make_entry, make_sheet, sign
from westmec_xblocks.records import models
from westmec_xblocks.records.apps import RecordsConfig
from westmec_xblocks.records.models import Act, AppendOnly, Attempt, Evidence, LabGroup
from westmec_xblocks.records.models.appended import Appended

pytestmark = pytest.mark.django_db
OURS = list(apps.get_app_config("westmec_records").get_models())
APPENDED = [model for model in OURS if issubclass(model, Appended)]


def test_a_recorded_act_can_be_neither_changed_nor_removed():
    sign(make_sheet(), make_entry())
    act = Act.objects.get()
    act.note = "forged"
    for attempt in (
        act.save,
        act.delete,
        lambda: Act.objects.update(note="forged"),
        lambda: Act.objects.filter(pk=act.pk).update(note="forged"),
        lambda: Act.objects.filter(pk=act.pk).delete(),
        lambda: Act.objects.bulk_update([act], ["note"]),
        lambda: Act.objects.bulk_create([act], update_conflicts=True, update_fields=["note"], unique_fields=["id"]),
        lambda: Act.objects.update_or_create(defaults={"note": "forged"}, id=act.id),
        lambda: models.Demonstration.objects.update(note="forged"),
        lambda: models.Demonstration.objects.get().delete(),
    ):
        with pytest.raises(AppendOnly):
            attempt()
    assert Act.objects.get().note == ""


@pytest.mark.parametrize("model", APPENDED)
def test_every_table_of_facts_is_guarded(model):
    for attempt in (model.objects.update, model.objects.all().delete):
        with pytest.raises(AppendOnly):
            attempt()


def test_only_what_follows_from_the_facts_is_not_guarded():
    assert {model.__name__ for model in OURS} - {model.__name__ for model in APPENDED} == {
        "Status",
        "Outbox",
        "Attempt",
        "ItemExposure",
    }


def test_a_fact_under_a_used_key_is_not_written_over():
    first = LabGroup(client_id=uuid.uuid4(), course_key=str(COURSE), name="A", created_by_id=BOB, created_at=at(1))
    first.save()
    other = LabGroup(
        id=first.id, client_id=uuid.uuid4(), course_key=str(COURSE), name="B", created_by_id=BOB, created_at=at(1)
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()
    assert LabGroup.objects.get().name == "A"


@pytest.mark.parametrize("model", OURS)
def test_every_model_says_what_it_holds_about_people_how_long_and_what_erasing_leaves(model):
    told = model.__doc__ or ""
    if model._meta.proxy:
        assert "Personal data, Kept, Erasing: as for ``Act``." in told
    else:
        for heading in ("Personal data:", "Kept:", "Erasing:"):
            assert heading in told


def test_no_model_has_changes_without_a_migration():
    call_command("makemigrations", "westmec_records", check=True, dry_run=True, verbosity=0)


def test_the_labels_and_the_plugin_settings_are_what_the_platform_looks_for():
    from importlib import import_module

    assert RecordsConfig.label == "westmec_records"
    for settings in RecordsConfig.plugin_app["settings_config"].values():
        module = import_module(f"{RecordsConfig.name}.{settings['common']['relative_path']}")
        site = type("Site", (), {"DATA_DIR": "/data"})()
        module.plugin_settings(site)
        assert site.WESTMEC_EVIDENCE_MAX_BYTES == 3_500_000
        assert site.WESTMEC_EVIDENCE_STORAGE["OPTIONS"]["location"] == "/data/westmec_evidence"
        site.WESTMEC_EVIDENCE_MAX_BYTES = 5
        module.plugin_settings(site)
        assert site.WESTMEC_EVIDENCE_MAX_BYTES == 5


def test_an_account_that_is_deleted_leaves_its_record(people):
    sign(make_sheet(), make_entry())
    for person in people:
        person.delete()
    assert Act.objects.get().learner_id == ALICE


def test_the_migration_can_be_undone_and_done_again(transactional_db):
    del transactional_db
    executor = MigrationExecutor(connection)
    executor.migrate([("westmec_records", None)])
    tables = connection.introspection.table_names()
    assert not [table for table in tables if table.startswith("westmec_records_")]
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("westmec_records"))
    assert not Evidence.objects.exists()
    assert not Attempt.objects.exists()
