"""What people do, for the journal: sign in and out, change settings, and everything else in the administration."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model, QuerySet
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.forms import ModelForm
from django.http import HttpRequest

from devices.journal.writing import add

_ACTS = {ADDITION: "admin.added", CHANGE: "admin.changed", DELETION: "admin.deleted"}
# As jobs name them: "api:7".
_NOUNS = {"apiclient": "api"}
# Rows stay for ever and anybody may try to sign in: so many failures a minute are kept, per process.
FAILURES_KEPT = 30
_failures: deque[float] = deque(maxlen=FAILURES_KEPT)


def _address(request: HttpRequest | None) -> str:
    return request.META.get("REMOTE_ADDR", "") if request else ""


def noun(model: type[Model]) -> str:
    name = model._meta.model_name or ""
    return _NOUNS.get(name, name)


class Journaled(admin.ModelAdmin):  # type: ignore[type-arg]
    """Settings whose every change is noted, field by field, with the one who made it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        names = form.changed_data if change else list(form.cleaned_data)
        if names:
            self._note(request, form.instance, "changed" if change else "created", *_values(form, names, change))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self._note(request, obj, "deleted", {"name": str(obj)}, None)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            self._note(request, obj, "deleted", {"name": str(obj)}, None)
        super().delete_queryset(request, queryset)

    def _note(
        self, request: HttpRequest, obj: Model, act: str, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> None:
        what = noun(type(obj))
        after = (after or {}) | {"ip": _address(request)}
        add(f"{what}.{act}", f"{what}:{obj.pk}", actor=request.user.get_username(), before=before, after=after)


def _values(form: ModelForm[Any], names: Iterable[str], change: bool) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    after = {name: _plain(form.cleaned_data.get(name)) for name in names}
    return ({name: _plain(form.initial.get(name)) for name in names} if change else None), after


def _plain(value: Any) -> Any:
    """Rows by their ids."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, QuerySet | list | tuple):
        return [_plain(each) for each in value]
    return value


@receiver(post_save, sender=LogEntry)
def note_admin(sender: object, instance: LogEntry, created: bool, **kwargs: Any) -> None:
    """Acts in the administration on anything else: users, their groups and rights, callbacks."""
    model = instance.content_type.model_class() if instance.content_type else None
    if not created or model is None or isinstance(admin.site.get_model_admin(model), Journaled):
        return
    after = {"name": instance.object_repr, "message": instance.change_message}
    subject = f"{noun(model)}:{instance.object_id}"
    add(_ACTS[instance.action_flag], subject, actor=instance.user.get_username(), after=after)


@receiver(user_logged_in)
def note_login(sender: object, request: HttpRequest | None, user: AbstractBaseUser, **kwargs: Any) -> None:
    add("user.login", f"user:{user.pk}", actor=user.get_username(), after={"ip": _address(request)})


@receiver(user_logged_out)
def note_logout(sender: object, request: HttpRequest | None, user: AbstractBaseUser | None, **kwargs: Any) -> None:
    if user is not None:
        add("user.logout", f"user:{user.pk}", actor=user.get_username(), after={"ip": _address(request)})


@receiver(user_login_failed)
def note_failure(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    now = time.monotonic()
    if len(_failures) == FAILURES_KEPT and now - _failures[0] < 60:
        return
    _failures.append(now)
    name = str(credentials.get("username", ""))[:150]
    add("user.login_failed", "", actor="nobody", after={"username": name, "ip": _address(request)})
