"""
Taking a request in: read it whole, then put its tasks in line in one transaction.

A task that cannot be read (the driver's 501) refuses the whole request: it is kept and told as an error, and nothing of
it is done. What a device would refuse (not paid in full, a rate that is gone) stops the tasks behind it only, as it
would there. Source: atol-driver10-json.md 1.1, 1.2, 2.1; docs/driver10-programs.md.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from devices import journal
from devices.commands import Command
from devices.models import Device, Job
from devices.services import KeyConflict
from receipts import checks
from receipts.api.driver10.codes import NO_CHECK
from receipts.api.driver10.drafts import RECEIPT_TYPES, Asked, draft_of, told
from receipts.api.driver10.reading import Node, Wrong
from receipts.api.driver10.results import checks_of
from receipts.api.driver10.tasks import TASKS, type_of
from receipts.checks import Bad, Invalid
from receipts.models import ApiClient, Task, TaskRequest
from receipts.outgoing import BadUrl, check_url
from receipts.services import default_cashier, register_receipt, rules_of, submit_command

MAX_TASKS = 100
MAX_UUID = 128


class BadRequest(ValueError):
    """The request itself is wrong; the message is for people. Nothing was kept."""


class Taken(Exception):
    """The uuid was used before, for whatever."""


class ScopeMissing(Exception):
    """The key may not do one of the tasks."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A request around its tasks. *device_id* as the body names it, "" when it does not."""

    uuid: str
    tasks: tuple[Node, ...]
    result_url: str
    device_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A task after reading: a receipt, a command, or neither (it answers from an earlier task); or what is wrong."""

    type: str
    node: Node
    asked: Asked | None = None
    command: Command | None = None
    wrong: Wrong | None = None


def open_envelope(body: Any) -> Envelope:
    """Raises BadRequest."""
    if not isinstance(body, dict):
        raise BadRequest(_("The body is not a JSON object"))
    asked = body.get("request")
    tasks = [asked] if isinstance(asked, dict) else asked
    if not isinstance(tasks, list) or not tasks or not all(isinstance(task, dict) for task in tasks):
        raise BadRequest(_("Field “request” is absent or empty"))
    if len(tasks) > MAX_TASKS:
        raise BadRequest(_("Too many tasks: %(limit)s at most") % {"limit": MAX_TASKS})
    return Envelope(
        uuid=_uuid(body.get("uuid")),
        tasks=tuple(Node(task) for task in tasks),
        result_url=_result_url(body.get("callbacks")),
        device_id=body["deviceID"] if isinstance(body.get("deviceID"), str) else "",
    )


def _uuid(value: Any) -> str:
    """Any printable text is a uuid: order numbers, hashes, eight letters."""
    if not isinstance(value, str) or not value.strip():
        raise BadRequest(_("Field “uuid” is absent"))
    if len(value) > MAX_UUID or checks.found("", lambda: checks.printable(value)):
        raise BadRequest(
            _("Field “uuid” is not a printable text of at most %(limit)s characters") % {"limit": MAX_UUID}
        )
    return value


def _result_url(callbacks: Any) -> str:
    url = callbacks.get("resultUrl") if isinstance(callbacks, dict) else callbacks
    if not url:
        return ""
    try:
        return check_url(url if isinstance(url, str) else "", allow_private=settings.KKT_CALLBACKS_ALLOW_PRIVATE)
    except (BadUrl, Bad) as error:
        raise BadRequest(
            _("callbacks.resultUrl is not a public https address (KKT_CALLBACKS_ALLOW_PRIVATE allows others)")
        ) from error


def fiscal_tasks(tasks: tuple[Node, ...]) -> int:
    """How many tasks leave a document, or would."""
    names = [task.data.get("type") for task in tasks]
    return sum(isinstance(name, str) and name in TASKS and TASKS[name].is_fiscal for name in names)


def accept(envelope: Envelope, *, client: ApiClient, device: Device) -> TaskRequest:
    """
    Keep the request and put what is to be done in line.

    Raises:
        ScopeMissing: the key lacks a scope for one of the tasks; nothing was kept.
        Taken: the uuid is known, to this face or another.
    """
    readable = [_read(task, device) for task in envelope.tasks]
    for task in readable:
        kind = TASKS.get(task.type)
        if kind and kind.scope.value not in client.scopes:
            raise ScopeMissing(kind.scope.value)
    is_refused = any(task.wrong and task.wrong.is_unreadable for task in readable)
    with journal.atomic():
        try:
            with transaction.atomic():
                request = TaskRequest.objects.create(
                    client=client,
                    device=device,
                    uuid=envelope.uuid,
                    result_url=envelope.result_url,
                    is_refused=is_refused,
                )
        except IntegrityError as error:
            raise Taken from error
        _Line(request, client=client, device=device).put(readable)
    return request


def _read(node: Node, device: Device) -> Readable:
    try:
        name = type_of(node)
    except Wrong as wrong:
        return Readable(type=plain(str(node.data.get("type") or "")[:40]), node=node, wrong=wrong)
    try:
        if name in RECEIPT_TYPES:
            return Readable(type=name, node=node, asked=draft_of(node, rules_of(device)))
        read = TASKS[name].read
        return Readable(type=name, node=node, command=read(node) if read else None)
    except Wrong as wrong:
        return Readable(type=name, node=node, wrong=wrong)


class _Line:
    """The tasks of one request on their way into the line: each waits for the one before."""

    def __init__(self, request: TaskRequest, *, client: ApiClient, device: Device) -> None:
        self.request, self.client, self.device = request, client, device
        self.deadline = deadline_of(client)
        self.last: Job | None = None

    def put(self, readable: list[Readable]) -> None:
        stopped = self.request.is_refused
        for position, task in enumerate(readable):
            wrong, job = task.wrong, None
            if not stopped and wrong is None:
                try:
                    job = self._job(task)
                except Wrong as fault:
                    wrong = fault
            if stopped and not self.request.is_refused:
                wrong = None  # it is never looked at: the one before fails
            stopped = stopped or wrong is not None
            self._keep(position, task, job, wrong)
            self.last = job or self.last

    def _keep(self, position: int, task: Readable, job: Job | None, wrong: Wrong | None) -> None:
        Task.objects.create(
            request=self.request,
            position=position,
            type=task.type,
            job=job,
            options={
                name: task.node.data[name] for name in ("withRawData", "forReceipt") if task.node.data.get(name) is True
            },
            error_code=wrong.code if wrong else 0,
            error_text=plain(wrong.text[:500]) if wrong else "",
        )

    def _job(self, task: Readable) -> Job | None:
        """Raises Wrong: the device would refuse it; Taken."""
        key = "" if self.last else self.request.uuid
        try:
            if task.asked is not None:
                job, is_new = self._receipt(task, task.asked, key)
            elif task.command is not None:
                job, is_new = self._command(task.command, key)
            elif checks_of(self.request).exists():
                return None
            else:
                raise Wrong(NO_CHECK, _("No marking code is being checked"))
        except KeyConflict as error:
            raise Taken from error
        if not is_new:
            raise Taken
        return job

    def _receipt(self, task: Readable, asked: Asked, key: str) -> tuple[Job, bool]:
        try:
            receipt, is_new = register_receipt(
                device=self.device,
                draft=asked.draft,
                source=self.client.source,
                client=self.client,
                actor=self.client.name,
                tr_id=self.request.uuid,
                key=key,
                request={"uuid": self.request.uuid, "task": plain(task.node.data)},
                deadline=self.deadline,
                after=self.last,
            )
        except Invalid as invalid:
            raise told(invalid, asked) from invalid
        return receipt.job, is_new

    def _command(self, command: Command, key: str) -> tuple[Job, bool]:
        cashier = default_cashier(self.device)
        if cashier and getattr(command, "cashier", cashier) is None:
            command = type(command).load({**command.dump(), "cashier": cashier.dump()})
        return submit_command(
            device=self.device,
            command=command,
            source=self.client.source,
            actor=self.client.name,
            tr_id=key,
            deadline=self.deadline,
            after=self.last,
        )


def deadline_of(client: ApiClient) -> datetime.datetime:
    """Until when a task may wait: the client's own time, or less than these programs have patience for."""
    return client.deadline() or timezone.now() + datetime.timedelta(seconds=settings.KKT_DRIVER10_DEADLINE)


def plain(value: Any) -> Any:
    """*value* as a database keeps it: numbers by their decimal text, no NUL."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {plain(name): plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value
