"""The first page, signing in by choosing a sample person, and looking through a learner's eyes."""

from __future__ import annotations

from django.contrib import auth
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from westmec_xblocks.preview import outline, people
from westmec_xblocks.preview.courses import library
from westmec_xblocks.preview.middleware import MASQUERADE
from westmec_xblocks.preview.models import Person, Role
from westmec_xblocks.preview.viewer import STAFF


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every course, how to sign in, and what could not be opened and why."""
    courses, unreadable = library().courses()
    cards = [outline.card(course, request.viewer) for course in courses]
    return render(
        request,
        "preview/index.html",
        {"cards": cards, "unreadable": unreadable, "groups": _groups() if request.viewer is None else []},
    )


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Choose who to be. The sample people have no passwords: this host is for one computer."""
    after = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(after, {request.get_host()}):
        after = "/"
    if request.method == "POST":
        person = get_object_or_404(
            Person.objects.select_related("user"), user__username=request.POST.get("username", "")
        )
        auth.login(request, person.user, backend="django.contrib.auth.backends.ModelBackend")
        request.session.pop(MASQUERADE, None)
        response = redirect(after)
        response.set_cookie("django_language", person.language, samesite="Lax")
        return response
    return render(request, "preview/sign_in.html", {"groups": _groups(), "next": after})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Back to being nobody."""
    auth.logout(request)
    return redirect("/")


@require_POST
def view_as(request: HttpRequest) -> HttpResponse:
    """Staff look at the courses as one learner sees them, or stop doing so. Nothing is recorded meanwhile."""
    viewer = request.viewer
    if viewer is None or viewer.real_role not in STAFF:
        raise PermissionDenied(gettext("Only the course team may view the course as a learner."))
    username = request.POST.get("username", "")
    if username:
        person = get_object_or_404(Person.objects.select_related("user"), user__username=username, role=Role.LEARNER)
        request.session[MASQUERADE] = person.user_id
    else:
        request.session.pop(MASQUERADE, None)
    after = request.POST.get("next", "/")
    return redirect(after if url_has_allowed_host_and_scheme(after, {request.get_host()}) else "/")


def _groups() -> list[tuple[str, str, list[Person]]]:
    """The sample people by role, in the order a visitor needs them."""
    everybody = people.everybody()
    titles = (
        (Role.LEARNER, gettext("Learners"), gettext("Work through a course.")),
        (Role.EVALUATOR, gettext("Evaluators"), gettext("Sign lab skills off at the bench.")),
        (Role.INSTRUCTOR, gettext("Instructor"), gettext("Runs the class: groups, evaluators, records.")),
        (Role.AUTHOR, gettext("Author"), gettext("Writes and edits the course.")),
        (Role.OUTSIDER, gettext("Outsider"), gettext("Enrolled nowhere: must be refused.")),
    )
    return [(title, text, [person for person in everybody if person.role == role]) for role, title, text in titles]
