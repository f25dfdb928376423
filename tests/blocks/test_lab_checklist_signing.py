"""Evaluators sign skills off through real requests; learners see where they stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.blocks.conftest import GOOD, Shop, as_ratings, new_id

pytestmark = pytest.mark.django_db


def days_ago(count: int) -> str:
    return (timezone.localdate() - timedelta(days=count)).isoformat()


def test_a_list_is_passed_after_two_counted_demonstrations_on_two_days(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    first = irene.sign(alice.id, GOOD, observed_on=days_ago(3))
    assert first.status_code == 200, first.content
    assert "1 learner signed." in first.json()["message"]
    assert shop.score("alice") == (0.0, 10.0)
    assert irene.sign(alice.id, GOOD).status_code == 200
    assert shop.score("alice") == (10.0, 10.0)
    assert shop.completion("alice") == 1.0
    page = alice.html("mine")
    assert "Passed" in page
    assert "4 of 4 lines signed off." in page


def test_two_demonstrations_on_one_day_are_not_enough(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    irene.sign(alice.id, GOOD)
    irene.sign(alice.id, GOOD)
    assert shop.score("alice") == (0.0, 10.0)
    assert "On 2 different days; so far 1." in alice.html("mine")


def test_sending_an_act_again_records_it_once(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    client_id = new_id()
    for _ in range(3):
        answer = irene.act(
            "sign", client_id=client_id, learner=alice.id, ratings=as_ratings(GOOD), observed_on=days_ago(2)
        )
        assert answer.status_code == 200
    assert alice.html("mine").count("· Demonstration") == 1


def test_practice_never_counts(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    irene.sign(alice.id, GOOD, observed_on=days_ago(2), practice=True)
    irene.sign(alice.id, GOOD, practice=True)
    assert "Practice: it never counts." in alice.html("mine")
    assert "0 of 4 lines signed off." in alice.html("mine")


def test_after_a_stop_a_new_attempt_needs_a_reteach_and_a_later_day(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    stopped = irene.sign(alice.id, {}, observed_on=days_ago(2), stop={"skill": "01", "act": "Reached in"})
    assert stopped.status_code == 200
    refused = irene.sign(alice.id, GOOD)
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "reteach_missing"
    demonstration = irene.html("history", learner=alice.id).split('name="demonstration" value="')[1].split('"')[0]
    taught = irene.act(
        "reteach",
        client_id=new_id(),
        learner=alice.id,
        demonstration=demonstration,
        observed_on=days_ago(2),
        note="Shown again",
    )
    assert taught.status_code == 200, taught.content
    assert (
        irene.sign(alice.id, GOOD, observed_on=days_ago(2), observed_time="23:59").json()["error"]["code"]
        == "same_day_as_stop"
    )
    assert irene.sign(alice.id, GOOD).status_code == 200


def test_a_stop_is_recorded_even_before_the_reteach(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    stop = {"skill": "01", "act": "Reached in"}
    assert irene.sign(alice.id, {}, stop=stop).status_code == 200
    assert irene.sign(alice.id, {}, stop=stop).status_code == 200


def test_signing_one_skill_for_a_group_names_who_is_refused_and_holds_up_nobody(shop: Shop) -> None:
    irene = shop.person("irene")
    alice, ben = shop.person("alice"), shop.person("ben")
    irene.sign(ben.id, {}, stop={"skill": "01", "act": "Reached in"})
    learners = {
        str(person.id): {"client_id": new_id(), "ratings": {"01": {"value": "met"}}}
        for person in (alice, ben, shop.person("carla"))
    }
    answer = irene.act("sign_group", batch_id=new_id(), learners=learners)
    assert answer.status_code == 200
    assert answer.json()["message"] == "2 learners signed. 1 entry was not taken."
    assert answer.json()["refused"] == [ben.id]
    assert "Ben Okafor" in answer.json()["html"]
    assert "record the re-teach before a new attempt" in answer.json()["html"]


def test_one_learner_of_a_group_is_stopped_while_the_others_are_signed(shop: Shop) -> None:
    irene, alice, ben = shop.person("irene"), shop.person("alice"), shop.person("ben")
    learners = {
        str(alice.id): {"client_id": new_id(), "ratings": {}, "stop": {"skill": "01", "act": "Reached in"}},
        str(ben.id): {"client_id": new_id(), "ratings": {"01": {"value": "met"}}},
    }
    answer = irene.act("sign_group", batch_id=new_id(), learners=learners)
    assert answer.status_code == 200
    assert answer.json()["refused"] == []
    assert "Stopped at line 01" in alice.html("mine")
    assert "Stopped" not in ben.html("mine")


def test_a_measured_line_needs_its_readings_and_keeps_its_limits(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    few = irene.sign(alice.id, {"01": "met", "02": {"value": "met", "readings": ["0.4"]}})
    assert few.json()["error"]["code"] == "readings_missing"
    assert few.json()["error"]["skill"] == "02"
    high = irene.sign(alice.id, {"01": "met", "02": {"value": "met", "readings": ["0.4", "230"]}})
    assert high.json()["error"]["code"] == "reading_out_of_limits"
    assert (
        irene.sign(alice.id, {"01": "met", "02": {"value": "not_met", "readings": ["0.4", "230"]}}).status_code == 200
    )


def test_a_line_that_is_not_assessed_leaves_the_result_and_stands_on_the_record(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    ratings = {**GOOD, "04": {"value": "na", "reason": "No compressor in this lab"}}
    irene.sign(alice.id, ratings, observed_on=days_ago(2))
    irene.sign(alice.id, ratings)
    assert shop.score("alice") == (10.0, 10.0)
    record = alice.get("record").content.decode()
    assert "Not assessed" in record
    assert "No compressor in this lab" in record


def test_a_correction_supersedes_with_who_when_and_why(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    irene.sign(alice.id, {**GOOD, "03": "1"}, observed_on=days_ago(2))
    history = irene.html("history", learner=alice.id)
    demonstration = history.split("correct?demonstration=")[1].split("&")[0]
    data = {
        "client_id": new_id(),
        "learner": alice.id,
        "demonstration": demonstration,
        "ratings": as_ratings(GOOD),
        "observed_on": days_ago(2),
    }
    assert irene.act("correct", **data).json()["error"]["code"] == "bad_request"
    assert irene.act("correct", **data, reason="Ticked the wrong box").status_code == 200
    page = alice.html("mine")
    assert "Ticked the wrong box" in page
    assert "Replaced by a later entry" in page
    assert irene.sign(alice.id, GOOD).status_code == 200
    assert shop.score("alice") == (10.0, 10.0)


def test_a_request_stands_in_the_queue_until_it_is_answered(shop: Shop) -> None:
    irene, alice, ben = shop.person("irene"), shop.person("alice"), shop.person("ben")
    assert ben.act("request_sign_off", client_id=new_id(), note="Bay 2").status_code == 200
    assert alice.act("request_sign_off", client_id=new_id(), note="").status_code == 200
    queue = irene.html("requests")
    assert queue.index("Ben Okafor") < queue.index("Alice Romero")
    assert "Bay 2" in queue
    assert irene.sign(ben.id, GOOD).json()["waiting"] == 1, "one request is still open, and the tab says so at once"
    assert "Ben Okafor" not in irene.html("requests")
    assert "Your last request was answered on" in ben.html("mine")


def test_a_self_check_is_kept_and_never_counts(shop: Shop) -> None:
    alice = shop.person("alice")
    assert alice.act("self_check", skill="01", value="alone").status_code == 200
    page = alice.html("mine")
    assert 'value="alone" checked' in page
    assert "0 of 4 lines signed off." in page
    assert alice.act("self_check", skill="99", value="alone").status_code == 400


def test_a_reader_of_spanish_sees_the_authors_spanish(shop: Shop) -> None:
    elena = shop.person("elena", headers={"accept-language": "es-MX"})
    page = elena.html("mine")
    assert "Abrir el desconectador" in page
    assert '<span lang="es">' in page
