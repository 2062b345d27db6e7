"""The server is asked whatever its own description allows, and what it does not: it never fails.

What it answers is as it describes it: status, media type and schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from served_app import ServedApp, bearer, serving_home
from studio import Gallery

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

WITHOUT_END = r"/events$"
"""Streams, which end when whoever listens goes."""


@pytest.fixture(scope="module")
def server(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedApp]:
    """A server of a home that may become whatever it is made to."""
    home = gallery.short_film().copy(tmp_path_factory.mktemp("studio")).home
    with serving_home(home.root) as server:
        yield server


def ask_anything(server: ServedApp, cases_each: int) -> int:
    """Ask for each operation some cases, right and wrong ones; returns how many were asked."""
    schema = schemathesis.openapi.from_url(f"{server.address}/openapi.json")
    asked = 0
    for found in schema.exclude(path_regex=WITHOUT_END).get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        right, wrong = (
            operation.as_strategy(generation_mode=mode)
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        )

        @settings(
            max_examples=cases_each,
            database=None,
            deadline=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=st.one_of(right, wrong) if operation.body or operation.query else right)
        def ask(case: schemathesis.Case[Any]) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(headers=bearer(), checks=CHECKS, timeout=60)

        ask()
    return asked


def test_whatever_it_is_asked_it_answers_as_described(server: ServedApp) -> None:
    assert ask_anything(server, 2) > 50


@pytest.mark.service
def test_however_often_it_is_asked_it_answers_as_described(server: ServedApp) -> None:
    assert ask_anything(server, 200) > 5000
