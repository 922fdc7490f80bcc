"""Exchanges with a device as text: one line per message, hex, `>` to the device, `<` from it, `!` no answer and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from devices.protocol import masking
from devices.protocol.exchange import Exchange

# A receipt takes some 10 thousand letters. What is longer than this has its beginning and its end kept.
LONGEST = 200_000
NEWLINE = "\n"


def dump(exchanges: Sequence[Exchange]) -> str:
    """The lines; times are seconds since the first message. "" for no exchange."""
    if not exchanges:
        return ""
    text = "\n".join(_lines(exchanges))
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half].rpartition(NEWLINE)[0]}\n… left out …\n{text[-half:].partition(NEWLINE)[2]}"


def _lines(exchanges: Sequence[Exchange]) -> Iterator[str]:
    start = exchanges[0].at
    for exchange in exchanges:
        at = exchange.at - start
        yield f"{at:.3f} > {exchange.sent.hex(' ')}"
        if exchange.failure:
            yield f"{at + exchange.seconds:.3f} ! {masking.words(exchange.failure)}"
        else:
            yield f"{at + exchange.seconds:.3f} < {exchange.received.hex(' ')}"
