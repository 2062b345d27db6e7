"""`sparkle voices`: which voices there are, and how one of them sounds."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.cli.console import readable_errors, stdout
from sparkle_motion_dagster.cli.options import PROFILE
from sparkle_motion_dagster.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from sparkle_motion_dagster.film.casting.choice import Candidate
    from sparkle_motion_dagster.film.casting.speakers import Speakers

_HEADINGS = ("voice", "language", "who", "spoken by", "its voice there (grade)")


class _LanguageOrCommand(click.Group):
    """A group that lists the voices of what is no command of its own: a language."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return "list", self.commands["list"], args


@click.group(
    cls=_LanguageOrCommand,
    invoke_without_command=True,
    subcommand_metavar="[LANGUAGE | COMMAND [ARGS]...]",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.pass_context
def voices(ctx: click.Context) -> None:
    """List the voices that characters can have, or try one.

    `sparkle voices` lists all of them, `sparkle voices fr` those that speak French; `sparkle voices
    try emma "Not tonight."` writes a WAV.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_voices)


@voices.command("list")
@click.argument("language", required=False)
@PROFILE
@readable_errors
def list_voices(language: str | None, profile: str) -> None:
    """List the voices, or those of a LANGUAGE (fr, en-GB): who they are, and who speaks them."""
    from rich.table import Table

    from sparkle_motion_dagster.resources.engines import voice_catalogue

    found = voice_catalogue().voices
    wanted = "" if language is None else language.replace("_", "-").casefold()
    shown = {
        voice_id: voice
        for voice_id, voice in found.items()
        if f"{voice.language}-".casefold().startswith(wanted and f"{wanted}-")
    }
    if not shown:
        languages = list(dict.fromkeys(voice.language for voice in found.values()))
        raise InputError(f"No voice speaks {language!r}. Languages: {', '.join(languages)}.")
    speakers = _speakers(profile, None)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold")
    for voice_id, voice in shown.items():
        by, label = _spoken_by(speakers, voice_id)
        table.add_row(voice_id, voice.language, voice.description, by, label)
    stdout().print(table)


@voices.command("try")
@click.argument("voice")
@click.argument("text")
@click.option("--language", help="The language of TEXT. Default: the voice's own.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The WAV to write.")
@click.option("--provider", help="Who speaks. Default: whom the profile has speak.")
@PROFILE
@readable_errors
def try_voice(
    voice: str,
    text: str,
    language: str | None,
    out: Path | None,
    provider: str | None,
    profile: str,
) -> None:
    """Have VOICE speak TEXT, and write a WAV (VOICE.wav, unless --out says otherwise)."""
    speakers = _speakers(profile, provider)
    known = speakers.catalogue.voices
    if voice not in known:
        raise InputError(
            f"There is no voice {voice!r}.{did_you_mean(voice, known)} `sparkle voices` lists them."
        )
    candidate = _candidate(speakers, voice, text, language)
    target = out or Path(f"{voice}.wav")
    seconds = _speak(speakers, candidate, text, target)
    label = _label(speakers, candidate.provider, voice)
    click.echo(f"{target}: {seconds:.1f} s, spoken by {candidate.provider}: {label}")


def _speakers(profile: str, provider: str | None) -> Speakers:
    """Return who may speak under a profile, or one provider alone."""
    from sparkle_motion_dagster.engines.machinery.facilities import Facilities
    from sparkle_motion_dagster.film.casting.speakers import CASTING, speakers_of
    from sparkle_motion_dagster.resources.device import device_of
    from sparkle_motion_dagster.resources.engines import speakers_chosen, voice_catalogue
    from sparkle_motion_dagster.resources.profiles import load_profile

    chosen = load_profile(profile)
    facilities = Facilities(device_of(chosen.gpu, "", "try"))
    if provider is not None:
        return speakers_of(CASTING, {"providers": {provider: {}}}, voice_catalogue(), facilities)
    return speakers_chosen(chosen.engine("speech"), facilities)


def _candidate(speakers: Speakers, voice_id: str, text: str, language: str | None) -> Candidate:
    """Return who speaks a text with a voice.

    Raises:
        CastingError: Nobody can; it is said of each provider why not.
    """
    from sparkle_motion_dagster.engines.speech.performances import Role

    role = Role(character_id=voice_id, voice_id=voice_id, language=language)
    return speakers.cast([role], {voice_id: [text]})[voice_id][0]


def _spoken_by(speakers: Speakers, voice_id: str) -> tuple[str, str]:
    """Return who speaks with a voice under a profile, and what its voice is there."""
    from sparkle_motion_dagster.film.casting.performers import CastingError

    try:
        provider = _candidate(speakers, voice_id, "", None).provider
    except CastingError:
        return "nobody", ""
    return provider, _label(speakers, provider, voice_id)


def _label(speakers: Speakers, provider: str, voice_id: str) -> str:
    """Return what a provider's own voice is called that speaks for a voice of the catalogue."""
    entry = speakers.catalogue.provider(provider)
    performance = speakers.catalogue.voices[voice_id].providers.get(entry.engine)
    return entry.default_voice or "" if performance is None else performance.label


def _speak(speakers: Speakers, candidate: Candidate, text: str, target: Path) -> float:
    """Write what a candidate says; returns its length in seconds."""
    import soundfile

    from sparkle_motion_dagster.engines.speech.base import SpeechRequest

    engine = speakers.by_name[candidate.provider].engine
    request = SpeechRequest(text=text, voice=candidate.voice, seed=0)
    engine.check(request)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        take = next(iter(engine.make([request], Path(folder))))
        shutil.copyfile(take.outputs["audio"].path, target)
    return float(soundfile.info(target).duration)
