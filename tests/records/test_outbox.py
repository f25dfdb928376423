"""Grades and completions reach the host, whatever happens on the way."""

import sys
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.records.conftest import ALICE, LEARNERS, USAGE, at, make_entry, make_sheet, rated, sign
from westmec_xblocks.records import api, outbox
from westmec_xblocks.records.models import Act, Outbox

pytestmark = pytest.mark.django_db


def test_every_learner_of_a_group_is_told_once(gradebook):
    sheet = make_sheet(possible=4.0)
    sign(sheet, *[make_entry(learner) for learner in LEARNERS])
    assert gradebook.told == []
    assert api.deliver_outbox(at(3)) == api.Delivery(50, 0)
    assert set(gradebook.told) == {("grade", learner, USAGE, 4.0, 4.0) for learner in LEARNERS} | {
        ("completion", learner, USAGE, 1.0) for learner in LEARNERS
    }
    assert api.deliver_outbox(at(3)) == api.Delivery(0, 0)


def test_of_several_news_the_newest_is_told_and_settles_the_others(gradebook):
    sheet = make_sheet()
    sign(sheet, make_entry(day=1))
    sign(sheet, make_entry(day=2, ratings=rated(l01="not_met")))
    api.deliver_outbox(at(3))
    assert [told[3] for told in gradebook.told] == [pytest.approx(20 / 3), 0.0]
    assert not Outbox.objects.filter(delivered_at=None).exists()


def test_one_that_fails_keeps_its_error_waits_longer_and_holds_up_nobody(gradebook):
    gradebook.refusing = {ALICE}
    sign(make_sheet(), *[make_entry(learner) for learner in LEARNERS])
    assert api.deliver_outbox(at(3)) == api.Delivery(48, 2)
    row = Outbox.objects.get(learner_id=ALICE, kind="grade")
    assert (row.attempts, row.delivered_at) == (1, None)
    assert "not published" in row.last_error
    assert row.next_try_at == at(3) + outbox.FIRST_WAIT
    assert api.deliver_outbox(at(3)) == api.Delivery(0, 0)
    assert api.deliver_outbox(at(4)) == api.Delivery(0, 2)
    row.refresh_from_db()
    assert row.next_try_at == at(4) + 2 * outbox.FIRST_WAIT
    gradebook.refusing = set()
    assert api.deliver_outbox(at(5)) == api.Delivery(2, 0)
    row.refresh_from_db()
    assert row.last_error == ""


def test_newer_news_of_a_failing_learner_is_told_as_soon_as_it_is_there(gradebook):
    sheet = make_sheet()
    gradebook.refusing = {ALICE}
    sign(sheet, make_entry(day=1))
    api.deliver_outbox(at(2))
    gradebook.refusing = set()
    sign(sheet, make_entry(day=2, ratings=rated(l01="not_met")))
    api.deliver_outbox(at(2))
    assert [told[0] for told in gradebook.told] == ["grade", "completion"]
    assert gradebook.told[1][3] == 0.0


def test_a_host_that_breaks_in_any_way_loses_nothing(gradebook, monkeypatch):
    sign(make_sheet(), make_entry())
    monkeypatch.setattr(gradebook, "publish_grade", lambda *args: 1 / 0)
    assert api.deliver_outbox(at(3)).failed == 1
    assert "ZeroDivisionError" in Outbox.objects.get(kind="grade").last_error


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["memory://", "redis://127.0.0.1:1/0"])
def test_a_queue_that_is_away_never_harms_the_act(settings, monkeypatch, broker):
    pytest.importorskip("celery")
    settings.CELERY_BROKER_URL = broker

    def away(*args, **kwargs):
        raise ConnectionError(broker)

    from westmec_xblocks.records import tasks

    monkeypatch.setattr(tasks.deliver_outbox, "apply_async", away)
    (verdict,) = sign(make_sheet(), make_entry())
    assert verdict.act_id == Act.objects.get().id


@pytest.mark.django_db(transaction=True)
def test_the_task_is_asked_for_once_a_request_and_only_after_the_commit(settings, monkeypatch, gradebook):
    celery = pytest.importorskip("celery")
    settings.CELERY_BROKER_URL = "memory://"
    app = celery.Celery("test", broker="memory://", set_as_current=True)
    app.conf.task_always_eager = True
    sign(make_sheet(), *[make_entry(learner) for learner in LEARNERS])
    assert len(gradebook.told) == 50
    assert not Outbox.objects.filter(delivered_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_without_celery_everything_waits_for_the_command(settings, monkeypatch, gradebook, capsys):
    settings.CELERY_BROKER_URL = "memory://"
    monkeypatch.setitem(sys.modules, "celery", None)
    monkeypatch.delitem(sys.modules, "westmec_xblocks.records.tasks", raising=False)
    sign(make_sheet(), make_entry(), now=at(2))
    assert gradebook.told == []
    Outbox.objects.update(next_try_at=timezone.now() - timedelta(days=1))
    call_command("westmec_deliver_outbox")
    assert "2 delivered, 0 refused" in capsys.readouterr().out
    assert len(gradebook.told) == 2


def test_the_command_fails_when_the_host_refuses(gradebook, capsys):
    gradebook.refusing = {ALICE}
    sign(make_sheet(), make_entry())
    Outbox.objects.update(next_try_at=timezone.now() - timedelta(days=1))
    with pytest.raises(SystemExit) as left:
        call_command("westmec_deliver_outbox")
    assert left.value.code == 1
    assert "0 delivered, 2 refused" in capsys.readouterr().out
