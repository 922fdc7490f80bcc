"""One message in, one message out: the whole face, however the bytes came (HTTP, a socket, a pipe)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import OperationalError
from django.utils import translation
from django.utils.translation import gettext as _

from receipts.api.pipe import comands, segments, values, wire
from receipts.api.pipe.asked import asked
from receipts.api.pipe.errors import unknown
from receipts.api.pipe.wire import Answer, Refusal
from receipts.models import ApiClient

log = logging.getLogger(__name__)
SEGMENT = "SEGMENT"


class Unavailable(Exception):
    """The database does not answer; nothing was queued. *answer* says so."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("no database")
        self.answer = answer


def serve(client: ApiClient, raw: bytes, *, site: str = "") -> bytes:
    """
    The answer to the message *raw* of *client*; always one. *site* is the code of the site whose numbers are meant.

    Raises Unavailable.
    """
    with translation.override("ru"):  # as the old service spoke; programs show it to cashiers as it is
        return _serve(client, raw, site, whole=True)


def _serve(client: ApiClient, raw: bytes, site: str, *, whole: bool) -> bytes:
    """*whole*: it did not come in pieces."""
    layout = wire.layout_of(raw[: wire.LARGEST])
    try:
        message = wire.read(raw)
        name = _name(message)
        if name == SEGMENT:
            data = values.section(message, "data")
            if not whole:
                raise Refusal(_("There are pieces inside of pieces."))
            answer = segments.add(client, data, lambda inner: _serve(client, inner, site, whole=False))
            return Answer().dump(layout) if answer is None else answer
        return comands.run(asked(client, message, name=name, site=site)).dump(layout)
    except Refusal as refusal:
        log.info("client %s was refused: %s", client.pk, refusal.code)
        return Answer.refused(refusal).dump(layout)
    except OperationalError as error:
        log.warning("no database for the pipe protocol: %s", error)
        text = _("The service cannot answer now. Nothing was queued: give the command again.")
        raise Unavailable(Answer.refused(Refusal(text)).dump(layout)) from error
    except Exception:  # a mistake of ours; whether something was queued before it is not known
        log.exception("a message of the pipe protocol failed")
        return Answer.refused(unknown()).dump(layout)


def _name(message: Mapping[str, Any]) -> str:
    """The command's name in capitals. Raises Refusal."""
    said = message.get("comand")
    name = said.strip().upper() if isinstance(said, str) else ""
    if name != SEGMENT and name not in comands.ROWS:
        raise Refusal("Неизвестная команда")  # as the old service said it
    return name
