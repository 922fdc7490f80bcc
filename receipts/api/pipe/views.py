"""
`POST /atol/` and `/atol/<site>/`: a message of the pipe protocol as the body, its answer as the answer.

The status is 200 whatever the protocol's own error; without a key 401, and 429, 413, 503 as everywhere here, each with
an answer of the protocol, since a program that moved here shows nothing else.
"""

from __future__ import annotations

from typing import Any, cast

from django.db import OperationalError
from django.http import HttpResponse, UnreadablePostError
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from receipts.api.limits import KeyThrottle
from receipts.api.parsers import chunks_of
from receipts.api.pipe import serving, wire
from receipts.api.pipe.authentication import KeyOrPassword
from receipts.api.pipe.wire import Answer, Layout, Refusal
from receipts.api.problems import Problem
from receipts.models import ApiClient

CONTENT_TYPE = "application/json"


class PipeView(APIView):
    """The body is read as it is, whatever it calls itself: programs of another age say nothing of its type."""

    authentication_classes = (KeyOrPassword,)
    throttle_classes = (KeyThrottle,)
    parser_classes = ()
    http_method_names = ("post",)
    schema = None

    def post(self, request: Request, site: str = "") -> HttpResponse:
        client = cast("ApiClient", request.auth)
        try:
            raw = (chunks_of(request._request) or request._request).read(wire.LARGEST + 1)
        except UnreadablePostError:
            return _answer(400, _("The message ended too early."))
        if len(raw) > wire.LARGEST:
            return _answer(413, _("The message is longer than %(limit)s bytes.") % {"limit": wire.LARGEST})
        try:
            return _http(200, serving.serve(client, raw, site=site))
        except serving.Unavailable as error:
            return _http(503, error.answer)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        _refuse_other_pages(request)
        super().initial(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        """What is refused before the protocol begins, in its form."""
        with translation.override("ru"):
            return cast("Response", _refused(exc))


def _refuse_other_pages(request: Request) -> None:
    """
    A browser that knows a name and a password sends them for any page that asks; only our own may ask (X05, X06).
    """
    origin = request.META.get("HTTP_ORIGIN")
    if origin and origin not in (f"{scheme}://{request.get_host()}" for scheme in ("http", "https")):
        raise exceptions.PermissionDenied


def _refused(error: Exception) -> HttpResponse:
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        words = _("An API key is needed: “Authorization: Bearer KEY”, or Basic with the key as the password.")
        answer = _answer(401, words)
        answer["WWW-Authenticate"] = 'Bearer, Basic realm="kktoffice", charset="UTF-8"'
        return answer
    if isinstance(error, Problem | exceptions.Throttled):
        wait = str(getattr(error, "params", {}).get("seconds") or max(1, round(getattr(error, "wait", None) or 1)))
        answer = _answer(429, _("Too many requests. Wait %(seconds)s s; nothing was queued.") % {"seconds": wait})
        answer["Retry-After"] = wait
        return answer
    if isinstance(error, exceptions.MethodNotAllowed):
        answer = _answer(405, _("Send the command with POST."))
        answer["Allow"] = "POST"
        return answer
    if isinstance(error, exceptions.PermissionDenied):
        return _answer(403, _("Another site's page may not send commands."))
    if isinstance(error, OperationalError):
        return _answer(503, _("The service cannot answer now. Nothing was queued: give the command again."))
    raise error


def _answer(status: int, text: str) -> HttpResponse:
    return _http(status, Answer.refused(Refusal(text)).dump(Layout()))


def _http(status: int, body: bytes) -> HttpResponse:
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})
