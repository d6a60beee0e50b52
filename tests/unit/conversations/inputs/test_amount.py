from decimal import Decimal
from typing import Any

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from conversations import phrases
from conversations.inputs import Refused, amount
from core.executions import Metric
from tests.unit.conversations.inputs.reading import reading


def read(
    words: str, currency: str = "INR", metric: Metric = Metric.REVENUE, language: str = "en"
) -> tuple[str, str] | str:
    try:
        value, named = amount.read(words, reading(language), currency, metric)
    except Refused as refusal:
        return refusal.phrase
    return str(value), named


@pytest.mark.parametrize(
    ("words", "value", "currency"),
    [
        ("4500", "4500", "INR"),
        ("0", "0", "INR"),
        ("₹4,500", "4500", "INR"),
        ("Rs 4500", "4500", "INR"),
        ("Rs.4500/-", "4500", "INR"),
        ("rs4500", "4500", "INR"),
        ("4500inr", "4500", "INR"),
        ("4500 INR only", "4500", "INR"),
        ("4500 रुपये", "4500", "INR"),
        ("४५०० रुपये", "4500", "INR"),
        ("٤٥٠٠ روبية", "4500", "INR"),
        ("we made 4500 rupees!", "4500", "INR"),
        ("4.5k", "4500.0", "INR"),
        ("2 lakh", "200000", "INR"),
        ("2 crore", "20000000", "INR"),
        ("1,20,000", "120000", "INR"),
        ("$120.50", "120.50", "USD"),
        ("US$120", "120", "USD"),
        ("120 USD", "120", "USD"),
        ("50 bucks", "50", "USD"),
        ("EUR 1.250,50", "1250.50", "EUR"),
        ("I got 20 euros", "20", "EUR"),
        ("£15", "15", "GBP"),
        ("R$ 50", "50", "BRL"),
        ("¥500", "500", "JPY"),
        ("300 TOP", "300", "TOP"),
        ("all 300", "300", "INR"),
        ("300 for the top", "300", "INR"),
        ("100 دولار", "100", "USD"),
        ("50 dólares", "50", "USD"),
        ("€4.500", "4500", "EUR"),
        ("$4,500", "4500", "USD"),
        ("4.500 KWD", "4.500", "KWD"),
        ("1.250 million", "1250000.000", "INR"),
        ("$4.500 MXN", "4500", "MXN"),
        ("MXN$4,500", "4500", "MXN"),
        ("٤٥٠٠ ر.س", "4500", "SAR"),
        ("٤٥٠٠ د.إ", "4500", "AED"),
        ("S/ 4500", "4500", "PEN"),
        ("I GOT 4500", "4500", "INR"),
        ("I MADE 4500 IN ALL", "4500", "INR"),
        ("4½ lakh", "450000.0", "INR"),
        ("four thousand", "4000", "INR"),
        ("about four thousand five hundred rupees", "4500", "INR"),
        ("1 lakh 20 thousand", "120000", "INR"),
        ("nothing yet", "0", "INR"),
    ],
)
def test_read_amount_of_money_in_any_spelling(words: str, value: str, currency: str) -> None:
    assert read(words) == (value, currency)


@pytest.mark.parametrize(
    ("words", "expected", "currency"),
    [("$5", "CAD", "CAD"), ("5 pesos", "COP", "COP"), ("Rs 5", "PKR", "PKR"), ("¥5", "CNY", "CNY"),
     ("5 kr", "NOK", "NOK"), ("$5", "EUR", "USD"), ("5 dirhams", "MAD", "MAD"), ("€5", "CAD", "EUR")],
)  # fmt: skip
def test_read_amount_shared_sign_means_the_expected_money(words: str, expected: str, currency: str) -> None:
    assert read(words, expected) == ("5", currency)


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [
        ("es", "$4,500", "4500"),
        ("de", "viertausendfünfhundert", "4500"),
        ("es", "cuatro mil", "4000"),
        ("hi", "चार हज़ार", "4000"),
        ("hi", "साढ़े चार हज़ार", "4500.0"),
        ("ar", "أربعة آلاف", "4000"),
        ("de", "nichts", "0"),
        ("es", "nada todavía", "0"),
        ("hi", "कुछ नहीं", "0"),
        ("ar", "لا شيء", "0"),
    ],
)
def test_read_amount_in_the_words_of_a_language(language: str, words: str, value: str) -> None:
    answer = read(words, "USD", language=language)
    assert answer == (value, "USD")


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("", "need_amount"),
        ("two or three", "need_amount"),
        ("one moment", "need_amount"),
        ("two minutes", "need_amount"),
        ("no one packs better", "need_amount"),
        ("once", "need_amount"),
        ("a thousand thanks to you all", "need_amount"),
        ("a lot", "need_amount"),
        ("3 of 4", "one_figure"),
        ("4500 and $3", "one_figure"),
        ("₹4500 ($54)", "one_figure"),
        ("500 EUR or USD", "one_figure"),
        ("-5", "amount_negative"),
        ("-₹500", "amount_negative"),
        ("₹-500", "amount_negative"),
        ("1000000000001", "amount_too_large"),
        ("9" * 39, "amount_too_large"),
        ("XYZ 500", "currency_unknown"),
        ("500 ABC", "currency_unknown"),
        ("₿2", "currency_unknown"),
    ],
)
def test_read_amount_that_is_none_is_refused(words: str, refusal: str) -> None:
    assert read(words) == refusal


def test_read_amount_of_exactly_the_largest_is_taken() -> None:
    assert read("1000000000000") == ("1000000000000", "INR")


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("3", "3"),
        ("3 hours", "3"),
        ("90 minutes", "1.5"),
        ("45min", "0.75"),
        ("1h30", "1.5"),
        ("1:30", "1.5"),
        ("2h 15m", "2.25"),
        ("1 hour 30 minutes", "1.5"),
        ("20 minutes", "0.33"),
        ("100 hours", "1E+2"),
        ("2 Stunden", "2"),
        ("2 horas", "2"),
        ("२ घंटे", "2"),
        ("٣ ساعات", "3"),
        ("0", "0"),
        ("1 hr 30", "1.5"),
        ("2½ hours", "2.5"),
        ("½ hour", "0.5"),
        ("half an hour", "0.5"),
        ("an hour", "1"),
        ("two hours", "2"),
        ("none", "0"),
    ],
)
def test_read_amount_of_time_is_in_hours(words: str, hours: str) -> None:
    answer = read(words, "", Metric.TIME_SAVED)
    assert isinstance(answer, tuple)
    assert Decimal(answer[0]) == Decimal(hours)
    assert answer[1] == ""


@pytest.mark.parametrize(
    ("language", "words", "hours"),
    [("de", "eine halbe Stunde", "0.5"), ("de", "anderthalb Stunden", "1.5"), ("es", "media hora", "0.5"),
     ("hi", "डेढ़ घंटा", "1.5"), ("hi", "ढाई घंटे", "2.5"), ("ar", "ساعتين", "2"), ("ar", "نصف ساعة", "0.5")],
)  # fmt: skip
def test_read_amount_of_time_in_the_words_of_a_language(language: str, words: str, hours: str) -> None:
    answer = read(words, "", Metric.TIME_SAVED, language)
    assert isinstance(answer, tuple)
    assert Decimal(answer[0]) == Decimal(hours)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("2 days", "need_hours"),
        ("one day", "need_hours"),
        ("1 hr 75", "one_figure"),
        ("3 or 4", "one_figure"),
        ("-3", "amount_negative"),
    ],
)
def test_read_amount_of_time_that_is_none_is_refused(words: str, refusal: str) -> None:
    assert read(words, "", Metric.TIME_SAVED) == refusal


def test_read_amount_of_people_is_whole_and_no_money() -> None:
    assert read("3 new clients", "", Metric.CUSTOMERS) == ("3", "")
    assert read("2.5", "", Metric.CUSTOMERS) == "need_whole"
    assert read("₹3", "", Metric.CUSTOMERS) == "amount_plain"
    assert read("3 dollars", "", Metric.CUSTOM) == "amount_plain"


@pytest.mark.parametrize(
    ("value", "fields", "language", "label"),
    [
        ("4500", {"currency": "INR"}, "en", "₹4,500"),
        ("4500.5", {"currency": "INR"}, "en", "₹4,500.50"),
        ("4500", {"currency": "EUR"}, "de", "4.500\xa0€"),
        ("120000", {"currency": "INR"}, "hi", "₹1,20,000"),
        ("1E+2", {"currency": "USD"}, "en", "$100"),
        ("3", {"metric": Metric.TIME_SAVED}, "en", "3 hours"),
        ("1", {"metric": Metric.TIME_SAVED}, "de", "1 Stunde"),
        ("1.5", {"metric": Metric.TIME_SAVED}, "de", "1,5 Stunden"),
        ("1", {"metric": Metric.CUSTOMERS}, "en", "1 customer"),
        ("2", {"metric": Metric.CUSTOMERS}, "es", "2 clientes"),
        ("0", {"metric": Metric.CUSTOMERS}, "ar", "0 عميل"),
        ("1", {"metric": Metric.CUSTOMERS}, "ar", "عميل واحد"),
        ("2", {"metric": Metric.CUSTOMERS}, "ar", "عميلان"),
        ("5", {"metric": Metric.CUSTOMERS}, "ar", "5 عملاء"),
        ("11", {"metric": Metric.CUSTOMERS}, "ar", "11 عميلًا"),
        ("100", {"metric": Metric.CUSTOMERS}, "ar", "100 عميل"),
        ("2", {"metric": Metric.TIME_SAVED}, "ar", "ساعتان"),
        ("11", {"metric": Metric.TIME_SAVED}, "ar", "11 ساعة"),
        ("1.5", {"metric": Metric.TIME_SAVED}, "ar", "1.5 ساعة"),
        ("1.5", {"metric": Metric.TIME_SAVED}, "hi", "1.5 घंटे"),
        ("12", {"metric": Metric.CUSTOM, "unit": "new subscribers"}, "en", "12 new subscribers"),
        ("12", {"metric": Metric.CUSTOM}, "en", "12"),
    ],
)
def test_label_reads_as_the_person_would_write_it(
    value: str, fields: dict[str, Any], language: str, label: str
) -> None:
    given = {"currency": "", "metric": Metric.REVENUE, "unit": "", **fields}
    metric, currency, unit = given["metric"], given["currency"], given["unit"]

    locale = Locale.parse(language)

    def counted(key: str, count: Decimal) -> str:
        return phrases.counted(language, key, locale.plural_form(count), str(count))

    assert amount.label(Decimal(value), currency, metric, unit=unit, locale=locale, counted=counted) == label


@given(words=st.text() | st.from_regex(r"[-₹$€.,0-9 kK]{0,20}"), metric=st.sampled_from(list(Metric)))
def test_read_amount_any_words_give_a_value_in_bounds_or_a_refusal(words: str, metric: Metric) -> None:
    answer = read(words, "INR" if metric is Metric.REVENUE else "", metric)
    assert isinstance(answer, str) or 0 <= Decimal(answer[0]) <= 10**12
