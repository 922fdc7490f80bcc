"""
Pages that refresh by themselves: a page is a set of fragments, each with a digest of what it shows.

The page asks every two seconds and sends the digests it has (hidden inputs «v» beside each fragment, «name=digest»).
The answer is 204 when nothing changed, else only the changed fragments, which htmx puts in place by their ids. What a
digest holds is the fragment's data, not its HTML, so that nothing is rendered to find out that nothing happened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

SEPARATOR = "="


def digest(*facts: object) -> str:
    """
    A short name of *facts* in the reader's language; equal facts, equal name. Facts must have a plain repr
    (dataclasses, strings).
    """
    return hashlib.blake2b(repr((get_language(), *facts)).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """
    A part of a page that is rendered alone.

    *name* is its HTML id. *facts* is what it shows. *said* is read to people who listen instead of looking, when the
    fragment changes and the words differ from the last ones; empty: nothing worth a word. *fresh* fragments light up
    once when they change.
    """

    name: str
    template: str
    facts: object
    context: dict[str, object] = field(default_factory=dict, repr=False)
    said: str = ""

    @property
    def version(self) -> str:
        """What the page sends back: digest of the words said, digest of everything."""
        return f"{digest(self.said)[:6]}.{digest(self.facts, self.said)}"


def known(request: HttpRequest) -> dict[str, str]:
    """Digests that the page has, by fragment name."""
    pairs = (value.partition(SEPARATOR) for value in request.GET.getlist("v"))
    return {name: version for name, _, version in pairs}


def render_fragment(request: HttpRequest, fragment: Fragment, *, swap: bool = False, fresh: bool = False) -> str:
    """One fragment as HTML; *swap* marks it for htmx to put in place, *fresh* lets it light up once."""
    context = {**fragment.context, "fragment": fragment, "swap": swap, "fresh": fresh}
    return render_to_string(fragment.template, context, request)


def answer(
    request: HttpRequest,
    *,
    tick: Callable[[], str],
    fragments: Callable[[dict[str, str]], Iterable[Fragment]],
) -> HttpResponse:
    """
    The answer to a page's poll: 204, or the changed fragments for htmx to swap by id, the new tick and what to say
    aloud.

    *tick* is a cheap digest of the whole page; *fragments* are only asked for when it differs from what the page has,
    and are told the digests that the page has (a list that changed as a whole leaves out its rows).
    """
    has = known(request)
    beat = tick()
    if has.get("tick") == beat:
        return _stamped(HttpResponse(status=204))
    changed = [fragment for fragment in fragments(has) if has.get(fragment.name) != fragment.version]
    parts = [render_fragment(request, fragment, swap=True, fresh=True) for fragment in changed]
    said = [fragment.said for fragment in changed if _says_something_new(fragment, has)]
    parts.append(render_to_string("kktoffice/_tick.html", {"tick": beat, "said": said, "swap": True}, request))
    return _stamped(HttpResponse("".join(parts)))


def _says_something_new(fragment: Fragment, has: dict[str, str]) -> bool:
    before = has.get(fragment.name, "").partition(".")[0]
    return bool(fragment.said) and before != fragment.version.partition(".")[0]


def _stamped(response: HttpResponse) -> HttpResponse:
    """The moment of the answer, for the line «updated at» and for the strip that says that the server is silent."""
    response["X-Updated"] = timezone.localtime().strftime("%H:%M:%S")
    response["Cache-Control"] = "no-store"
    return response
