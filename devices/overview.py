"""
What a glance at the devices must tell: a card each, and the strip of things that need a person.

Everything is read for all devices at once, in a fixed number of queries, and handed on as frozen values: their repr is
what a page's digest is made of (devices.live), and a template shows them without asking the database.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from devices import room
from devices.commands import DeviceState, RegisterReceipt, ShiftState
from devices.errors import ErrorCode
from devices.ffd import DocumentType, Operation
from devices.lease import is_silent
from devices.messages import Explanation, explain_service
from devices.models import Alarm, Device, FiscalDocument, Job, JobEvent, Shift
from devices.states import OCCUPYING, JobStatus

RECEIPTS = (DocumentType.RECEIPT, DocumentType.BSO, DocumentType.CORRECTION, DocumentType.BSO_CORRECTION)
# Numbers of mock-up fiscal storages (МГМ), which the tax office knows as such. Source: practice of the vendors, ffd.md.
MOCK_UP_FN = "9999"
SHIFT_HOURS = 24  # a device refuses receipts after that (54-ФЗ)
SHIFT_WARNING = datetime.timedelta(hours=2)  # what is left when the page begins to warn
LOST_FOR = datetime.timedelta(hours=24)  # how long a print that was not finished stays on a card


def visible_devices(user: object) -> QuerySet[Device]:
    """The devices that *user* may see; the one place where a scope of sites per user will come."""
    return Device.objects.filter(is_enabled=True).select_related("site").order_by("site__name", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """The last receipt of a device: numbers and sum; *at* is the device's local clock."""

    job: int | None
    receipt_number: int
    fd_number: int
    operation: int
    total: int
    at: str
    payment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A receipt that waits in line: the client's own key and the sum."""

    key: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The oldest job in line: since when it waits, how long (seconds, whole minutes), and what it met last."""

    since: datetime.datetime | None
    waited: int
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    An open alarm: an ErrorCode, which turn of events it is (messages_variants.VARIANTS), and what its words name, money
    in kopecks; None where it does not tell.
    """

    pk: int
    kind: str
    case: str = ""
    shift: int | None = None
    fd: int | None = None
    minutes: int | None = None
    diff: int | None = None
    actual: int | None = None
    expected: int | None = None
    sum: int | None = None
    hours: int | None = None
    job: int | None = None
    order: str = ""
    opened: str = ""  # ISO, with zone, as the next two
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Receipts of one shift: how many and how much, kopecks."""

    sales: int = 0
    sales_sum: int = 0
    refunds: int = 0
    refunds_sum: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """
    One device as it is known now, in its site's local time.

    *state* is None while the device was never reached. *queued*, *unknown* and *running* count its jobs; *unprinted* is
    the sum of a registered receipt whose paper is not complete.
    """

    pk: int
    name: str
    model: str
    site: str
    link: str
    link_since: datetime.datetime | None
    hold_code: str
    hold_detail: str
    service: Explanation | None
    training: bool
    state: DeviceState | None
    shift_number: int = 0
    shift_opened_at: datetime.datetime | None = None
    shift_closed_at: datetime.datetime | None = None
    shift_age: int | None = None  # seconds, whole minutes
    shift_left: int | None = None  # seconds, whole minutes
    sums: Sums = Sums()
    last: Slip | None = None
    queued: int = 0
    head: Head | None = None
    waiting: tuple[Waiting, ...] = ()
    running: str = ""  # kind of the running job
    running_type: str = ""
    running_total: int = 0
    unknown: int = 0
    unknown_kind: str = ""
    unknown_total: int = 0
    unknown_job: int | None = None
    unprinted: int | None = None
    overdue: int = 0
    overdue_since: datetime.datetime | None = None
    alarms: tuple[Standing, ...] = ()

    @property
    def shift(self) -> ShiftState:
        if self.shift_left is not None and self.shift_left <= 0:
            return ShiftState.EXPIRED
        return self.state.shift if self.state else ShiftState.CLOSED

    @property
    def shift_ends_soon(self) -> bool:
        return self.shift_left is not None and 0 < self.shift_left <= SHIFT_WARNING.total_seconds()


def tick(user: object) -> tuple[object, ...]:
    """All that can change what `glances` says, in four cheap queries: a page that has this tick is up to date."""
    devices = tuple(
        (row[0], row[1], row[2], repr(_without_clock(row[3])), is_silent(row[4]))
        for row in visible_devices(user).values_list("pk", "link", "hold_code", "state", "site__heartbeat_at")
    )
    # A job row changes only together with an event; documents come before the job that waits for them is settled.
    last_event = JobEvent.objects.aggregate(last=Max("pk"))["last"]
    last_document = FiscalDocument.objects.aggregate(last=Max("pk"))["last"]
    alarms = Alarm.objects.filter(closed_at__isnull=True).aggregate(open=Count("pk"), last=Max("pk"))
    minute = timezone.now().replace(second=0, microsecond=0)
    return devices, last_event, last_document, tuple(alarms.values()), room.is_enough(), minute


def glances(user: object, *, site: str = "", pk: int | None = None) -> list[Glance]:
    """The devices of *user* (of one site, or one of them), problems first, then by name."""
    devices = visible_devices(user)
    if site:
        devices = devices.filter(site__code=site)
    if pk is not None:
        devices = devices.filter(pk=pk)
    newest_shift = Shift.objects.filter(device=OuterRef("pk")).order_by("-id").values("pk")[:1]
    newest_receipt = (
        FiscalDocument.objects.filter(device=OuterRef("pk"), document_type__in=RECEIPTS)
        .order_by("-id")
        .values("pk")[:1]
    )
    rows = list(devices.annotate(shift_pk=Subquery(newest_shift), receipt_pk=Subquery(newest_receipt)))
    shifts = {shift.pk: shift for shift in Shift.objects.filter(pk__in=[row.shift_pk for row in rows if row.shift_pk])}
    last = {
        document.pk: document
        for document in FiscalDocument.objects.filter(pk__in=[row.receipt_pk for row in rows if row.receipt_pk])
        .select_related("job")
        .defer("tlv")
    }
    sums = _sums(list(shifts))
    jobs = _jobs([row.pk for row in rows])
    alarms = _alarms([row.pk for row in rows])
    overdue = _overdue([row.pk for row in rows])
    return [
        _glance(
            row,
            shift=shifts.get(row.shift_pk),
            sums=sums.get(row.shift_pk, Sums()),
            last=last.get(row.receipt_pk),
            jobs=jobs.get(row.pk, []),
            alarms=alarms.get(row.pk, ()),
            overdue=overdue.get(row.pk, (0, None)),
        )
        for row in rows
    ]


def _sums(shifts: list[int]) -> dict[int, Sums]:
    counted = (
        FiscalDocument.objects.filter(shift__in=shifts, document_type__in=RECEIPTS)
        .order_by()
        .values("shift")
        .annotate(
            sales=Count("pk", filter=Q(operation=Operation.SELL)),
            sales_sum=Sum("total", filter=Q(operation=Operation.SELL), default=0),
            refunds=Count("pk", filter=Q(operation=Operation.SELL_RETURN)),
            refunds_sum=Sum("total", filter=Q(operation=Operation.SELL_RETURN), default=0),
        )
    )
    return {
        row["shift"]: Sums(
            sales=row["sales"],
            sales_sum=row["sales_sum"],
            refunds=row["refunds"],
            refunds_sum=row["refunds_sum"],
        )
        for row in counted
        if row["shift"] is not None
    }


def _jobs(devices: list[int]) -> dict[int, list[Job]]:
    """
    What is in line, on the device or in doubt, and what of the last day was not printed to the end.
    """
    lately = timezone.now() - LOST_FOR
    wanted = Q(status__in=[JobStatus.QUEUED, *OCCUPYING]) | Q(
        status=JobStatus.DONE, printed=False, created_at__gte=lately
    )
    found: dict[int, list[Job]] = {}
    for job in Job.objects.filter(wanted, device__in=devices).order_by("id"):
        found.setdefault(job.device_id, []).append(job)
    return found


def _overdue(devices: list[int]) -> dict[int, tuple[int, datetime.datetime | None]]:
    """Receipts that were not registered in time, and since when the oldest waits: until a person decides (Q01)."""
    found = Job.objects.filter(device__in=devices, status=JobStatus.EXPIRED, kind=RegisterReceipt.kind)
    counted = found.order_by().values_list("device").annotate(n=Count("pk"), oldest=Min("created_at"))
    return {device: (number, oldest) for device, number, oldest in counted}


def _alarms(devices: list[int]) -> dict[int, tuple[Standing, ...]]:
    found: dict[int, tuple[Standing, ...]] = {}
    for alarm in Alarm.objects.filter(device__in=devices, closed_at__isnull=True).order_by("id"):
        found[alarm.device_id] = (*found.get(alarm.device_id, ()), standing(alarm))
    return found


def standing(alarm: Alarm) -> Standing:
    numbers = {name: value for name, value in alarm.detail.items() if isinstance(value, int)}
    texts = {name: value for name, value in alarm.detail.items() if isinstance(value, str)}
    return Standing(
        pk=alarm.pk,
        kind=alarm.kind,
        case=_case(alarm),
        shift=numbers.get("shift"),
        fd=numbers.get("fd"),
        minutes=numbers.get("min"),
        diff=numbers.get("diff"),
        actual=numbers.get("actual"),
        expected=numbers.get("expected"),
        sum=numbers.get("sum"),
        hours=numbers.get("hours"),
        job=numbers.get("job"),
        order=texts.get("order", ""),
        opened=alarm.opened_at.isoformat(),
        since=texts.get("since", ""),
        until=texts.get("until", ""),
    )


def _case(alarm: Alarm) -> str:
    """A clock that is not going to be put right by itself is another matter than one that is fast or slow."""
    if alarm.kind != ErrorCode.CLOCK_DRIFT:
        return ""
    return str(alarm.detail.get("way", "")) if alarm.detail.get("will_set") else "stays"


def _glance(
    device: Device,
    *,
    shift: Shift | None,
    sums: Sums,
    last: FiscalDocument | None,
    jobs: list[Job],
    alarms: tuple[Standing, ...],
    overdue: tuple[int, datetime.datetime | None],
) -> Glance:
    zone = ZoneInfo(device.site.time_zone)
    now = timezone.now()
    state = DeviceState.load(_without_clock(device.state)) if device.state else None
    queued = [job for job in jobs if job.status == JobStatus.QUEUED]
    running = next((job for job in jobs if job.status == JobStatus.RUNNING), None)
    unknown = [job for job in jobs if job.status == JobStatus.UNKNOWN]
    unprinted = [job for job in jobs if job.status == JobStatus.DONE and state is not None and state.unprinted]
    opened_at = shift.opened_at if shift and not shift.closed_at else None
    if opened_at is None and state is not None and state.shift_ends_at:
        # Opened by somebody else: the device tells when it must end.
        opened_at = state.shift_ends_at.replace(tzinfo=zone) - datetime.timedelta(hours=SHIFT_HOURS)
    is_open = state is not None and state.shift is not ShiftState.CLOSED
    age = _minutes(now - opened_at) if opened_at and is_open else None
    return Glance(
        pk=device.pk,
        name=device.name,
        model=str(device.identity.get("model", "")),
        site=device.site.name,
        link=device.link,
        link_since=_local(device.link_changed_at, zone),
        hold_code=device.hold_code,
        hold_detail=device.hold_detail,
        service=explain_service(device.site),
        training=device.fn_number.startswith(MOCK_UP_FN),
        state=state,
        shift_number=state.shift_number if state else 0,
        shift_opened_at=_local(opened_at, zone),
        shift_closed_at=_local(shift.closed_at, zone) if shift else None,
        shift_age=age,
        shift_left=None if age is None else SHIFT_HOURS * 3600 - age,
        sums=sums,
        last=_slip(last) if last else None,
        queued=len(queued),
        head=_head(queued[0], zone) if queued else None,
        waiting=tuple(Waiting(key=job.key, total=_total(job)) for job in queued if job.kind == RegisterReceipt.kind),
        running=running.kind if running else "",
        running_type=str(running.payload.get("type", "")) if running else "",
        running_total=_total(running) if running else 0,
        unknown=len(unknown),
        unknown_kind=unknown[0].kind if unknown else "",
        unknown_total=sum(_total(job) for job in unknown),
        unknown_job=unknown[0].pk if unknown else None,
        unprinted=_total(unprinted[-1]) if unprinted else None,
        alarms=alarms,
        overdue=overdue[0],
        overdue_since=_local(overdue[1], zone),
    )


def _head(job: Job, zone: ZoneInfo) -> Head:
    waited = _minutes(timezone.now() - job.created_at)
    return Head(since=_local(job.created_at, zone), waited=waited, code=job.error_code)


def _slip(document: FiscalDocument) -> Slip:
    payments = document.job.payload.get("payments", []) if document.job else []
    return Slip(
        job=document.job_id,
        receipt_number=document.receipt_number,
        fd_number=document.fd_number,
        operation=document.operation or 0,
        total=document.total,
        at=document.local_time[11:16],
        payment=payments[0]["type"] if len(payments) == 1 else "",
    )


def _total(job: Job) -> int:
    return int(job.payload.get("total", 0))


def _minutes(length: datetime.timedelta) -> int:
    """Seconds, cut to whole minutes: a card changes once a minute, not at each look."""
    return int(length.total_seconds()) // 60 * 60


def _local(at: datetime.datetime | None, zone: ZoneInfo) -> datetime.datetime | None:
    """A moment on the site's clock, naive, so that a template prints it as it is."""
    return at.astimezone(zone).replace(tzinfo=None) if at else None


def _without_clock(state: dict[str, Any]) -> dict[str, Any]:
    """The device's clock moves at every poll and says nothing on a card."""
    return {**state, "clock": "2000-01-01T00:00:00"} if state else state
