"""Where everything is. Static files, /healthz, body limits and headers are the edge's business (`config/edge.py`)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from config.api import api

handler404 = "config.api.missing"
handler500 = "config.api.failed"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", api.urls),
    path("", include("notifications.urls")),
    path("", include("proxy_service.progress.urls")),
    path("", include("config.health")),
]
