"""
The page on which a person decides how a job ended (devices/decisions.py): what to look for, a reason, the password
again.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from devices.commands import RegisterReceipt
from devices.decisions import CannotDecide, Outcome, decide, needs_person
from devices.messages import kind_label
from devices.models import Job
from devices.overview import visible_devices
from devices.states import JobStatus

# A document's number is four bytes in the fiscal storage.
MAX_FD = 2**32 - 1


class PasswordForm(forms.Form):
    """A decision is the person's own: the password once more."""

    password = forms.CharField(
        label=lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        name = self.request.user.get_username()
        if authenticate(self.request, username=name, password=self.cleaned_data["password"]) is None:
            raise forms.ValidationError(_("The password is wrong."), code="wrong")
        return ""


class DecisionForm(PasswordForm):
    """What *outcome* needs: for «it is there» the document's number, always a reason and the person's own password."""

    fd_number = forms.IntegerField(
        label=lazy("FD number"),
        min_value=1,
        max_value=MAX_FD,
        widget=forms.TextInput(attrs={"class": "input", "inputmode": "numeric", "autocomplete": "off"}),
        help_text=lazy("It is printed on the paper beside the letters ФД, and the OFD shows it."),
    )
    reason = forms.CharField(
        label=lazy("How do you know?"),
        max_length=255,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
        help_text=lazy("It stays with the receipt, together with your name."),
    )
    field_order = ("fd_number", "reason", "password")

    def __init__(self, *args: Any, job: Job, outcome: Outcome, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if outcome is not Outcome.REGISTERED or not job.command.fiscal:
            del self.fields["fd_number"]
        if job.status == JobStatus.EXPIRED:  # nothing was sent: there is nothing to know
            self.fields["reason"].label = lazy("Why so?")


@login_required
@permission_required("devices.decide_unknown", raise_exception=True)
@require_http_methods(["GET", "POST"])
def decision(request: HttpRequest, job: int, outcome: str) -> HttpResponse:
    if outcome not in set(Outcome):
        raise Http404
    row = get_object_or_404(Job.objects.filter(device__in=visible_devices(request.user)), pk=job)
    chosen = Outcome(outcome)
    form = DecisionForm(request.POST or None, request=request, job=row, outcome=chosen)
    if request.method == "POST" and form.is_valid():
        try:
            decide(
                job=row,
                outcome=chosen,
                actor=request.user.get_username(),
                reason=form.cleaned_data["reason"],
                fd_number=form.cleaned_data.get("fd_number") or 0,
            )
        except CannotDecide:
            messages.warning(request, _("Nothing to decide any more: look how it stands."))
        else:
            messages.success(request, _("Your decision is kept."))
        return _back(row)
    is_expired = row.status == JobStatus.EXPIRED
    context = {
        "job": row,
        "what": kind_label(row.kind),
        "sum": row.payload.get("total", row.payload.get("sum")),
        "is_receipt": row.kind == RegisterReceipt.kind,
        "outcome": chosen.value,
        "is_expired": is_expired,
        "is_open": needs_person(row) and not (is_expired and chosen is Outcome.REGISTERED),
        "form": form,
        "back": _back(row).url,
    }
    return render(request, "devices/decide.html", context)


def _back(job: Job) -> HttpResponseRedirect:
    if job.kind == RegisterReceipt.kind:
        return redirect("receipts:of-job", job=job.pk)
    return redirect("devices:device", pk=job.device_id)
