"""Spanish."""

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "hello": "¡Hola{name}! Soy Sunup. Te traigo pequeños pasos que llevan lejos, y recuerdo por dónde vas.",
    "called": ", {name}",
    "help": (
        "Te acompaño por los flujos, paso a paso. Toca un botón o responde con tus palabras.\n"
        "/workflows – lo que puedes empezar\n"
        "/today – lo que está abierto\n"
        "/note – guardar una idea\n"
        "/pause y /resume – silencio por un rato\n"
        "/settings – nombre, idioma, zona horaria\n"
        "/link – seguir en otro chat\n"
        "/stop – me callo; con /start vuelvo"
    ),
    "menu": "¿Qué te gustaría hacer?",
    "not_understood": "Ahora mismo no hay nada abierto. Esto es lo que podemos hacer:",
    "reply_thanks": "¡De nada! Para lo que venga ahora:",
    "reply_hello": "¡Hola{name}! ¿Qué te gustaría hacer?",
    "reply_bye": "¡Hasta pronto! Aquí estoy cuando quieras.",
    "nothing_open": "Ahora mismo no hay nada abierto. ¿Empezamos algo?",
    "no_workflows": "Todavía no hay nada que empezar. Pide a quien lleva este chat que publique un flujo.",
    "no_such_workflow": "No conozco «{name}».",
    "workflows": "Esto es lo que puedes empezar:",
    "parked": "Te guardo el sitio en «{title}».",
    "back_to": "Volvemos a «{title}»:",
    "workflow_broken": (
        "«{title}» da vueltas en círculo, así que lo cerré. Su autor verá por qué; lo que me contaste se guarda."
    ),
    "today": "Esto está abierto:",
    "today_line": "{title} – paso {place} de {total}",
    "today_empty": "Hoy no hay nada abierto. Buen momento para empezar algo.",
    "note_how": "Escribe tu nota después del comando, por ejemplo: /note Ana quiere una llamada el viernes",
    "noted": "Anotado.",
    "noted_cut": "Anotado; guardé los primeros {limit} caracteres.",
    "noted_do": "Anotado. Toca Hecho cuando termines.",
    "paused": "Silencio a partir de ahora. Te guardo el sitio; di «reanudar» cuando quieras.",
    "resumed": "Qué bien que vuelvas.",
    "stopped": "Listo, me detengo. No sabrás de mí hasta que digas «empezar».",
    "stopped_hint": "Me pediste parar, por eso callo. Di «empezar» y seguimos donde estábamos.",
    "started_again": "Qué gusto tenerte de vuelta.",
    "settings": "Nombre: {name}\nIdioma: {language}\nZona horaria: {zone}\nRecordatorios: {nudges}",
    "settings_chats": "Chats: {chats}",
    "settings_reminders_go": "Te escribo yo primero: {where}",
    "settings_unset": "aún no lo sé",
    "settings_on": "activados",
    "settings_paused": "en pausa",
    "progress": "Paso {place} de {total} · {title}",
    "reminder": "¿Sigues ahí? Estábamos en medio de «{title}».",
    "gave_up": "He dejado «{title}» a un lado por ahora. Cuando quieras: /start {name}",
    "is_that_right": "{answer}, ¿es correcto?",
    "choose_one": "Elige una de estas opciones, por favor:",
    "need_words": "Aquí necesito una respuesta con palabras.",
    "need_number": "Aquí necesito un número, por ejemplo 12 o 12,5.",
    "number_too_small": "Es muy poco. Debería ser al menos {least}.",
    "number_too_large": "Es demasiado. Debería ser como mucho {most}.",
    "text_too_short": "Un poco más, por favor: al menos {least} caracteres.",
    "text_too_long": "Un poco más corto, por favor: como mucho {most} caracteres.",
    "need_date": "Aquí necesito una fecha, por ejemplo 24 de diciembre, 24/12/2026 o mañana.",
    "need_email": "Eso no parece un correo electrónico. Debería ser como nombre@example.com.",
    "need_phone": "Eso no parece un teléfono. Escríbelo con el prefijo del país, por ejemplo +34 612 345 678.",
    "need_zone": "No conozco ese lugar. Dime una ciudad grande cerca de ti (Madrid, Lima) o algo como UTC-5.",
    "need_amount": "Aquí necesito un número, por ejemplo 4500 o 1250,50; o 0 si no salió nada.",
    "need_whole": "Aquí necesito un número entero, por ejemplo 3.",
    "need_hours": "¿Cuántas horas son? Escribe por ejemplo 3, 1:30 o 90 minutos.",
    "one_figure": "Ahí veo más de una cifra. ¿Cuál es la que cuenta?",
    "amount_plain": "Aquí necesito solo un número, sin dinero: por ejemplo 3.",
    "amount_negative": "No puede ser menos que nada. Escribe 0 si no salió nada.",
    "amount_too_large": "Es un número muy grande. Escríbelo otra vez, en cifras, por favor.",
    "currency_unknown": "No conozco la moneda «{currency}». Escribe su código, por ejemplo EUR o MXN.",
    "timer": "⏱ {duration}",
    "time_is_up": "⏱ Se acabó el tiempo: {duration}. ¿Cómo te fue?",
    "do_how": (
        "Toca Hecho al terminar, Saltar para pasar, o Me atasqué si quieres ayuda. Lo que escribas lo guardo como nota."
    ),
    "cannot_skip": "Este paso importa, así que no se puede saltar. Toca Me atasqué y te ayudo.",
    "stuck": "Hazlo más pequeño: ¿qué es lo siguiente que te toma cinco minutos? Haz solo eso y luego cuéntame.",
    "checking": "Recibido. Un momento, lo estoy mirando.",
    "still_checking": "Sigo mirando tu archivo. Un momento.",
    "proof_kept": "Guardado, gracias.",
    "need_proof": "Envíame {wanted}, por favor.",
    "no_hurry": "No hay prisa, te guardo el sitio. Todo lo demás está en el menú.",
    "proof_too_large": (
        "Ese archivo es demasiado grande; hasta {limit} está bien. Envíame {wanted} otra vez, más pequeño."
    ),
    "proof_wrong_kind": "Aquí no puedo aceptar ese tipo de archivo. Envíame {wanted}, por favor.",
    "proof_unreadable": "No puedo abrir ese archivo; parece dañado. Envíame {wanted} otra vez, por favor.",
    "proof_too_many_pixels": (
        "Esa imagen tiene demasiados píxeles. Envíame una captura de pantalla o una copia más pequeña."
    ),
    "proof_empty": "Ese archivo está vacío. Envíame {wanted} otra vez, por favor.",
    "proof_unavailable": "No pude descargar ese archivo. Envíame {wanted} una vez más, por favor.",
    "outcome_proof": "{amount}: ¡bien hecho! ¿Tienes una captura o una factura que lo muestre?",
    "media_image": "una imagen",
    "media_document": "un documento",
    "media_voice": "una nota de voz",
    "or": " o ",
    "waiting_until": "Nada que hacer hasta {moment}. Te escribo entonces.",
    "waiting_event": "Por ahora no hay nada que hacer. Te escribo cuando siga.",
    "link_code": (
        "Dime esto en tu otro chat; vale {life}:\n\nlink {code}\n\n"
        "No se lo des a nadie: quien lo diga allí sigue como si fueras tú."
    ),
    "link_private": "Eso va en un chat entre nosotros dos. Escríbeme allí.",
    "link_no_code": "Eso no es un código. Un código tiene ocho letras y cifras, por ejemplo K7QD-M2PX.",
    "link_checking": "Un momento, busco tu otro chat.",
    "link_unknown": "No conozco ese código. Míralo otra vez, o di «conectar» en tu otro chat para tener uno nuevo.",
    "link_expired": "Ese código ya caducó; vale {life}. Di «conectar» en tu otro chat para tener uno nuevo.",
    "link_used": "Ese código ya se usó. Di «conectar» en tu otro chat para tener uno nuevo.",
    "link_own": "Ese código es de este chat. Dilo en el otro, el que quieres conectar.",
    "link_same": "Estos dos chats ya están conectados.",
    "link_busy": "Hubo demasiados códigos equivocados. Inténtalo otra vez dentro de {wait}, por favor.",
    "link_unavailable": "Ahora no ha funcionado, y no ha cambiado nada. Inténtalo otra vez, por favor.",
    "link_made": (
        "Tu otro chat ({channel}) ya está conectado. Escribas allí o aquí, sé por dónde vamos.\n"
        "Si no has sido tú, sepáralo enseguida."
    ),
    "link_made_here": "Conectado con tu otro chat ({channel}). Seguimos aquí, donde estábamos.",
    "link_made_stopped": (
        "Conectado con tu otro chat ({channel}). Me habías pedido parar, así que callo hasta que digas «empezar»."
    ),
    "unlink_alone": "Este es tu único chat conmigo, así que no hay nada que separar.",
    "unlink_which": "¿Qué chat quieres separar? Empieza de nuevo; lo que hicimos se queda con los otros.",
    "unlink_gone": "Ese chat ya va por su cuenta.",
    "unlink_done": "Tu otro chat ({channel}) va ahora por su cuenta. Lo que digas allí no llega aquí.",
    "unlink_done_here": (
        "Este chat va ahora por su cuenta, y empezamos de nuevo. Tus otros chats guardan lo que hicimos."
    ),
    "reminders_alone": "Te escribo aquí; es tu único chat conmigo.",
    "reminders_which": "¿Dónde te escribo cuando hablo yo primero? Ahora: {where}",
    "reminders_where_last": "Donde escribiste",
    "reminders_chosen": "Bien. Cuando hable yo primero, te escribo aquí: {where}",
    "channel_here": "{channel} (aquí)",
    "channel_telegram": "Telegram",
    "channel_whatsapp": "WhatsApp",
    "channel_slack": "Slack",
    "channel_web": "Chat web",
    "channel_terminal": "Terminal",
    "account_paused": (
        "⚠️ {channel} ({account}) está en pausa: {reason} Lo que espera ahí se conserva. `sunup doctor` dice qué hacer."
    ),
    "tap_stale": "Esa pregunta ya está respondida.",
    "command_menu": "Qué podemos hacer",
    "command_workflows": "Qué puedes empezar",
    "command_today": "Qué está abierto",
    "command_note": "Guardar una idea",
    "command_pause": "Silencio por un rato",
    "command_resume": "Seguir",
    "command_settings": "Nombre, idioma, zona horaria",
    "command_timezone": "Cambiar la zona horaria",
    "command_language": "Cambiar el idioma",
    "command_link": "Seguir en otro chat",
    "command_help": "Cómo funciona",
    "command_stop": "No recibir más mensajes",
    "button_menu": "Menú",
    "button_start": "Empezar",
    "button_continue": "Continuar",
    "button_workflows": "Flujos",
    "button_today": "Hoy",
    "button_settings": "Ajustes",
    "button_help": "Ayuda",
    "button_resume": "Reanudar",
    "button_pause": "Pausa",
    "button_stop": "Parar",
    "button_timezone": "Zona horaria",
    "button_language": "Idioma",
    "button_link": "Conectar un chat",
    "button_unlink": "Separar un chat",
    "button_reminders": "Dónde escribir",
    "button_done": "Hecho",
    "button_skip": "Saltar",
    "button_stuck": "Me atasqué",
    "button_yes": "Sí",
    "button_no": "No",
    "button_go_on": "Seguir ya",
    "button_write": "Escribir respuesta",
    "button_send": "Enviar",
    "button_close": "Cerrar",
}

COUNTED: Final[dict[str, dict[str, str]]] = {"customers": {"one": "{count} cliente", "other": "{count} clientes"}}

COURTESIES: Final[dict[str, tuple[str, ...]]] = {
    "thanks": ("gracias", "muchas gracias", "mil gracias", "genial", "perfecto", "estupendo"),
    "hello": ("hola", "buenas", "buenos días", "buenos dias", "buenas tardes", "buenas noches", "qué tal", "que tal"),
    "bye": ("adiós", "adios", "chao", "chau", "hasta luego", "hasta mañana", "nos vemos"),
}

REFUSING: Final = ("ni", "nunca", "o", "excepto", "pero", "sin", "menos", "tampoco")

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "yes": ("sí", "si", "s", "claro", "vale", "correcto", "exacto", "así es", "de acuerdo", "dale"),
    "no": ("nop", "incorrecto", "no es correcto", "para nada"),
    "done": ("hecho", "listo", "lista", "terminé", "termine", "ya está", "ya esta", "acabé", "ya terminé"),
    "skip": ("saltar", "omitir", "paso", "no gracias", "no, gracias"),
    "stuck": (
        "me atasqué",
        "me atasque",
        "atascado",
        "atascada",
        "estoy atascado",
        "estoy atascada",
        "ayúdame",
        "ayudame",
    ),
    "go_on": ("seguir", "seguir ya", "seguir ahora", "ahora", "siguiente", "continuar"),
}

COMMAND_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "stop": ("parar", "para", "alto", "baja", "darme de baja", "dar de baja", "detener", "detente", "basta"),
    "start": ("empezar", "comenzar", "iniciar"),
    "help": ("ayuda", "qué puedes hacer", "cómo funciona", "quién eres"),
    "menu": ("menú", "cancelar", "salir", "cancela"),
    "continue": ("continuar", "seguir"),
    "workflows": ("flujos", "lista de flujos"),
    "today": ("hoy",),
    "pause": ("pausa", "pausar"),
    "resume": ("reanudar",),
    "settings": ("ajustes", "configuración", "configuracion"),
    "timezone": ("zona horaria", "huso horario"),
    "language": ("idioma", "lengua"),
    "link": ("conectar", "conectar un chat", "vincular", "enlazar"),
    "unlink": ("separar", "separar un chat", "desconectar", "desvincular"),
    "reminders": ("dónde escribir", "donde escribir", "recordatorios"),
}
