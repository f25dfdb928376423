"""The video block where there is no video store: a course's transcripts are files in its ``static`` folder."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pysrt
from django.utils.html import format_html
from django.utils.translation import gettext
from webob import Response
from xblocks_contrib.video.constants import STUDENT_VIEW
from xblocks_contrib.video.exceptions import TranscriptNotFoundError
from xblocks_contrib.video.video import VideoBlock
from xblocks_contrib.video.video_transcripts_utils import subs_filename

from westmec_xblocks.olx.reader import OlxError, Place, read_bytes

if TYPE_CHECKING:
    from westmec_xblocks.preview.courses import Course

_FOREIGN_PICTURE = re.compile(r"<img[^>]*google-translate-logo[^>]*>")


class LightVideoBlock(VideoBlock):
    """The real block; it enters nothing into the video store (edx-val), since reading a course must not write."""

    def get_html(self, view: str = STUDENT_VIEW, context: dict[str, Any] | None = None) -> str:
        """The player, without the picture that it would fetch from another site at every page, and what to say when YouTube is away."""
        html = _FOREIGN_PICTURE.sub("", super().get_html(view=view, context=context))
        return html if self.html5_sources or not self.youtube_id_1_0 else html + _away(self.youtube_id_1_0)

    def get_static_transcript(self, request: Any, transcripts: dict[str, Any]) -> Response:
        """Not found: a transcript that is not among the course's files is nowhere else, as it may be in the platform's store."""
        return Response(status=404)

    def import_video_info_into_val(self, xml: Any, resource_fs: Any, course_id: Any) -> None:
        """Keep the block without a store's identifier, so that sources and transcripts come from the course."""
        return


class VideoConfigService:
    """What the video block asks the platform about: transcripts from the course's files, everything optional off."""

    def __init__(self, course: Course) -> None:
        self.course = course

    def is_hls_playback_enabled(self, course_id: Any) -> bool:
        return False

    def is_youtube_deprecated(self, course_id: Any) -> bool:
        return False

    def is_youtube_blocked_for_course(self, course_id: Any) -> bool:
        return False

    def is_transcript_feedback_enabled(self, course_id: Any) -> bool:
        return False

    def get_public_video_url(self, block: VideoBlock) -> None:
        return None

    def get_public_sharing_context(self, block: VideoBlock, course_id: Any) -> dict[str, Any]:
        return {}

    def available_translations(
        self, block: VideoBlock, transcripts: dict[str, Any], verify_assets: bool | None = None, is_bumper: bool = False
    ) -> list[str]:
        """The languages whose transcript file exists."""
        names = dict(transcripts["transcripts"])
        if transcripts.get("sub"):
            names.setdefault("en", subs_filename(transcripts["sub"], "en"))
        return sorted(language for language, name in names.items() if self._read(name) is not None)

    def get_transcript(
        self,
        block: VideoBlock,
        lang: str | None = None,
        output_format: str = "srt",
        youtube_id: str | None = None,
        is_bumper: bool = False,
    ) -> tuple[bytes, str, str]:
        """A transcript in ``srt``, ``txt`` or ``sjson``: its content, file name and media type.

        ``TranscriptNotFoundError`` when there is none.
        """
        language = lang or block.transcript_language or "en"
        name = (block.transcripts or {}).get(language) or (subs_filename(block.sub, language) if block.sub else "")
        text = self._read(name) if name else None
        if text is None:
            raise TranscriptNotFoundError(f"there is no transcript in {language!r}")
        stem = name.rsplit(".", 1)[0]
        if output_format == "sjson":
            return _sjson(text, name), f"{stem}.sjson", "application/json"
        if output_format == "txt":
            return (
                "\n".join(json.loads(_sjson(text, name))["text"]).encode(),
                f"{stem}.txt",
                "text/plain; charset=utf-8",
            )
        return text.encode(), f"{stem}.srt", "application/x-subrip; charset=utf-8"

    def _read(self, name: str) -> str | None:
        try:
            return read_bytes(self.course.files.locate(f"static/{name}"), Place(f"static/{name}")).decode(
                "utf-8-sig", "replace"
            )
        except OlxError:
            return None


def _away(youtube_id: str) -> str:
    return format_html(
        '<p class="host-note" data-host-away hidden>{} <a href="https://youtu.be/{}" target="_blank" rel="noopener">https://youtu.be/{}</a></p>',
        gettext("This video plays from YouTube, which cannot be reached from here at the moment."),
        youtube_id,
        youtube_id,
    )


def _sjson(text: str, name: str) -> bytes:
    """Subtitles as the player wants them: three lists, times in milliseconds."""
    if name.endswith(".sjson"):
        return text.encode()
    lines = pysrt.from_string(text)
    return json.dumps(
        {
            "start": [line.start.ordinal for line in lines],
            "end": [line.end.ordinal for line in lines],
            "text": [line.text.replace("\n", " ") for line in lines],
        }
    ).encode()
