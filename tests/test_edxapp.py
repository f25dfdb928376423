"""The door to the platform, as far as it can be tried where there is no platform: plain answers, refusals, the request under way."""

import sys
from collections.abc import Iterator
from types import SimpleNamespace

import crum
import pytest
from completion.models import BlockCompletion
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import ResolverMatch
from edx_django_utils.cache import RequestCache
from eventtracking.tracker import TRACKERS, Tracker
from opaque_keys.edx.keys import CourseKey, UsageKey
from opaque_keys.edx.locator import LibraryLocatorV2
from waffle.testutils import override_switch

from westmec_xblocks import edxapp
from westmec_xblocks.edxapp.platform import PlatformHost, _find_module

COURSE = CourseKey.from_string("course-v1:West+PD2+2026")
OTHER_COURSE = CourseKey.from_string("course-v1:West+PD3+2026")
LIBRARY = LibraryLocatorV2("West", "skills")
BLOCK = UsageKey.from_string("block-v1:West+PD2+2026+type@westmec_lab_checklist+block@welding")
LIBRARY_BLOCK = UsageKey.from_string("lb:West:skills:westmec_lab_checklist:welding")
TRACKING = "completion.enable_completion_tracking"


@pytest.fixture
def alice(db):
    return get_user_model().objects.create_user("alice", email="alice@example.com")


@pytest.fixture(autouse=True)
def new_request():
    """Switches are read once a request and kept; each test is a request of its own."""
    RequestCache.clear_all_namespaces()
    yield
    RequestCache.clear_all_namespaces()


@pytest.fixture
def tracker(monkeypatch):
    """edx-completion tells of every change through a tracker, which a site registers at its start."""
    monkeypatch.setitem(TRACKERS, "default", Tracker({}))


@pytest.fixture
def platform_host() -> PlatformHost:
    return PlatformHost()


@pytest.fixture
def request_of() -> Iterator:
    """Put a request of this user under way: on a page of the course, or with other parts of an address."""

    def put(user, **address):
        request = RequestFactory().get("/")
        request.user = user
        request.session = {}
        request.resolver_match = ResolverMatch(print, (), address or {"course_id": str(COURSE)})
        crum.set_current_request(request)
        return request

    yield put
    crum.set_current_request(None)


class RecordingHost(PlatformHost):
    """Keeps what reaches a host, to see what the door let through."""

    def __init__(self):
        self.received = []

    def publish_grade(self, user_id, usage_key, earned, possible):
        self.received.append((user_id, usage_key, earned, possible))

    def submit_completion(self, user_id, usage_key, completion):
        self.received.append((user_id, usage_key, completion))


@pytest.fixture
def recorder(monkeypatch) -> RecordingHost:
    monkeypatch.setattr(edxapp, "_host", None)
    host = RecordingHost()
    edxapp.use_host(host)
    return host


def view(role="student", user_name=None, course_key=COURSE):
    """What the platform keeps for a member of staff who chose a view of a course."""
    return SimpleNamespace(course_key=course_key, role=role, user_name=user_name, group_id=None, user_partition_id=None)


def test_the_platform_answers_unless_another_host_was_installed(monkeypatch):
    monkeypatch.setattr(edxapp, "_host", None)
    assert type(edxapp.host()) is PlatformHost
    assert edxapp.host() is edxapp.host()
    host = RecordingHost()
    edxapp.use_host(host)
    assert edxapp.host() is host


@pytest.mark.parametrize("key", [COURSE, LIBRARY])
def test_without_a_platform_nobody_is_anybody(platform_host, alice, key):
    assert platform_host.is_enrolled(alice.id, key) is False
    assert platform_host.is_staff(alice.id, key) is False
    assert platform_host.is_instructor(alice.id, key) is False
    assert platform_host.may_author(alice.id, key) is False
    assert platform_host.may_author(alice.id + 1, key) is False
    assert platform_host.learners(key) == []
    assert platform_host.enrolled_among([alice.id], key) == set()


def test_without_a_platform_nobody_is_found(platform_host, alice):
    assert platform_host.people([alice.id]) == {}
    assert platform_host.people([]) == {}
    assert platform_host.find_by_anonymous_id("0" * 32) is None
    assert [platform_host.find_person(text) for text in ("alice", "alice@example.com", "", "  ")] == [None] * 4


def test_without_a_request_nobody_acts(platform_host):
    assert platform_host.acting_user_id() is None
    assert platform_host.is_masquerading() is False


def test_without_a_gradebook_a_grade_goes_nowhere(platform_host, alice):
    platform_host.publish_grade(alice.id, BLOCK, 1.0, 2.0)
    platform_host.publish_grade(alice.id, LIBRARY_BLOCK, 1.0, 2.0)
    assert not BlockCompletion.objects.exists()


def test_the_signed_in_account_acts(platform_host, alice, request_of):
    request_of(alice)
    assert platform_host.acting_user_id() == alice.id
    assert platform_host.is_masquerading() is False


def test_an_anonymous_request_has_no_actor(platform_host, request_of):
    request = request_of(AnonymousUser())
    request.session["masquerade_settings"] = {COURSE: view()}
    assert platform_host.acting_user_id() is None
    assert platform_host.is_masquerading() is False


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (view(role="student"), True),
        (view(role="student", user_name="bob"), True),
        (view(role="staff", user_name="bob"), True),
        (view(role="staff"), False),
    ],
)
def test_a_chosen_learners_view_is_a_masquerade_and_staffs_own_is_not(
    platform_host, alice, request_of, chosen, expected
):
    request_of(alice)
    alice.masquerade_settings = {COURSE: chosen}
    assert platform_host.is_masquerading() is expected
    assert platform_host.acting_user_id() == alice.id


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({"course_id": str(COURSE), "handler": "rate"}, True),
        ({"usage_key_string": str(BLOCK)}, True),
        ({"course_id": str(OTHER_COURSE)}, False),
        ({"usage_key_string": str(BLOCK.map_into_course(OTHER_COURSE))}, False),
        ({"pk": 12}, True),
    ],
)
def test_a_view_counts_in_its_own_course_and_where_no_course_is_named(
    platform_host, alice, request_of, address, expected
):
    request_of(alice, **address)
    alice.masquerade_settings = {COURSE: view(user_name="bob")}
    assert platform_host.is_masquerading() is expected


def test_a_view_left_in_the_session_of_somebody_who_is_no_staff_does_not_count(platform_host, alice, request_of):
    request_of(alice).session["masquerade_settings"] = {COURSE: view(user_name="bob")}
    assert platform_host.is_masquerading() is False


@pytest.mark.parametrize(
    ("earned", "expected"),
    [(3, 3.0), (-1, 0.0), (99, 5.0), (5.0000001, 5.0)],
)
def test_a_grade_is_clamped_to_its_range(recorder, earned, expected):
    edxapp.publish_grade(7, BLOCK, earned, 5)
    assert recorder.received == [(7, BLOCK, expected, 5.0)]


@pytest.mark.parametrize(("completion", "expected"), [(1, 1.0), (0.5, 0.5), (-3, 0.0), (1.01, 1.0)])
def test_a_completion_is_clamped_to_its_range(recorder, completion, expected):
    edxapp.submit_completion(7, BLOCK, completion)
    assert recorder.received == [(7, BLOCK, expected)]


def test_completion_is_kept_where_it_is_tracked_and_may_be_taken_back(platform_host, alice, tracker):
    with override_switch(TRACKING, active=True):
        platform_host.submit_completion(alice.id, BLOCK, 1.0)
        assert list(BlockCompletion.objects.values_list("user", "block_key", "completion")) == [(alice.id, BLOCK, 1.0)]
        platform_host.submit_completion(alice.id, BLOCK, 0.0)
        platform_host.submit_completion(alice.id, LIBRARY_BLOCK, 1.0)
    assert list(BlockCompletion.objects.values_list("block_key", "completion")) == [(BLOCK, 0.0)]


def test_completion_is_not_kept_where_it_is_not_tracked(platform_host, alice):
    with override_switch(TRACKING, active=False):
        platform_host.submit_completion(alice.id, BLOCK, 1.0)
    assert not BlockCompletion.objects.exists()


def test_completion_of_a_missing_account_is_refused_with_a_code_and_a_sentence(platform_host, alice):
    with override_switch(TRACKING, active=True), pytest.raises(edxapp.HostRefused) as refused:
        platform_host.submit_completion(alice.id + 1, BLOCK, 1.0)
    assert refused.value.code == "host-person-missing"
    assert refused.value.status == 503
    assert str(refused.value) == f"There is no account with the id {alice.id + 1}."


def test_a_module_of_an_app_that_is_not_installed_counts_as_missing():
    assert _find_module("django.contrib.sites.models") is None
    assert _find_module("lms.djangoapps.grades.api") is None
    assert _find_module("completion.models") is sys.modules["completion.models"]


@pytest.mark.parametrize(
    ("source", "error"),
    [("import westmec_is_not_called_this", ModuleNotFoundError), ("raise RuntimeError('broken')", RuntimeError)],
)
def test_a_fault_inside_a_module_is_not_taken_for_its_absence(tmp_path, monkeypatch, source, error):
    (tmp_path / "westmec_broken_host.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(error):
        _find_module("westmec_broken_host")
