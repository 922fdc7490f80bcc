"""Requisites of documents: E8 writes, E9 reads (source: atol-protocol.md 5.5, 6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devices.ffd import FfdVersion, Tag
from devices.simulator.charset import encode
from devices.simulator.commands.marking import marked
from devices.simulator.commands.registry import OK, command, need, ok
from devices.simulator.errors import Code, Extended, Refusal, extended
from devices.simulator.options import Options

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

PERSON = {Tag.CASHIER, Tag.CASHIER_INN}
REGISTRATION = {
    Tag.USER_INN,
    Tag.RNM,
    Tag.TAXATIONS,
    Tag.FFD_VERSION,
    Tag.REREGISTRATION_REASON,
    1205,
    1013,
    1017,
    1046,
}
REGISTRATION |= {1001, 1002, 1056, 1060, 1108, 1109, 1110, 1126, 1193, 1207, 1221, 1290, 1057}
RECEIPT = {
    1005,
    1008,
    1009,
    1016,
    1026,
    1036,
    1044,
    1048,
    1055,
    1057,
    1060,
    1073,
    1074,
    1075,
    1084,
    1117,
    1125,
    1171,
    1173,
}
RECEIPT |= {1174, 1187, 1192, 1227, 1228, 1256, 1261, 1270, 2107}
VAT_SUMS = {Tag.VAT20_SUM: 1, Tag.VAT10_SUM: 2, Tag.VAT120_SUM: 3, Tag.VAT110_SUM: 4}
VAT_SUMS |= {Tag.VAT0_TURNOVER: 5, Tag.NO_VAT_TURNOVER: 6}
POSITION = {1162, 1163, 1191, 1197, 1198, 1222, 1223, 1224, 1226, 1229, 1230, 1231, 1260, 1291, 2102, 2106, 2108, 2115}
POSITION |= {Tag.MARK, Tag.MARK_STATUS}
ONLY_1_2 = {1163, 1256, 1260, 1261, 1270, 1291, 2000, 2003, 2102, 2106, 2107, 2108, 2115}
REPEATED = {Tag.INDUSTRY_OF_POSITION, Tag.INDUSTRY}  # source: ffd.md 2.2, column Rep
_LONGEST = 1024


@command(0xE8)
def write_requisite(device: VirtualDevice, parameters: bytes) -> bytes:
    """`flags blocks no data`: blocks 0.. come one by one, the requisite counts when the last one is there."""
    need(parameters, 4)
    flags, blocks, number, data = parameters[0], parameters[1], parameters[2], parameters[3:]
    if number >= blocks:
        raise Refusal(Code.BAD_FORMAT)
    device.requisite_parts = data if number == 0 else device.requisite_parts + data
    if number < blocks - 1:
        return OK
    whole, device.requisite_parts = device.requisite_parts, b""
    if len(whole) < 4 or len(whole) - 4 != int.from_bytes(whole[2:4], "little"):
        raise Refusal(Code.BAD_LENGTH)
    if len(whole) > _LONGEST:
        raise Refusal(Code.FN_TLV_TOO_LARGE)
    _accept(device, int.from_bytes(whole[:2], "little"), whole[4:], printed=flags & 1)
    return OK


def _accept(device: VirtualDevice, tag: int, value: bytes, *, printed: int) -> None:
    receipt, version = device.state.receipt, device.options.version
    row: list[Any] = [tag, value.hex(), printed]
    if tag in ONLY_1_2 and version != FfdVersion.V1_2:
        raise Refusal(Code.WRONG_FIELD)
    if tag == Tag.PRODUCT_CODE and version == FfdVersion.V1_2:
        raise extended(Extended.BAD_COMBINATION, tag.to_bytes(2, "big"))
    if tag == Tag.TAXATION and not _one_of(value, device.options):
        raise extended(Extended.WRONG_TAXATION)
    if tag in PERSON or (tag in REGISTRATION | RECEIPT and receipt is None):
        device.state.requisites = [each for each in device.state.requisites if each[0] != tag] + [row]
    elif tag in POSITION:
        if receipt is None or not receipt.position_open:
            raise extended(Extended.WITHOUT_BEGIN_POSITION)
        for each in [row] if tag != Tag.MARK else marked(device, value, printed):
            _enter(receipt.position_extra, each)
    elif receipt is not None and tag in VAT_SUMS:
        receipt.vat_given[str(VAT_SUMS[Tag(tag)])] = int.from_bytes(value, "little")
    elif receipt is not None and tag in RECEIPT:
        if receipt.position_open:
            raise extended(Extended.AFTER_BEGIN_POSITION)
        _enter(receipt.extra, row)
    else:
        raise Refusal(Code.WRONG_FIELD)


def _one_of(value: bytes, options: Options) -> bool:
    return len(value) == 1 and value[0] in (1, 2, 4, 8, 16, 32) and bool(value[0] & options.taxations)


def _enter(rows: list[list[Any]], row: list[Any]) -> None:
    """The same value twice does no harm (a host whose link broke repeats it), another one is refused with 0201."""
    for each in rows:
        if each[0] == row[0] and (each[1] == row[1] or row[0] not in REPEATED):
            if each[1] != row[1]:
                raise extended(Extended.ALREADY_WRITTEN, row[0].to_bytes(2, "big"))
            return
    rows.append(row)


@command(0xE9, writes=False)
def read_requisite(device: VirtualDevice, parameters: bytes) -> bytes:
    """Registration data, or what waits for the next document; long values in blocks of 100 bytes, header included."""
    need(parameters, 3)
    tag, block = int.from_bytes(parameters[:2], "little"), parameters[2]
    value = next((bytes.fromhex(row[1]) for row in device.state.requisites if row[0] == tag), None)
    if value is None:
        value = registered(device.options, tag)
    if value is None:
        raise Refusal(Code.WRONG_FIELD)
    whole = parameters[:2] + len(value).to_bytes(2, "little") + value
    blocks = (len(whole) + 99) // 100
    if block >= blocks:
        raise Refusal(Code.BAD_FORMAT)
    return ok(bytes((blocks,)) + whole[block * 100 : block * 100 + 100])


def registered(options: Options, tag: int) -> bytes | None:
    """
    A requisite of the registration, or None: not one of them. Signs that a 1.2 registration folds into 1290 read as 0.
    """
    texts: dict[int, bytes] = {
        Tag.OFD_INN: options.ofd_inn.ljust(12).encode(),
        Tag.RNM: options.rnm.ljust(20).encode(),
        Tag.USER_NAME: encode(options.organisation),
        Tag.SETTLEMENT_ADDRESS: encode(options.address),
        Tag.SETTLEMENT_PLACE: encode(options.place),
        Tag.SENDER_EMAIL: encode(options.sender_email),
        Tag.MACHINE_NUMBER: b" ",
        Tag.USER_INN: options.inn.ljust(12).encode(),
        Tag.OFD_NAME: encode(options.ofd_name),
        Tag.TAXATIONS: bytes((options.taxations,)),
        Tag.FNS_SITE: encode(options.fns_site),
        Tag.FFD_VERSION: bytes((options.version,)),
        Tag.DEVICE_SERIAL: options.serial.encode(),
        Tag.DEVICE_FFD: bytes((options.version,)),
        Tag.FN_FFD: bytes((options.version,)),
        Tag.FN_NUMBER: options.fn.encode(),
    }
    if tag in texts:
        return texts[tag]
    return b"\0" if tag in REGISTRATION else None
