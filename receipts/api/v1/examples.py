"""The requests and answers that the documentation shows; tests send them."""

from __future__ import annotations

from typing import Any


def _item(name: str, price: str, quantity: str, vat: str) -> dict[str, str]:
    return {"name": name, "price": price, "quantity": quantity, "vat": vat}


SALE: dict[str, Any] = {
    "tr_id": "order-10518",
    "device": 1,
    "type": "sell",
    "items": [_item("Пакет", "0.70", "2", "none")],
    "payments": [{"type": "cash", "sum": "1.40"}],
    "customer": {"email": "buyer@example.com"},
    "cashier": {"name": "Иванова А. А.", "inn": "770123456703"},
    "callback_url": "https://shop.example.com/kkt",
}

# Names with backslashes, braces, brackets and № reach the paper unchanged.
PHARMACY: dict[str, Any] = {
    "tr_id": "1097333",
    "device": 1,
    "type": "sell",
    "header": [
        {"text": "ЗАО Рога и Копыта", "align": "center"},
        {"text": "ИНН 6600023456", "align": "right"},
    ],
    "items": [
        _item("Аллергодил \\глазные капли\\ (флак; №1; 6мл; 0,05%)", "367", "1", "vat10"),
        _item("Алерана (пак; №6; 15мл) {маска для всех типов волос}", "389", "1", "general"),
        _item("Алерана (флак; 250мл) {шампунь для сухих и нормальных волос}", "293", "1", "general"),
        _item("Актовегин* (амп; №5; 2мл; 40мг/мл) [оригинал №25] {р-р д/ин.}", "250", "1", "vat10"),
        _item("Аллохол (таб; №10)", "6", "10", "vat10"),
        _item("Алерана \\спрей\\ (флак; 60мл; 5%)", "653", "1", "vat10"),
    ],
    "payments": [{"type": "cash", "sum": "2012.00"}],
    "footer": ["Спасибо!"],
}

DISCOUNT: dict[str, Any] = {
    "tr_id": "order-10519",
    "site": "main",
    "type": "sell",
    "items": [
        _item("Рюкзак", "999.00", "1", "vat22"),
        _item("Фляга", "1499.00", "2", "vat22"),
        _item("Носки", "349.50", "3", "vat22"),
    ],
    "discount": "250.00",
    "payments": [{"type": "electronically", "sum": "4000.00"}, {"type": "cash", "sum": "800.00"}],
    "total": "4795.00",
    "customer": {"phone": "+79123456789"},
    "deadline": "2026-11-20T18:00:00+03:00",
}

RETURN: dict[str, Any] = {
    "tr_id": "return-77",
    "device": 1,
    "type": "sell_return",
    "items": [_item("Плед", "599.50", "2", "vat20")],
    "payments": [{"type": "cash", "sum": "1199.00"}],
}

CORRECTION: dict[str, Any] = {
    "tr_id": "correction-12",
    "device": 1,
    "type": "sell_return_correction",
    "items": [_item("Блокнот", "33.33", "2", "vat22"), _item("Блокнот", "33.34", "1", "vat22")],
    "payments": [{"type": "electronically", "sum": "100.00"}],
    "correction": {"date": "2026-11-20"},
    "additional_attribute": "87650000",
}

# A bottle with its marking code, which the register checks, and the ticket of a carrier, which an agent sells.
MARKED: dict[str, Any] = {
    "tr_id": "order-10520",
    "device": 1,
    "type": "sell",
    "items": [
        _item("Вода 0,5 л", "59.90", "1", "vat22")
        | {"mark": {"code": "0104600000000015215ABC123456789\x1d91EE06\x1d92" + "A" * 44}},
        _item("Билет", "500.00", "1", "none")
        | {
            "payment_object": "service",
            "agent": "commission_agent",
            "supplier": {"name": "ООО Автобус", "inn": "7800004568", "phone": "+79000000002"},
        },
        _item("Коньяк", "1200.00", "0.5", "vat22")
        | {
            "measure": "liter",
            "excise": "150.00",
            "country": "643",
            "declaration": "10702020/060520/0013422",
            "lines": ["Подарок внутри", {"barcode": "https://shop.example.com/10520", "align": "center"}],
        },
    ],
    "payments": [{"type": "electronically", "sum": "1159.90"}],
    "customer": {"email": "buyer@example.com"},
    "user_requisite": {"name": "Карта покупателя", "value": "№ 5"},
}

REGISTERED: dict[str, Any] = {
    "id": "0b0e6f9e-6a55-4f5c-9f6e-2f6f3f5b9a11",
    "tr_id": "order-10518",
    "status": "done",
    "printed": True,
    "type": "sell",
    "device": 1,
    "site": "main",
    "total": "1.40",
    "change": "0.00",
    "taxation": None,
    "electronic": False,
    "cashier": {"name": "Иванова А. А.", "inn": "770123456703"},
    "items": [
        {
            "name": "Пакет",
            "price": "0.70",
            "quantity": "2",
            "sum": "1.40",
            "vat": "none",
            "vat_sum": "0.00",
            "discount": "0.00",
            "payment_method": "full_payment",
            "payment_object": "commodity",
            "department": 0,
            "barcode": "",
            "measure": None,
            "unit": "",
            "additional_attribute": "",
            "agent": None,
            "supplier": None,
            "product_code": "",
            "mark": None,
            "excise": None,
            "country": "",
            "declaration": "",
        }
    ],
    "payments": [{"type": "cash", "sum": "1.40", "tendered": "1.40"}],
    "vats": [{"type": "none", "sum": "0.00", "turnover": "1.40"}],
    "fiscal": {
        "document_type": 3,
        "fn_number": "9999078900004312",
        "fd_number": 4711,
        "fpd": "1203456789",
        "shift_number": 118,
        "receipt_number": 1,
        "at": "2026-11-20T09:05:00+03:00",
        "total": "1.40",
        "rnm": "1234567890043947",
        "qr": "t=20261120T0905&s=1.40&fn=9999078900004312&i=4711&fp=1203456789&n=1",
        "tlv": "0300…",
    },
    "error": None,
    "waits_for": None,
    "created_at": "2026-11-20T09:04:59+03:00",
    "started_at": "2026-11-20T09:04:59+03:00",
    "finished_at": "2026-11-20T09:05:01+03:00",
    "deadline": "2026-11-21T09:04:59+03:00",
    "decided_by": None,
    "warnings": [],
    "links": {"self": "/api/v1/receipts/0b0e6f9e-6a55-4f5c-9f6e-2f6f3f5b9a11/", "device": "/api/v1/devices/1/"},
}

QUEUED: dict[str, Any] = REGISTERED | {
    "status": "queued",
    "printed": None,
    "fiscal": None,
    "started_at": None,
    "finished_at": None,
}

FAULTY: dict[str, Any] = {
    "type": "/api/docs/#problem-validation_failed",
    "title": "The request has mistakes",
    "status": 422,
    "detail": "Nothing was queued. Correct the fields below.",
    "code": "validation_failed",
    "instance": "/api/v1/receipts/",
    "errors": [
        {
            "path": "items[0].quantity",
            "code": "number_not_string",
            "message": "Send a decimal string, not a JSON number: “2”, so that no kopeck is lost on the way.",
        }
    ],
}

SEEN: dict[str, Any] = {"outcome": "registered", "fd_number": 30021, "reason": "Seen on the tape by the till."}
NOT_SEEN: dict[str, Any] = {"outcome": "register_now", "reason": "Neither on the tape nor at the OFD."}

CONFLICT: dict[str, Any] = {
    "type": "/api/docs/#problem-tr_id_conflict",
    "title": "This tr_id belongs to another request",
    "status": 409,
    "detail": "Order order-10518 was already sent with other data: “payments” differs. No receipt was created.",
    "code": "tr_id_conflict",
    "instance": "/api/v1/receipts/",
    "job": {
        "id": "0b0e6f9e-6a55-4f5c-9f6e-2f6f3f5b9a11",
        "status": "done",
        "link": "/api/v1/receipts/0b0e6f9e-6a55-4f5c-9f6e-2f6f3f5b9a11/",
    },
    "differs": ["payments"],
}

COMMANDS: dict[str, dict[str, Any]] = {
    "open_shift": {"type": "open_shift", "cashier": {"name": "Иванова А. А."}},
    "close_shift": {"type": "close_shift"},
    "x_report": {"type": "x_report"},
    "cash_in": {"type": "cash_in", "sum": "1000.00", "tr_id": "float-2026-11-20"},
    "cash_out": {"type": "cash_out", "sum": "300.00", "tr_id": "collection-2026-11-20"},
    "print_text": {
        "type": "print_text",
        "lines": [
            {"text": "Мы переехали", "align": "center", "bold": True, "double_height": True},
            "ул. Новая, 5",
            {"barcode": "https://shop.example.com/new", "align": "center", "scale": 6},
            {"barcode": "4600000000015", "type": "EAN13", "print_text": True},
        ],
        "footer": True,
    },
    "copy_last": {"type": "copy_last"},
    "finish_print": {"type": "finish_print"},
    "print_document": {"type": "print_document", "fd_number": 4711},
    "ofd_report": {"type": "ofd_report"},
    "cut_paper": {"type": "cut_paper", "full": True},
    "open_drawer": {"type": "open_drawer"},
    "beep": {"type": "beep", "hertz": 2000, "milliseconds": 300},
    "set_clock": {"type": "set_clock"},
    "read_table": {"type": "read_table", "table": 6, "row": 3, "field": 1},
    "write_table": {"type": "write_table", "table": 6, "row": 3, "field": 1, "value": "Добро пожаловать!"},
    "reset_totals": {"type": "reset_totals"},
    "tech_reset": {"type": "tech_reset"},
    "read_state": {"type": "read_state"},
    "read_totals": {"type": "read_totals", "overall": True},
    "read_storage": {"type": "read_storage"},
    "read_registration": {"type": "read_registration"},
    "read_document": {"type": "read_document", "fd_number": 4711},
    "check_mark": {"type": "check_mark", "mark": {"code": "0104600000000015215ABC1234\u001d91EE06\u001d92QUJD"}},
}
