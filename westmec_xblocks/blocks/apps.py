"""The Django app of the package's blocks."""

from django.apps import AppConfig


class BlocksConfig(AppConfig):
    """Label westmec_blocks, permanent."""

    name = "westmec_xblocks.blocks"
    label = "westmec_blocks"
    default_auto_field = "django.db.models.BigAutoField"
    plugin_app: dict[str, dict[str, object]] = {}
