"""Every word for people is there in Russian, set by the rules of the house, and compiled."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from devices.typography import unbroken
from tests.pages.catalog import ROOT, catalogs, translations, words

CATALOGS = catalogs()
IDS = [str(path.relative_to(ROOT).parts[0]) for path in CATALOGS]
OWN = ROOT / "kktoffice/locale/ru/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_no_word_lacks_its_russian() -> None:
    known = {key: message for path in CATALOGS for key, message in translations(path).items()}
    missing = sorted({f"{word.place}: {word.text}" for word in words() if word.key not in known})

    assert [] == missing


@pytest.mark.parametrize("path", CATALOGS, ids=IDS)
def test_every_translation_is_whole(path: Path) -> None:
    broken = []
    for key, message in translations(path).items():
        source = set(PLACEHOLDER.findall(key[1]))
        for form in forms(message):
            if not form or set(PLACEHOLDER.findall(form)) - source or (source and not PLACEHOLDER.search(form)):
                broken.append(key)
        if message.fuzzy or (not isinstance(message.string, str) and len(forms(message)) != 3):
            broken.append(key)

    assert [] == broken


@pytest.mark.parametrize("path", CATALOGS, ids=IDS)
def test_the_compiled_catalogue_is_the_one_beside_it(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    differs = []
    for (context, text), message in translations(path).items():
        if isinstance(message.string, str):
            read = compiled.pgettext(context, text) if context else compiled.gettext(text)
            differs += [text] if read != message.string else []
        else:
            for number, form in zip((1, 3, 7), forms(message), strict=True):
                plural = message.id[1]
                differs += [text] if compiled.ngettext(text, plural, number) != form else []

    assert [] == differs


def test_our_russian_does_not_break_after_short_words() -> None:
    loose = [form for message in translations(OWN).values() for form in forms(message) if unbroken(form) != form]

    assert [] == loose


def test_russian_words_have_no_english_left() -> None:
    allowed = {"API", "FD", "QR", "CRM", "USB", "Caps", "Lock", "USB-", "Wi-Fi"}
    english = [
        form
        for message in translations(OWN).values()
        for form in forms(message)
        for word in re.findall(r"[A-Za-z]{2,}", PLACEHOLDER.sub("", form))
        if word not in allowed
    ]

    assert [] == english


def test_plural_forms_are_right() -> None:
    with OWN.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    def said(number: int) -> str:
        return (compiled.ngettext("%(n)d job", "%(n)d jobs", number) % {"n": number}).replace("\u00a0", " ")

    assert ["1 задание", "2 задания", "5 заданий", "11 заданий", "21 задание", "22 задания", "112 заданий"] == [
        said(number) for number in (1, 2, 5, 11, 21, 22, 112)
    ]


def test_placeholders_are_named() -> None:
    unnamed = [word.text for word in words() if re.search(r"%[sd]|\{\}", word.text)]

    assert [] == unnamed


@pytest.mark.parametrize("path", CATALOGS, ids=IDS)
def test_no_catalogue_keeps_what_nobody_says_any_more(path: Path) -> None:
    asked = {word.key for word in words()}

    assert [] == sorted(str(key) for key in translations(path) if key not in asked)
    assert not re.search(r"^#[|~]|^# \|", path.read_text(encoding="utf-8"), re.MULTILINE)
