"""What the light host keeps: who the sample people are, what they left in blocks, and their grades.

Personal data: names and e-mail addresses of invented people, and whatever somebody types while trying a course. Kept until
``westmec preview --reset`` or until the state directory is removed; erasing leaves nothing.
"""

from django.conf import settings
from django.db import models
from opaque_keys.edx.django.models import CourseKeyField, UsageKeyField


class Role(models.TextChoices):
    """What a person may do, the same in every course that is open. The words follow the LMS."""

    LEARNER = "learner"
    EVALUATOR = "evaluator"
    INSTRUCTOR = "instructor"
    AUTHOR = "author"
    OUTSIDER = "outsider"


class Person(models.Model):
    """A sample person. Personal data: an invented name through the account it belongs to."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="person")
    role = models.CharField(max_length=12, choices=Role.choices)
    language = models.CharField(max_length=8, default="en")
    position = models.PositiveSmallIntegerField(default=0, help_text="Place in the list of sample people")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.user.get_full_name()} ({self.role})"


class BlockState(models.Model):
    """One block's state for one person, or for all (``user`` empty), as in the platform's StudentModule.

    Personal data: what the learner left.
    """

    scope = models.CharField(max_length=24)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True)
    owner = models.CharField(
        max_length=255, help_text="Usage key or block type, by scope; empty for a person's own settings"
    )
    slot = models.PositiveBigIntegerField(
        default=0, help_text="The person's id, 0 for all: makes the row unique where user is empty"
    )
    state = models.TextField(default="{}")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "slot", "owner"], name="westmec_preview_state_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.slot} {self.owner}"


class Score(models.Model):
    """The latest score of a person on a block, scaled to the block's weight. Personal data: the grade."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    course_key = CourseKeyField(max_length=255, db_index=True)
    usage_key = UsageKeyField(max_length=255)
    earned = models.FloatField()
    possible = models.FloatField()
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "usage_key"], name="westmec_preview_score_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.usage_key}: {self.earned:g}/{self.possible:g}"
