"""The enterprise's page over HTTP: landing form, page, its changing part, and the way out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe
from ninja.utils import check_csrf

from common.errors import Forbidden, Problem, TooMany
from proxy_service.progress import cookie, pages
from proxy_service.progress.cookie import Visit
from proxy_service.progress.entry import enter

View = Callable[[HttpRequest], HttpResponse]
EXPIRED = "页面已过期，请重新填写后再查；如反复出现，请允许本页使用Cookie"


def _confidential(view: View) -> View:
    """Kept by no cache and found by no search engine; small on a slow line."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return gzip_page(answer)


@csrf_exempt  # checked by hand: an expired page should offer the form again, in Chinese
@require_http_methods(["GET", "HEAD", "POST"])
@_confidential
def landing(request: HttpRequest) -> HttpResponse:
    """GET: the form, or straight on for who is still let in. POST: check both fields, then the page."""
    if request.method != "POST":
        return redirect("progress-view") if _visit(request) else _form(request)
    try:
        if check_csrf(request) is not None:
            raise Forbidden("csrf", EXPIRED)
        sealed = enter(
            code=request.POST.get("code", ""),
            digits=request.POST.get("digits", ""),
            address=str(request.META.get("REMOTE_ADDR", "")),
        )
    except TooMany as refusal:
        return _locked(request, refusal)
    except Problem as refusal:
        return _form(request, refusal)
    response = redirect("progress-view")
    response.set_cookie(
        cookie.NAME,
        sealed,
        max_age=cookie.AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@require_safe
@_confidential
def page(request: HttpRequest) -> HttpResponse:
    visit = _visit(request)
    if visit is None:
        return redirect("progress")
    return render(request, "progress/view.html", pages.page(visit))


@require_safe
@_confidential
def fragment(request: HttpRequest) -> HttpResponse:
    """The changing part; 304 while the caller's is the newest, 401 when the cookie no longer lets in."""
    visit = _visit(request)
    if visit is None:
        return HttpResponse(status=401)
    etag = f'"{pages.tag(visit.case)}"'
    # A proxy that compresses makes the tag a weak one.
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    response = render(request, "progress/fragment.html", pages.fragment(visit.case))
    response["ETag"] = etag
    return response


@require_safe
@_confidential
def leave(request: HttpRequest) -> HttpResponse:
    response = redirect("progress")
    response.delete_cookie(cookie.NAME, samesite="Lax")
    return response


def _visit(request: HttpRequest) -> Visit | None:
    sealed = request.COOKIES.get(cookie.NAME, "")
    return cookie.visit_of(sealed) if sealed else None


def _form(request: HttpRequest, refusal: Problem | None = None) -> HttpResponse:
    """Nothing typed comes back: on a shared phone it would stay in the page."""
    told = {**_bureau(), "wrong": refusal.sentence if refusal else ""}
    return render(request, "progress/landing.html", told, status=refusal.status if refusal else 200)


def _locked(request: HttpRequest, refusal: TooMany) -> HttpResponse:
    response = render(request, "progress/locked.html", {**_bureau(), "sentence": refusal.sentence}, status=429)
    response["Retry-After"] = str(refusal.facts["retry_after"])
    return response


def _bureau() -> dict[str, Any]:
    return {"bureau": pages.bureau(), "is_demo": settings.DEMO}
