"""Driver 10's words for what the law numbers. Source: atol-driver10-json.md 2.3, 2.9."""

from __future__ import annotations

from devices.ffd import (
    Agent,
    DocumentType,
    Measure,
    PaymentMethod,
    PaymentObject,
    PaymentType,
    ReceiptType,
    Taxation,
    Vat,
)

RECEIPTS: dict[ReceiptType, str] = {
    ReceiptType.SELL: "sell",
    ReceiptType.SELL_RETURN: "sellReturn",
    ReceiptType.BUY: "buy",
    ReceiptType.BUY_RETURN: "buyReturn",
    ReceiptType.SELL_CORRECTION: "sellCorrection",
    ReceiptType.SELL_RETURN_CORRECTION: "sellReturnCorrection",
    ReceiptType.BUY_CORRECTION: "buyCorrection",
    ReceiptType.BUY_RETURN_CORRECTION: "buyReturnCorrection",
}

TAXATIONS: dict[Taxation, str] = {
    Taxation.OSN: "osn",
    Taxation.USN_INCOME: "usnIncome",
    Taxation.USN_INCOME_EXPENSE: "usnIncomeOutcome",
    Taxation.ENVD: "envd",
    Taxation.ESHN: "esn",
    Taxation.PSN: "patent",
}

VATS: dict[Vat, str] = {vat: vat.value for vat in Vat}

PAYMENTS: dict[PaymentType, str] = {kind: kind.value for kind in PaymentType}

METHODS: dict[PaymentMethod, str] = {
    PaymentMethod.FULL_PREPAYMENT: "fullPrepayment",
    PaymentMethod.PREPAYMENT: "prepayment",
    PaymentMethod.ADVANCE: "advance",
    PaymentMethod.FULL_PAYMENT: "fullPayment",
    PaymentMethod.PARTIAL_AND_CREDIT: "partialPayment",
    PaymentMethod.CREDIT: "credit",
    PaymentMethod.CREDIT_PAYMENT: "creditPayment",
}

OBJECTS: dict[PaymentObject, str] = {
    PaymentObject.COMMODITY: "commodity",
    PaymentObject.EXCISE: "excise",
    PaymentObject.JOB: "job",
    PaymentObject.SERVICE: "service",
    PaymentObject.GAMBLING_BET: "gamblingBet",
    PaymentObject.GAMBLING_PRIZE: "gamblingPrize",
    PaymentObject.LOTTERY: "lottery",
    PaymentObject.LOTTERY_PRIZE: "lotteryPrize",
    PaymentObject.INTELLECTUAL_ACTIVITY: "intellectualActivity",
    PaymentObject.PAYMENT: "payment",
    PaymentObject.AGENT_COMMISSION: "agentCommission",
    PaymentObject.COMPOSITE: "composite",
    PaymentObject.ANOTHER: "another",
    PaymentObject.PROPRIETARY_LAW: "proprietaryLaw",
    PaymentObject.NON_OPERATING_INCOME: "nonOperatingIncome",
    PaymentObject.INSURANCE_CONTRIBUTIONS: "insuranceContributions",
    PaymentObject.MERCHANT_TAX: "merchantTax",
    PaymentObject.RESORT_FEE: "resortFee",
    PaymentObject.DEPOSIT: "deposit",
    PaymentObject.CONSUMPTION: "consumption",
    PaymentObject.SOLE_PROPRIETOR_CPI_CONTRIBUTIONS: "soleProprietorCPIContributions",
    PaymentObject.CPI_CONTRIBUTIONS: "cpiContributions",
    PaymentObject.SOLE_PROPRIETOR_CMI_CONTRIBUTIONS: "soleProprietorCMIContributions",
    PaymentObject.CMI_CONTRIBUTIONS: "cmiContributions",
    PaymentObject.CSI_CONTRIBUTIONS: "csiContributions",
    PaymentObject.CASINO_PAYMENT: "casinoPayment",
    PaymentObject.FUND_ISSUANCE: "fundsIssuance",
    PaymentObject.EXCISABLE_WITHOUT_MARKING: "exciseWithoutMarking",
    PaymentObject.EXCISABLE_WITH_MARKING: "exciseWithMarking",
    PaymentObject.COMMODITY_WITHOUT_MARKING: "commodityWithoutMarking",
    PaymentObject.COMMODITY_WITH_MARKING: "commodityWithMarking",
}

AGENTS: dict[Agent, str] = {
    Agent.BANK_PAYING_AGENT: "bankPayingAgent",
    Agent.BANK_PAYING_SUBAGENT: "bankPayingSubagent",
    Agent.PAYING_AGENT: "payingAgent",
    Agent.PAYING_SUBAGENT: "payingSubagent",
    Agent.ATTORNEY: "attorney",
    Agent.COMMISSION_AGENT: "commissionAgent",
    Agent.ANOTHER: "another",
}

MEASURES: dict[Measure, str] = {
    Measure.PIECE: "piece",
    Measure.GRAM: "gram",
    Measure.KILOGRAM: "kilogram",
    Measure.TON: "ton",
    Measure.CENTIMETER: "centimeter",
    Measure.DECIMETER: "decimeter",
    Measure.METER: "meter",
    Measure.SQUARE_CENTIMETER: "squareCentimeter",
    Measure.SQUARE_DECIMETER: "squareDecimeter",
    Measure.SQUARE_METER: "squareMeter",
    Measure.MILLILITER: "milliliter",
    Measure.LITER: "liter",
    Measure.CUBIC_METER: "cubicMeter",
    Measure.KILOWATT_HOUR: "kilowattHour",
    Measure.GIGACALORIE: "gkal",
    Measure.DAY: "day",
    Measure.HOUR: "hour",
    Measure.MINUTE: "minute",
    Measure.SECOND: "second",
    Measure.KILOBYTE: "kilobyte",
    Measure.MEGABYTE: "megabyte",
    Measure.GIGABYTE: "gigabyte",
    Measure.TERABYTE: "terabyte",
    Measure.OTHER: "otherUnits",
}

MARK_STATUSES: dict[int, str] = {
    1: "itemPieceSold",
    2: "itemDryForSale",
    3: "itemPieceReturn",
    4: "itemDryReturn",
    5: "itemPieceForSale",
    6: "itemDrySold",
    255: "itemStatusUnchanged",
}

DOCUMENTS: dict[str, DocumentType] = {
    "registration": DocumentType.REGISTRATION,
    "changeRegistrationParameters": DocumentType.REREGISTRATION,
    "closeArchive": DocumentType.FN_CLOSE,
    "ofdExchangeStatus": DocumentType.STATE_REPORT,
    "openShift": DocumentType.SHIFT_OPEN,
    "closeShift": DocumentType.SHIFT_CLOSE,
    "receipt": DocumentType.RECEIPT,
    "receiptCorrection": DocumentType.CORRECTION,
    "bso": DocumentType.BSO,
    "bsoCorrection": DocumentType.BSO_CORRECTION,
}

PHASES = {"init": 0, "configured": 1, "fiscalMode": 3, "postFiscalMode": 7, "accessArchive": 15}
FFDS = {"1.0": 1, "1.05": 2, "1.1": 3, "1.2": 4}

MODES = {
    "autoMode": "automatic",
    "offlineMode": "offline",
    "encryption": "encryption",
    "machineInstallation": "printer_in_machine",
    "bso": "bso",
    "internet": "internet",
    "excise": "excise",
    "service": "services",
    "gambling": "gambling",
    "lottery": "lottery",
    "marking": "marking",
    "pawnShop": "pawnshop",
    "insurance": "insurance",
    "vending": "vending",
    "catering": "catering",
    "wholesale": "wholesale",
}
"""Flags of `device` in getRegistrationInfo, and the names of Registration.modes."""
