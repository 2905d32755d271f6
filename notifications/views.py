"""Where providers push what became of a message."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications import providers, receipts
from notifications.providers.base import Malformed

LARGEST = 256 * 1024
TEXT = "text/plain; charset=utf-8"


@csrf_exempt
@require_POST
def yunpian_status(request: HttpRequest, token: str) -> HttpResponse:
    """Yunpian's status push. Answers SUCCESS only once the reports are stored: otherwise Yunpian comes again.

    The push is not signed; the unguessable path and «known id and same phone» protect it.
    """
    if not constant_time_compare(token, settings.SMS_CALLBACK_TOKEN):
        return HttpResponseNotFound(content_type=TEXT)
    if int(request.headers.get("Content-Length") or LARGEST + 1) > LARGEST:
        return HttpResponse("TOO LARGE", status=413, content_type=TEXT)
    provider = providers.configured()
    try:
        events = provider.parse_status(request.body)
    except Malformed:
        return HttpResponse("BAD REQUEST", status=400, content_type=TEXT)
    receipts.take(provider.kind, events)
    return HttpResponse("SUCCESS", content_type=TEXT)
