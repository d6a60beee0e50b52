import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audiences import (
    EXAMPLES,
    FAULTS,
    LONGEST,
    Audience,
    AudienceUnreadable,
    Both,
    Either,
    Everybody,
    Field,
    Not,
    Term,
    both,
    read,
    read_tag,
    terms_of,
    written,
)

FREELANCER, VIP = Term(Field.MARKET, ("freelancer",)), Term(Field.TAG, ("vip",))
WEEK = Term(Field.ACTIVE, ("7",))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("everybody", Everybody()),
        ("ALL", Everybody()),
        ("market:freelancer", FREELANCER),
        ("Market:Freelancer", FREELANCER),
        ("market:freelancer,agency", Term(Field.MARKET, ("freelancer", "agency"))),
        ("market:freelancer active:7d", Both((FREELANCER, WEEK))),
        ("market:freelancer and active:1w", Both((FREELANCER, WEEK))),
        ("market:freelancer active:7 or tag:VIP", Either((Both((FREELANCER, WEEK)), VIP))),
        ("active:7d (tag:vip or market:freelancer)", Both((WEEK, Either((VIP, FREELANCER))))),
        ("not tag:vip active:7d", Both((Not(VIP), WEEK))),
        ("not(tag:vip or active:7d)", Not(Either((VIP, WEEK)))),
        ("skill:beginner", Term(Field.LEVEL, ("beginner",))),
        ("country:in", Term(Field.COUNTRY, ("IN",))),
        ("language:pt-BR", Term(Field.LANGUAGE, ("pt-br",))),
        ("streak:7+", Term(Field.STREAK, ("7",))),
    ],
)
def test_read_understands_plain_lines(words: str, expected: Audience) -> None:
    assert read(words) == expected


@pytest.mark.parametrize(
    ("words", "fault", "cure"),
    [
        ("", "empty", "write everybody"),
        ("   ", "empty", "write everybody"),
        ("x" * (LONGEST + 1), "long", "use tags"),
        ("tag:a " * 31, "long", "use tags"),
        ("market", "value", "market:freelancer"),
        ("market:", "value", "market:freelancer"),
        ("market:plumber", "value", "freelancer, shop_owner"),
        ("markt:freelancer", "field", "did you mean market?"),
        ("zodiac:leo", "field", "market, goal"),
        ("active:soon", "value", "active:7d"),
        ("active:0d", "value", "active:7d"),
        ("active:99999d", "value", "active:7d"),
        ("active:7d,8d", "value", "active:7d"),
        ("streak:many", "value", "streak:7"),
        ("country:India", "value", "country:IN"),
        ("tag:a;drop", "value", "tag:vip"),
        ("doing:Über", "value", "doing:prompt_selling"),
        ("(tag:a", "bracket", "(tag:vip or tag:new)"),
        ("tag:a)", "bracket", "(tag:vip or tag:new)"),
        ("(" * 40 + "tag:a" + ")" * 40, "bracket", "use a tag"),
        ("not " * 40 + "tag:a", "bracket", "use a tag"),
        ("tag:a or", "form", "at the end"),
        ("or tag:a", "form", "before 'or'"),
        ("not", "form", "at the end"),
        ("()", "form", "before ')'"),
    ],
)
def test_read_refuses_with_the_cure(words: str, fault: str, cure: str) -> None:
    with pytest.raises(AudienceUnreadable) as refused:
        read(words)
    assert refused.value.fault == fault
    assert fault in FAULTS
    assert cure in str(refused.value)


TERMS = st.one_of(
    st.sampled_from([FREELANCER, VIP, WEEK, Term(Field.LANGUAGE, ("de", "en")), Term(Field.STREAK, ("3",))]),
    st.just(Everybody()),
)


def compounds(parts: st.SearchStrategy[Audience]) -> st.SearchStrategy[Audience]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(parts.map(Not), several.map(Both), several.map(Either))


@given(st.recursive(TERMS, compounds, max_leaves=6))
def test_written_audience_is_read_as_the_same(audience: Audience) -> None:
    words = written(audience)
    try:
        found = read(words)
    except AudienceUnreadable as refused:
        assert refused.fault in ("bracket", "long")  # noqa: PT017 - only depth and length may be refused
    else:
        assert found == audience


@given(st.text(max_size=60))
def test_whatever_is_read_is_an_audience_or_refused(words: str) -> None:
    try:
        found = read(words)
    except AudienceUnreadable as refused:
        assert str(refused)  # noqa: PT017 - any other exception fails the test
    else:
        assert read(written(found)) == found


@pytest.mark.parametrize("field", list(Field))
def test_examples_of_every_field_are_understood(field: Field) -> None:
    for example in EXAMPLES[field].split(", "):
        assert next(terms_of(read(f"{field}:{example}"))).field is field


def test_both_asks_for_one_thing_more_and_everybody_asks_for_nothing() -> None:
    assert both(Everybody(), VIP) == VIP
    assert both(VIP, Everybody()) == VIP
    assert both(Both((FREELANCER, WEEK)), VIP) == Both((FREELANCER, WEEK, VIP))


@pytest.mark.parametrize(("words", "expected"), [("VIP", "vip"), ("größe-1", "grösse-1"), ("टैग_1", None)])
def test_tag_is_folded(words: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(AudienceUnreadable):
            read_tag("टैग 1")
    else:
        assert read_tag(words) == expected
