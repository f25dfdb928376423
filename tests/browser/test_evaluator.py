"""An evaluator with a phone next to the bench: line by line, measured values, N/A, STOP, the queue, corrections, drafts, no network."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_learner import today

pytestmark = pytest.mark.browser
RUN = "evaluator"


def begin(person, run: str, name: str, learner: str):
    """The list with the form of this learner open."""
    checklist = person.open_alone(run, name) if run == "offline" else person.open(run, name)
    checklist.get_by_label("Find a learner").fill(learner)
    checklist.locator(".wm-person:visible", has_text=learner).click()
    expect(checklist.locator("[data-heading]")).to_have_text(learner)
    return checklist


def line_in_view(checklist):
    return checklist.locator("fieldset[data-line]:visible")


def choose(checklist, rating: str):
    line_in_view(checklist).locator(".wm-choices label", has_text=re.compile(rf"^\s*{rating}")).click()


def next_line(checklist) -> None:
    checklist.get_by_role("button", name="Next line").click()


def sign(checklist) -> None:
    checklist.get_by_role("button", name="Finish and sign").click()


def test_a_learner_is_rated_line_by_line_and_signed(enter, site, screenshot) -> None:
    erik = enter("erik", PHONE)
    checklist = erik.open(RUN, "full")
    checklist.get_by_label("Find a learner").fill("rom")
    expect(checklist.locator(".wm-person:visible")).to_have_count(1)
    screenshot(erik.page, "evaluator-choose")
    checklist.locator(".wm-person:visible").click()
    checklist.get_by_label("Conditions").fill("Saw 1")
    expect(checklist.get_by_label("A second evaluator watched too")).not_to_be_checked()
    expect(checklist.locator("[data-position]")).to_have_text("1 / 6")
    choose(checklist, "Met")
    next_line(checklist)
    choose(checklist, "Met")
    screenshot(erik.page, "evaluator-line")
    next_line(checklist)
    choose(checklist, "Met")
    checklist.get_by_label("Reading 1 (V)").locator("visible=true").fill("0.4")
    next_line(checklist)
    choose(checklist, "3")
    line_in_view(checklist).get_by_text("Note", exact=True).click()
    checklist.get_by_label("Note on line 04").fill("Legible.")
    next_line(checklist)
    expect(checklist.get_by_label("Why is it N/A?")).to_be_hidden()
    choose(checklist, "N/A")
    checklist.get_by_label("Why is it N/A?").fill("This saw has no air line")
    screenshot(erik.page, "evaluator-not-applicable")
    next_line(checklist)
    expect(checklist.get_by_role("button", name="Next line")).to_be_disabled()
    choose(checklist, "3")
    expect(checklist.locator("[data-summary]")).to_have_text("6 of 6 lines rated")
    expect(checklist.locator(".wm-chip")).to_have_text(["01: Met", "02: Met", "03: Met", "04: 3", "05: N/A", "06: 3"])
    sign(checklist)
    expect(line_in_view(checklist)).to_have_attribute("data-line", "03")
    expect(line_in_view(checklist).locator("[data-said]")).to_be_visible()
    screenshot(erik.page, "evaluator-reading-missing")
    assert site.acts(RUN, "full", "demonstration") == []
    checklist.get_by_label("Reading 2 (V)").locator("visible=true").fill("0,2")
    sign(checklist)
    expect(checklist.locator("[data-heading]")).to_have_text("1 learner signed.")
    expect(checklist.locator(".wm-results")).to_contain_text("Alice Romero: Counts.")
    screenshot(erik.page, "evaluator-signed")
    [(learner, actor, _)] = site.acts(RUN, "full", "demonstration")
    assert (learner, actor) == (site.user_id("alice"), site.user_id("erik"))
    [(ratings,)] = site.rows("SELECT ratings FROM westmec_records_act WHERE usage_key = ?", site.block(RUN, "full"))
    assert '"0.4"' in ratings
    assert "This saw has no air line" in ratings
    checklist.get_by_role("button", name="Next learner").click()
    expect(checklist.get_by_label("Find a learner")).to_be_visible()


def test_all_lines_at_once_is_remembered(enter, screenshot) -> None:
    erik = enter("erik", PHONE)
    checklist = begin(erik, RUN, "full", "Ben Okafor")
    checklist.get_by_label("All lines").check()
    expect(line_in_view(checklist)).to_have_count(6)
    expect(checklist.get_by_role("button", name="Next line")).to_be_hidden()
    screenshot(erik.page, "evaluator-all-lines")
    checklist = begin(erik, RUN, "full", "Ben Okafor")
    expect(line_in_view(checklist)).to_have_count(6)
    checklist.locator(".wm-chip").nth(4).click()
    expect(checklist.locator('fieldset[data-line="05"] input').first).to_be_focused()


def test_a_stop_wants_what_was_seen_and_ends_the_attempt(enter, screenshot) -> None:
    erik = enter("erik", PHONE)
    checklist = begin(erik, RUN, "plain", "Carla Nguyen")
    line_in_view(checklist).locator(".wm-stop > summary").click()
    stop = line_in_view(checklist).get_by_role("button", name="Stop the attempt and sign")
    stop.click()
    expect(line_in_view(checklist).locator("[data-said]")).to_have_text("Write down what you saw first.")
    expect(checklist.get_by_label("What did you see?").locator("visible=true")).to_be_focused()
    line_in_view(checklist).get_by_role("button", name="Starts the grinder with the shield up").click()
    screenshot(erik.page, "evaluator-stop")
    stop.click()
    expect(checklist.locator(".wm-results")).to_contain_text("Stopped at line 01: an unsafe act.")
    screenshot(erik.page, "evaluator-stopped")
    checklist = begin(erik, RUN, "plain", "Carla Nguyen")
    expect(checklist.locator(".wm-remark").nth(1)).to_contain_text("A new attempt needs a recorded re-teach")
    choose(checklist, "Met")
    sign(checklist)
    expect(checklist.locator("form[data-rate] > [data-said], fieldset [data-said]")).to_contain_text("re-teach")
    screenshot(erik.page, "evaluator-retry-refused")


def test_a_stop_needs_no_conditions(enter, site) -> None:
    erik = enter("erik", PHONE)
    checklist = begin(erik, RUN, "full", "David Begay")
    next_line(checklist)
    line_in_view(checklist).locator(".wm-stop > summary").click()
    line_in_view(checklist).get_by_role("button", name="Reaches in").click()
    line_in_view(checklist).get_by_role("button", name="Stop the attempt and sign").click()
    expect(checklist.locator(".wm-results")).to_contain_text("Stopped at line 02")
    assert len(site.acts(RUN, "full", "demonstration", "david")) == 1


def test_the_queue_is_answered_oldest_first(enter, screenshot) -> None:
    for name, note in (("zoe", "Bench 4, before lunch"), ("elena", ""), ("grace", "After two")):
        answer = enter(name).act(RUN, "plain", "request_sign_off", {"note": note})
        assert answer.ok, answer.text()
    erik = enter("erik", PHONE)
    checklist = erik.open(RUN, "plain")
    expect(checklist.locator("[data-waiting]")).to_have_text("3")
    checklist.get_by_role("button", name="Waiting").click()
    expect(checklist.locator(".wm-card strong")).to_have_text(["Zoe Martin", "Elena Ruiz", "Grace Kim"])
    screenshot(erik.page, "evaluator-queue")
    card = checklist.locator(".wm-card", has_text="Grace Kim")
    card.get_by_text("Not now").click()
    card.get_by_label("Answer to the learner").fill("Tomorrow, first thing.")
    card.get_by_role("button", name="Send the answer").click()
    expect(checklist.locator(".wm-card strong")).to_have_text(["Zoe Martin", "Elena Ruiz"])
    expect(checklist.locator("[data-waiting]")).to_have_text("2")
    checklist.get_by_role("button", name="Rate Zoe Martin").click()
    expect(checklist.locator(".wm-remark").nth(1)).to_contain_text("Bench 4, before lunch")
    choose(checklist, "Met")
    sign(checklist)
    expect(checklist.locator(".wm-results")).to_contain_text("Zoe Martin")
    checklist.get_by_role("button", name="Waiting").click()
    expect(checklist.locator(".wm-card strong")).to_have_text(["Elena Ruiz"])
    grace = enter("grace", PHONE)
    answered = grace.open(RUN, "plain")
    expect(answered.locator(".wm-request")).to_contain_text("Your last request was answered on")
    expect(answered.locator(".wm-history")).to_contain_text("Tomorrow, first thing.")


def test_a_mistake_is_corrected_with_a_reason_and_stays_on_record(enter, screenshot) -> None:
    erik = enter("erik", PHONE)
    erik.sign(RUN, "plain", "imani", {"01": "met", "02": "2", "03": "3"})
    history = begin_history(erik, "Imani Brooks")
    expect(history.locator(".wm-history")).to_contain_text("line 02 did not reach what is asked")
    screenshot(erik.page, "evaluator-history")
    history.get_by_role("button", name="Correct a mistake").click()
    next_line(history)
    expect(line_in_view(history).get_by_role("radio", name=re.compile("^2 "))).to_be_checked()
    choose(history, "3")
    history.get_by_label("Reason for the correction").fill("Tapped 2, meant 3")
    screenshot(erik.page, "evaluator-correct")
    history.get_by_role("button", name="Sign the correction").click()
    expect(history.locator(".wm-results")).to_contain_text("The whole list is passed.")
    history.get_by_role("button", name="Back").click()
    expect(history.locator("[data-heading]")).to_have_text("Imani Brooks: Passed")
    expect(history.locator(".wm-history > li")).to_have_count(2)
    expect(history.locator(".wm-history")).to_contain_text("Tapped 2, meant 3")
    expect(history.locator(".wm-history")).to_contain_text("Replaced by a later entry")


def begin_history(person, learner: str):
    checklist = person.open(RUN, "plain")
    checklist.get_by_role("button", name="Class").click()
    checklist.locator(".wm-names").get_by_role("button", name=learner).click()
    expect(checklist.locator("[data-heading]")).to_contain_text(learner)
    return checklist


def test_a_paper_list_keeps_its_date_and_who_confirms_it(enter, site) -> None:
    erik = enter("erik", PHONE)
    checklist = begin(erik, RUN, "plain", "Jonas Weber")
    checklist.get_by_text("When and how it was shown").click()
    before = today() - timedelta(days=3)
    checklist.get_by_label("Date observed").fill(before.isoformat())
    checklist.get_by_label("From a paper list: who confirms it").fill("Maria Lopez, Redrock Framing")
    choose(checklist, "Met")
    sign(checklist)
    expect(checklist.locator(".wm-results")).to_contain_text("Jonas Weber")
    [(observed,)] = site.rows(
        "SELECT observed_on FROM westmec_records_act WHERE usage_key = ? AND learner_id = ?",
        site.block(RUN, "plain"),
        site.user_id("jonas"),
    )
    assert observed == before.isoformat()
    jonas = enter("jonas").open(RUN, "plain")
    expect(jonas.locator(".wm-history")).to_contain_text("confirmed by Maria Lopez, Redrock Framing")


def test_what_was_ticked_survives_a_reload(enter) -> None:
    erik = enter("erik", PHONE)
    checklist = begin(erik, RUN, "full", "Keisha Turner")
    checklist.get_by_label("Conditions").fill("Saw 2")
    choose(checklist, "Not met")
    line_in_view(checklist).get_by_text("Note", exact=True).click()
    checklist.get_by_label("Note on line 01").fill("Two of three heard it")
    erik.page.reload()
    checklist = begin(erik, RUN, "full", "Keisha Turner")
    expect(checklist.get_by_label("Conditions")).to_have_value("Saw 2")
    expect(checklist.locator(".wm-chip").first).to_have_text("01: Not met")
    expect(checklist.locator('textarea[name="ratings.01.note"]')).to_have_value("Two of three heard it")
    sign(checklist)
    expect(checklist.locator(".wm-results")).to_contain_text("Does not count: line 01")
    checklist = begin(erik, RUN, "full", "Keisha Turner")
    expect(checklist.locator(".wm-chip").first).to_have_text("01: –")


def test_without_a_network_a_sign_off_waits_and_is_sent_once(enter, site, screenshot) -> None:
    erik = enter("erik", PHONE)
    checklist = begin(erik, "offline", "plain", "Luis Ortega")
    choose(checklist, "Met")
    erik.context.set_offline(True)
    sign(checklist)
    expect(checklist.locator("[data-said]")).to_contain_text("Signed on this device")
    screenshot(erik.page, "evaluator-offline")
    sign(checklist)
    assert site.acts("offline", "plain", "demonstration") == []
    sent = []
    erik.page.on("request", lambda request: sent.append(request) if "/act/sign" in request.url else None)
    erik.context.set_offline(False)
    expect(checklist.locator(".wm-results")).to_contain_text("Luis Ortega")
    assert len(site.acts("offline", "plain", "demonstration")) == 1
    assert len(sent) == 1
    erik.page.reload()
    erik.page.wait_for_function("window.XBlock?.blocks.length > 0")
    erik.page.wait_for_timeout(500)
    assert len(sent) == 1
    assert len(site.acts("offline", "plain", "demonstration")) == 1


def test_a_waiting_sign_off_outlives_a_reload_and_an_ended_session(enter, site) -> None:
    fatima = enter("fatima", PHONE)
    checklist = begin(fatima, "offline", "plain", "Mei Chen")
    choose(checklist, "Met")
    fatima.context.set_offline(True)
    sign(checklist)
    expect(checklist.locator("[data-said]")).to_contain_text("Signed on this device")
    [cookie] = [one for one in fatima.context.cookies() if one["name"] == "westmec_session"]
    fatima.context.clear_cookies(name="westmec_session")
    with fatima.page.expect_response(re.compile("/act/sign$")) as refused:
        fatima.context.set_offline(False)
    assert not refused.value.ok
    assert site.acts("offline", "plain", "demonstration", "mei") == []
    fatima.context.add_cookies([cookie])
    with fatima.page.expect_response(re.compile("/act/sign$")) as sent:
        fatima.page.reload()
    assert sent.value.ok
    assert len(site.acts("offline", "plain", "demonstration", "mei")) == 1


def test_an_unsent_sign_off_does_not_push_the_next_learner_off_the_page(enter, site) -> None:
    erik = enter("erik", PHONE)
    checklist = begin(erik, "offline", "plain", "Nadia Petrova")
    choose(checklist, "Met")
    erik.page.route("**/act/sign", lambda route: route.abort())
    sign(checklist)
    expect(checklist.locator("[data-said]")).to_contain_text("Signed on this device")
    checklist.get_by_role("button", name="Cancel").click()
    checklist.locator(".wm-person", has_text="Omar Farouk").click()
    expect(checklist.locator("[data-heading]")).to_have_text("Omar Farouk")
    choose(checklist, "Not met")
    erik.page.unroute("**/act/sign")
    with erik.page.expect_response(re.compile("/act/sign$")) as sent:
        erik.page.evaluate("window.dispatchEvent(new Event('online'))")
    assert sent.value.ok
    expect(checklist.get_by_role("status")).to_have_text("1 learner signed.")
    expect(checklist.locator("[data-heading]")).to_have_text("Omar Farouk")
    expect(checklist.locator(".wm-chip").first).to_have_text("01: Not met")
    assert len(site.acts("offline", "plain", "demonstration", "nadia")) == 1
