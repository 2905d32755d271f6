from django.apps import AppConfig


class ProxyServiceConfig(AppConfig):
    name = "proxy_service"
    verbose_name = "帮办代办"
    default_auto_field = "django.db.models.BigAutoField"
