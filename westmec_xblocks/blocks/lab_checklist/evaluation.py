"""The evaluator's panels: whom to rate, the lines of one learner, a lab group, the queue, a second rating, a disagreement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from westmec_xblocks import edxapp
from westmec_xblocks.blocks.lab_checklist import learner, rows, words
from westmec_xblocks.blocks.lab_checklist.desk import Desk
from westmec_xblocks.blocks.payload import identifier, text, user_id
from westmec_xblocks.domain.checklist.facts import Kind
from westmec_xblocks.domain.checklist.judging import Standing
from westmec_xblocks.domain.refusals import NotFound, NotPermitted, Refusal
from westmec_xblocks.records import api


def choose(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Whom to rate: lab groups first, then everyone enrolled."""
    people = [person for person in edxapp.learners(desk.course_key) if person.id != desk.viewer.user_id]
    statuses = api.overview(desk.sheet, [person.id for person in people])
    shown = [
        {
            "id": person.id,
            "name": person.name,
            "username": person.username,
            "state": _state(desk, statuses[person.id]),
            "requested": statuses[person.id].request is not None,
        }
        for person in people
    ]
    enrolled = {person.id for person in people}
    groups = [
        {"id": group.id, "name": group.name, "size": len(enrolled.intersection(group.members))}
        for group in api.groups(desk.course_key)
    ]
    context = {
        "people": shown,
        "groups": [group for group in groups if group["size"]],
        "blank_url": desk.url("page", "blank"),
    }
    return {"html": desk.render("choose.html", context), "waiting": waiting_count(desk)}


def _state(desk: Desk, status: api.ListStatus) -> str:
    if status.is_passed(desk.today):
        return _("Passed")
    held = sum(line.holds(desk.today) for line in status.lines.values())
    total = sum(1 for _skill in desk.checklist.skills)
    return _("{held} of {total} lines signed off").format(held=held, total=total)


def _person(desk: Desk, data: Mapping[str, Any]) -> edxapp.Person:
    """The enrolled learner whom the request names; nobody rates themselves."""
    wanted = desk.learner_in_view(user_id(data, "learner"))
    if wanted == desk.viewer.user_id:
        raise NotFound(Refusal("own_skill", "Nobody evaluates their own skill."))
    person = edxapp.people([wanted]).get(wanted)
    if person is None:
        raise NotFound(Refusal("not_enrolled", "This person is not enrolled in the course."))
    return person


def rate(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The form in which one learner is rated."""
    person = _person(desk, data)
    record = api.standing_of(desk.sheet, person.id)
    second_open = record.standing.second_needed and not record.standing.second_done
    context = {
        "heading": person.name,
        "remarks": list(_before_rating(desk, record)),
        "act": "sign",
        "draft": f"rate:{person.id}",
        "hidden": {"learner": person.id},
        "circumstances": True,
        "can_pair": True,
        "suggest_pair": second_open and not any(outcome.waits for outcome in record.standing.outcomes),
        "can_practise": True,
        "can_stop": True,
        "sections": rows.sections(desk.checklist, record.standing, desk.today),
        "submit": _("Finish and sign"),
        "back": "choose",
        **_when(desk),
    }
    return {"html": desk.render("rate.html", context)}


def _when(desk: Desk) -> dict[str, Any]:
    return {
        "today": desk.today.isoformat(),
        "needs_variant": any(desk.checklist.rule_for(skill).variants > 1 for skill in desk.checklist.skills),
    }


def _before_rating(desk: Desk, record: api.LearnerRecord) -> Iterable[str]:
    """What the evaluator should know first: the request, an open stop, what is held elsewhere, a second evaluator who is still needed."""
    tally = rows.tally(record.standing, desk.today)
    yield _("{held} of {total} lines signed off.").format(held=tally["held"], total=tally["assessed"])
    if record.request is not None and record.request.note:
        yield _("The learner writes: “{note}”").format(note=record.request.note)
    for outcome in record.standing.outcomes:
        stop = outcome.demonstration.stop
        if stop is not None:
            yield _(
                "Stopped on {date} at line {line}. A new attempt needs a recorded re-teach and a later day."
            ).format(date=words.day(outcome.on), line=stop.skill)
    if record.standing.second_needed and not record.standing.second_done:
        yield _("This learner needs one demonstration rated by two evaluators, each on their own.")


def group(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The form in which a lab group is rated: one line for everyone, or the grid of learners and lines."""
    wanted = _group(desk, identifier(data, "group"))
    enrolled = {person.id: person for person in edxapp.learners(desk.course_key)}
    people = [enrolled[member] for member in wanted.members if member in enrolled and member != desk.viewer.user_id]
    people.sort(key=lambda person: person.name.casefold())
    statuses = api.overview(desk.sheet, [person.id for person in people])
    chosen = desk.checklist.find(text(data, "skill", limit=100))
    lines = [rows.line_row(desk.checklist, skill, None, desk.today) for skill in desk.checklist.skills]
    context = {
        "group": wanted,
        "lines": lines,
        "chosen": chosen.id if chosen else "",
        "line": next((row for row in lines if chosen and row.skill.id == chosen.id), None),
        "people": [_group_row(desk, person, statuses[person.id], chosen.id if chosen else "") for person in people],
        "draft": f"group:{wanted.id}:{chosen.id if chosen else 'grid'}",
        **_when(desk),
    }
    return {"html": desk.render("group.html", context)}


def _group(desk: Desk, group_id: UUID) -> api.LabGroup:
    found = next((one for one in api.groups(desk.course_key) if one.id == group_id), None)
    if found is None:
        raise NotFound(Refusal("unknown_group", "There is no such lab group in this course."))
    return found


def _group_row(desk: Desk, person: edxapp.Person, status: api.ListStatus, skill_id: str) -> dict[str, Any]:
    line = status.line(skill_id)
    state = words.state(line, desk.today) if skill_id else _state(desk, status)
    marks = {skill.id: words.state_mark(status.line(skill.id), desk.today) for skill in desk.checklist.skills}
    return {"id": person.id, "name": person.name, "state": state, "marks": marks}


def result(
    desk: Desk,
    verdicts: Iterable[api.Verdict],
    *,
    back: str,
    back_name: str,
    demonstration: str = "",
    heading: str = "",
    message: str = "",
) -> dict[str, Any]:
    """What became of the entries, learner by learner; refusals are named.

    ``demonstration`` is the one that the entry was about, where it is not the entry itself.
    """
    verdicts = list(verdicts)
    people = edxapp.people([verdict.learner_id for verdict in verdicts])
    taken = sum(not verdict.refusals for verdict in verdicts)
    shown = [_verdict_row(desk, people, verdict, demonstration or str(verdict.act_id)) for verdict in verdicts]
    signed = ngettext("{count} learner signed.", "{count} learners signed.", taken).format(count=taken)
    refused = len(verdicts) - taken
    if refused:
        signed += " " + ngettext("{count} entry was not taken.", "{count} entries were not taken.", refused).format(
            count=refused
        )
    html = desk.render(
        "result.html", {"heading": heading or signed, "rows": shown, "back": back, "back_name": back_name}
    )
    refusals = [verdict.learner_id for verdict in verdicts if verdict.refusals]
    return {"html": html, "message": message or signed, "refused": refusals, "waiting": waiting_count(desk)}


def _verdict_row(
    desk: Desk, people: Mapping[int, edxapp.Person], verdict: api.Verdict, demonstration: str
) -> dict[str, Any]:
    name = people[verdict.learner_id].name if verdict.learner_id in people else str(verdict.learner_id)
    if verdict.refusals:
        row = {"learner": verdict.learner_id, "name": name, "mark": "attention", "text": _("not recorded")}
        return {**row, "refusals": verdict.refusals}
    standing = verdict.standing
    outcome = standing and next((one for one in standing.outcomes if one.demonstration.id == demonstration), None)
    parts = [words.outcome(outcome)] if outcome else []
    if standing:
        parts.append(_progress(desk, standing))
    return {
        "learner": verdict.learner_id,
        "name": name,
        "mark": "done" if outcome is None or outcome.counts else "wait",
        "text": " ".join(parts),
        "refusals": (),
    }


def _progress(desk: Desk, standing: Standing) -> str:
    if standing.is_passed(desk.today):
        return _("The whole list is passed.")
    tally = rows.tally(standing, desk.today)
    return _("{held} of {total} lines signed off.").format(held=tally["held"], total=tally["assessed"])


def requests(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """What waits for this evaluator: requests, second ratings, disagreements."""
    queue = api.queue(desk.usage_key)
    seconds = api.waiting_second(desk.usage_key, evaluator_id=desk.actor())
    disputes = api.waiting_settlement(desk.usage_key, evaluator_id=desk.actor())
    people = edxapp.people({one.learner_id for one in (*queue, *seconds, *disputes)})
    name = lambda one: people[one.learner_id].name if one.learner_id in people else str(one.learner_id)  # noqa: E731
    context = {
        "requests": [
            {
                "id": one.request.id,
                "learner": one.learner_id,
                "name": name(one),
                "note": one.request.note,
                "since": date_format(one.request.asked_at.astimezone(desk.zone), "SHORT_DATETIME_FORMAT"),
            }
            for one in queue
            if one.learner_id != desk.viewer.user_id
        ],
        "seconds": [_demonstration_row(one, name(one)) for one in seconds],
        "disputes": [_demonstration_row(one, name(one)) for one in disputes],
    }
    return {"html": desk.render("requests.html", context), "waiting": waiting_count(desk)}


def _demonstration_row(one: Any, name: str) -> dict[str, Any]:
    return {
        "id": one.demonstration,
        "learner": one.learner_id,
        "name": name,
        "on": words.day(one.observed_on),
        "variant": one.variant,
    }


def waiting_count(desk: Desk) -> int:
    """How many things wait for this evaluator."""
    actor = desk.actor()
    return (
        sum(one.learner_id != actor for one in api.queue(desk.usage_key))
        + len(api.waiting_second(desk.usage_key, evaluator_id=actor))
        + len(api.waiting_settlement(desk.usage_key, evaluator_id=actor))
    )


def second(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The second evaluator's form: the lines that were shown, without the first one's ratings."""
    person, demonstration, _record = demonstration_of(desk, data)
    waiting = api.waiting_second(desk.usage_key, evaluator_id=desk.actor())
    found = next((one for one in waiting if str(one.demonstration) == demonstration.id), None)
    if found is None:
        raise NotFound(Refusal("not_paired", "This demonstration does not wait for a second evaluator."))
    context = {
        "heading": _("Second rating: {name}, {date}").format(name=person.name, date=words.day(found.observed_on)),
        "remarks": [_("Rate what you saw yourself. The first evaluator's ratings are not shown to you.")],
        "act": "second_rating",
        "draft": f"second:{found.demonstration}",
        "hidden": {"learner": person.id, "demonstration": found.demonstration},
        "sections": rows.sections(demonstration.rated_by or desk.checklist, None, desk.today, only=found.lines),
        "submit": _("Sign as second evaluator"),
        "back": "requests",
    }
    return {"html": desk.render("rate.html", context)}


def correct(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The form of a correction: the entry as it stands, and a reason."""
    person, demonstration, record = demonstration_of(desk, data)
    _refuse_to_show_the_first_rating(desk, demonstration, record)
    version = demonstration.rated_by or desk.checklist
    readings = {line: {"readings": dict(enumerate(rating.readings))} for line, rating in demonstration.ratings.items()}
    local = demonstration.observed_at.astimezone(desk.zone)
    context = {
        "heading": _("Correct the entry of {date}: {name}").format(
            name=person.name, date=words.day(demonstration.observed_on)
        ),
        "remarks": [_("The entry as it was stays on record, with your name and reason.")],
        "act": "correct",
        "hidden": {"learner": person.id, "demonstration": demonstration.id},
        "circumstances": True,
        "observed_on": demonstration.observed_on.isoformat(),
        "observed_time": local.strftime("%H:%M"),
        "variant": demonstration.variant,
        "can_pair": False,
        "can_practise": False,
        "can_stop": False,
        "sections": rows.sections(version, None, desk.today, rated=demonstration.ratings, extra=readings),
        "reason_label": _("Reason for the correction"),
        "submit": _("Sign the correction"),
        "back": f"history?learner={person.id}",
        **_when(desk),
    }
    return {"html": desk.render("rate.html", context)}


def _refuse_to_show_the_first_rating(desk: Desk, demonstration: Any, record: api.LearnerRecord) -> None:
    """While a second evaluator still has to rate on their own, only whoever signed may see the entry."""
    signed = next(act for act in record.acts if str(act.original) == demonstration.id and act.replaced_by is None)
    if signed.conceal and signed.actor_id != desk.actor():
        raise NotPermitted(
            Refusal("awaits_second", "A second evaluator still has to rate this on their own. Correct it after that.")
        )


def dispute(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The third evaluator's form: the disputed lines, with what both said."""
    person, demonstration, record = demonstration_of(desk, data)
    waiting = api.waiting_settlement(desk.usage_key, evaluator_id=desk.actor())
    found = next((one for one in waiting if str(one.demonstration) == demonstration.id), None)
    if found is None:
        raise NotFound(Refusal("nothing_in_dispute", "There is no open disagreement on this demonstration."))
    version = demonstration.rated_by or desk.checklist
    said = [
        act
        for act in record.acts
        if str(act.original) == demonstration.id
        and act.replaced_by is None
        and act.kind in ("demonstration", "correction", "second_rating")
    ]
    names = edxapp.people({act.actor_id for act in said if act.actor_id})
    extra = {
        line: {
            "said": [
                {
                    "by": names[act.actor_id].name if act.actor_id in names else "",
                    "rating": words.rating(version.scale, act.ratings[line].value),
                    "note": act.ratings[line].note,
                }
                for act in said
                if line in act.ratings
            ]
        }
        for line in found.lines
    }
    sections = rows.sections(version, None, desk.today, only=found.lines, extra=extra)
    lines = [row for section in sections for row in section.lines]
    return {"html": desk.render("dispute.html", {"learner": person, "demonstration": demonstration.id, "lines": lines})}


def demonstration_of(desk: Desk, data: Mapping[str, Any]) -> tuple[edxapp.Person, Any, api.LearnerRecord]:
    """The learner, the standing demonstration and the record that the request names."""
    person = _person(desk, data)
    wanted = str(identifier(data, "demonstration"))
    record = api.standing_of(desk.sheet, person.id)
    found = next((one.demonstration for one in record.standing.outcomes if one.demonstration.id == wanted), None)
    if found is None:
        raise NotFound(
            Refusal("unknown_demonstration", "There is no such demonstration, or it does not stand any more.")
        )
    return person, found, record


def history(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """One learner's page as an evaluator sees it."""
    return {"html": learner.panel(desk, _person(desk, data).id)}


def is_practice(data: Mapping[str, Any]) -> Kind:
    """Practice where the evaluator ticked it, else an evaluated demonstration."""
    return Kind.PRACTICE if data.get("practice") is True else Kind.EVALUATED
