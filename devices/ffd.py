"""
Facts of 54-ФЗ and ФФД that programs need: tags, document types, rates by date. When the law changes, change this file
only.

Source: reference ffd.md, sections 2, 3 (order ЕД-7-20/662@ and its changes); names follow it. Glossary:
docs/glossary.md.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class FfdVersion(IntEnum):
    """Tag 1209 and the bytes of register 36h."""

    V1_0 = 1
    V1_05 = 2
    V1_1 = 3
    V1_2 = 4

    @property
    def label(self) -> str:
        return {1: "1.0", 2: "1.05", 3: "1.1", 4: "1.2"}[self.value]


class DocumentType(IntEnum):
    """Код формы ФД."""

    REGISTRATION = 1
    SHIFT_OPEN = 2
    RECEIPT = 3
    BSO = 4
    SHIFT_CLOSE = 5
    FN_CLOSE = 6
    OFD_ACK = 7
    REREGISTRATION = 11
    STATE_REPORT = 21
    CORRECTION = 31
    BSO_CORRECTION = 41


class Operation(IntEnum):
    """Признак расчёта, tag 1054."""

    SELL = 1
    SELL_RETURN = 2
    BUY = 3
    BUY_RETURN = 4


class ReceiptType(StrEnum):
    """What a client may ask to register."""

    SELL = "sell"
    SELL_RETURN = "sell_return"
    BUY = "buy"
    BUY_RETURN = "buy_return"
    SELL_CORRECTION = "sell_correction"
    SELL_RETURN_CORRECTION = "sell_return_correction"
    BUY_CORRECTION = "buy_correction"
    BUY_RETURN_CORRECTION = "buy_return_correction"

    @property
    def operation(self) -> Operation:
        return Operation[self.value.removesuffix("_correction").upper()]

    @property
    def is_correction(self) -> bool:
        return self.value.endswith("_correction")


class Taxation(IntEnum):
    """СНО: tag 1055 carries one of these bits, 1062 their sum."""

    OSN = 1
    USN_INCOME = 2
    USN_INCOME_EXPENSE = 4
    ENVD = 8
    ESHN = 16
    PSN = 32


class PaymentMethod(IntEnum):
    """Признак способа расчёта, tag 1214."""

    FULL_PREPAYMENT = 1
    PREPAYMENT = 2
    ADVANCE = 3
    FULL_PAYMENT = 4
    PARTIAL_AND_CREDIT = 5
    CREDIT = 6
    CREDIT_PAYMENT = 7


class PaymentObject(IntEnum):
    """Признак предмета расчёта, tag 1212."""

    COMMODITY = 1
    EXCISE = 2
    JOB = 3
    SERVICE = 4
    GAMBLING_BET = 5
    GAMBLING_PRIZE = 6
    LOTTERY = 7
    LOTTERY_PRIZE = 8
    INTELLECTUAL_ACTIVITY = 9
    PAYMENT = 10
    AGENT_COMMISSION = 11
    COMPOSITE = 12
    ANOTHER = 13
    PROPRIETARY_LAW = 14
    NON_OPERATING_INCOME = 15
    INSURANCE_CONTRIBUTIONS = 16
    MERCHANT_TAX = 17
    RESORT_FEE = 18
    DEPOSIT = 19
    CONSUMPTION = 20
    SOLE_PROPRIETOR_CPI_CONTRIBUTIONS = 21
    CPI_CONTRIBUTIONS = 22
    SOLE_PROPRIETOR_CMI_CONTRIBUTIONS = 23
    CMI_CONTRIBUTIONS = 24
    CSI_CONTRIBUTIONS = 25
    CASINO_PAYMENT = 26
    FUND_ISSUANCE = 27
    EXCISABLE_WITHOUT_MARKING = 30
    EXCISABLE_WITH_MARKING = 31
    COMMODITY_WITHOUT_MARKING = 32
    COMMODITY_WITH_MARKING = 33


WITH_MARKING = {
    PaymentObject.COMMODITY: PaymentObject.COMMODITY_WITH_MARKING,
    PaymentObject.EXCISE: PaymentObject.EXCISABLE_WITH_MARKING,
}
BEFORE_MARKING = {
    PaymentObject.EXCISABLE_WITHOUT_MARKING: PaymentObject.EXCISE,
    PaymentObject.EXCISABLE_WITH_MARKING: PaymentObject.EXCISE,
    PaymentObject.COMMODITY_WITHOUT_MARKING: PaymentObject.COMMODITY,
    PaymentObject.COMMODITY_WITH_MARKING: PaymentObject.COMMODITY,
}
"""Goods with a marking code by ФФД 1.2, and 30 to 33 by the formats before it. Source: ffd.md 3.5."""


class Agent(IntEnum):
    """Признак агента, one bit of tag 1222."""

    BANK_PAYING_AGENT = 1
    BANK_PAYING_SUBAGENT = 2
    PAYING_AGENT = 4
    PAYING_SUBAGENT = 8
    ATTORNEY = 16
    COMMISSION_AGENT = 32
    ANOTHER = 64


PAYING_AGENTS = frozenset({Agent.PAYING_AGENT, Agent.PAYING_SUBAGENT})
BANK_AGENTS = frozenset({Agent.BANK_PAYING_AGENT, Agent.BANK_PAYING_SUBAGENT})
"""Who needs the data of tag 1223, and who needs all of it. Source: ffd.md 3.6 [B]."""


class Measure(IntEnum):
    """Мера количества, tag 2108 (ФФД 1.2); *text* stands in tag 1197 before it. Source: ffd.md 3.7."""

    PIECE = 0
    GRAM = 10
    KILOGRAM = 11
    TON = 12
    CENTIMETER = 20
    DECIMETER = 21
    METER = 22
    SQUARE_CENTIMETER = 30
    SQUARE_DECIMETER = 31
    SQUARE_METER = 32
    MILLILITER = 40
    LITER = 41
    CUBIC_METER = 42
    KILOWATT_HOUR = 50
    GIGACALORIE = 51
    DAY = 70
    HOUR = 71
    MINUTE = 72
    SECOND = 73
    KILOBYTE = 80
    MEGABYTE = 81
    GIGABYTE = 82
    TERABYTE = 83
    OTHER = 255

    @property
    def text(self) -> str:
        return _MEASURE_TEXTS.get(self.value, "")


_MEASURE_TEXTS = {
    0: "шт.", 10: "г", 11: "кг", 12: "т", 20: "см", 21: "дм", 22: "м", 30: "кв. см", 31: "кв. дм", 32: "кв. м",
    40: "мл", 41: "л", 42: "куб. м", 50: "кВт ч", 51: "Гкал", 70: "сутки", 71: "час", 72: "мин", 73: "с",
    80: "Кбайт", 81: "Мбайт", 82: "Гбайт", 83: "Тбайт",
}  # fmt: skip


class MarkStatus(IntEnum):
    """Planned status of marked goods, tags 2003 and 2110. Source: ffd.md 3.12, atol-driver10-json.md 2.3."""

    PIECE_SOLD = 1
    MEASURED_SOLD = 2
    PIECE_RETURNED = 3
    MEASURED_RETURNED = 4
    UNCHANGED = 255


class PaymentType(StrEnum):
    """How a receipt is paid; each has its own tag with the sum."""

    CASH = "cash"
    ELECTRONICALLY = "electronically"
    PREPAID = "prepaid"
    CREDIT = "credit"
    OTHER = "other"


class Vat(StrEnum):
    """VAT of a position, by the names that clients use; VAT_RATES has the facts."""

    VAT20 = "vat20"
    VAT10 = "vat10"
    VAT120 = "vat120"
    VAT110 = "vat110"
    VAT0 = "vat0"
    NONE = "none"
    VAT5 = "vat5"
    VAT7 = "vat7"
    VAT105 = "vat105"
    VAT107 = "vat107"
    VAT22 = "vat22"
    VAT122 = "vat122"


class Tag(IntEnum):
    """
    ФФД tags that the code names. Strings are CP866 in the device's page, sums VLN in kopecks, see reference
    ffd.md section 4.
    """

    DOCUMENT_NAME = 1000
    AUTOMATIC_MODE = 1001
    OFFLINE_MODE = 1002
    CUSTOMER_CONTACT = 1008
    SETTLEMENT_ADDRESS = 1009
    DATE_TIME = 1012
    DEVICE_SERIAL = 1013
    OFD_INN = 1017
    USER_INN = 1018
    TOTAL = 1020
    CASHIER = 1021
    QUANTITY = 1023
    NAME = 1030
    CASH = 1031
    MACHINE_NUMBER = 1036
    RNM = 1037
    SHIFT_NUMBER = 1038
    FD_NUMBER = 1040
    FN_NUMBER = 1041
    RECEIPT_NUMBER = 1042
    POSITION_SUM = 1043
    OFD_NAME = 1046
    USER_NAME = 1048
    FN_EXHAUSTED = 1050
    FN_REPLACE = 1051
    FN_FULL = 1052
    OFD_TIMEOUT = 1053
    OPERATION = 1054
    TAXATION = 1055
    AGENT = 1057
    POSITION = 1059
    FNS_SITE = 1060
    TAXATIONS = 1062
    FPD = 1077
    PRICE = 1079
    ELECTRONICALLY = 1081
    ADDITIONAL_USER_REQUISITE = 1084
    ADDITIONAL_USER_REQUISITE_NAME = 1085
    ADDITIONAL_USER_REQUISITE_VALUE = 1086
    UNSENT_COUNT = 1097
    UNSENT_FROM = 1098
    REREGISTRATION_REASON = 1101
    VAT20_SUM = 1102
    VAT10_SUM = 1103
    VAT0_TURNOVER = 1104
    NO_VAT_TURNOVER = 1105
    VAT120_SUM = 1106
    VAT110_SUM = 1107
    INTERNET = 1108
    SHIFT_DOCUMENTS = 1111
    VAT_BLOCK = 1115
    SENDER_EMAIL = 1117
    SHIFT_RECEIPTS = 1118
    VAT_BLOCK_ITEM = 1119
    VAT_BLOCK_SUM = 1120
    OPERATIONS_INTERNET = 1125
    CORRECTION_TYPE = 1173
    CORRECTION_BASIS = 1174
    SUPPLIER_PHONE = 1171
    CORRECTION_DESCRIPTION = 1177
    CORRECTION_DATE = 1178
    CORRECTION_NUMBER = 1179
    SETTLEMENT_PLACE = 1187
    DEVICE_VERSION = 1188
    DEVICE_FFD = 1189
    FN_FFD = 1190
    POSITION_REQUISITE = 1191
    RECEIPT_REQUISITE = 1192
    QR = 1196
    UNIT = 1197
    UNIT_PRICE_WITH_DISCOUNT = 1198
    VAT = 1199
    POSITION_VAT_SUM = 1200
    CASHIER_INN = 1203
    FFD_VERSION = 1209
    PAYMENT_OBJECT = 1212
    FN_KEY_DAYS = 1213
    PAYMENT_METHOD = 1214
    PREPAID = 1215
    CREDIT = 1216
    OTHER = 1217
    POSITION_AGENT = 1222
    AGENT_DATA = 1223
    SUPPLIER_DATA = 1224
    SUPPLIER_NAME = 1225
    SUPPLIER_INN = 1226
    CUSTOMER_NAME = 1227
    CUSTOMER_INN = 1228
    EXCISE = 1229
    COUNTRY = 1230
    DECLARATION = 1231
    PRODUCT_CODE = 1162
    PRODUCT_CODES = 1163
    TRANSFER_ADDRESS = 1005
    TRANSFER_INN = 1016
    TRANSFER_NAME = 1026
    AGENT_OPERATION = 1044
    AGENT_PHONE = 1073
    RECEIVER_PHONE = 1074
    TRANSFER_PHONE = 1075
    CUSTOMER_BIRTH_DATE = 1243
    CUSTOMER_CITIZENSHIP = 1244
    CUSTOMER_DOCUMENT_CODE = 1245
    CUSTOMER_DOCUMENT = 1246
    CUSTOMER_ADDRESS = 1254
    CUSTOMER = 1256
    INDUSTRY_OF_POSITION = 1260
    INDUSTRY = 1261
    INDUSTRY_FOIV = 1262
    INDUSTRY_DATE = 1263
    INDUSTRY_NUMBER = 1264
    INDUSTRY_VALUE = 1265
    OPERATION_REQUISITE = 1270
    OPERATION_ID = 1271
    OPERATION_DATA = 1272
    OPERATION_AT = 1273
    FRACTION = 1291
    FRACTION_TEXT = 1292
    NUMERATOR = 1293
    DENOMINATOR = 1294
    CODE_UNKNOWN = 1300
    CODE_EAN8 = 1301
    CODE_EAN13 = 1302
    CODE_ITF14 = 1303
    CODE_GS1 = 1304
    CODE_GS1_MARKED = 1305
    CODE_SHORT = 1306
    MARK = 2000
    NOTICE_NUMBER = 2002
    MARK_STATUS = 2003
    MARKED_GOODS = 2007
    MARK_TYPE = 2100
    MARK_ID = 2101
    MARK_MODE = 2102
    UNSENT_NOTICES = 2104
    MARK_CHECK = 2106
    MARKS_SUMMARY = 2107
    MEASURE = 2108
    ASSIGNED_STATUS = 2110
    CONTROL_CODE = 2115
    MARKED_OPERATION = 2116


@dataclass(frozen=True, slots=True, kw_only=True)
class VatRate:
    """
    One rate of tag 1199.

    VAT inside an amount is amount × numerator / denominator. *sum_tag* is where the receipt keeps it: 1102, 1103,
    1106, 1107 hold the tax, 1104 and 1105 the turnover, 1115 a block of {1199, 1120}. *since* and *until* bound new
    sales; returns and corrections of earlier sales keep the old rate.
    """

    code: int
    numerator: int
    denominator: int
    sum_tag: Tag
    paper: str
    since: datetime.date | None = None
    until: datetime.date | None = None


_2025 = datetime.date(2025, 1, 1)
_2026 = datetime.date(2026, 1, 1)
_END_OF_20 = datetime.date(2025, 12, 31)

VAT_RATES: dict[Vat, VatRate] = {
    Vat.VAT20: VatRate(code=1, numerator=20, denominator=120, sum_tag=Tag.VAT20_SUM, paper="НДС 20%", until=_END_OF_20),
    Vat.VAT10: VatRate(code=2, numerator=10, denominator=110, sum_tag=Tag.VAT10_SUM, paper="НДС 10%"),
    Vat.VAT120: VatRate(
        code=3, numerator=20, denominator=120, sum_tag=Tag.VAT120_SUM, paper="НДС 20/120", until=_END_OF_20
    ),
    Vat.VAT110: VatRate(code=4, numerator=10, denominator=110, sum_tag=Tag.VAT110_SUM, paper="НДС 10/110"),
    Vat.VAT0: VatRate(code=5, numerator=0, denominator=1, sum_tag=Tag.VAT0_TURNOVER, paper="НДС 0%"),
    Vat.NONE: VatRate(code=6, numerator=0, denominator=1, sum_tag=Tag.NO_VAT_TURNOVER, paper="БЕЗ НДС"),
    Vat.VAT5: VatRate(code=7, numerator=5, denominator=105, sum_tag=Tag.VAT_BLOCK, paper="НДС 5%", since=_2025),
    Vat.VAT7: VatRate(code=8, numerator=7, denominator=107, sum_tag=Tag.VAT_BLOCK, paper="НДС 7%", since=_2025),
    Vat.VAT105: VatRate(code=9, numerator=5, denominator=105, sum_tag=Tag.VAT_BLOCK, paper="НДС 5/105", since=_2025),
    Vat.VAT107: VatRate(code=10, numerator=7, denominator=107, sum_tag=Tag.VAT_BLOCK, paper="НДС 7/107", since=_2025),
    Vat.VAT22: VatRate(code=11, numerator=22, denominator=122, sum_tag=Tag.VAT_BLOCK, paper="НДС 22%", since=_2026),
    Vat.VAT122: VatRate(code=12, numerator=22, denominator=122, sum_tag=Tag.VAT_BLOCK, paper="НДС 22/122", since=_2026),
}

VAT_BY_CODE: dict[int, Vat] = {rate.code: vat for vat, rate in VAT_RATES.items()}

PAYMENT_TAGS: dict[PaymentType, Tag] = {
    PaymentType.CASH: Tag.CASH,
    PaymentType.ELECTRONICALLY: Tag.ELECTRONICALLY,
    PaymentType.PREPAID: Tag.PREPAID,
    PaymentType.CREDIT: Tag.CREDIT,
    PaymentType.OTHER: Tag.OTHER,
}


def general_vat(on: datetime.date) -> Vat:
    """The general rate on a day: 20 % through 2025, 22 % from 2026 (code 1 meant 18 % before 2019)."""
    return Vat.VAT22 if on >= _2026 else Vat.VAT20


def qr_text(
    *, at: datetime.datetime, total: int, fn_number: str, fd_number: int, fpd: int, operation: Operation
) -> str:
    """
    The text behind a receipt's QR (tag 1196): local time to the minute, total in roubles, ФН, ФД, ФП, признак
    расчёта.
    """
    sum_ = f"{total // 100}.{total % 100:02d}"
    return f"t={at:%Y%m%dT%H%M}&s={sum_}&fn={fn_number}&i={fd_number}&fp={fpd}&n={int(operation)}"
