from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wiring. Listed as an app for its management commands only."""

    name = "config"
    verbose_name = "装配"
