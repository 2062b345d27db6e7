"""Examples of what is asked for, and of what comes of it: renders, drafts, reviews, pages."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from sparkle_motion_dagster.film.stages import BASE_IMAGES, SHOT_CLIPS

_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

_COMMENT: JsonValue = {
    "id": "5b0c9a7e21d4",
    "at_s": 12.5,
    "text": "The lamp is too dark here.",
    "by": "Mara",
    "made_at": "2026-05-04T12:00:00Z",
}

_PICTURE: JsonValue = {
    "name": "image",
    "media_type": "image/png",
    "sha256": _DIGEST,
    "size_bytes": 48211,
    "address": f"/actions/{_DIGEST}/image",
    "path": "takes/base_images.frame_001@take2.png",
    "preview": {
        "media_type": "image/jpeg",
        "sha256": _DIGEST,
        "address": f"/actions/{_DIGEST}/thumbnail",
    },
}

_TAKES: JsonValue = {
    "stage": BASE_IMAGES,
    "item": "frame_001",
    "called": "frame_001",
    "kind": "keyframe",
    "takes": [
        {
            "number": 2,
            "recipe": {"seed": 4711, "prompt": None, "settings": {}},
            "fingerprint": _DIGEST,
            "file": _PICTURE,
            "measures": {"sharpness": 412.5, "phash": "96966669e9e94e60"},
            "looks_like": None,
            "differs": "seed 4711",
            "measured": ["sharpness 413"],
            "in_film": True,
            "pinned": False,
        }
    ],
    "chosen": 2,
    "is_pinned": False,
    "stale": [],
    "why": "",
}

ORDERS: Mapping[str, JsonValue] = {
    "AcceptedPlan": {
        "run_id": "harbour_light",
        "message": "The inbox renders it in its turn.",
        "path": "/films/plans/harbour_light.yaml",
    },
    "ArtifactList": {
        "artifacts": [
            {
                "uri": "artifact+fs://harbour_light/shot_clips/shot_001/clip",
                "run_id": "harbour_light",
                "stage": SHOT_CLIPS,
                "item": "shot_001",
                "name": "clip",
                "file": "shot_001.mp4",
                "media_type": "video/mp4",
                "size_bytes": 1482113,
                "sha256": _DIGEST,
                "made_at": "2026-05-04T12:00:00Z",
                "facts": {"duration_s": 4.0, "frames": 96, "width": 1280, "height": 720},
                "download_url": "/artifacts/harbour_light/shot_clips/shot_001/clip",
            }
        ],
        "next_page_token": None,
    },
    "CheckedPlan": {
        "title": "Harbour Light",
        "shots": 2,
        "seconds": 9.0,
        "lines": 1,
        "profiles": [{"profile": "animatic", "able": True, "reason": ""}],
        "story": [],
    },
    "Asked": {"over_limits": False},
    "Comment": _COMMENT,
    "Comments": {"comments": [_COMMENT]},
    "Controlled": {
        "message": "Asked process 4711 to pause harbour_light: it ends before its next step.",
        "done": False,
    },
    "Decided": {"message": "Approved base_images of harbour_light: it goes on in its turn."},
    "Directed": {"message": "harbour_light has take 2 of shot_001 from its next render on."},
    "DecisionMade": {"decision": "rejected", "note": "The lamp is too dark.", "by": "Mara"},
    "DraftOrder": {
        "prompt": "Two keepers argue in a lighthouse while the storm comes in",
        "seconds": 30,
        "style": "ink on paper",
        "run_id": "two_keepers",
    },
    "Explanation": {
        "run_id": "harbour_light",
        "profile": "animatic",
        "plan": "/films/plans/harbour_light.yaml",
        "plan_changes": [],
        "notes": [],
        "mends": [],
        "stages": [
            {
                "stage": SHOT_CLIPS,
                "items": [{"id": "shot_001", "state": "current", "reason": "", "seconds": 4.2}],
            }
        ],
        "made": 0,
        "maybe": 0,
        "taken": 1,
        "seconds_made": 0.0,
        "seconds_maybe": 0.0,
    },
    "FilmTakes": {"items": [_TAKES]},
    "FilmView": {
        "run_id": "harbour_light",
        "title": "Harbour Light",
        "profile": "animatic",
        "duration_s": None,
        "frame_rate": "24/1",
        "width": 1280,
        "height": 720,
        "film": None,
        "poster": None,
        "captions": None,
        "chapters": [],
        "characters": [],
        "keyframes": [],
        "shots": [],
        "lines": [],
        "cues": [],
        "takes": [],
        "stages": [],
        "work": "estimated 41 s, was 44 s",
        "checks": [],
        "waits_for": None,
        "reviews": [],
        "comments": [_COMMENT],
    },
    "FinishedItems": {
        "items": [
            {
                "stage": BASE_IMAGES,
                "item": "frame_001",
                "fingerprint": _DIGEST,
                "made": True,
                "done": 2,
                "total": 3,
                "files": {"image": "image/png", "thumbnail": "image/webp"},
            }
        ]
    },
    "NewComment": {"at_s": 12.5, "text": "The lamp is too dark here.", "by": "Mara"},
    "Ordered": {
        "run_id": "harbour_light",
        "message": "It waits in the queue, as the next; the daemon works it off.",
        "queue_place": 0,
    },
    "OrderedDraft": {"run_id": "two_keepers", "message": "It is written in its turn."},
    "PricedRun": {
        "price": {
            "run_id": "harbour_light",
            "profile": "cinematic",
            "calls": [
                {
                    "stage": SHOT_CLIPS,
                    "item": "shot_001",
                    "state": "will be made",
                    "engine": "wan",
                    "model": "Wan-AI/Wan2.1-I2V-14B-480P-Diffusers",
                    "device": "h200",
                    "seconds": 600.0,
                    "seconds_from": "measured",
                    "measured": 12,
                    "gpu_seconds": 600.0,
                    "disk_bytes": 1482113,
                }
            ],
            "made": 1,
            "maybe": 0,
            "taken": 5,
            "seconds": 600.0,
            "seconds_most": 600.0,
            "gpu_minutes": 10.0,
            "gpu_minutes_most": 10.0,
            "usd": 0.0,
            "usd_most": 0.0,
            "disk_bytes": 1482113,
            "disk_bytes_most": 1482113,
        },
        "limits": {"gpu_minutes": 5.0},
        "objections": [
            {
                "what": "gpu_minutes",
                "limit": 5.0,
                "price": 10.0,
                "most": 10.0,
                "known": "measured",
                "said": "It takes 10 GPU min (measured), and its limit is 5 GPU min.",
            }
        ],
        "line": "1 item to make: about 10 min; about 10.0 GPU min; about 1.5 MB of disk.",
    },
    "RenderOrder": {"job": "render_movie", "dry_run": False, "over_limits": False},
    "SimilarArtifacts": {
        "threshold": 6,
        "found": 1,
        "artifacts": [
            {
                "distance": 2,
                "difference": 4.1,
                "run_id": "night_harbour",
                "stage": BASE_IMAGES,
                "item": "frame_003",
                "width": 1280,
                "height": 720,
                "sha256": _DIGEST,
                "made_at": "2026-05-04T12:00:00Z",
                "download_url": f"/artifacts/sha256/{_DIGEST}",
            }
        ],
    },
    "TakeChosen": {"take": 2},
    "TakesOrder": {"item": "frame_001", "takes": 3},
    "Uploaded": {
        "uri": f"artifact://sha256/{_DIGEST}",
        "sha256": _DIGEST,
        "size_bytes": 48211,
        "media_type": "image/jpeg",
        "name": "photo.jpg",
        "download_url": f"/artifacts/sha256/{_DIGEST}",
    },
}
"""One of each, by the name of its schema."""
