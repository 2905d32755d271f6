"""The NinjaAPI: routers, the session as the only key, and refusals as JSON problems (RFC 9457)."""

from __future__ import annotations

import json
from typing import Any

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.views.defaults import page_not_found, server_error
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError
from ninja.security import SessionAuth

from accounts.api import router as accounts_router
from catalogue.api import router as catalogue_router
from common.errors import Problem
from config.openapi import with_problems
from enterprises.api import router as enterprises_router
from proxy_service.api import router as proxy_service_router

log = structlog.get_logger(__name__)


class BangbanAPI(NinjaAPI):
    """Every operation's description says how it refuses."""

    def get_openapi_schema(self, **given: Any) -> Any:
        return with_problems(super().get_openapi_schema(**given))


api = BangbanAPI(
    title="帮办通 Bangban",
    version="1.0.0",
    description="The cockpit over proxy and assisted service of key investment projects.",
    auth=SessionAuth(csrf=True),
    docs_url=None,
)
api.add_router("", accounts_router, tags=["accounts"])
api.add_router("", catalogue_router, tags=["catalogue"])
api.add_router("", enterprises_router, tags=["enterprises"])
api.add_router("", proxy_service_router, tags=["proxy service"])


def problem(request: HttpRequest, status: int, code: str, sentence: str, **facts: Any) -> HttpResponse:
    """A refusal as JSON: a code for machines, a Chinese sentence that the user can act on."""
    request_id = request.META.get("HTTP_X_REQUEST_ID", "")
    body = {"code": code, "title": sentence, "status": status, "request_id": request_id, **facts}
    # What was sent may be quoted, and may hold half surrogates that no encoding carries.
    text = json.dumps(body, ensure_ascii=False, cls=DjangoJSONEncoder).encode(errors="replace")
    answer = HttpResponse(text, status=status, content_type="application/problem+json")
    if "retry_after" in facts:
        answer["Retry-After"] = str(facts["retry_after"])
    return answer


@api.exception_handler(Problem)
def _refused(request: HttpRequest, refusal: Problem) -> HttpResponse:
    log.info("request.refused", code=refusal.code, path=request.path)
    return problem(request, refusal.status, refusal.code, refusal.sentence, **refusal.facts)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
    """Input that does not fit the schema; the first mistake is named, all are listed."""
    mistakes = [
        {"field": ".".join(str(part) for part in error["loc"][-2:]), "kind": error["type"]} for error in wrong.errors
    ]
    field = mistakes[0]["field"].rpartition(".")[2] if mistakes else ""
    return problem(request, 422, "input.invalid", f"输入不完整或格式不对：{field}", field=field, mistakes=mistakes)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return problem(request, 401, "sign-in.needed", "请先登录")


@api.exception_handler(AuthorizationError)
def _forbidden(request: HttpRequest, _error: AuthorizationError) -> HttpResponse:
    return problem(request, 403, "forbidden", "您的岗位不能进行此操作")


@api.exception_handler(Http404)
def _missing(request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(request, 404, "not-found", "没有找到，或您无权查看")


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`: an address that no view has, under /api as a problem, elsewhere as a page."""
    if request.path.startswith("/api/"):
        return problem(request, 404, "not-found", "没有这个接口地址")
    return page_not_found(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """`handler500`: the bug is in the log under the same request number."""
    if request.path.startswith("/api/"):
        return problem(request, 500, "server.failed", "系统出错，操作未保存，请稍后重试；再出现时请告知管理员")
    return server_error(request)


_SENTENCES = {400: "请求无法读取：不是有效的JSON", 403: "页面已过期，请刷新后重试", 405: "不支持这种请求方式"}


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(
        request, error.status_code, f"http.{error.status_code}", _SENTENCES.get(error.status_code, str(error))
    )
