"""Every page and act of the checklist, by name, with who may use it."""

from __future__ import annotations

from westmec_xblocks.blocks.actions import Action, Role
from westmec_xblocks.blocks.lab_checklist import evaluation, evidence, learner, printing, signing, staff

PAGES = {
    "mine": Action(Role.LEARNER, learner.look),
    "record": Action(Role.LEARNER, printing.record),
    "evidence": Action(Role.LEARNER, evidence.download),
    "choose": Action(Role.EVALUATOR, evaluation.choose),
    "rate": Action(Role.EVALUATOR, evaluation.rate),
    "group": Action(Role.EVALUATOR, evaluation.group),
    "requests": Action(Role.EVALUATOR, evaluation.requests),
    "second": Action(Role.EVALUATOR, evaluation.second),
    "dispute": Action(Role.EVALUATOR, evaluation.dispute),
    "correct": Action(Role.EVALUATOR, evaluation.correct),
    "history": Action(Role.EVALUATOR, evaluation.history),
    "blank": Action(Role.EVALUATOR, printing.blank),
    "class": Action(Role.STAFF, staff.glance),
    "manage": Action(Role.STAFF, staff.manage),
    "cleared": Action(Role.STAFF, printing.cleared),
    "export": Action(Role.STAFF, printing.export),
}
ACTS = {
    "request_sign_off": Action(Role.LEARNER, learner.request_sign_off),
    "withdraw_request": Action(Role.LEARNER, learner.withdraw_request),
    "self_check": Action(Role.LEARNER, learner.self_check),
    "add_evidence": Action(Role.LEARNER, evidence.add),
    "remove_evidence": Action(Role.LEARNER, evidence.remove),
    "sign": Action(Role.EVALUATOR, signing.sign),
    "sign_group": Action(Role.EVALUATOR, signing.sign_group),
    "second_rating": Action(Role.EVALUATOR, signing.second_rating),
    "settle": Action(Role.EVALUATOR, signing.settle),
    "correct": Action(Role.EVALUATOR, signing.correct),
    "withdraw": Action(Role.EVALUATOR, signing.withdraw),
    "decline_request": Action(Role.EVALUATOR, signing.decline_request),
    "reteach": Action(Role.STAFF, signing.reteach),
    "create_group": Action(Role.STAFF, staff.create_group),
    "change_group": Action(Role.STAFF, staff.change_group),
    "grant_evaluator": Action(Role.INSTRUCTOR, staff.grant_evaluator),
    "revoke_evaluator": Action(Role.INSTRUCTOR, staff.revoke_evaluator),
}
UPLOADS = {"evidence": Action(Role.LEARNER, evidence.upload)}
