"""Checklists as an author may write them, and what is found in them."""

from westmec_xblocks.olx.checklist import parse_checklist

SKILL = '<skill id="01"><task>Lock</task><criterion>Own lock</criterion></skill>'


def a_list(inner=f'<section title="A">{SKILL}</section>', attributes='code="WM.T.A"'):
    return f"<westmec_lab_checklist {attributes}>{inner}</westmec_lab_checklist>"


def a_skill(attributes="", inner="<task>Lock</task><criterion>Own lock</criterion>"):
    return a_list(f'<section title="A"><skill id="01" {attributes}>{inner}</skill></section>')


def codes(definition):
    found = parse_checklist(definition).problems
    assert not any("{" in str(finding.refusal) for finding in found), found
    return [(finding.severity, finding.code) for finding in found]


def sentences(definition):
    return [str(finding.refusal) for finding in parse_checklist(definition).problems]


def the_skill(definition):
    return next(parse_checklist(definition).checklist.skills)
