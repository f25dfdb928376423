"""What Django says at start-up about our settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks


@checks.register("westmec")
def evidence_is_private(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Files of learners must not lie where the web server serves anybody."""
    wanted = getattr(settings, "WESTMEC_EVIDENCE_STORAGE", None)
    if wanted is None:
        hint = "Name a private storage, for example a FileSystemStorage outside MEDIA_ROOT."
        return [
            checks.Warning("WESTMEC_EVIDENCE_STORAGE is not set: learners cannot add files.", hint, id="westmec.W001")
        ]
    location = wanted.get("OPTIONS", {}).get("location") if isinstance(wanted, dict) else None
    public = [root for root in (settings.MEDIA_ROOT, settings.STATIC_ROOT) if root]
    if location and any(Path(location).resolve().is_relative_to(Path(root).resolve()) for root in public):
        hint = "Choose a folder that no web server serves."
        return [checks.Error(f"Evidence would lie in a public folder, {location}.", hint, id="westmec.E001")]
    return []
