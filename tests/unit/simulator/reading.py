"""What the fiscal storage says, read over the wire."""

from __future__ import annotations

from typing import Any

from tests.unit.simulator.client import Host3
from tests.unit.simulator.messages import decoded


def last_fd(host: Host3) -> int:
    return int(host.ok("91 34 00 00")[:5].hex())


def raw_document(host: Host3, number: int) -> tuple[int, bytes]:
    """Type and TLV of a document, with A4 45 and A4 46 until DA; checks the announced length."""
    answer = host.ok("A4 45 " + number.to_bytes(4, "little").hex())
    tlv = b""
    while (part := host.ask("A4 46"))[:2] == b"\x55\x00":
        tlv += part[2:]
    assert bytes.fromhex("55DA00") == part
    assert len(tlv) == int.from_bytes(answer[2:4], "little")
    return int.from_bytes(answer[:2], "little"), tlv


def document(host: Host3, number: int | None = None) -> dict[int, Any]:
    """A document's requisites, the last one by default."""
    return decoded(raw_document(host, number or last_fd(host))[1])
