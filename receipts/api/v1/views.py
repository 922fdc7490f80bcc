"""The endpoints of API v1: read strictly, call a service, answer."""

from __future__ import annotations

import datetime
import re
import uuid
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from devices.commands import RegisterReceipt
from devices.decisions import CannotDecide, decide
from devices.ffd import ReceiptType
from devices.models import Device, Job, Shift, Site
from devices.services import KeyConflict, NoDevice, cancel, choose_device
from devices.states import JobStatus
from receipts import checks
from receipts.api.authentication import devices_of, require
from receipts.api.fields import Rows, faults_of
from receipts.api.limits import KeyThrottle, wait_until_settled
from receipts.api.parsers import StrictJSONParser, body_of
from receipts.api.problems import Problem
from receipts.api.v1.answers import (
    device_answer,
    job_answer,
    receipt_answer,
    shift_answer,
    whole_receipts,
    with_waiting,
)
from receipts.api.v1.command_requests import COMMAND_REQUESTS, CommandRequest, command_of
from receipts.api.v1.lists import ReceiptFilters, ShiftFilters, known_parameters, listed
from receipts.api.v1.requests import MAX_ID, DecisionRequest, ReceiptRequest, draft_of
from receipts.checks import Bad, Fault, FaultCode, Invalid
from receipts.draft import Draft
from receipts.keys import Scope
from receipts.models import ApiClient, Receipt
from receipts.pricing import item_faults
from receipts.services import (
    default_cashier,
    differing,
    earlier_job,
    register_receipt,
    rules_of,
    submit_command,
)

MAX_WAIT = 60


class AlwaysJson(BaseContentNegotiation):
    """Whatever a client says it accepts, it gets JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """Base of all endpoints. `scopes` says what a method needs; a method that is not there checks by itself."""

    parser_classes = (StrictJSONParser,)
    throttle_classes = (KeyThrottle,)
    content_negotiation_class = AlwaysJson
    http_method_names = ("get", "head", "post", "delete")
    metadata_class = None
    scopes: ClassVar[dict[str, Scope]] = {}

    @property
    def client(self) -> ApiClient:
        """Whose key the request came with."""
        return cast("ApiClient", self.request.auth)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if scope := self.scopes.get(request.method or ""):
            require(self.client, scope)


class ReceiptsView(ApiView):
    scopes: ClassVar = {"GET": Scope.RECEIPTS_READ}

    def get(self, request: Request) -> Response:
        return listed(
            request, self, visible_receipts(self.client), receipt_answer, filters=ReceiptFilters, whole=whole_receipts
        )

    def post(self, request: Request) -> Response:
        wait = wait_of(request)
        body = body_of(request)
        client = self.client
        _require_for(client, body.get("type"))
        job, created = _earlier(client, body), False
        if job is None:
            receipt, created = _register(client, body)
            job = receipt.job
        wait_until_settled(job, wait)
        answer = receipt_answer(whole_receipts(Receipt.objects.filter(job=job)).get())
        return Response(
            answer, status=_status(created, answer["status"]), headers={"Location": answer["links"]["self"]}
        )


class ReceiptView(ApiView):
    scopes: ClassVar = {"GET": Scope.RECEIPTS_READ}

    def get(self, request: Request, public_id: str) -> Response:
        known_parameters(request, frozenset({"wait"}))
        receipt = _one(visible_receipts(self.client), "job__public_id", public_id)
        wait_until_settled(receipt.job, wait_of(request))
        return Response(receipt_answer(whole_receipts(Receipt.objects.filter(pk=receipt.pk)).get()))

    def delete(self, request: Request, public_id: str) -> Response:
        client = self.client
        receipt = _one(client.receipts.filter(device__in=devices_of(client)), "job__public_id", public_id)
        _require_for(client, receipt.type)
        _take_back(receipt.job, client)
        return Response(receipt_answer(whole_receipts(Receipt.objects.filter(pk=receipt.pk)).get()))


class DecisionView(ApiView):
    """What a person behind the client says of a receipt that nothing proves."""

    scopes: ClassVar = {"POST": Scope.RECEIPTS_DECIDE}

    def post(self, request: Request, public_id: str) -> Response:
        wait = wait_of(request)
        receipt = _one(visible_receipts(self.client), "job__public_id", public_id)
        form = DecisionRequest(data=body_of(request))
        if not form.is_valid():
            raise Invalid(faults_of(form.errors))
        value = form.validated_data
        try:
            decide(
                job=receipt.job,
                outcome=value["outcome"],
                actor=self.client.name,
                reason=value["reason"],
                fd_number=value.get("fd_number", 0),
            )
        except CannotDecide as error:
            status = error.job.status
            raise Problem(409, "nothing_to_decide", params={"status": status}, job_status=status) from error
        wait_until_settled(receipt.job, wait)
        answer = receipt_answer(whole_receipts(Receipt.objects.filter(pk=receipt.pk)).get())
        return Response(answer, status=200 if receipt.job.is_settled else 202)


class DevicesView(ApiView):
    scopes: ClassVar = {"GET": Scope.DEVICES_READ}

    def get(self, request: Request) -> Response:
        known_parameters(request, frozenset())
        devices = with_waiting(devices_of(self.client)).order_by("pk")
        return Response({"results": [device_answer(device) for device in devices]})


class DeviceView(ApiView):
    scopes: ClassVar = {"GET": Scope.DEVICES_READ}

    def get(self, request: Request, pk: int) -> Response:
        known_parameters(request, frozenset())
        return Response(device_answer(_one(with_waiting(devices_of(self.client)), "pk", pk)))


class JobView(ApiView):
    """Answers with a command."""

    def told(self, job: Job) -> dict[str, Any]:
        return job_answer(_whole_jobs().get(pk=job.pk), whole=Scope.RECEIPTS_READ_ALL.value in self.client.scopes)


class DeviceCommandsView(JobView):
    def post(self, request: Request, pk: int) -> Response:
        wait = wait_of(request)
        client = self.client
        device = devices_of(client).filter(pk=pk).first()
        if device is None:
            raise Problem(404, "device_not_found", params={"name": str(pk)})
        body = body_of(request)
        job, created = _command(client, device, body)
        wait_until_settled(job, wait)
        answer = self.told(job)
        return Response(
            answer, status=_status(created, answer["status"]), headers={"Location": answer["links"]["self"]}
        )


class CommandView(JobView):
    """A job of the client itself that is no receipt."""

    scopes: ClassVar = {"GET": Scope.DEVICES_READ}

    def get(self, request: Request, public_id: str) -> Response:
        known_parameters(request, frozenset({"wait"}))
        job = self._job(self.client, public_id)
        wait_until_settled(job, wait_of(request))
        return Response(self.told(job))

    def delete(self, request: Request, public_id: str) -> Response:
        job = self._job(self.client, public_id)
        if job.kind in COMMAND_REQUESTS:
            require(self.client, COMMAND_REQUESTS[job.kind].scope)
        _take_back(job, self.client)
        return Response(self.told(job))

    def _job(self, client: ApiClient, public_id: str) -> Job:
        own = Job.objects.filter(source=client.source, device__in=devices_of(client))
        job: Job = _one(own.exclude(kind=RegisterReceipt.kind), "public_id", public_id)
        return job


class ShiftsView(ApiView):
    scopes: ClassVar = {"GET": Scope.SHIFTS_READ}

    def get(self, request: Request) -> Response:
        shifts = _visible_shifts(self.client)
        return listed(request, self, shifts, shift_answer, filters=ShiftFilters, whole=lambda rows: rows)


class ShiftView(ApiView):
    scopes: ClassVar = {"GET": Scope.SHIFTS_READ}

    def get(self, request: Request, pk: int) -> Response:
        known_parameters(request, frozenset())
        return Response(shift_answer(_one(_visible_shifts(self.client), "pk", pk)))


def visible_receipts(client: ApiClient) -> QuerySet[Receipt]:
    """Its own receipts, or all of its sites for a key that may see them."""
    receipts = Receipt.objects.filter(device__in=devices_of(client))
    return receipts if Scope.RECEIPTS_READ_ALL.value in client.scopes else receipts.filter(client=client)


def wait_of(request: Request) -> float:
    """`?wait=SECONDS`, 0 to 60. Raises Invalid."""
    known_parameters(request, frozenset({"wait"}))
    text = request.query_params.get("wait", "0")
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,20})?", text, re.ASCII):
        raise Invalid([Fault(path="wait", code=FaultCode.BAD_FORMAT, params={"example": "20"})])
    if float(text) > MAX_WAIT:
        raise Invalid([Fault(path="wait", code=FaultCode.TOO_LARGE, params={"most": str(MAX_WAIT)})])
    return float(text)


def _visible_shifts(client: ApiClient) -> QuerySet[Shift]:
    return Shift.objects.filter(device__in=devices_of(client)).select_related("device__site")


def _whole_jobs() -> QuerySet[Job]:
    return Job.objects.select_related("device__site").prefetch_related("documents")


def _one(rows: QuerySet[Any], column: str, value: Any) -> Any:
    """The row with *value*. Raises Problem: 404, also for what is no id at all."""
    if column.endswith("public_id"):
        try:
            value = uuid.UUID(value)
        except ValueError as error:
            raise Problem(404, "not_found") from error
    row = rows.filter(**{column: value}).first()
    if row is None:
        raise Problem(404, "not_found")
    return row


def _status(created: bool, status: str) -> int:
    """201: registered within this request; 202: in line, or settled otherwise; 200: it was there before."""
    if not created:
        return 200
    return 201 if status == JobStatus.DONE else 202


def _require_for(client: ApiClient, kind: object) -> None:
    """Money that goes back and corrections need their own scope."""
    known = kind in set(ReceiptType) if isinstance(kind, str) else False
    sale = not known or kind in (ReceiptType.SELL, ReceiptType.BUY)
    require(client, Scope.RECEIPTS_CREATE if sale else Scope.REFUNDS_CREATE)


def _earlier(client: ApiClient, request: dict[str, Any]) -> Job | None:
    """The job of an earlier request with this tr_id. Raises Problem: 409."""
    key = request.get("tr_id")
    try:
        if not isinstance(key, str) or not checks.printable(key):
            return None
    except Bad:
        return None
    try:
        return earlier_job(source=client.source, key=key, request=request)
    except KeyConflict as conflict:
        raise _conflict(conflict, request) from conflict


def _conflict(conflict: KeyConflict, request: dict[str, Any]) -> Problem:
    job = conflict.job
    fields = differing(job, request)
    name = "api-v1:receipt" if job.kind == RegisterReceipt.kind else "api-v1:command"
    first = {"id": str(job.public_id), "status": job.status, "link": reverse(name, args=[job.public_id])}
    shown = [field if field.isprintable() and len(field) <= 80 else "?" for field in fields][:20]
    words = {"external_id": job.key[:80], "field": ", ".join(shown)}
    return Problem(409, "tr_id_conflict", params=words, job=first, differs=shown)


def _register(client: ApiClient, body: dict[str, Any]) -> tuple[Receipt, bool]:
    device = _device_for(client, body)
    request = ReceiptRequest(data=body)
    if not request.is_valid():
        raise Invalid(faults_of(request.errors) + _faults_of_readable_items(request, body, device))
    value = request.validated_data
    assert device is not None
    try:
        return register_receipt(
            device=device,
            draft=draft_of(value, items=value["items"]),
            source=client.source,
            client=client,
            actor=client.name,
            tr_id=value["tr_id"],
            request=body,
            callback_url=value.get("callback_url", ""),
            deadline=value.get("deadline") or client.deadline(),
        )
    except KeyConflict as conflict:
        raise _conflict(conflict, body) from conflict


def _device_for(client: ApiClient, body: dict[str, Any]) -> Device | None:
    """The device that *body* names, None if it names none properly. Raises Problem: 404; Invalid: out of use."""
    pk, site = body.get("device"), body.get("site")
    if isinstance(pk, int) and not isinstance(pk, bool) and 1 <= pk <= MAX_ID:
        device = devices_of(client).filter(pk=pk).first()
        if device is None:
            raise Problem(404, "device_not_found", params={"name": str(pk)})
        if not device.is_enabled:
            raise Invalid([Fault(path="device", code=FaultCode.DEVICE_DISABLED)])
        return device
    if isinstance(site, str) and not checks.found("site", lambda: checks.printable(site)):
        found = Site.objects.filter(code=site, devices__in=devices_of(client)).first()
        if found is None:
            raise Problem(404, "device_not_found", params={"name": site[:40]})
        try:
            return choose_device(found)
        except NoDevice as error:
            raise Invalid([Fault(path="site", code=FaultCode.DEVICE_DISABLED)]) from error
    return None


def _faults_of_readable_items(request: ReceiptRequest, body: dict[str, Any], device: Device | None) -> list[Fault]:
    """What is wrong with the meaning of items that could be read, while other fields could not."""
    kind = body.get("type")
    if device is None or kind not in (ReceiptType.SELL.value, ReceiptType.SELL_RETURN.value):
        return []
    draft = Draft(type=ReceiptType(kind), items=(), payments=())
    valid = cast(Rows, request.fields["items"]).valid
    return [
        fault
        for index, item in valid.items()
        for fault in item_faults(item, draft, rules_of(device), path=f"items[{index}]")
    ]


def _command(client: ApiClient, device: Device, body: dict[str, Any]) -> tuple[Job, bool]:
    kind = body.get("type")
    reader = COMMAND_REQUESTS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        code, params = (
            (FaultCode.REQUIRED, {})
            if "type" not in body
            else (FaultCode.NOT_A_CHOICE, {"choices": ", ".join(COMMAND_REQUESTS)})
        )
        require(client, Scope.DEVICES_COMMAND)
        raise Invalid([Fault(path="type", code=code, params=params)])
    require(client, reader.scope)
    asked = {**body, "device": device.pk}
    if job := _earlier(client, asked):
        return job, False
    request = reader(data=body)
    if not request.is_valid():
        raise Invalid(faults_of(request.errors))
    if not device.is_enabled:
        raise Invalid([Fault(path="", code=FaultCode.DEVICE_DISABLED)])
    try:
        return submit_command(
            device=device,
            command=command_of(request, default_cashier=default_cashier(device)),
            source=client.source,
            actor=client.name,
            tr_id=request.validated_data.get("tr_id", ""),
            request=asked,
            deadline=request.validated_data.get("deadline") or _deadline(reader, client),
        )
    except KeyConflict as conflict:
        raise _conflict(conflict, asked) from conflict


def _deadline(reader: type[CommandRequest], client: ApiClient) -> datetime.datetime | None:
    """What is meant for this moment waits for minutes; the rest as long as the client's settings say."""
    return timezone.now() + reader.patience if reader.patience else client.deadline()


def _take_back(job: Job, client: ApiClient) -> None:
    """Raises Problem: 409, it is no longer queued."""
    if not cancel(job=job, actor=client.name):
        job.refresh_from_db()
        raise Problem(409, "not_queued", params={"status": job.status}, job_status=job.status)
