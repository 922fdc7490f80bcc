"""
Pages and filters of the lists. A parameter that nobody knows, or without a value, is refused: a typo must not widen a
search.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError as FormError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from devices.ffd import ReceiptType
from devices.models import FiscalDocument, Shift
from devices.states import JobStatus
from receipts import checks
from receipts.api.v1.answers import RECEIPT_DOCUMENTS
from receipts.checks import Bad, Fault, FaultCode, Invalid
from receipts.models import Receipt

MAX_NUMBER = 2**31 - 1
PAGE_PARAMETERS = frozenset({"cursor", "limit"})


class NewestFirst(CursorPagination):
    """Rows by id, newest first; `limit` rows a page."""

    ordering = "-id"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"

    def get_page_size(self, request: Request) -> int:
        text = str(request.query_params.get("limit", "50"))
        if not re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) or not 1 <= int(text) <= self.max_page_size:
            raise Invalid([Fault(path="limit", code=FaultCode.BAD_FORMAT, params={"example": "50"})])
        return int(text)

    def decode_cursor(self, request: Request) -> Any:
        # Decoding skips what is no base64, so that rubbish would be the first page.
        wrong = Invalid([Fault(path="cursor", code=FaultCode.BAD_FORMAT, params={"example": "cD00Mg=="})])
        if not re.fullmatch(r"[A-Za-z0-9+/=]*", str(request.query_params.get("cursor", "")), re.ASCII):
            raise wrong
        try:
            cursor = super().decode_cursor(request)
        except Exception as error:
            raise wrong from error
        position = cursor.position if cursor else None
        if position is not None and not re.fullmatch(r"[0-9]{1,18}", str(position), re.ASCII):
            raise wrong
        return cursor


class MoneyField(forms.CharField):
    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return _checked(lambda: checks.money(text)) if text else None


class MomentField(forms.CharField):
    """
    ISO 8601; without a zone, or a date alone, it is the server's time zone. A «+» that arrived as a blank is
    forgiven.
    """

    def clean(self, value: Any) -> Any:
        text = re.sub(r" (\d\d:?\d\d)$", r"+\1", super().clean(value))
        if not text:
            return None
        try:
            moment = datetime.datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_default_timezone())
            return moment.astimezone(datetime.UTC)
        except (ValueError, OverflowError) as error:
            raise FormError("", code="bad_format", params={"example": "2026-11-20T09:00:00+03:00"}) from error


class NumberField(forms.CharField):
    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,10}", text, re.ASCII) or int(text) > MAX_NUMBER:
            raise FormError("", code="bad_format", params={"example": "42"})
        return int(text)


class ChoiceField(forms.ChoiceField):
    def validate(self, value: Any) -> None:
        if value and not self.valid_value(value):
            known = ", ".join(str(key) for key, _label in self.widget.choices)
            raise FormError("", code="not_a_choice", params={"choices": known})


class NumberFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = NumberField


class MoneyFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = MoneyField


class MomentFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = MomentField


class WordFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = ChoiceField


class TextFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = forms.CharField


def _choices(kind: Any) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in kind]


def _checked(check: Callable[[], Any]) -> Any:
    try:
        return check()
    except Bad as bad:
        raise FormError("", code=bad.code.value, params=bad.params) from bad


class ReceiptFilters(django_filters.FilterSet):  # type: ignore[misc]
    device = NumberFilter("device_id")
    site = TextFilter("device__site__code")
    status = WordFilter("job__status", choices=_choices(JobStatus))
    type = WordFilter("type", choices=_choices(ReceiptType))
    tr_id = TextFilter("tr_id", strip=False)
    created_from = MomentFilter("created_at", "gte")
    created_to = MomentFilter("created_at", "lt")
    total_from = MoneyFilter("total", "gte")
    total_to = MoneyFilter("total", "lte")
    fd_number = NumberFilter(method="by_document")
    shift = NumberFilter(method="by_document")

    def by_document(self, receipts: QuerySet[Receipt], name: str, value: int) -> QuerySet[Receipt]:
        column = {"fd_number": "fd_number", "shift": "shift_number"}[name]
        documents = FiscalDocument.objects.filter(
            job=OuterRef("job"), document_type__in=RECEIPT_DOCUMENTS, **{column: value}
        )
        return receipts.filter(Exists(documents))


class ShiftFilters(django_filters.FilterSet):  # type: ignore[misc]
    device = NumberFilter("device_id")
    site = TextFilter("device__site__code")
    number = NumberFilter("number")
    state = WordFilter(method="by_state", choices=[("open", "open"), ("closed", "closed")])
    opened_from = MomentFilter("opened_at", "gte")
    opened_to = MomentFilter("opened_at", "lt")

    def by_state(self, shifts: QuerySet[Shift], name: str, value: str) -> QuerySet[Shift]:
        return shifts.filter(closed_at__isnull=value == "open")


def known_parameters(request: Request, known: frozenset[str]) -> None:
    """Raises Invalid: a query parameter that is not *known*, or that says nothing."""
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        shown = [name if name.isprintable() and len(name) <= 80 else "?" for name in unknown]
        raise Invalid([Fault(path=name, code=FaultCode.UNKNOWN_FIELD) for name in shown])
    if empty := [name for name, value in request.query_params.items() if not value]:
        raise Invalid([Fault(path=name, code=FaultCode.EMPTY) for name in empty])


def listed(
    request: Request,
    view: APIView,
    rows: QuerySet[Any],
    answer: Callable[[Any], dict[str, Any]],
    *,
    filters: type[django_filters.FilterSet],
    whole: Callable[[QuerySet[Any]], QuerySet[Any]],
) -> Response:
    """One page of *rows* that pass the request's filters. Raises Invalid."""
    known_parameters(request, PAGE_PARAMETERS | frozenset(filters.base_filters))
    chosen = filters(request.query_params, queryset=rows, request=request)
    if not chosen.is_valid():
        raise Invalid(
            [
                Fault(path=name, code=_code(error), params=dict(error.params or {}))
                for name, errors in chosen.form.errors.as_data().items()
                for error in errors
            ]
        )
    pages = NewestFirst()
    page = pages.paginate_queryset(whole(chosen.qs), request, view=view)
    return pages.get_paginated_response([answer(row) for row in page or []])


def _code(error: Any) -> FaultCode:
    if error.code == "null_characters_not_allowed":
        return FaultCode.INVALID_CHARACTERS
    return FaultCode(error.code) if error.code in set(FaultCode) else FaultCode.BAD_FORMAT
