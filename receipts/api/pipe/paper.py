"""
Lines of paper: those that a client sends, those that its device adds, and the sample slip.

Fonts are honoured whatever `use_print_string` says, and its alignment too; `setmode_one` was about the old driver's
modes and says nothing here. Source: seed-pipe-protocol.md, `font`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from devices.commands import Align, TextLine
from devices.models import Device, Site
from devices.pipe_models import PaperLine
from receipts import checks
from receipts.api.pipe import values
from receipts.api.pipe.wire import Refusal
from receipts.checks import Bad

MOST_LINES = 1000
MOST_LETTERS = 500
_ALIGN = {0: Align.LEFT, 1: Align.CENTER, 2: Align.RIGHT}
_VARIABLE = re.compile(r"\{(\w+)\}")


def split_text(data: Mapping[str, Any]) -> tuple[TextLine, ...]:
    """`text` of PRINT_STRING_LIST, a line for each CR LF (or LF) in it. Raises Refusal."""
    text = values.text(data, "text", most=MOST_LINES * MOST_LETTERS)
    lines = text.removesuffix("\n").removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MOST_LINES:
        raise Refusal(_("“%(key)s” has more than %(most)s rows.") % {"key": "text", "most": MOST_LINES})
    return tuple(TextLine(text=_shown(line)) for line in lines)


def lines_of(data: Mapping[str, Any], key: str) -> tuple[TextLine, ...]:
    """Lines with a font each: `text` of PRINT_TSTRING_LIST, `header_text`, `footer_text`. Raises Refusal."""
    return tuple(_line(row) for row in values.rows(data, key, most=MOST_LINES))


def _shown(text: str) -> str:
    """*text* as paper shows it; a line in letters that no device has is an empty one, not a receipt refused."""
    line = values.printable(text).rstrip()
    try:
        checks.requisite(line, len(line) * 4)
    except Bad:
        return ""
    return line


def _line(row: Mapping[str, Any]) -> TextLine:
    text = _shown(values.text(row, "text", most=MOST_LETTERS).rstrip("\r\n"))
    font = values.section(row, "font") if row.get("font") else {}
    align = values.whole(font, "a")
    if align not in _ALIGN:
        raise Refusal(_("“%(key)s” must be a whole number from %(least)s to %(most)s.") % {
            "key": "a", "least": 0, "most": 2,
        })  # fmt: skip
    return TextLine(
        text=text,
        align=_ALIGN[align],
        bold=values.flag(font, "b"),
        italic=values.flag(font, "i"),
        negative=values.flag(font, "n"),
        underline=values.flag(font, "u"),
        double_height=values.flag(font, "dh"),
        double_width=values.flag(font, "dw"),
    )


def own_lines(device: Device) -> tuple[tuple[TextLine, ...], tuple[TextLine, ...]]:
    """What *device* prints above and below by its settings, with the site's variables put in."""
    known = variables(device.site)
    found: dict[str, list[TextLine]] = {place: [] for place in PaperLine.Place.values}
    for row in device.paper_lines.all():
        found[row.place].append(row.line(_shown(filled(row.text, known))))
    return tuple(found[PaperLine.Place.HEADER]), tuple(found[PaperLine.Place.FOOTER])


def variables(site: Site) -> dict[str, str]:
    """The site's variables by their names in small letters: {INN} and {inn} are one, as they were."""
    pairs = (line.partition("=") for line in site.variables.splitlines())
    return {name.strip().lower(): value.strip() for name, sign, value in pairs if sign}


def filled(text: str, known: Mapping[str, str]) -> str:
    """*text* with what its {names} stand for; a name that nobody knows stays as it is, so that it is seen."""
    return _VARIABLE.sub(lambda found: known.get(found[1].lower(), found[0]), text)


def sample_slip() -> tuple[TextLine, ...]:
    """What PRINT_TEXT_CHEQUE prints: every look that a line may have, to see that the paper shows it."""
    rule = TextLine(text="-" * 32, align=Align.CENTER)
    looks: Iterable[TextLine] = (
        TextLine(text="Слева"),
        TextLine(text="По центру", align=Align.CENTER),
        TextLine(text="Справа", align=Align.RIGHT),
        TextLine(text="Жирный", bold=True),
        TextLine(text="Наклонный", italic=True),
        TextLine(text="Подчёркнутый", underline=True),
        TextLine(text="Белым по чёрному", negative=True),
        TextLine(text="Двойной высоты", double_height=True),
        TextLine(text="Двойной ширины", double_width=True),
        TextLine(text='№ 1 «кавычки» "прямые" \\ {} [] 0,05%'),
    )
    title = TextLine(text="ПРОБНАЯ ПЕЧАТЬ", align=Align.CENTER, bold=True)
    note = TextLine(text="не фискальный документ", align=Align.CENTER)
    return title, note, rule, *looks, rule
