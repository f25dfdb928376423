"""State, grades, completion and masquerade: what is kept, for whom, and what is not."""

import pytest
from completion.models import BlockCompletion
from django.contrib.auth import get_user_model
from fs.errors import ResourceReadOnly
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.core import XBlock
from xblock.exceptions import InvalidScopeError
from xblock.fields import Scope
from xblock.plugin import PLUGIN_CACHE
from xblock.reference.plugins import Filesystem

from tests.preview.conftest import KEY, answer_problem, frame, post, usage
from westmec_xblocks import edxapp
from westmec_xblocks.preview import courses
from westmec_xblocks.preview.blocktypes import class_for
from westmec_xblocks.preview.models import BlockState, Role, Score
from westmec_xblocks.preview.runtime import LightRuntime
from westmec_xblocks.preview.viewer import Viewer, current_viewer


def user(name: str):
    return get_user_model().objects.get(username=name)


def runtime_for(name: str, role: str = Role.LEARNER) -> LightRuntime:
    who = user(name)
    return LightRuntime(courses.library().find(CourseKey.from_string(KEY)), Viewer(who, who, role, role))


def test_an_answer_gives_a_scaled_score_and_a_completion(host, sign_in) -> None:
    host()
    alice = sign_in("alice")
    assert answer_problem(alice, 0)["success"] == "correct"
    score = Score.objects.get(user=user("alice"))
    assert (score.earned, score.possible, str(score.usage_key)) == (4.0, 4.0, usage("problem", "p1"))
    assert BlockCompletion.objects.get(user=user("alice")).completion == 1.0


def test_state_is_each_persons_own_and_survives(host, sign_in) -> None:
    host()
    answer_problem(sign_in("alice"), 0)
    courses.use_directories([courses.library()._files[0].root])
    again = sign_in("alice")
    assert "You have used 1 of 2 attempts" in frame(again, "u2")
    assert "You have used 0 of 2 attempts" in frame(sign_in("ben"), "u2")


def test_the_limit_of_attempts_holds(host, sign_in) -> None:
    host()
    alice = sign_in("alice")
    answer_problem(alice, 1)
    answer_problem(alice, 1)
    assert answer_problem(alice, 0).get("success") != "correct"
    assert Score.objects.get(user=user("alice")).earned == 0.0


def test_looking_as_a_learner_shows_the_learner_and_writes_nothing(host, sign_in) -> None:
    host()
    answer_problem(sign_in("alice"), 1)
    before = (
        list(BlockState.objects.values()),
        list(Score.objects.values()),
        list(BlockCompletion.objects.values("user", "completion")),
    )
    irene = sign_in("irene")
    irene.get("/")
    post(irene, "/view-as/", {"username": "alice", "next": "/"})
    assert "You have used 1 of 2 attempts" in frame(irene, "u2")
    assert "You see this course as <strong>Alice Romero</strong>" in irene.get(f"/courses/{KEY}/").content.decode()
    assert answer_problem(irene, 0)["success"] == "correct"
    assert post(irene, f"/courses/{KEY}/xblock/{usage('html', 'h1')}/viewed").json() == {"complete": False}
    assert irene.get(f"/courses/{KEY}/unit/hidden/").status_code == 404
    assert before == (
        list(BlockState.objects.values()),
        list(Score.objects.values()),
        list(BlockCompletion.objects.values("user", "completion")),
    )
    post(irene, "/view-as/", {"username": "", "next": "/"})
    assert irene.get(f"/courses/{KEY}/unit/hidden/").status_code == 200


@pytest.mark.parametrize(("who", "target"), [("alice", "ben"), ("oscar", "alice")])
def test_only_the_team_may_look_as_somebody_else(host, sign_in, who: str, target: str) -> None:
    host()
    client = sign_in(who)
    client.get("/")
    assert post(client, "/view-as/", {"username": target}).status_code == 403


def test_nobody_looks_as_a_member_of_the_team(host, sign_in) -> None:
    host()
    erik = sign_in("erik")
    erik.get("/")
    assert post(erik, "/view-as/", {"username": "irene"}).status_code == 404


def test_content_cannot_be_written_while_learning(host) -> None:
    host()
    block = runtime_for("alice").get_block(UsageKey.from_string(usage("html", "h1")))
    block.data = "changed"
    with pytest.raises(InvalidScopeError):
        block.save()


def test_settings_come_down_from_the_section(host) -> None:
    host(
        {
            "sequential/s1.xml": '<sequential graded="true" format="Quiz" due="2030-01-02T03:04:05Z"><vertical url_name="u2"/></sequential>'
        }
    )
    block = runtime_for("alice").get_block(UsageKey.from_string(usage("problem", "p1")))
    assert (block.graded, block.due.year, block.weight, block.format) == (True, 2030, 4.0, "")


def test_a_policy_overrides_what_the_element_says(host) -> None:
    host({"policies/2026/policy.json": '{"problem/p1": {"display_name": "From the policy", "max_attempts": 7}}'})
    block = runtime_for("alice").get_block(UsageKey.from_string(usage("problem", "p1")))
    assert (block.display_name, block.max_attempts) == ("From the policy", 7)


def test_the_user_service_has_the_platforms_attributes(host) -> None:
    host()
    runtime = runtime_for("erik", Role.EVALUATOR)
    block = runtime.get_block(UsageKey.from_string(usage("html", "h1")))
    person = runtime.service(block, "user").get_current_user()
    attributes = person.opt_attrs
    assert attributes["edx-platform.user_id"] == user("erik").id
    assert attributes["edx-platform.username"] == "erik"
    assert attributes["edx-platform.user_is_staff"] is True
    assert attributes["edx-platform.user_role"] == "staff"
    assert len(attributes["edx-platform.anonymous_user_id"]) == 32
    assert person.emails == ["erik@example.com"]


def test_the_host_answers_who_is_who(host) -> None:
    host()
    course = CourseKey.from_string(KEY)
    ids = {name: user(name).id for name in ("alice", "erik", "irene", "arthur", "oscar")}
    assert {n for n, i in ids.items() if edxapp.is_enrolled(i, course)} == {"alice"}
    assert {n for n, i in ids.items() if edxapp.is_staff(i, course)} == {"erik", "irene", "arthur"}
    assert {n for n, i in ids.items() if edxapp.is_instructor(i, course)} == {"irene"}
    assert {n for n, i in ids.items() if edxapp.may_author(i, course)} == {"irene", "arthur"}
    assert len(edxapp.learners(course)) >= 25
    assert edxapp.enrolled_among(ids.values(), course) == {ids["alice"]}
    assert edxapp.people([ids["alice"], 10_000])[ids["alice"]].name == "Alice Romero"
    assert edxapp.find_person("alice@example.com").id == ids["alice"]
    assert edxapp.find_person("nobody") is None
    elsewhere = CourseKey.from_string("course-v1:No+Such+Course")
    assert not edxapp.is_enrolled(ids["alice"], elsewhere)
    assert not edxapp.is_staff(ids["irene"], elsewhere)
    assert edxapp.learners(elsewhere) == []


def test_the_host_knows_who_acts_and_who_masquerades(host) -> None:
    host()
    assert edxapp.acting_user_id() is None
    token = current_viewer.set(Viewer(user("alice"), user("irene"), Role.LEARNER, Role.INSTRUCTOR))
    try:
        assert edxapp.acting_user_id() == user("irene").id
        assert edxapp.is_masquerading()
    finally:
        current_viewer.reset(token)


def test_grades_given_by_somebody_else_are_scaled_clamped_and_repeatable(host) -> None:
    host()
    key = UsageKey.from_string(usage("problem", "p1"))
    for _ in range(2):
        edxapp.publish_grade(user("ben").id, key, 7, 5)
        edxapp.submit_completion(user("ben").id, key, 3)
    assert list(Score.objects.values_list("user__username", "earned", "possible")) == [("ben", 4.0, 4.0)]
    assert [c.completion for c in BlockCompletion.objects.all()] == [1.0]


def test_a_unit_takes_few_queries_however_many_blocks_it_has(host, sign_in, django_assert_max_num_queries) -> None:
    many = "".join(f'<html url_name="m{i}"><p>{i}</p></html>' for i in range(30))
    host({"vertical/u2.xml": f"<vertical>{many}</vertical>"})
    alice = sign_in("alice")
    frame(alice, "u2")
    with django_assert_max_num_queries(6):
        frame(alice, "u2")
    with django_assert_max_num_queries(6):
        frame(alice, "u1")


class KeepsFiles(XBlock):
    """A block that keeps a file for each learner."""

    picture = Filesystem(help="A drawing", scope=Scope.user_state)


def test_blocks_may_keep_files_and_staff_in_disguise_may_not(host, monkeypatch, sign_in) -> None:
    host({"vertical/u2.xml": '<vertical><keeper url_name="k1"/></vertical>'})
    monkeypatch.setitem(PLUGIN_CACHE, (XBlock.entry_point, "keeper"), XBlock.needs("fs")(KeepsFiles))
    class_for.cache_clear()
    key = UsageKey.from_string(usage("keeper", "k1"))
    files = runtime_for("alice").get_block(key).picture
    with files.open("a.txt", "w") as stream:
        stream.write("kept")
    url = files.get_url("a.txt")
    assert b"".join(sign_in("alice").get(url)) == b"kept"
    assert sign_in("oscar").get(url).status_code == 404
    assert sign_in("alice").get("/host-files/../secret_key").status_code == 404
    masked = Viewer(user("alice"), user("irene"), Role.LEARNER, Role.INSTRUCTOR)
    course = courses.library().find(CourseKey.from_string(KEY))
    with pytest.raises(ResourceReadOnly):
        LightRuntime(course, masked).get_block(key).picture.open("a.txt", "w")
    class_for.cache_clear()
