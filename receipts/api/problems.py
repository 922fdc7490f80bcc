"""
Errors of every face that has none of its own: problem+json (RFC 9457) with a stable `code`.

`type` is the place on the documentation page, `errors` the wrong fields. A failure of a device is never an HTTP
error: it is the state of a job.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import DisallowedHost, PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import resolve
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from devices.journal.origin import request_id
from devices.room import NoRoom, is_full
from receipts.checks import Fault, Invalid
from receipts.wording import problem_words, sentence

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """An answer that is not a success. *params* go into its words, *members* into the document."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.params = params or {}
        self.headers = headers or {}
        self.members = members


def invalid(faults: list[Fault]) -> Problem:
    """422 with every wrong field, in the order of the document as far as it is known."""
    errors = [{"path": fault.path, "code": fault.code.value, "message": sentence(fault)} for fault in faults]
    return Problem(422, "validation_failed", errors=errors)


def document(problem: Problem, *, instance: str) -> dict[str, Any]:
    title, detail = problem_words(problem.code, **problem.params)
    return {
        "type": f"/api/docs/#problem-{problem.code}",
        "title": title,
        "status": problem.status,
        "detail": detail,
        "code": problem.code,
        "instance": instance,
        **problem.members,
    }


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's hook: whatever a view raised, as a problem."""
    request, view = context.get("request"), context.get("view")
    problem = _problem_of(error)
    if problem.code == "method_not_allowed" and view is not None:
        problem.params["allowed"] = ", ".join(view.allowed_methods)
    response = Response(
        document(problem, instance=request.path if request is not None else ""),
        status=problem.status,
        content_type=CONTENT_TYPE,
        headers=problem.headers,
    )
    response.exception = True
    return response


@csrf_exempt
def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
    """
    What is mounted below everything else: no such address. A redirect would turn a POST into a GET, so there is none.
    """
    problem = Problem(404, "not_found")
    if not request.path.endswith("/") and resolve(f"{request.path_info}/").func is not not_found:
        problem = Problem(404, "slash_missing", params={"path": f"{request.path}/"})
    return JsonResponse(document(problem, instance=request.path), status=404, content_type=CONTENT_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """What is refused before any view sees it: a wrong Host first of all."""
    problem = Problem(400, "host_unknown") if isinstance(exception, DisallowedHost) else _problem_of(exception)
    return JsonResponse(document(problem, instance=request.path), status=problem.status, content_type=CONTENT_TYPE)


def _unavailable(error: NoRoom | OperationalError) -> Problem:
    if isinstance(error, NoRoom) or is_full(error):
        log.error("no room on the disk: a receipt was refused")
        return Problem(503, "disk_full", headers={"Retry-After": "60"})
    log.exception("the database does not answer")
    return Problem(503, "unavailable", headers={"Retry-After": "5"})


def _problem_of(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case Invalid():
            return invalid(error.faults)
        case exceptions.NotAuthenticated():
            return Problem(401, "key_missing", headers={"WWW-Authenticate": "Bearer"})
        case exceptions.AuthenticationFailed():
            return Problem(401, "key_wrong", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        case exceptions.PermissionDenied() | PermissionDenied():
            return Problem(403, "scope_missing", params={"scope": str(getattr(error, "detail", ""))})
        case exceptions.NotFound() | Http404():
            return Problem(404, "not_found")
        case exceptions.MethodNotAllowed():
            return Problem(405, "method_not_allowed", params={"allowed": "—"})
        case exceptions.UnsupportedMediaType():
            return Problem(415, "media_type_unsupported")
        case exceptions.ParseError() | SuspiciousOperation():
            return Problem(400, "broken_json", params={"reason": ""})
        case exceptions.Throttled():
            seconds = str(max(1, round(getattr(error, "wait", None) or 1)))
            return Problem(429, "too_many_requests", params={"seconds": seconds}, headers={"Retry-After": seconds})
        case NoRoom() | OperationalError():
            return _unavailable(error)
        case _:
            log.exception("request %s failed", request_id())
            return Problem(500, "internal")
