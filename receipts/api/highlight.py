"""JSON with the names of its fields set apart, and words of code in sentences, for the documentation page."""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_NAME = re.compile(r"^(\s*)(&quot;[A-Za-z0-9_]+&quot;)(:)", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


def pretty(text: str) -> SafeString:
    """*text* escaped; every name of a field in a span of class «name»."""
    return mark_safe(_NAME.sub(r'\1<span class="name">\2</span>\3', escape(text)))  # noqa: S308 - escaped before


def with_code(sentence: str) -> SafeString:
    """*sentence* escaped; what stands in backticks becomes code."""
    return mark_safe(_CODE.sub(r"<code>\1</code>", escape(sentence)))  # noqa: S308 - escaped before
