"""The lab-skill checklist, ``westmec_lab_checklist``."""

from westmec_xblocks.blocks.lab_checklist.block import LabChecklistBlock

__all__ = ["LabChecklistBlock"]
