"""What every answer carries: strict headers, and the language that its reader chose."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

# No inline script or style anywhere, nothing loaded from elsewhere; data: is for the QR pictures that the server draws.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

REDIRECT = 302


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        # Receipts and contacts of buyers: no copy in a proxy, none of the API's anywhere. The browser may keep a page
        # to go back to, and asks before it shows it anew.
        keep = "no-store" if request.path.startswith("/api/v1/") else "private, no-cache"
        response.headers.setdefault("Cache-Control", keep)
        if request.headers.get("HX-Request") and response.status_code == REDIRECT:
            # A poll is never answered with another page: a session that ended takes the whole page to the sign-in.
            return _whole_page(response)
        return response

    return middleware


def _whole_page(response: HttpResponse) -> HttpResponse:
    """
    A redirect as htmx follows it, with the page and not with a fragment of it. Reload asks again and comes to the sign-
    in itself.
    """
    moved = HttpResponse(status=204, headers=response.headers)
    del moved["Location"]
    moved["HX-Refresh"] = "true"
    return moved


def language_of_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """
    Pages are Russian until a person chooses otherwise, whatever language the till's browser came in; programs say
    theirs in Accept-Language. Stands after LocaleMiddleware, which does the latter.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/") and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
        return get_response(request)

    return middleware
