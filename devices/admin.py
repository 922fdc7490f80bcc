"""Administration of sites and devices. Jobs, shifts and documents are shown and never edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from devices import journal, monitor
from devices.device_form import DeviceForm
from devices.journal.people import Journaled
from devices.models import Alarm, Device, FiscalDocument, Job, JobEvent, JournalEntry, Shift, Site
from devices.pipe_models import PaperLine, PipeSettings


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shown only: what happened is not ours to change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class OnlyWhatChanged(Journaled):
    """Saves the fields of the form alone: the worker writes others of the same row all the time."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=form.changed_data)
        else:
            super().save_model(request, obj, form, change)


@admin.register(Site)
class SiteAdmin(OnlyWhatChanged):
    list_display = ("name", "code", "time_zone", "heartbeat_at")
    readonly_fields = ("lease_owner", "lease_until", "heartbeat_at")
    search_fields = ("name", "code")


class PipeSettingsInline(admin.StackedInline):  # type: ignore[type-arg]
    model = PipeSettings


class PaperLineInline(admin.TabularInline):  # type: ignore[type-arg]
    model = PaperLine
    extra = 0


@admin.register(Device)
class DeviceAdmin(OnlyWhatChanged):
    form = DeviceForm
    list_display = ("name", "site", "is_enabled", "link", "hold_code", "serial_number", "fn_number")
    list_filter = ("site", "is_enabled", "link")
    list_select_related = ("site",)
    search_fields = ("name", "serial_number", "fn_number")
    readonly_fields = (
        "serial_number",
        "fn_number",
        "identity",
        "state",
        "state_at",
        "link",
        "link_changed_at",
        "hold_code",
        "hold_detail",
        "hold_since",
    )
    actions = ("confirm_replacement",)
    inlines = (PipeSettingsInline, PaperLineInline)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        actor, subject = request.user.get_username(), f"device:{form.instance.pk}"
        for formset in formsets:  # they decide taxes and payments: the journal names who changed them
            for row in (*formset.new_objects, *(changed for changed, _names in formset.changed_objects)):
                after = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
                journal.add(f"device.{row._meta.model_name}", subject, actor=actor, after=after)
            for row in formset.deleted_objects:
                journal.add(f"device.{row._meta.model_name}", subject, actor=actor, after={"deleted": row.pk})

    @admin.action(description=_("Confirm that the register or its storage was replaced"))
    def confirm_replacement(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        for device in queryset:
            monitor.adopt(device, actor=request.user.get_username())


class JobEventInline(admin.TabularInline):  # type: ignore[type-arg]
    model = JobEvent
    extra = 0
    can_delete = False
    readonly_fields = ("at", "from_status", "to_status", "code", "detail", "actor")


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ("id", "device", "kind", "status", "error_code", "source", "key", "created_at", "finished_at")
    list_filter = ("status", "kind", "site", "device")
    list_select_related = ("device",)
    search_fields = ("key", "public_id")
    inlines = (JobEventInline,)
    ordering = ("-id",)


@admin.register(Shift)
class ShiftAdmin(ReadOnly):
    list_display = ("number", "device", "fn_number", "opened_at", "closed_at")
    list_filter = ("device",)
    list_select_related = ("device",)


@admin.register(FiscalDocument)
class FiscalDocumentAdmin(ReadOnly):
    list_display = ("fd_number", "fn_number", "device", "document_type", "total", "local_time")
    list_filter = ("device", "document_type")
    list_select_related = ("device",)
    search_fields = ("=fd_number", "=fpd", "fn_number")
    exclude = ("tlv",)


@admin.register(Alarm)
class AlarmAdmin(ReadOnly):
    list_display = ("kind", "device", "subject", "opened_at", "closed_at", "acknowledged_by")
    list_filter = ("kind", "device")
    list_select_related = ("device",)


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnly):
    list_display = ("seq", "at", "kind", "actor", "subject")
    search_fields = ("=subject", "=kind", "=actor")
    ordering = ("-seq",)
    show_full_result_count = False  # it is long
