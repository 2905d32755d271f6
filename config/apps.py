from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wiring: what a lower floor needs from above is handed to it here. Also carries the management commands."""

    name = "config"
    verbose_name = "装配"

    def ready(self) -> None:
        from accounts import access
        from journal import bus

        access.announce = bus.publish_access
