"""`sparkle engines` and what `sparkle doctor` says of models, against a hub on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import forked
import tiny_wan
from hub import Hub, running, safetensors
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.engines.images.sdxl.weights import REFINER
from sparkle_motion_dagster.engines.lipsync.wav2lip import PROGRAM as WAV2LIP
from sparkle_motion_dagster.engines.machinery.environments import (
    Environment,
    EnvironmentRecord,
    Environments,
)
from sparkle_motion_dagster.gpu.nvml import devices
from studio import PROGRAMS

CHUNK = 10 * 2**20
"""The hub's client writes so many bytes at a time."""

NOBODY_LISTENS = "http://127.0.0.1:9"
LARGE = safetensors(os.urandom(300_000))
REPOSITORY = {
    "README.md": b"# Weights",
    "model_index.json": b"{}",
    "scheduler/scheduler_config.json": b'{"scheduler": 1}',
    "unet/config.json": b'{"unet": 1}',
    "unet/diffusion_pytorch_model.fp16.safetensors": LARGE,
    "unet/diffusion_pytorch_model.bin": b"a pickle",
    "text_encoder_2/model.fp16.safetensors": safetensors(),
    "vae/diffusion_pytorch_model.fp16.safetensors": safetensors(b"vae"),
}
UNET = "unet/diffusion_pytorch_model.fp16.safetensors"
WANTED = {"model_index.json", "scheduler/scheduler_config.json", "unet/config.json", UNET}


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running(Hub(files=dict(REPOSITORY))) as there:
        yield there


class Machine:
    """A machine whose weights and films lie in a folder of the test's."""

    def __init__(self, folder: Path) -> None:
        self.hf_home = folder / "huggingface"
        self.folder = folder

    def environment(self, endpoint: str, **variables: str) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
        return {
            **inherited,
            "HF_HOME": str(self.hf_home),
            "HF_ENDPOINT": endpoint,
            "HF_HUB_DISABLE_XET": "1",
            "SPARKLE_HOME": str(self.folder / "sparkle"),
            **variables,
        }

    def sparkle(
        self, *arguments: str, endpoint: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        environment = self.environment(endpoint, **variables)
        return forked.run(["sparkle", *arguments], environment, self.folder, 120)

    def install_refiner(self, hub: Hub, **variables: str) -> subprocess.CompletedProcess[str]:
        arguments = ("engines", "install", "sdxl", "--model", "refiner")
        return self.sparkle(*arguments, endpoint=hub.endpoint, **variables)

    @property
    def snapshot(self) -> Path:
        folder = f"models--{REFINER.repository.replace('/', '--')}"
        return self.hf_home / "hub" / folder / "snapshots" / REFINER.revision


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_weights_are_installed_whole_and_nothing_else_is_fetched(
    machine: Machine, hub: Hub
) -> None:
    before = machine.sparkle("engines", "list", endpoint=NOBODY_LISTENS)
    assert before.returncode == 0, before.stderr
    result = machine.install_refiner(hub)
    assert result.returncode == 0, result.stderr
    assert f"refiner is whole, in {machine.snapshot}" in result.stdout
    assert "CreativeML Open RAIL++-M" in result.stdout
    assert {path for path, _ in hub.got} == WANTED
    for path in WANTED:
        assert (machine.snapshot / path).read_bytes() == REPOSITORY[path]
    after = machine.sparkle("engines", "list", endpoint=NOBODY_LISTENS, HF_HUB_OFFLINE="1")
    assert line_of("refiner", before.stdout).count("no") == 1
    assert line_of("refiner", after.stdout).count("yes") == 1


def line_of(name: str, table: str) -> list[str]:
    [line] = [line for line in table.splitlines() if name in line.split()]
    return line.split()


def test_what_is_there_is_not_fetched_again(machine: Machine, hub: Hub) -> None:
    assert machine.install_refiner(hub).returncode == 0
    hub.got.clear()
    again = machine.install_refiner(hub)
    assert again.returncode == 0, again.stderr
    assert "of which 0.0 GiB are missing" in again.stdout
    assert hub.got == []


@pytest.mark.models
def test_float32_is_kept_in_bfloat16_too_and_may_go(
    machine: Machine, hub: Hub, tmp_path: Path
) -> None:
    wan = tiny_wan.write_flf2v(tmp_path / "wan")
    files = [path for path in wan.rglob("*") if path.is_file()]
    hub.files = {path.relative_to(wan).as_posix(): path.read_bytes() for path in files}
    install = ("engines", "install", "wan")
    result = machine.sparkle(*install, "--drop-originals", endpoint=hub.endpoint)
    assert result.returncode == 0, result.stderr
    copies = machine.hf_home / "sparkle-motion" / "bfloat16"
    (record,) = copies.glob("*/*/rounded.json")
    assert f"wan-2.1 is whole in bfloat16, too, in {record.parent}" in result.stdout
    assert "The originals are removed" in result.stdout
    kept = ("vae", "image_encoder")
    assert all((record.parent / part).is_dir() for part in kept)
    assert not list((machine.hf_home / "hub").rglob("*.safetensors"))
    listed = machine.sparkle("engines", "list", endpoint=NOBODY_LISTENS, HF_HUB_OFFLINE="1")
    assert line_of("wan-2.1", listed.stdout).count("yes") == 1
    again = machine.sparkle(*install, endpoint=NOBODY_LISTENS)
    assert again.returncode == 0, again.stderr
    assert f"wan-2.1 is whole, as a copy in bfloat16 alone, in {record.parent}" in again.stdout
    # As if another version of diffusers kept less in float32.
    record.write_text(record.read_text().replace('"norm1",', ""))
    doctor = machine.sparkle(
        *("doctor", "--profile", "cinematic"), endpoint=NOBODY_LISTENS, HF_HUB_OFFLINE="1"
    )
    [said] = [line for line in doctor.stdout.splitlines() if "in bfloat16 alone" in line]
    assert said.startswith("FAIL")
    assert "sparkle engines install wan --model wan-2.1" in said


@pytest.mark.models
def test_float32_is_fetched_where_the_packages_are_missing_that_would_round_it(
    machine: Machine, hub: Hub, tmp_path: Path
) -> None:
    wan = tiny_wan.write_flf2v(tmp_path / "wan")
    files = [path for path in wan.rglob("*") if path.is_file()]
    hub.files = {path.relative_to(wan).as_posix(): path.read_bytes() for path in files}
    # With whisper alone, the hub's client is here, and diffusers is not.
    lacking = "import sys; sys.modules['diffusers'] = None; from sparkle_motion_dagster.cli.main "
    program = f"{lacking}import main; main(['engines', 'install', 'wan'])"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=machine.environment(hub.endpoint),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert "wan-2.1 is whole, in " in ran.stdout
    assert "pip install" in ran.stdout
    assert "So there is none, and the originals are loaded." in ran.stdout


def test_originals_go_only_where_there_is_a_copy(machine: Machine) -> None:
    arguments = ("engines", "install", "sdxl", "--drop-originals")
    result = machine.sparkle(*arguments, endpoint=NOBODY_LISTENS)
    assert result.returncode != 0
    assert "leave --drop-originals out" in result.stderr


def test_a_lost_connection_is_taken_up_where_it_broke(machine: Machine, hub: Hub) -> None:
    whole = safetensors(os.urandom(2 * CHUNK + 1000))
    hub.files = {**REPOSITORY, UNET: whole}
    hub.breaks.add(UNET)
    result = machine.install_refiner(hub)
    assert result.returncode == 0, result.stderr
    assert [wanted for path, wanted in hub.got if path == UNET] == [None, f"bytes={CHUNK}-"]
    assert (machine.snapshot / UNET).read_bytes() == whole


def test_after_a_kill_only_what_was_not_whole_is_fetched(machine: Machine, hub: Hub) -> None:
    hub.stalls = UNET
    with subprocess.Popen(
        [str(PROGRAMS / "sparkle"), "engines", "install", "sdxl", "--model", "refiner"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=machine.environment(hub.endpoint),
    ) as process:
        assert hub.stalled.wait(60)
        small = WANTED - {UNET}
        until = time.monotonic() + 60
        while not all((machine.snapshot / path).exists() for path in small):
            assert time.monotonic() < until
            time.sleep(0.01)
        process.kill()
    there = machine.sparkle("engines", "list", endpoint=NOBODY_LISTENS, HF_HUB_OFFLINE="1")
    assert "no" in line_of("refiner", there.stdout)

    hub.stalls = None
    hub.got.clear()
    result = machine.install_refiner(hub)
    assert result.returncode == 0, result.stderr
    assert [path for path, _ in hub.got] == [UNET]
    assert (machine.snapshot / UNET).read_bytes() == LARGE


def test_a_file_that_arrives_damaged_is_named(machine: Machine, hub: Hub) -> None:
    hub.served[UNET] = LARGE[:-1] + bytes([LARGE[-1] ^ 1])
    result = machine.install_refiner(hub)
    assert result.returncode == 1
    assert "is damaged. Remove these files and try again" in result.stderr
    damaged = Path(result.stderr.split()[-1])
    assert damaged.read_bytes() == hub.served[UNET]
    # As the message says.
    damaged.unlink()
    hub.served.clear()
    assert machine.install_refiner(hub).returncode == 0


def test_what_could_run_code_is_not_fetched(machine: Machine, hub: Hub) -> None:
    hub.files = {**REPOSITORY, "scheduler/evil.json": b"", "tokenizer/hook.py": b"import os"}
    result = machine.sparkle("engines", "install", "sdxl", "--model", "base", endpoint=hub.endpoint)
    assert result.returncode == 1
    assert "tokenizer/hook.py" in result.stderr
    assert "could run code" in result.stderr
    assert hub.got == []


FAST = ("engines", "install", "wan", "--profile", "cinematic-fast")


@pytest.mark.models
def test_a_profile_says_which_weights_its_engine_wants(machine: Machine, hub: Hub) -> None:
    lora = "wan2.1_i2v_lora_rank64_lightx2v_4step.safetensors"
    transformer = "transformer/diffusion_pytorch_model.safetensors"
    hub.files = {"model_index.json": b"{}", transformer: LARGE, lora: safetensors(), "a.pt": b""}
    result = machine.sparkle(*FAST, endpoint=hub.endpoint)
    assert result.returncode == 0, result.stderr
    assert [path for path, _ in hub.got if path != "model_index.json"] == [transformer, lora]
    listed = machine.sparkle("engines", "list", endpoint=NOBODY_LISTENS, HF_HUB_OFFLINE="1")
    assert "yes" in line_of("wan-2.1-distilled", listed.stdout)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((*FAST, "--model", "wan-2.1"), "either --model or --profile"),
        ((*FAST[:-1], "animatic"), "The profile animatic does not work with wan"),
    ],
)
def test_a_profile_that_says_nothing_of_weights_is_refused(
    machine: Machine, arguments: tuple[str, ...], why: str
) -> None:
    refused = machine.sparkle(*arguments, endpoint=NOBODY_LISTENS)
    assert refused.returncode == 2
    assert why in refused.stderr


def test_a_profile_with_weights_of_its_own_wants_none_from_the_hub(machine: Machine) -> None:
    """Whether they are there is not looked at, so it is not said."""
    cinematic = (CONFIGS / "profiles" / "cinematic.yaml").read_text("utf-8")
    profile = YAML(typ="safe").load(cinematic.replace("profile: cinematic", "profile: own"))
    profile["resources"]["video"]["config"]["settings"] = {"weights": "/nowhere"}
    with (machine.folder / "own.yaml").open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(profile, file)
    result = machine.sparkle(
        *("engines", "install", "wan", "--profile", "own"),
        endpoint=NOBODY_LISTENS,
        SPARKLE_PROFILES=str(machine.folder),
    )
    assert result.stdout == "Under the profile own, wan wants no weights from the hub.\n"


def test_weights_that_are_pickles_only_are_refused(machine: Machine, hub: Hub) -> None:
    hub.files = {path: content for path, content in REPOSITORY.items() if "fp16" not in path}
    result = machine.install_refiner(hub)
    assert result.returncode == 1
    assert "has no safetensors" in result.stderr
    assert hub.got == []


def test_weights_in_another_plain_format_are_fetched(machine: Machine, hub: Hub) -> None:
    files = ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt")
    hub.files = {name: name.encode() for name in (*files, "README.md", "pytorch_model.bin")}
    result = machine.sparkle(
        "engines", "install", "whisper", "--model", "small", endpoint=hub.endpoint
    )
    assert result.returncode == 0, result.stderr
    assert {path for path, _ in hub.got} == set(files)


def test_weights_that_came_in_packages_are_compared_and_not_fetched(machine: Machine) -> None:
    arguments = ("engines", "install", "whisper", "--model", "base")
    result = machine.sparkle(*arguments, endpoint=NOBODY_LISTENS)
    assert result.returncode == 0, result.stderr
    assert "base is whole, in " in result.stdout
    assert not machine.hf_home.exists()


def test_a_disk_that_is_too_small_is_said_before_anything_is_fetched(
    machine: Machine, hub: Hub
) -> None:
    hub.sizes[UNET] = 2**60
    result = machine.install_refiner(hub)
    assert result.returncode == 1
    assert "needs 1073741824.0 GiB" in result.stderr
    assert hub.got == []


@pytest.mark.parametrize("variables", [{"HF_HUB_OFFLINE": "1"}, {}], ids=["offline", "unreachable"])
def test_without_a_network_it_says_what_to_fetch(
    machine: Machine, variables: dict[str, str]
) -> None:
    arguments = ("engines", "install", "wan", "--model", "wan-2.1-vace-1.3b")
    result = machine.sparkle(*arguments, endpoint=NOBODY_LISTENS, **variables)
    assert result.returncode == 1
    assert "Wan-AI/Wan2.1-VACE-1.3B-diffusers" in result.stderr
    assert "hf download Wan-AI/Wan2.1-VACE-1.3B-diffusers --revision " in result.stderr
    assert "'*/*.safetensors'" in result.stderr
    assert str(machine.hf_home / "hub") in result.stderr
    assert "Traceback" not in result.stderr


def test_the_command_it_names_is_one_that_there_is(machine: Machine, hub: Hub) -> None:
    """What it says is typed as it stands; afterwards the weights are there."""
    result = machine.sparkle(
        "engines", "install", "sdxl", "--model", "refiner", endpoint=NOBODY_LISTENS
    )
    [command] = [line for line in result.stderr.splitlines() if line.startswith("hf download")]
    words = [word.strip("'") for word in command.split()]
    subprocess.run(
        [str(PROGRAMS / words[0]), *words[1:]],
        check=True,
        capture_output=True,
        timeout=120,
        env=machine.environment(hub.endpoint),
    )
    there = machine.sparkle("engines", "list", endpoint=NOBODY_LISTENS, HF_HUB_OFFLINE="1")
    assert "yes" in line_of("refiner", there.stdout)


def test_only_the_token_of_the_environment_is_sent_and_never_shown(
    machine: Machine, hub: Hub
) -> None:
    machine.hf_home.mkdir()
    (machine.hf_home / "token").write_text("hf_of_somebody_else")
    assert machine.install_refiner(hub).returncode == 0
    assert hub.tokens == {None}
    hub.tokens.clear()
    hub.sizes[UNET] = 2**60
    secret = f"hf_{uuid.uuid4().hex}"
    result = machine.install_refiner(hub, HF_TOKEN=secret)
    assert result.returncode == 1
    assert hub.tokens == {f"Bearer {secret}"}
    assert secret not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nothing",), "There is no engine 'nothing'. Known: camera, "),
        (("wan", "--model", "wan-3"), "wan has no weights 'wan-3'. Known: wan-2.1 (Wan-AI/"),
        (("wav2lip", "--model", "gan"), "wav2lip needs no weights from the hub: leave --model out"),
        (("wan", "--again"), "wan has no environment of its own: leave --again out"),
    ],
)
def test_what_there_is_not_cannot_be_installed(
    machine: Machine, arguments: tuple[str, ...], told: str
) -> None:
    result = machine.sparkle("engines", "install", *arguments, endpoint=NOBODY_LISTENS)
    assert result.returncode == 2
    assert told in result.stderr


def test_an_engine_without_a_model_is_ready(machine: Machine) -> None:
    result = machine.sparkle("engines", "install", "storyboard", endpoint=NOBODY_LISTENS)
    assert result.returncode == 0
    assert result.stdout == "storyboard needs no weights: it is ready.\n"


def own_environment(folder: Path) -> tuple[Environment, dict[str, str]]:
    """Return Wav2Lip's environment, by a list of the test's own, and what tells commands of it."""
    lists = folder / "lists"
    lists.mkdir()
    (lists / "wav2lip.txt").touch()
    variables = {"SPARKLE_WORKERS": str(lists), "SPARKLE_ENVIRONMENTS": str(folder / "around")}
    return Environments(folder / "around", lists).of(WAV2LIP), variables


def test_an_environment_that_is_whole_stays_and_a_stale_one_is_known(
    machine: Machine, tmp_path: Path
) -> None:
    environment, variables = own_environment(tmp_path)
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    record = EnvironmentRecord(digest=environment.digest(), python="3", versions={})
    (environment.folder / "environment.json").write_text(record.model_dump_json())
    arguments = ("engines", "install", "wav2lip")
    whole = machine.sparkle(*arguments, endpoint=NOBODY_LISTENS, **variables)
    assert whole.returncode == 0, whole.stderr
    assert whole.stdout == f"The environment of wav2lip is whole, in {environment.folder}\n"
    environment.requirements.write_text("more\n")
    listed = machine.sparkle("engines", "list", endpoint=NOBODY_LISTENS, **variables).stdout
    assert "stale" in line_of("wav2lip", listed)
    assert "no" in next(line.split() for line in listed.splitlines() if "chatterbox" in line)


def test_an_environment_that_cannot_be_made_says_why(machine: Machine, tmp_path: Path) -> None:
    environment, variables = own_environment(tmp_path)
    arguments = ("engines", "install", "wav2lip")
    result = machine.sparkle(*arguments, endpoint=NOBODY_LISTENS, **variables)
    assert result.returncode == 1
    assert f"Installing the packages of {environment.requirements} ..." in result.stderr
    assert "Making sure that worker.py finds all that it needs ..." in result.stderr
    assert "--ready` ended with status 1" in result.stderr
    assert "No module named " in result.stderr
    assert result.stdout == ""


@pytest.mark.skipif(bool(devices()), reason="this machine has a GPU")
def test_what_a_machine_lacks_for_a_cinematic_profile_is_said(machine: Machine) -> None:
    # The fast cinematic profile, with a lip sync that is the user's to bring.
    fast = (CONFIGS / "profiles" / "cinematic-fast.yaml").read_text("utf-8")
    yours = fast.replace("profile: cinematic-fast", "profile: yours").replace("mesh", "wav2lip")
    (machine.folder / "yours.yaml").write_text(yours, "utf-8")
    result = machine.sparkle(
        *("doctor", "--profile", "yours"),
        endpoint=NOBODY_LISTENS,
        HF_HUB_OFFLINE="1",
        SPARKLE_WAV2LIP="",
        SPARKLE_PROFILES=str(machine.folder),
    )
    assert result.returncode == 1
    failures = [line for line in result.stdout.splitlines() if line.startswith("FAIL")]
    assert any("This machine shows no NVIDIA GPU" in line for line in failures)
    assert any("sparkle engines install sdxl --model base" in line for line in failures)
    assert any("sparkle engines install wan --model wan-2.1`" in line for line in failures)
    assert any("install wan --model wan-2.1-distilled`" in line for line in failures)
    # The providers that its casting leaves a choice between are looked at, too.
    assert any("Make it: `sparkle engines install chatterbox`" in line for line in failures)
    assert any("Make it: `sparkle engines install wav2lip`" in line for line in failures)
    assert any("name its checkout in the profile" in line for line in failures)
    assert "CreativeML Open RAIL++-M (stabilityai/stable-diffusion-xl-base-1.0)" in result.stdout


@pytest.mark.models
def test_doctor_compares_the_machines_memory_with_what_weights_take(machine: Machine) -> None:
    cinematic = (CONFIGS / "profiles" / "cinematic.yaml").read_text("utf-8")
    profile = YAML(typ="safe").load(cinematic.replace("profile: cinematic", "profile: named"))
    resources = profile["resources"]
    resources["gpu"] = {"config": {"preset": "rtx4090"}}
    sizes = {"images": 2**20, "video": 2**50}
    for kind, size in sizes.items():
        weights = machine.folder / kind
        for part in ("text_encoder", "text_encoder_2", "unet", "vae", "transformer"):
            (weights / part).mkdir(parents=True)
            described = {"weight": {"dtype": "F16", "shape": [], "data_offsets": [0, size]}}
            header = json.dumps(described).encode()
            content = len(header).to_bytes(8, "little") + header
            (weights / part / "model.safetensors").write_bytes(content)
        settings = resources[kind]["config"].setdefault("settings", {})
        settings["weights"] = str(weights)
    with (machine.folder / "named.yaml").open("w") as written:
        YAML(typ="safe").dump(profile, written)

    result = machine.sparkle(
        *("doctor", "--profile", "named"),
        endpoint=NOBODY_LISTENS,
        HF_HUB_OFFLINE="1",
        SPARKLE_PROFILES=str(machine.folder),
    )

    said = result.stdout.splitlines()
    [images] = [line for line in said if "sdxl's weights take" in line]
    [video] = [line for line in said if "wan's weights take" in line]
    assert images.startswith("ok   sdxl's weights take 0.0 GiB of this machine's memory")
    # The transformer in 16 bits, and what sees pictures in 32.
    assert video.startswith("FAIL wan's weights take 3145728.0 GiB of this machine's memory")
    assert "Take a machine with more, or a smaller model" in video
