"""The file in which an operator declares caps: what it may say, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.film.casting.provider_caps import check_providers
from sparkle_motion_dagster.production.rate_limits.cap_file import (
    DeclaredCaps,
    RateLimitsFileError,
    load_caps,
)
from sparkle_motion_dagster.resources.engines import voice_catalogue

SHIPPED = (CONFIGS / "rate-limits.yaml").read_text(encoding="utf-8")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "rate-limits.yaml"
    monkeypatch.setenv("SPARKLE_RATE_LIMITS", str(path))
    return path


def test_the_one_that_comes_with_us_caps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARKLE_RATE_LIMITS", raising=False)
    loaded = load_caps()
    assert loaded.path == CONFIGS / "rate-limits.yaml"
    assert loaded.caps == DeclaredCaps(schema_version="1")


def test_what_it_shows_in_comments_are_caps(file: Path) -> None:
    lines = [
        line[2:] if line.startswith(("# engines:", "# providers:", "#   ")) else line
        for line in SHIPPED.splitlines()
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    check_providers(voice_catalogue())
    buckets = [*load_caps().caps.all_buckets()]
    assert [(one.account, one.said, one.refuses) for one in buckets] == [
        ("the engine sdxl", "120 GPU minutes a day", False),
        ("the engine openai_speech", "60 requests a minute", False),
        ("the engine openai_speech", "50000 characters an hour", True),
        ("the provider openai", "2.50 US dollars a day", True),
    ]


def test_an_edit_counts_at_once(file: Path) -> None:
    file.write_text('schema_version: "1"\n')
    assert load_caps().caps.engines == {}
    file.write_text('schema_version: "1"\nengines: {sdxl: []}\n')
    assert load_caps().caps.engines == {"sdxl": ()}


def test_one_that_is_named_and_is_not_there_never_counts_as_none(file: Path) -> None:
    with pytest.raises(RateLimitsFileError, match=r"\$SPARKLE_RATE_LIMITS names it") as missing:
        load_caps()
    assert str(file) in str(missing.value)
    assert missing.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("engines: {sdx: []}", ["line 2, engines", "no engine 'sdx'", "mean 'sdxl'"]),
        ("egnines: {}", ["line 2, egnines", "mean 'engines'"]),
        ("providers: {Openai: []}", ["line 2, providers", "'Openai'"]),
        (
            "engines:\n  sdxl:\n    - {what: usd, per: day, most: 2}",
            ["line 2, engines", "sdxl is given no lines", "gpu_minutes"],
        ),
        (
            "engines:\n  espeak:\n    - {what: requests, per: day, most: 2.5}",
            ["line 4, engines.espeak[0]", "no whole number"],
        ),
        (
            "engines:\n  espeak:\n    - {what: requests, per: week, most: 2}",
            ["line 4, engines.espeak[0].per", "'minute', 'hour' or 'day'"],
        ),
        (
            "engines:\n  espeak:\n    - {what: requests, per: day, most: 0}",
            ["line 4, engines.espeak[0].most", "greater than 0"],
        ),
        (
            "engines:\n  espeak:\n    - {what: requests, per: day, most: 2, then: refuse}",
            ["line 4, engines.espeak[0].then", "no such key", "when_spent"],
        ),
        (
            "engines:\n  espeak:\n    - {what: requests, per: day, most: 2}\n"
            "    - {what: requests, per: day, most: 3}",
            ["engines.espeak", "requests per day are capped 2 times"],
        ),
    ],
)
def test_what_is_wrong_is_said_by_line_and_field(file: Path, text: str, parts: list[str]) -> None:
    file.write_text(f'schema_version: "1"\n{text}\n', encoding="utf-8")
    with pytest.raises(RateLimitsFileError) as wrong:
        load_caps()
    message = str(wrong.value)
    assert message.startswith(f"The rate limits {file} cannot be used")
    for part in parts:
        assert part in message


def test_a_provider_that_the_voice_catalogue_does_not_have(file: Path) -> None:
    file.write_text('schema_version: "1"\nproviders: {openay: []}\n')
    with pytest.raises(RateLimitsFileError, match=r"providers\.openay.* mean 'openai'"):
        check_providers(voice_catalogue())
