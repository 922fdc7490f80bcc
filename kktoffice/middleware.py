"""Headers that every answer carries."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
