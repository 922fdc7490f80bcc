"""Answers of driver 10 as what a device tells of itself. Source: atol-driver10-json.md 2.7, 2.9, 2.10."""

from __future__ import annotations

import datetime
from typing import Any

from devices.commands import (
    Baseline,
    DeviceState,
    Identity,
    MarkCheck,
    OperationTotals,
    Registration,
    ShiftState,
    ShiftTotals,
    StorageState,
)
from devices.drivers.driver10 import words
from devices.drivers.driver10.channel import Json
from devices.drivers.driver10.values import inner, kopecks, local, text, whole
from devices.drivers.profiles import find

_SHIFTS = {"closed": ShiftState.CLOSED, "opened": ShiftState.OPEN, "expired": ShiftState.EXPIRED}
_NO_CLOCK = datetime.datetime(2000, 1, 1)
_WARNINGS = ("needReplacement", "resourceExhausted", "memoryOverflow", "ofdTimeout")
"""Bits 0..3 of the ФН's warning byte; criticalError is bit 7. Source: ffd.md 7.5, names 2.7 of the reference [C]."""


def identity(device: Json, fn: Json, registration: Json) -> Identity:
    """Of getDeviceInfo, getFnInfo, getRegistrationInfo ({} where the device has none)."""
    told, owner = inner(device, "deviceInfo"), inner(registration, "organization")
    profile = find(whole(told.get("model")))
    return Identity(
        serial_number=text(told.get("serial")),
        model=text(told.get("modelName")) or (profile.name if profile else f"ATOL {whole(told.get('model'))}"),
        model_code=whole(told.get("model")),
        firmware=text(told.get("firmwareVersion")),
        fn_number=text(inner(fn, "fnInfo").get("serial")),
        ffd=words.FFDS.get(text(told.get("ffdVersion")), 0),
        columns=whole(told.get("receiptLineLength")) or (profile.columns if profile else 0) or 32,
        rnm=text(inner(registration, "device").get("registrationNumber")),
        inn=text(owner.get("vatin")),
        organisation=text(owner.get("name")),
        address=text(owner.get("address")),
        taxations=taxations(owner),
    )


def taxations(owner: Json) -> int:
    named = owner.get("taxationTypes")
    return sum(bit for bit, name in words.TAXATIONS.items() if name in (named if isinstance(named, list) else ()))


def shift(status: Json, clock: datetime.datetime | None = None) -> tuple[ShiftState, int, datetime.datetime | None]:
    """State, number and end of getShiftStatus. Its word for an old shift may come late, so the clock decides too."""
    told = inner(status, "shiftStatus")
    state = _SHIFTS.get(text(told.get("state")), ShiftState.CLOSED)
    ends = local(told.get("expiredTime")) if state is not ShiftState.CLOSED else None
    if state is ShiftState.OPEN and clock and ends and clock > ends:
        state = ShiftState.EXPIRED
    return state, whole(told.get("number")), ends


def device_state(
    *, device: Json, shift_told: Json, fn: Json, drawer: Json, info: Json, ofd: Json, unprinted: bool
) -> DeviceState:
    """
    Of getDeviceStatus, getShiftStatus, getFnStatus, getCashDrawerStatus, getFnInfo, ofdExchangeStatus.

    Driver 10 tells of no open receipt (its next one cancels it) and of no fault of the printer but paper and cover.
    """
    told = inner(device, "deviceStatus")
    clock = local(told.get("currentDateTime"))
    state, number, ends = shift(shift_told, clock)
    unsent, since = whole(inner(ofd, "status").get("notSentCount")), inner(ofd, "status").get("notSentFirstDocDateTime")
    until = local(inner(info, "fnInfo").get("validityDate"))
    return DeviceState(
        shift=state,
        shift_number=number,
        shift_ends_at=ends,
        receipt_open=False,
        paper=told.get("paperPresent") is not False,
        cover_open=told.get("coverOpened") is True,
        printer_fault=False,
        unprinted=unprinted,
        cash=kopecks(inner(drawer, "counters").get("cashSum")),
        clock=clock or _NO_CLOCK,
        last_fd=last_fd(fn),
        ofd_unsent=unsent,
        ofd_unsent_since=local(since) if unsent else None,
        fn_valid_until=until.date() if until else None,
        fn_warnings=warnings(inner(fn, "fnStatus")),
        drawer_open=told.get("cashDrawerOpened") is True,
        registered=told.get("fiscal") is not False,
    )


def warnings(told: Json) -> int:
    named = inner(told, "warnings")
    bits = sum((named.get(name) is True) << place for place, name in enumerate(_WARNINGS))
    return bits | (named.get("criticalError") is True) << 7


def last_fd(fn: Json) -> int:
    """Of getFnStatus."""
    return whole(inner(fn, "fnStatus").get("fiscalDocumentNumber"))


def has_last_fd(fn: Json) -> bool:
    return "fiscalDocumentNumber" in inner(fn, "fnStatus")


def baseline(device: Json, info: Json, fn: Json, shift_told: Json, totals: Json) -> Baseline:
    """Of getDeviceInfo, getFnInfo, getFnStatus, getShiftStatus, getShiftTotals."""
    state, number, _ = shift(shift_told)
    counted = shift_totals(totals)
    return Baseline(
        serial_number=text(inner(device, "deviceInfo").get("serial")),
        fn_number=text(inner(info, "fnInfo").get("serial")),
        last_fd=last_fd(fn),
        shift=state,
        shift_number=number,
        cash=counted.cash,
        cash_ins=counted.cash_ins,
        cash_in_sum=counted.cash_in_sum,
        cash_outs=counted.cash_outs,
        cash_out_sum=counted.cash_out_sum,
    )


def shift_totals(answer: Json) -> ShiftTotals:
    """Of getShiftTotals. Corrections are counted with their operations, as far as is known [C]."""
    told = inner(answer, "shiftTotals")
    income, outcome, receipts = inner(told, "income"), inner(told, "outcome"), inner(told, "receipts")
    return ShiftTotals(
        sell=_operation(receipts.get("sell")),
        sell_return=_operation(receipts.get("sellReturn")),
        buy=_operation(receipts.get("buy")),
        buy_return=_operation(receipts.get("buyReturn")),
        cash_ins=whole(income.get("count")),
        cash_in_sum=kopecks(income.get("sum")),
        cash_outs=whole(outcome.get("count")),
        cash_out_sum=kopecks(outcome.get("sum")),
        cash=kopecks(inner(told, "cashDrawer").get("sum")),
    )


def overall_totals(answer: Json, cash: int) -> ShiftTotals:
    """Of getOverallTotals: sums alone."""
    receipts = inner(answer, "overallTotals", "receipts")
    return ShiftTotals(
        sell=_operation(receipts.get("sell")),
        sell_return=_operation(receipts.get("sellReturn")),
        buy=_operation(receipts.get("buy")),
        buy_return=_operation(receipts.get("buyReturn")),
        cash=cash,
    )


def _operation(data: Any) -> OperationTotals:
    told = inner({"": data}, "")
    paid = {name: kopecks(inner(told, "payments").get(name)) for name in words.PAYMENTS.values()}
    total = kopecks(told["sum"]) if "sum" in told else sum(paid.values())
    return OperationTotals(count=whole(told.get("count")), sum=total, **paid)


def storage(info: Json, fn: Json, ofd: Json) -> StorageState:
    """Of getFnInfo, getFnStatus, ofdExchangeStatus."""
    told, waiting = inner(info, "fnInfo"), inner(ofd, "status")
    until, unsent = local(told.get("validityDate")), whole(waiting.get("notSentCount"))
    return StorageState(
        fn_number=text(told.get("serial")),
        phase=words.PHASES.get(text(told.get("livePhase")), 0),
        warnings=warnings(told) | warnings(inner(fn, "fnStatus")),
        valid_until=until.date() if until else None,
        registrations=whole(told.get("numberOfRegistrations")),
        registrations_left=whole(told.get("registrationsRemaining")),
        version=text(told.get("version")),
        ffd=words.FFDS.get(text(told.get("fnFfdVersion")), 0),
        last_fd=last_fd(fn),
        receipt_number=whole(inner(fn, "fnStatus").get("fiscalReceiptNumber")),
        ofd_unsent=unsent,
        ofd_unsent_fd=whole(waiting.get("notSentFirstDocNumber")) if unsent else 0,
        ofd_unsent_since=local(waiting.get("notSentFirstDocDateTime")) if unsent else None,
    )


def registration(answer: Json) -> Registration:
    """Of getRegistrationInfo. When it was registered is not told."""
    owner, device, ofd = inner(answer, "organization"), inner(answer, "device"), inner(answer, "ofd")
    agents = owner.get("agents")
    named = agents if isinstance(agents, list) else ()
    return Registration(
        rnm=text(device.get("registrationNumber")),
        inn=text(owner.get("vatin")),
        organisation=text(owner.get("name")),
        address=text(owner.get("address")),
        settlement_place=text(device.get("paymentsAddress")),
        sender_email=text(owner.get("email")),
        taxations=taxations(owner),
        agents=sum(bit for bit, name in words.AGENTS.items() if name in named),
        ffd=words.FFDS.get(text(device.get("ffdVersion")), 0),
        fns_site=text(device.get("fnsUrl")),
        ofd_inn=text(ofd.get("vatin")),
        ofd_name=text(ofd.get("name")),
        machine_number=text(device.get("machineNumber")),
        modes=tuple(name for word, name in words.MODES.items() if device.get(word) is True),
    )


def mark_check(answer: Json) -> MarkCheck:
    """`itemInfoCheckResult` of acceptMarkingCode."""
    told = inner(answer, "itemInfoCheckResult")
    return MarkCheck(
        checked=told.get("imcCheckFlag") is True,
        valid=told.get("imcCheckResult") is True,
        status_told=told.get("imcStatusInfo") is True,
        status_fits=told.get("imcEstimatedStatusCorrect") is True,
        offline=told.get("ecrStandAloneFlag") is True,
    )
