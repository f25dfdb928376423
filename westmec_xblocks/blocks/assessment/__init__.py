"""The block ``westmec_assessment``: an exam by blueprint, taken, scored and looked after."""

from westmec_xblocks.blocks.assessment.block import AssessmentBlock

__all__ = ["AssessmentBlock"]
