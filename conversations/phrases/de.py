"""German."""

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "hello": (
        "Hallo{name}! Ich bin Sunup. Ich bringe dir kleine Schritte, die weiterführen, und merke mir, wo du bist."
    ),
    "called": ", {name}",
    "help": (
        "Ich führe dich durch Workflows, einen Schritt nach dem anderen. Tippe auf einen Knopf oder antworte einfach.\n"
        "/workflows – was du beginnen kannst\n"
        "/today – was offen ist\n"
        "/note – einen Gedanken festhalten\n"
        "/pause und /resume – eine Weile Ruhe\n"
        "/settings – Name, Sprache, Zeitzone\n"
        "/link – in einem anderen Chat weitermachen\n"
        "/stop – ich schweige; /start holt mich zurück"
    ),
    "menu": "Was möchtest du tun?",
    "not_understood": "Gerade ist nichts offen. Das können wir tun:",
    "reply_thanks": "Gern! Was auch immer als Nächstes kommt:",
    "reply_hello": "Hallo{name}! Was möchtest du tun?",
    "reply_bye": "Bis bald! Ich bin da, wann immer du magst.",
    "nothing_open": "Gerade ist nichts offen. Wollen wir etwas beginnen?",
    "no_workflows": (
        "Noch gibt es nichts zu beginnen. Bitte die Betreiber dieses Chats, einen Workflow zu veröffentlichen."
    ),
    "no_such_workflow": "„{name}“ kenne ich nicht.",
    "workflows": "Das kannst du beginnen:",
    "parked": "Ich merke mir deinen Platz in „{title}“.",
    "back_to": "Zurück zu „{title}“:",
    "workflow_broken": (
        "„{title}“ dreht sich im Kreis, darum habe ich es beendet. Der Grund ist vermerkt, und deine Antworten bleiben."
    ),
    "today": "Das ist offen:",
    "today_line": "{title} – Schritt {place} von {total}",
    "today_empty": "Heute ist nichts offen. Ein guter Moment, um etwas zu beginnen.",
    "note_how": "Schreib deine Notiz hinter den Befehl, zum Beispiel: /note Ana möchte am Freitag telefonieren",
    "noted": "Notiert.",
    "noted_cut": "Notiert; die ersten {limit} Zeichen habe ich behalten.",
    "noted_do": "Notiert. Tippe auf Fertig, wenn du durch bist.",
    "paused": "Ab jetzt ist Ruhe. Dein Platz bleibt; sag „fortsetzen“, wenn du so weit bist.",
    "resumed": "Schön, dass du wieder da bist.",
    "stopped": "Gestoppt. Du hörst nichts mehr von mir, bis du „start“ sagst.",
    "stopped_hint": (
        "Du wolltest, dass ich aufhöre, darum bin ich still. Sag „start“, und wir machen da weiter, wo wir waren."
    ),
    "started_again": "Da bist du ja wieder, wie schön.",
    "settings": "Name: {name}\nSprache: {language}\nZeitzone: {zone}\nErinnerungen: {nudges}",
    "settings_chats": "Chats: {chats}",
    "settings_reminders_go": "Von mir aus schreibe ich: {where}",
    "settings_unset": "noch unbekannt",
    "settings_on": "an",
    "settings_paused": "pausiert",
    "progress": "Schritt {place} von {total} · {title}",
    "reminder": "Noch da? Wir waren mitten in „{title}“.",
    "gave_up": "Ich habe „{title}“ erst einmal weggelegt. Wann immer du magst: /start {name}",
    "is_that_right": "{answer} – stimmt das?",
    "choose_one": "Bitte wähle eins davon:",
    "need_words": "Hier brauche ich eine Antwort in Worten.",
    "need_number": "Hier brauche ich eine Zahl, zum Beispiel 12 oder 12,5.",
    "number_too_small": "Das ist zu wenig. Es sollte mindestens {least} sein.",
    "number_too_large": "Das ist zu viel. Es sollte höchstens {most} sein.",
    "text_too_short": "Bitte etwas mehr: mindestens {least} Zeichen.",
    "text_too_long": "Bitte etwas kürzer: höchstens {most} Zeichen.",
    "need_date": "Hier brauche ich ein Datum, zum Beispiel 24. Dezember, 24.12.2026 oder morgen.",
    "need_email": "Das sieht nicht nach einer E-Mail-Adresse aus. Sie sieht so aus: name@example.com.",
    "need_phone": (
        "Das sieht nicht nach einer Telefonnummer aus. Schreib sie mit Vorwahl des Landes: +49 171 1234567."
    ),
    "need_zone": (
        "Diesen Ort kenne ich nicht. Nenn eine große Stadt in deiner Nähe (Berlin, Wien) oder etwas wie UTC+1."
    ),
    "need_amount": "Hier brauche ich eine Zahl, zum Beispiel 4500 oder 1.250,50, oder 0, wenn nichts dabei herauskam.",
    "need_whole": "Hier brauche ich eine ganze Zahl, zum Beispiel 3.",
    "need_hours": "Wie viele Stunden sind das? Schreib zum Beispiel 3, 1:30 oder 90 Minuten.",
    "one_figure": "Ich sehe da mehr als eine Zahl. Welche zählt?",
    "amount_plain": "Hier brauche ich eine bloße Zahl, kein Geld: zum Beispiel 3.",
    "amount_negative": "Weniger als nichts geht nicht. Schreib 0, wenn nichts dabei herauskam.",
    "amount_too_large": "Das ist eine sehr große Zahl. Schreib sie bitte noch einmal in Ziffern.",
    "currency_unknown": "Die Währung „{currency}“ kenne ich nicht. Schreib ihren Code, zum Beispiel EUR oder INR.",
    "timer": "⏱ {duration}",
    "time_is_up": "⏱ Zeit um: {duration}. Wie lief es?",
    "do_how": "Tippe auf Fertig, Überspringen oder Komme nicht weiter. Was du schreibst, behalte ich als Notiz.",
    "cannot_skip": (
        "Dieser Schritt ist wichtig und lässt sich nicht überspringen. Kommst du nicht weiter, helfe ich dir."
    ),
    "stuck": (
        "Mach es kleiner: Was ist das Allernächste, das fünf Minuten braucht? Tu nur das und sag mir dann Bescheid."
    ),
    "checking": "Angekommen. Einen Moment, ich sehe es mir an.",
    "still_checking": "Ich sehe mir deine Datei noch an. Einen Moment.",
    "proof_kept": "Gespeichert, danke.",
    "need_proof": "Schick mir bitte {wanted}.",
    "no_hurry": "Es eilt nicht, dein Platz bleibt. Alles andere findest du im Menü.",
    "proof_too_large": (
        "Diese Datei ist mir zu groß; bis {limit} geht es. Schick mir bitte {wanted} noch einmal, kleiner."
    ),
    "proof_wrong_kind": "Diese Art von Datei kann ich hier nicht nehmen. Schick mir bitte {wanted}.",
    "proof_unreadable": (
        "Ich kann die Datei nicht öffnen; sie scheint beschädigt. Schick mir bitte {wanted} noch einmal."
    ),
    "proof_too_many_pixels": (
        "Das Bild hat zu viele Pixel für mich. Schick mir bitte ein Bildschirmfoto oder eine kleinere Kopie."
    ),
    "proof_empty": "Diese Datei ist leer. Schick mir bitte {wanted} noch einmal.",
    "proof_unavailable": "Ich konnte die Datei nicht abholen. Schick mir bitte {wanted} noch einmal.",
    "outcome_proof": "{amount} – gut gemacht. Hast du ein Bildschirmfoto oder eine Rechnung, die es zeigt?",
    "media_image": "ein Bild",
    "media_document": "ein Dokument",
    "media_voice": "eine Sprachnachricht",
    "or": " oder ",
    "waiting_until": "Nichts zu tun bis {moment}. Dann schreibe ich dir.",
    "waiting_event": "Gerade gibt es nichts zu tun. Ich schreibe dir, wenn es weitergeht.",
    "link_code": (
        "Sag mir das in deinem anderen Chat, innerhalb von {life}:\n\nlink {code}\n\n"
        "Behalte es für dich: Wer es dort sagt, macht als du weiter."
    ),
    "link_private": "Das gehört in einen Chat zwischen uns beiden. Schreib mir dort.",
    "link_no_code": "Das ist kein Code. Ein Code hat acht Buchstaben und Ziffern, zum Beispiel K7QD-M2PX.",
    "link_checking": "Einen Moment, ich suche deinen anderen Chat.",
    "link_unknown": (
        "Diesen Code kenne ich nicht. Sieh noch einmal nach, oder sag „verbinden“ in deinem anderen Chat, "
        "dann gibt es einen neuen."
    ),
    "link_expired": (
        "Dieser Code ist abgelaufen; er gilt {life}. Sag „verbinden“ in deinem anderen Chat für einen neuen."
    ),
    "link_used": "Dieser Code wurde schon benutzt. Sag „verbinden“ in deinem anderen Chat für einen neuen.",
    "link_own": "Dieser Code ist aus diesem Chat. Sag ihn in dem anderen, den du verbinden möchtest.",
    "link_same": "Diese beiden Chats sind schon verbunden.",
    "link_busy": "Es waren zu viele falsche Codes. Versuch es bitte wieder in: {wait}.",
    "link_unavailable": "Das hat gerade nicht geklappt, und nichts hat sich geändert. Versuch es bitte noch einmal.",
    "link_made": (
        "Dein anderer Chat ({channel}) ist jetzt verbunden. Ob du dort schreibst oder hier, ich weiß, wo wir sind.\n"
        "Wenn du das nicht warst, trenne ihn gleich wieder."
    ),
    "link_made_here": "Verbunden mit deinem anderen Chat ({channel}). Wir machen hier weiter, wo wir waren.",
    "link_made_stopped": (
        "Verbunden mit deinem anderen Chat ({channel}). Du wolltest, dass ich aufhöre, darum bleibe ich still, "
        "bis du „start“ sagst."
    ),
    "unlink_alone": "Das ist dein einziger Chat mit mir, da gibt es nichts zu trennen.",
    "unlink_which": (
        "Welcher Chat soll für sich stehen? Er fängt neu an; was wir getan haben, bleibt bei den anderen."
    ),
    "unlink_gone": "Dieser Chat steht schon für sich.",
    "unlink_done": "Dein anderer Chat ({channel}) steht jetzt für sich. Was du dort sagst, kommt nicht hierher.",
    "unlink_done_here": (
        "Dieser Chat steht jetzt für sich, und wir fangen neu an. Deine anderen Chats behalten, was wir getan haben."
    ),
    "reminders_alone": "Ich schreibe dir hier; es ist dein einziger Chat mit mir.",
    "reminders_which": "Wo soll ich schreiben, wenn ich von mir aus etwas sage? Jetzt: {where}",
    "reminders_where_last": "Wo du zuletzt warst",
    "reminders_chosen": "Gut. Wenn ich von mir aus etwas sage, dann hier: {where}",
    "channel_here": "{channel} (hier)",
    "channel_telegram": "Telegram",
    "channel_whatsapp": "WhatsApp",
    "channel_slack": "Slack",
    "channel_web": "Web-Chat",
    "channel_terminal": "Terminal",
    "account_paused": (
        "⚠️ {channel} ({account}) ist angehalten: {reason} "
        "Was dort wartet, bleibt erhalten. `sunup doctor` sagt, was zu tun ist."
    ),
    "tap_stale": "Diese Frage ist schon beantwortet.",
    "command_menu": "Was wir tun können",
    "command_workflows": "Was du beginnen kannst",
    "command_today": "Was offen ist",
    "command_note": "Einen Gedanken festhalten",
    "command_pause": "Ruhe für eine Weile",
    "command_resume": "Weitermachen",
    "command_settings": "Name, Sprache, Zeitzone",
    "command_timezone": "Zeitzone ändern",
    "command_language": "Sprache ändern",
    "command_link": "In einem anderen Chat weitermachen",
    "command_help": "Wie das hier geht",
    "command_stop": "Keine Nachrichten mehr",
    "button_menu": "Menü",
    "button_start": "Start",
    "button_continue": "Weitermachen",
    "button_workflows": "Workflows",
    "button_today": "Heute",
    "button_settings": "Einstellungen",
    "button_help": "Hilfe",
    "button_resume": "Fortsetzen",
    "button_pause": "Pause",
    "button_stop": "Stopp",
    "button_timezone": "Zeitzone",
    "button_language": "Sprache",
    "button_link": "Chat verbinden",
    "button_unlink": "Chat trennen",
    "button_reminders": "Wohin schreiben",
    "button_done": "Fertig",
    "button_skip": "Überspringen",
    "button_stuck": "Komme nicht weiter",
    "button_yes": "Ja",
    "button_no": "Nein",
    "button_go_on": "Jetzt weiter",
    "button_write": "Ausführlich schreiben",
    "button_send": "Senden",
    "button_close": "Schließen",
}

COUNTED: Final[dict[str, dict[str, str]]] = {"customers": {"one": "{count} Kunde", "other": "{count} Kunden"}}

COURTESIES: Final[dict[str, tuple[str, ...]]] = {
    "thanks": ("danke", "danke schön", "dankeschön", "vielen dank", "danke dir", "super", "toll", "prima", "klasse"),
    "hello": ("hallo", "guten morgen", "guten tag", "guten abend", "moin", "servus", "grüss gott", "grüezi", "na"),
    "bye": ("tschüss", "tschüs", "ciao", "auf wiedersehen", "bis bald", "bis später", "bis morgen", "gute nacht"),
}

REFUSING: Final = ("nicht", "kein", "keine", "keinen", "nie", "weder", "noch", "oder", "ausser", "aber", "ohne")

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "yes": ("ja", "j", "jo", "jep", "klar", "stimmt", "genau", "richtig", "passt", "gern", "gerne"),
    "no": ("nein", "nee", "ne", "nö", "falsch", "stimmt nicht", "nicht richtig"),
    "done": ("fertig", "erledigt", "geschafft", "gemacht", "ich bin fertig", "bin fertig"),
    "skip": ("überspringen", "ueberspringen", "auslassen", "nein danke"),
    "stuck": ("komme nicht weiter", "ich komme nicht weiter", "hänge fest", "ich hänge fest", "hilf mir"),
    "go_on": ("weiter", "jetzt weiter", "jetzt", "los"),
}

COMMAND_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "stop": ("stopp", "halt", "aufhören", "hör auf", "abmelden", "abbestellen", "bitte aufhören"),
    "start": ("starten", "wieder starten", "anfangen"),
    "help": ("hilfe", "was kannst du", "wie geht das", "wer bist du"),
    "menu": ("menü", "menue", "abbrechen", "abbruch", "beenden", "raus"),
    "continue": ("weitermachen", "weiter"),
    "workflows": ("liste", "abläufe"),
    "today": ("heute",),
    "pause": ("pausieren",),
    "resume": ("fortsetzen",),
    "settings": ("einstellungen",),
    "timezone": ("zeitzone",),
    "language": ("sprache",),
    "link": ("verbinden", "chat verbinden", "verknüpfen"),
    "unlink": ("trennen", "chat trennen"),
    "reminders": ("wohin schreiben", "erinnerungen"),
}
