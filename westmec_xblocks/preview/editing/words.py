"""What the forms call the fields of blocks.

Where the host has no words of its own for a field, the block's own stand, in the reader's language if the catalogue has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True)
class Words:
    """A field's name and, below it, what to write there."""

    label: str
    help: str = ""


TITLE = Words(gettext_noop("Title"))
OURS: Mapping[tuple[str, str], Words] = {
    ("html", "editor"): Words(gettext_noop("Editor in Studio")),
    ("problem", "display_name"): TITLE,
    ("html", "display_name"): TITLE,
    ("video", "display_name"): TITLE,
    ("word_cloud", "display_name"): TITLE,
    ("annotatable", "display_name"): TITLE,
    ("poll_question", "display_name"): TITLE,
    ("video", "html5_sources"): Words(
        gettext_noop("Video files"),
        gettext_noop("One address a line, such as /static/film.webm. The first that the browser can play is played."),
    ),
    ("video", "youtube_id_1_0"): Words(
        gettext_noop("YouTube video"), gettext_noop("Its address, or the 11 characters after v= in it.")
    ),
    ("video", "transcripts"): Words(
        gettext_noop("Transcripts"),
        gettext_noop(
            "A language and a file of the course's folder static, in the form .srt or .sjson. An empty file takes the language out."
        ),
    ),
    ("video", "show_captions"): Words(gettext_noop("Show the transcript beside the video")),
    ("video", "download_track"): Words(gettext_noop("Transcript may be downloaded")),
    ("video", "download_video"): Words(gettext_noop("Video may be downloaded")),
    ("video", "start_time"): Words(
        gettext_noop("Start at"), gettext_noop("Hours, minutes and seconds, such as 00:01:30.")
    ),
    ("video", "end_time"): Words(
        gettext_noop("Stop at"), gettext_noop("Hours, minutes and seconds, such as 00:01:30.")
    ),
    ("video", "youtube_id_0_75"): Words(gettext_noop("YouTube video at speed 0.75")),
    ("video", "youtube_id_1_25"): Words(gettext_noop("YouTube video at speed 1.25")),
    ("video", "youtube_id_1_5"): Words(gettext_noop("YouTube video at speed 1.5")),
    ("video", "track"): Words(gettext_noop("Another transcript to download"), gettext_noop("An address.")),
    ("video", "handout"): Words(gettext_noop("Handout"), gettext_noop("An address, such as /static/sheet.pdf.")),
    ("video", "thumbnail"): Words(gettext_noop("Picture before it plays"), gettext_noop("An address.")),
    ("video", "only_on_web"): Words(gettext_noop("In browsers only, not in the app")),
    ("video", "public_access"): Words(gettext_noop("Open to people without an account")),
    ("video", "edx_video_id"): Words(gettext_noop("ID in the platform's video store")),
    ("video", "sub"): Words(gettext_noop("English transcript, in the old form")),
}

# The block's own words for what the host has none for, so that the catalogue holds them.
PLATFORM = (
    gettext_noop("Display Name"),
    gettext_noop("The display name for this component."),
    gettext_noop("True"),
    gettext_noop("False"),
    gettext_noop("Visual"),
    gettext_noop("Raw"),
    gettext_noop("Maximum Attempts"),
    gettext_noop(
        "Defines the number of times a student can try to answer this problem. If the value is not set, infinite attempts are allowed."
    ),
    gettext_noop("Problem Weight"),
    gettext_noop(
        "Defines the number of points each problem is worth. "
        "If the value is not set, each response field in the problem is worth one point."
    ),
    gettext_noop("Show Answer"),
    gettext_noop("Defines when to show the answer to the problem. A default value can be set in Advanced Settings."),
    gettext_noop("Always"),
    gettext_noop("Answered"),
    gettext_noop("Attempted or Past Due"),
    gettext_noop("Closed"),
    gettext_noop("Finished"),
    gettext_noop("Correct or Past Due"),
    gettext_noop("Past Due"),
    gettext_noop("Never"),
    gettext_noop("After Some Number of Attempts"),
    gettext_noop("After All Attempts"),
    gettext_noop("After All Attempts or Correct"),
    gettext_noop("Attempted"),
    gettext_noop("Show Answer: Number of Attempts"),
    gettext_noop(
        "Number of times the student must attempt to answer the question before the Show Answer button appears."
    ),
    gettext_noop("Show Reset Button"),
    gettext_noop(
        "Determines whether a 'Reset' button is shown so the user may reset their answer. A default value can be set in Advanced Settings."
    ),
    gettext_noop("Randomization"),
    gettext_noop(
        "Defines when to randomize the variables specified in the associated Python script. "
        'For problems that do not randomize values, specify "Never". '
    ),
    gettext_noop("On Reset"),
    gettext_noop("Per Student"),
    gettext_noop("Timer Between Attempts"),
    gettext_noop("Seconds a student must wait between submissions for a problem with multiple attempts."),
    gettext_noop("Grading Method"),
    gettext_noop(
        "Define the grading method for this problem. By default, it's the score of the last submission made by the student."
    ),
    gettext_noop("Last Score"),
    gettext_noop("First Score"),
    gettext_noop("Highest Score"),
    gettext_noop("Average Score"),
    gettext_noop("Show Results"),
    gettext_noop(
        "Defines when to show whether a learner's answer to the problem is correct. Configured on the subsection."
    ),
    gettext_noop("Chinese"),
    gettext_noop("Instructions"),
    gettext_noop(
        "Add instructions to help learners understand how to use the word cloud. Clear instructions are important, "
        "especially for learners who have accessibility requirements."
    ),
    gettext_noop("Inputs"),
    gettext_noop("The number of text boxes available for learners to add words and sentences."),
    gettext_noop("Maximum Words"),
    gettext_noop("The maximum number of words displayed in the generated word cloud."),
    gettext_noop("Show Percents"),
    gettext_noop("Statistics are shown for entered words near that word."),
)

# The fields that stand first, in this order; the others are behind "More settings".
FIRST: Mapping[str, tuple[str, ...]] = {
    "html": ("display_name",),
    "problem": ("display_name", "weight", "max_attempts", "showanswer", "rerandomize", "show_reset_button"),
    "video": (
        "display_name",
        "html5_sources",
        "youtube_id_1_0",
        "transcripts",
        "show_captions",
        "download_track",
        "download_video",
        "start_time",
        "end_time",
    ),
}
