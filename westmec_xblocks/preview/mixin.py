"""The fields that the platform mixes into every block."""

from xblock.core import XBlockMixin
from xblock.fields import Boolean, Date, Dict, Float, Integer, List, Scope, String, Timedelta


class PlatformFieldsMixin(XBlockMixin):
    """Settings that any block has on the platform: who sees it, when, and whether it counts."""

    graded = Boolean(help="Whether the block counts towards the grade", default=False, scope=Scope.settings)
    format = String(help="The assignment type", default="", scope=Scope.settings)
    start = Date(help="When the block opens", default=None, scope=Scope.settings)
    due = Date(help="When the block is due", default=None, scope=Scope.settings)
    graceperiod = Timedelta(
        help="Time after the due date in which answers still count", default=None, scope=Scope.settings
    )
    max_attempts = Integer(help="How often a problem may be answered", default=None, scope=Scope.settings)
    showanswer = String(help="When answers are shown", default="finished", scope=Scope.settings)
    show_correctness = String(help="When results are shown", default="always", scope=Scope.settings)
    rerandomize = String(help="When numbers change", default="never", scope=Scope.settings)
    show_reset_button = Boolean(help="Whether a learner may start over", default=False, scope=Scope.settings)
    days_early_for_beta = Float(help="How much earlier beta testers see it", default=None, scope=Scope.settings)
    visible_to_staff_only = Boolean(help="Hidden from learners", default=False, scope=Scope.settings)
    hide_from_toc = Boolean(help="Left out of the outline", default=False, scope=Scope.settings)
    group_access = Dict(help="Which groups see it", default={}, scope=Scope.settings)
    user_partitions = List(help="The course's groups", default=[], scope=Scope.settings)
    static_asset_path = String(help="Another place of static files", default="", scope=Scope.settings)
    use_latex_compiler = Boolean(help="LaTeX sources", default=False, scope=Scope.settings)
    matlab_api_key = String(help="Key of an external grader", default=None, scope=Scope.settings)
    self_paced = Boolean(help="No fixed dates", default=False, scope=Scope.settings)
    video_auto_advance = Boolean(help="Videos go on by themselves", default=False, scope=Scope.settings)
