"""Small checklists, demonstrations and histories, written briefly; and random ones for properties."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from westmec_xblocks.domain.checklist.definition import Checklist, Flag, Section, Skill
from westmec_xblocks.domain.checklist.facts import Demonstration, History, Kind, Rating, SecondRating, Stop
from westmec_xblocks.domain.checklist.judging import judge
from westmec_xblocks.domain.checklist.scale import MET, NOT_APPLICABLE, NOT_MET
from westmec_xblocks.domain.text import Text

DAY_ONE = date(2026, 3, 2)
LEARNER, ANA, BEN, CAL = 1, 11, 12, 13


def line(skill_id, flag="", **more):
    """A skill with a task and a criterion."""
    texts = {"task": Text(f"Task {skill_id}"), "criterion": Text("To the sheet")}
    return Skill(id=skill_id, flag=Flag(flag), **{**texts, **more})


def listed(*skills, **more):
    """A checklist of one section."""
    return Checklist(code="WM.T.A", digest=more.pop("digest", "v1"), sections=(Section(Text("All"), skills),), **more)


def day(number):
    """The date of the numbered day; day 1 is the first."""
    return DAY_ONE + timedelta(days=number - 1)


def at(number, hour=9):
    """A moment on the numbered day."""
    return datetime.combine(day(number), datetime.min.time(), UTC) + timedelta(hours=hour)


def shown(number, ratings, *, hour=9, sequence=None, **more):
    """A demonstration on the numbered day; a rating may be written as its value."""
    rated = {name: one if isinstance(one, Rating) else Rating(one) for name, one in ratings.items()}
    sequence = number * 100 + hour if sequence is None else sequence
    if isinstance(more.get("stop"), str):
        more["stop"] = Stop(more["stop"], "reached past the guard")
    return Demonstration(
        id=more.pop("id", f"d{number}-{hour}"),
        sequence=sequence,
        observed_at=at(number, hour),
        observed_on=day(number),
        evaluator=more.pop("evaluator", ANA),
        ratings=rated,
        **more,
    )


def second(demonstration, ratings, evaluator=BEN):
    """The second evaluator's ratings."""
    return SecondRating(demonstration.id, evaluator, {name: Rating(value) for name, value in ratings.items()})


def history(*demonstrations, **more):
    """What stands for a learner; second ratings and settlements by the demonstration's id."""
    for name in ("second_ratings", "settlements"):
        more[name] = {one.demonstration: one for one in more.get(name, ())}
    return History(demonstrations, **more)


def standing(checklist, *demonstrations, **more):
    """Where the learner stands."""
    return judge(checklist, history(*demonstrations, **more))


# Random ones.

IDS = ["a", "b", "c", "d"]


@st.composite
def checklists(draw):
    """A list of one to four lines of every kind, on the scale 0–4."""
    skills = []
    for skill_id in IDS[: draw(st.integers(1, 4))]:
        flag = draw(st.sampled_from(list(Flag)))
        skills.append(
            line(
                skill_id,
                flag,
                demonstrations=draw(st.sampled_from([None, None, 1, 2, 3])),
                not_applicable="equipment" if flag is Flag.ORDINARY and draw(st.booleans()) else "",
                requires=draw(st.sampled_from([(), (), (IDS[0],)])) if skill_id != IDS[0] else (),
            )
        )
    return listed(
        *skills,
        demonstrations=draw(st.integers(1, 3)),
        days=draw(st.sampled_from([None, None, 1])),
        variants=draw(st.sampled_from([1, 1, 1, 2])),
        mean=draw(st.sampled_from([None, Decimal("2.5"), Decimal(4)])),
    )


def values_for(skill):
    """Every value that the line may be rated with."""
    if skill.flag is Flag.SAFETY:
        return [MET, MET, MET, NOT_MET]
    levels = ["0", "1", "2", "3", "3", "4", "4"]
    return [*levels, NOT_APPLICABLE] if skill.not_applicable else levels


@st.composite
def ratings(draw, checklist):
    """Ratings of some of the lines."""
    rated = {}
    for skill in checklist.skills:
        if draw(st.integers(0, 4)):
            value = draw(st.sampled_from(values_for(skill)))
            rated[skill.id] = Rating(value, reason="no such machine" if value == NOT_APPLICABLE else "")
    return rated


@st.composite
def demonstrations(draw, checklist, kinds=(Kind.EVALUATED,), most=6):
    """Demonstrations in the order in which they were observed, at most one an hour."""
    made = []
    for hour in range(draw(st.integers(0, most))):
        number = draw(st.integers(1, 3)) + len(made)
        made.append(
            shown(
                number,
                draw(ratings(checklist)),
                hour=9 + hour,
                sequence=hour,
                kind=draw(st.sampled_from(kinds)),
                variant=draw(st.sampled_from(["truck", "car"])),
                stop=draw(st.sampled_from([None] * 9 + [next(iter(checklist.skills)).id])),
            )
        )
    return made


@st.composite
def cases(draw, **more):
    """A checklist and demonstrations of it."""
    checklist = draw(checklists())
    return checklist, draw(demonstrations(checklist, **more))
