from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "journal"
    verbose_name = "事件流水"
    default_auto_field = "django.db.models.BigAutoField"
