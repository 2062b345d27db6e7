"""From beats to shots: who is seen how near, where and when, and how the camera moves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.writer.template.casting import Cast
from sparkle_motion_dagster.engines.writer.template.dice import Dice
from sparkle_motion_dagster.engines.writer.template.plots.parts import Beat, Look, Phase, Said
from sparkle_motion_dagster.engines.writer.template.vocabulary.tables import Tongue
from sparkle_motion_dagster.shotlist.models import ListedLine, ListedShot, ShotSize

_SHORT = 30
"""Letters of a line that can be heard over the face of whoever listens."""

_ONE_IN = 3
"""How rarely a short answer is heard over the listener's face."""

_AT_ONCE = 110
"""Letters that are said in a shot in which somebody talks to a voice."""


@dataclass(frozen=True)
class Stage:
    """Who plays, in which language, and what is filled into lines.

    Attributes:
        cast: The characters.
        tongue: The language of lines.
        dice: Decides what is open.
        slots: What stands for the names in braces in lines and looks.
    """

    cast: Cast
    tongue: Tongue
    dice: Dice
    slots: Mapping[str, str]

    def shots(self, beat: Beat, phase: Phase) -> Iterator[tuple[bool, tuple[ListedShot, ...]]]:
        """Yield a beat's shots, and whether they are looks; lines that are one come together."""
        lines: list[Said] = []
        for part in beat.shots:
            if isinstance(part, Said):
                lines.append(part)
                continue
            if lines:
                yield False, tuple(self._spoken(lines, beat, phase))
                lines = []
            if (look := self.look(part)) is not None:
                yield True, (look,)
        if lines:
            yield False, tuple(self._spoken(lines, beat, phase))

    def look(self, look: Look) -> ListedShot | None:
        """Return a shot without words; None: it shows somebody who is only heard."""
        names = tuple(self.cast.names[letter] for letter in look.who)
        if not set(names) <= set(self.cast.seen):
            return None
        return ListedShot(size=look.size, shows=look.shows.format_map(self.slots), characters=names)

    def _spoken(self, lines: Sequence[Said], beat: Beat, phase: Phase) -> Iterator[ListedShot]:
        if self.cast.unseen:
            yield from self._with_a_voice(lines)
            return
        near: ShotSize = "medium close-up"
        if phase == "turn" and beat.rank == 1:
            near = "close-up"
        for index, line in enumerate(lines):
            said = self.line(line)
            other = self.cast.names["A" if line.who == "B" else "B"]
            over = (
                index > 0
                and line.who != "C"
                and len(said.text) <= _SHORT
                and phase != "setup"
                and self.dice.happens(f"over {said.text}", _ONE_IN)
            )
            who = other if over else said.speaker
            yield ListedShot(
                size=near,
                shows=f"{who} listens" if over else f"{who} speaks",
                characters=(who,),
                camera="slow push in" if near == "close-up" else "static",
                lines=(said.model_copy(update={"off_screen": over}),),
            )

    def _with_a_voice(self, lines: Sequence[Said]) -> Iterator[ListedShot]:
        """Yield shots of whoever talks to a voice: it is heard in the same picture."""
        seen = self.cast.names["A"]
        pair: list[ListedLine] = []
        for line in [*map(self.line, lines), None]:
            full = len(pair) == 2 or (
                line is not None and sum(len(one.text) for one in (*pair, line)) > _AT_ONCE
            )
            if pair and (line is None or full):
                near: ShotSize = "close-up" if len(pair) == 1 else "medium close-up"
                yield ListedShot(
                    size=near,
                    shows=f"{seen} listens",
                    characters=(seen,),
                    lines=tuple(pair),
                )
                pair = []
            if line is not None:
                pair.append(line)

    def line(self, line: Said) -> ListedLine:
        """Return a line with its slots filled."""
        speaker = self.cast.names[line.who]
        away = speaker not in self.cast.seen
        text = line.filled(self.tongue, self.slots)
        return ListedLine(
            speaker=speaker, text=text, off_screen=away, treatment="telephone" if away else None
        )
