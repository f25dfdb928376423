"""The Django app of the package's records."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Label westmec_records, permanent."""

    name = "westmec_xblocks.records"
    label = "westmec_records"
    default_auto_field = "django.db.models.BigAutoField"
    plugin_app: dict[str, dict[str, object]] = {}
