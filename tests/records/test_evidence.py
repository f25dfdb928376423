"""Evidence: private, stored and confirmed before it is listed, and never another's."""

import resource
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from tests.records.conftest import ALICE, BOB, OTHER, USAGE, at, make_entry, make_sheet, sign
from tests.records.statements import counted
from tests.records.test_file_types import located_exif, picture
from westmec_xblocks.domain.refusals import Conflict, NotFound, NotPermitted, WestmecError
from westmec_xblocks.records import api, checks
from westmec_xblocks.records.models import Act, Evidence

pytestmark = pytest.mark.django_db
TEXT = b"torque 40 Nm\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """The place where files go."""
    settings.WESTMEC_EVIDENCE_STORAGE = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path)},
    }
    return tmp_path


@pytest.fixture
def sheet():
    return make_sheet()


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def store(sheet, content=TEXT, name="log.txt", *, skill="02", learner=ALICE, client_id=None):
    return api.store_evidence(
        sheet,
        learner_id=learner,
        skill=skill,
        name=name,
        content=content,
        client_id=client_id or uuid.uuid4(),
        now=at(2),
    )


def add(sheet, value, client_id=None):
    return api.add_evidence(
        sheet, learner_id=ALICE, skill="02", value=value, client_id=client_id or uuid.uuid4(), now=at(2)
    )


def remove(sheet, evidence, **about):
    given = {"learner_id": ALICE, "client_id": uuid.uuid4(), "now": at(3), **about}
    return api.remove_evidence(sheet, evidence_id=evidence.id, **given)


def test_a_file_is_stored_under_a_name_that_nobody_can_guess_and_comes_back(sheet, folder):
    kept = store(sheet)
    (path,) = files(folder)
    assert "log" not in path.name
    assert len(path.stem) >= 32
    assert path.read_bytes() == TEXT
    assert api.evidence_of(USAGE, ALICE) == [kept]
    assert api.evidence_owner(USAGE, kept.id) == ALICE
    found, content = api.open_evidence(USAGE, kept.id)
    assert (found, content) == (kept, TEXT)
    assert (kept.kind, kept.name, kept.content_type, kept.size) == ("document", "log.txt", "text/plain", len(TEXT))


def test_a_photo_is_kept_without_the_place_where_it_was_taken(sheet, folder):
    kept = store(sheet, picture("JPEG", exif=located_exif()), "weld.jpg")
    (path,) = files(folder)
    assert kept.kind == "photo"
    assert b"Alice" not in path.read_bytes()


def test_everybodys_evidence_is_read_in_two_statements(sheet):
    for learner in range(ALICE, ALICE + 5):
        store(sheet, learner=learner)
    for learners in ([ALICE], range(ALICE, ALICE + 25)):
        found, statements = counted(lambda learners=learners: api.evidence_of_all(USAGE, learners))
        assert len(statements) == 2
        assert len(found[ALICE]) == 1


def test_the_same_upload_twice_is_one_file(sheet, folder):
    client_id = uuid.uuid4()
    assert store(sheet, client_id=client_id) == store(sheet, client_id=client_id)
    with pytest.raises(Conflict):
        store(sheet, b"something else", client_id=client_id)
    assert len(files(folder)) == Evidence.objects.count() == 1


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"content": b"x" * 2001}, "file_too_large"),
        ({"content": b""}, "file_empty"),
        ({"name": "weld.jpg"}, "file_type"),
        ({"content": b"<svg/>", "name": "x.svg"}, "file_type"),
        ({"content": b"\xff\xd8\xff\xe0", "name": "weld.jpg"}, "file_damaged"),
        ({"skill": "99"}, "unknown_skill"),
    ],
)
def test_a_file_that_is_not_taken_leaves_neither_file_nor_row(sheet, folder, settings, about, code):
    settings.WESTMEC_EVIDENCE_MAX_BYTES = 2000
    with pytest.raises(WestmecError) as refused:
        store(sheet, **about)
    assert refused.value.code == code
    assert (files(folder), Evidence.objects.count()) == ([], 0)


def test_the_limit_is_three_and_a_half_megabytes_unless_set(settings, sheet):
    del settings.WESTMEC_EVIDENCE_MAX_BYTES
    assert api.evidence_limit() == 3_500_000
    assert store(sheet, b"x" * 3_500_000).size == 3_500_000
    with pytest.raises(WestmecError, match=r"3\.5 MB"):
        store(sheet, b"x" * 3_500_001)


def test_a_storage_that_is_full_is_a_clear_error_and_nothing_half_written(sheet, folder):
    """The operating system itself refuses to let the file grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(api.StorageFailed) as failed:
            store(sheet, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (failed.value.status, failed.value.code) == (503, "not_stored")
    assert (files(folder), Evidence.objects.count()) == ([], 0)
    assert store(sheet, b"x" * 100_000).size == 100_000


class Forgetful(FileSystemStorage):
    """A storage that says it kept a file and kept another."""

    def _save(self, name, content):
        name = super()._save(name, content)
        Path(self.path(name)).write_bytes(b"something else")
        return name


def test_a_file_that_does_not_come_back_as_it_went_is_not_listed(sheet, folder, settings):
    settings.WESTMEC_EVIDENCE_STORAGE = {
        "BACKEND": "tests.records.test_evidence.Forgetful",
        "OPTIONS": {"location": str(folder)},
    }
    with pytest.raises(api.StorageFailed):
        store(sheet)
    assert (files(folder), Evidence.objects.count()) == ([], 0)


def test_a_site_without_a_place_for_files_says_so(sheet, settings):
    del settings.WESTMEC_EVIDENCE_STORAGE
    with pytest.raises(api.StorageFailed) as failed:
        store(sheet)
    assert failed.value.code == "no_storage"
    assert [one.id for one in checks.evidence_is_private()] == ["westmec.W001"]


def test_a_public_folder_is_an_error_at_start_up(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    assert [one.id for one in checks.evidence_is_private()] == ["westmec.E001"]
    settings.MEDIA_ROOT = str(tmp_path / "media")
    assert checks.evidence_is_private() == []


def test_a_row_that_cannot_be_written_leaves_no_row_and_a_file_that_is_cleaned(sheet, folder, monkeypatch):
    def fail(self, **kwargs):
        raise DatabaseError("gone away")

    monkeypatch.setattr(Evidence, "save", fail)
    with pytest.raises(DatabaseError):
        store(sheet)
    assert Evidence.objects.count() == 0
    assert len(files(folder)) == 1
    assert api.clean_evidence(timezone.now()) == []
    assert len(api.clean_evidence(timezone.now() + timedelta(days=2))) == 1
    assert files(folder) == []


def test_cleaning_leaves_what_is_named_alone(sheet, folder, capsys):
    store(sheet)
    stray = folder / "ab" / "stray.txt"
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("left over")
    assert api.clean_evidence(timezone.now() + timedelta(days=2), remove=False) == ["ab/stray.txt"]
    call_command("westmec_clean_evidence")
    assert "0 files removed" in capsys.readouterr().out
    assert len(files(folder)) == 2


def test_a_file_changed_behind_our_back_is_not_handed_out(sheet, folder):
    kept = store(sheet)
    files(folder)[0].write_bytes(b"forged")
    with pytest.raises(api.StorageFailed) as failed:
        api.open_evidence(USAGE, kept.id)
    assert failed.value.code == "file_changed"
    files(folder)[0].unlink()
    with pytest.raises(api.StorageFailed):
        api.open_evidence(USAGE, kept.id)


def test_evidence_of_another_list_or_nobody_is_not_found(sheet):
    kept = store(sheet)
    for usage, wanted in ((OTHER, kept.id), (USAGE, uuid.uuid4())):
        assert api.evidence_owner(usage, wanted) is None
        with pytest.raises(NotFound):
            api.open_evidence(usage, wanted)


def test_a_value_and_a_link_are_kept_as_written(sheet):
    kinds = {
        add(sheet, value).kind: value for value in ("0.42 mm", "https://example.org/a?b=c#d", "javascript:alert(1)")
    }
    assert kinds == {"value": "javascript:alert(1)", "link": "https://example.org/a?b=c#d"}
    assert api.evidence_of(USAGE, ALICE)[0].value == "0.42 mm"


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "x" * 501,
        "two\nlines",
        "ftp://example.org/a",
        "//example.org",
        "javascript://example.org/%0aalert(1)",
        "https://",
        "https://user:secret@example.org/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        'https://example.org/"onclick="',
        "www.example.org",
    ],
)
def test_a_value_or_link_that_cannot_be_is_refused(sheet, value):
    with pytest.raises(WestmecError):
        add(sheet, value)
    assert not Evidence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_removed_evidence_is_deleted_and_that_it_was_there_stays(sheet, folder):
    kept, client_id = store(sheet), uuid.uuid4()
    remove(sheet, kept, client_id=client_id)
    assert remove(sheet, kept, client_id=client_id).repeated
    assert (files(folder), api.evidence_of(USAGE, ALICE)) == ([], [])
    assert api.evidence_owner(USAGE, kept.id) is None
    assert Act.objects.get().detail["evidence"] == str(kept.id)
    assert Evidence.objects.count() == 1
    for gone in (lambda: api.open_evidence(USAGE, kept.id), lambda: remove(sheet, kept)):
        with pytest.raises(NotFound):
            gone()


def test_nobody_removes_anothers_evidence_but_staff(sheet):
    kept = store(sheet)
    with pytest.raises(NotFound):
        remove(sheet, kept, learner_id=ALICE + 1)
    with pytest.raises(NotPermitted):
        remove(sheet, kept, actor_id=BOB)
    assert len(api.evidence_of(USAGE, ALICE)) == 1
    remove(sheet, kept, actor_id=BOB, may_remove_others=True)
    assert api.evidence_of(USAGE, ALICE) == []


def test_evidence_of_a_line_that_was_rated_since_stays(sheet):
    kept = store(sheet)
    sign(sheet, make_entry())
    with pytest.raises(WestmecError) as refused:
        remove(sheet, kept)
    assert refused.value.code == "evidence_used"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Alice\\log.txt", "log.txt"),
        ("a\r\nb\u202egpj.txt", "abgpj.txt"),
        ("x" * 300 + ".txt", "x" * 96 + ".txt"),
        ("...", "file.txt"),
        ("Soldadura – ñ.txt", "Soldadura – ñ.txt"),
    ],
)
def test_the_name_that_is_shown_is_only_a_name(sheet, given, kept):
    assert store(sheet, name=given).name == kept
