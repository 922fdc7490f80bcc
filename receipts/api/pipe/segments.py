"""
SEGMENT: a message too long for one, in pieces of its base64, in any order and each as often as it likes to come.

Pieces are rows, so that it does not matter which web process each one reaches, and nothing is lost with a broker. What
the whole came to is kept for a while under its guid, with the digests of its pieces: a program that lost the answer of
its last piece sends that piece again and gets it, and one that uses a guid again for something else is told so.
Source: seed-pipe-protocol.md, SEGMENT; the bounds are our choice.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from devices.pipe_models import PipeMessage, PipeSegment
from receipts.api.pipe import errors, values
from receipts.api.pipe.wire import LARGEST, Answer, Layout, Refusal
from receipts.models import ApiClient

FORGOTTEN_AFTER = datetime.timedelta(minutes=10)
MOST_PIECES = 1000
MOST_MESSAGES = 20
"""Of one client at a time, whole ones within their time among them."""
LONGEST = LARGEST * 4 // 3 + 4


def add(client: ApiClient, data: Mapping[str, Any], run: Callable[[bytes], bytes]) -> bytes | None:
    """
    Keep one piece; the answer of the whole message once it is there, which *run* makes of it, and None before.

    Raises Refusal: it fits none of what came before, or is too much.
    """
    guid = values.text(data, "segment_guid", most=64).strip().lower()
    count = values.whole(data, "segment_count", least=1, most=MOST_PIECES)
    number = values.whole(data, "segment_num", most=count)  # some may count from 0: what matters is the order
    text = "".join(values.text(data, "text", most=LONGEST).split())
    if not guid or not guid.isprintable():
        raise Refusal(_("“%(key)s” must be a text.") % {"key": "segment_guid"})
    if not text.isascii() or not text.isprintable():
        raise Refusal(_("The pieces are not the base64 of a message."))
    PipeMessage.objects.filter(touched_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    message = _message(client, guid, count)
    if message.started_at is None:
        _keep(message, number, text)
        if message.segments.count() < count:
            return None
        ours = PipeMessage.objects.filter(pk=message.pk, started_at__isnull=True).update(started_at=timezone.now())
        # Two pieces may have completed it at once: one of them carries it out, the other one was a piece.
        return _run(message, run) if ours else None
    kept = message.segments.filter(number=number).values_list("text", flat=True).first()
    if kept not in (None, text, _digest(text)):  # the first one's answer would be a lie about this one
        raise Refusal(_("Piece %(number)s came twice with different texts.") % {"number": number})
    return message.answer.encode("latin-1") or Answer.refused(errors.unknown()).dump(Layout())


def _message(client: ApiClient, guid: str, count: int) -> PipeMessage:
    mine = PipeMessage.objects.filter(source=client.source)
    message = mine.filter(guid=guid).first()
    if message is None:
        if mine.count() >= MOST_MESSAGES:
            raise Refusal(_("Too many messages in pieces are not whole yet. Wait a few minutes."), errors.BUSY)
        message, _created = PipeMessage.objects.get_or_create(
            source=client.source, guid=guid, defaults={"count": count}
        )
    if message.count != count:
        raise Refusal(_("The pieces of one message say different “segment_count”."))
    return message


def _keep(message: PipeMessage, number: int, text: str) -> None:
    """Raises Refusal: the same number came with another text, or all of them are too long."""
    try:
        with transaction.atomic():
            PipeSegment.objects.create(message=message, number=number, text=text)
    except IntegrityError as error:
        if not message.segments.filter(number=number, text=text).exists():
            raise Refusal(_("Piece %(number)s came twice with different texts.") % {"number": number}) from error
        return
    PipeMessage.objects.filter(pk=message.pk).update(touched_at=timezone.now())
    if (message.segments.aggregate(length=Sum(Length("text")))["length"] or 0) > LONGEST:
        message.delete()
        raise Refusal(_("The message is longer than %(limit)s bytes.") % {"limit": LARGEST})


def _run(message: PipeMessage, run: Callable[[bytes], bytes]) -> bytes:
    """Join by number, decode, and carry it out; of the pieces their digests are kept."""
    pieces = list(message.segments.order_by("number"))
    joined = "".join(piece.text for piece in pieces)
    try:
        whole = base64.b64decode(joined, validate=True)
    except (binascii.Error, ValueError) as error:
        message.delete()
        raise Refusal(_("The pieces are not the base64 of a message.")) from error
    answer = run(whole)
    # Byte for byte as it went out, in whichever code page.
    PipeMessage.objects.filter(pk=message.pk).update(answer=answer.decode("latin-1"), touched_at=timezone.now())
    for piece in pieces:
        piece.text = _digest(piece.text)
    PipeSegment.objects.bulk_update(pieces, ["text"], batch_size=100)
    return answer


def _digest(text: str) -> str:
    """Of a piece: it has a sign that base64 has not."""
    return f"#{hashlib.sha256(text.encode()).hexdigest()}"
