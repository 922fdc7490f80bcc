"""The shape of what a register told when it was asked (answers_told.py), for OpenAPI."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from devices.ffd import Agent, Taxation
from receipts.api.fields import words
from receipts.api.v1.answers_told import WARNINGS
from receipts.api.v1.schemas_base import Answer, Told, flag, maybe, maybe_when, number, one_of, sum_, text


def many(names: Any, **kwargs: Any) -> Told:
    return Told({"type": "array", "items": {"type": "string", "enum": list(names)}}, **kwargs)


class IdentityAnswer(Answer):
    """Who is on the line."""

    serial_number = text()
    fn_number = text()
    model = text()
    firmware = text()
    columns = number(help_text=_("Characters of a line of paper."))
    rnm = text()
    inn = text()
    organisation = text()
    address = text()
    ffd = maybe(schema={"examples": ["1.2"]})
    taxations = many(words(Taxation))


class ToldStateAnswer(Answer):
    """How the register is at this moment."""

    shift = one_of(["closed", "open", "expired"])
    shift_number = number()
    shift_ends_at = maybe_when(help_text=_("By the device's clock."))
    paper = flag()
    cover_open = flag()
    printer_fault = flag()
    unprinted = flag()
    receipt_open = flag()
    drawer_open = flag()
    registered = flag(help_text=_("With the tax office."))
    cash = sum_()
    clock = maybe_when(help_text=_("The device's own reading."))
    last_fd = number()


class StorageAnswer(Answer):
    """The fiscal storage, and what the OFD has not got yet."""

    fn_number = text()
    version = text()
    ffd = maybe(schema={"examples": ["1.2"]})
    phase = number(help_text=_("3 is the fiscal mode, 7 a closed archive."))
    warnings = many(WARNINGS.values())
    valid_until = maybe(schema={"format": "date"})
    registrations = number()
    registrations_left = number()
    last_fd = number()
    receipt_number = number(help_text=_("Of the last receipt in the shift."))
    ofd_unsent = number()
    ofd_unsent_fd = maybe("integer", help_text=_("The first document that the OFD has not got."))
    ofd_unsent_since = maybe_when()


class RegistrationAnswer(Answer):
    """What the register was registered with at the tax office."""

    rnm = text()
    inn = text()
    organisation = text()
    address = text()
    settlement_place = text()
    sender_email = text()
    fns_site = text()
    ofd_inn = text()
    ofd_name = text()
    machine_number = text()
    ffd = maybe(schema={"examples": ["1.2"]})
    taxations = many(words(Taxation))
    agents = many(words(Agent))
    modes = Told({"type": "array", "items": {"type": "string"}, "examples": [["internet", "marking"]]})
    at = maybe_when(help_text=_("Of the last registration report."))


class CheckAnswer(Answer):
    """What the check of a marking code came to (tag 2106)."""

    checked = flag()
    valid = flag()
    status_told = flag()
    status_fits = flag()
    offline = flag()
