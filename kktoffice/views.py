"""Pages that put both apps together: the sign-in, «Today», and what a person likes to look at."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db.models import Max
from django.forms import BooleanField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import defaults
from django.views.decorators.http import require_GET, require_POST

from devices import live
from devices.attention import attention
from devices.cards import card
from devices.fragments import attention_fragment, card_fragment
from devices.overview import Glance, glances, tick
from receipts.api import problems
from receipts.models import Receipt
from receipts.rows import recent_fragment

RECENT = 10  # receipts under the cards
YEAR = 365 * 24 * 3600
LOOKS = {"theme": ("auto", "light", "dark"), "density": ("cosy", "compact")}
_WORST_FIRST = {"bad": 0, "unsure": 1, "warn": 2, "run": 3, "off": 4, "ok": 5}


class SignInForm(AuthenticationForm):
    """Django's form with our fields' look; *stay* keeps the session when the browser is closed."""

    stay = BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("username", "password"):
            self.fields[name].widget.attrs["class"] = "input"
            if self.errors:
                self.fields[name].widget.attrs["aria-invalid"] = "true"


class SignIn(LoginView):
    template_name = "kktoffice/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        if not form.cleaned_data.get("stay"):
            self.request.session.set_expiry(0)
        return response


def _seen(request: HttpRequest) -> list[Glance]:
    return glances(request.user, site=request.GET.get("site", ""))


def _fragments(request: HttpRequest, seen: list[Glance], has: dict[str, str]) -> list[live.Fragment]:
    """Strip, cards, list and rows; rows are left out when the list came anew."""
    many = len({glance.site for glance in seen}) > 1
    recent, rows = recent_fragment(request.user, RECENT, site=request.GET.get("site", ""))
    for shown in rows:
        shown.context["fresh"] = bool(has) and has.get(shown.name) != shown.version
    parts = [attention_fragment(attention(seen)), *(card_fragment(card(glance, many_sites=many)) for glance in seen)]
    parts.append(recent)
    return parts if has and has.get(recent.name) != recent.version else [*parts, *rows]


def _beat(request: HttpRequest) -> str:
    newest = Receipt.objects.aggregate(last=Max("pk"))["last"]
    return live.digest(tick(request.user), newest, request.GET.get("site", ""))


@login_required
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What needs a person, how each device is, what was registered last."""
    beat = _beat(request)
    seen = _seen(request)
    parts = {part.name: part for part in _fragments(request, seen, {})}
    cards = [part for part in parts.values() if part.name.startswith("device-")]
    cards.sort(key=lambda part: _WORST_FIRST[part.context["card"].sign.tone])  # type: ignore[attr-defined]
    context = {
        "tick": beat,
        "now": timezone.localtime(),
        "attention": parts["attention"],
        "cards": cards,
        "recent": parts["recent"],
        "has_receipts": any(name.startswith("row-") for name in parts),
    }
    return render(request, "kktoffice/today.html", context)


@login_required
@require_GET
def today_live(request: HttpRequest) -> HttpResponse:
    return live.answer(
        request,
        tick=lambda: _beat(request),
        fragments=lambda has: _fragments(request, _seen(request), has),
    )


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Keep a choice of theme or density in a cookie of this browser."""
    target = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = redirect(target if here else "today")
    for name, allowed in LOOKS.items():
        if (value := request.POST.get(name)) in allowed:
            response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of what is refused before any view: programs read it as JSON, people as a page."""
    if request.path.startswith(("/api/", "/requests", "/stat/")):
        return problems.bad_request(request, exception)
    return defaults.bad_request(request, exception)
