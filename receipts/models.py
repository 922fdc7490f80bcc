"""What clients ask for: receipts with their lines and payments, and the API clients themselves."""

from __future__ import annotations

import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from devices.ffd import PaymentType, ReceiptType, Vat
from devices.models import Device, Job, Site


class ApiClient(models.Model):
    """A program with a key. The key itself is shown once; here are its prefix, its last characters and its hash."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    key_prefix = models.CharField(max_length=16, unique=True, editable=False)
    key_hash = models.CharField(max_length=64, editable=False)
    key_tail = models.CharField(max_length=4, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    sites = models.ManyToManyField(
        Site, blank=True, related_name="clients", verbose_name=_("sites"), help_text=_("None: all sites.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    default_deadline_minutes = models.PositiveIntegerField(
        _("how long its jobs may wait, minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(30 * 24 * 60)],
        help_text=_("Empty: 24 hours. A request may say otherwise in its field deadline."),
    )
    callback_secret = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> str:
        """How jobs name this client."""
        return f"api:{self.pk}"

    def deadline(self) -> datetime.datetime | None:
        """Until when a job asked for now may wait; None: the usual time."""
        if self.default_deadline_minutes is None:
            return None
        return timezone.now() + datetime.timedelta(minutes=self.default_deadline_minutes)

    @property
    def is_authenticated(self) -> bool:
        return True


class Receipt(models.Model):
    """A receipt that somebody asked for: one job each, and no status but its job's. Sums are kopecks."""

    job = models.OneToOneField(Job, models.PROTECT, related_name="receipt")
    device = models.ForeignKey(Device, models.PROTECT, related_name="receipts")
    client = models.ForeignKey(ApiClient, models.PROTECT, null=True, blank=True, related_name="receipts")
    tr_id = models.CharField(max_length=128, blank=True, default="", db_index=True)
    type = models.CharField(max_length=30, choices=[(t.value, t.value) for t in ReceiptType])
    total = models.BigIntegerField()
    taxation = models.PositiveSmallIntegerField(null=True, blank=True)
    contact = models.CharField(max_length=64, blank=True, default="")
    cashier_name = models.CharField(max_length=64, blank=True, default="")
    cashier_inn = models.CharField(max_length=12, blank=True, default="")
    electronic = models.BooleanField(default=False)
    callback_url = models.URLField(max_length=500, blank=True, default="")
    # What the client sent, to tell a repeat from another request with the same tr_id.
    request = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["device", "-id"], name="receipt_newest")]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return self.tr_id or str(self.pk)


class ReceiptLine(models.Model):
    """One position as it is registered: price × quantity = sum, VAT inside."""

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=128)
    price = models.BigIntegerField()
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    sum = models.BigIntegerField()
    vat = models.CharField(max_length=10, choices=[(v.value, v.value) for v in Vat])
    vat_sum = models.BigIntegerField()
    discount = models.BigIntegerField(default=0)
    payment_method = models.PositiveSmallIntegerField()
    payment_object = models.PositiveSmallIntegerField()
    department = models.PositiveSmallIntegerField(default=0)
    barcode = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["receipt", "position"], name="line_once_per_position")]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"


class ReceiptPayment(models.Model):
    """
    How it is paid: *sum* is what is registered, *tendered* what the buyer gave; the difference is change (cash only).
    """

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="payments")
    type = models.CharField(max_length=20, choices=[(p.value, p.value) for p in PaymentType])
    sum = models.BigIntegerField()
    tendered = models.BigIntegerField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.type} {self.sum}"


class TaskRequest(models.Model):
    """
    A request of several tasks under one name (driver 10): each task a job, every next one after the one before.

    *uuid* is the client's own name for it, unique per client for ever. *is_refused*: a task cannot be read, so none is
    done. *told_at* is when its results were put down for *result_url*; null: not final yet, or there is no such
    address.
    """

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="task_requests")
    device = models.ForeignKey(Device, models.PROTECT, related_name="task_requests")
    uuid = models.CharField(max_length=128)
    result_url = models.URLField(max_length=500, blank=True, default="")
    is_refused = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["client", "uuid"], name="task_request_once_per_client")]
        indexes = [models.Index(fields=["device", "-created_at"], name="task_request_newest")]
        verbose_name = _("request of tasks")
        verbose_name_plural = _("requests of tasks")

    def __str__(self) -> str:
        return self.uuid


class Task(models.Model):
    """
    One task of a request, in their order. Without a *job* it is wrong itself (*error_code*, the driver's number, and
    *error_text*), or comes after such a one, or answers from an earlier task.
    """

    request = models.ForeignKey(TaskRequest, models.CASCADE, related_name="tasks")
    position = models.PositiveIntegerField()
    type = models.CharField(max_length=40)
    job = models.OneToOneField(Job, models.PROTECT, null=True, blank=True, related_name="task")
    # What of the task matters for its answer.
    options = models.JSONField(default=dict, blank=True)
    error_code = models.PositiveIntegerField(default=0)
    error_text = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["request", "position"], name="task_once_per_position")]

    def __str__(self) -> str:
        return f"{self.type} {self.position}"


class CallbackDelivery(models.Model):
    """
    One message to a client that its receipt, or its request of tasks, is settled; tried with growing pauses for three
    days.
    """

    receipt = models.ForeignKey(Receipt, models.CASCADE, null=True, blank=True, related_name="deliveries")
    task_request = models.ForeignKey(TaskRequest, models.CASCADE, null=True, blank=True, related_name="deliveries")
    url = models.URLField(max_length=500)
    body = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(null=True, blank=True, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        ordering = ["id"]
        verbose_name = _("callback delivery")
        verbose_name_plural = _("callback deliveries")

    def __str__(self) -> str:
        return f"{self.receipt_id or self.task_request} {self.url}"
