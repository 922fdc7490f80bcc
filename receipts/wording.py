"""
Words for people about wrong requests: one sentence per code, with what to do. English here, Russian in
receipts/locale/ru.

What devices say is in devices/messages.py; here is only what a request can be refused for before anything is queued.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from devices.errors import ErrorCode
from devices.messages import explain
from receipts.checks import Fault
from receipts.checks import FaultCode as F

FAULTS: dict[F, Promise] = {
    F.REQUIRED: _("This field is required."),
    F.UNKNOWN_FIELD: _("There is no such field. Check its name."),
    F.WRONG_TYPE: _("Wrong JSON type: %(expected)s is expected."),
    F.NUMBER_NOT_STRING: _(
        "Send a decimal string, not a JSON number: “%(example)s”, so that no kopeck is lost on the way."
    ),
    F.BAD_FORMAT: _("Wrong format. An example: “%(example)s”."),
    F.NOT_A_CHOICE: _("Unknown value. Known are: %(choices)s."),
    F.INVALID_CHARACTERS: _("The text holds a character that cannot be kept: %(character)s."),
    F.EMPTY: _("Nothing readable is left of it. Fill it in."),
    F.TOO_LONG: _("Too long: %(limit)s characters at most."),
    F.TOO_MANY: _("Too many: %(limit)s at most."),
    F.TOO_SMALL: _("Too small: %(least)s at least."),
    F.TOO_LARGE: _("Too large: %(most)s at most."),
    F.TOO_PRECISE: _("Too many digits after the point: the device takes %(places)s."),
    F.BAD_INN: _("Not an INN: %(lengths)s digits with right check digits are expected."),
    F.BAD_EMAIL: _("Not one e-mail address of at most 64 characters."),
    F.BAD_PHONE: _("Not a phone: + and 7 to 15 digits are expected."),
    F.BAD_URL: _("Not a public https address without login and password."),
    F.ONE_OF: _("Give exactly one of: %(fields)s."),
    F.NOT_ALLOWED: _("Not allowed here (%(reason)s)."),
    F.NOT_SUPPORTED: _("Not supported yet."),
    F.DEVICE_DISABLED: _("The register is switched off in the settings."),
    F.IN_THE_PAST: _("It lies in the past."),
    F.IN_THE_FUTURE: _("It lies too far ahead: %(days)s days at most."),
    F.NO_ZONE: _("The time has no zone. Add one: +03:00 or Z."),
    F.VAT_NOT_YET: _("This VAT rate is valid from %(day)s."),
    F.VAT_NO_LONGER: _("This VAT rate was valid for sales until %(day)s; now it is %(instead)s."),
    F.VAT_TAXATION: _("This VAT rate does not go with the taxation “%(taxation)s”."),
    F.TAXATION_NOT_REGISTERED: _("The register is not registered for this taxation."),
    F.SUM_MISMATCH: _("Price × quantity − discount is %(sum)s."),
    F.TOTAL_MISMATCH: _("The items come to %(sum)s. The total may drop their kopecks and nothing else."),
    F.PAYMENTS_SHORT: _("The payments do not reach the total %(sum)s: %(short)s is missing."),
    F.PAYMENTS_OVER: _(
        "Payments other than cash are above the total %(sum)s. Only cash may be more: the rest is change."
    ),
    F.PAYMENTS_INEXACT: _("The payments must equal the total %(sum)s: there is no change here."),
    F.METHOD_PAYMENTS: _("An item is sold on credit, so a payment of type “credit” is needed."),
    F.DISCOUNT_TOO_LARGE: _("The discount is larger than what it is taken from."),
    F.DISCOUNT_INDIVISIBLE: _("The discount does not divide over a marked item: send one line per code."),
    F.CONTACT_REQUIRED: _("An electronic receipt needs the buyer's e-mail or phone."),
    F.SUPPLIER_REQUIRED: _("An agent's item needs its supplier with INN."),
    F.AGENT_DATA_REQUIRED: _("This agent's item needs: %(fields)s."),
    F.NOT_A_MARK: _("This is not a marking code. Scan the square code, not the barcode, and keep its separators."),
    F.MARK_QUANTITY: _("A marking code is one piece: send the quantity 1 and a line per code."),
    F.MARK_TWICE: _("This marking code stands in the receipt already."),
    F.ORDER_NUMBER_REQUIRED: _("A correction by order needs the number of the order."),
    F.FFD_TOO_OLD: _("The register works by FFD %(ffd)s, which has no such receipt. Register a return instead."),
    F.RECEIPT_TOO_LARGE: _("Too large for one document of the fiscal storage. Split it."),
}

JSON_TYPES: dict[str, Promise] = {
    "string": _("a string"),
    "boolean": _("true or false"),
    "integer": _("a whole number"),
    "object": _("an object"),
    "array": _("an array"),
}


class _Known(dict[str, str]):
    """A parameter that nobody gave reads «—»: a sentence is never worth a failure."""

    def __missing__(self, key: str) -> str:
        return "—"


def sentence(fault: Fault) -> str:
    """What is wrong with a field, in the active language."""
    params = _Known(fault.params)
    if params.get("expected") in JSON_TYPES:
        params["expected"] = str(JSON_TYPES[params["expected"]])
    return str(FAULTS[fault.code]) % params


# Problems: what an answer of 4xx or 5xx is called, and what is true about the request.
PROBLEMS: dict[str, tuple[Promise, Promise]] = {
    "validation_failed": (_("The request has mistakes"), _("Nothing was queued. Correct the fields below.")),
    "broken_json": (_("The body is not JSON"), _("Nothing was queued. %(reason)s")),
    "key_missing": (
        _("An API key is needed"),
        _("Send it in the header “Authorization: Bearer …”. Nothing was queued."),
    ),
    "key_wrong": (_("The API key is not valid"), _("It is unknown, switched off or damaged. Nothing was queued.")),
    "scope_missing": (_("The API key may not do this"), _("It lacks the scope %(scope)s. Nothing was queued.")),
    "not_found": (_("There is no such thing here"), _("Nothing was found at this address, or the key may not see it.")),
    "device_not_found": (
        _("There is no such register"),
        _("The key sees no register or site “%(name)s”. Nothing was queued."),
    ),
    "host_unknown": (
        _("The server does not go by this name"),
        _("The host of the address is not in KKT_ALLOWED_HOSTS. Nothing was queued."),
    ),
    "slash_missing": (_("The address ends with a slash"), _("Use %(path)s. Nothing was queued.")),
    "method_not_allowed": (_("This method is not allowed here"), _("Allowed are: %(allowed)s.")),
    "media_type_unsupported": (
        _("The body must be JSON"),
        _("Send “Content-Type: application/json”. Nothing was queued."),
    ),
    "too_large": (_("The request is too large"), _("%(limit)s bytes are taken at most. Nothing was queued.")),
    "length_required": (_("The length of the body is missing"), _("Send a Content-Length. Nothing was queued.")),
    "tr_id_conflict": (
        _("This tr_id belongs to another request"),
        _("This order was already sent with other data. No receipt was created."),
    ),
    "not_queued": (_("It is too late to take it back"), _("The job is “%(status)s”, nothing was changed.")),
    "nothing_to_decide": (
        _("There is nothing to decide"),
        _("The receipt is “%(status)s”: it is settled, or the program can still find out. Nothing was changed."),
    ),
    "too_many_wrong_keys": (
        _("Too many wrong API keys"),
        _(
            "Too many keys that are not valid came from this address. Wait %(seconds)s s and send a valid one. "
            "Nothing was queued."
        ),
    ),
    "too_many_requests": (_("Too many requests"), _("Wait %(seconds)s s and go on. Nothing was queued.")),
    "unavailable": (
        _("The service cannot answer now"),
        _("Repeat the request with the same tr_id: it is registered once in any case."),
    ),
    "disk_full": (
        _("The server is out of disk space."),
        _("New receipts are refused, registered ones are safe. Call the administrator. Nothing was queued."),
    ),
    "internal": (
        _("A mistake of ours"),
        _("It is in the log. Repeat the request with the same tr_id: it is registered once in any case."),
    ),
}


def problem_words(code: str, **params: str) -> tuple[str, str]:
    """Title and detail of a problem, in the active language. Of one that devices may have too, the detail says it."""
    if code == "tr_id_conflict" and params:
        told = explain(ErrorCode.KEY_CONFLICT, **params)
        return str(PROBLEMS[code][0]), f"{told.title} {told.truth}"
    title, detail = PROBLEMS[code]
    return str(title), str(detail) % _Known(params)
