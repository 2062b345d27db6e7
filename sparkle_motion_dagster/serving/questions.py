"""What the web UI is asked: by the methods that it has a use for, and by GET only questions.

Dagster's web server carries out GraphQL mutations by GET as well, which any link can ask for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs

from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse
from starlette.types import ASGIApp, Receive, Scope, Send

from sparkle_motion_dagster.server.guard import in_plain_text


@dataclass(frozen=True)
class QuestionsByGet:
    """An ASGI application that refuses mutations by GET, and methods that nobody needs."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request: by the application, or by a sentence that says what to do."""
        refusal = _refusal(scope) if scope["type"] == "http" else None
        app = self.app if refusal is None else in_plain_text(refusal)
        await app(scope, receive, send)


def _refusal(scope: Scope) -> str | None:
    match scope["method"]:
        case "POST":
            return None
        case "GET" | "HEAD":
            if any(map(_changes_something, _queries(scope))):
                return (
                    "By GET this web server only answers questions: send GraphQL mutations by POST."
                )
            return None
        case method:
            return f"This web server has no use for {method}: ask by GET, HEAD or POST."


def _queries(scope: Scope) -> Iterator[str]:
    """Return the GraphQL that stands in a request's address."""
    yield from parse_qs(scope["query_string"].decode("latin-1")).get("query", ())


def _changes_something(query: str) -> bool:
    try:
        definitions = parse(query).definitions
    except GraphQLError:
        return False  # the application says what is wrong with it
    operations = (one for one in definitions if isinstance(one, OperationDefinitionNode))
    return any(one.operation is not OperationType.QUERY for one in operations)
