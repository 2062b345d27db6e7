"""A dialogue of six shots that is cut shot / reverse-shot, for tests."""

from __future__ import annotations

from typing import Any

from studio import Plan


def dialogue() -> Plan:
    """Return six shots over four pictures, of which two are shown twice."""
    people = {"mara": "woman, sixties, grey bun, navy coat", "tom": "man, thirties, yellow oilskin"}
    pictures = {
        "pier": ("wide shot of a pier at dusk", ["mara", "tom"]),
        "mara": ("close-up of Mara on the pier at dusk, worried", ["mara"]),
        "tom": ("close-up of Tom on the pier at dusk, smiling", ["tom"]),
        "sea": ("wide shot of the open sea at night, moon", []),
    }
    shown: list[dict[str, Any]] = [
        {"start_base_image_id": "pier", "motion_prompt": "slow push in"},
        {"start_base_image_id": "mara", "dialogue": [said("mara", "Well?")]},
        {"start_base_image_id": "tom", "dialogue": [said("tom", "It comes.")]},
        {"start_base_image_id": "mara", "dialogue": [said("mara", "Not now.")]},
        {"start_base_image_id": "tom", "transition": "hold", "motion_prompt": "slow pan left"},
        {"start_base_image_id": "sea", "motion_prompt": "slow pull back"},
    ]
    return {
        "title": "The Last Ferry",
        "characters": [
            {"id": name, "name": name.title(), "description": looks}
            for name, looks in people.items()
        ],
        "base_images": [
            {"id": name, "prompt": prompt, "characters": seen}
            for name, (prompt, seen) in pictures.items()
        ],
        "shots": [
            {
                "id": f"s{number}",
                "duration_sec": 1.25,
                "visual_description": "they wait",
                "transition": "cut",
                "is_talking_closeup": "dialogue" in shot,
                **shot,
            }
            for number, shot in enumerate(shown)
        ],
        "render_profile": {
            "video": {"model_id": "wan-2.1-vace-1.3b", "max_fps": 12},
            "metadata": {"resolution": "320x180"},
        },
    }


def said(who: str, text: str) -> dict[str, str]:
    return {"character_id": who, "text": text}
