"""The voice catalogue: what is in it, and who gets which voice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.performances import Role
from sparkle_motion_dagster.film.casting.catalogue import (
    UnknownVoiceError,
    VoiceCatalogue,
    VoiceCatalogueError,
)
from sparkle_motion_dagster.film.casting.performers import CastingError
from sparkle_motion_dagster.resources.engines import voice_catalogue
from speech_takes import (
    Take,
    level_db,
    median_pitch,
    spectral_centre,
    speech_engine,
    spoken,
    timbre_db,
)
from studio import REPOSITORY

# What the film's characters say here: two sentences, one of them loud, with many open vowels.
LINES = {
    "en": "The harbour was quiet before the storm. Mama, what have you done!",
    "fr": "Le port était calme avant la tempête. Maman, qu'as-tu fait !",
    "de": "Der Hafen war still vor dem Sturm. Mama, was hast du getan!",
    "es": "El puerto estaba en calma antes de la tormenta. ¡Mamá, qué has hecho!",
    "it": "Il porto era calmo prima della tempesta. Mamma, che cosa hai fatto!",
    "pt": "O porto estava calmo antes da tempestade. Mamãe, o que você fez!",
    "nl": "De haven was stil voor de storm. Mama, wat heb je gedaan!",
    "pl": "Port był cichy przed burzą. Mamo, co zrobiłaś!",
    "ru": "Гавань была тиха перед бурей. Мама, что ты наделала!",
    "uk": "Гавань була тиха перед бурею. Мамо, що ти наробила!",
    "el": "Το λιμάνι ήταν ήσυχο πριν από την καταιγίδα. Μαμά, τι έκανες!",
}

SMALL = """
schema_version: "1"
providers: {espeak: {engine: espeak, quality: 0.5, latency_s: 1}}
voices:
  ann: {description: one, language: en-US, providers: {espeak: {voice: en-us+f1}}}
  ben: {description: two, language: en-US, providers: {espeak: {voice: en-us+m1, pitch: 1.5}}}
  cat: {description: three, language: en-GB, providers: {espeak: {voice: en-gb-x-rp+f2, rate: 0.9}}}
  dov: {description: four, language: fr-FR, providers: {espeak: {voice: fr+m3}}}
  eve: {description: five, language: fr-FR, providers: {}}
"""


@pytest.fixture(scope="module")
def shipped() -> Iterator[VoiceCatalogue]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SPARKLE_VOICES")  # which has espeak speak in tests
        yield voice_catalogue()


@pytest.fixture(scope="module")
def english(shipped: VoiceCatalogue, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Take]:
    """Return a line spoken with each English voice of the catalogue."""
    return takes_of(shipped, lambda language: language == "en", tmp_path_factory.mktemp("takes"))


def takes_of(
    shipped: VoiceCatalogue, speaks: Callable[[str], bool], folder: Path
) -> dict[str, Take]:
    """Return lines spoken with all voices of some languages, by espeak."""
    roles = [
        Role(character_id=voice_id, voice_id=voice_id)
        for voice_id, voice in shipped.voices.items()
        if speaks(voice.language[:2])
    ]
    voices = shipped.cast(roles, "espeak")
    requests = [
        SpeechRequest(text=LINES[voice.language[:2]], voice=voice, seed=1)
        for voice in voices.values()
    ]
    made = spoken(speech_engine("espeak", {}), requests, folder)
    return dict(zip(voices, made, strict=True))


def catalogue(tmp_path: Path, text: str = SMALL) -> VoiceCatalogue:
    path = tmp_path / "voices.yaml"
    path.write_text(text, encoding="utf-8")
    return VoiceCatalogue.load(path)


def characters(*names: str, language: str | None = None) -> list[Role]:
    return [Role(character_id=name, language=language) for name in names]


# What is in the catalogue


def test_there_are_voices_enough(shipped: VoiceCatalogue) -> None:
    assert {"emma", "amelia", "oliver", "james", "diego"} <= set(shipped.voices)
    languages = [voice.language for voice in shipped.voices.values()]
    assert languages.count("en-US") >= 8
    assert all(languages.count(language) >= 2 for language in languages)


def test_kokoro_performs_every_voice_of_its_languages_and_no_two_alike(
    shipped: VoiceCatalogue,
) -> None:
    languages = shipped.provider("kokoro").languages or ()
    spoken_by_kokoro = [one for one in shipped.voices.values() if one.language[:2] in languages]
    performed = [one.providers["kokoro"].model_dump_json() for one in spoken_by_kokoro]
    assert len(set(performed)) == len(spoken_by_kokoro) > 80


def test_a_provider_speaks_its_languages_alone(tmp_path: Path) -> None:
    limited = catalogue(tmp_path, SMALL.replace("quality: 0.5", "quality: 0.5, languages: [en]"))
    assert limited.assign(characters("mara"), "espeak")
    with pytest.raises(CastingError, match=r"'mara' speaks fr, which no voice of espeak does"):
        limited.assign(characters("mara", language="fr"), "espeak")


def test_every_english_voice_speaks_at_one_level_without_clipping(english: dict[str, Take]) -> None:
    assert_at_one_level(english)


@pytest.mark.service
def test_every_other_voice_speaks_at_one_level_without_clipping(
    shipped: VoiceCatalogue, tmp_path: Path
) -> None:
    assert_at_one_level(takes_of(shipped, lambda language: language != "en", tmp_path))


def assert_at_one_level(takes: dict[str, Take]) -> None:
    assert takes
    for voice_id, take in takes.items():
        assert take.peak < 0.99, voice_id
        assert level_db(take) == pytest.approx(-20, abs=2), voice_id


@pytest.mark.parametrize("some", [("leo", "louis"), pytest.param(None, marks=pytest.mark.service)])
def test_voices_of_kokoro_are_as_loud_as_those_of_espeak(
    shipped: VoiceCatalogue, some: Sequence[str] | None, tmp_path: Path
) -> None:
    roles = [
        Role(character_id=voice_id, voice_id=voice_id)
        for voice_id, voice in shipped.voices.items()
        if (some is None or voice_id in some) and "kokoro" in voice.providers
    ]
    voices = shipped.cast(roles, "kokoro")
    # Of a few voices, the last sentence: what is spoken takes a processor as long as it sounds.
    first = 0 if some is None else -1
    requests = [
        SpeechRequest(
            text=". ".join(LINES[voice.language[:2]].split(". ")[first:]), voice=voice, seed=1
        )
        for voice in voices.values()
    ]
    for voice_id, take in zip(
        voices, spoken(speech_engine("kokoro", {}), requests, tmp_path), strict=True
    ):
        assert take.peak < 0.99, voice_id
        assert level_db(take) == pytest.approx(-20, abs=2), voice_id


def test_the_page_about_voices_has_them_all(shipped: VoiceCatalogue) -> None:
    page = (REPOSITORY / "docs" / "voices.md").read_text(encoding="utf-8")
    rows = [
        f"| {voice_id} | {voice.language} | {voice.description} | {performance.label} |"
        for voice_id, voice in shipped.voices.items()
        if (performance := voice.providers.get("kokoro")) is not None
    ]
    assert "\n".join(rows) in page


def test_english_voices_can_be_told_apart(english: dict[str, Take]) -> None:
    heard = {
        one: (12 * np.log2(median_pitch(take)), timbre_db(take)) for one, take in english.items()
    }
    for one, other in combinations(heard, 2):
        semitones = abs(heard[one][0] - heard[other][0])
        decibels = np.sqrt(np.mean((heard[one][1] - heard[other][1]) ** 2))
        assert np.hypot(semitones, decibels) > 1.8, (one, other)


def test_files_add_to_each_other_and_the_later_one_counts(tmp_path: Path) -> None:
    people, engines, own = (tmp_path / f"{name}.yaml" for name in ("people", "engines", "own"))
    people.write_text(
        "voices: {ann: {description: one, language: en-US}, ben: {description: two, language: fr}}"
    )
    engines.write_text(
        "providers: {espeak: {engine: espeak, quality: 0.5, latency_s: 1}}\n"
        "voices: {ben: {providers: {espeak: {voice: fr+m1, pitch: 1.2}}}}"
    )
    own.write_text(
        "providers: {espeak: {quality: 0.6}}\n"
        "voices:\n"
        "  cat: {description: three, language: de, providers: {espeak: {voice: de+f1}}}\n"
        "  ben: {providers: {espeak: {pitch: 1.3}}}"
    )
    joined = VoiceCatalogue.load(people, engines, own)
    assert list(joined.voices) == ["ann", "ben", "cat"]
    assert joined.voices["ben"].providers["espeak"].model_dump(exclude_unset=True) == {
        "voice": "fr+m1",
        "pitch": 1.3,
    }
    assert (joined.provider("espeak").quality, joined.provider("espeak").latency_s) == (0.6, 1)
    # Where nobody says who ben is, that is missing.
    with pytest.raises(VoiceCatalogueError, match=r"voices\.ben\.description: Field required"):
        VoiceCatalogue.load(engines, own)


def test_a_catalogue_of_ones_own_adds_to_the_others(
    shipped: VoiceCatalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "voices.yaml"
    own.write_text(
        "voices: {zoe: {description: new, language: en-US, providers: {espeak: {voice: en-us}}}}"
    )
    monkeypatch.setenv("SPARKLE_VOICES", str(own))
    assert list(voice_catalogue().voices) == [*shipped.voices, "zoe"]
    monkeypatch.setenv("SPARKLE_VOICES", str(tmp_path / "none.yaml"))
    with pytest.raises(VoiceCatalogueError, match=r"none\.yaml cannot be read"):
        voice_catalogue()


# Who gets which voice


def test_a_character_has_the_voice_it_asks_for(tmp_path: Path) -> None:
    roles = [Role(character_id="mara", voice_id="cat", pitch=1.2, rate=1.1)]
    assert catalogue(tmp_path).cast(roles, "espeak") == {
        "mara": Voice(
            provider_voice="en-gb-x-rp+f2",
            language="en-GB",
            settings={"pitch": 1.2, "rate": 0.99},
        )
    }


def test_defaults_are_left_out_of_the_request(tmp_path: Path) -> None:
    roles = [Role(character_id="mara", voice_id="ann")]
    assert catalogue(tmp_path).cast(roles, "espeak")["mara"].settings == {}


def test_an_unknown_voice_is_answered_with_the_nearest_and_the_list(tmp_path: Path) -> None:
    with pytest.raises(UnknownVoiceError) as error:
        catalogue(tmp_path).cast([Role(character_id="mara", voice_id="Anne")], "espeak")
    assert "'mara' asks for the voice 'Anne'" in str(error.value)
    assert "Did you mean 'ann'?" in str(error.value)
    assert "ann, ben, cat, dov, eve" in str(error.value)
    assert error.value.exit_code == 2


def test_a_voice_that_the_provider_lacks(tmp_path: Path) -> None:
    with pytest.raises(
        CastingError, match=r"'eve' \(fr-FR\), which espeak does not have. It has dov"
    ):
        catalogue(tmp_path).cast([Role(character_id="mara", voice_id="eve")], "espeak")


def test_an_unknown_provider(tmp_path: Path) -> None:
    with pytest.raises(CastingError, match=r"no provider 'gramophone'\. It knows espeak"):
        catalogue(tmp_path).cast(characters("mara"), "gramophone")


def test_a_voice_of_another_language(tmp_path: Path) -> None:
    role = Role(character_id="mara", voice_id="ann", language="fr-FR")
    with pytest.raises(CastingError, match=r"speaks fr-FR, but the voice 'ann'.*speaks en-US"):
        catalogue(tmp_path).cast([role], "espeak")


def test_a_voice_of_another_region_is_fine(tmp_path: Path) -> None:
    role = Role(character_id="mara", voice_id="ann", language="en-GB")
    assert catalogue(tmp_path).assign([role], "espeak") == {"mara": "ann"}


@pytest.mark.parametrize(
    ("language", "voices"),
    [
        ("en-GB", {"cat"}),
        ("en_gb", {"cat"}),
        ("en-AU", {"ann", "ben", "cat"}),
        (None, {"ann", "ben"}),
        ("fr", {"dov"}),
    ],
)
def test_voices_are_of_the_language(tmp_path: Path, language: str | None, voices: set[str]) -> None:
    small = catalogue(tmp_path)
    given = [
        small.assign(characters(f"character_{index}", language=language), "espeak")
        for index in range(30)
    ]
    assert {voice for cast in given for voice in cast.values()} == voices


def test_a_language_that_nobody_speaks(tmp_path: Path) -> None:
    with pytest.raises(CastingError, match=r"'mara' speaks ja-JP.*en-GB, en-US, fr-FR"):
        catalogue(tmp_path).cast(characters("mara", language="ja-JP"), "espeak")


def test_no_two_are_alike_while_there_are_voices(shipped: VoiceCatalogue) -> None:
    english = {
        one
        for one, voice in shipped.voices.items()
        if voice.language.startswith("en") and "robot" not in voice.description
    }
    american = {one for one in english if shipped.voices[one].language == "en-US"}
    names = [f"character_{index}" for index in range(2 * len(english))]
    voices = list(shipped.assign(characters(*names), "espeak").values())
    assert set(voices[: len(american)]) == american
    assert set(voices[: len(english)]) == english
    assert set(voices[len(english) :]) == english


def test_a_voice_that_is_asked_for_is_taken(tmp_path: Path) -> None:
    small = catalogue(tmp_path)
    for wanted, left in (("ann", "ben"), ("ben", "ann")):
        roles = [*characters("mara"), Role(character_id="finn", voice_id=wanted)]
        assert small.assign(roles, "espeak") == {"mara": left, "finn": wanted}


def test_two_may_ask_for_the_same_voice(tmp_path: Path) -> None:
    roles = [Role(character_id=name, voice_id="ann") for name in ("mara", "finn")]
    assert set(catalogue(tmp_path).assign(roles, "espeak").values()) == {"ann"}


def test_a_new_character_changes_nobody_before_it(shipped: VoiceCatalogue) -> None:
    before = shipped.assign(characters("mara", "finn"), "espeak")
    after = shipped.assign(characters("mara", "finn", "keeper"), "espeak")
    assert before.items() <= after.items()


def test_a_new_voice_changes_only_who_speaks_with_it(tmp_path: Path) -> None:
    new = "  zoe: {description: new, language: en-US, providers: {espeak: {voice: en-us+f4}}}\n"
    small, larger = catalogue(tmp_path), catalogue(tmp_path, SMALL + new)
    changed = 0
    for index in range(40):
        role = characters(f"character_{index}")
        before, after = small.assign(role, "espeak"), larger.assign(role, "espeak")
        assert before == after or set(after.values()) == {"zoe"}
        changed += before != after
    assert 0 < changed < 40


def test_a_cast_stays(tmp_path: Path) -> None:
    # Another hash would give every character without a voice_id another voice.
    cast = catalogue(tmp_path).assign(characters("mara", "finn", "keeper", language="en"), "espeak")
    assert cast == {"mara": "ann", "finn": "cat", "keeper": "ben"}


def test_a_pitch_that_a_voice_cannot_reach_is_named(tmp_path: Path) -> None:
    role = Role(character_id="mara", voice_id="ben", pitch=1.4)
    with pytest.raises(CastingError, match=r"'mara'.*'ben'.*pitch.*2\.1.*1\.75"):
        catalogue(tmp_path).cast([role], "espeak")


def test_a_pitch_chooses_among_the_voices_that_reach_it(tmp_path: Path) -> None:
    small = catalogue(tmp_path)
    for index in range(20):
        role = Role(character_id=f"character_{index}", pitch=1.4)
        assert small.cast([role], "espeak")[role.character_id].provider_voice == "en-us+f1"


def test_nobody_takes_the_only_voices_that_another_can_have(shipped: VoiceCatalogue) -> None:
    # Only four of the eight French voices can be spoken 1.6 times as high.
    for first in range(20):
        roles = [
            Role(character_id=f"any_{first}", language="fr"),
            *(Role(character_id=f"high_{one}", language="fr", pitch=1.6) for one in range(4)),
        ]
        voices = shipped.assign(roles, "espeak")
        assert list(voices) == [role.character_id for role in roles]
        assert len(set(voices.values())) == 5


@pytest.mark.parametrize(
    ("who", "age", "voices"),
    [
        ("she", 50, {"emma", "sophia", "grace", "hazel"}),
        ("she", 9, {"lily"}),
        ("she", 75, {"rose"}),
        ("she", 20, {"amelia", "naomi"}),
        ("he", 40, {"james", "diego", "marcus", "frank"}),
        ("he", 8, {"leo"}),
        ("he", 80, {"henry"}),
        ("he", 25, {"oliver", "ethan"}),
        ("she", None, {"emma", "amelia", "sophia", "grace", "hazel", "rose", "lily", "naomi"}),
        ("who knows", 75, {"rose", "henry"}),
    ],
)
def test_a_voice_goes_with_who_speaks(
    shipped: VoiceCatalogue, who: str, age: float | None, voices: set[str]
) -> None:
    given = set()
    feminine = {"she": True, "he": False}.get(who)
    for index in range(60):
        role = Role(character_id=f"character_{index}", feminine=feminine, age=age)
        given |= set(shipped.assign([role], "espeak").values())
    assert given == voices


@pytest.mark.parametrize("provider", ["espeak", "kokoro"])
@pytest.mark.parametrize("language", ["en-US", "en-GB", "fr-FR", "es-ES", "it-IT", "pt-BR"])
def test_robots_have_robots_voices_and_nobody_else(
    shipped: VoiceCatalogue, language: str, provider: str
) -> None:
    ages = (8.0, 20.0, 40.0, 75.0)
    people = [
        Role(character_id=f"{age}_{feminine}", language=language, age=age, feminine=feminine)
        for age in ages
        for feminine in (True, False)
    ]
    machine = Role(character_id="machine", language=language, robot=True, feminine=False, age=28)
    cast = shipped.assign([*people, machine], provider)
    described = {who: shipped.voices[voice].description for who, voice in cast.items()}
    assert "robot" in described.pop("machine")
    assert not [who for who, voice in described.items() if "robot" in voice]
    assert len(set(cast.values())) == len(cast)


@pytest.mark.parametrize(("language", "size"), [("en-US", 20), ("fr-FR", 12), ("pt-BR", 12)])
def test_a_large_cast_has_a_voice_each(shipped: VoiceCatalogue, language: str, size: int) -> None:
    cast = shipped.assign(
        characters(*(f"character_{index}" for index in range(size)), language=language), "kokoro"
    )
    assert len(set(cast.values())) == size


CAST = [
    ("mara", True, 55.0),
    ("davy", False, 24.0),
    ("tom", False, 8.0),
    ("nan", True, 80.0),
    ("boss", False, 45.0),
    ("ada", True, 22.0),
    ("lily", True, 9.0),
    ("old_jack", False, 75.0),
]
CAST_LANGUAGES = [None, "en-GB", "fr-FR", "de-DE", "es-ES", "ru-RU"]
CASTS_IN_EVERY_SUITE = {("described", None), ("described", "fr-FR"), ("nameless", "en-GB")}


@pytest.mark.parametrize(
    ("known", "language"),
    [
        pytest.param(*cast, marks=() if cast in CASTS_IN_EVERY_SUITE else pytest.mark.service)
        for cast in product(("described", "nameless"), CAST_LANGUAGES)
    ],
)
def test_a_cast_of_eight_is_told_apart_by_ear(
    shipped: VoiceCatalogue, language: str | None, known: str, tmp_path: Path
) -> None:
    roles = characters(*(name for name, _, _ in CAST), language=language)
    if known == "described":
        roles = [
            Role(character_id=name, language=language, feminine=feminine, age=age)
            for name, feminine, age in CAST
        ]
    assert_told_apart(shipped, roles, tmp_path)


def test_who_asks_for_a_voice_and_who_does_not_are_told_apart(
    shipped: VoiceCatalogue, tmp_path: Path
) -> None:
    asking = [Role(character_id="ann", voice_id="emma"), Role(character_id="bo", voice_id="james")]
    roles = [*characters("mara", "davy", "tom"), *asking, *characters("nan", "boss", "ada")]
    assert_told_apart(shipped, roles, tmp_path)


def test_three_who_ask_for_the_same_voice_are_told_apart(
    shipped: VoiceCatalogue, tmp_path: Path
) -> None:
    roles = [Role(character_id=name, voice_id="emma") for name in ("ann", "bea", "cat")]
    assert_told_apart(shipped, roles, tmp_path)
    voices = shipped.cast(roles, "espeak")
    assert voices["ann"] == shipped.cast(roles[:1], "espeak")["ann"]


def test_a_pitch_of_ones_own_stays(tmp_path: Path) -> None:
    roles = [
        Role(character_id="ann", voice_id="ann"),
        Role(character_id="bea", voice_id="ann", pitch=1.0),
        Role(character_id="cat", voice_id="ann", rate=1.1),
        Role(character_id="dot", voice_id="ann"),
    ]
    voices = catalogue(tmp_path).cast(roles, "espeak")
    assert [voice.settings for voice in voices.values()] == [{}, {}, {"rate": 1.1}, {"pitch": 1.15}]


def assert_told_apart(shipped: VoiceCatalogue, roles: list[Role], folder: Path) -> None:
    """Pitch, or the spectrum's centre, of every two voices differs by so much that one hears it."""
    voices = shipped.cast(roles, "espeak")
    requests = [
        SpeechRequest(text=LINES[voice.language[:2]], voice=voice, seed=1)
        for voice in voices.values()
    ]
    takes = spoken(speech_engine("espeak", {}), requests, folder)
    heard = {
        name: (median_pitch(take), spectral_centre(take))
        for name, take in zip(voices, takes, strict=True)
    }
    for one, other in combinations(heard, 2):
        (pitch, centre), (other_pitch, other_centre) = heard[one], heard[other]
        same_accent = voices[one].language == voices[other].language
        assert (
            not same_accent
            or max(pitch, other_pitch) / min(pitch, other_pitch) >= 1.12
            or max(centre, other_centre) / min(centre, other_centre) >= 1.15
        ), (one, heard[one], other, heard[other])


# A wrong file


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("pitch: 1.5", "pitch: 5", r"voices\.ben\.providers\.espeak\.pitch"),
        ("pitch: 1.5", "pich: 1.5", r"voices\.ben\.providers\.espeak\.pich"),
        ("voice: fr+m3", "voice: ../fr", r"voices\.dov\.providers\.espeak\.voice"),
        ("espeak: {voice: fr+m3}", "espaek: {}", r"voices\.dov\.providers\.espaek"),
        ("language: en-GB", "language: English", r"voices\.cat\.language"),
        ("description: one, ", "", r"voices\.ann\.description"),
        ('schema_version: "1"', 'schema_version: "2"', "schema_version"),
        ("  ben:", "  ann:", r"line 6"),
        ("{description: one", "description: one", r"line 5"),
        (SMALL, "- ann", "the file"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, right: str, wrong: str, named: str) -> None:
    assert right in SMALL
    with pytest.raises(VoiceCatalogueError, match=named) as error:
        catalogue(tmp_path, SMALL.replace(right, wrong, 1))
    assert str(tmp_path / "voices.yaml") in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(VoiceCatalogueError, match=r"none\.yaml"):
        VoiceCatalogue.load(tmp_path / "none.yaml")
