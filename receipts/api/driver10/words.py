"""
Words of driver 10's tasks and what they stand for. Case matters, numbers come as strings. Source:
atol-driver10-json.md 2.3.
"""

from __future__ import annotations

import datetime
from typing import TypeVar

from devices.commands import Align, BarcodeType
from devices.ffd import Agent, Measure, PaymentMethod, PaymentObject, PaymentType, Taxation, Vat, general_vat

T = TypeVar("T")


def _numbered(named: dict[str, T], codes: dict[int, T]) -> dict[str, T]:
    return named | {str(code): member for code, member in codes.items()}


TAXATIONS: dict[str, Taxation | None] = {
    "osn": Taxation.OSN,
    "usnIncome": Taxation.USN_INCOME,
    "usnIncomeOutcome": Taxation.USN_INCOME_EXPENSE,
    "esn": Taxation.ESHN,
    "patent": Taxation.PSN,
    "": None,
}

PAYMENTS = _numbered({kind.value: kind for kind in PaymentType}, dict(enumerate(PaymentType)))
"""«5» to «10» are types that a shop names itself: the device has them, ФФД has not."""

METHODS = _numbered(
    {
        "fullPrepayment": PaymentMethod.FULL_PREPAYMENT,
        "prepayment": PaymentMethod.PREPAYMENT,
        "advance": PaymentMethod.ADVANCE,
        "fullPayment": PaymentMethod.FULL_PAYMENT,
        "partialPayment": PaymentMethod.PARTIAL_AND_CREDIT,
        "credit": PaymentMethod.CREDIT,
        "creditPayment": PaymentMethod.CREDIT_PAYMENT,
    },
    {member.value: member for member in PaymentMethod},
)

OBJECTS = _numbered(
    {
        "commodity": PaymentObject.COMMODITY,
        "excise": PaymentObject.EXCISE,
        "job": PaymentObject.JOB,
        "service": PaymentObject.SERVICE,
        "gamblingBet": PaymentObject.GAMBLING_BET,
        "gamblingPrize": PaymentObject.GAMBLING_PRIZE,
        "lottery": PaymentObject.LOTTERY,
        "lotteryPrize": PaymentObject.LOTTERY_PRIZE,
        "intellectualActivity": PaymentObject.INTELLECTUAL_ACTIVITY,
        "payment": PaymentObject.PAYMENT,
        "agentCommission": PaymentObject.AGENT_COMMISSION,
        "pay": PaymentObject.COMPOSITE,
        "composite": PaymentObject.COMPOSITE,
        "another": PaymentObject.ANOTHER,
        "proprietaryLaw": PaymentObject.PROPRIETARY_LAW,
        "nonOperatingIncome": PaymentObject.NON_OPERATING_INCOME,
        "otherContributions": PaymentObject.INSURANCE_CONTRIBUTIONS,
        "insuranceContributions": PaymentObject.INSURANCE_CONTRIBUTIONS,
        "merchantTax": PaymentObject.MERCHANT_TAX,
        "resortFee": PaymentObject.RESORT_FEE,
        "touristTax": PaymentObject.RESORT_FEE,
        "deposit": PaymentObject.DEPOSIT,
        "consumption": PaymentObject.CONSUMPTION,
        "soleProprietorCPIContributions": PaymentObject.SOLE_PROPRIETOR_CPI_CONTRIBUTIONS,
        "cpiContributions": PaymentObject.CPI_CONTRIBUTIONS,
        "soleProprietorCMIContributions": PaymentObject.SOLE_PROPRIETOR_CMI_CONTRIBUTIONS,
        "cmiContributions": PaymentObject.CMI_CONTRIBUTIONS,
        "csiContributions": PaymentObject.CSI_CONTRIBUTIONS,
        "casinoPayment": PaymentObject.CASINO_PAYMENT,
        "fundsIssuance": PaymentObject.FUND_ISSUANCE,
        "exciseWithoutMarking": PaymentObject.EXCISABLE_WITHOUT_MARKING,
        "exciseWithMarking": PaymentObject.EXCISABLE_WITH_MARKING,
        "commodityWithoutMarking": PaymentObject.COMMODITY_WITHOUT_MARKING,
        "commodityWithMarking": PaymentObject.COMMODITY_WITH_MARKING,
    },
    {member.value: member for member in PaymentObject},
)

MEASURES = _numbered(
    {
        "piece": Measure.PIECE,
        "gram": Measure.GRAM,
        "kilogram": Measure.KILOGRAM,
        "ton": Measure.TON,
        "centimeter": Measure.CENTIMETER,
        "decimeter": Measure.DECIMETER,
        "meter": Measure.METER,
        "squareCentimeter": Measure.SQUARE_CENTIMETER,
        "squareDecimeter": Measure.SQUARE_DECIMETER,
        "squareMeter": Measure.SQUARE_METER,
        "milliliter": Measure.MILLILITER,
        "liter": Measure.LITER,
        "cubicMeter": Measure.CUBIC_METER,
        "kilowattHour": Measure.KILOWATT_HOUR,
        "gkal": Measure.GIGACALORIE,
        "day": Measure.DAY,
        "hour": Measure.HOUR,
        "minute": Measure.MINUTE,
        "second": Measure.SECOND,
        "kilobyte": Measure.KILOBYTE,
        "megabyte": Measure.MEGABYTE,
        "gigabyte": Measure.GIGABYTE,
        "terabyte": Measure.TERABYTE,
        "otherUnits": Measure.OTHER,
    },
    {member.value: member for member in Measure},
)

AGENTS = {
    "bankPayingAgent": Agent.BANK_PAYING_AGENT,
    "bankPayingSubagent": Agent.BANK_PAYING_SUBAGENT,
    "payingAgent": Agent.PAYING_AGENT,
    "payingSubagent": Agent.PAYING_SUBAGENT,
    "attorney": Agent.ATTORNEY,
    "commissionAgent": Agent.COMMISSION_AGENT,
    "another": Agent.ANOTHER,
}

ALIGNMENTS = {align.value: align for align in Align}
BARCODES = {kind.value: kind for kind in BarcodeType}
CORRECTIONS = {"self": False, "instruction": True}

# Tag 2003. Source: the same, itemEstimatedStatus.
MARK_STATUSES = {
    "itemPieceSold": 1,
    "itemDryForSale": 2,
    "itemPieceReturn": 3,
    "itemDryReturn": 4,
    "itemPieceForSale": 5,
    "itemDrySold": 6,
    "itemStatusUnchanged": 255,
}
IMC_TYPES = {
    "auto": 256,
    "imcUnrecognized": 0,
    "imcShort": 1,
    "imcFmVerifyCode88": 2,
    "imcVerifyCode44": 3,
    "imcFmVerifyCode44": 4,
    "imcVerifyCode4": 5,
}

_VATS: dict[str, Vat] = {vat.value: vat for vat in Vat} | {
    vat.value.removeprefix("vat"): vat for vat in Vat if vat is not Vat.NONE
}
_GENERAL = {"vat18", "18"}
_GENERAL_INSIDE = {"vat118", "118"}
VATS: dict[str, str] = {word: word for word in (*_VATS, *_GENERAL, *_GENERAL_INSIDE)}


def vat_of(word: str, *, on: datetime.date, keeps_18: bool) -> Vat | None:
    """
    The rate of a position. 18 % became the general rate of the day, for drivers too, unless a task keeps it; None:
    there is no such rate any more.
    """
    if word in _VATS:
        return _VATS[word]
    if keeps_18:
        return None
    general = general_vat(on)
    if word in _GENERAL:
        return general
    return Vat.VAT122 if general is Vat.VAT22 else Vat.VAT120
