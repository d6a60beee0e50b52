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
        "/schedule – was von selbst kommt, und wann\n"
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
    "need_time": "Hier brauche ich eine Uhrzeit, zum Beispiel 7:30, halb acht oder 20 Uhr.",
    "need_days": "Welche Tage? Zum Beispiel jeden Tag, Mo-Fr oder Montag, Mittwoch und Freitag.",
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
    "pacing_later": "Du antwortest meist etwa {shift} nach {before}. Soll ich ab jetzt um {after} kommen?",
    "pacing_missed": "Mit „{title}“ habe ich dich {count}-mal hintereinander verpasst. Wäre eine andere Zeit besser?",
    "audience_everybody": "Alle",
    "audience_by_market": "Nach Markt",
    "audience_by_goal": "Nach Ziel",
    "audience_by_level": "Nach Können",
    "audience_by_language": "Nach Sprache",
    "audience_by_active": "Wer geschrieben hat seit …",
    "audience_by_silent": "Wer still war seit …",
    "audience_empty": "Sag, wer es bekommt, zum Beispiel everybody oder market:freelancer active:7d",
    "audience_long": "Das ist zu lang: höchstens {most} Zeichen. Für längere Listen gib Leuten mit /tag ein Etikett.",
    "audience_field": "„{field}“ kenne ich nicht. Frag nach: {fields}",
    "audience_value": "Hinter {field}: Ich verstehe zum Beispiel {examples}.",
    "audience_form": "Da fehlt etwas. Schreib zum Beispiel: market:freelancer not tag:vip",
    "audience_bracket": "Die Klammern passen nicht. Schreib zum Beispiel: language:de (tag:vip or streak:7)",
    "broadcast_ask_text": "Was soll ich sagen? Schreib es so, wie man es lesen soll; {place} setzt den Namen ein.",
    "broadcast_looking": "Einen Moment, ich sehe nach, wer es bekommt.",
    "broadcast_words_only": "Eine Rundnachricht besteht nur aus Worten. Bitte schreib, was ich sagen soll.",
    "broadcast_too_long": "Das sind {count} Zeichen, und {most} ist das Meiste. Bitte schreib es kürzer.",
    "broadcast_places": (
        "In Klammern kenne ich nur {place}, oder {other} für Leute ohne Namen. Bitte schreib es noch einmal."
    ),
    "broadcast_ask_who": (
        "Wer soll es bekommen? Tipp, oder schreib zum Beispiel: market:freelancer language:de active:7d\n"
        "Verbinden kannst du mit and, or, not und Klammern. Ich kenne: {fields}"
    ),
    "broadcast_ask_when": (
        "Wann? Sofort, oder nach der Uhr jedes Menschen: Tipp, oder schreib zum Beispiel 18:00 oder morgen 9:30."
    ),
    "broadcast_bad_when": (
        "Da sehe ich keine Zeit in der Zukunft. Schreib sofort, 18:00, morgen 9:30 oder 24. Dezember 18:00."
    ),
    "broadcast_ask_button": "Welchen Ablauf soll ein Knopf darunter beginnen? Tipp darauf oder schreib seinen Namen.",
    "broadcast_no_button": "Kein Knopf",
    "broadcast_when_now": "Sofort",
    "broadcast_their_time": "{time} ihrer Zeit",
    "broadcast_shown": "{channels}: {count} Menschen lesen",
    "broadcast_by_template": " (als genehmigte Vorlage, denn ihr Chat nimmt gerade keine freien Worte)",
    "broadcast_in_parts": " (in {count} Nachrichten)",
    "broadcast_for": "Für: {audience}",
    "broadcast_at": "Wann: {when}",
    "broadcast_people": "Menschen: {count} von {all}",
    "broadcast_left_out": "Ausgelassen: {reasons}",
    "broadcast_failed": "Fehlgeschlagen: {reasons}",
    "broadcast_takes": "Dauert etwa {time} und kostet etwa {cost}.",
    "broadcast_to_nobody": "Niemand bekäme es. Wähle jemand anderen.",
    "broadcast_stale": "Diese Vorschau ist zu alt. Sieh sie noch einmal an, dann sende.",
    "broadcast_already": "Nichts zu tun:",
    "broadcast_is_draft": "Es ist noch nicht gesendet.",
    "broadcast_is_running": "Es ist unterwegs.",
    "broadcast_is_paused": "Es ruht. Was noch nicht hinaus ist, wartet.",
    "broadcast_is_done": "Es ist durch.",
    "broadcast_is_cancelled": "Es ist abgebrochen. Was noch nicht hinaus ist, bleibt hier.",
    "broadcast_status_draft": "noch nicht gesendet",
    "broadcast_status_running": "unterwegs",
    "broadcast_status_paused": "ruht",
    "broadcast_status_done": "durch",
    "broadcast_status_cancelled": "abgebrochen",
    "broadcast_none": "Es gibt noch keine Rundnachrichten. Beginne eine mit /broadcast",
    "broadcast_list": "Die neuesten Rundnachrichten:",
    "broadcast_line": "{moment} · {audience} · {status} · {sent} von {all}",
    "broadcast_results": (
        "Gesendet: {sent}\n"
        "Zugestellt: {delivered}\n"
        "Gelesen: {read}\n"
        "Geantwortet binnen eines Tages: {answered}\n"
        "Wartet: {waiting}\n"
        "Kommt noch: {planned}\n"
        "Zurückgenommen: {withdrawn}"
    ),
    "broadcast_why_stopped": "sagten Stopp",
    "broadcast_why_paused": "baten um Ruhe",
    "broadcast_why_blocked": "haben uns gesperrt",
    "broadcast_why_unreachable": "haben keinen Chat",
    "broadcast_why_account_paused": "unser Konto ruht",
    "broadcast_why_window": "zu lange still, keine Vorlage",
    "broadcast_why_late": "ihre Zeit war vorbei",
    "broadcast_why_erased": "gelöscht",
    "broadcast_why_unreadable": "nicht lesbar",
    "broadcast_why_expired": "kam zu spät",
    "broadcast_why_quiet_hours": "ihre Ruhezeit",
    "broadcast_gone": "Diese Rundnachricht gibt es nicht mehr. /broadcasts zeigt, welche es gibt.",
    "broadcast_not_a_draft": "Die ist schon gesendet und nicht mehr zu ändern. Beginne eine neue mit /broadcast",
    "broadcast_audience": "Zusammen ist das zu viel verlangt. Wähle neu, wer es bekommt.",
    "broadcast_unavailable": "Das ging gerade nicht, und nichts wurde dadurch gesendet. Bitte versuch es noch einmal.",
    "broadcast_given_up": (
        "Etwas ging schief, darum ruht es. `sunup dead-letters list` sagt, was; dann lass es weitergehen."
    ),
    "broadcast_author_erased": "Wer es schrieb, wurde gelöscht, und die Worte damit.",
    "broadcast_nobody": "So kenne ich niemanden. Schreib zum Beispiel: /tag telegram:501 vip",
    "broadcast_several": "Das sind mehrere Menschen. Nenne einen mit seiner Id; `sunup people list` zeigt sie.",
    "broadcast_many": "Mehr Etiketten gehen nicht. Nimm erst eines weg: /tag PERSON -TAG",
    "tag_how": "Schreib, wer und welches: /tag telegram:501 vip, oder /tag telegram:501 -vip, um es wegzunehmen.",
    "tag_now": "Etiketten: {tags}",
    "button_broadcast_send": "An {count} senden",
    "button_broadcast_who": "Wer es bekommt",
    "button_broadcast_when": "Wann",
    "button_broadcast_button": "Knopf dazu",
    "button_broadcast_text": "Andere Worte",
    "button_broadcast_cancel": "Verwerfen",
    "button_broadcast_pause": "Ruhen lassen",
    "button_broadcast_resume": "Weitergehen",
    "button_broadcast_look": "Noch mal ansehen",
    "button_broadcast_results": "Ergebnisse",
    "enrol_when": "Wann soll ich mit „{title}“ kommen? Zum Beispiel 7:30 oder halb acht.",
    "enrol_days": "An welchen Tagen? Zum Beispiel jeden Tag, werktags oder Mo, Mi und Fr.",
    "enrol_where": "In oder bei welcher Stadt bist du? Dann richte ich mich nach deiner Uhr.",
    "enrol_date": "Von welchem Datum soll ich für „{title}“ zählen? Zum Beispiel 24. Dezember 1990.",
    "enrol_until": "Bis zu welchem Tag soll „{title}“ ruhen? Zum Beispiel Montag oder 24. Dezember.",
    "enrol_until_when": (
        "Ich brauche einen Tag nach heute und innerhalb eines Jahres, zum Beispiel Montag oder 24. Dezember."
    ),
    "enrol_confirm": "{when}, Ortszeit {place}. Richtig?",
    "enrol_in_quiet": "Das liegt in deiner Ruhezeit ({hours}); ich komme trotzdem, weil du es so willst.",
    "enrol_done": "Gut. Das nächste Mal: {moment}.",
    "enrol_held": "Gut. Es kommt, sobald du „fortsetzen“ sagst.",
    "enrol_quiet": (
        "Ab jetzt gilt Ruhezeit: {hours}. Dann schreibe ich von mir aus nichts, "
        "außer du willst genau diese Zeit. /quiet ändert das."
    ),
    "enrol_over": "Dieser Moment ist vorbei, also ist nichts geplant.",
    "enrol_first": "Zuerst kommt „{title}“. Wollen wir damit beginnen?",
    "schedule": "Das kommt von selbst:",
    "schedule_none": "Noch kommt nichts von selbst. Manche Workflows können das:",
    "schedule_line": "{title}: {when} – nächstes Mal {moment}",
    "schedule_line_paused": "{title}: {when} – ruht, nächstes Mal {moment}",
    "schedule_line_held": "{title}: {when} – ruht, bis du „fortsetzen“ sagst",
    "schedule_kept": "Gut, es bleibt dabei: {when}.",
    "schedule_rest": "Für wie lange?",
    "schedule_ended": "Gut. „{title}“ kommt nicht mehr von selbst.",
    "quiet": "Ruhezeit: {hours}. Dann schreibe ich von mir aus nichts, außer was du genau um diese Zeit wolltest.",
    "quiet_none": "Du hast keine Ruhezeit.",
    "quiet_covers": (
        "„{title}“ um {time} liegt jetzt in deiner Ruhezeit. Es kommt an ihrem Ende, wenn das nicht zu spät dafür ist."
    ),
    "settings_comes": "Von selbst: {what}",
    "settings_quiet": "Ruhezeit: {hours}",
    "command_schedule": "Was von selbst kommt",
    "tap_stale": "Diese Frage ist schon beantwortet.",
    "command_menu": "Was wir tun können",
    "command_workflows": "Was du beginnen kannst",
    "command_today": "Was offen ist",
    "command_protocol": "Dein Tagesprotokoll und deine Serie",
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
    "button_begin": "Jetzt beginnen",
    "button_other_time": "Andere Zeit",
    "button_keep_time": "{time} behalten",
    "button_keep": "So lassen",
    "button_schedule": "Wann ich schreibe",
    "button_quiet": "Ruhezeit",
    "button_limit": "Tageslimit",
    "button_other_days": "Andere Tage",
    "button_other_place": "Anderer Ort",
    "button_none": "Keine",
    "button_insist": "Trotzdem kommen",
    "button_rest": "Ruhen lassen",
    "button_rest_day": "Einen Tag",
    "button_rest_week": "Eine Woche",
    "button_rest_month": "Einen Monat",
    "button_rest_date": "Bis zu einem Tag",
    "button_end": "Beenden",
    "button_write": "Ausführlich schreiben",
    "button_send": "Senden",
    "button_close": "Schließen",
    "protocol_none": (
        "Du hast das Tagesprotokoll noch nicht begonnen. Morgens liest du deine Affirmationen laut und "
        "wählst eine mutige Tat; abends blickst du eine Minute zurück."
    ),
    "protocol_status": (
        "Tag {day} · Serie: {streak} (längste: {longest})\n"
        "Morgen insgesamt: {total} · letzte 90 Tage: {rate} %\n"
        "Disziplin: {average} von 10 · Ersatztage: {repairs}"
    ),
    "protocol_member": "Mitglied {number}",
    "home_day": "Tag {day} · Serie: {streak}",
    "home_action": "Mutige Tat: {action}",
    "affirmations_none": "Du hast noch keine Affirmationen.",
    "affirmations_shown": "Deine Affirmationen (Fassung {version}):\n\n{text}",
    "affirmations_back": "Fassung {version} gilt wieder:\n\n{text}",
    "affirmations_gone": "Fassung {version} finde ich nicht; die greifbaren stehen unten.",
    "affirmations_version": "Fassung {version}",
    "affirm_help": (
        "Drei gute beginnen mit „Ich“, handeln von heute und nennen etwas, das du tust:\n"
        "• Ich beende, was ich anfange.\n"
        "• Ich rede freundlich, auch mit mir selbst.\n"
        "• Ich bitte um das, was ich brauche.\n"
        "Schreib deine in einer Nachricht."
    ),
    "affirm_too_long": "Das liest niemand jeden Morgen laut. Bleib bitte unter {limit} Zeichen.",
    "affirm_kept": "Als Fassung {version} gespeichert.",
    "recording_kept": "Deine Aufnahme ist gespeichert{duration}.",
    "offer_own": "Tippe auf eine Zahl oder schreib deine eigene.",
    "offer_how": "Tippe auf eine der Zahlen oder schreib deine eigene mutige Tat in ein paar Worten.",
    "board_shown": "Dein Visionboard, {count} von {most} Bildern:",
    "board_empty": (
        "Dein Visionboard ist leer. Es fasst bis zu {most} Bilder von dem, was du in deinem Leben sehen willst."
    ),
    "board_how": "Schick ein Bild, um es hinzuzufügen, oder tippe auf einen Knopf.",
    "board_which_replace": "Es sind schon {most} Bilder. Welches soll das neue ersetzen?",
    "board_which_remove": "Welches soll ich entfernen?",
    "board_which_caption": "Welches bekommt andere Worte?",
    "board_words": "Welche Worte stehen darunter?",
    "board_removed": "Entfernt.",
    "board_kept": "Gespeichert: {count} von {most}.",
    "leaderboard_asked": "Einen Moment, ich sehe auf die Bestenliste.",
    "leaderboard": "Serien in diesem Moment:",
    "leaderboard_empty": "Gerade steht niemand auf der Bestenliste.",
    "leaderboard_hidden": (
        "Du stehst nicht darauf. Machst du mit, sehen andere hier deinen Namen, deine Mitgliedsnummer und "
        "deine Serie, sonst nichts."
    ),
    "leaderboard_joined": "Du stehst jetzt auf der Bestenliste.",
    "leaderboard_left": "Du stehst nicht mehr auf der Bestenliste.",
    "leaderboard_unavailable": (
        "Ich kann die Bestenliste gerade nicht lesen. Versuch es bitte in einer Minute noch einmal."
    ),
    "button_protocol": "Mein Protokoll",
    "button_morning_protocol": "Morgenprotokoll",
    "button_evening_review": "Abendrückblick",
    "button_affirmations": "Affirmationen",
    "button_board": "Visionboard",
    "button_leaderboard": "Bestenliste",
    "button_change": "Ändern",
    "button_join": "Mitmachen",
    "button_leave": "Austreten",
    "button_others": "Andere",
    "button_remove": "Eins entfernen",
    "button_caption": "Worte ändern",
    "button_back": "Zurück",
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
    "keep": ("so lassen",),
    "others": ("andere", "drei andere", "neue"),
    "remove": ("eins entfernen", "entfernen", "löschen", "loeschen"),
    "caption": ("worte ändern", "worte aendern"),
    "back": ("zurück", "zurueck"),
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
    "protocol": ("mein protokoll", "protokoll", "serie", "meine serie"),
    "affirmations": ("affirmationen", "meine affirmationen"),
    "board": ("visionboard", "mein visionboard"),
    "leaderboard": ("bestenliste", "rangliste"),
    "schedule": ("wann ich schreibe", "zeiten", "meine zeiten", "zeitplan"),
    "quiet": ("ruhezeit", "ruhezeiten"),
    "limit": ("tageslimit",),
}
