"""Currencies: what people call money, by ISO 4217 code."""

from functools import lru_cache

from babel import Locale
from babel.numbers import list_currencies

from conversations.inputs.folded import folded

_NAMES = {
    "INR": "₹ rs rs. rupee rupees rupie rupien rupia rupias रुपया रुपये रुपए रु रू روبية روبيات",
    "USD": "$ us$ dollar dollars dolar dolares bucks डॉलर دولار دولارات",
    "EUR": "€ euro euros यूरो يورو",
    "GBP": "£ pound pounds pfund libra libras quid पाउंड",
    "JPY": "¥ yen येन ين",
    "CNY": "yuan rmb renminbi युआन يوان",
    "CHF": "fr fr. franken franc francs sfr",
    "BRL": "r$ real reais reales",
    "KRW": "₩ won",
    "RUB": "₽ rubel rubles roubles ruble rouble rublo rublos",
    "TRY": "₺ lira liras",
    "VND": "₫ dong",
    "NGN": "₦ naira",
    "PHP": "₱",
    "THB": "฿ baht",
    "UAH": "₴ hryvnia",
    "ILS": "₪ shekel shekels",
    "BDT": "৳ taka",
    "GHS": "₵ cedi cedis",
    "KZT": "₸ tenge",
    "PKR": "₨",
    "PLN": "zl zł zloty",
    "SEK": "kr krona kronor krone kronen kroner coronas",
    "AED": "dh dhs dirham dirhams درهم دراهم",
    "SAR": "riyal riyals rial ريال ريالات ریال",
    "EGP": "جنيه جنيهات",
    "KWD": "dinar dinars دينار دنانير",
    "MXN": "peso pesos mx$",
    "CAD": "c$ ca$",
    "AUD": "a$ au$",
    "SGD": "s$",
    "HKD": "hk$",
    "NZD": "nz$",
    "ZAR": "rand",
    "KES": "ksh shilling shillings",
    "IDR": "rp rupiah",
    "MYR": "rm ringgit",
    "PEN": "s/ s/. sol soles",
    "BOB": "bs bs. boliviano bolivianos",
    "GTQ": "quetzal quetzales",
    "CRC": "₡",
    "PYG": "₲",
}
_SHARED = {
    "INR": "INR PKR LKR NPR MUR SCR",
    "PKR": "PKR LKR NPR INR MUR",
    "USD": "USD CAD AUD NZD SGD HKD TWD MXN COP CLP ARS JMD BBD TTD",
    "GBP": "GBP EGP LBP SYP SSP",
    "JPY": "JPY CNY",
    "CHF": "CHF XOF XAF",
    "TRY": "TRY",
    "SEK": "SEK NOK DKK ISK CZK",
    "AED": "AED MAD",
    "SAR": "SAR QAR OMR YER IRR",
    "EGP": "EGP SDG",
    "KWD": "KWD BHD JOD IQD TND DZD LYD RSD",
    "MXN": "MXN COP CLP ARS PHP UYU DOP CUP BOB",
    "KES": "KES TZS UGX",
}
"""Currencies that share a name or a sign: the workflow's own is meant where it is one of them."""
_SPOKEN_CODES = frozenset(
    [
        "usd",
        "eur",
        "gbp",
        "inr",
        "jpy",
        "cny",
        "chf",
        "cad",
        "aud",
        "nzd",
        "sgd",
        "hkd",
        "aed",
        "sar",
        "qar",
        "egp",
        "brl",
        "mxn",
        "ars",
        "clp",
        "cop",
        "pkr",
        "bdt",
        "lkr",
        "npr",
        "php",
        "idr",
        "myr",
        "thb",
        "vnd",
        "krw",
        "zar",
        "ngn",
        "kes",
        "ghs",
        "pln",
        "sek",
        "nok",
        "dkk",
        "czk",
        "huf",
        "ron",
        "bgn",
        "uah",
        "kzt",
        "ils",
    ]
)
"""Codes that count also in small letters; others are words of some language ("all", "top", "mad")."""
_BY_NAME = {folded(name): code for code, names in _NAMES.items() for name in names.split()}


def currency_named(word: str, default: str) -> str | None:
    """Return the currency that a word or a sign names, None where it names none.

    Args:
        word: As it was typed, for instance "Rs", "€", "USD".
        default: The currency that is expected; decides what "$" or "peso" means.
    """
    bare = word.rstrip("$/")
    if is_code(bare):
        return bare.upper()
    code = _BY_NAME.get(folded(word)) or _BY_NAME.get(folded(bare))
    return default if code and default in _SHARED.get(code, "").split() else code


def is_code(word: str) -> bool:
    """Return whether a word is the code of a currency, and not a word of some language that looks like one."""
    return word.lower() in _SPOKEN_CODES or (word.isupper() and is_currency(word))


@lru_cache(maxsize=1)
def arabic_signs() -> dict[str, str]:
    """Return codes by the signs of money that Arabic writes with points between letters, such as ر.س."""
    signs = Locale("ar").currency_symbols.items()
    bare = {sign.strip("\u200e\u200f. "): code for code, sign in signs}
    return {sign: code for sign, code in bare.items() if "." in sign and sign.replace(".", "").strip().isalpha()}


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(list_currencies())


def is_currency(code: str) -> bool:
    """Return whether this is an ISO 4217 code, in capitals."""
    return code in _codes()
