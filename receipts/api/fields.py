"""
Fields of request bodies that take exactly their JSON type and say what is wrong with a stable code.

A `Leaf` checks its type, then hands the value to one of receipts/checks.py. `StrictSerializer` refuses fields that it
does not know.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NoReturn, cast

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from receipts import checks
from receipts.checks import Bad, Fault, FaultCode

# What DRF itself says, in our words.
_DRF_CODES = {"required": FaultCode.REQUIRED, "null": FaultCode.WRONG_TYPE}


class Told(ValidationError):
    """A wrong value on its way through DRF, which keeps a text and a code: the text carries the parameters as JSON."""

    def __init__(self, bad: Bad) -> None:
        super().__init__(json.dumps(bad.params), code=bad.code.value)


class Leaf(serializers.Field[Any, Any, Any, Any]):
    """One JSON value. *schema* is its JSON Schema, *check* turns it into ours or raises Bad."""

    json_type: type = str
    json_name = "string"
    schema: Mapping[str, Any] = {"type": "string"}

    def __init__(
        self, check: Callable[[Any], Any] | None = None, *, schema: Mapping[str, Any] | None = None, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.check = check
        self.schema = {**self.schema, **(schema or {})}

    def __deepcopy__(self, memo: dict[int, Any]) -> Leaf:
        # A serializer copies its declared fields for each request. A leaf holds nothing but where it is bound, which
        # the copy gets anew; the one element of an array is bound already.
        made = copy.copy(self)
        made.source = None
        return made

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        raise Told(Bad(_DRF_CODES.get(key, FaultCode.WRONG_TYPE), expected=self.json_name))

    def to_internal_value(self, data: Any) -> Any:
        try:
            self.refuse_other_types(data)
            return self.check(data) if self.check else data
        except Bad as bad:
            raise Told(bad) from bad

    def refuse_other_types(self, data: Any) -> None:
        # A bool is an int in Python and is none in JSON.
        if not isinstance(data, self.json_type) or (isinstance(data, bool) and self.json_type is not bool):
            raise Bad(FaultCode.WRONG_TYPE, expected=self.json_name)

    def to_representation(self, value: Any) -> Any:
        return value


class Text(Leaf):
    """A text that goes into a requisite of at most *limit* CP866 bytes."""

    def __init__(self, limit: int, **kwargs: Any):
        super().__init__(
            lambda text: checks.requisite(text, limit), schema={"minLength": 1, "maxLength": limit}, **kwargs
        )


class Plain(Leaf):
    """A text of ours or of paper: printable, at most *limit* characters; empty unless *least*. *also* is asked too."""

    def __init__(self, limit: int, *, least: int = 0, also: Callable[[str], str] | None = None, **kwargs: Any):
        def check(text: str) -> str:
            checks.printable(text)
            if len(text) < least or (least and not text.strip()):
                raise Bad(FaultCode.EMPTY)
            if len(text) > limit:
                raise Bad(FaultCode.TOO_LONG, limit=str(limit))
            return also(text) if also else text

        super().__init__(check, schema={"minLength": least, "maxLength": limit}, **kwargs)


class Decimals(Leaf):
    """A decimal string; a JSON number gets told why not."""

    def __init__(self, check: Callable[[str], Any], *, pattern: str, example: str, **kwargs: Any):
        super().__init__(check, schema={"pattern": pattern, "examples": [example]}, **kwargs)
        self.example = example

    def refuse_other_types(self, data: Any) -> None:
        if isinstance(data, int | float) and not isinstance(data, bool):
            raise Bad(FaultCode.NUMBER_NOT_STRING, example=self.example)
        super().refuse_other_types(data)


class Money(Decimals):
    """Roubles outside («1250.50»), kopecks inside."""

    def __init__(self, *, least: int = 0, **kwargs: Any):
        super().__init__(
            lambda text: checks.money(text, least=least),
            pattern=r"^[0-9]{1,8}(\.[0-9]{1,2})?$",
            example="1250.50",
            **kwargs,
        )


class Quantity(Decimals):
    def __init__(self, **kwargs: Any):
        super().__init__(checks.quantity, pattern=r"^[0-9]{1,7}(\.[0-9]{1,3})?$", example="2", **kwargs)


class Word(Leaf):
    """One of some words; inside, what it stands for."""

    def __init__(self, meanings: Mapping[str, Any], **kwargs: Any):
        def check(word: str) -> Any:
            if word not in meanings:
                raise Bad(FaultCode.NOT_A_CHOICE, choices=", ".join(meanings))
            return meanings[word]

        super().__init__(check, schema={"enum": list(meanings)}, **kwargs)


def words(kind: type[Enum]) -> dict[str, Any]:
    """The members of *kind* by the names that clients use."""
    return {str(member.value) if isinstance(member.value, str) else member.name.lower(): member for member in kind}


class Flag(Leaf):
    json_type = bool
    json_name = "boolean"
    schema = {"type": "boolean"}


class Whole(Leaf):
    json_type = int
    json_name = "integer"
    schema = {"type": "integer"}

    def __init__(self, least: int, most: int, **kwargs: Any):
        def check(number: int) -> int:
            if number < least:
                raise Bad(FaultCode.TOO_SMALL, least=str(least))
            if number > most:
                raise Bad(FaultCode.TOO_LARGE, most=str(most))
            return number

        super().__init__(check, schema={"minimum": least, "maximum": most}, **kwargs)


class StrictSerializer(serializers.Serializer[Any]):
    """An object whose fields are all known. Its errors are read by `faults_of`."""

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        raise Told(Bad(_DRF_CODES.get(key, FaultCode.WRONG_TYPE), expected="object"))

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise Told(Bad(FaultCode.WRONG_TYPE, expected="object"))
        errors: dict[str, Any] = {}
        value: dict[str, Any] = {}
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            errors = cast("dict[str, Any]", error.detail)
        for name in data:
            if name not in self.fields:
                errors[name] = Told(Bad(FaultCode.UNKNOWN_FIELD)).detail
        if errors:
            raise ValidationError(errors)
        return value


class Rows(serializers.Field[Any, Any, Any, Any]):
    """
    An array of *child*, *least* to *most* long.

    `valid` keeps the rows that could be read, by index, also when others could not: so that what is wrong with their
    meaning is told in the same answer.
    """

    def __init__(
        self, child: serializers.Field[Any, Any, Any, Any], *, least: int = 0, most: int = 1000, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.child, self.least, self.most = child, least, most
        self.child.bind(field_name="", parent=cast("serializers.BaseSerializer[Any]", self))
        self.valid: dict[int, Any] = {}

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        raise Told(Bad(_DRF_CODES.get(key, FaultCode.WRONG_TYPE), expected="array"))

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("type")
        if len(data) < self.least:
            raise Told(Bad(FaultCode.EMPTY))
        if len(data) > self.most:
            raise Told(Bad(FaultCode.TOO_MANY, limit=str(self.most)))
        errors: dict[Any, Any] = {}
        self.valid = {}
        for index, row in enumerate(data):
            try:
                self.valid[index] = self.child.run_validation(row)
            except ValidationError as error:
                errors[index] = error.detail
        if errors:
            raise ValidationError(errors)
        return list(self.valid.values())

    def to_representation(self, value: Any) -> Any:
        return value


def faults_of(detail: Any, path: str = "") -> list[Fault]:
    """DRF's tree of errors as faults with paths like «items[0].name»."""
    if isinstance(detail, dict):
        faults = []
        for key, part in detail.items():
            if key == "non_field_errors":
                faults += faults_of(part, path)
            elif isinstance(key, int):
                faults += faults_of(part, f"{path}[{key}]")
            else:
                name = key if key.isprintable() and len(key) <= 80 else "?"
                faults += faults_of(part, f"{path}.{name}" if path else name)
        return faults
    return [Fault(path=path, code=FaultCode(each.code), params=json.loads(each)) for each in detail]


class LeafSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = Leaf
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return dict(self.target.schema)


class RowsSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = Rows
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        child = self.target.child
        if isinstance(child, serializers.Serializer):
            items = auto_schema.resolve_serializer(child, direction).ref
            if hasattr(child, "also"):
                instead = auto_schema.resolve_serializer(cast(Any, child).instead(), direction).ref
                items = {"oneOf": [dict(child.also), items, instead]}
        else:
            items = auto_schema._map_serializer_field(child, direction)
        return {"type": "array", "items": items, "minItems": self.target.least, "maxItems": self.target.most}
