"""What a YAML 1.2 file says that is no plan: profiles, voices, presets, tables of languages.

libyaml reads it, which takes a fifteenth of the time that a parser in Python does. Plans are read
in `yaml_document`, which knows the line of everything.
"""

import re
from typing import Any, ClassVar

from yaml import MappingNode, Node, ScalarNode, YAMLError
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.cyaml import CParser
from yaml.resolver import BaseResolver

from sparkle_motion_dagster.plan.reading.yaml_document import resolve

__all__ = ["YAMLError", "yaml_value"]

_CORE = "tag:yaml.org,2002:"
_MERGE = f"{_CORE}merge"

_PLAIN = "tag:sparkle-motion,2026:plain"
"""The tag of scalars without quotes: what they mean is the core schema's to say."""

_KINDS = {"int": int, "float": float, "bool": bool, "null": type(None)}


def yaml_value(text: str) -> Any:
    """Return what a YAML document says, as maps, lists and scalars of the core schema.

    Raises:
        YAMLError: It is no YAML, a map says something twice, or a tag is none of the core schema,
            or of another kind than what it stands before.
    """
    try:
        loader = _Loader(text)
    except UnicodeEncodeError as error:  # what no file in UTF-8 holds, but a command line may
        half = ord(error.object[error.start])
        raise YAMLError(f"U+{half:04X} is half of a character, or no UTF-8") from error
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


class _Loader(CParser, SafeConstructor, BaseResolver):  # type: ignore[misc]  # they are untyped
    """Reads a text; what its scalars mean is decided by `resolve`, not by YAML 1.1."""

    yaml_constructors: ClassVar = {
        tag: SafeConstructor.yaml_constructors[tag]
        for tag in (f"{_CORE}map", f"{_CORE}seq", f"{_CORE}str", None)  # None: what has no other
    }

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        SafeConstructor.__init__(self)
        BaseResolver.__init__(self)
        self._flattened = set[MappingNode]()

    def flatten_mapping(self, node: MappingNode) -> None:
        """Put in what `<<` merges, where no key stands twice.

        That is asked of each map once: with what was merged, keys may stand there twice.
        """
        if node in self._flattened:
            return
        self._flattened.add(node)
        seen = set[tuple[bool, Any]]()
        for key, _ in node.value:
            if isinstance(key, ScalarNode):
                is_merge = key.tag == _MERGE
                said = is_merge, key.value if is_merge else self.construct_object(key)
                if said in seen:
                    raise ConstructorError(
                        "while reading a map",
                        node.start_mark,
                        f"found the key {key.value!r} twice",
                        key.start_mark,
                    )
                seen.add(said)
        super().flatten_mapping(node)


def _plain(_: _Loader, node: Node) -> Any:
    try:
        return resolve(node.value)
    except ValueError as error:  # a whole number of thousands of digits
        raise ConstructorError(None, None, str(error), node.start_mark) from error


def _tagged(loader: _Loader, node: Node) -> Any:
    """Return a scalar that a tag stands before, if it is of that kind."""
    kind = node.tag.removeprefix(_CORE)
    value = _plain(loader, node) if isinstance(node, ScalarNode) else node
    if kind == "float" and type(value) is int:
        return float(value)
    if type(value) is not _KINDS[kind]:
        said = repr(node.value) if isinstance(node, ScalarNode) else "a map or a list"
        raise ConstructorError(None, None, f"{said} is no !!{kind}", node.start_mark)
    return value


_Loader.add_implicit_resolver(_MERGE, re.compile("^<<$"), ["<"])
_Loader.add_implicit_resolver(_PLAIN, re.compile(""), None)
_Loader.add_constructor(_PLAIN, _plain)
for _kind in _KINDS:
    _Loader.add_constructor(f"{_CORE}{_kind}", _tagged)
