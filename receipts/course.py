"""What happened to a receipt, oldest first, and what is true about it now, in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from devices.errors import ErrorCode
from devices.jobs import CANNOT_FINISH, PRINT_FINISHED
from devices.messages import Explanation, explain
from devices.messages_context import case_of, clock, of_detail, of_device, of_job
from devices.models import Device, Job, JobEvent, Link
from devices.signs import INVALID, spent
from devices.states import JobStatus
from devices.typography import money


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: *tone* colours its dot, «todo» is a step that will happen; *note* is small print."""

    words: str
    at: datetime.datetime | None = None
    tone: str = ""
    note: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An explanation block: the truth first, then what happened and what to do, the code last and small."""

    tone: str
    icon: str
    truth: str
    text: str
    code: str
    detail: str


def course(job: Job, events: Iterable[JobEvent], *, asked_by: str, zone: ZoneInfo) -> list[Step]:
    steps = [
        _of_person(job, event, zone) or _of_archive(job, event, zone) or _step(job, event, asked_by=asked_by, zone=zone)
        for event in events
    ]
    if job.status == JobStatus.UNKNOWN:
        steps.append(Step(words=_("The documents of the fiscal storage will be read and compared"), tone="todo"))
        steps.append(Step(words=_("Then we say: registered or not registered"), tone="todo"))
    elif job.status == JobStatus.QUEUED:
        steps.append(Step(words=_("The register will take it in its turn"), tone="todo"))
    return steps


def _step(job: Job, event: JobEvent, *, asked_by: str, zone: ZoneInfo) -> Step:
    at = event.at.astimezone(zone).replace(tzinfo=None)
    facts = facts_of(job)
    if event.code == ErrorCode.TOTAL_DIFFERS:
        return Step(words=explain(event.code, **{**facts, **_of_total(job, event.detail)}).title, at=at, tone="bad")
    if event.code == ErrorCode.DUPLICATE_REQUEST:
        like = explain(event.code, case="alike", **of_detail(event.detail))
        return Step(words=like.title, at=at, tone="warn", note=f"{like.truth} {like.action}")
    reason = explain(event.code, **facts).title if event.code else ""
    device = {"device": job.device.name}
    if event.from_status == event.to_status:  # a remark
        return Step(
            words=reason or remark(event.detail), at=at, tone="warn" if event.code else "", note=reason and event.detail
        )
    match JobStatus(event.to_status):
        case JobStatus.QUEUED if event.from_status:
            words = _("Nothing was sent: back to its place in line")
            return Step(words=words, at=at, tone="warn", note=reason or event.detail)
        case JobStatus.QUEUED:
            words = _("Accepted from %(source)s, in line") % {"source": asked_by}
            return Step(words=words, at=at)
        case JobStatus.RUNNING:
            note = ""
            if job.baseline:
                note = _("Before the start the last FD was %(fd)s") % {"fd": job.baseline.get("last_fd", "—")}
            return Step(words=_("Started on register “%(device)s”") % device, at=at, tone="run", note=note)
        case JobStatus.DONE:
            words = _("Registered, kept in the fiscal storage")
            return Step(words=words, at=at, tone="ok", strong=True, note=reason)
        case JobStatus.UNKNOWN:
            words = _("No answer: it is being checked whether it was registered")
            return Step(words=words, at=at, tone="warn", strong=True, note=event.detail)
        case JobStatus.FAILED:
            return Step(words=_("Not registered"), at=at, tone="bad", strong=True, note=reason or event.detail)
        case JobStatus.CANCELLED:
            words = _("Cancelled by %(person)s") % {"person": event.actor} if event.actor else _("Cancelled")
            note = "" if event.code == ErrorCode.CANCELLED_BY_PERSON else reason
            return Step(words=words, at=at, strong=True, note=note)
        case JobStatus.EXPIRED:
            words = _("Not registered in time: the deadline passed")
            return Step(words=words, at=at, tone="warn", strong=True)


def _of_person(job: Job, event: JobEvent, zone: ZoneInfo) -> Step | None:
    """What a person decided about a receipt that nothing proves, or that is overdue; None: it is no decision."""
    at = event.at.astimezone(zone).replace(tzinfo=None)
    person = {"person": event.actor}
    if event.code == ErrorCode.DECIDED_BY_PERSON and event.from_status == event.to_status:
        return Step(words=_("%(person)s has decided") % person, at=at, tone="warn", note=event.detail)
    if not event.actor or event.from_status not in (JobStatus.UNKNOWN, JobStatus.EXPIRED):
        return None
    match JobStatus(event.to_status):
        case JobStatus.QUEUED:
            words = _("%(person)s wants it registered: back in line") % person
            return Step(words=words, at=at, tone="warn", strong=True, note=event.detail)
        case JobStatus.DONE:
            words = _("It is registered, says %(person)s") % person
            return Step(words=words, at=at, tone="ok", strong=True, note=_told_fd(job))
        case JobStatus.FAILED:
            words = _("It is not registered, says %(person)s") % person
            return Step(words=words, at=at, tone="bad", strong=True, note=event.detail)
    return None


def _of_archive(job: Job, event: JobEvent, zone: ZoneInfo) -> Step | None:
    """What the archive of the fiscal storage said of a receipt in doubt (R01); None: this step is no such answer."""
    case, tone = {JobStatus.DONE: ("registered", "ok"), JobStatus.QUEUED: ("absent", "warn")}.get(
        JobStatus(event.to_status), ("", "")
    )
    if event.from_status != JobStatus.UNKNOWN or not case:
        return None
    words = explain(ErrorCode.OUTCOME_UNKNOWN, case=case, **facts_of(job))
    at = event.at.astimezone(zone).replace(tzinfo=None)
    return Step(words=words.title, at=at, tone=tone, strong=True, note=words.truth)


def _told_fd(job: Job) -> str:
    """Which document a person named, where the archive could not be asked."""
    number, document = job.result.get("told_fd"), job.result.get("document")
    return _("FD %(fd)s, not compared with the fiscal storage") % {"fd": number} if number and not document else ""


def remark(detail: str) -> str:
    """What the watch noted of a done job's paper, in words."""
    return {
        PRINT_FINISHED: _("Its print is finished"),
        CANNOT_FINISH: _("The register cannot finish the print: print a copy"),
    }.get(detail, detail)


def facts_of(job: Job) -> dict[str, Any]:
    """What sentences about a job may name."""
    return {**of_device(job.device, money), **of_job(job, money)}


def _of_total(job: Job, registered: str) -> dict[str, Any]:
    """What the remark on another total names: the document, its sum, the sum that was asked for."""
    document = job.result.get("document") or {}
    actual = money(int(registered)) if registered.lstrip("-").isdecimal() else registered
    return {"fd": document.get("fd_number"), "actual": actual, "expected": money(int(job.payload.get("total", 0)))}


def told(job: Job, device: Device, *, person: bool = False) -> Told | None:
    """
    What to say above everything else; None when the receipt is fine or simply on its way. *person*: the program cannot
    find out any more how it ended.
    """
    facts = facts_of(job)
    match JobStatus(job.status):
        case JobStatus.UNKNOWN:
            truth = _("It is not known yet whether it was registered")
            text = _in_doubt(job, device, facts, person=person)
            return _block("unsure", "s-ask", truth, text, job, code=job.error_code or ErrorCode.OUTCOME_UNKNOWN)
        case JobStatus.FAILED:
            words = explain(job.error_code, **facts)
            truth = (
                _("Rejected: bad data, nothing was registered") if job.error_code in INVALID else _("Not registered")
            )
            return _block("bad", "s-no", truth, _joined(words), job)
        case JobStatus.EXPIRED:
            text = _("It waited until %(time)s and was not registered. Find out whether the buyer still needs it.")
            at = job.deadline.astimezone(ZoneInfo(device.site.time_zone))
            truth = _("Not registered: its time has passed")
            return _block("warn", "s-late", truth, text % {"time": f"{at:%d.%m %H:%M}"}, job)
        case JobStatus.DONE if job.printed is False:
            words = explain(ErrorCode.PAPER_OUT_MID_RECEIPT, **facts)
            truth = _("Registered. Its print is not finished")
            return _block("warn", "s-warn", truth, f"{words.title} {words.action}", job)
        case JobStatus.QUEUED if device.hold_code:
            case = case_of(device.hold_code, job=job)  # without its device: the page names it, not its address
            words = explain(device.hold_code, case=case, **facts)
            since = ""
            if device.hold_since:
                held = (datetime.datetime.now(datetime.UTC) - device.hold_since).total_seconds()
                since = " " + _("Waiting for %(time)s.") % {"time": spent(held)}
            text = f"{words.title} {words.action}{since}"
            return _block("warn", "s-wait", _("Not registered yet, it waits"), text, job, code=device.hold_code)
    return None


def _in_doubt(job: Job, device: Device, facts: dict[str, Any], *, person: bool) -> str:
    """Of a receipt that nothing proves yet: what happened, and what the program does about it (R01, R18, L04, Q02)."""
    case = case_of(ErrorCode.OUTCOME_UNKNOWN, device=device, job=job)
    if person:
        words = explain(ErrorCode.OUTCOME_UNKNOWN, case="person", **facts)
        return f"**{words.title}** {words.action} {words.truth}"
    if case in ("restarted", "power"):
        words = explain(ErrorCode.OUTCOME_UNKNOWN, case=case, **facts)
        return f"{words.title} {words.truth} **{words.action}**"
    back = device.link_changed_at if device.link == Link.ONLINE else None
    if back and job.started_at and back > job.started_at:
        at = clock(back, ZoneInfo(device.site.time_zone))
        words = explain(ErrorCode.LINK_LOST, case="back", **{**facts, "time": at})
        return f"{words.title} {words.truth} **{_('Do not repeat the sale.')}**"
    text = _(
        "The link dropped while registering a receipt for %(sum)s. **Do not repeat the sale:** "
        "it will be checked as soon as the register answers. The other receipts of this register wait."
    )
    return text % facts


def _joined(words: Explanation) -> str:
    return " ".join(part for part in (words.title, words.action) if part)


def _block(tone: str, icon: str, truth: str, text: str, job: Job, *, code: str = "") -> Told:
    return Told(tone=tone, icon=icon, truth=truth, text=text, code=code or job.error_code, detail=job.error_detail)
