"""The Django app of the package's records."""

from django.apps import AppConfig

_SETTINGS = {"common": {"relative_path": "settings.common"}}


class RecordsConfig(AppConfig):
    """Label westmec_records, permanent."""

    name = "westmec_xblocks.records"
    label = "westmec_records"
    verbose_name = "Career and technical education: records"
    default_auto_field = "django.db.models.BigAutoField"
    # The platform's plugin keys (edx_django_utils.plugins), as plain strings, so that the app loads without it.
    plugin_app: dict[str, dict[str, object]] = {
        "settings_config": {"lms.djangoapp": _SETTINGS, "cms.djangoapp": _SETTINGS},
        "url_config": {},
    }

    def ready(self) -> None:
        """Let Django know the checks of our settings."""
        from westmec_xblocks.records import checks  # noqa: F401, PLC0415  (registers itself, once apps are loaded)
