"""Small parts of the shapes of answers; schemas.py and schemas_told.py are made of them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from receipts.api.fields import Leaf

MONEY = {"pattern": r"^-?[0-9]+\.[0-9]{2}$", "examples": ["1250.50"]}


class Told(Leaf):
    """A value of an answer by its JSON Schema."""

    def __init__(self, schema: dict[str, Any] | None = None, **kwargs: Any):
        super().__init__(schema=schema, **kwargs)


def text(**kwargs: Any) -> Told:
    return Told(**kwargs)


def maybe(kind: str = "string", **kwargs: Any) -> Told:
    """A value that may be null."""
    return Told({"type": [kind, "null"], **kwargs.pop("schema", {})}, **kwargs)


def sum_(**kwargs: Any) -> Told:
    return Told(MONEY, **kwargs)


def number(**kwargs: Any) -> Told:
    return Told({"type": "integer"}, **kwargs)


def flag(**kwargs: Any) -> Told:
    return Told({"type": "boolean"}, **kwargs)


def when(**kwargs: Any) -> Told:
    return Told({"format": "date-time"}, **kwargs)


def maybe_when(**kwargs: Any) -> Told:
    return maybe(schema={"format": "date-time"}, **kwargs)


def one_of(names: Any, **kwargs: Any) -> Told:
    return Told({"enum": list(names)}, **kwargs)


class Answer(serializers.Serializer[Any]):
    """Every field is always there; what is not known is null."""
