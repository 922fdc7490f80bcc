"""Words for people: for every code, in both languages, and never a promise to press the button again in doubt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from django.utils import translation

from devices.commands import COMMANDS
from devices.errors import ErrorCode
from devices.messages import KIND_LABELS, explain, explain_code, explain_hold, kind_label, status_label
from devices.messages_table import EXPLANATIONS
from devices.messages_variants import VARIANTS
from devices.models import Device
from devices.states import JobStatus
from tests.devices.asking import queued
from tests.devices.failure_modes import MESSAGES, SAMPLE
from tests.factories import make_device

PROJECT = Path(__file__).resolve().parents[2]
CATALOGUE = PROJECT / "devices/locale/ru/LC_MESSAGES/django.po"
SOURCES = [
    "devices/apps.py",
    "devices/models.py",
    "devices/messages.py",
    "devices/messages_context.py",
    "devices/refused_fields.py",
    "devices/messages_table.py",
    "devices/messages_words.py",
    "devices/messages_variants.py",
    "devices/admin.py",
    "devices/device_form.py",
]
CYRILLIC = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_code_is_explained_in_russian_and_in_english(code: ErrorCode) -> None:
    with translation.override("ru"):
        russian = explain(code)
    with translation.override("en"):
        english = explain(code)

    assert code == russian.code == english.code
    for ru, en in ((russian.title, english.title), (russian.truth, english.truth), (russian.action, english.action)):
        assert bool(ru) == bool(en)
        assert ru == "" or CYRILLIC & set(ru.lower())
        assert not CYRILLIC & set(en.lower())
        assert "%(" not in ru + en
    assert russian.title
    assert russian.truth


@pytest.mark.parametrize("code", [ErrorCode.OUTCOME_UNKNOWN, ErrorCode.CLOSE_INTERRUPTED, ErrorCode.DOCUMENT_CLOSED])
def test_in_doubt_people_are_told_not_to_repeat(code: ErrorCode) -> None:
    with translation.override("ru"):
        words = explain(code)

    assert "Пока неизвестно" in words.truth
    assert "Не пробивайте повторно" in words.action


def test_what_is_known_is_named_and_what_is_not_leaves_no_hole() -> None:
    with translation.override("ru"):
        known, unknown = explain("device_offline", device="Зал"), explain("device_offline", device="")

    assert "Касса «Зал» не отвечает." == known.title
    assert "Касса не отвечает." == unknown.title


def test_a_code_that_this_version_does_not_know_is_still_explained() -> None:
    assert ("flux", explain(ErrorCode.OTHER).title) == (explain("flux").code, explain("flux").title)


def sentences(text: str) -> set[str]:
    """Whole sentences, whatever quotes and spaces they are set with."""
    plain = text.replace("“", '"').replace("”", '"').replace("\u00a0", " ")
    return {part.strip() for part in re.split(r"(?<=[.?!])\s+", plain) if part.strip()}


@pytest.mark.parametrize(("row", "code", "case", "russian", "english"), MESSAGES, ids=[row[0] for row in MESSAGES])
def test_what_people_are_told_is_what_the_table_of_failures_says(
    row: str, code: str, case: str, russian: str, english: str
) -> None:
    sample = SAMPLE if row != "R21" else {**SAMPLE, "limit": ""}
    for language, expected in (("ru", russian), ("en", english)):
        with translation.override(language):
            said = sentences(str(explain(code, case=case, **sample)))

        assert set() == sentences(expected % sample) - said


@pytest.mark.parametrize(("code", "case"), [(row[1], row[2]) for row in MESSAGES])
def test_nothing_known_leaves_a_whole_sentence(code: str, case: str) -> None:
    if (code, case) == ("outcome_unknown", "receipt"):
        return  # it is chosen when there is a receipt, and that has a sum
    for language in ("ru", "en"):
        with translation.override(language):
            words = explain(code, case=case)

        assert words.title
        assert words.truth
        assert "%" not in str(words)


def test_every_case_belongs_to_a_code_that_has_a_usual_one() -> None:
    assert set() == {code for code, _ in VARIANTS} - set(EXPLANATIONS)
    assert set(ErrorCode) == set(EXPLANATIONS)


def test_a_job_explains_itself_with_its_device_and_sums(device: Device) -> None:
    with translation.override("ru"):
        words = explain_code("payments_mismatch", job=queued(device, 14000))

    assert "Сумма оплат (140.00) не равна итогу чека (140.00)." == words.title


@pytest.mark.parametrize(
    ("status", "receipt", "command"),
    [
        (JobStatus.QUEUED, "В очереди", "В очереди"),
        (JobStatus.RUNNING, "Пробивается", "Выполняется"),
        (JobStatus.DONE, "Пробит", "Выполнено"),
        (JobStatus.FAILED, "Не пробит", "Не выполнено"),
        (JobStatus.UNKNOWN, "Проверяем", "Проверяем"),
        (JobStatus.CANCELLED, "Отменён", "Отменено"),
        (JobStatus.EXPIRED, "Просрочен", "Просрочено"),
    ],
)
def test_states_have_names_for_receipts_and_for_the_rest(status: JobStatus, receipt: str, command: str) -> None:
    with translation.override("ru"):
        assert receipt == status_label(status)
        assert command == status_label(status, kind="cash_in")


def test_a_registered_receipt_without_its_paper_says_so() -> None:
    with translation.override("ru"):
        assert "Пробит, не допечатан" == status_label("done", printed=False)
        assert "Пробит" == status_label("done", printed=None)


def test_every_kind_of_job_has_a_name() -> None:
    assert set(COMMANDS) == set(KIND_LABELS)
    assert "flux" == kind_label("flux")


def test_every_word_of_ours_has_its_russian() -> None:
    keywords = {"_": None, "lazy": None, "gettext": None, "plazy": ((1, "c"), 2)}
    asked = {
        (context, message if isinstance(message, str) else message[0])
        for source in SOURCES
        for _, message, _, context in extract_from_file("python", PROJECT / source, keywords=keywords)
    }
    with CATALOGUE.open("rb") as file:
        russian = {(message.context, message.id): message.string for message in read_po(file) if message.id}

    assert 100 < len(asked)
    assert set() == {key for key in asked if not russian.get(key)}


@pytest.mark.parametrize(
    ("url", "shown"),
    [("http://10.0.0.5:16732/?deviceID=till", "10.0.0.5:16732"), ("socket://10.0.0.5:5555", "10.0.0.5:5555")],
)
def test_a_register_in_the_network_is_named_by_its_address(db: None, url: str, shown: str) -> None:
    device = make_device(url=url, hold_code=ErrorCode.DEVICE_OFFLINE)

    assert shown in str(explain_hold(device))


# Rows of failure-modes.md that have no place in kktoffice, and why. Their words are there for whoever brings the place.
NO_PLACE = {
    ErrorCode.TERMINAL_NOT_RECONCILED: "S08: it has no card terminals",
    ErrorCode.BUYER_MAIL_UNSENT: "N12: it sends no mail, the OFD does, by tag 1008",
}


def test_every_code_is_told_by_something_that_happens() -> None:
    told = set()
    for app in ("devices", "receipts"):
        for path in (PROJECT / app).rglob("*.py"):
            if (
                path.name not in ("messages_table.py", "messages_words.py", "messages_variants.py", "codes.py")
                and path != PROJECT / "devices/errors.py"
            ):
                told |= set(re.findall(r"\b(?:ErrorCode|E)\.([A-Z_]+)\b", path.read_text(encoding="utf-8")))

    assert set(NO_PLACE) == {code for code in ErrorCode if code.name not in told}
