"""What a site may set, with the values that hold if it sets nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

EVIDENCE_MAX_BYTES = 3_500_000


def plugin_settings(settings: Any) -> None:
    """Called by the platform while it reads its settings.

    WESTMEC_EVIDENCE_MAX_BYTES: the most that one file may have. WESTMEC_EVIDENCE_STORAGE: where files go, written like
    an entry of Django's ``STORAGES`` (``{"BACKEND": …, "OPTIONS": {…}}``) or as the dotted path of a storage class;
    never the media folder, which the web server hands to anybody.
    """
    if not hasattr(settings, "WESTMEC_EVIDENCE_MAX_BYTES"):
        settings.WESTMEC_EVIDENCE_MAX_BYTES = EVIDENCE_MAX_BYTES
    if not hasattr(settings, "WESTMEC_EVIDENCE_STORAGE") and getattr(settings, "DATA_DIR", None):
        settings.WESTMEC_EVIDENCE_STORAGE = {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": str(Path(settings.DATA_DIR) / "westmec_evidence"),
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
