"""Prompts, held against the policy as they come in."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, JsonValue

from sparkle_motion_dagster.artifacts.digests import digest_bytes
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.policy.errors import PromptRefusedError
from sparkle_motion_dagster.policy.loading import load_policy
from sparkle_motion_dagster.policy.rules import Breach, EngineNames, Rules


def check_prompt(
    text: str,
    log: AuditLog,
    *,
    language: str | None = None,
    seconds: float | None = None,
    engines: EngineNames | None = None,
    options: Mapping[str, JsonValue | BaseModel] | None = None,
) -> None:
    """Make sure that the policy allows a prompt, and note that it was asked.

    Args:
        text: The prompt.
        log: Where that is noted.
        language: The film's language tag, where the order names one.
        seconds: How long the film is to be, where the order says so.
        engines: Who would answer, by kind.
        options: What else the order says, as front matter does, by name: texts in it count, too,
            and those of a model that somebody chose.

    Raises:
        PromptRefusedError: It does not; rules, and lines or options, are named.
        PolicyFileError: The policy cannot be used.
        StorageError: It cannot be noted.
        InputError: The text is no UTF-8.
    """
    try:
        digest = digest_bytes(text.encode())
    except UnicodeEncodeError as error:
        raise InputError(
            f"The prompt is not UTF-8, from its character {error.start + 1} on: save or type it in "
            "that encoding."
        ) from error
    loaded = load_policy()
    rules = Rules(loaded)
    breaches = [*_in_lines(text, rules)]
    for name, option in (options or {}).items():
        breaches += rules.broken_by_texts(option, (name,))
    if seconds is not None:
        breaches += rules.broken_by_length(seconds, "seconds")
    breaches += rules.broken_by_language(language, "language")
    breaches += rules.broken_by_engines(engines or {})
    names = tuple(dict.fromkeys(breach.rule for breach in breaches))
    kept = text if loaded.policy.audit.prompts == "text" else None
    log.note("prompt", digest, loaded.digest, names, kept)
    if breaches:
        raise PromptRefusedError(breach.problem for breach in breaches)


def _in_lines(text: str, rules: Rules) -> Iterator[Breach]:
    """Yield the rules that a text breaks, by its lines; without one, what goes over several."""
    rules_in = rules.loaded.blocklist.rules_in
    whole = rules_in(text)
    if not whole:
        return
    found = [
        (rule, number)
        for number, line in enumerate(text.splitlines(), start=1)
        for rule in rules_in(line)
        if rule in whole
    ]
    yield from (rules.blocked(rule, "", number) for rule, number in found)
    over_lines = set(whole).difference(rule for rule, _ in found)
    yield from (rules.blocked(rule, "") for rule in sorted(over_lines))
