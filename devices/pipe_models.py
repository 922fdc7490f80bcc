"""
What the clients of the old pipe service need of a device: how its words are understood, what stands on its paper, and
the pieces of long messages until they are whole.

Source: seed-pipe-protocol.md, «Settings it had per device». docs/pipe.md explains each to the one who fills them in.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.commands import Align, TextLine
from devices.ffd import PaymentType, Vat


class GeneralRate(models.TextChoices):
    """What «nds18» of an old program is taken for."""

    GENERAL = "general", _("the general rate of the day: 20 % (from 2019), 22 % (from 2026)")
    VAT20 = Vat.VAT20.value, _("20 %")
    VAT22 = Vat.VAT22.value, _("22 %")
    REFUSE = "refuse", _("refuse the receipt")


class Cut(models.TextChoices):
    NONE = "none", _("do not cut")
    PARTIAL = "partial", _("partly")
    FULL = "full", _("wholly")


_VATS = [(vat.value, vat.value) for vat in Vat]
_PAYMENTS = [(payment.value, payment.value) for payment in PaymentType]
# tc1 … tc5 by the order of driver 8; what else a device's own table of payments says is for its owner to tell.
# Source: atol-protocol.md 5.10, table 12 (types 2 to 5 have the forms of 1081, 1215, 1216, 1217); tc5 and tc6 unknown.
_CLOSE = {1: PaymentType.ELECTRONICALLY, 2: PaymentType.PREPAID, 3: PaymentType.CREDIT, 4: PaymentType.OTHER}


def _payment(number: int) -> models.CharField[str, str]:
    return models.CharField(
        f"tc{number}",
        max_length=20,
        blank=True,
        default=_CLOSE[number].value if number in _CLOSE else "",
        choices=_PAYMENTS,
        help_text=_("How a receipt that is closed with it is paid; empty: refuse it."),
    )


class PipeSettings(models.Model):
    """How a device serves the programs of the old pipe service; a device without a row has what is usual here."""

    device = models.OneToOneField("devices.Device", models.CASCADE, related_name="pipe")
    register_number = models.PositiveSmallIntegerField(
        _("number of the cash desk"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(255)],
        help_text=_("CashRegisterNum of CASH_REGISTER_INF; empty: the number of the device."),
    )
    nds18 = models.CharField(_("nds18 means"), max_length=10, choices=GeneralRate.choices, default=GeneralRate.GENERAL)
    nds_section = models.CharField(
        _("ndsSection means"),
        max_length=10,
        blank=True,
        default="",
        choices=_VATS,
        help_text=_("The rate of the departments; empty: such a receipt is refused."),
    )
    nds_always = models.CharField(
        _("VAT of every item"),
        max_length=10,
        blank=True,
        default="",
        choices=_VATS,
        help_text=_("Whatever the program says, as for a seller without VAT; empty: as the program says."),
    )
    tc1 = _payment(1)
    tc2 = _payment(2)
    tc3 = _payment(3)
    tc4 = _payment(4)
    tc5 = _payment(5)
    tc6 = _payment(6)
    prints_barcodes = models.BooleanField(_("print the barcodes of items"), default=True)
    prints_discounts = models.BooleanField(
        _("print discounts"), default=True, help_text=_("Otherwise the price is less and the discount is not named.")
    )
    cut = models.CharField(
        _("cut after printed text"),
        max_length=10,
        choices=Cut.choices,
        default=Cut.NONE,
        help_text=_("After slips of a card terminal, for example. Receipts are cut by the device itself."),
    )
    repeats_are_first = models.BooleanField(
        _("the same tr_id is the same receipt"),
        default=True,
        help_text=_("Within a shift a repeat gets the first result. Otherwise each one is registered."),
    )
    dry_run = models.BooleanField(
        _("dry run"), default=False, help_text=_("Answers as if all were done; NOTHING IS REGISTERED OR PRINTED.")
    )

    class Meta:
        verbose_name = _("pipe protocol")
        verbose_name_plural = _("pipe protocol")

    def __str__(self) -> str:
        return f"{self.device_id}"


class PaperLine(models.Model):
    """
    A line above or below every receipt of the pipe protocol; {INN}, {Name} … stand for the site's variables.
    """

    class Place(models.TextChoices):
        HEADER = "header", _("above")
        FOOTER = "footer", _("below")

    device = models.ForeignKey("devices.Device", models.CASCADE, related_name="paper_lines")
    place = models.CharField(_("where"), max_length=10, choices=Place.choices, default=Place.HEADER)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    text = models.CharField(_("text"), max_length=500, blank=True, default="")
    align = models.CharField(
        _("alignment"),
        max_length=10,
        choices=[
            (Align.LEFT.value, _("left")),
            (Align.CENTER.value, _("centre")),
            (Align.RIGHT.value, _("right")),
        ],
        default=Align.LEFT.value,
    )
    bold = models.BooleanField(_("bold"), default=False)
    italic = models.BooleanField(_("italic"), default=False)
    underline = models.BooleanField(_("underlined"), default=False)
    negative = models.BooleanField(_("white on black"), default=False)
    double_width = models.BooleanField(_("double width"), default=False)
    double_height = models.BooleanField(_("double height"), default=False)

    class Meta:
        ordering = ["device", "-place", "order", "id"]
        verbose_name = _("line of the pipe protocol's receipts")
        verbose_name_plural = _("lines of the pipe protocol's receipts")

    def __str__(self) -> str:
        return self.text

    def line(self, text: str) -> TextLine:
        """The line as a device prints it, with *text*, in which the variables were put in."""
        looks = ("bold", "italic", "underline", "negative", "double_width", "double_height")
        return TextLine(text=text, align=Align(self.align), **{name: getattr(self, name) for name in looks})


class PipeMessage(models.Model):
    """
    A long message that comes in pieces (SEGMENT): from whom, how many, when it was last added to.

    *started_at* is set by the one who had all of them first, and runs it; *answer* is what it came to, for repeats.
    """

    source = models.CharField(max_length=40)
    guid = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    touched_at = models.DateTimeField(auto_now_add=True, db_index=True)
    started_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "guid"], name="pipe_message_once")]

    def __str__(self) -> str:
        return self.guid


class PipeSegment(models.Model):
    """One piece of a long message: base64 as it came."""

    message = models.ForeignKey(PipeMessage, models.CASCADE, related_name="segments")
    number = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="pipe_segment_once")]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.number}"
