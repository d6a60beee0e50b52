import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.limits import TEXT_CHARACTERS
from conversations.text import Template, Text


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Plain.", "Plain."),
        ("Hi {{ name }}!", "Hi Asha!"),
        ("Hi {{name}}!", "Hi Asha!"),
        ("Hi {{ who | friend }}!", "Hi friend!"),
        ("Hi {{ empty | friend }}!", "Hi friend!"),
        ("Hi {{ who }}!", "Hi !"),
        ("{{ count }} and {{ name }}", "0 and Asha"),
        ("{ name } %s {0}", "{ name } %s {0}"),
    ],
)
def test_template_puts_values_in(source: str, said: str) -> None:
    assert Template(source).render({"name": "Asha", "empty": "", "count": 0}) == said


@pytest.mark.parametrize(
    "source", ["{{", "}}", "{{ Name }}", "{{ a.b }}", "{{ a }} }}", "{{ a | {{ b }} }}", "{{ 1 }}"]
)
def test_template_with_a_broken_place_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="a place for a value"):
        Template(source)


def test_template_with_values_is_cut_at_the_limit() -> None:
    assert len(Template("{{ a }}" * 5).render({"a": "x" * TEXT_CHARACTERS})) == TEXT_CHARACTERS


@given(value=st.text(max_size=200))
def test_template_value_is_never_evaluated(value: str) -> None:
    assert Template("<{{ a | none }}>").render({"a": value, "none": "wrong"}) == f"<{value or 'none'}>"


def test_text_chooses_the_persons_language_its_base_the_default_or_any() -> None:
    text = Text.from_plain({"de": "Hallo", "en": "Hello", "pt-BR": "Oi"})
    spoken = {
        ("de", "en"): "Hallo",
        ("de-AT", "en"): "Hallo",
        ("pt-BR", "en"): "Oi",
        ("fr", "en"): "Hello",
        ("fr", "es"): "Hallo",
    }
    for (language, default), said in spoken.items():
        assert text.template(language, default).render({}) == said


def test_text_tells_its_languages_and_names() -> None:
    text = Text.from_plain({"de": "{{ a }}", "en": "{{ b }}"})
    assert (text.languages, text.names) == (frozenset({"de", "en"}), frozenset({"a", "b"}))
    assert Text.from_plain("x").languages == frozenset()


@pytest.mark.parametrize("plain", ["", "  ", 5, None, [], {}, {"english": "x"}, {"EN": "x"}, {"en": 5}, {5: "x"}])
def test_text_that_is_none_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match=r"text|language"):
        Text.from_plain(plain)


def test_text_equals_another_of_the_same_words() -> None:
    assert Text.from_plain("x") == Text.from_plain(" x ")
    assert Text.from_plain("x") != Text.from_plain({"en": "x"})
    assert len({Text.from_plain("x"), Text.from_plain("x")}) == 1
