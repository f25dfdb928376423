"""The tables. Private to ``records``: everybody else goes through ``records.api``."""

from westmec_xblocks.records.models.acts import (
    Act,
    ActKind,
    Definition,
    Demonstration,
    Request,
    Reteach,
    SecondRating,
    time_ordered_uuid,
)
from westmec_xblocks.records.models.appended import AppendOnly
from westmec_xblocks.records.models.attempts import (
    Accommodation,
    Attempt,
    AttemptEvent,
    AttemptState,
    EventKind,
    ItemExposure,
)
from westmec_xblocks.records.models.derived import Outbox, OutboxKind, Status
from westmec_xblocks.records.models.evidence import Evidence, EvidenceKind
from westmec_xblocks.records.models.people import (
    EvaluatorGrant,
    EvaluatorRevocation,
    GroupChangeKind,
    LabGroup,
    LabGroupChange,
)

__all__ = [
    "Accommodation",
    "Act",
    "ActKind",
    "AppendOnly",
    "Attempt",
    "AttemptEvent",
    "AttemptState",
    "Definition",
    "Demonstration",
    "EvaluatorGrant",
    "EvaluatorRevocation",
    "EventKind",
    "Evidence",
    "EvidenceKind",
    "GroupChangeKind",
    "ItemExposure",
    "LabGroup",
    "LabGroupChange",
    "Outbox",
    "OutboxKind",
    "Request",
    "Reteach",
    "SecondRating",
    "Status",
    "time_ordered_uuid",
]
