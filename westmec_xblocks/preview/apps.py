"""The light host as a Django app."""

from django.apps import AppConfig
from eventtracking import tracker


class PreviewConfig(AppConfig):
    """Installs this host's answers in place of the platform's."""

    name = "westmec_xblocks.preview"
    label = "westmec_preview"
    verbose_name = "Preview"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from westmec_xblocks import edxapp  # noqa: PLC0415  (models must be loaded first)
        from westmec_xblocks.preview.host import LightHost  # noqa: PLC0415

        edxapp.use_host(LightHost())
        # edx-completion reports each completion to the platform's event log; this host keeps none.
        tracker.register_tracker(tracker.Tracker(backends={}))
