"""
The shape of what API v1 answers, for OpenAPI. The answers themselves are made in answers.py; a test compares both.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from devices.errors import ErrorCode
from devices.ffd import PaymentMethod, PaymentObject, PaymentType, ReceiptType, Taxation, Vat
from devices.models import Link
from devices.states import JobStatus
from receipts.api.fields import words
from receipts.api.v1.command_requests import COMMAND_REQUESTS
from receipts.api.v1.schemas_base import MONEY, Answer, Told, flag, maybe, maybe_when, number, one_of, sum_, text, when
from receipts.api.v1.schemas_goods import GoodsAnswer
from receipts.api.v1.schemas_told import (
    CheckAnswer,
    IdentityAnswer,
    RegistrationAnswer,
    StorageAnswer,
    ToldStateAnswer,
)
from receipts.checks import FaultCode
from receipts.wording import PROBLEMS


class ErrorAnswer(Answer):
    """What went wrong, in words for people."""

    code = Told({"examples": [code.value for code in (ErrorCode.PAPER_OUT, ErrorCode.TAX_MISMATCH)]})
    title = text(help_text=_("What happened."))
    message = text(help_text=_("What is true about the receipt and the money."))
    action = text(help_text=_("One next step; empty if there is none."))
    device = text(help_text=_("The raw side: family, number, command."))


class CashierAnswer(Answer):
    name = text()
    inn = text()


class LineAnswer(GoodsAnswer):
    """A position as it is registered: discounts are in the price, one line may have become two."""

    name = text()
    price = sum_()
    quantity = Told({"examples": ["2", "0.345"]})
    sum = sum_()
    vat = one_of(words(Vat))
    vat_sum = sum_(help_text=_("VAT inside the sum; 0.00 without VAT."))
    discount = sum_(help_text=_("What was taken off, for people; it is in the price already."))
    payment_method = one_of(words(PaymentMethod))
    payment_object = one_of(words(PaymentObject))
    department = number()
    barcode = text()


class PaymentAnswer(Answer):
    type = one_of(words(PaymentType))
    sum = sum_(help_text=_("What is registered."))
    tendered = sum_(help_text=_("What the buyer gave; the difference is change."))


class VatAnswer(Answer):
    """VAT of one rate: the sum of the positions' taxes, and the turnover it was taken from."""

    type = one_of(words(Vat))
    sum = sum_()
    turnover = sum_()


class FiscalAnswer(Answer):
    """The fiscal document, with everything that the fiscal storage answered."""

    document_type = number(help_text=_("Code of the document form: 3 receipt, 31 correction, 2 and 5 shift reports."))
    fn_number = text(help_text=_("Number of the fiscal storage."))
    fd_number = number(help_text=_("Number of the fiscal document."))
    fpd = text(help_text=_("Fiscal sign, as people read it. Compare as a number."))
    shift_number = number()
    receipt_number = number(help_text=_("Number within the shift; 0 for reports."))
    at = when(help_text=_("The device's clock, in the site's time zone."))
    total = sum_()
    rnm = text(help_text=_("Registration number of the register."))
    qr = text(help_text=_("Text of the QR code."))
    tlv = text(help_text=_("The document as read from the fiscal storage, hex."))


class ReceiptLinks(Answer):
    self = text()
    device = text()


class JobAnswer(Answer):
    """What receipts and commands have in common."""

    id = Told({"format": "uuid"})
    tr_id = text()
    status = one_of(
        [status.value for status in JobStatus],
        help_text=_("queued and running move on by themselves; unknown is being checked: never send it again."),
    )
    printed = maybe("boolean", help_text=_("Whether the paper is complete; null until the end."))
    device = number()
    site = text()
    error = ErrorAnswer(allow_null=True, help_text=_("Why it ended without success."))
    waits_for = ErrorAnswer(allow_null=True, help_text=_("Why it still waits in line, if there is a reason."))
    created_at = when()
    started_at = maybe_when()
    finished_at = maybe_when()
    deadline = when()
    decided_by = maybe(help_text=_("Who said how it ended, where the fiscal storage could not tell."))
    links = ReceiptLinks()


class ReceiptAnswer(JobAnswer):
    """A receipt and where it stands."""

    type = one_of(words(ReceiptType))
    total = sum_()
    change = sum_(help_text=_("Comes from cash only."))
    taxation = maybe(schema={"enum": [*words(Taxation), None]})
    electronic = flag()
    cashier = CashierAnswer(allow_null=True)
    items = serializers.ListField(child=LineAnswer())
    payments = serializers.ListField(child=PaymentAnswer())
    vats = serializers.ListField(child=VatAnswer())
    fiscal = FiscalAnswer(allow_null=True, help_text=_("Null until it is registered."))
    warnings = serializers.ListField(
        child=ErrorAnswer(), help_text=_("What people should look at although nothing failed: duplicate_request.")
    )


class OperationTotalsAnswer(Answer):
    count = number()
    sum = sum_()
    cash = sum_()
    electronically = sum_()
    prepaid = sum_()
    credit = sum_()
    other = sum_()


class CashMovesAnswer(Answer):
    count = number()
    sum = sum_()


class ShiftTotalsAnswer(Answer):
    """Counters of a shift."""

    sell = OperationTotalsAnswer()
    sell_return = OperationTotalsAnswer()
    buy = OperationTotalsAnswer()
    buy_return = OperationTotalsAnswer()
    cash_in = CashMovesAnswer()
    cash_out = CashMovesAnswer()
    cash = sum_(help_text=_("Cash in the drawer."))


class CommandAnswer(JobAnswer):
    """A command for a register and where it stands."""

    type = one_of(COMMAND_REQUESTS)
    fiscal = FiscalAnswer(allow_null=True, help_text=_("The report of a shift that was opened or closed."))
    cash = maybe(schema=MONEY, help_text=_("Cash in the drawer, where the command reads it."))
    totals = ShiftTotalsAnswer(allow_null=True, help_text=_("Counters, where the command reads them."))
    value = maybe(help_text=_("What a setting holds."))
    identity = IdentityAnswer(allow_null=True)
    state = ToldStateAnswer(allow_null=True)
    storage = StorageAnswer(allow_null=True)
    registration = RegistrationAnswer(allow_null=True)
    check = CheckAnswer(allow_null=True)
    document = FiscalAnswer(
        allow_null=True,
        help_text=_("The document that was made or read; without receipts:read_all buyers' data in `tlv` are stars."),
    )


class StateAnswer(Answer):
    """What the last poll saw."""

    at = maybe_when()
    shift = one_of(["closed", "open", "expired"])
    shift_number = number()
    shift_ends_at = maybe_when(help_text=_("By the device's clock."))
    paper = flag()
    cover_open = flag()
    printer_fault = flag()
    unprinted = flag()
    clock = maybe_when(help_text=_("The device's own reading."))
    last_fd = number()
    ofd_unsent = number()
    ofd_unsent_since = maybe_when()
    fn_valid_until = maybe()
    cash = sum_()


class AlarmAnswer(Answer):
    """Something that is wrong with a register beside the hold of its jobs."""

    code = Told({"examples": [ErrorCode.WORKER_DOWN.value, ErrorCode.FN_EXPIRING.value]})
    level = one_of(["alarm", "warning", "note"])
    since = maybe_when()
    title = text(help_text=_("What happened."))
    message = text(help_text=_("What is true about the receipt and the money."))
    action = text(help_text=_("One next step; empty if there is none."))


class DeviceLinks(Answer):
    self = text()
    commands = text()


class DeviceAnswer(Answer):
    """A register and what was last seen of it."""

    id = number()
    name = text()
    site = text()
    in_use = flag()
    link = one_of(Link.values)
    link_changed_at = maybe_when()
    serial_number = text()
    fn_number = text()
    model = text()
    firmware = text()
    ffd = maybe(schema={"examples": ["1.2"]})
    rnm = text()
    inn = text()
    organisation = text()
    taxations = Told({"type": "array", "items": {"type": "string", "enum": list(words(Taxation))}})
    state = StateAnswer(allow_null=True, help_text=_("Null while it was never seen."))
    hold = ErrorAnswer(allow_null=True, help_text=_("Why its jobs wait; null when they do not."))
    alarms = serializers.ListField(
        child=AlarmAnswer(), help_text=_("What else is wrong: what people see on “Today”, in the same words.")
    )
    waiting = number(help_text=_("Jobs before a new one."))
    links = DeviceLinks()


class ShiftLinks(Answer):
    self = text()
    receipts = text()


class ShiftAnswer(Answer):
    """A shift of one fiscal storage."""

    id = number()
    device = number()
    site = text()
    fn_number = text()
    number = number()
    state = one_of(["open", "closed"])
    opened_at = maybe_when()
    closed_at = maybe_when()
    totals = ShiftTotalsAnswer(allow_null=True, help_text=_("Counted by us from documents and jobs."))
    device_totals = ShiftTotalsAnswer(allow_null=True, help_text=_("Told by the device at the close."))
    links = ShiftLinks()


def page_of(row: type[Answer]) -> Answer:
    """A page of *row*; follow `next` until it is null."""
    fields = {
        "next": maybe(schema={"format": "uri"}),
        "previous": maybe(schema={"format": "uri"}),
        "results": serializers.ListField(child=row()),
    }
    made: Answer = type(row.__name__.replace("Answer", "Page"), (Answer,), fields)()
    return made


class DeviceListAnswer(Answer):
    results = serializers.ListField(child=DeviceAnswer())


class FaultAnswer(Answer):
    """A wrong field."""

    path = Told({"examples": ["items[0].quantity"]}, help_text=_("Where it is; empty for the whole body."))
    code = one_of([code.value for code in FaultCode])
    message = text()


class FirstJobAnswer(Answer):
    id = Told({"format": "uuid"})
    status = one_of([status.value for status in JobStatus])
    link = text()


class ProblemAnswer(Answer):
    """RFC 9457. `code` is stable, the words follow Accept-Language (ru, en)."""

    type = Told({"format": "uri-reference"})
    title = text()
    status = Told({"type": "integer"})
    detail = text()
    code = one_of(PROBLEMS)
    instance = text()
    errors = serializers.ListField(  # type: ignore[assignment] # the base has a property of this name
        child=FaultAnswer(), required=False, help_text=_("With 422: every wrong field.")
    )
    job = FirstJobAnswer(required=False, help_text=_("With tr_id_conflict: the first job."))
    differs = Told({"type": "array", "items": {"type": "string"}}, required=False, help_text=_("With tr_id_conflict."))
    scope = text(required=False, help_text=_("With scope_missing."))
    job_status = text(required=False, help_text=_("With not_queued."))
