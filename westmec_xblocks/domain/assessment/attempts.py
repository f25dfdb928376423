"""The rules of attempts: who may start when, how long an attempt runs, and what the grade is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from westmec_xblocks.domain.assessment.definition import Assessment, Completion, Counted, Credit
from westmec_xblocks.domain.assessment.scoring import Result
from westmec_xblocks.domain.refusals import Refusal

# An answer that was under way when the time ended is taken when it arrives this soon after.
GRACE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Accommodation:
    """What one learner is granted: a factor on the time, break that stops the clock, attempts, time after the due date, a language."""

    time_factor: Fraction = Fraction(1)
    breaks: timedelta = timedelta()
    extra_attempts: int = 0
    window: timedelta = timedelta()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A break: when it began and, once it is over, when it ended."""

    began: datetime
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of one attempt, by the server. ``limit`` and ``breaks`` hold what was granted; ``closes`` is the end of the window, if any.

    ``limit`` is None where there is no time limit.
    """

    started: datetime
    limit: timedelta | None
    granted_breaks: timedelta = timedelta()
    taken: tuple[Break, ...] = ()
    closes: datetime | None = None

    def on_break(self, now: datetime) -> bool:
        """Whether the clock stands still: a break is under way and not used up."""
        last = self.taken[-1] if self.taken else None
        return last is not None and last.ended is None and now < last.began + self._left_before(len(self.taken) - 1)

    def break_left(self, now: datetime) -> timedelta:
        """How much break is left."""
        return self.granted_breaks - self._used(now)

    def ends(self, now: datetime) -> datetime | None:
        """When the time is up, as it looks now; None where it never is. Breaks taken so far put it off, never past the window's end."""
        end = None if self.limit is None else self.started + self.limit + self._used(now)
        if self.closes is None:
            return end
        return self.closes if end is None else min(end, self.closes)

    def is_over(self, now: datetime) -> bool:
        """Whether the time is up. A clock that is set back never starts an attempt anew: before its start, no time has passed."""
        end = self.ends(now)
        return end is not None and now >= end

    def takes(self, now: datetime) -> bool:
        """Whether an answer that arrives now still counts: in time, or within a short grace."""
        end = self.ends(now)
        return end is None or now < end + GRACE

    def _used(self, now: datetime) -> timedelta:
        used = timedelta()
        for one in self.taken:
            length = max((one.ended or now) - one.began, timedelta())
            used += min(length, self.granted_breaks - used)
        return used

    def _left_before(self, place: int) -> timedelta:
        used = timedelta()
        for one in self.taken[:place]:
            used += min(max((one.ended or one.began) - one.began, timedelta()), self.granted_breaks - used)
        return self.granted_breaks - used


@dataclass(frozen=True, slots=True)
class Past:
    """One attempt of a learner that was not voided: closed with a result, or still open."""

    number: int
    started: datetime
    closed: datetime | None = None
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything about one learner's attempts that the rules look at.

    ``extra`` are attempts given by staff besides the accommodation; ``retaught`` is when the last re-teach was recorded;
    ``due`` and ``opens`` are the platform's dates.
    """

    past: tuple[Past, ...] = ()
    accommodation: Accommodation = Accommodation()
    extra: int = 0
    retaught: datetime | None = None
    due: datetime | None = None
    opens: datetime | None = None

    @property
    def open(self) -> Past | None:
        """The attempt under way, or None."""
        return next((past for past in self.past if past.closed is None), None)


def allowed_attempts(assessment: Assessment, ledger: Ledger) -> int | None:
    """How many attempts this learner has in all; None where there is no limit."""
    if assessment.attempts is None:
        return None
    return assessment.attempts + ledger.extra + ledger.accommodation.extra_attempts


def window_end(ledger: Ledger) -> datetime | None:
    """When the last attempt must be over; None where there is no due date."""
    return None if ledger.due is None else ledger.due + ledger.accommodation.window


def next_start(assessment: Assessment, ledger: Ledger) -> datetime | None:
    """When the waiting time between attempts is over; None where nothing has to be waited for."""
    closed = [past.closed for past in ledger.past if past.closed is not None]
    return max(closed) + assessment.wait if closed and assessment.wait else None


def is_locked(assessment: Assessment, ledger: Ledger) -> bool:
    """Whether a re-teach must be recorded first: the last attempt missed a minimum and the author asks for it."""
    last = max((past for past in ledger.past if past.closed is not None), key=lambda past: past.number, default=None)
    if not assessment.lock or last is None or last.result is None or last.result.minimums_met:
        return False
    return ledger.retaught is None or last.closed is None or ledger.retaught < last.closed


def refusals_to_start(assessment: Assessment, ledger: Ledger, now: datetime) -> list[Refusal]:
    """Every reason why the learner may not start an attempt now; empty when they may."""
    found = []
    if ledger.open is not None:
        found.append(Refusal("attempt_open", "An attempt is under way: go on with that one."))
    allowed = allowed_attempts(assessment, ledger)
    if allowed is not None and len(ledger.past) >= allowed:
        found.append(Refusal("no_attempt_left", "All attempts are used: {count}.", {"count": str(allowed)}))
    if is_locked(assessment, ledger):
        sentence = "A safety minimum was missed: the next attempt opens once an instructor has recorded a re-teach."
        found.append(Refusal("reteach_needed", sentence))
    wait = next_start(assessment, ledger)
    if wait is not None and now < wait:
        found.append(Refusal("too_early", "The next attempt opens later.", {"at": wait.isoformat()}))
    if ledger.opens is not None and now < ledger.opens:
        found.append(Refusal("not_open_yet", "This assessment is not open yet.", {"at": ledger.opens.isoformat()}))
    end = window_end(ledger)
    if end is not None and now >= end:
        found.append(Refusal("closed", "The time in which this assessment could be taken is over."))
    return found


def clock_of(assessment: Assessment, accommodation: Accommodation, *, started: datetime, due: datetime | None) -> Clock:
    """The clock of an attempt that starts now: the author's limit times the learner's factor."""
    limit = assessment.time_limit
    granted = (
        None
        if limit is None
        else timedelta(seconds=float(Fraction(round(limit.total_seconds())) * accommodation.time_factor))
    )
    closes = None if due is None else due + accommodation.window
    return Clock(started, granted, accommodation.breaks, (), closes)


def counted_result(assessment: Assessment, past: Sequence[Past]) -> Result | None:
    """The result of the attempt that the grade is taken from; None before one is closed.

    Best: a pass before any that is none, then the larger share, then the earlier attempt.
    """
    closed = sorted((one for one in past if one.result is not None), key=lambda one: one.number)
    results = [one.result for one in closed if one.result is not None]
    if not results:
        return None
    if assessment.counted is Counted.FIRST:
        return results[0]
    if assessment.counted is Counted.LAST:
        return results[-1]
    return max(results, key=lambda result: (result.passed, result.share))


def grade(assessment: Assessment, past: Sequence[Past]) -> Fraction:
    """The grade, from 0 to 1, as the author chose."""
    result = counted_result(assessment, past)
    if result is None:
        return Fraction(0)
    return Fraction(int(result.passed)) if assessment.credit is Credit.PASSED else result.share


def is_complete(assessment: Assessment, past: Sequence[Past]) -> bool:
    """Whether the block is complete."""
    if assessment.completion is Completion.FINISHED:
        return any(one.closed is not None for one in past)
    return is_passed(assessment, past)


def is_passed(assessment: Assessment, past: Sequence[Past]) -> bool:
    """Whether the attempt that counts is a pass."""
    result = counted_result(assessment, past)
    return result is not None and result.passed
