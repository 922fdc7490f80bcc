"""What OpenAPI says about each endpoint; importing this module attaches it to the views."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_view,
)

from devices.ffd import ReceiptType
from devices.states import JobStatus
from receipts.api.problems import CONTENT_TYPE
from receipts.api.v1 import examples, schemas, views
from receipts.api.v1.command_requests import COMMAND_REQUESTS
from receipts.api.v1.requests import DecisionRequest, ReceiptRequest

# What objects are for; the rest speak for themselves.
OBJECTS: dict[str, Promise] = {
    "ReceiptRequest": _("A receipt to register."),
    "DecisionRequest": _("What a person says of a receipt, and how they know."),
    "ItemRequest": _("One line of a receipt."),
    "PaymentRequest": _("How a receipt is paid, or a part of it."),
    "CustomerRequest": _("The buyer: an e-mail or a phone, not both."),
    "CashierRequest": _("Who sells; the register's own cashier by default."),
    "SupplierRequest": _("Whose goods an agent sells."),
    "AgentDataRequest": _("Data of a paying agent (tag 1223)."),
    "MarkRequest": _("A marking code, which the register checks before it sells the goods."),
    "MarkCheckRequest": _("What an earlier check of the code came to; the register checks it again if it forgot it."),
    "IndustryRequest": _("An industry requisite (tags 1260, 1261). From FFD 1.2 on."),
    "OperationRequisiteRequest": _("Operation requisite of the receipt (tag 1270). From FFD 1.2 on."),
    "UserRequisiteRequest": _("A requisite of your own (tag 1084)."),
    "MarkAnswer": _("A marking code and what its check came to."),
    "CorrectionRequest": _("Why a correction is made."),
    "TextLineRequest": _("A line of free text with its looks; a plain string stands for the text alone."),
    "BarcodeRequest": _("A barcode or a QR on paper, in the place of a line."),
    "IdentityAnswer": _("Who is on the line."),
    "ToldStateAnswer": _("How the register is at this moment."),
    "StorageAnswer": _("The fiscal storage, and what the OFD has not got yet."),
    "RegistrationAnswer": _("What the register was registered with at the tax office."),
    "CheckAnswer": _("What the check of a marking code came to (tag 2106)."),
    "ReceiptAnswer": _("A receipt and where it stands."),
    "LineAnswer": _("A position as it is registered: discounts are in the price, one line may have become two."),
    "VatAnswer": _("VAT of one rate: the sum of the positions' taxes, and the turnover it was taken from."),
    "FiscalAnswer": _("The fiscal document, with everything that the fiscal storage answered."),
    "ErrorAnswer": _("What went wrong, in words for people."),
    "CommandAnswer": _("A command for a register and where it stands."),
    "DeviceAnswer": _("A register and what was last seen of it."),
    "AlarmAnswer": _("Something that is wrong with a register beside the hold of its jobs."),
    "StateAnswer": _("What the last poll saw."),
    "ShiftAnswer": _("A shift of one fiscal storage."),
    "ShiftTotalsAnswer": _("Counters of a shift."),
    "ProblemAnswer": _("RFC 9457. The code is stable, the words follow Accept-Language: ru, en."),
    "FaultAnswer": _("A wrong field."),
}

RECEIPTS, DEVICES, SHIFTS = "receipts", "devices", "shifts"


def _problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    words: dict[int, Promise] = {
        400: _("The body is not JSON."),
        401: _("No key, or a wrong one."),
        403: _("The key lacks a scope."),
        404: _("There is no such thing, or the key may not see it."),
        409: _("It contradicts what was done before."),
        411: _("No Content-Length."),
        413: _("Over one megabyte."),
        415: _("Not application/json."),
        422: _("Wrong fields, all of them; nothing was queued."),
        429: _("Too many requests; see Retry-After."),
        503: _("The database does not answer; see Retry-After."),
    }
    shown = {409: ("CONFLICT", examples.CONFLICT), 422: ("FAULTY", examples.FAULTY)}
    return {
        (status, CONTENT_TYPE): OpenApiResponse(
            schemas.ProblemAnswer,
            description=words[status],
            examples=[
                OpenApiExample(name, value, media_type=CONTENT_TYPE, status_codes=[status])
                for name, value in [shown[status]]
            ]
            if status in shown
            else [],
        )
        for status in sorted({401, 403, 429, 503, *statuses})
    }


def _query(name: str, description: Any, *, kind: Any = str, enum: Iterable[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=description, enum=list(enum) if enum else None)


WAIT = OpenApiParameter(
    "wait",
    {"type": "number", "minimum": 0, "maximum": views.MAX_WAIT, "default": 0},
    description=_("Seconds to wait for the result; the answer comes as soon as the job is settled."),
)
ID = OpenApiParameter("public_id", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH)
NUMBER = OpenApiParameter("id", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH)
PAGE = [
    _query("cursor", _("Where a page begins; take it from `next`.")),
    OpenApiParameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, description=_("Rows a page.")
    ),
]
WHEN = {"type": "string", "format": "date-time"}
MONEY = {"type": "string", "pattern": r"^[0-9]{1,8}(\.[0-9]{1,2})?$"}
WHOLE = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
MOMENT = _("ISO 8601; encode the + of the zone as %2B.")
RECEIPT_QUERY = [
    _query("device", _("Number of the register."), kind=WHOLE),
    _query("site", _("Code of the site.")),
    _query("status", _("Where it stands."), enum=[status.value for status in JobStatus]),
    _query("type", _("Kind of the receipt."), enum=[kind.value for kind in ReceiptType]),
    _query("tr_id", _("Your own name of the request.")),
    _query("created_from", MOMENT, kind=WHEN),
    _query("created_to", MOMENT, kind=WHEN),
    _query("total_from", _("Decimal string."), kind=MONEY),
    _query("total_to", _("Decimal string."), kind=MONEY),
    _query("fd_number", _("Number of the fiscal document."), kind=WHOLE),
    _query("shift", _("Number of the shift."), kind=WHOLE),
]
SHIFT_QUERY = [
    _query("device", _("Number of the register."), kind=WHOLE),
    _query("site", _("Code of the site.")),
    _query("number", _("Number of the shift."), kind=WHOLE),
    _query("state", _("Open or closed."), enum=["open", "closed"]),
    _query("opened_from", MOMENT, kind=WHEN),
    _query("opened_to", MOMENT, kind=WHEN),
]
REGISTERED = OpenApiExample("REGISTERED", examples.REGISTERED, response_only=True, status_codes=[200, 201])
QUEUED = OpenApiExample("QUEUED", examples.QUEUED, response_only=True, status_codes=[202])

extend_schema_view(
    get=extend_schema(
        operation_id="list_receipts",
        tags=[RECEIPTS],
        summary=_("Receipts, newest first"),
        description=_("Your own receipts; with the scope receipts:read_all every receipt of your sites."),
        parameters=[*RECEIPT_QUERY, *PAGE],
        responses={200: schemas.page_of(schemas.ReceiptAnswer), **_problems(422)},
    ),
    post=extend_schema(
        operation_id="register_receipt",
        tags=[RECEIPTS],
        summary=_("Register a receipt"),
        description=_(
            "Puts the receipt in line and answers at once; with `wait` as soon as it is settled. 201: registered. "
            "202: look at `status`. 200: a repeat, with the first receipt as it stands. The scope is receipts:create, "
            "for returns and corrections refunds:create."
        ),
        parameters=[WAIT],
        request=ReceiptRequest,
        responses={
            201: OpenApiResponse(schemas.ReceiptAnswer, description=_("Registered at once.")),
            202: OpenApiResponse(schemas.ReceiptAnswer, description=_("In line, or settled without success.")),
            200: OpenApiResponse(schemas.ReceiptAnswer, description=_("A repeat of an earlier request.")),
            **_problems(400, 404, 409, 411, 413, 415, 422),
        },
        examples=[
            OpenApiExample("SALE", examples.SALE, summary=_("A sale for cash"), request_only=True),
            OpenApiExample("PHARMACY", examples.PHARMACY, summary=_("Six items of a pharmacy"), request_only=True),
            OpenApiExample("DISCOUNT", examples.DISCOUNT, summary=_("A discount, two payments"), request_only=True),
            OpenApiExample(
                "MARKED", examples.MARKED, summary=_("Marked goods, an agent's ticket, excise"), request_only=True
            ),
            OpenApiExample("RETURN", examples.RETURN, summary=_("A return of an older sale"), request_only=True),
            OpenApiExample("CORRECTION", examples.CORRECTION, summary=_("A correction"), request_only=True),
            REGISTERED,
            QUEUED,
        ],
    ),
)(views.ReceiptsView)

extend_schema_view(
    get=extend_schema(
        operation_id="get_receipt",
        tags=[RECEIPTS],
        summary=_("One receipt"),
        parameters=[ID, WAIT],
        responses={200: schemas.ReceiptAnswer, **_problems(404, 422)},
        examples=[REGISTERED],
    ),
    delete=extend_schema(
        operation_id="cancel_receipt",
        tags=[RECEIPTS],
        summary=_("Take a receipt back while it is queued"),
        description=_("After that moment it is too late: 409 says how it stands."),
        parameters=[ID],
        responses={200: schemas.ReceiptAnswer, **_problems(404, 409)},
    ),
)(views.ReceiptView)

extend_schema_view(
    post=extend_schema(
        operation_id="decide_receipt",
        tags=[RECEIPTS],
        summary=_("Say how a receipt ended that nothing proves"),
        description=_(
            "For a receipt that stays unknown because its fiscal storage cannot tell or does not answer, and for one "
            "that is expired. What the storage proves later stands, whatever was said. The scope is receipts:decide."
        ),
        parameters=[ID, WAIT],
        request=DecisionRequest,
        responses={
            200: OpenApiResponse(schemas.ReceiptAnswer, description=_("Settled.")),
            202: OpenApiResponse(schemas.ReceiptAnswer, description=_("Kept; the register is asked once more.")),
            **_problems(400, 404, 409, 411, 413, 415, 422),
        },
        examples=[
            OpenApiExample("SEEN", examples.SEEN, summary=_("It is on the tape"), request_only=True),
            OpenApiExample("NOT_SEEN", examples.NOT_SEEN, summary=_("It is nowhere"), request_only=True),
        ],
    ),
)(views.DecisionView)

extend_schema_view(
    get=extend_schema(
        operation_id="list_devices",
        tags=[DEVICES],
        summary=_("Registers of your sites"),
        responses={200: schemas.DeviceListAnswer, **_problems(422)},
    )
)(views.DevicesView)

extend_schema_view(
    get=extend_schema(
        operation_id="get_device",
        tags=[DEVICES],
        summary=_("One register with its state"),
        parameters=[NUMBER],
        responses={200: schemas.DeviceAnswer, **_problems(404, 422)},
    )
)(views.DeviceView)

extend_schema_view(
    post=extend_schema(
        operation_id="command_device",
        tags=[DEVICES],
        summary=_("Give a register a command"),
        description=_(
            "Opens and closes shifts (scope shifts:write); prints reports, texts and copies, takes cash in and out, "
            "opens the drawer, sets the clock (devices:command); reads state, counters, documents and settings "
            "(devices:read); changes settings and resets (devices:admin, which no key has until a person gives it). "
            "With a `tr_id` a repeat returns the first command."
        ),
        parameters=[NUMBER, WAIT],
        request=PolymorphicProxySerializer(
            component_name="CommandRequest",
            serializers=dict(COMMAND_REQUESTS),
            resource_type_field_name="type",
        ),
        responses={
            201: OpenApiResponse(schemas.CommandAnswer, description=_("Done within this request.")),
            202: OpenApiResponse(schemas.CommandAnswer, description=_("In line, or settled without success.")),
            200: OpenApiResponse(schemas.CommandAnswer, description=_("A repeat of an earlier request.")),
            **_problems(400, 404, 409, 411, 413, 415, 422),
        },
        examples=[OpenApiExample(kind.upper(), value, request_only=True) for kind, value in examples.COMMANDS.items()],
    )
)(views.DeviceCommandsView)

extend_schema_view(
    get=extend_schema(
        operation_id="get_command",
        tags=[DEVICES],
        summary=_("One command"),
        parameters=[ID, WAIT],
        responses={200: schemas.CommandAnswer, **_problems(404, 422)},
    ),
    delete=extend_schema(
        operation_id="cancel_command",
        tags=[DEVICES],
        summary=_("Take a command back while it is queued"),
        parameters=[ID],
        responses={200: schemas.CommandAnswer, **_problems(404, 409)},
    ),
)(views.CommandView)

extend_schema_view(
    get=extend_schema(
        operation_id="list_shifts",
        tags=[SHIFTS],
        summary=_("Shifts with totals, newest first"),
        parameters=[*SHIFT_QUERY, *PAGE],
        responses={200: schemas.page_of(schemas.ShiftAnswer), **_problems(422)},
    )
)(views.ShiftsView)

extend_schema_view(
    get=extend_schema(
        operation_id="get_shift",
        tags=[SHIFTS],
        summary=_("One shift with totals"),
        parameters=[NUMBER],
        responses={200: schemas.ShiftAnswer, **_problems(404, 422)},
    )
)(views.ShiftView)
