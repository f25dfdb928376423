"""Files are what their content says, and photos tell nothing but the picture."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from westmec_xblocks.records.file_types import JPEG, PDF, PNG, TEXT, WEBP, NotWhatItClaims, recognise

GPS = {1: "N", 2: (33.0, 30.0, 0.0), 3: "W", 4: (112.0, 15.0, 0.0)}


def picture(form: str, **options) -> bytes:
    """A small picture that is the same on no two sides."""
    image = Image.new("RGB", (40, 30))
    image.putdata([(x * 6, y * 8, (x * y) % 256) for y in range(30) for x in range(40)])
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def located_exif(orientation: int = 1) -> Image.Exif:
    """Exif with a place, a camera's owner and a way up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "Alice Romero"
    exif.get_ifd(0x8825).update(GPS)
    return exif


def pixels(content: bytes) -> list:
    with Image.open(io.BytesIO(content)) as image:
        return list(image.convert("RGB").getdata())


@pytest.mark.parametrize(
    ("form", "kind", "name", "options"),
    [
        ("JPEG", JPEG, "weld.jpg", {"comment": b"Alice Romero"}),
        ("JPEG", JPEG, "WELD.JPEG", {"progressive": True, "quality": 95}),
        ("PNG", PNG, "weld.png", {}),
        ("WEBP", WEBP, "weld.webp", {"xmp": b"<x>Alice Romero</x>"}),
        ("WEBP", WEBP, "weld", {"lossless": True}),
    ],
)
def test_a_photo_loses_place_and_name_and_keeps_its_picture(form, kind, name, options):
    content = picture(form, exif=located_exif(), **options)
    assert b"Alice Romero" in content
    found, clean = recognise(name, content + b"<script>trailing</script>")
    assert found is kind
    assert b"Alice" not in clean
    assert b"script" not in clean
    assert pixels(clean) == pixels(content)
    with Image.open(io.BytesIO(clean)) as image:
        assert not image.getexif().get_ifd(0x8825)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_taken_sideways_stays_the_right_way_up(orientation):
    content = picture("JPEG", exif=located_exif(orientation))
    _, clean = recognise("weld.jpg", content)
    with Image.open(io.BytesIO(clean)) as image:
        exif = dict(image.getexif())
    assert exif == ({0x0112: orientation} if orientation > 1 else {})
    assert pixels(clean) == pixels(content)


def test_a_colour_profile_stays():
    profile = b"a colour profile" * 20
    _, clean = recognise("weld.jpg", picture("JPEG", icc_profile=profile))
    with Image.open(io.BytesIO(clean)) as image:
        assert image.info["icc_profile"] == profile


def test_documents_are_kept_as_they_are():
    for name, content, kind in (
        ("job.pdf", b"%PDF-1.7\n...", PDF),
        ("log.txt", "Größe: 40 mm\r\n\tpasó".encode(), TEXT),
        ("readings.csv", b"1,2\n", TEXT),
        ("noname", b"plain", TEXT),
    ):
        assert recognise(name, content) == (kind, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("weld.jpg", b"%PDF-1.7"),
        ("weld.jpg", b"<html><script>alert(1)</script>"),
        ("page.html", b"<html><script>alert(1)</script>"),
        ("drawing.svg", b"<svg onload='alert(1)'/>"),
        ("report.pdf", b"MZ\x90\x00 a program"),
        ("weld.png", b"\xff\xd8\xff\xe0"),
        ("weld.heic", b"\x00\x00\x00\x18ftypheic"),
        ("clip.gif", b"GIF89a\x01\x00"),
        ("note.txt", b"a\x00b"),
        ("note.txt", b"\xff\xfea\x00"),
        ("shop.zip", b"PK\x03\x04"),
        ("job.pdf.exe", b"%PDF-1.7"),
        ("empty.txt", b""),
    ],
)
def test_what_is_not_taken_or_not_what_its_name_says_is_refused(name, content):
    with pytest.raises(NotWhatItClaims):
        recognise(name, content)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_that_is_cut_off_is_refused(form):
    content = picture(form)
    for length in range(12, len(content) - 1, 7):
        with pytest.raises(NotWhatItClaims):
            recognise("weld", content[:length])


@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_a_photo_with_any_bytes_changed_is_cleaned_or_refused_and_nothing_else(form, at, bytes_):
    content = bytearray(picture(form, exif=located_exif()))
    content[at : at + len(bytes_)] = bytes_
    try:
        _, clean = recognise("weld", bytes(content))
    except NotWhatItClaims:
        return
    assert len(clean) <= len(content) + 40


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_taken_or_refused(content):
    for head in (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF" + struct.pack("<I", 40) + b"WEBP"):
        try:
            recognise("file", head + content)
        except NotWhatItClaims:
            continue
