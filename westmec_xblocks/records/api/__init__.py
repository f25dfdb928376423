"""The one door to the records. Times, actors and zones are arguments; keys are opaque keys; users are named by their ids."""

from westmec_xblocks.records.api.demonstrations import Verdict, record_demonstrations
from westmec_xblocks.records.api.evaluators import Grant, evaluators, grant_evaluator, may_evaluate, revoke_evaluator
from westmec_xblocks.records.api.standings import (
    LearnerRecord,
    LineStatus,
    ListStatus,
    OpenRequest,
    RecordedAct,
    overview,
    standing_of,
)
from westmec_xblocks.records.outbox import Delivery, deliver_outbox
from westmec_xblocks.records.sheet import Sheet

__all__ = [
    "Delivery",
    "Grant",
    "LearnerRecord",
    "LineStatus",
    "ListStatus",
    "OpenRequest",
    "RecordedAct",
    "Sheet",
    "Verdict",
    "deliver_outbox",
    "evaluators",
    "grant_evaluator",
    "may_evaluate",
    "overview",
    "record_demonstrations",
    "revoke_evaluator",
    "standing_of",
]
