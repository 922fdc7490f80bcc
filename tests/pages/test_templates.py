"""The house rules of markup: nothing inline, nothing from elsewhere, one stylesheet that holds only what pages use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path for app in ("kktoffice", "devices", "receipts") for path in (ROOT / app).glob("templates/**/*.html")
)
SHEET = ROOT / "kktoffice/static/kktoffice/site.css"
# Names that code puts together: tones, sizes, states of a slip, sides of a tape.
MADE = {"ok", "run", "warn", "bad", "off", "unsure", "todo", "slip--run", "slip--none", "is-fresh"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", text)
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_post_form_carries_its_token(path: Path) -> None:
    for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.DOTALL):
        assert "csrf" in form


# The API's own page quotes requests, and those hold Russian names.
@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.parent.name != "api"], ids=lambda path: path.name)
def test_russian_stands_in_the_catalogue_and_not_in_templates(path: Path) -> None:
    text = re.sub(r"{#.*?#}|<button[^>]* lang=\"ru\"[^>]*>[^<]*</button>|№", "", path.read_text(), flags=re.DOTALL)

    assert not re.search(r"[А-Яа-яЁё]", text)


def used_words() -> set[str]:
    code = [path for app in ("kktoffice", "devices", "receipts") for path in (ROOT / app).glob("**/*.py")]
    return {word for path in (*TEMPLATES, *code) for word in re.findall(r"[a-z][\w-]*", path.read_text())}


def test_the_stylesheet_holds_only_what_pages_use() -> None:
    rules = re.sub(r"/\*.*?\*/", "", SHEET.read_text(), flags=re.DOTALL)
    classes = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", rules)))

    assert set() == classes - used_words() - MADE


def test_every_icon_is_drawn_once_and_used() -> None:
    drawn = re.findall(r'<symbol id="([^"]+)"', (ROOT / "kktoffice/templates/kktoffice/_sprite.html").read_text())
    names = set(re.findall(r"\b[is]-[a-z]+\b", " ".join(used_words())))

    assert sorted(set(drawn)) == sorted(drawn)
    assert set(drawn) <= names


def test_both_themes_come_from_the_same_pairs() -> None:
    rules = SHEET.read_text().split("@layer base")[0]
    pairs = dict(re.findall(r"--([\w-]+):\s*light-dark\((#\w+), #\w+\)", rules))
    fallback = dict(re.findall(r"--([\w-]+):(#\w+)", rules.split("@supports not")[1]))

    assert set(fallback) <= set(pairs)
    assert len(pairs) > 20
