"""Habits that a reader relies on: short files, nothing copied in, translations in step, words that belong elsewhere."""

from __future__ import annotations

import ast
import re
import subprocess
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

PROJECT = Path(__file__).resolve().parents[2]
LONGEST = 500
GENERATED = ("migrations", "locale")
CATALOGUES = sorted(PROJECT.glob("*/locale/*/LC_MESSAGES/*.po"))
VAGUE = re.compile(r"(^|/)(utils?|helpers?|misc|common|manager)\.py$|(^|/)base_\w+\.py$")
COPIED_IN = re.compile(r"\.min\.(js|css)$|(^|/)(node_modules|vendor)/")


def tracked() -> list[Path]:
    """Files of the project as git knows them; as the folder holds them where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        hidden = {".git", ".venv", "var", "test-results"}
        return [path for path in PROJECT.rglob("*") if path.is_file() and not hidden & set(path.parts)]
    return [PROJECT / name for name in listed.split("\0") if name and (PROJECT / name).is_file()]


def translations(message: Message) -> set[str]:
    return {message.string} if isinstance(message.string, str) else set(message.string or ())


def shown(shipped: GNUTranslations, message: Message, number: int) -> str:
    """What a person reads for *message*; all of its Russian plural forms are met at 1, 2 and 5."""
    if isinstance(message.id, str):
        return shipped.pgettext(message.context, message.id) if message.context else shipped.gettext(message.id)
    one, many = message.id
    if message.context:
        return shipped.npgettext(message.context, one, many, number)
    return shipped.ngettext(one, many, number)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(PROJECT)) for path in paths]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    return tracked()


def test_no_file_is_longer_than_a_reader_can_hold(files: list[Path]) -> None:
    long = [
        f"{path.relative_to(PROJECT)}: {count}"
        for path in files
        if path.suffix in {".py", ".html", ".js"} and not set(GENERATED) & set(path.parts)
        if (count := len(path.read_text().splitlines())) > LONGEST
    ]

    assert [] == long


def test_no_module_has_a_name_that_says_nothing(files: list[Path]) -> None:
    assert [] == [name for name in names(files) if VAGUE.search(name)]


def test_nothing_of_others_is_copied_in(files: list[Path]) -> None:
    assert [] == [name for name in names(files) if COPIED_IN.search(name)]


def test_no_secret_or_database_is_in_the_tree(files: list[Path]) -> None:
    forbidden = re.compile(r"(^|/)\.env$|\.sqlite3|\.pem$|\.key$|(^|/)demo\.json$")

    assert [] == [name for name in names(files) if forbidden.search(name)]


@pytest.mark.parametrize("path", CATALOGUES, ids=[str(path.relative_to(PROJECT)) for path in CATALOGUES])
def test_a_compiled_catalogue_says_what_its_source_says(path: Path) -> None:
    with path.open("rb") as source, path.with_suffix(".mo").open("rb") as compiled:
        written, shipped = read_po(source), GNUTranslations(compiled)
    stale = [
        message.id
        for message in written
        if message.id and message.string and not message.fuzzy
        if translations(message) != {shown(shipped, message, number) for number in (1, 2, 5)}
    ]

    assert [] == stale


def test_every_module_says_what_it_is_for(files: list[Path]) -> None:
    silent = [
        str(path.relative_to(PROJECT))
        for path in files
        if path.suffix == ".py" and not {"migrations", "tests"} & set(path.parts) and path.stat().st_size
        if ast.get_docstring(ast.parse(path.read_text())) is None
    ]

    assert [] == silent


def test_templates_have_no_inline_script_or_style(files: list[Path]) -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|(src|href)=\"https?:")
    found = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in files
        if path.suffix == ".html"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(line)
    ]

    assert [] == found


def test_every_setting_is_explained_in_both_readmes() -> None:
    settings = set(re.findall(r"\benv(?:\.\w+)?\(\s*\"(\w+)\"", (PROJECT / "kktoffice" / "settings.py").read_text()))
    for name in ("README.md", "README.ru.md"):
        explained = set(re.findall(r"`([A-Z0-9_]+)`", (PROJECT / name).read_text()))

        assert set() == settings - explained


def test_every_start_up_check_is_in_the_deployment_guide() -> None:
    ids = set(re.findall(r"kktoffice\.[EW]\d{3}", (PROJECT / "kktoffice" / "checks.py").read_text()))
    explained = set(re.findall(r"kktoffice\.[EW]\d{3}", (PROJECT / "docs" / "deployment.md").read_text()))

    assert ids == explained


def test_every_link_between_documents_leads_somewhere(files: list[Path]) -> None:
    link = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
    broken = [
        f"{path.relative_to(PROJECT)}: {target}"
        for path in files
        if path.suffix == ".md"
        for target in link.findall(path.read_text())
        if not (path.parent / target).exists()
    ]

    assert [] == broken
