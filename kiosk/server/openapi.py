"""`/openapi.json`: OpenAPI 3.1, made from the operations and the types of their bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from kiosk import __version__

from .http import Operation
from .views import Problem

_PARAMETER = re.compile(r"\{(\w+)\}")
_REF = "#/components/schemas/{name}"


def describe(operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole API."""
    listed = list(operations)
    types: list[Any] = [Problem]
    for operation in listed:
        types += [kind for kind in operation.answers.values() if kind is not None]
        if operation.body is not None:
            types.append(operation.body)
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    by_type = dict(zip(map(str, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in listed:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, by_type
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kiosk",
            "version": __version__,
            "description": "Queues and appointments of service halls. Errors are RFC 9457 "
            "problems with a stable `code`. Every POST takes an `Idempotency-Key`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "kiosk_session"},
            },
        },
    }


def _operation(operation: Operation, by_type: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": _name(operation),
        "tags": [operation.tag],
        "parameters": _parameters(operation),
        "responses": {
            **{
                str(status): _answer(kind, by_type, operation.summary)
                for status, kind in operation.answers.items()
            },
            "default": {
                "description": "A problem: what went wrong and what to do",
                "content": {"application/problem+json": {"schema": by_type[str(Problem)]}},
            },
        },
    }
    if operation.permission is not None:
        described["security"] = [{"key": []}, {"session": []}]
        described["description"] = f"Needs the permission `{operation.permission}`."
    if operation.body is not None:
        described["requestBody"] = {
            "content": {"application/json": {"schema": by_type[str(operation.body)]}}
        }
    return described


def _name(operation: Operation) -> str:
    parts = [p.strip("{}").replace("-", "_") for p in operation.path.split("/") if p]
    return "_".join([operation.method.lower(), *(p.replace(".", "_") for p in parts)])


def _answer(kind: Any, by_type: dict[str, Any], summary: str) -> dict[str, Any]:
    if kind is None:
        return {"description": summary}
    return {
        "description": summary,
        "content": {"application/json": {"schema": by_type[str(kind)]}},
    }


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(operation.path)
    ]
    found += [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in operation.query.items()
    ]
    if operation.method == "POST":
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "The same key and body give the same answer and happen once.",
                "schema": {"type": "string", "maxLength": 128},
            }
        )
    return found
