"""What a server's refusals mean: which of our errors each is."""

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from sparkle_motion_dagster.engines.base import (
    EngineInputError,
    ProviderBusyError,
    QuotaSpentError,
)
from sparkle_motion_dagster.engines.machinery.openai_protocol.key import ApiKey, MissingKeyError
from sparkle_motion_dagster.errors import SparkleError

_LONGEST_WAIT_S = 3600.0
"""A server that asks for a longer wait has spent its quota, as far as a film is concerned."""

_MONEY = ("quota", "billing", "credit", "balance", "payment")
"""Of what a server's error code speaks where it is about money: ``insufficient_quota``."""

_OVERLOADED = frozenset({408, 409, 425, 429})
"""Refusals of the question that may be none a little later (RFC 9110, 8470 and 6585)."""

_SHOWN = 300
"""How many characters of a server's message are shown."""


def refusal(
    status: int,
    headers: Mapping[str, str],
    body: object,
    *,
    server: str,
    remedy: str,
    key: ApiKey,
    hidden_in: Callable[[str], str],
) -> SparkleError:
    """Return what a server's refusal is for whoever asked.

    Args:
        status: The answer's HTTP status.
        headers: Its headers.
        body: What it says: JSON as it was read, or text.
        server: The server, as messages name it.
        remedy: Where to look when the question is wrong, as a sentence.
        key: The key to it.
        hidden_in: Returns what the server says without what no message shows.
    """
    said = _shortened(hidden_in(_message(body)))
    told = f"{server} answered {status}" + (f": {said}" if said else "")
    wait_s = retry_after_s(headers)
    if _is_about_money(status, body) or (wait_s is not None and wait_s > _LONGEST_WAIT_S):
        again = "" if wait_s is None else f" It may be asked again in {wait_s / 3600:.1f} h."
        return QuotaSpentError(f"{_sentence(told)}{again}")
    if status in (401, 403):
        return MissingKeyError(_not_let_in(status, said, server, key))
    if status in _OVERLOADED or status >= 500:
        return ProviderBusyError(told, wait_s)
    if 300 <= status < 400:
        elsewhere = _shortened(hidden_in(headers.get("location", "elsewhere")))
        return EngineInputError(
            f"{server} sends on to {elsewhere}. What goes to it, its key above "
            "all, goes nowhere else: set base_url to the address that answers."
        )
    return EngineInputError(f"{_sentence(told)} {remedy}")


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return after how many seconds a server wants to be asked again; None: it does not say.

    ``Retry-After`` holds seconds or a date (RFC 9110, 10.2.3), which is compared with the server's
    own; OpenAI says milliseconds in ``retry-after-ms`` as well.
    """
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        with suppress(ValueError):
            seconds = float(headers.get(name, "")) * unit_s
            if math.isfinite(seconds):
                return max(0.0, seconds)
    then, now = _date(headers, "retry-after"), _date(headers, "date") or datetime.now(UTC)
    return None if then is None else max(0.0, (then - now).total_seconds())


def _date(headers: Mapping[str, str], name: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(headers.get(name, ""))
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _message(body: object) -> str:
    """Return what a server says for people."""
    if isinstance(body, dict):
        fields = [body.get(name) for name in ("message", "detail", "error")]
        body = next((field for field in fields if field), body)
    return str(body or "")


def _is_about_money(status: int, body: object) -> bool:
    if status == 402:
        return True
    codes = [body.get(name) for name in ("code", "type")] if isinstance(body, dict) else []
    return status in (403, 429) and any(
        word in code.casefold() for code in codes if isinstance(code, str) for word in _MONEY
    )


def _not_let_in(status: int, said: str, server: str, key: ApiKey) -> str:
    if key.variable is None:
        remedy = "It wants a key: set api_key_env to the environment variable that holds it."
    else:
        remedy = f"Look at the key in the environment variable {key.variable}, and at its rights."
    # What it says of a key that is wrong, shows the key.
    why = f" ({said.rstrip('.')})" if status == 403 and said else ""
    return f"{server} does not let this in{why}. {remedy}"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
