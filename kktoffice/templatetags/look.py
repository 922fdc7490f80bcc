"""Small words of the pages' language: icons, signs of state, sums."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from devices import live, typography
from devices.models import Site
from devices.places import zone_name
from devices.signs import Sign

register = template.Library()

_BOLD = re.compile(r"\*\*(.+?)\*\*")


@register.simple_tag
def icon(name: str, small: bool = False) -> SafeString:
    """An icon of the sprite; a word always stands beside it, so it is hidden from listeners."""
    size = " i--s" if small else ""
    return format_html('<svg class="i{}" aria-hidden="true"><use href="#{}"/></svg>', size, name)


@register.simple_tag
def sign(value: Sign, *, big: bool = False) -> SafeString:
    """A state: sign and word, a second truth after them, a tint when it needs a person or is moving."""
    loud = " state--loud" if value.loud or big else ""
    tail = format_html('<span class="state__tail">{}</span>', value.tail) if value.tail else ""
    return format_html(
        '<span class="state {}{}{}">{}{}{}</span>',
        value.tone,
        loud,
        " state--big" if big else "",
        icon(value.icon),
        value.word,
        tail,
    )


@register.filter
def money(kopecks: int | None) -> str:
    """«1 250,50 ₽»; a dash when there is nothing to tell."""
    return typography.DASH if kopecks is None else typography.money(kopecks)


@register.filter
def amount(kopecks: int) -> str:
    """«1 250,50», in a column that names its currency."""
    return typography.amount(kopecks)


@register.filter
def headline(kopecks: int) -> SafeString:
    """A headline sum with grey kopecks."""
    whole, rest = typography.headline(kopecks)
    return format_html('{}<span class="kop">{}</span>', whole, rest)


@register.filter
def grouped(number: int) -> str:
    return typography.grouped(number)


@register.filter
def unbroken(text: object) -> str:
    """Text of people and devices with spaces that do not break where they must not."""
    return typography.unbroken(str(text))


@register.filter
def strong(text: object) -> SafeString:
    """A sentence in which **the truth** is bold. Everything else is escaped."""
    parts = _BOLD.split(typography.unbroken(str(text)))
    return mark_safe(  # noqa: S308  # each part is escaped right here
        "".join(format_html("<b>{}</b>" if odd % 2 else "{}", part) for odd, part in enumerate(parts))
    )


@register.filter
def zone(name: str) -> str:
    """Whose time it is, for people."""
    return zone_name(name)


@register.filter
def in_fours(number: object) -> SafeString:
    """A long number in groups of four for the eye; what one copies has no spaces in it."""
    text = str(number)
    return format_html_join("", '<span class="four">{}</span>', ((text[at : at + 4],) for at in range(0, len(text), 4)))


@register.simple_tag(takes_context=True)
def with_query(context: template.RequestContext, **changes: object) -> str:
    """This page's query string with some values changed; None takes one away."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def with_query_of(url: str, **values: object) -> str:
    """*url* with a query string."""
    return f"{url}?{urlencode(values)}"


@register.simple_tag(takes_context=True)
def fragment(context: template.RequestContext, part: live.Fragment, fresh: bool | None = None) -> SafeString:
    """A live part of the page, as a poll would render it."""
    html = live.render_fragment(context["request"], part, fresh=bool(fresh))
    return mark_safe(html)  # noqa: S308  # a rendered template, escaped there


@register.inclusion_tag("devices/_press.html", takes_context=True)
def press(context: template.RequestContext, device: int, kind: str, words: str, **how: object) -> dict[str, object]:
    """A button that asks something of a device at once; its key makes two presses one job."""
    return {
        "device": device,
        "kind": kind,
        "words": words,
        "key": uuid.uuid4(),
        "here": _page_of(context["request"]),
        **how,
    }


def _page_of(request: HttpRequest) -> str:
    """The page on which a fragment stands: its own address while it is polled is not one to come back to."""
    return request.path.removesuffix("live/")


@register.simple_tag
def places(user: object) -> list[Site]:
    """The sites that *user* may see."""
    return list(Site.objects.all())


@register.simple_tag(takes_context=True)
def here(context: template.RequestContext, sites: list[Site]) -> str:
    """The name of the chosen site."""
    code = context["request"].GET.get("site", "")
    return next((site.name for site in sites if site.code == code), gettext("All places"))


@register.simple_tag
def api_docs() -> str:
    """The readable page of the API, where there is one."""
    try:
        return reverse("api-docs")
    except NoReverseMatch:
        return ""
