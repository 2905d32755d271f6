"""The fixed address that cards, posters and messages print: /progress."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from proxy_service.progress import views

urlpatterns = [
    path("progress", views.landing, name="progress"),
    path("progress/", RedirectView.as_view(pattern_name="progress")),
    path("progress/view", views.page, name="progress-view"),
    path("progress/fragment", views.fragment, name="progress-fragment"),
    path("progress/leave", views.leave, name="progress-leave"),
]
