"""Sites, their devices, the jobs in line, and what the fiscal storages answered. The row is the truth (design 2)."""

from __future__ import annotations

import re
import uuid
from functools import cached_property
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.commands import Command, ShiftState, load_command
from devices.drivers.base import Endpoint
from devices.pipe_models import PaperLine, PipeMessage, PipeSegment, PipeSettings  # noqa: F401 Django looks here
from devices.protocol.exchange import Exchange
from devices.states import FINAL, OCCUPYING, JobStatus


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("Unknown time zone: %(name)s."), params={"name": name})


def validate_variables(text: str) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not re.match(r"\s*\w+\s*=", line):
            raise ValidationError(_("Line %(number)s is not NAME=value."), params={"number": number})


class Site(models.Model):
    """A place with devices and one line of jobs: one Celery queue, one worker."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Moscow", validators=[validate_time_zone]
    )
    # Of the pipe protocol (devices/pipe_models.py): what {INN}, {Name} … on paper stand for.
    variables = models.TextField(
        _("variables"),
        blank=True,
        default="",
        validators=[validate_variables],
        help_text=_("One NAME=value a line, for lines of paper that say {NAME}: INN, KPP, Name, Adr, Phone, P1 … P10."),
    )
    # The worker's lease: who executes the line, until when, and when it was last seen alive.
    lease_owner = models.CharField(max_length=80, blank=True, default="", editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    heartbeat_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        return self.name

    @property
    def queue(self) -> str:
        return f"site.{self.code}"


class ShiftPolicy(models.TextChoices):
    """Who opens and closes shifts."""

    AUTO = "auto", _("by itself: opened before the first receipt")
    STAFFED = "staffed", _("by people only")


class Link(models.TextChoices):
    UNKNOWN = "unknown", _("not checked yet")
    ONLINE = "online", _("online")
    OFFLINE = "offline", _("no link")


class Device(models.Model):
    """A fiscal cash register: where it is, how it behaves, and what was last seen of it."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="devices", verbose_name=_("site"))
    name = models.CharField(_("name"), max_length=80)
    is_enabled = models.BooleanField(_("in use"), default=True)
    # How programs name it: the pipe protocol by a number, driver 10 by its deviceID.
    number = models.PositiveIntegerField(
        _("number"), null=True, blank=True, help_text=_("atol_device_number of the pipe service's clients.")
    )
    code = models.CharField(
        _("code"),
        max_length=16,
        blank=True,
        default="",
        validators=[RegexValidator(r"^[A-Za-z0-9_-]{1,16}$")],
        help_text=_("deviceID of the clients of driver 10."),
    )
    # How to reach it (devices.drivers.base.Endpoint).
    driver = models.CharField(_("driver"), max_length=20, default="atol")
    url = models.CharField(
        _("address"), max_length=255, help_text=_("/dev/serial/by-id/…, usb:SERIAL or socket://host:5555")
    )
    baudrate = models.PositiveIntegerField(_("speed, baud"), default=115200)
    transport = models.PositiveSmallIntegerField(
        _("transport"), default=0, choices=[(0, _("find out")), (2, "2"), (3, "3")]
    )
    access_password = models.CharField(
        _("access password"), max_length=4, default="0000", validators=[RegexValidator(r"^\d{4}$")]
    )
    operator_password = models.CharField(
        _("operator password"), max_length=8, default="30", validators=[RegexValidator(r"^\d{1,8}$")]
    )
    login = models.CharField(_("login"), max_length=64, blank=True, default="", help_text=_("Of a web server."))
    password = models.CharField(_("password"), max_length=128, blank=True, default="", help_text=_("Of a web server."))
    # How it behaves.
    shift_policy = models.CharField(_("shifts"), max_length=10, choices=ShiftPolicy.choices, default=ShiftPolicy.AUTO)
    close_shift_at = models.TimeField(
        _("close the shift at"),
        null=True,
        blank=True,
        help_text=_("Every day, by the clock of the site; empty: by people, or when a receipt needs a new one."),
    )
    sets_clock = models.BooleanField(
        _("set the clock"),
        default=True,
        help_text=_("A clock that is off by minutes is put right while the shift is closed."),
    )
    mark_receipts = models.BooleanField(
        _("mark receipts"),
        default=True,
        help_text=_("Our mark in requisite 1192, so that a lost answer is found for sure."),
    )
    default_cashier = models.CharField(_("cashier"), max_length=64, blank=True, default="")
    default_cashier_inn = models.CharField(_("cashier's INN"), max_length=12, blank=True, default="")
    default_taxation = models.PositiveSmallIntegerField(_("taxation"), null=True, blank=True)
    # What was seen: identity at the last connect, state at the last poll (JSON of devices.commands.Identity and
    # DeviceState).
    serial_number = models.CharField(_("serial number"), max_length=20, blank=True, default="", editable=False)
    fn_number = models.CharField(_("FN number"), max_length=16, blank=True, default="", editable=False)
    identity = models.JSONField(default=dict, blank=True, editable=False)
    state = models.JSONField(default=dict, blank=True, editable=False)
    state_at = models.DateTimeField(null=True, blank=True, editable=False)
    link = models.CharField(_("link"), max_length=10, choices=Link.choices, default=Link.UNKNOWN, editable=False)
    link_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Why its jobs wait, "" when they do not: an ErrorCode.
    hold_code = models.CharField(max_length=40, blank=True, default="", editable=False)
    hold_detail = models.CharField(max_length=255, blank=True, default="", editable=False)
    hold_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["site", "name"]
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="device_name_once_per_site"),
            models.UniqueConstraint(fields=["site", "number"], name="device_number_once_per_site"),
            models.UniqueConstraint(
                fields=["site", "code"], condition=~models.Q(code=""), name="device_code_once_per_site"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(
            driver=self.driver,
            url=self.url,
            baudrate=self.baudrate,
            transport=self.transport,
            access_password=self.access_password,
            operator_password=self.operator_password,
            login=self.login,
            password=self.password,
            library=settings.KKT_FPTR10_LIBRARY,
        )


class Job(models.Model):
    """
    One command for one device: what is asked, where it stands, and how it ended.

    Moves go by devices.states.MOVES through devices.jobs.move, a conditional update with one JobEvent. Line order is
    *id*.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="jobs")
    device = models.ForeignKey(Device, models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=40)
    payload = models.JSONField()
    # Who asked ("api:7", "user:2", "system") and the client's own key (tr_id, external_id, uuid): unique for ever per
    # source.
    source = models.CharField(max_length=40)
    key = models.CharField(max_length=128, blank=True, default="")
    request_hash = models.CharField(max_length=64)
    actor = models.CharField(max_length=150, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    deadline = models.DateTimeField()
    # The job before it in one request of several: if that one does not end well, this one is never run.
    after = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followers")
    not_before = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, default=JobStatus.QUEUED, choices=[(s.value, s.value) for s in JobStatus])
    attempts = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=80, blank=True, default="")
    # devices.commands.Baseline, committed before the first fiscal byte; empty: nothing fiscal was sent.
    baseline = models.JSONField(default=dict, blank=True)
    # What a person said of an unknown outcome, until it is carried out and after (devices.decisions); empty: nobody.
    decision = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    printed = models.BooleanField(null=True)
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_detail = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        ordering = ["id"]
        permissions = [("decide_unknown", "Can decide how a job of unknown outcome ended")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "key"], condition=~models.Q(key=""), name="job_key_once_per_source"
            ),
            models.UniqueConstraint(
                fields=["device"],
                condition=models.Q(status__in=sorted(s.value for s in OCCUPYING)),
                name="one_running_or_unknown_job_per_device",
            ),
        ]
        indexes = [
            models.Index(fields=["device", "status", "id"], name="job_line"),
            models.Index(fields=["-created_at"], name="job_newest"),
            models.Index(fields=["deadline"], condition=models.Q(status=JobStatus.QUEUED.value), name="job_deadline"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @cached_property
    def command(self) -> Command:
        """What is asked; *kind* and *payload* of a row never change."""
        return load_command(self.kind, self.payload)

    @cached_property
    def exchanges(self) -> list[Exchange]:
        """What was said to the device and not yet written to the journal; of this object alone, not of the row."""
        return []

    @property
    def is_settled(self) -> bool:
        return JobStatus(self.status) in FINAL


class JobEvent(models.Model):
    """One step in a job's course, oldest first."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    from_status = models.CharField(max_length=10, blank=True, default="")
    to_status = models.CharField(max_length=10)
    code = models.CharField(max_length=40, blank=True, default="")
    detail = models.CharField(max_length=255, blank=True, default="")
    actor = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.from_status or '…'} → {self.to_status}"


class Shift(models.Model):
    """A shift of one fiscal storage, opened and closed by documents; sums are counted by us and told by the device."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="shifts")
    fn_number = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # devices.commands.ShiftTotals: counted by us from documents and jobs (ours), told by the device at close
    # (device_totals).
    totals = models.JSONField(default=dict, blank=True)
    device_totals = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["fn_number", "number"], name="shift_once_per_fn")]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def state(self) -> ShiftState:
        return ShiftState.CLOSED if self.closed_at else ShiftState.OPEN


class FiscalDocument(models.Model):
    """What the fiscal storage registered, with everything it answered; kept for ever, never changed."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="documents")
    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="documents")
    shift = models.ForeignKey(Shift, models.PROTECT, null=True, blank=True, related_name="documents")
    document_type = models.PositiveSmallIntegerField()
    operation = models.PositiveSmallIntegerField(null=True, blank=True)
    fn_number = models.CharField(max_length=16)
    fd_number = models.PositiveIntegerField()
    fpd = models.PositiveBigIntegerField()
    # The device's local clock reading, and the same moment by the site's time zone.
    local_time = models.CharField(max_length=19)
    at = models.DateTimeField()
    shift_number = models.PositiveIntegerField()
    receipt_number = models.PositiveIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    rnm = models.CharField(max_length=20, blank=True, default="")
    qr = models.CharField(max_length=160, blank=True, default="")
    tlv = models.BinaryField(default=b"")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["fn_number", "fd_number"], name="document_once_per_fn")]
        indexes = [models.Index(fields=["device", "-at"], name="document_newest")]

    def __str__(self) -> str:
        return f"{self.fn_number}/{self.fd_number}"

    def dump(self) -> dict[str, Any]:
        """The document as clients see it; the raw TLV as hex."""
        return {
            "document_type": self.document_type,
            "fn_number": self.fn_number,
            "fd_number": self.fd_number,
            "fpd": self.fpd,
            "local_time": self.local_time,
            "shift_number": self.shift_number,
            "receipt_number": self.receipt_number,
            "rnm": self.rnm,
            "qr": self.qr,
            "tlv": bytes(self.tlv).hex(),
        }


class Alarm(models.Model):
    """
    Something wrong that must not be forgotten: it stays open until it is over or a person takes note of it.

    Opened and ended by devices.alarms. *kind* is an ErrorCode, *subject* what it is about ("shift:<fn>/143", "job:7"):
    one open alarm for both. *detail* is what its words name, money in kopecks.
    """

    device = models.ForeignKey(Device, models.PROTECT, related_name="alarms", verbose_name=_("device"))
    kind = models.CharField(_("what"), max_length=40)
    subject = models.CharField(_("of what"), max_length=80, blank=True, default="")
    detail = models.JSONField(_("details"), default=dict, blank=True)
    opened_at = models.DateTimeField(_("since"), auto_now_add=True)
    closed_at = models.DateTimeField(_("until"), null=True, blank=True)
    # Who took note of it and what they said; both empty when it ended by itself.
    acknowledged_by = models.CharField(_("who took note"), max_length=150, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        permissions = [("acknowledge_alarm", "Can take note of an alarm")]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "kind", "subject"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_alarm_per_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}".strip()


class JournalEntry(models.Model):
    """
    One thing that happened, chained to the one before; written by devices.journal alone, read by everybody.

    The database refuses to change or remove a row, and to add one that is not the next (migration 0002).
    """

    # Without a gap, from 1: the place in the chain.
    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("time"))
    kind = models.CharField(_("what"), max_length=40)
    actor = models.CharField(_("who"), max_length=150)
    # "job:7", "device:1", "document:<fn>/<fd>", "user:2", "api:3".
    subject = models.CharField(_("of what"), max_length=80, blank=True)
    # JSON as it was hashed, letter for letter; "" for nothing.
    before = models.TextField(_("before"), blank=True)
    after = models.TextField(_("after"), blank=True)
    # The exchanges with the device, one line per message (devices.journal.wire).
    wire = models.TextField(_("bytes of the device"), blank=True)
    # Which KKT_JOURNAL_KEY signed it, "" for none; the hash of the row before; the hash of all this.
    key_id = models.CharField(max_length=8, blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        indexes = [models.Index(fields=["subject", "seq"], name="journal_of_subject")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"
