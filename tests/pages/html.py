"""What tests read out of pages."""

from __future__ import annotations

import re
from html import unescape
from typing import Any


def words(response: Any) -> str:
    """The page as people read it: no tags, plain spaces."""
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def known(response: Any) -> list[str]:
    """The digests that a page would send with its next poll."""
    return re.findall(r'name="v" value="([^"]+)"', response.content.decode())


def swapped(response: Any) -> set[str]:
    """Ids that an answer puts in place."""
    return set(re.findall(r'<(?!input)\w+[^>]* id="([^"]+)"[^>]*hx-swap-oob="true"', response.content.decode()))
