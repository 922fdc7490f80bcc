"""Small forms of a device: sums of cash, lines of text."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from devices.commands import Cashier, CashIn, CashOut, Command, PrintText, TextLine
from devices.typography import money

_SPACES = re.compile(r"[\s\u00a0\u202f₽]")
_SUM = re.compile(r"\d{1,9}([.,]\d{1,2})?")


class SumField(forms.CharField):
    """A sum as people write it, «1250,5» or «1 250.50 ₽», to whole kopecks."""

    widget = forms.TextInput(attrs={"class": "input", "inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Write a sum like 1250,50.")}

    def to_python(self, value: Any) -> Any:
        text = _SPACES.sub("", super().to_python(value) or "")
        if not text:
            return None
        if not _SUM.fullmatch(text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(Decimal(text.replace(",", ".")) * 100)


class OnceForm(forms.Form):
    """A form that does one thing once: a double click or a reload finds the first job by its key."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4


class CloseForm(OnceForm):
    """*shift* is the shift that the person was asked about: a later one is not closed in its place."""

    shift = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why something was done; it is kept with the name of the person."""

    reason = forms.CharField(
        label=_("What was it?"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
        help_text=_("It stays in the journal, together with your name."),
    )


class CashForm(OnceForm):
    """Cash in or out; *cash* is what the device says it holds, kopecks, None when nobody knows."""

    sum = SumField(
        label=_("Sum, ₽"),
        widget=forms.TextInput(
            attrs={"class": "input input--sum", "inputmode": "decimal", "autocomplete": "off", "autofocus": True}
        ),
    )

    def __init__(self, *args: Any, out: bool, cash: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.out = out
        self.cash = cash

    def clean_sum(self) -> int:
        kopecks = int(self.cleaned_data["sum"])
        if kopecks == 0:
            raise forms.ValidationError(_("The sum must be more than zero."))
        if self.out and self.cash is not None and kopecks > self.cash:
            words = _("The register holds %(cash)s, %(need)s is needed. Deposit %(diff)s first.")
            diff = money(kopecks - self.cash)
            raise forms.ValidationError(words % {"cash": money(self.cash), "need": money(kopecks), "diff": diff})
        return kopecks

    def command(self, cashier: Cashier | None) -> Command:
        return (CashOut if self.out else CashIn)(sum=self.cleaned_data["sum"], cashier=cashier)


class TextForm(OnceForm):
    """Free text for the tape: an opening hours note, a Wi-Fi password."""

    text = forms.CharField(
        label=_("Text"),
        max_length=2000,
        widget=forms.Textarea(attrs={"class": "input input--mono", "rows": 8, "autofocus": True}),
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if len(text.splitlines()) > 60:
            raise forms.ValidationError(_("Sixty lines at most."))
        return text

    def command(self) -> Command:
        return PrintText(lines=tuple(TextLine(text=line.rstrip()) for line in self.cleaned_data["text"].splitlines()))
