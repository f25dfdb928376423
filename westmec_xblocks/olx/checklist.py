"""The skill checklist as OLX: ``<westmec_lab_checklist>`` and ``domain.checklist``, from the one to the other and back.

What cannot be understood stays in the definition, is reported by ``parse_checklist`` and written back unchanged.
"""

from westmec_xblocks.olx.checklist_definition import OWN_ATTRIBUTES, TAG, apply_to_element, definition_of, digest_of
from westmec_xblocks.olx.checklist_reading import Parsed, parse_checklist, parse_element
from westmec_xblocks.olx.checklist_writing import write_checklist
from westmec_xblocks.olx.problems import Finding

__all__ = [
    "OWN_ATTRIBUTES",
    "TAG",
    "Finding",
    "Parsed",
    "apply_to_element",
    "definition_of",
    "digest_of",
    "parse_checklist",
    "parse_element",
    "write_checklist",
]
