"""What a YAML 1.2 file says that is no plan: profiles, voices, presets, tables of languages.

libyaml reads it, which takes a fifteenth of the time that a parser in Python does. Plans are read
in `yaml_document`, which knows the line of everything.
"""

import re
from typing import Any

from yaml import MappingNode, Node, ScalarNode, YAMLError
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.cyaml import CParser
from yaml.resolver import BaseResolver

from sparkle_motion_dagster.plan.reading.yaml_document import resolve

__all__ = ["YAMLError", "yaml_value"]

_PLAIN = "tag:sparkle-motion,2026:plain"
"""The tag of scalars without quotes: what they mean is the core schema's to say."""

_MERGE = "tag:yaml.org,2002:merge"


def yaml_value(text: str) -> Any:
    """Return what a YAML document says, as maps, lists and scalars of the core schema.

    Raises:
        YAMLError: It is no YAML, a map says something twice, or a tag is none of the core schema.
    """
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


class _Loader(CParser, SafeConstructor, BaseResolver):  # type: ignore[misc]  # they are untyped
    """Reads a text; what its scalars mean is decided by `resolve`, not by YAML 1.1."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        SafeConstructor.__init__(self)
        BaseResolver.__init__(self)

    def flatten_mapping(self, node: MappingNode) -> None:
        """Put in what `<<` merges, where no key stands twice."""
        seen = set[tuple[str, str]]()
        for key, _ in node.value:
            if isinstance(key, ScalarNode) and key.tag != _MERGE:
                if (key.tag, key.value) in seen:
                    raise ConstructorError(
                        "while reading a map",
                        node.start_mark,
                        f"found the key {key.value!r} twice",
                        key.start_mark,
                    )
                seen.add((key.tag, key.value))
        super().flatten_mapping(node)


def _plain(loader: _Loader, node: Node) -> Any:
    return resolve(node.value)


_Loader.add_implicit_resolver(_MERGE, re.compile("^<<$"), ["<"])
_Loader.add_implicit_resolver(_PLAIN, re.compile(""), None)
_Loader.add_constructor(_PLAIN, _plain)
