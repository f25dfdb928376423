"""Lab groups: who works together. Each change is appended."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db.models import Max

from westmec_xblocks.domain.refusals import Conflict, NotFound, Refusal, WestmecError
from westmec_xblocks.records.keys import course_text
from westmec_xblocks.records.models import GroupChangeKind, LabGroupChange
from westmec_xblocks.records.models import LabGroup as GroupRow
from westmec_xblocks.records.single import id_used
from westmec_xblocks.records.transactions import in_one_transaction

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey

MAX_NAME = 100
MAX_MEMBERS = 200


@dataclass(frozen=True, slots=True)
class LabGroup:
    """A lab group as it is now; ``members`` are ids of learners, whether they are enrolled still or not."""

    id: UUID
    name: str
    members: frozenset[int]


def groups(course_key: CourseKey) -> list[LabGroup]:
    """The lab groups of the course run that are not closed, by name. Two queries."""
    found = _read(GroupRow.objects.filter(course_key=course_text(course_key)).order_by("created_at", "id"))
    return sorted(found, key=lambda group: group.name.casefold())


def _read(rows: Iterable[GroupRow]) -> list[LabGroup]:
    rows = list(rows)
    changes: dict[UUID, list[LabGroupChange]] = {row.id: [] for row in rows}
    for change in LabGroupChange.objects.filter(group__in=rows).order_by("number"):
        changes[change.group_id].append(change)
    found = (_as_it_is_now(row, changes[row.id]) for row in rows)
    return [group for group in found if group is not None]


def _as_it_is_now(row: GroupRow, changes: Iterable[LabGroupChange]) -> LabGroup | None:
    name, members = row.name, set()
    for change in changes:
        if change.kind == GroupChangeKind.CLOSED:
            return None
        if change.kind == GroupChangeKind.RENAMED:
            name = change.name
        elif change.kind == GroupChangeKind.JOINED:
            members.add(change.learner_id)
        else:
            members.discard(change.learner_id)
    return LabGroup(row.id, name, frozenset(members))


def create_group(
    course_key: CourseKey, *, name: str, members: Iterable[int] = (), actor_id: int, client_id: UUID, now: datetime
) -> LabGroup:
    """Make a lab group. Repeating it with the same client id gives the same group; Conflict under another name."""
    course, wanted, name = course_text(course_key), _members(members), _name(name)

    def work() -> LabGroup:
        row = GroupRow.objects.filter(course_key=course, client_id=client_id).first()
        if row is not None:
            if row.name != name:
                raise Conflict(id_used())
            return next(iter(_read([row])), LabGroup(row.id, row.name, frozenset()))
        row = GroupRow(client_id=client_id, course_key=course, name=name, created_by_id=actor_id, created_at=now)
        row.save()
        _Changes(row, actor_id, client_id, now).write(joined=wanted)
        return LabGroup(row.id, name, wanted)

    return in_one_transaction(work)


def change_group(
    course_key: CourseKey,
    *,
    group_id: UUID,
    name: str,
    members: Iterable[int],
    actor_id: int,
    client_id: UUID,
    now: datetime,
) -> LabGroup:
    """Give the group this name and these members.

    Only the differences are recorded. Repeating it with the same client id changes nothing.
    """
    wanted, name = _members(members), _name(name)

    def work() -> LabGroup:
        row, group = _locked(course_key, group_id)
        if LabGroupChange.objects.filter(group=row, client_id__in=_ids(client_id, (*wanted, *group.members))).exists():
            return group
        renamed = name if name != group.name else ""
        changes = _Changes(row, actor_id, client_id, now)
        changes.write(joined=wanted - group.members, left=group.members - wanted, renamed=renamed)
        return LabGroup(row.id, name, wanted)

    return in_one_transaction(work)


def close_group(course_key: CourseKey, *, group_id: UUID, actor_id: int, client_id: UUID, now: datetime) -> None:
    """Take the group off the list; what it was stays on record. NotFound when it is closed already."""

    def work() -> None:
        row, _ = _locked(course_key, group_id)
        _Changes(row, actor_id, client_id, now).write(closed=True)

    in_one_transaction(work)


def _locked(course_key: CourseKey, group_id: UUID) -> tuple[GroupRow, LabGroup]:
    """The group, locked against other changes until the transaction ends; NotFound when it is closed or another course's."""
    row = GroupRow.objects.select_for_update().filter(pk=group_id, course_key=course_text(course_key)).first()
    group = next(iter(_read([row])), None) if row else None
    if row is None or group is None:
        raise NotFound(Refusal("unknown_group", "There is no such lab group in this course."))
    return row, group


def _ids(client_id: UUID, learners: Iterable[int]) -> list[UUID]:
    return [client_id, *(uuid5(client_id, str(learner)) for learner in learners)]


@dataclass(frozen=True, slots=True)
class _Changes:
    """The changes of one request. Their ids follow from the client's, one for each learner."""

    row: GroupRow
    actor_id: int
    client_id: UUID
    now: datetime

    def write(
        self,
        joined: Collection[int] = (),
        left: Collection[int] = (),
        renamed: str = "",
        *,
        closed: bool = False,
    ) -> None:
        """Append them behind the group's other changes."""
        changes = [self._one(GroupChangeKind.JOINED, learner_id=learner) for learner in sorted(joined)]
        changes += [self._one(GroupChangeKind.LEFT, learner_id=learner) for learner in sorted(left)]
        if renamed:
            changes.append(self._one(GroupChangeKind.RENAMED, name=renamed))
        if closed:
            changes.append(self._one(GroupChangeKind.CLOSED))
        last = LabGroupChange.objects.filter(group=self.row).aggregate(last=Max("number"))["last"] or 0
        for number, change in enumerate(changes, start=last + 1):
            change.number = number
        LabGroupChange.objects.bulk_create(changes)

    def _one(self, kind: GroupChangeKind, learner_id: int | None = None, name: str = "") -> LabGroupChange:
        return LabGroupChange(
            group=self.row,
            kind=kind,
            learner_id=learner_id,
            name=name,
            changed_by_id=self.actor_id,
            changed_at=self.now,
            client_id=self.client_id if learner_id is None else uuid5(self.client_id, str(learner_id)),
        )


def _name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > MAX_NAME:
        values = {"limit": str(MAX_NAME)}
        raise WestmecError(Refusal("group_name", "A group has a name of at most {limit} characters.", values))
    return name


def _members(members: Iterable[int]) -> frozenset[int]:
    wanted = frozenset(members)
    if len(wanted) > MAX_MEMBERS:
        values = {"limit": str(MAX_MEMBERS)}
        raise WestmecError(Refusal("group_too_large", "A group has at most {limit} learners.", values))
    return wanted
