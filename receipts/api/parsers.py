"""JSON bodies, strictly: one megabyte, UTF-8, no number that is none, no key twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from receipts.api.problems import Problem
from receipts.checks import Fault, FaultCode, Invalid


class StrictJSONParser(BaseParser):
    """The body as Python values. Raises Problem: 413, 400."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        request = (parser_context or {}).get("request")
        if request is not None and int(request.META.get("CONTENT_LENGTH") or 0) > limit:
            raise Problem(413, "too_large", params={"limit": str(limit)})
        try:
            raw = stream.read(limit + 1)
        except UnreadablePostError as error:
            raise broken(_("It ended too early.")) from error
        if len(raw) > limit:
            raise Problem(413, "too_large", params={"limit": str(limit)})
        try:
            return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_constant)
        except UnicodeDecodeError as error:
            raise broken(_("It is not UTF-8.")) from error
        except json.JSONDecodeError as error:
            raise broken(
                _("Line %(line)s, column %(column)s.") % {"line": error.lineno, "column": error.colno}
            ) from error
        except RecursionError as error:
            raise broken(_("It is nested too deeply.")) from error
        except ValueError as error:
            raise broken(_("A number in it is too long.")) from error


def chunks_of(request: HttpRequest) -> IO[bytes] | None:
    """The stream of a body in chunks without a length, which Django takes for none; None: the body has a length."""
    is_chunked = request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH")
    return request.META.get("wsgi.input") if is_chunked else None


def body_of(request: Request) -> dict[str, Any]:
    """The request's body, an object. Raises Problem: 400, 411, 413, 415; Invalid: JSON of another kind."""
    if request.stream is None:
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            raise Problem(411, "length_required")
        raise broken(_("It is empty."))
    body = request.data
    if not isinstance(body, dict):
        raise Invalid([Fault(path="", code=FaultCode.WRONG_TYPE, params={"expected": "object"})])
    return body


def broken(reason: str) -> Problem:
    return Problem(400, "broken_json", params={"reason": reason})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise broken(_("A key stands twice in one object."))
    return result


def _no_constant(name: str) -> NoReturn:
    raise broken(_("NaN and Infinity are not JSON."))
