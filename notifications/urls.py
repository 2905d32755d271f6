from __future__ import annotations

from django.urls import path

from notifications.views import yunpian_status

urlpatterns = [path("hooks/sms/yunpian/<str:token>/status", yunpian_status, name="sms-yunpian-status")]
