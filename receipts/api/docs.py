"""
The readable page of the API at /api/docs/, drawn on the server from the schema: no script, nothing from elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from devices.errors import ErrorCode
from devices.messages import explain
from receipts.api.highlight import pretty, with_code
from receipts.api.schema import document_in
from receipts.keys import Scope
from receipts.wording import FAULTS, PROBLEMS

Schema = dict[str, Any]
METHODS = ("get", "post", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A row of a table: *anchor* is the component that it leads to, "" for none."""

    name: str
    kind: str
    anchor: str
    required: bool
    description: SafeString
    choices: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    name: str
    text: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: str
    description: str
    anchor: str
    is_problem: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    description: SafeString
    parameters: list[Field]
    bodies: list[tuple[str, list[Field]]]
    requests: list[Example]
    answers: list[Answer]
    responses: list[Example]


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    language = translation.get_language() or "ru"
    return render(
        request,
        "receipts/api/docs.html",
        {**_page(language), "base": request.build_absolute_uri("/api/v1/"), "root": request.build_absolute_uri("/")},
    )


@cache
def _page(language: str) -> dict[str, Any]:
    document = document_in(language)
    components: Schema = document["components"]["schemas"]
    sections: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = _operation(path, method, methods[method], components)
                sections.setdefault(methods[method]["tags"][0], []).append(operation)
    titles = {"receipts": _("Receipts"), "devices": _("Registers"), "shifts": _("Shifts")}
    return {
        "title": document["info"]["title"],
        "version": document["info"]["version"],
        "sections": [(tag, titles[tag], sections[tag]) for tag in titles],
        "objects": [
            (name, components[name].get("description", ""), _fields(components[name]))
            for name in sorted(components)
            if components[name].get("type") == "object"
        ],
        "problems": [(code, *words) for code, words in PROBLEMS.items()],
        "faults": [(code.value, sentence) for code, sentence in FAULTS.items()],
        "errors": [explain(code) for code in ErrorCode],
        "scopes": [scope.value for scope in Scope],
    }


def _operation(path: str, method: str, operation: Schema, components: Schema) -> Operation:
    body: Schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    answers = [
        Answer(
            status=status,
            description=answer.get("description", ""),
            anchor=_anchor(content.get("schema", {})),
            is_problem="problem" in kind,
        )
        for status, answer in sorted(operation["responses"].items())
        for kind, content in answer["content"].items()
    ]
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=with_code(operation.get("description", "")),
        parameters=[_parameter(each) for each in operation.get("parameters", [])],
        bodies=_bodies(body.get("schema", {}), components),
        requests=_examples(body),
        answers=answers,
        responses=[
            example
            for status in ("200", "201", "202")
            for content in operation["responses"].get(status, {}).get("content", {}).values()
            for example in _examples(content, prefix=status)
        ],
    )


def _bodies(schema: Schema, components: Schema) -> list[tuple[str, list[Field]]]:
    """Component and fields of each object that a body may be."""
    names = [_anchor(schema)] if "$ref" in schema else [_anchor(each) for each in schema.get("oneOf", [])]
    if len(names) == 1 and "discriminator" in components.get(names[0], {}):
        names = [_anchor(each) for each in components[names[0]]["oneOf"]]
    return [(name, _fields(components[name])) for name in names if name]


def _fields(schema: Schema) -> list[Field]:
    required = set(schema.get("required", ()))
    fields = [_field(name, part, required=name in required) for name, part in schema.get("properties", {}).items()]
    return sorted(fields, key=lambda field: not field.required)


def _parameter(parameter: Schema) -> Field:
    described = {**parameter["schema"], "description": parameter.get("description", "")}
    return _field(parameter["name"], described, required=parameter.get("required", False))


def _field(name: str, schema: Schema, *, required: bool) -> Field:
    inner: Schema = schema.get("items", {})
    return Field(
        name=name,
        kind=_kind(schema),
        anchor=_anchor(schema) or _anchor(inner),
        required=required,
        description=with_code(schema.get("description", "")),
        choices=[str(each) for each in schema.get("enum") or inner.get("enum") or [] if each is not None],
    )


def _kind(schema: Schema) -> str:
    """«string, ≤ 128», «object or null»: the JSON type with its limits."""
    if "$ref" in schema:
        return "object"
    if "allOf" in schema:
        return _kind(schema["allOf"][0])
    if "oneOf" in schema:
        return _(" or ").join(dict.fromkeys(_kind(each) for each in schema["oneOf"]))
    kinds = schema.get("type", "object")
    text = _(" or ").join(kinds) if isinstance(kinds, list) else str(kinds)
    limits = [
        f"{sign} {schema[key]}"
        for key, sign in (("minimum", "≥"), ("maximum", "≤"), ("maxLength", "≤"), ("maxItems", "≤"))
        if key in schema and abs(schema[key]) < 2**31
    ]
    sample = [f"«{schema['examples'][0]}»"] if schema.get("examples") else []
    return ", ".join([text, *([schema["format"]] if "format" in schema else []), *limits, *sample])


def _anchor(schema: Schema) -> str:
    for each in (schema, *schema.get("oneOf", ()), *schema.get("allOf", ())):
        if "$ref" in each:
            return str(each["$ref"]).rsplit("/", 1)[-1]
    return ""


def _examples(content: Schema, *, prefix: str = "") -> list[Example]:
    return [
        Example(
            name=" ".join(part for part in (prefix, example.get("summary") or name) if part),
            text=pretty(json.dumps(example["value"], ensure_ascii=False, indent=2)),
        )
        for name, example in content.get("examples", {}).items()
    ]
