"""German."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # business
    "thank_a_customer": (
        "Danke einem Kunden mit Namen",
        "Sag, was dieses Vertrauen möglich gemacht hat. Bitte um nichts.",
    ),
    "ask_why_they_chose_you": (
        "Frag einen Kunden, warum er dich gewählt hat",
        "Eine Frage, dann schreib die Worte genau auf.",
    ),
    "finish_the_oldest_task": (
        "Erledige die älteste Aufgabe auf deiner Liste",
        "Tu sie, oder streich sie für immer. Beides zählt.",
    ),
    "share_one_lesson": ("Teile öffentlich, was du gelernt hast", "Drei Sätze über etwas, das dich Mühe gekostet hat."),
    "answer_the_hard_mail": (
        "Beantworte die Nachricht, die du vor dir herschiebst",
        "Vor dem Mittag schreiben, einmal lesen, abschicken.",
    ),
    "ask_for_a_testimonial": (
        "Bitte um eine Empfehlung",
        "Such jemanden, dem du geholfen hast, und schlag zwei Fragen vor.",
    ),
    "call_an_old_client": (
        "Ruf einen Kunden an, der sich dieses Jahr nicht gemeldet hat",
        "Frag, wie es geht. Biete nur an, wenn man dich fragt.",
    ),
    "write_to_five_people": (
        "Schreib fünf Leuten, denen du wirklich helfen könntest",
        "Jedem eine persönliche Zeile und ein klares Angebot.",
    ),
    "ask_for_an_introduction": (
        "Bitte darum, jemandem vorgestellt zu werden",
        "Sag einem Freund genau, wen du kennenlernen willst und warum.",
    ),
    "show_unfinished_work": ("Zeig jemandem eine unfertige Arbeit", "Frag nach dem einen, was er zuerst ändern würde."),
    "say_no_to_a_job": (
        "Sag einen Auftrag ab, der nicht passt",
        "Freundlich und kurz, und nenn jemanden, der besser passt.",
    ),
    "name_your_full_price": (
        "Nenn deinen vollen Preis, ohne ihn zu erklären",
        "Sag die Zahl, dann schweig und lass nachdenken.",
    ),
    "ask_for_the_sale": (
        "Bitte einen Interessenten um die Entscheidung",
        "„Fangen wir an?“ Nimm Ja und Nein mit demselben Lächeln.",
    ),
    "write_to_someone_you_admire": (
        "Schreib jemandem aus deinem Fach, den du bewunderst",
        "Sag, was du gelernt hast, und stell eine kleine Frage.",
    ),
    "launch_before_ready": (
        "Biete heute etwas an, das erst fast fertig ist",
        "Klein, ehrlich, mit einem Preis. Verbessern kannst du danach.",
    ),
    # personal
    "clear_one_drawer": (
        "Räum eine Schublade aus",
        "Behalten, verschenken oder wegwerfen. Nichts wandert einfach zurück.",
    ),
    "write_a_page_by_hand": ("Schreib eine Seite mit der Hand", "Was immer kommt. Niemand muss sie lesen."),
    "learn_ten_words": (
        "Lerne zehn Wörter einer anderen Sprache",
        "Sprich jedes dreimal laut, und benutz heute eines.",
    ),
    "phone_off_for_an_hour": (
        "Schalte dein Telefon eine Stunde aus",
        "Aus, nicht stumm. Sag Bescheid, falls sich jemand sorgen könnte.",
    ),
    "rise_an_hour_early": (
        "Gib dem Wichtigsten eine stille Stunde",
        "Früh oder spät, aber bevor etwas anderes sie bekommt.",
    ),
    "read_thirty_pages": (
        "Lies dreißig Seiten in einem richtigen Buch",
        "Schreib einen Satz auf, den du behalten willst.",
    ),
    "list_your_fears": (
        "Schreib auf, wovor du Angst hast",
        "Daneben jeweils den kleinsten Schritt, den du dagegen tun könntest.",
    ),
    "give_something_away": ("Verschenke etwas Gutes, das du nicht benutzt", "Heute, an jemanden, der es benutzt."),
    "no_screens_tonight": (
        "Verbring diesen Abend ohne Bildschirm",
        "Entscheide vor dem Essen, was du stattdessen tust.",
    ),
    "a_day_without_complaint": (
        "Beklag dich heute über nichts",
        "Rutscht es dir heraus, sag, was du dagegen tun kannst.",
    ),
    "go_alone": (
        "Geh allein an einen Ort, den du allein sonst meidest",
        "Ein Café, ein Museum, ein Konzert. Das Telefon bleibt in der Tasche.",
    ),
    "look_at_your_money": ("Sieh deinem Geld ins Auge", "Alle Konten und Schulden auf eine Seite. Heute nur ansehen."),
    "say_your_goal_aloud": (
        "Erzähl einem Menschen dein wirkliches Ziel",
        "Das ganze, mit Datum. Bitte ihn, noch einmal nachzufragen.",
    ),
    "let_a_habit_rest": (
        "Lass eine Gewohnheit einen Tag ruhen",
        "Die, die dir am meisten fehlen würde. Merk, wann du nach ihr greifst.",
    ),
    "do_the_postponed_thing": (
        "Fang an, was du seit einem Jahr aufschiebst",
        "Zwei Stunden, jetzt. Ein Anfang genügt.",
    ),
    # relationship
    "thank_someone": ("Danke jemandem für etwas, das er längst vergessen hat", "Sag, was es dir bedeutet hat."),
    "ask_and_only_listen": ("Frag jemanden nach seinem Tag und hör nur zu", "Zehn Minuten ohne Rat."),
    "praise_three_people": ("Lobe drei Menschen für etwas Genaues", "Was du gesehen hast und warum es gut war."),
    "call_instead_of_text": ("Ruf jemanden an, dem du sonst schreibst", "Fünf Minuten genügen."),
    "eat_without_phones": (
        "Iss einmal gemeinsam ohne Telefone",
        "Stell eine Frage, die an diesem Tisch noch nie gestellt wurde.",
    ),
    "invite_someone": (
        "Lade jemanden zum Spazieren oder zum Tee ein",
        "Diese Woche, mit Tag und Uhrzeit. Ein Nein ist in Ordnung.",
    ),
    "write_a_real_letter": (
        "Schreib einen Brief auf Papier und schick ihn ab",
        "Eine Seite, an jemanden, der lächeln wird.",
    ),
    "talk_to_a_neighbour": (
        "Fang ein Gespräch mit einem Nachbarn an",
        "Dein Name, sein Name und eine freundliche Frage.",
    ),
    "ask_for_help": (
        "Bitte um Hilfe bei etwas, das du allein machst",
        "Sag genau, was helfen würde. Absagen ist erlaubt.",
    ),
    "ask_how_you_can_be_better": (
        "Frag einen nahen Menschen, was du besser machen könntest",
        "Sag danke. Erkläre nichts.",
    ),
    "set_a_kind_boundary": ("Sag ein freundliches Nein", "Zu etwas, dem du zu oft zugestimmt hast. Kurz und herzlich."),
    "call_somebody_lost": (
        "Melde dich bei einem alten Freund",
        "„Ich habe heute an dich gedacht“ ist eine ganze Nachricht.",
    ),
    "say_what_you_feel": (
        "Sag einem lieben Menschen, was er dir bedeutet",
        "In ganzen Sätzen und, wenn es geht, von Angesicht zu Angesicht.",
    ),
    "apologise_first": (
        "Entschuldige dich, ohne ein „aber“",
        "Was du getan hast, dass es dir leidtut, was du tun wirst.",
    ),
    "forgive_in_writing": (
        "Schreib einen Brief, der jemandem verzeiht",
        "Für dich selbst. Du musst ihn nicht abschicken.",
    ),
    # health
    "water_first": ("Trink vor jedem Kaffee oder Tee ein Glas Wasser", "Stell das Glas dorthin, wo du es siehst."),
    "stretch_ten_minutes": ("Dehne dich zehn Minuten", "Sanft, nur so weit, wie es guttut."),
    "walk_half_an_hour": ("Geh eine halbe Stunde draußen spazieren", "Die ersten zehn Minuten ohne Kopfhörer."),
    "breathe_slowly": ("Atme heute dreimal fünf Minuten lang langsam", "Vier Zähler ein, sechs aus, im Sitzen."),
    "no_sugar_today": ("Lass heute Süßes und süße Getränke weg", "Iss von allem anderen genug."),
    "cook_from_scratch": ("Koch ein Essen ganz selbst", "Mit einem Gemüse, das du selten kaufst."),
    "lights_out_by_ten": ("Mach heute eine Stunde früher das Licht aus", "Stell dir einen Wecker fürs Zubettgehen."),
    "take_every_stair": ("Nimm jede Treppe, die du sicher gehen kannst", "Ohne Eile; Pausen zählen mit."),
    "try_a_new_movement": (
        "Probier eine Bewegung, die du nie gemacht hast",
        "Ein Tanz, ein Kurs, ein Video. Sei Anfänger.",
    ),
    "sunrise_outside": ("Sieh draußen die Sonne auf- oder untergehen", "Von Anfang bis Ende, ohne Foto."),
    "ten_thousand_steps": (
        "Beweg dich heute insgesamt eine Stunde",
        "In so vielen Stücken, wie du magst, in deinem Tempo.",
    ),
    "train_with_someone": ("Treib mit jemandem zusammen Sport", "Frag schon am Morgen, dann müssen beide gehen."),
    "cool_end_of_the_shower": (
        "Dusch am Ende etwas kühler, als dir lieb ist",
        "Eine halbe Minute. Lass es weg, wenn dir nicht wohl ist.",
    ),
    "book_the_check_up": (
        "Mach den Vorsorgetermin aus, den du aufschiebst",
        "Arzt, Zähne oder Augen. Der Anruf dauert fünf Minuten.",
    ),
    "sign_up_for_an_event": (
        "Melde dich zu etwas an, für das du üben musst",
        "Wandern, Laufen, Schwimmen; passend zu deiner Gesundheit.",
    ),
}
