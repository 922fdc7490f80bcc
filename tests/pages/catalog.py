"""Every string of the project that people may read, and every translation of it, as gettext sees them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
APPS = ("kktoffice", "devices", "receipts")
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "lazy", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy", "plazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

_STRING = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_CALL = re.compile(rf"""\b(?P<name>n?p?gettext|_)\((?P<arguments>(?:\s*u?(?:{_STRING.pattern})\s*,?|\s*count)+)\)""")


@dataclass(frozen=True, slots=True)
class Word:
    """A msgid with its context and its place; *plural* is its English plural or empty."""

    context: str | None
    text: str
    plural: str
    place: str

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.text


def sources() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            if path.suffix == ".py" or (path.suffix == ".html" and "templates" in path.parts):
                yield path


def words() -> list[Word]:
    """Everything marked for translation in our code and templates."""
    return [word for path in sources() for word in (_of_template(path) if path.suffix == ".html" else _of_code(path))]


def _of_code(path: Path) -> Iterator[Word]:
    with path.open("rb") as file:
        for line, message, _comments, context in extract("python", file, KEYWORDS):
            forms = (message,) if isinstance(message, str) else tuple(message)
            yield Word(context, forms[0], forms[1] if len(forms) > 1 else "", f"{path.relative_to(ROOT)}:{line}")


def _of_template(path: Path) -> Iterator[Word]:
    """Django turns a template into calls of gettext among filler; only the calls matter."""
    for call in _CALL.finditer(templatize(path.read_text())):
        forms = [ast.literal_eval(text) for text in _STRING.findall(call["arguments"])]
        context = forms.pop(0) if "p" in call["name"] else None
        yield Word(context, forms[0], forms[1] if len(forms) > 1 else "", str(path.relative_to(ROOT)))


def catalogs() -> list[Path]:
    return [path for app in APPS if (path := ROOT / app / "locale/ru/LC_MESSAGES/django.po").exists()]


def translations(path: Path) -> dict[tuple[str | None, str], Message]:
    with path.open("rb") as file:
        catalog = read_po(file, locale="ru")
    return {
        (message.context, message.id if isinstance(message.id, str) else message.id[0]): message
        for message in catalog
        if message.id
    }
