"""What a person does in the notebook: runs in its kernel, and clicks through its widgets."""

from __future__ import annotations

import hashlib
import html
import re
from typing import TYPE_CHECKING

from sparkle_motion_dagster.api.standing import Now
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.plan.editing import edited, plan_in
from waiting import until

if TYPE_CHECKING:
    from ipywidgets import Button, Widget

    from sparkle_motion_dagster.notebook.panel import ControlPanel

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def click(button: Button) -> None:
    """Click on a button, and wait until it has done its work."""
    button.click()
    until(f"{button.description} is done", lambda: not button.disabled)


def text(widget: Widget) -> str:
    """Return what a widget reads, and all that is in it."""
    value = getattr(widget, "value", "")
    shown = _TAG.sub(" ", _STYLE.sub("", value)) if isinstance(value, str) else ""
    parts = [text(child) for child in getattr(widget, "children", ())]
    return " ".join([html.unescape(re.sub(r"\s+", " ", shown)).strip(), *parts]).strip()


def write_a_plan(panel: ControlPanel, prompt: str, title: str) -> None:
    """Have a plan written, and make it a small one in the editor."""
    panel.prompt.value, panel.title.value, panel.seconds.value = prompt, title, 8.0
    click(panel.generate)
    until("the draft is in the editor", lambda: panel.plan.of.value == "draft")
    until("it is read", lambda: panel.plan.editor.value)
    plan, _ = plan_in(str(panel.plan.editor.value))
    plan["render_profile"] = {
        "video": {"model_id": "wan-2.1", "max_fps": 12},
        "metadata": {"resolution": "160x90"},
    }
    panel.plan.editor.value = edited(str(panel.plan.editor.value), plan)


def save_the_plan(panel: ControlPanel) -> None:
    """Check what is in the editor, and put it into the inbox, from which it is rendered."""
    click(panel.plan.check)
    assert "It keeps all rules" in text(panel.plan.verdict), text(panel.plan.verdict)
    click(panel.plan.save)
    assert not panel.plan.is_edited, panel.messages.texts


def pause_and_resume(panel: ControlPanel) -> None:
    """Pause the film as soon as it is being rendered, and go on with it."""
    until("it is being rendered", lambda: _stands(panel, Now.RENDERING))
    until("it has made something", lambda: panel.films.item is not None)
    click(panel.pause)
    until("it is paused", lambda: _stands(panel, Now.PAUSED))
    click(panel.final.show)
    assert "no finished film" in text(panel.final.result), panel.messages.texts
    click(panel.resume)
    until("it is rendered", lambda: _stands(panel, Now.RENDERED))


def film_digest(panel: ControlPanel) -> str:
    """Show the film, and return the digest of what is embedded."""
    click(panel.final.show)
    player = panel.final.result.children[0]
    return hashlib.sha256(player.value).hexdigest()


def previews(panel: ControlPanel, stage: str) -> int:
    """Show what a stage has made, and return how many previews there are."""
    panel.artifacts.stage.value = stage
    click(panel.artifacts.show)
    return len(panel.artifacts.gallery.children)


def archived_in(panel: ControlPanel, home: SparkleHome) -> str:
    """Archive the film beside its home, and return what is said of it."""
    panel.drive.folder.value = str(home.root.parent / "drive")
    click(panel.drive.archive)
    return text(panel.drive.result)


def _stands(panel: ControlPanel, now: Now) -> bool:
    standing = panel.films.standing
    return standing is not None and standing.now is now
