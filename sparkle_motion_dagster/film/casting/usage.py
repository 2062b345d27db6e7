"""What each provider of speech has been given to speak, held against its caps."""

import functools
from collections import Counter
from collections.abc import Sequence

from sparkle_motion_dagster.engines.speech.writing.said_line import said_line
from sparkle_motion_dagster.film.casting.providers import Provider


@functools.lru_cache(maxsize=4096)
def said(text: str, language: str) -> str:
    """Return a line as providers are given it: what it writes short, such as numbers, in full."""
    return said_line(text, language).text


class Usage:
    """How many characters of a film each provider has been given to speak."""

    def __init__(self) -> None:
        self._characters: Counter[str] = Counter()

    def objection(self, name: str, provider: Provider, texts: Sequence[str]) -> str | None:
        """Return why a provider may not be given more texts: which of its caps is too low.

        Args:
            name: The provider's name.
            provider: What the catalogue says of it.
            texts: What it would be given, each as it is `said`.
        """
        caps, longest = provider.caps, max(map(len, texts), default=0)
        if caps.characters_per_line is not None and longest > caps.characters_per_line:
            return (
                f"a line has {longest} characters, and its cap is {caps.characters_per_line} a line"
            )
        characters = self._characters[name] + sum(map(len, texts))
        if caps.characters_per_film is not None and characters > caps.characters_per_film:
            return (
                f"with this it would speak {characters} characters, and its cap is "
                f"{caps.characters_per_film} a film"
            )
        cost = provider.cost_usd(characters)
        if caps.cost_usd_per_film is not None and cost > caps.cost_usd_per_film:
            return (
                f"with this it would cost {cost:.2f} US dollars, and its cap is "
                f"{caps.cost_usd_per_film:.2f} a film"
            )
        return None

    def add(self, name: str, texts: Sequence[str]) -> None:
        """Count texts that a provider is given, each as it is `said`."""
        self._characters[name] += sum(map(len, texts))
