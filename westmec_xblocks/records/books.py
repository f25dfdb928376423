"""The books of some learners on one list: locked, read, written and closed again, in a constant number of queries."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db import transaction

from westmec_xblocks.domain.checklist.definition import Checklist
from westmec_xblocks.domain.checklist.facts import History
from westmec_xblocks.domain.checklist.judging import Standing
from westmec_xblocks.domain.checklist.selection import is_drawn
from westmec_xblocks.records import outbox, statuses, versions
from westmec_xblocks.records.facts import Story, replay, version_of
from westmec_xblocks.records.models import Act, ActKind, Outbox, OutboxKind, Status
from westmec_xblocks.records.sheet import Sheet


@dataclass
class Book:
    """One learner's acts on the list, those on record and those to be added."""

    sheet: Sheet
    learner: int
    versions: Mapping[str, Checklist]
    stored: tuple[Act, ...] = ()
    added: list[Act] = field(default_factory=list)

    @cached_property
    def story(self) -> Story:
        """What stands, with what was added so far."""
        return replay((*self.stored, *self.added))

    @cached_property
    def history(self) -> History:
        """The facts that the verdict rests on."""
        return self.story.history(self.versions)

    @cached_property
    def standing(self) -> Standing:
        """Where the learner stands by today's list."""
        return statuses.judged(self.sheet.checklist, self.story, self.versions)

    def find(self, act_id: uuid.UUID) -> Act | None:
        """The act of this id on these pages, or None."""
        return next((act for act in (*self.stored, *self.added) if act.id == act_id), None)

    def find_by_client(self, client_id: uuid.UUID) -> Act | None:
        """The act that the client made under this id, or None."""
        return next((act for act in (*self.stored, *self.added) if act.client_id == client_id), None)

    def add(self, kind: ActKind, *, now: datetime, actor: int | None, client_id: uuid.UUID, **values: Any) -> Act:
        """One more act, to be written when the books are closed; the draw of a second evaluator goes before the first."""
        if kind != ActKind.DRAW:
            self._draw(now)
        last = self.added[-1] if self.added else self.stored[-1] if self.stored else None
        act = Act(
            kind=kind,
            number=last.number + 1 if last else 1,
            client_id=client_id,
            course_key=self.sheet.course,
            usage_key=self.sheet.usage,
            code=self.sheet.checklist.code,
            learner_id=self.learner,
            actor_id=actor,
            recorded_at=now,
            digest=self.sheet.checklist.digest,
            **values,
        )
        self.added.append(act)
        for name in ("story", "history", "standing"):
            self.__dict__.pop(name, None)
        return act

    def _draw(self, now: datetime) -> None:
        second = self.sheet.checklist.second_evaluator
        if second is None or second.share >= 1 or self.story.needs_second is not None:
            return
        sheet = self.sheet
        drawn = is_drawn(
            second.share,
            key=sheet.draw_key,
            course=sheet.course,
            checklist=sheet.checklist.code,
            learner=self.learner,
        )
        detail = {"needs_second": drawn, "share": str(second.share)}
        client_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{sheet.usage} {self.learner} draw")
        self.add(ActKind.DRAW, now=now, actor=None, client_id=client_id, detail=detail)

    def before(self) -> tuple[Standing | None, dict[str, statuses.Values]]:
        """The standing and the status rows that followed from what was on record, by the version in force at the last act."""
        if not self.stored:
            return None, {}
        checklist, story = self.versions[self.stored[-1].digest], replay(self.stored)
        standing = statuses.judged(checklist, story, self.versions)
        return standing, statuses.values_of(checklist, story, standing, self.versions)


def open_books(sheet: Sheet, learners: Iterable[int], now: datetime) -> dict[int, Book]:
    """The learners' books, locked until the transaction ends. Two queries; a third where a version must be read.

    The first statement writes: it creates the list rows that are missing and locks all of them, so that a second writer
    waits here, before either has read anything. On MySQL under REPEATABLE READ the snapshot is taken by the first read,
    hence after the wait.
    """
    ids = sorted(set(learners))
    if not ids:
        return {}
    sheet.check_sizes()
    statuses.upsert((_list_row(sheet, learner, now) for learner in ids), ["updated_at"])
    acts = Act.objects.filter(usage_key=sheet.usage, learner_id__in=ids).order_by("learner_id", "number")
    by_learner = {learner: tuple(own) for learner, own in groupby(acts, key=lambda act: act.learner_id)}
    wanted = {version_of(act) for own in by_learner.values() for act in own if act.ratings or act.observed_on}
    wanted |= {own[-1].digest for own in by_learner.values()}
    known = versions.load(wanted, sheet.checklist)
    return {learner: Book(sheet, learner, known, by_learner.get(learner, ())) for learner in ids}


def _list_row(sheet: Sheet, learner: int, now: datetime) -> Status:
    return _status(sheet, learner, statuses.WHOLE_LIST, {**statuses.BLANK, "code": sheet.checklist.code}, now)


def _status(sheet: Sheet, learner: int, thing: str, values: statuses.Values, now: datetime) -> Status:
    return Status(
        usage_key=sheet.usage, course_key=sheet.course, learner_id=learner, thing=thing, updated_at=now, **values
    )


def close_books(sheet: Sheet, books: Iterable[Book], now: datetime) -> None:
    """Write what was added, the statuses that changed and the news for the host.

    Three queries, and one for a version never seen before.
    """
    changed = [book for book in books if book.added]
    if not changed:
        transaction.set_rollback(True)
        return
    known = any(act.digest == sheet.checklist.digest for book in changed for act in book.stored)
    versions.store(sheet.checklist, sheet.olx, usage=sheet.usage, now=now, known=known)
    rows: list[Status] = []
    news: list[Outbox] = []
    for book in changed:
        standing_before, rows_before = book.before()
        after = statuses.values_of(sheet.checklist, book.story, book.standing, book.versions)
        differing = statuses.changes(rows_before, after)
        rows.extend(_status(sheet, book.learner, thing, values, now) for thing, values in differing.items())
        news.extend(_news(sheet, book, standing_before, now))
    Act.objects.bulk_create([act for book in changed for act in book.added])
    if rows:
        statuses.upsert(rows, statuses.UPDATED)
    if news:
        Outbox.objects.bulk_create(news)
        outbox.deliver_after_commit()


def _news(sheet: Sheet, book: Book, before: Standing | None, now: datetime) -> Iterable[Outbox]:
    """The grade at a learner's first act, at a reset and whenever the score changed; the completion whenever passing changed."""
    after = book.standing
    common = {
        "usage_key": sheet.usage,
        "course_key": sheet.course,
        "learner_id": book.learner,
        "created_at": now,
        "next_try_at": now,
    }
    reset = any(act.kind == ActKind.RESET for act in book.added)
    if before is None or before.score != after.score or reset:
        earned = float(after.score) * sheet.possible
        yield Outbox(kind=OutboxKind.GRADE, earned=earned, possible=sheet.possible, **common)
    if after.passed != (before is not None and before.passed):
        yield Outbox(kind=OutboxKind.COMPLETION, earned=float(after.passed), possible=1.0, **common)
