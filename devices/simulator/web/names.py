"""Words of the tasks and the codes that they stand for. Source: atol-driver10-json.md 2.3."""

from __future__ import annotations

from devices.ffd import VAT_RATES, Agent, Measure, PaymentMethod, PaymentObject, Taxation


def _camel(name: str) -> str:
    head, *rest = name.lower().split("_")
    return head + "".join(part.capitalize() for part in rest)


TAXATIONS = {"osn": 1, "usnIncome": 2, "usnIncomeOutcome": 4, "envd": 8, "esn": 16, "patent": 32}
TAXATION_NAMES = {code: name for name, code in TAXATIONS.items()}
assert set(TAXATIONS.values()) == set(Taxation)

VATS = {vat.value: rate.code for vat, rate in VAT_RATES.items()}
VATS |= {vat.value.removeprefix("vat"): rate.code for vat, rate in VAT_RATES.items()}
VATS |= {"vat18": 1, "vat118": 3, "18": 1, "118": 3}  # the driver makes today's rate of the old one

PAYMENTS = {"cash": 1, "electronically": 2, "prepaid": 3, "credit": 4, "other": 5}
PAYMENT_NUMBERS = {"0": 1, "1": 2, "2": 3, "3": 4, "4": 5, "5": 6, "6": 7, "7": 8, "8": 9, "9": 10}

METHODS = {_camel(method.name): method.value for method in PaymentMethod}
METHODS |= {"partialPayment": 5}

OBJECTS = {_camel(each.name): each.value for each in PaymentObject}
OBJECTS |= {
    "pay": 12,
    "otherContributions": 16,
    "touristTax": 18,
    "soleProprietorCPIContributions": 21,
    "cpiContributions": 22,
    "soleProprietorCMIContributions": 23,
    "cmiContributions": 24,
    "csiContributions": 25,
    "fundsIssuance": 27,
    "exciseWithoutMarking": 30,
    "exciseWithMarking": 31,
}

MEASURES = {_camel(each.name): each.value for each in Measure}
MEASURES |= {"gkal": 51, "otherUnits": 255}

AGENTS = {_camel(each.name): each.value for each in Agent}

RECEIPTS = {
    "sell": 1,
    "sellReturn": 2,
    "buy": 4,
    "buyReturn": 5,
    "sellCorrection": 7,
    "sellReturnCorrection": 8,
    "buyCorrection": 9,
    "buyReturnCorrection": 10,
}
"""Types of 92h."""

MARK_STATUSES = {
    "itemPieceSold": 1,
    "itemDryForSale": 2,
    "itemPieceReturn": 3,
    "itemDryReturn": 4,
    "itemPieceForSale": 5,
    "itemDrySold": 6,
    "itemStatusUnchanged": 255,
}

DOCUMENTS = {
    1: "registration",
    2: "openShift",
    3: "receipt",
    4: "bso",
    5: "closeShift",
    6: "closeArchive",
    11: "changeRegistrationParameters",
    21: "ofdExchangeStatus",
    31: "receiptCorrection",
    41: "bsoCorrection",
}
FFDS = {1: "1.0", 2: "1.05", 3: "1.1", 4: "1.2"}
PHASES = {0: "init", 1: "configured", 3: "fiscalMode", 7: "postFiscalMode", 15: "accessArchive"}
