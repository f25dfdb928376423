"""Grades and completions: stored at once, one row per person and block."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from completion import waffle as switches
from completion.models import BlockCompletion
from django.contrib.auth import get_user_model
from django.db import transaction
from opaque_keys.edx.keys import UsageKey

from westmec_xblocks.preview.models import Score

if TYPE_CHECKING:
    from collections.abc import Mapping


def record_score(user_id: int, usage_key: UsageKey, earned: float, possible: float, weight: float | None) -> Score:
    """Keep a raw score, scaled to the block's ``weight`` and held within 0 and the most that can be earned. The latest one counts."""
    if not (math.isfinite(earned) and math.isfinite(possible)) or possible < 0:
        raise ValueError(f"a score of {earned} out of {possible} makes no sense")
    earned = min(max(earned, 0.0), possible)
    if weight is not None and possible > 0:
        earned, possible = earned * weight / possible, float(weight)
    score, _ = Score.objects.update_or_create(
        user_id=user_id,
        usage_key=usage_key,
        defaults={"course_key": usage_key.context_key, "earned": earned, "possible": possible},
    )
    return score


def submit_completion(user_id: int, usage_key: UsageKey, completion: float) -> tuple[Any, bool]:
    """A row of edx-completion: the share of the block that is done, 0 to 1. Nothing happens while tracking is switched off."""
    if not switches.ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled():
        return None, False
    user = get_user_model().objects.get(pk=user_id)
    with transaction.atomic():
        return BlockCompletion.objects.submit_completion(
            user=user, block_key=usage_key, completion=min(max(float(completion), 0.0), 1.0)
        )


def scores_of(user_id: int, course_key: Any) -> Mapping[UsageKey, Score]:
    """Every score of a person in a course. One query."""
    return {score.usage_key: score for score in Score.objects.filter(user_id=user_id, course_key=course_key)}


def completions_of(user: Any, course_key: Any) -> Mapping[UsageKey, float]:
    """Every completion of a person in a course. One query."""
    return BlockCompletion.get_learning_context_completions(user, course_key)
