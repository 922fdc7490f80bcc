"""
Why a task fails: numbers of driver 10, in our own words, and the number for each of the device's error bytes.

Source: atol-driver10-json.md 4 (numbers), atol-protocol.md 6.1 (bytes). Which number stands for which byte is a reading
of the two lists side by side [C].
"""

from __future__ import annotations

from devices.simulator.errors import Code

OK_WORDS = "Ошибок нет"  # clients compare it
NO_LINK, NOT_SUPPORTED, UNKNOWN = 2, 11, 15
BAD_TASK, INTERRUPTED, CANCELED, SERVER = 501, 502, 503, 505
NO_DOCUMENT, REPORT_CUT = 123, 32

WORDS = {
    0: OK_WORDS,
    NO_LINK: "Нет связи",
    8: "Не хватает параметра",
    NOT_SUPPORTED: "Эта касса так не умеет",
    12: "Сейчас касса этого не может",
    13: "Неподходящее значение",
    UNKNOWN: "Неизвестная ошибка",
    16: "Неверная сумма",
    17: "Неверное количество",
    32: "Отчёт о закрытии смены прерван",
    36: "Время раньше последнего документа",
    44: "Нет бумаги",
    45: "Открыта крышка",
    46: "Принтер не отвечает",
    48: "Такого чека нет",
    52: "Безналичных больше, чем итог",
    55: "Касса занята",
    57: "Неверная скидка",
    59: "Нет такой секции",
    60: "Нет такой оплаты",
    62: "Запрещено настройкой кассы",
    63: "Слишком большой итог",
    66: "Чек оплачен не полностью",
    68: "Смена длится больше 24 часов",
    71: "Неверный пароль",
    73: "Смена закрыта",
    77: "Неверная дата или время",
    80: "В кассе нет столько наличных",
    81: "Чек закрыт",
    82: "Чек открыт",
    83: "Смена открыта",
    91: "Нет отчёта",
    117: "ФН в другом состоянии",
    120: "Срок ФН закончился",
    121: "Архив ФН полон",
    NO_DOCUMENT: "В ФН этого нет",
    128: "Неверная сумма налога",
    133: "ФН не понимает параметров",
    134: "Документ слишком велик для ФН",
    140: "ОФД слишком давно не получал документов",
    143: "Такой системы налогообложения у кассы нет",
    144: "Такой ставки у кассы нет",
    145: "Неверный признак способа расчёта",
    158: "Недопустимый реквизит",
    160: "Реквизит уже записан",
    161: "Не хватает обязательного реквизита",
    195: "Реквизиты не сочетаются",
    401: "Проверка кода уже идёт",
    409: "Код маркировки не разобран",
    410: "Проверка кода не начата",
    413: "Не для этой версии ФФД",
    INTERRUPTED: "Не выполнено: задание перед ним не удалось",
    CANCELED: "Задание отменено",
}

BY_BYTE: dict[int, int] = {
    Code.BAD_PRICE: 16,
    Code.BAD_QUANTITY: 17,
    Code.BAD_FORMAT: 26,
    Code.BAD_LENGTH: 27,
    Code.Z_INTERRUPTED: 32,
    Code.CLOCK_BEHIND: 36,
    Code.WRONG_MODE: 12,
    Code.NO_PAPER: 44,
    Code.NO_PRINTER: 46,
    Code.PRINTER_FAULT: 47,
    Code.WRONG_RECEIPT_TYPE: 48,
    Code.CASHLESS_EXCEEDS_TOTAL: 52,
    Code.UNDERPAID: 66,
    Code.BUSY: 55,
    Code.NOT_SUPPORTED: 11,
    Code.BAD_DISCOUNT: 57,
    Code.WRONG_SECTION: 59,
    Code.WRONG_PAYMENT_TYPE: 60,
    Code.FORBIDDEN_BY_TABLE: 62,
    Code.TOTAL_OVERFLOW: 63,
    Code.TENDERED_TOO_LITTLE: 66,
    Code.SHIFT_EXPIRED: 68,
    Code.WRONG_PASSWORD: 71,
    Code.SHIFT_ALREADY_CLOSED: 73,
    Code.WRONG_DATE: 77,
    Code.WRONG_TIME: 77,
    Code.NO_CHANGE: 227,
    Code.NOT_ENOUGH_CASH: 80,
    Code.RECEIPT_CLOSED: 81,
    Code.RECEIPT_OPEN: 82,
    Code.SHIFT_OPEN: 83,
    Code.NO_REPORTS: 91,
    Code.FN_WRONG_STATE: 117,
    Code.FN_TERM: 120,
    Code.FN_FULL: 121,
    Code.FN_NO_DATA: NO_DOCUMENT,
    Code.TAX_EXCEEDS_TOTAL: 128,
    Code.FN_BAD_PARAMETERS: 133,
    Code.FN_TLV_TOO_LARGE: 134,
    Code.FN_WAITED_TOO_LONG: 140,
}
BY_EXTENDED = {0x0101: 110, 0x0103: 143, 0x0104: 144, 0x0105: 145, 0x0201: 160, 0x0205: 195, 0x0206: 161}

# After these the outcome of a fiscal task is not known to the server; source: 1.8 [B].
BLOCKING = frozenset({2, 3, 4, 15, *range(115, 117), 118, 119, 124, 133, 135, 136, 138, 142, 159})
# Codes 117, 120, 121, 122, 134, 137, 141 block a v1 server too, though they are plain refusals; here they do not [C].


class TaskError(Exception):
    """A task that fails: the driver's number and words for a person."""

    def __init__(self, code: int, words: str = "") -> None:
        self.code = code
        self.words = words or WORDS.get(code, WORDS[UNKNOWN])
        super().__init__(f"{code} {self.words}")


def of_device(code: int, extended: int, data: bytes) -> TaskError:
    """What the driver makes of `55 code` and of register 37h."""
    if code == Code.EXTENDED:
        found = BY_EXTENDED.get(extended, 158)
        tag = f" ({int.from_bytes(data[:2], 'big')})" if len(data) >= 2 else ""
        return TaskError(found, WORDS.get(found, WORDS[158]) + tag)
    return TaskError(BY_BYTE.get(code, UNKNOWN))
