"""API clients and what was told to them. Keys are shown once, when they are made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from devices.journal.people import Journaled
from receipts.keys import USUAL_SCOPES, Scope, note_new_key, renew
from receipts.models import ApiClient, CallbackDelivery


class ApiClientForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = forms.MultipleChoiceField(
        label=lazy("scopes"),
        choices=[(scope.value, scope.value) for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
        initial=[scope.value for scope in USUAL_SCOPES],
    )

    class Meta:
        model = ApiClient
        fields = ("name", "scopes", "sites", "default_deadline_minutes", "is_active")


@admin.register(ApiClient)
class ApiClientAdmin(Journaled):
    form = ApiClientForm
    list_display = ("name", "shown_key", "is_active", "created_at", "last_used_at")
    readonly_fields = ("shown_key", "created_at", "last_used_at")
    filter_horizontal = ("sites",)
    actions = ("renew_key",)

    @admin.display(description=lazy("key"))
    def shown_key(self, client: ApiClient) -> str:
        return f"kkt_live_{client.key_prefix}_…{client.key_tail}" if client.key_prefix else "—"

    def save_model(self, request: HttpRequest, obj: ApiClient, form: Any, change: bool) -> None:
        key = "" if change else renew(obj)
        super().save_model(request, obj, form, change)
        if key:
            self._show(request, obj, key)

    @admin.action(description=lazy("Give a new key (the old one stops working)"))
    def renew_key(self, request: HttpRequest, clients: QuerySet[ApiClient]) -> None:
        for client in clients:
            key = renew(client)
            client.save()
            self._show(request, client, key)

    def _show(self, request: HttpRequest, client: ApiClient, key: str) -> None:
        note_new_key(client, actor=request.user.get_username())
        self.message_user(
            request,
            _("Key of “%(name)s”, shown once: %(key)s. Secret of its callbacks: %(secret)s")
            % {"name": client.name, "key": key, "secret": client.callback_secret},
            messages.WARNING,
        )


@admin.register(CallbackDelivery)
class CallbackDeliveryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What was posted where; «send again» makes it due now."""

    list_display = (
        "receipt",
        "task_request",
        "url",
        "created_at",
        "attempts",
        "next_try_at",
        "delivered_at",
        "last_error",
    )
    list_filter = ("delivered_at",)
    actions = ("send_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: CallbackDelivery | None = None) -> bool:
        return False

    @admin.action(description=lazy("Send again"), permissions=["view"])
    def send_again(self, request: HttpRequest, deliveries: QuerySet[CallbackDelivery]) -> None:
        from receipts.callbacks import make_due

        self.message_user(request, _("Will be sent: %(n)d.") % {"n": make_due(deliveries)})
