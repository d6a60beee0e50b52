"""The few sentences that Slack wants within seconds, before the dialogue is asked: in every language of Sunup's."""

ENGLISH = "en"

SENTENCES = {
    "en": {
        "not_yours": "This question is for somebody else. Write to me directly, and we begin your own.",
        "in_private": "I answer you in our direct messages.",
        "empty": "Please write an answer first.",
    },
    "de": {
        "not_yours": "Diese Frage ist für jemand anderen. Schreib mir direkt, dann beginnen wir deine eigene.",
        "in_private": "Ich antworte dir in unseren Direktnachrichten.",
        "empty": "Bitte schreib zuerst eine Antwort.",
    },
    "es": {
        "not_yours": "Esta pregunta es para otra persona. Escríbeme directamente y empezamos la tuya.",
        "in_private": "Te respondo en nuestros mensajes directos.",
        "empty": "Escribe primero una respuesta.",
    },
    "hi": {
        "not_yours": "यह सवाल किसी और के लिए है। मुझे सीधे लिखें, और हम आपका अपना शुरू करते हैं।",
        "in_private": "मैं आपको हमारे डायरेक्ट मैसेज में जवाब देता हूँ।",
        "empty": "कृपया पहले जवाब लिखें।",
    },
    "ar": {
        "not_yours": "هذا السؤال لشخص آخر. اكتب لي مباشرة لنبدأ سؤالك أنت.",
        "in_private": "سأجيبك في رسائلنا المباشرة.",
        "empty": "اكتب إجابة أولًا من فضلك.",
    },
}


def sentence(language: str, key: str) -> str:
    """Return a sentence in somebody's language; in English where that is not known.

    Args:
        language: IETF tag, for instance `de-DE`; may be empty.
        key: Its name.
    """
    return SENTENCES.get(language.partition("-")[0].lower(), SENTENCES[ENGLISH])[key]
