"""Real generated pictures and clips, each made to speak a line of Kokoro's: ``make test-footage``.

What is measured, and a sheet of each mouth for people to look at, is in ``test-output/faces/``.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from clips import stored
from mouth_sheets import write_mouth_sheet
from picture_films import shot_of
from picture_wheels import pictures
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.lipsync.base import LipsyncLine
from sparkle_motion_dagster.engines.lipsync.speaking.speaking_lines import place_line
from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.kokoro.engine import KokoroEngine
from sparkle_motion_dagster.engines.speech.kokoro.settings import KokoroSettings
from sparkle_motion_dagster.faces.records import ClipFaces
from sparkle_motion_dagster.film.checks.speaking_faces import verdicts
from sparkle_motion_dagster.film.faces.speaking import SpokenClip
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings
from sparkle_motion_dagster.units import SAMPLE_RATE
from speaking_pictures import RATE, read_anew, request_of, speak

pytestmark = pytest.mark.footage

TEXT = "Mama, Bob and my very old friends moved far above the map."
OFFSET_S = 0.3
OUTPUT = Path(__file__).parents[2] / "test-output" / "faces"

PICTURES = [
    "api_grok_text_to_image-1",
    "api_magnific_image_relight-1",
    "api_magnific_image_relight-2",
    "api_magnific_image_upscale_precise-2",
    "api_magnific_image_upscale_creative-1",
    "flux1_dev_uso_reference_image_gen-2",
    "flux1_krea_dev-1",
    "flux_dev_checkpoint_example-1",
    "flux_dev_full_text_to_image-1",
    "flux_fill_inpaint_example-1",
    "flux_fill_inpaint_example-2",
    "hidream_e1_1-1",
    "hidream_e1_1-2",
    "hidream_e1_full-1",
    "hidream_e1_full-2",
    "hidream_i1_dev-1",
    "hidream_i1_full-1",
    "image_boogu_image_0_1_edit-1",
    "image_boogu_image_0_1_edit-2",
    "image_boogu_image_0_1_turbo_t2i-1",
    "image_flux2-1",
    "image_flux2-2",
    "image_hidream_o1-1",
    "image_hidream_o1_dev-1",  # under a beard, in the dark: a slit without lips, and just read
    "image_longcat_text_to_image-1",
    "image_ovis_text_to_image-1",
    "image_qwen_image_controlnet_patch-1",  # a doll: its small mouth opens past its corners
    "image_qwen_image_union_control_lora-1",  # white lips, which open past one corner
    "image_z_image_turbo-1",
    "image_z_image_turbo_fun_union_controlnet-1",
    "sd3.5_simple_example-1",
    "utility_hitpaw_general_image_enhance-1",
]
CLIPS = [
    "api_happyhorse1_1_i2v-1",
    "api_happyhorse1_1_t2v-1",
    "api_vidu_video_extension-1",
    "ltxv_text_to_video-1",
    "video_capybara_v0_1_image_to_video-1",
    "video_kandinsky5_t2v-1",
    "video_ltx2_3_id_lora-1",
    "video_ltx2_i2v-1",
    "video_wan2_2_14B_flf2v-1",
    "video_wan2_2_14B_t2v-1",
    "video_wan_vace_outpainting-1",
    "wan2.1_fun_control-1",
    "wan2.1_fun_control-2",
]
POOR = {
    "api_kling_avatar2-1": "sings already: of what her own lips do, something is left",
    "api_kling_dual_characters_effects-1": "the largest face is seen for a moment only",
    "utility_hitpaw_video_enhance-1": "laughs: the mesh sees his lips apart where they meet",
    "video_humo-1": "speaks already: of what his own lips do, something is left",
    "video_ltx2_t2v-1": "a puppet that shakes and sings: of what its own lips do, much is left",
    "video_ltx2_t2v_distilled-1": "sings already: of what his own lips do, much is left",
    "video_wan2_2_14B_s2v-1": "laughs and speaks already, and turns away: his mouth tears",
}
"""Pictures and clips that are not spoken well, or not read well, and why."""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> LipsyncLine:
    folder = tmp_path_factory.mktemp("speech")
    voice = Voice(provider_voice="af_heart", language="en-US")
    [take] = KokoroEngine(KokoroSettings()).make(
        [SpeechRequest(text=TEXT, voice=voice, seed=0)], folder
    )
    return LipsyncLine(
        speaker=Appearance(id="mara"),
        audio=stored(take.outputs["audio"].path),
        timings=stored(take.outputs["timings"].path),
        offset_samples=round(OFFSET_S * SAMPLE_RATE),
    )


@pytest.mark.parametrize(
    "name",
    [
        *PICTURES,
        *CLIPS,
        *(
            pytest.param(name, marks=pytest.mark.xfail(reason=why, strict=True))
            for name, why in POOR.items()
        ),
    ],
)
def test_a_face_speaks(name: str, line: LipsyncLine, tmp_path: Path) -> None:
    end_s = place_line(line).end_s + OFFSET_S
    shot = shot_of(pictures()[name], math.ceil(end_s * RATE), tmp_path / "shot")
    request = request_of(shot.clip, shot.frames, shot.size, [line], [])
    finished, people = speak(request, tmp_path / "spoken")
    clip = SpokenClip.of(name, request, people, read_anew(request, finished))
    assert request.followed is not None
    faces = ClipFaces.model_validate_json(request.followed.path.read_bytes())
    track = max(
        (track for track in faces.tracks if track.person == people["mara"]),
        key=lambda track: track.end - track.start,
    )
    write_mouth_sheet(finished, track, _labels(line, shot.frames), OUTPUT / f"{name}.png")
    _write_row(clip, track.height)
    (spoken,) = clip.lines
    assert spoken.agreement is not None
    assert spoken.agreement.correlation >= 0.7
    assert abs(spoken.agreement.lag) <= 1
    assert np.mean(spoken.met) >= 0.9
    assert [verdict.check.name for verdict in verdicts([clip]) if not verdict.kept] == []


def _labels(line: LipsyncLine, frames: int) -> list[str]:
    """Return what sounds in each frame, and how far the mouth is asked to open for it."""
    assert line.timings is not None
    phonemes = SpeechTimings.model_validate_json(line.timings.path.read_bytes()).phonemes
    mouth = place_line(line).mouth
    labels = []
    for frame in range(frames):
        seconds = (frame + 0.5) / float(RATE) - OFFSET_S
        sound = next((one.ipa for one in phonemes if one.start_s <= seconds < one.end_s), "")
        labels.append(f"{sound} {mouth.at(seconds).opening:.2f}")
    return labels


def _write_row(clip: SpokenClip, height: float) -> None:
    """Write what was measured of a picture, and all rows so far as a table."""
    (line,) = clip.lines
    assert line.agreement is not None
    (face, *_) = [face for face in clip.readings.faces if face.person == line.person]
    row = (
        f"| {clip.shot} | {height:.0f} | {line.agreement.correlation:.2f} "
        f"| {line.agreement.lag:+.2f} | {sum(line.met)} of {len(line.met)} "
        f"| {face.around_db:.1f} | {face.strayed:.3f} |"
    )
    (OUTPUT / f"{clip.shot}.row").write_text(row + "\n", encoding="utf-8")
    head = "| picture | face, px | correlation | lag, frames | lips meet | dB around | astray |\n"
    rows = "".join(path.read_text("utf-8") for path in sorted(OUTPUT.glob("*.row")))
    (OUTPUT / "measured.md").write_text(head + "|---|---|---|---|---|---|---|\n" + rows, "utf-8")
