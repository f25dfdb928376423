"""What a file is, by its content and not by its name; and photos without the place where they were taken.

The browser reduces photos and draws them anew, which drops all of this; here it is dropped for whatever did not come
through the browser. Formats: JPEG (ITU T.81, Annex B), PNG (W3C, 2003, section 5), WebP (RFC 9649), Exif 2.3 (4.5).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from westmec_xblocks.domain.refusals import Refusal, WestmecError

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PRIVATE_PNG_CHUNKS = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}
PRIVATE_WEBP_CHUNKS = {b"EXIF", b"XMP "}
CONTROL_CHARACTERS = {*range(32), 127} - {9, 10, 12, 13}
START_OF_SCAN, END_OF_IMAGE, APP0, APP1, APP2, APP14, APP15, COMMENT = 0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that is taken, and the endings that its name may have."""

    content_type: str
    endings: tuple[str, ...]
    is_photo: bool = False


JPEG = FileType("image/jpeg", (".jpg", ".jpeg", ".jfif", ".jpe"), is_photo=True)
PNG = FileType("image/png", (".png",), is_photo=True)
WEBP = FileType("image/webp", (".webp",), is_photo=True)
PDF = FileType("application/pdf", (".pdf",))
TEXT = FileType("text/plain", (".txt", ".csv", ".md", ".log"))


class NotWhatItClaims(WestmecError):
    """The file is of no kind that is taken, is damaged, or has the name of another kind."""


def recognise(name: str, content: bytes) -> tuple[FileType, bytes]:
    """The kind of the file and its content, a photo's without hidden data. NotWhatItClaims for anything that is not taken."""
    if not content:
        raise NotWhatItClaims(Refusal("file_empty", "The file is empty."))
    kind = _kind_of(content)
    ending = PurePosixPath(name.lower()).suffix
    if kind is None or (ending and ending not in kind.endings):
        raise NotWhatItClaims(
            Refusal(
                "file_type",
                "“{name}” is not a photo (JPEG, PNG, WebP), a PDF or a plain text, or its name says something else than its content.",
                {"name": name[:100]},
            )
        )
    try:
        clean = _CLEAN.get(kind.content_type, bytes)(content)
    except (ValueError, IndexError, struct.error):
        values = {"name": name[:100]}
        raise NotWhatItClaims(Refusal("file_damaged", "“{name}” is damaged: it cannot be read.", values)) from None
    return kind, clean


def _kind_of(content: bytes) -> FileType | None:
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(PNG_SIGNATURE):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"%PDF-"):
        return PDF
    return TEXT if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(ord(character) in CONTROL_CHARACTERS for character in text)


def _clean_jpeg(content: bytes) -> bytes:
    """The image without Exif, XMP, comments and whatever follows its end.

    The way up is kept, as the only thing that Exif told.
    """
    kept = [b"\xff\xd8"]
    orientation = 1
    for marker, segment in _jpeg_segments(content):
        if marker == APP1 and segment[4:10] == b"Exif\x00\x00":
            orientation = _orientation(segment[10:])
        told_by_programs = APP0 <= marker <= APP15 or marker == COMMENT
        shapes_the_picture = marker in (APP0, APP14) or (marker == APP2 and segment[4:15] == b"ICC_PROFILE")
        if shapes_the_picture or not told_by_programs:
            kept.append(segment)
    if orientation != 1:
        kept.insert(1, _exif_with(orientation))
    return b"".join(kept)


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment up to the end of the image.

    A scan comes with its data. ValueError when it does not end.
    """
    at = 2
    while True:
        while content[at] == 0xFF and content[at + 1] == 0xFF:
            at += 1
        if content[at] != 0xFF:
            raise ValueError("no marker")
        marker = content[at + 1]
        if marker == END_OF_IMAGE:
            yield marker, b"\xff\xd9"
            return
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise ValueError("a segment is cut off")
        if marker == START_OF_SCAN:
            end = _end_of_scan(content, end)
        yield marker, content[at:end]
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the scan's data end: at the next marker that is neither a stuffed byte nor a restart."""
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7:
            at += 2
        elif content[at + 1] == 0xFF:
            at += 1
        else:
            return at


def _orientation(tiff: bytes) -> int:
    """The way up that Exif tells, 1 to 8; 1 where it tells nothing that can be read."""
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for entry in range(min(count, 200)):
            tag, kind, number, value = struct.unpack_from(order + "HHIH", tiff, start + 2 + 12 * entry)
            if (tag, kind, number) == (ORIENTATION, 3, 1) and 1 <= value <= 8:
                return int(value)
    except (KeyError, struct.error):
        pass
    return 1


def _exif_with(orientation: int) -> bytes:
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)
    body = b"Exif\x00\x00" + tiff
    return struct.pack(">BBH", 0xFF, APP1, len(body) + 2) + body


def _clean_png(content: bytes) -> bytes:
    """The image without texts, time and Exif, and without what follows its end."""
    kept, at = [PNG_SIGNATURE], len(PNG_SIGNATURE)
    while True:
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise ValueError("a chunk is cut off")
        if name not in PRIVATE_PNG_CHUNKS:
            kept.append(content[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def _clean_webp(content: bytes) -> bytes:
    """The image without Exif and XMP, and without what follows its end."""
    (size,) = struct.unpack_from("<I", content, 4)
    if size + 8 > len(content):
        raise ValueError("the file is cut off")
    kept, at = [], 12
    while at < size + 8:
        name, length = struct.unpack_from("<4sI", content, at)
        end = at + 8 + length + length % 2
        if at + 8 + length > len(content):
            raise ValueError("a chunk is cut off")
        chunk = content[at:end]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if name not in PRIVATE_WEBP_CHUNKS:
            kept.append(chunk)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


_CLEAN: dict[str, Callable[[bytes], bytes]] = {
    JPEG.content_type: _clean_jpeg,
    PNG.content_type: _clean_png,
    WEBP.content_type: _clean_webp,
}
