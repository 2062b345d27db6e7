"""Who is chosen to speak for whom, and why: scores, ties, filters, pins and caps, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from devices import on_cpu
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.speech.base import Voice
from sparkle_motion_dagster.engines.speech.chatterbox.models import MODELS
from sparkle_motion_dagster.engines.speech.chatterbox.settings import ChatterboxSettings
from sparkle_motion_dagster.engines.speech.performances import Role
from sparkle_motion_dagster.film.casting.catalogue import (
    UnknownVoiceError,
    VoiceCatalogue,
    VoiceCatalogueError,
)
from sparkle_motion_dagster.film.casting.choice import Candidate, Criteria, choose
from sparkle_motion_dagster.film.casting.performers import CastingError
from sparkle_motion_dagster.film.casting.providers import Priority, Provider
from sparkle_motion_dagster.film.casting.speakers import Speakers, speakers_of
from sparkle_motion_dagster.resources.engines import voice_catalogue

CATALOGUE = """
schema_version: "1"
providers:
  plain: {engine: espeak, quality: 0.4, latency_s: 0, features: [word_timings]}
  actor:
    {engine: chatterbox, quality: 1, latency_s: 4, languages: [en, fr], default_voice: builtin,
     features: [voice_clone, emotion, variation, human]}
  quick:
    {engine: chatterbox, quality: 0.8, latency_s: 1, languages: [en], default_voice: builtin,
     cost_usd_per_1k_chars: 3, features: [voice_clone, variation, human],
     caps: {characters_per_line: 30, characters_per_film: 50, cost_usd_per_film: 0.12}}
priorities:
  balanced: {quality: 2, latency: 1, cost: 1}
  quality: {quality: 1, latency: 0, cost: 0}
  latency: {quality: 0, latency: 1, cost: 0}
  cost: {quality: 0.1, latency: 0.1, cost: 0.8}
voices:
  ann: {description: woman, language: en-US, providers: {espeak: {voice: en-us+f1}}}
  ben: {description: man, language: en-US, providers: {espeak: {voice: en-us+m1}}}
  eve: {description: woman, language: fr-FR, providers: {chatterbox: {exaggeration: 0.9}}}
"""
ALL = ("plain", "actor", "quick")
REFERENCE = StoredFile(sha256="5" * 64, path=Path("mara.wav"))


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> VoiceCatalogue:
    return written(tmp_path_factory.mktemp("catalogue"), CATALOGUE)


@pytest.fixture(scope="module")
def shipped() -> VoiceCatalogue:
    return voice_catalogue()


def written(folder: Path, text: str) -> VoiceCatalogue:
    path = folder / "voices.yaml"
    path.write_text(text, encoding="utf-8")
    return VoiceCatalogue.load(path)


def criteria(
    catalogue: VoiceCatalogue,
    priority: str = "balanced",
    *required: str,
    allowed: Sequence[str] = ALL,
) -> Criteria:
    return Criteria(tuple(allowed), catalogue.priorities[priority], required)


def mara(**says: Any) -> Role:
    return Role(character_id="mara", **says)


def chosen(
    catalogue: VoiceCatalogue, role: Role, criteria: Criteria, *texts: str
) -> tuple[Candidate, ...]:
    return choose(catalogue, [role], {"mara": texts or ("Not tonight.",)}, criteria)["mara"]


def names(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.provider for candidate in candidates]


# Scores


@pytest.mark.parametrize(
    ("weights", "provider", "roles"),
    [
        # (quality, latency, cost), (quality, seconds, dollars), what each merit adds
        ((0.5, 0.25, 0.25), (0.8, 0.0, 0.0), (0.4, 0.25, 0.25)),
        ((0.5, 0.25, 0.25), (0.8, 1.0, 3.0), (0.4, 0.125, 0.0625)),
        ((2.0, 1.0, 1.0), (0.8, 1.0, 3.0), (0.4, 0.125, 0.0625)),
        ((0.2, 0.6, 0.2), (1.0, 4.0, 0.0), (0.2, 0.12, 0.2)),
        ((1.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
    ],
)
def test_a_score_is_the_weighted_sum_of_merits(
    weights: Sequence[float], provider: Sequence[float], roles: Sequence[float]
) -> None:
    priority = Priority(**dict(zip(("quality", "latency", "cost"), weights, strict=True)))
    quality, latency_s, dollars = provider
    score = priority.score(
        Provider(
            engine="espeak", quality=quality, latency_s=latency_s, cost_usd_per_1k_chars=dollars
        )
    )
    assert (score.quality, score.latency, score.cost) == pytest.approx(roles)
    assert score.total == pytest.approx(sum(roles))


@pytest.mark.parametrize(
    ("priority", "order"),
    [
        ("balanced", ["actor", "plain", "quick"]),
        ("quality", ["actor", "quick", "plain"]),
        ("latency", ["plain", "quick", "actor"]),
        ("cost", ["plain", "actor", "quick"]),
    ],
)
def test_the_priority_decides(
    catalogue: VoiceCatalogue, priority: str, order: Sequence[str]
) -> None:
    candidates = chosen(catalogue, mara(), criteria(catalogue, priority))
    assert names(candidates) == order
    assert {candidate.reason for candidate in candidates} == {"weighted"}
    totals = [candidate.score.total for candidate in candidates if candidate.score]
    assert totals == sorted(totals, reverse=True)
    assert len(totals) == 3


@pytest.mark.parametrize("allowed", [("actor", "twin"), ("twin", "actor")])
def test_a_tie_goes_to_the_first_in_the_profile(tmp_path: Path, allowed: Sequence[str]) -> None:
    twin = "  twin:\n    {engine: chatterbox, quality: 1, latency_s: 4, languages: [en], "
    twins = written(
        tmp_path, CATALOGUE.replace("  quick:", twin + "default_voice: builtin}\n  quick:")
    )
    candidates = chosen(twins, mara(), criteria(twins, allowed=allowed))
    assert names(candidates) == [*allowed]


def test_what_adds_up_to_the_same_is_a_tie(tmp_path: Path) -> None:
    """0.2 x 0.7 + 0.6 / 4 and 0.2 x 0.85 + 0.6 / 5: as floats, the second sum is larger."""
    even = written(
        tmp_path,
        CATALOGUE.replace("quality: 1, latency_s: 4", "quality: 0.85, latency_s: 4")
        .replace("quality: 0.4, latency_s: 0", "quality: 0.7, latency_s: 3")
        .replace("{quality: 2, latency: 1, cost: 1}", "{quality: 0.2, latency: 0.6, cost: 0.2}"),
    )
    for allowed in (["plain", "actor"], ["actor", "plain"]):
        assert names(chosen(even, mara(), criteria(even, allowed=allowed))) == allowed


# Filters


@pytest.mark.parametrize(
    ("says", "required", "able"),
    [
        ({}, [], ["actor", "quick", "plain"]),
        ({}, ["human"], ["actor", "quick"]),
        ({}, ["word_timings"], ["plain"]),
        ({"language": "fr-FR"}, [], ["actor"]),
        ({"language": "en-AU"}, [], ["actor", "quick", "plain"]),
        ({"voice_id": "ann"}, [], ["actor", "quick", "plain"]),
        ({"voice_id": "eve"}, [], ["actor"]),  # French, and nobody else performs her
        ({"reference": REFERENCE}, [], ["actor", "quick"]),
        ({"exaggeration": 0.7}, [], ["actor"]),
        ({"cfg_weight": 0.3}, [], ["actor"]),
        ({"temperature": 1.0}, [], ["actor", "quick"]),
        ({"pitch": 1.2}, [], ["actor", "quick", "plain"]),
    ],
)
def test_who_cannot_do_what_is_asked_for_is_left_out(
    catalogue: VoiceCatalogue,
    says: Mapping[str, Any],
    required: Sequence[str],
    able: Sequence[str],
) -> None:
    candidates = chosen(catalogue, mara(**says), criteria(catalogue, "quality", *required))
    assert names(candidates) == able


def test_the_reason_says_which_better_providers_cannot_speak(catalogue: VoiceCatalogue) -> None:
    (plain,) = chosen(catalogue, mara(), criteria(catalogue, "quality", "word_timings"))
    lacking = "it has no word_timings"
    assert plain.reason == f"weighted, without actor: {lacking}; quick: {lacking}"
    (actor,) = chosen(catalogue, mara(exaggeration=0.7), criteria(catalogue, "quality"))
    assert actor.reason == "weighted"  # the others would come after it


def test_where_nobody_is_left_it_is_said_of_each_why(catalogue: VoiceCatalogue) -> None:
    asking = mara(language="ja-JP", reference=REFERENCE)
    with pytest.raises(CastingError) as error:
        chosen(catalogue, asking, criteria(catalogue, "balanced", "emotion"))
    for role in (
        "the character 'mara'",
        "plain: it has no emotion and no voice_clone",
        "actor: The character 'mara' speaks ja-JP, which actor does not. It speaks en, fr",
        "quick: it has no emotion",
        "voice_profile",
        "speech.settings.providers",
    ):
        assert role in str(error.value)
    assert error.value.exit_code == 2


def test_an_unknown_voice_is_nobodys_fault(catalogue: VoiceCatalogue) -> None:
    with pytest.raises(UnknownVoiceError, match=r"Did you mean 'ann'\?"):
        chosen(catalogue, mara(voice_id="anne"), criteria(catalogue))


# Pins


def test_a_pinned_provider_is_the_only_one(catalogue: VoiceCatalogue) -> None:
    (candidate,) = chosen(catalogue, mara(provider="quick"), criteria(catalogue))
    assert (candidate.provider, candidate.reason) == ("quick", "pinned")
    assert candidate.score is not None


def test_a_pin_that_the_profile_does_not_allow(catalogue: VoiceCatalogue) -> None:
    allowed = criteria(catalogue, allowed=["plain", "actor"])
    with pytest.raises(CastingError, match=r"'quick' \(voice_profile.provider\).*plain, actor"):
        chosen(catalogue, mara(provider="quick"), allowed)
    with pytest.raises(CastingError, match=r"Did you mean 'actor'\?"):
        chosen(catalogue, mara(provider="acter"), allowed)


def test_a_pin_lifts_no_requirement(catalogue: VoiceCatalogue) -> None:
    with pytest.raises(CastingError, match=r"plain: it has no human; actor: the plan pins plain"):
        chosen(catalogue, mara(provider="plain"), criteria(catalogue, "quality", "human"))


def test_where_there_is_no_choice_pins_and_wishes_do_nothing_and_the_reason_says_so(
    catalogue: VoiceCatalogue,
) -> None:
    only = Criteria(("plain",))
    (candidate,) = chosen(catalogue, mara(), only)
    assert (candidate.reason, candidate.score) == ("the only provider", None)
    asking = mara(provider="actor", exaggeration=0.7, reference=REFERENCE)
    (candidate,) = chosen(catalogue, asking, only)
    assert candidate.reason.startswith("the only provider: ")
    for role in ("provider actor", "voice_clone", "emotion"):
        assert role in candidate.reason
    assert (candidate.voice.settings, candidate.voice.reference) == ({}, None)
    with pytest.raises(CastingError, match="'mara' speaks fr-FR, which no voice of plain does"):
        chosen(catalogue, mara(language="fr-FR"), only)


# Caps


@pytest.mark.parametrize(
    ("texts", "able"),
    [
        (["x" * 30], {*ALL}),
        (["x" * 31], {"plain", "actor"}),  # a line
        (["5 % & 1 % & 2 %"], {"plain", "actor"}),  # as it is said
        (["x" * 20, "x" * 20], {*ALL}),
        (["x" * 20, "x" * 21], {"plain", "actor"}),  # 41 characters are 0.123 dollars
        (["x"] * 51, {"plain", "actor"}),
    ],
)
def test_caps_that_are_known_beforehand(
    catalogue: VoiceCatalogue, texts: Sequence[str], able: set[str]
) -> None:
    assert set(names(chosen(catalogue, mara(), criteria(catalogue), *texts))) == able


def test_caps_are_for_all_characters_of_a_film(catalogue: VoiceCatalogue) -> None:
    roles = [Role(character_id=name) for name in ("ann", "bea", "cat")]
    texts = {"ann": ["x" * 25], "bea": ["x" * 25], "cat": ["x" * 10]}
    allowed = criteria(catalogue, "quality", allowed=["quick", "plain"])
    cast = choose(catalogue, roles, texts, allowed)
    assert {name: names(candidates) for name, candidates in cast.items()} == {
        "ann": ["quick", "plain"],
        "bea": ["plain"],
        "cat": ["quick", "plain"],
    }


def test_a_cap_that_leaves_nobody_is_said(catalogue: VoiceCatalogue) -> None:
    only = Criteria(("quick",))
    with pytest.raises(CastingError, match="a line has 31 characters, and its cap is 30 a line"):
        chosen(catalogue, mara(), only, "x" * 31)
    with pytest.raises(CastingError, match=r"would cost 0\.15 US dollars, and its cap is 0\.12"):
        chosen(catalogue, mara(), only, "x" * 25, "x" * 25)


# Voices


def test_a_voice_goes_to_each_candidate_in_its_own_words(catalogue: VoiceCatalogue) -> None:
    candidates = chosen(
        catalogue, mara(voice_id="ann", temperature=1.1, pitch=1.2), criteria(catalogue, "quality")
    )
    assert [candidate.voice for candidate in candidates] == [
        Voice(provider_voice="builtin", language="en-US", settings={"temperature": 1.1})
    ] * 2
    (plain,) = chosen(catalogue, mara(voice_id="ann", pitch=1.2), Criteria(("plain",)))
    assert plain.voice == Voice(
        provider_voice="en-us+f1", language="en-US", settings={"pitch": 1.2}
    )


def test_the_catalogue_says_how_a_voice_is_played_and_the_plan_more(
    catalogue: VoiceCatalogue,
) -> None:
    (french,) = chosen(catalogue, mara(voice_id="eve"), criteria(catalogue))
    assert french.voice == Voice(
        provider_voice="builtin", language="fr-FR", settings={"exaggeration": 0.9}
    )
    (calmer,) = chosen(catalogue, mara(voice_id="eve", exaggeration=0.3), criteria(catalogue))
    assert calmer.voice.settings == {"exaggeration": 0.3}


def test_what_a_provider_cannot_do_is_not_in_its_request(catalogue: VoiceCatalogue) -> None:
    asking = mara(exaggeration=0.9, temperature=1.1, reference=REFERENCE)
    (quick,) = chosen(catalogue, asking, Criteria(("quick",)))
    assert quick.voice.settings == {"temperature": 1.1}
    assert quick.voice.reference == REFERENCE
    assert "wish for emotion" in quick.reason


# What ships, and what a profile says


def test_chatterbox_is_said_to_speak_what_its_models_do(shipped: VoiceCatalogue) -> None:
    for provider in shipped.providers.values():
        if provider.engine == "chatterbox":
            model = MODELS[ChatterboxSettings.model_validate(provider.settings).model]
            assert set(provider.languages or ()) - {"nb", "nn"} == set(model.languages)
            assert ("emotion" in provider.features) is model.played


@pytest.mark.parametrize("provider", ["espeak", "chatterbox", "chatterbox-multilingual"])
def test_voices_of_the_catalogue_are_performed(shipped: VoiceCatalogue, provider: str) -> None:
    spoken = shipped.provider(provider).languages
    roles = [
        Role(character_id=voice_id, voice_id=voice_id)
        for voice_id, voice in shipped.voices.items()
        if spoken is None or voice.language[:2] in spoken
    ]
    assert list(shipped.cast(roles, provider)) == [role.character_id for role in roles]
    assert len(roles) >= 20


def test_every_priority_has_its_point(shipped: VoiceCatalogue) -> None:
    first = {}
    for name, priority in shipped.priorities.items():
        allowed = Criteria(("chatterbox", "chatterbox-turbo", "espeak"), priority)
        first[name] = chosen(shipped, mara(), allowed)[0].provider
    assert first["quality"] == "chatterbox"
    assert first["latency"] == "espeak"
    weights = shipped.priorities["quality"]
    assert (weights.quality, weights.latency, weights.cost) == pytest.approx((0.7, 0.15, 0.15))


def profile(engine: str, settings: Mapping[str, Any], catalogue: VoiceCatalogue) -> Speakers:
    return speakers_of(engine, settings, catalogue, on_cpu())


@pytest.mark.parametrize(
    ("engine", "settings", "provider"),
    [
        ("espeak", {}, "espeak"),
        ("espeak", {"words_per_minute": 150}, "espeak"),
        ("chatterbox", {}, "chatterbox"),
        ("chatterbox", {"model": "multilingual"}, "chatterbox-multilingual"),
        ("chatterbox", {"model": "turbo"}, "chatterbox-turbo"),
    ],
)
def test_one_engine_is_the_only_provider(
    shipped: VoiceCatalogue, engine: str, settings: Mapping[str, Any], provider: str
) -> None:
    speakers = profile(engine, settings, shipped)
    assert speakers.criteria == Criteria((provider,))
    assert speakers.identity([]) == speakers.by_name[provider].engine.identity()
    assert speakers.identity([]).name == engine


def test_a_choice_is_among_exactly_those_that_the_profile_names(shipped: VoiceCatalogue) -> None:
    speakers = profile(
        "casting",
        {
            "priority": "quality",
            "providers": {"espeak": {"words_per_minute": 150}, "chatterbox-turbo": {"top_p": 0.8}},
        },
        shipped,
    )
    assert speakers.criteria.allowed == ("espeak", "chatterbox-turbo")
    turbo, espeak = speakers.by_name["chatterbox-turbo"], speakers.by_name["espeak"]
    assert (turbo.engine.settings.model, turbo.engine.settings.top_p) == ("turbo", 0.8)
    assert espeak.engine.settings.words_per_minute == 150
    assert speakers.identity(["espeak"]) == espeak.engine.identity()
    both = speakers.identity(["espeak", "chatterbox-turbo"])
    assert both.name == "casting"
    assert set(both.settings) == {"espeak", "chatterbox-turbo"}


@pytest.mark.parametrize(
    ("engine", "settings", "said"),
    [
        ("espaek", {}, r"no speech engine 'espaek'\. Did you mean 'espeak'\?.*casting"),
        ("casting", {}, "providers: Field required"),
        ("casting", {"providers": {}}, "providers: "),
        ("casting", {"providers": {"espeak": {}}, "prority": "cost"}, "prority: Extra"),
        ("casting", {"providers": {"chaterbox": {}}}, r"no provider 'chaterbox'.*'chatterbox'"),
        (
            "casting",
            {"providers": {"espeak": {}}, "priority": "qualty"},
            r"no priority 'qualty'.*Did you mean 'quality'\?.*balanced",
        ),
        (
            "casting",
            {"providers": {"espeak": {}}, "required": ["voice_clones"]},
            r"no feature 'voice_clones'.*Did you mean 'voice_clone'\?",
        ),
        ("casting", {"providers": {"espeak": {"wpm": 1}}}, "espeak does not take.*wpm"),
        (
            "casting",
            {"providers": {"chatterbox": {"model": "turbo"}}},
            "chatterbox is chatterbox with model 'english'.*'turbo'",
        ),
    ],
)
def test_what_is_wrong_in_a_profile_is_named(
    shipped: VoiceCatalogue, engine: str, settings: Mapping[str, Any], said: str
) -> None:
    with pytest.raises(EngineInputError, match=said):
        profile(engine, settings, shipped)


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("engine: espeak", "engine: espaek", r"providers\.plain.*'espaek'"),
        ("quality: 0.4", "quality: 4", r"providers\.plain\.quality"),
        ("latency_s: 0,", "latency: 0,", r"providers\.plain\.latency"),
        ("languages: [en, fr]", "languages: [en-US]", r"providers\.actor\.languages"),
        ("languages: [en, fr], ", "", r"providers\.actor.*say its languages"),
        ("default_voice: builtin", "default_voice: bob", r"providers\.actor.*voice"),
        ("characters_per_line: 30", "characters_per_line: 0", r"quick\.caps\.characters_per_line"),
        ("features: [word_timings]", "features: [Word]", r"providers\.plain\.features"),
        ("{quality: 1, latency: 0", "{quality: 0, latency: 0", r"priorities\.quality"),
        ("{quality: 1, latency: 0", "{quality: -1, latency: 2", r"priorities\.quality\.quality"),
        ("exaggeration: 0.9", "exaggeration: 9", r"voices\.eve\.providers\.chatterbox"),
    ],
)
def test_what_is_wrong_in_the_catalogue_is_named(
    tmp_path: Path, right: str, wrong: str, named: str
) -> None:
    assert right in CATALOGUE
    with pytest.raises(VoiceCatalogueError, match=named):
        written(tmp_path, CATALOGUE.replace(right, wrong, 1))
