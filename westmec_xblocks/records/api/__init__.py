"""The one door to the records. Times, actors and zones are arguments; keys are opaque keys; users are named by their ids.

Whoever records about learners gets a ``Verdict``: expected refusals are in it, misuse is raised (``domain.refusals``).
Requests, evidence, groups and evaluators raise what is refused. Every write carries an id that the client made, and
repeating it gives the first answer.
"""

from westmec_xblocks.records.api.accommodations import Granted, Granting, accommodations, grant_accommodations
from westmec_xblocks.records.api.attempts import Event, Receipt, record_events, start_attempt
from westmec_xblocks.records.api.clearances import Clearance, RatedLine, cleared_on, export_ratings, held_codes
from westmec_xblocks.records.api.closing import (
    HOW_STAFF,
    HOW_SUBMITTED,
    HOW_TIME,
    close_attempt,
    close_overdue,
    count_overdue,
)
from westmec_xblocks.records.api.corrections import correct_demonstration, reset_learner, withdraw_demonstration
from westmec_xblocks.records.api.demonstrations import record_demonstrations
from westmec_xblocks.records.api.evaluators import Grant, evaluators, grant_evaluator, may_evaluate, revoke_evaluator
from westmec_xblocks.records.api.evidence import (
    Evidence,
    add_evidence,
    evidence_of,
    evidence_of_all,
    evidence_owner,
    open_evidence,
    remove_evidence,
    store_evidence,
)
from westmec_xblocks.records.api.exam_lists import (
    AttemptPage,
    AttemptView,
    ExamRecord,
    LogEntry,
    attempt_with_log,
    attempts_of,
    every_result,
    exam_record,
    exam_waiting,
    version_of_attempt,
)
from westmec_xblocks.records.api.exam_staff import (
    Appeal,
    By,
    answer_appeal,
    appeal,
    appeals,
    grant_attempt,
    judge_late,
    record_exam_reteach,
    reset_attempts,
    void_attempt,
)
from westmec_xblocks.records.api.groups import LabGroup, change_group, close_group, create_group, groups
from westmec_xblocks.records.api.requests import (
    Waiting,
    decline_request,
    queue,
    queue_of_course,
    request_sign_off,
    withdraw_request,
)
from westmec_xblocks.records.api.rescoring import Change, decided_items, last_rescored, rescore, rescoring_of
from westmec_xblocks.records.api.second_looks import (
    Awaited,
    OpenStop,
    waiting_reteach,
    waiting_second,
    waiting_settlement,
)
from westmec_xblocks.records.api.second_opinions import (
    record_reteach,
    record_second_rating,
    settle,
    withdraw_follow_up,
)
from westmec_xblocks.records.api.standings import (
    LearnerRecord,
    LineStatus,
    ListStatus,
    OpenRequest,
    RecordedAct,
    overview,
    standing_of,
)
from westmec_xblocks.records.api.upkeep import clean_evidence, rebuild_statuses
from westmec_xblocks.records.erasing import Erased, retire_user
from westmec_xblocks.records.exams.paper import Paper
from westmec_xblocks.records.outbox import Delivery, deliver_outbox
from westmec_xblocks.records.rebuild import Difference
from westmec_xblocks.records.sheet import Sheet
from westmec_xblocks.records.single import Verdict
from westmec_xblocks.records.storage import StorageFailed, evidence_limit

__all__ = [
    "HOW_STAFF",
    "HOW_SUBMITTED",
    "HOW_TIME",
    "Appeal",
    "AttemptPage",
    "AttemptView",
    "Awaited",
    "By",
    "Change",
    "Clearance",
    "Delivery",
    "Difference",
    "Erased",
    "Event",
    "Evidence",
    "ExamRecord",
    "Grant",
    "Granted",
    "Granting",
    "LabGroup",
    "LearnerRecord",
    "LineStatus",
    "ListStatus",
    "LogEntry",
    "OpenRequest",
    "OpenStop",
    "Paper",
    "RatedLine",
    "Receipt",
    "RecordedAct",
    "Sheet",
    "StorageFailed",
    "Verdict",
    "Waiting",
    "accommodations",
    "add_evidence",
    "answer_appeal",
    "appeal",
    "appeals",
    "attempt_with_log",
    "attempts_of",
    "change_group",
    "clean_evidence",
    "cleared_on",
    "close_attempt",
    "close_group",
    "close_overdue",
    "correct_demonstration",
    "count_overdue",
    "create_group",
    "decided_items",
    "decline_request",
    "deliver_outbox",
    "evaluators",
    "every_result",
    "evidence_limit",
    "evidence_of",
    "evidence_of_all",
    "evidence_owner",
    "exam_record",
    "exam_waiting",
    "export_ratings",
    "grant_accommodations",
    "grant_attempt",
    "grant_evaluator",
    "groups",
    "held_codes",
    "judge_late",
    "last_rescored",
    "may_evaluate",
    "open_evidence",
    "overview",
    "queue",
    "queue_of_course",
    "rebuild_statuses",
    "record_demonstrations",
    "record_events",
    "record_exam_reteach",
    "record_reteach",
    "record_second_rating",
    "remove_evidence",
    "request_sign_off",
    "rescore",
    "rescoring_of",
    "reset_attempts",
    "reset_learner",
    "retire_user",
    "revoke_evaluator",
    "settle",
    "standing_of",
    "start_attempt",
    "store_evidence",
    "version_of_attempt",
    "void_attempt",
    "waiting_reteach",
    "waiting_second",
    "waiting_settlement",
    "withdraw_demonstration",
    "withdraw_follow_up",
    "withdraw_request",
]
