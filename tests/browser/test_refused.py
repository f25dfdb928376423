"""Who is refused: the outsider everywhere, learners on the evaluators' side, evaluators who are masked, people who left."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
RUN = "refused"
EVALUATORS = ("choose", "requests", "class", "manage", "cleared", "blank", "export")
ACTS = (
    "sign",
    "sign_group",
    "second_rating",
    "settle",
    "correct",
    "withdraw",
    "reteach",
    "create_group",
    "grant_evaluator",
)


def test_the_outsider_is_refused_everywhere(enter, site) -> None:
    oscar = enter("oscar")
    oscar.page.goto(site.unit(RUN, "plain"))
    expect(oscar.page.locator("#unit-frame")).to_have_count(0)
    for page in ("mine", "record", *EVALUATORS):
        assert oscar.get(RUN, "plain", page).status in (403, 404), page
    for act in ("request_sign_off", *ACTS):
        answer = oscar.act(RUN, "plain", act, {"learner": site.user_id("alice"), "ratings": {"01": {"value": "met"}}})
        assert answer.status in (403, 404), act
    assert site.acts(RUN, "plain", "demonstration") == []


def test_a_learner_sees_nothing_of_the_evaluators_side_nor_of_another_learner(enter, site, screenshot) -> None:
    alice = enter("alice")
    checklist = alice.open(RUN, "plain")
    expect(checklist.locator(".wm-tab")).to_have_count(0)
    scripts = alice.page.frames[1].evaluate("[...document.scripts].map(one => one.src)")
    assert not any("evaluator" in script for script in scripts)
    ben = site.user_id("ben")
    for page in (
        *EVALUATORS,
        f"mine?learner={ben}",
        f"record?learner={ben}",
        f"history?learner={ben}",
        f"rate?learner={ben}",
    ):
        answer = alice.get(RUN, "plain", page)
        assert answer.status == 403, page
        assert answer.json()["error"]["message"] == "You may not do this here."
    for learner in (ben, site.user_id("alice")):
        for act in ACTS:
            answer = alice.act(RUN, "plain", act, {"learner": learner, "ratings": {"01": {"value": "met"}}})
            assert answer.status == 403, act
    assert site.acts(RUN, "plain", "demonstration") == []


def test_whoever_looks_through_a_learners_eyes_changes_nothing(enter, site, screenshot) -> None:
    erik = enter("erik")
    erik.page.goto(site.unit(RUN, "plain"))
    erik.page.locator("select[name=username]").select_option("alice")
    erik.page.get_by_role("button", name="Look").click()
    checklist = erik.checklist()
    expect(checklist.get_by_role("button", name="Ask for a sign-off")).to_be_disabled()
    screenshot(erik.page, "refused-mask")
    answer = erik.act(RUN, "plain", "request_sign_off", {"note": ""})
    assert answer.status == 403
    assert "nothing is recorded" in answer.json()["error"]["message"]
    erik.page.get_by_role("button", name="Be yourself again").click()
    expect(erik.checklist().locator(".wm-tab").first).to_be_visible()


def test_nobody_who_is_not_signed_in_gets_anything(site, chromium) -> None:
    context = chromium.new_context()
    for page in ("mine", *EVALUATORS):
        answer = context.request.get(f"{site.handler(RUN, 'plain')}/page/{page}")
        assert "wm-" not in answer.text(), page
    context.close()
