"""OpenAPI 3.1 of API v1 at /api/schema/, made once per language."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any, cast

from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Lenient(DefaultContentNegotiation):
    """What the client cannot accept it gets all the same, as JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable:
            return renderers[0], renderers[0].media_type


class SchemaView(APIView):
    """JSON, or YAML by Accept or ?format=yaml; in Russian or English by Accept-Language."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (OpenApiJsonRenderer2, OpenApiYamlRenderer2)
    content_negotiation_class = Lenient
    metadata_class = None
    schema = None

    def get(self, request: Request) -> Response:
        return Response(document_in(translation.get_language() or "ru"))


def document_in(language: str) -> dict[str, Any]:
    """The schema with its words in *language*."""
    return copy.deepcopy(_made(language))


@cache
def _made(language: str) -> dict[str, Any]:
    from receipts.api.v1 import documented  # noqa: F401 - attaches the words to the views

    with translation.override(language):
        return cast("dict[str, Any]", _plain(SchemaGenerator().get_schema(request=None, public=True)))  # type: ignore[no-untyped-call]


def _plain(value: Any) -> Any:
    """Lazy strings in the language of now."""
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


# What fields alone cannot say.
STRICTER: dict[str, dict[str, Any]] = {
    "ReceiptRequest": {"oneOf": [{"required": ["device"]}, {"required": ["site"]}]},
    "CustomerRequest": {"not": {"required": ["email", "phone"]}},
}


def finish(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's hook: what it cannot say by itself. Objects that come in are strict; docstrings stay inside."""
    from receipts.api.v1.documented import OBJECTS

    result["info"]["description"] = str(_("Receipts on fiscal registers: each exactly once."))
    for methods in result["paths"].values():
        for operation in methods.values():
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
    for name, component in result["components"]["schemas"].items():
        if name.endswith("Request") and "properties" in component:
            component["additionalProperties"] = False
        component.update(STRICTER.get(name, {}))
        component.pop("description", None)
        if name in OBJECTS:
            component["description"] = str(OBJECTS[name])
    return result
