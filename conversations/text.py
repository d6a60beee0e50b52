"""Texts of a workflow: words in one or several languages, with places for values.

In a document a text is a string, or one string for each language:

    text: Put your best {{ niche }} prompts into one document.
    text: {en: "Good morning, {{ name | friend }}", de: "Guten Morgen, {{ name | du }}"}

`{{ name }}` puts a value in, `{{ name | friend }}` the words after the bar where there is none.
Nothing else is evaluated, so that a text can neither loop nor reach anything.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from conversations.limits import TEXT_CHARACTERS

_PLACE = re.compile(r"\{\{\s*([a-z_][a-z0-9_]*)\s*(?:\|([^{}]*))?\}\}")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


class Template:
    """One string with its places found; rendering is a join."""

    __slots__ = ("names", "parts")

    def __init__(self, source: str) -> None:
        self.parts: list[str | tuple[str, str | None]] = []
        end = 0
        for place in _PLACE.finditer(source):
            self.parts.append(source[end : place.start()])
            fallback = place.group(2)
            self.parts.append((place.group(1), None if fallback is None else fallback.strip()))
            end = place.end()
        self.parts.append(source[end:])
        if any("{{" in part or "}}" in part for part in self.parts if isinstance(part, str)):
            raise ValueError("a place for a value is written {{ name }} or {{ name | other words }}")
        self.names = frozenset(part[0] for part in self.parts if not isinstance(part, str))

    def render(self, values: Mapping[str, Any]) -> str:
        """Return the words with the values put in; a missing value without other words is left out."""
        if not self.names:
            return self.parts[0]  # type: ignore[return-value]  # without places there is one part, a string
        words = "".join(part if isinstance(part, str) else _fill(part, values) for part in self.parts)
        return words[:TEXT_CHARACTERS]


def _fill(place: tuple[str, str | None], values: Mapping[str, Any]) -> str:
    value = values.get(place[0])
    return (place[1] or "") if value is None or value == "" else str(value)


class Text:
    """Words in one or several languages.

    Args:
        words: By language tag; the tag `""` holds words that were given without a language.
    """

    __slots__ = ("_templates",)

    def __init__(self, words: Mapping[str, str]) -> None:
        self._templates = {language: Template(source.strip()) for language, source in words.items()}

    @property
    def languages(self) -> frozenset[str]:
        """The tags that these words exist in; empty where no language was given."""
        return frozenset(tag for tag in self._templates if tag)

    @property
    def names(self) -> frozenset[str]:
        """The values that are put in, over all languages."""
        return frozenset().union(*(template.names for template in self._templates.values()))

    def template(self, language: str, default: str) -> Template:
        """Return the words for a person: in their language, its base, the workflow's default, or any."""
        templates = self._templates
        if len(templates) == 1:
            return next(iter(templates.values()))
        for tag in (language, language.partition("-")[0], default):
            if tag in templates:
                return templates[tag]
        return next(iter(templates.values()))

    def every(self) -> Iterator[Template]:
        """Yield the words of each language."""
        yield from self._templates.values()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Text):
            return NotImplemented
        return {k: v.parts for k, v in self._templates.items()} == {k: v.parts for k, v in other._templates.items()}

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._templates)))

    @classmethod
    def from_plain(cls, plain: object) -> "Text":
        """Read what stands in a document.

        Raises:
            ValueError: It is neither a string nor a table of strings by language.
        """
        if isinstance(plain, Text):
            return plain
        if isinstance(plain, str):
            if not plain.strip():
                raise ValueError("a text cannot be empty")
            return cls({"": plain})
        if isinstance(plain, dict) and plain and all(isinstance(words, str) for words in plain.values()):
            wrong = next((tag for tag in plain if not isinstance(tag, str) or not _LANGUAGE.match(tag)), None)
            if wrong is not None:
                raise ValueError(f"{wrong!r} is not a language; write for instance en or pt-BR")
            return cls(plain)
        raise ValueError("a text is a string, or one string for each language such as {en: Hello, de: Hallo}")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.from_plain)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": {"pattern": _LANGUAGE.pattern},
                    "additionalProperties": {"type": "string"},
                },
            ],
            "description": "Words, or one string for each language. {{ name }} puts a value in.",
        }
