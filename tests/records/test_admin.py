"""The admin shows everything, finds it, and changes nothing."""

import uuid

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tests.records.conftest import ALICE, BEA, BOB, COURSE, DORA, EVERYONE, at, make_entry, make_sheet, on, sign
from tests.records.exams import CODE, answer, event, make_paper, record, start
from tests.records.statements import counted
from westmec_xblocks.domain.checklist.facts import Stop
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act, Attempt, AttemptEvent, Demonstration

MODELS = list(apps.get_app_config("westmec_records").get_models())
pytestmark = pytest.mark.django_db


@pytest.fixture
def urls(settings):
    settings.ROOT_URLCONF = "tests.records.admin_urls"
    settings.ALLOWED_HOSTS = ["testserver"]


@pytest.fixture
def admin(urls, people):
    """A superuser's browser, and a row in every table."""
    boss = get_user_model().objects.create_superuser("root", "root@example.com")
    sheet = make_sheet(second_evaluator=EVERYONE)
    about = {"learner_id": ALICE, "now": at(5)}
    stopped = sign(sheet, make_entry(stop=Stop("01", "<script>alert(1)</script>")))[0].act_id
    api.record_reteach(
        sheet, stop=stopped, taught_at=at(3), taught_on=on(3), actor_id=BOB, client_id=uuid.uuid4(), **about
    )
    first = sign(sheet, make_entry(day=4, paired=True), now=at(5))[0].act_id
    api.record_second_rating(
        sheet,
        demonstration=first,
        ratings=make_entry().ratings,
        actor_id=BEA,
        client_id=uuid.uuid4(),
        **about,
    )
    api.request_sign_off(sheet, client_id=uuid.uuid4(), **about)
    api.add_evidence(sheet, skill="01", value="0.4 mm", client_id=uuid.uuid4(), **about)
    api.create_group(COURSE, name="Crew", members=[ALICE], actor_id=DORA, client_id=uuid.uuid4(), now=at(1))
    grant = api.grant_evaluator(COURSE, user_id=BOB, granted_by=DORA, client_id=uuid.uuid4(), now=at(1), today=on(1))
    api.revoke_evaluator(COURSE, grant_id=grant.id, revoked_by=DORA, client_id=uuid.uuid4(), now=at(2))
    granting = api.Granting(ALICE, CODE, break_minutes=5, reason="<script>alert(1)</script>")
    api.grant_accommodations(COURSE, grants=[granting], actor_id=DORA, client_id=uuid.uuid4(), now=at(1))
    attempt = start(make_paper())
    record(attempt, answer(attempt.form["items"][0]), event("left"))
    client = Client()
    client.force_login(boss)
    return client


def address(model, page, *args):
    return reverse(f"admin:westmec_records_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", MODELS)
def test_every_table_is_listed_found_and_shown_and_nothing_in_it_can_be_changed(admin, model):
    row = model._default_manager.first()
    assert row is not None
    for path in (
        address(model, "changelist"),
        address(model, "changelist") + "?q=alice WM",
        address(model, "change", row.pk),
    ):
        assert admin.get(path).status_code == 200, path
    shown = admin.get(address(model, "change", row.pk)).content.decode()
    assert 'name="_save"' not in shown
    assert "<script>alert(1)" not in shown
    for path in (
        address(model, "add"),
        address(model, "change", row.pk),
        address(model, "delete", row.pk),
    ):
        assert admin.post(path, {"post": "yes"}).status_code == 403, path
    admin.post(
        address(model, "changelist"),
        {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"},
    )
    assert model._default_manager.filter(pk=row.pk).exists()


def test_rows_are_found_by_who_by_code_and_by_key(admin):
    for wanted, found in (
        ("alice", True),
        ("alice@example.com", True),
        ("PD2", True),
        ("list_a", True),
        ("zoe", False),
    ):
        page = admin.get(address(Act, "changelist"), {"q": wanted})
        assert bool(page.context["cl"].result_count) is found, wanted


def test_what_happened_in_an_attempt_is_found_by_the_attempt_by_who_and_by_the_item(admin):
    attempt = Attempt.objects.get()
    for wanted, found in (
        (str(attempt.pk), 2),
        (attempt.pk.hex, 2),
        ("alice", 2),
        ("d1-", 1),
        (f"{attempt.pk} d1-", 1),
        (str(uuid.uuid4()), 0),
        ("zoe", 0),
    ):
        page = admin.get(address(AttemptEvent, "changelist"), {"q": wanted})
        assert page.context["cl"].result_count == found, wanted


def test_a_record_whose_account_is_gone_is_still_listed(admin, people):
    before = admin.get(address(Act, "changelist")).context["cl"].result_count
    for person in people:
        person.delete()
    after = admin.get(address(Act, "changelist"))
    assert after.context["cl"].result_count == before
    assert str(ALICE) in after.content.decode()
    assert admin.get(address(Act, "change", Act.objects.first().pk)).status_code == 200


def test_a_list_of_any_length_takes_as_many_statements(admin):
    _, few = counted(lambda: admin.get(address(Demonstration, "changelist")))
    sheet = make_sheet(demonstrations=40)
    sign(sheet, *[make_entry(ALICE + 1, day=1 + n % 20) for n in range(40)], now=at(28))
    page, many = counted(lambda: admin.get(address(Demonstration, "changelist")))
    assert page.context["cl"].result_count == 42
    assert len(many) == len(few)


def test_nobody_but_who_may_view_sees_it(urls, people):
    teacher = get_user_model().objects.create_user("teacher", is_staff=True)
    for user in (None, teacher):
        client = Client()
        if user:
            client.force_login(user)
        assert client.get(address(Act, "changelist")).status_code in (302, 403)
