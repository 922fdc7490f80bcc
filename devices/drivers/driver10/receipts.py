"""
A receipt as the task that registers it. What driver 10 cannot register is refused here, while nothing has happened.

Requisite 1192 is an item («additionalAttribute»), so is 1084. Source: atol-driver10-json.md 2.4 to 2.6,
2.8; what its scripts do not take, such as odd sums, they refuse themselves before anything is open.
"""

from __future__ import annotations

import base64
import datetime
from collections.abc import Iterator
from typing import Any

from devices.commands import AgentData, Barcode, Industry, Mark, Position, Printed, RegisterReceipt, Supplier, TextLine
from devices.drivers.driver10 import words
from devices.drivers.driver10.channel import Json
from devices.drivers.driver10.values import money, quantity
from devices.errors import ErrorCode, Refused
from devices.ffd import VAT_RATES, Agent, FfdVersion, Measure, PaymentType, Vat
from devices.units import tax_inside

MARK_LIMIT = 16
_ROUBLE = 100


def receipt(command: RegisterReceipt, *, ffd: int) -> Json:
    """Raises Refused: this receipt cannot be registered, and nothing was sent."""
    _check(command, ffd)
    task: Json = {
        "type": words.RECEIPTS[command.type],
        "electronically": command.electronic,
        "ignoreNonFiscalPrintErrors": False,
        **operator(command),
        "items": list(_items(command, ffd)),
        "payments": _payments(command),
        "total": money(command.total),
    }
    if command.taxation is not None:
        task["taxationType"] = words.TAXATIONS[command.taxation]
    task |= _texts(
        paymentsPlace=command.settlement_place,
        paymentsAddress=command.settlement_address,
        machineNumber=command.machine_number,
    )
    if client := _client(command):
        task["clientInfo"] = client
    if command.sender_email:
        task["companyInfo"] = {"email": command.sender_email}
    if command.internet:
        task["internet"] = True
    if not command.electronic:
        task |= _printed_around(command)
    if command.industry:
        task["industryInfo"] = [_industry(each) for each in command.industry]
    if (operation := command.operation_requisite) is not None:
        task["operationInfo"] = {"id": operation.id, "data": operation.data, "dateTime": moment(operation.at)}
    return task | _correction(command, ffd)


def _check(command: RegisterReceipt, ffd: int) -> None:
    whole = sum(position.sum for position in command.positions)
    difference = whole - command.total
    if not command.positions or command.total < 0:
        raise Refused(ErrorCode.BAD_AMOUNT, "a receipt has positions and no negative total")
    if not 0 <= difference < _ROUBLE or whole // _ROUBLE != command.total // _ROUBLE:
        raise Refused(ErrorCode.TOTAL_DIFFERS, f"positions exceed the total by {difference} kopecks")
    if command.electronic and not command.contact:
        raise Refused(ErrorCode.BAD_REQUISITE, "an electronic receipt without the buyer's contact")
    paid = sum(payment.sum for payment in command.payments)
    cash = sum(payment.sum for payment in command.payments if payment.type is PaymentType.CASH)
    if paid < command.total or paid - cash > command.total or any(payment.sum < 0 for payment in command.payments):
        raise Refused(ErrorCode.PAYMENTS_MISMATCH, f"paid {paid}, cash of it {cash}, total {command.total}")
    if command.type.is_correction and paid != command.total:
        raise Refused(ErrorCode.PAYMENTS_MISMATCH, "a correction gives no change")
    if command.type.is_correction and ffd < FfdVersion.V1_1:
        if len(command.positions) > 1:
            raise Refused(ErrorCode.NOT_SUPPORTED, "a correction of FFD 1.05 has one position")
        if command.type.name.endswith("RETURN_CORRECTION"):
            raise Refused(ErrorCode.NOT_SUPPORTED, "corrections of returns begin with FFD 1.1")


def operator(command: Any) -> Json:
    """1021 and 1203; without a name the device takes the cashier of its own table."""
    cashier = command.cashier
    if cashier is None or not cashier.name:
        return {}
    return {"operator": {"name": cashier.name, **_texts(vatin=cashier.inn)}}


def _texts(**values: str) -> Json:
    """Those that say something."""
    return {name: value for name, value in values.items() if value}


def moment(at: datetime.datetime) -> str:
    """How tasks want times (2.2)."""
    return f"{at:%Y.%m.%d %H:%M:%S}"


def _client(command: RegisterReceipt) -> Json:
    more = command.customer
    told = _texts(emailOrPhone=command.contact, vatin=command.customer_inn, name=command.customer_name)
    if more is None:
        return told
    born = f"{more.birth_date:%d.%m.%Y}" if more.birth_date else ""
    return told | _texts(
        birthDate=born,
        citizenship=more.citizenship,
        identityDocumentCode=more.document_code,
        identityDocumentData=more.document,
        address=more.address,
    )


def _payments(command: RegisterReceipt) -> list[Json]:
    """Sums by type; nothing to pay is one payment of nothing, since the field has to be there."""
    sums: dict[PaymentType, int] = {}
    for payment in command.payments:
        sums[payment.type] = sums.get(payment.type, 0) + payment.sum
    told = [{"type": words.PAYMENTS[kind], "sum": money(amount)} for kind, amount in sums.items() if amount]
    return told or [{"type": "cash", "sum": 0}]


def _correction(command: RegisterReceipt, ffd: int) -> Json:
    if command.correction is None:
        return {}
    basis = command.correction
    told: Json = {
        "correctionType": "instruction" if basis.by_order else "self",
        "correctionBaseDate": f"{basis.date:%Y.%m.%d}",
        "correctionBaseNumber": basis.number,
    }
    if ffd < FfdVersion.V1_2 and basis.description:
        told["correctionBaseName"] = basis.description
    if ffd < FfdVersion.V1_1:
        told |= {"items": [], "taxes": _taxes(command)}
    return told


def _taxes(command: RegisterReceipt) -> list[Json]:
    """A correction of FFD 1.05 names no goods, only what is paid and the tax in it."""
    sums: dict[Vat, int] = {}
    for position in command.positions:
        rate = VAT_RATES[position.vat]
        tax = tax_inside(position.sum, rate.numerator, rate.denominator) if rate.numerator else position.sum
        sums[position.vat] = sums.get(position.vat, 0) + tax
    return [{"type": words.VATS[vat], "sum": money(amount)} for vat, amount in sums.items()]


def _printed_around(command: RegisterReceipt) -> Json:
    """The footer after the payments; the header stands among the items, where the receipt is already open."""
    return {"postItems": [printed(each) for each in command.footer]} if command.footer else {}


def _items(command: RegisterReceipt, ffd: int) -> Iterator[Json]:
    on_paper = not command.electronic
    if on_paper:
        yield from (printed(each) for each in command.header)
    for position in command.positions:
        yield _position(position, ffd)
        if on_paper and position.barcode:
            yield {"type": "text", "text": position.barcode}
        if on_paper:
            yield from (printed(each) for each in position.lines)
    if (requisite := command.user_requisite) is not None:
        yield {"type": "userAttribute", "name": requisite.name, "value": requisite.value, "print": True}
    if command.mark:
        yield {"type": "additionalAttribute", "value": command.mark[:MARK_LIMIT], "print": False}


def printed(each: Printed) -> Json:
    """Text or a code. Bold, italic, underline and inverse have no word in driver 10."""
    if isinstance(each, Barcode):
        told: Json = {"type": "barcode", "barcode": each.barcode, "barcodeType": each.type.value}
        sizes = {"scale": each.scale, "height": each.height}
        told |= {name: value for name, value in sizes.items() if value}
        return told | {"alignment": each.align.value, "printText": each.print_text}
    return _line(each)


def _line(line: TextLine) -> Json:
    told: Json = {"type": "text", "text": line.text, "alignment": line.align.value, "wrap": "words"}
    if line.font:
        told["font"] = line.font
    return told | {"doubleWidth": line.double_width, "doubleHeight": line.double_height}


def _position(position: Position, ffd: int) -> Json:
    told: Json = {
        "type": "position",
        "name": position.name,
        "price": money(position.price),
        "quantity": quantity(position.quantity),
        "amount": money(position.sum),
        "paymentMethod": words.METHODS[position.payment_method],
        "paymentObject": words.OBJECTS[position.payment_object],
        "tax": {"type": words.VATS[position.vat]},
    }
    if position.department:
        told["department"] = position.department
    if position.discount:
        told["infoDiscountAmount"] = money(position.discount)
    told |= _measure(position, ffd)
    told |= _texts(countryCode=position.country, customsDeclaration=position.declaration)
    if position.additional:
        told |= {"additionalAttribute": position.additional, "additionalAttributePrint": True}
    if position.excise is not None:
        told["exciseSum"] = money(position.excise)
    if position.industry:
        told["industryInfo"] = [_industry(each) for each in position.industry]
    if position.agent:
        told["agentInfo"] = _agent(position.agent, position.agent_data or AgentData())
    if position.supplier is not None:
        told["supplierInfo"] = _supplier(position.supplier)
    return told | _code(position, ffd)


def _measure(position: Position, ffd: int) -> Json:
    if ffd >= FfdVersion.V1_2:
        measure = Measure(position.measure) if position.measure in set(Measure) else Measure.PIECE
        return {"measurementUnit": words.MEASURES[measure]}
    return _texts(measurementUnit=position.unit)


def _code(position: Position, ffd: int) -> Json:
    """Checked codes with FFD 1.2, before it the bare code as 1162."""
    if position.mark is not None and ffd >= FfdVersion.V1_2:
        return {"imcParams": mark_params(position.mark, position)}
    bare = position.product_code or (position.mark.code if position.mark else "")
    return {"markingCode": {"type": "other", "mark": _base64(bare)}} if bare else {}


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def mark_params(mark: Mark, position: Position | None = None) -> Json:
    """`imcParams` of a position, or `params` of a check (2.6, 2.8)."""
    told: Json = {
        "imcType": "auto",
        "imc": _base64(mark.code),
        "itemEstimatedStatus": words.MARK_STATUSES.get(mark.status, "itemPieceSold"),
        "imcModeProcessing": mark.mode,
    }
    if mark.numerator and mark.denominator:
        told["itemFractionalAmount"] = f"{mark.numerator}/{mark.denominator}"
    if mark.status in (2, 4):
        told["itemQuantity"] = quantity(position.quantity if position else mark.quantity)
        unit = (position.measure if position else mark.measure) or 0
        told["itemUnits"] = words.MEASURES[Measure(unit) if unit in set(Measure) else Measure.PIECE]
    if (check := mark.check) is not None:
        told["itemInfoCheckResult"] = {
            "imcCheckFlag": check.checked,
            "imcCheckResult": check.valid,
            "imcStatusInfo": check.status_told,
            "imcEstimatedStatusCorrect": check.status_fits,
            "ecrStandAloneFlag": check.offline,
        }
    return told


def _industry(each: Industry) -> Json:
    return {"fois": each.foiv, "date": f"{each.date:%Y.%m.%d}", "number": each.number, "industryAttribute": each.value}


def _agent(agent: int, data: AgentData) -> Json:
    """Agents' names, and what each side of 1223 says."""
    told: Json = {"agents": [words.AGENTS[bit] for bit in Agent if agent & bit]}
    sides: dict[str, Json] = {
        "payingAgent": {**_texts(operation=data.operation), **_phones(data.agent_phones)},
        "receivePaymentsOperator": _phones(data.receiver_phones),
        "moneyTransferOperator": {
            **_phones(data.transfer_phones),
            **_texts(name=data.transfer_name, address=data.transfer_address, vatin=data.transfer_inn),
        },
    }
    return told | {name: side for name, side in sides.items() if side}


def _phones(phones: tuple[str, ...]) -> Json:
    return {"phones": list(phones)} if phones else {}


def _supplier(supplier: Supplier) -> Json:
    return {**_phones(supplier.all_phones), **_texts(name=supplier.name, vatin=supplier.inn)}
