"""Profiles: which engines make a film, and in which format. Ours are files in ``configs/``."""

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import Field, ValidationError

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.config_files import CONFIGS, DEFAULT_PROFILE
from sparkle_motion_dagster.engines.declaration import Kind
from sparkle_motion_dagster.errors import InputError, reasons
from sparkle_motion_dagster.film.intake import profile_of
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.gpu.devices import AUTO
from sparkle_motion_dagster.plan.reading.yaml_values import YAMLError, yaml_value
from sparkle_motion_dagster.plan.run_ids import check_run_id, run_id_of
from sparkle_motion_dagster.shotlist.writing.assignment import WriterChoice
from sparkle_motion_dagster.units import Record

ConfigT = TypeVar("ConfigT")


class ProfileError(InputError):
    """There is no such profile, or its file cannot be read."""


class FilmChoice(Record):
    """The profile's own name, and the format of its films."""

    profile: str
    settings: FilmSettings


class EngineChoice(Record):
    """An engine, and the settings in which it differs from its defaults."""

    engine: str
    settings: dict[str, Any] = Field(default={})


class HearingChoice(Record):
    """The engine that listens, and its settings; without an engine, nobody listens."""

    engine: str | None = None
    settings: dict[str, Any] = Field(default={})


class DeviceChoice(Record):
    """The device preset, and how patiently a run waits, in seconds."""

    preset: str = AUTO
    wait_s: float = Field(default=3600.0, ge=0)
    load_timeout_s: float = Field(default=900.0, gt=0)


class _Configured(Record, Generic[ConfigT]):
    config: ConfigT


class _Resources(Record):
    film: _Configured[FilmChoice]
    images: _Configured[EngineChoice]
    video: _Configured[EngineChoice]
    speech: _Configured[EngineChoice]
    lipsync: _Configured[EngineChoice]
    hearing: _Configured[HearingChoice] = _Configured(config=HearingChoice())
    ambience: _Configured[EngineChoice] = _Configured(config=EngineChoice(engine="procedural"))
    writer: _Configured[EngineChoice] = _Configured(config=EngineChoice(engine="template"))
    gpu: _Configured[DeviceChoice] = _Configured(config=DeviceChoice())


class Profile(Record):
    """A profile, in the shape that its file has: that of run config."""

    resources: _Resources

    @property
    def name(self) -> str:
        """Its name, which is also its file's."""
        return self.resources.film.config.profile

    @property
    def film(self) -> FilmSettings:
        """What it says of the film itself."""
        return self.resources.film.config.settings

    @property
    def gpu(self) -> DeviceChoice:
        """What it says of the device."""
        return self.resources.gpu.config

    @property
    def hearing(self) -> EngineChoice | None:
        """Which engine listens; None: nobody does."""
        chosen = self.resources.hearing.config
        if chosen.engine is None:
            return None
        return EngineChoice(engine=chosen.engine, settings=chosen.settings)

    def engine(self, kind: Kind) -> EngineChoice:
        """Return which engine it has for a kind.

        Raises:
            KeyError: It has none.
        """
        return self.engines()[kind]

    def engines(self) -> Mapping[Kind, EngineChoice]:
        """Return which engine it has for each kind; nobody need listen."""
        resources, hearing = self.resources, self.hearing
        return {
            "images": resources.images.config,
            "video": resources.video.config,
            "speech": resources.speech.config,
            "lipsync": resources.lipsync.config,
            **({} if hearing is None else {"hearing": hearing}),
            "ambience": resources.ambience.config,
            "writer": resources.writer.config,
        }

    def writer(self, chosen: WriterChoice) -> EngineChoice:
        """Return who writes, where somebody chose a writer or settings of one.

        A setting that is null is as the writer has it by default.
        """
        own = self.engine("writer")
        engine = own.engine if chosen.engine is None else chosen.engine
        of_profile = own.settings if engine == own.engine else {}
        settings = _without_nulls({**of_profile, **chosen.settings})
        return EngineChoice(engine=engine, settings=settings)

    def run_config(self) -> dict[str, Any]:
        """Return it as run config of the jobs that work for a film."""
        config = self.model_dump(mode="json", exclude_unset=True)
        config["resources"]["gpu"] = {"config": self.gpu.model_dump(mode="json")}
        return config


def chosen_run_id(run_id: str | None, plan_file: Path | None, profile: str) -> str:
    """Return what a film is called.

    Args:
        run_id: What somebody calls it, if so.
        plan_file: Its plan's file, if there is one. By default the film is called as its name, and
            ``<name>.<profile>`` under other profiles than the default one: see `run_id_of`.
        profile: The profile's name.

    Raises:
        InputError: What somebody calls it is no run id, or there is neither.
    """
    if run_id is None and plan_file is None:
        raise InputError("Say which film is meant: give its run_id, or its plan file.")
    return film_called(run_id, "" if plan_file is None else plan_file.stem, profile)


def film_called(run_id: str | None, name: str, profile: str) -> str:
    """Return what a film is called: as somebody calls it, else by a name, as `chosen_run_id` says.

    Raises:
        InputError: What somebody calls it is no run id.
    """
    if run_id is not None:
        return check_run_id(run_id)
    return run_id_of(name if profile == DEFAULT_PROFILE else f"{name}.{profile}")


def own_profile(run_id: str, home: SparkleHome) -> str:
    """Return the name of the profile that a film belongs to, or would if there were one.

    Raises:
        RenamedRunError: The folder is that of another film.
    """
    return profile_of(RunFolder(home, run_id)) or profile_asked_by(run_id)


def profile_asked_by(run_id: str) -> str:
    """Return the name of the profile that a run_id asks for by its end, else the default one."""
    asked = [
        name for name in profile_names() if name != DEFAULT_PROFILE and run_id.endswith(f".{name}")
    ]
    return max(asked, key=len, default=DEFAULT_PROFILE)


def profile_names() -> list[str]:
    """Return the names of all profiles, sorted."""
    return sorted(_profile_files())


def load_profile(name: str) -> Profile:
    """Return a profile: one that comes with the project, or one in ``$SPARKLE_PROFILES``.

    Raises:
        ProfileError: There is no such profile, or its file is not what it should be.
    """
    files = _profile_files()
    if name not in files:
        raise ProfileError(f"There is no profile {name!r}. Known: {', '.join(sorted(files))}.")
    return read_profile(files[name])


def _profile_files() -> dict[str, Path]:
    """Return where each profile is.

    Raises:
        ProfileError: Two have the same name.
    """
    files = {path.stem: path for path in (CONFIGS / "profiles").glob("*.yaml")}
    if own := os.environ.get("SPARKLE_PROFILES"):
        for path in Path(own).glob("*.yaml"):
            if path.stem in files:
                raise ProfileError(
                    f"There are two profiles {path.stem!r}: {files[path.stem]} and {path}. Give "
                    "yours a name of its own."
                )
            files[path.stem] = path
    return files


def read_profile(path: Path) -> Profile:
    """Return the profile in a file; it is named like the file.

    Raises:
        ProfileError: The file cannot be read, or is not what it should be.
    """
    try:
        content = _without_nulls(_parsed(path.read_text(encoding="utf-8")))
        profile = Profile.model_validate(content)
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"Profile {path} cannot be read: {error}") from error
    except YAMLError as error:
        raise ProfileError(f"Profile {path} is not YAML: {error}") from error
    except ValidationError as error:
        raise ProfileError(f"Profile {path} is wrong: {reasons(error)}.") from error
    if profile.name != path.stem:
        raise ProfileError(
            f"Profile {path} calls itself {profile.name!r}. Write its own name there: "
            f"resources.film.config.profile: {path.stem}"
        )
    return profile


@lru_cache(16)
def _parsed(text: str) -> Any:
    """Return what YAML says; each stage of a run reads its profile."""
    return yaml_value(text)


def _without_nulls(value: Any) -> Any:
    """Return config without nulls, which mean "left out": Dagster's maps cannot hold them."""
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return value
