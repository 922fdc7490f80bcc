"""
The live parts of pages about devices: a card, a strip, the list of last jobs (devices.live says how they refresh).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from devices.attention import Attention
from devices.cards import Card
from devices.decisions import Choices, choices
from devices.live import Fragment
from devices.messages import explain, kind_label
from devices.models import Device, Job
from devices.signs import Sign, job_sign
from devices.states import JobStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job in a list: *total* in kopecks or None, *why* a short reason when it did not go well."""

    pk: int
    at: datetime.datetime
    what: str
    total: int | None
    actor: str
    sign: Sign
    why: str
    receipt: int | None
    choices: Choices | None


def card_fragment(card: Card, *, own_page: bool = False) -> Fragment:
    """*own_page*: on the device's own page, where nothing needs to lead."""
    said = f"{card.name}: {card.sign.word}"
    return Fragment(
        name=f"device-{card.pk}",
        template="devices/_card.html",
        facts=card,
        context={"card": card, "own_page": own_page},
        said=said,
    )


def attention_fragment(rows: list[Attention]) -> Fragment:
    said = " ".join(row.title for row in rows if row.tone == "bad")
    return Fragment(
        name="attention", template="devices/_attention.html", facts=tuple(rows), context={"rows": rows}, said=said
    )


def job_rows(device: Device, count: int, has: dict[str, str] | None = None, *, user: object = None) -> Fragment:
    """The last jobs of *device*, newest first, as one table body."""
    zone = ZoneInfo(device.site.time_zone)
    jobs = Job.objects.filter(device=device).select_related("receipt").order_by("-id")[:count]
    rows = tuple(_job_row(job, zone, user) for job in jobs)
    return Fragment(name="jobs", template="devices/_jobs.html", facts=rows, context={"rows": rows})


def _job_row(job: Job, zone: ZoneInfo, user: object) -> JobRow:
    went_wrong = job.error_code and JobStatus(job.status) not in (JobStatus.DONE, JobStatus.CANCELLED)
    receipt = getattr(job, "receipt", None)
    total = job.payload.get("total", job.payload.get("sum"))
    return JobRow(
        pk=job.pk,
        at=job.created_at.astimezone(zone).replace(tzinfo=None),
        what=kind_label(job.kind),
        total=total,
        actor=job.actor,
        sign=job_sign(job.status, kind=job.kind, printed=job.printed, error_code=job.error_code),
        why=explain(job.error_code).title if went_wrong else "",
        receipt=receipt.pk if receipt else None,
        choices=None if receipt else choices(job, user),
    )
