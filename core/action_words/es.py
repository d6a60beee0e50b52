"""Spanish."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # business
    "thank_a_customer": (
        "Da las gracias a un cliente por su nombre",
        "Di qué hizo posible su confianza. No pidas nada.",
    ),
    "ask_why_they_chose_you": (
        "Pregunta a un cliente por qué te eligió",
        "Una pregunta, y anota sus palabras exactas.",
    ),
    "finish_the_oldest_task": (
        "Termina la tarea más vieja de tu lista",
        "Hazla o táchala para siempre. Las dos cosas cuentan.",
    ),
    "share_one_lesson": ("Comparte en público una lección", "Tres frases sobre algo que te costó aprender."),
    "answer_the_hard_mail": (
        "Contesta el mensaje que llevas evitando",
        "Escríbelo antes de comer, léelo una vez y envíalo.",
    ),
    "ask_for_a_testimonial": ("Pide un testimonio", "Elige a alguien a quien ayudaste y propón dos preguntas."),
    "call_an_old_client": (
        "Llama a un cliente que este año no ha dicho nada",
        "Pregunta cómo está. Ofrece solo si te lo piden.",
    ),
    "write_to_five_people": (
        "Escribe a cinco personas a las que puedas ayudar de verdad",
        "Una línea personal a cada una y una oferta clara.",
    ),
    "ask_for_an_introduction": ("Pide que te presenten a alguien", "Di a un amigo a quién quieres conocer y por qué."),
    "show_unfinished_work": (
        "Enseña a alguien un trabajo sin terminar",
        "Pregunta qué sería lo primero que cambiaría.",
    ),
    "say_no_to_a_job": (
        "Di no a un encargo que no encaja",
        "Con amabilidad y en breve, y nombra a alguien que encaje mejor.",
    ),
    "name_your_full_price": ("Di tu precio completo sin explicarlo", "Di la cifra, calla y deja pensar."),
    "ask_for_the_sale": ("Pide a un interesado que decida", "«¿Empezamos?» Recibe el sí y el no con la misma sonrisa."),
    "write_to_someone_you_admire": (
        "Escribe a alguien de tu campo a quien admires",
        "Di qué aprendiste y haz una pregunta pequeña.",
    ),
    "launch_before_ready": ("Ofrece hoy algo que está casi listo", "Pequeño, honesto y con precio. Ya lo mejorarás."),
    # personal
    "clear_one_drawer": ("Vacía un cajón", "Guardar, regalar o tirar. Nada vuelve por sí solo."),
    "write_a_page_by_hand": ("Escribe una página a mano", "Lo que salga. Nadie tiene que leerla."),
    "learn_ten_words": ("Aprende diez palabras de otro idioma", "Di cada una tres veces en voz alta y usa una hoy."),
    "phone_off_for_an_hour": (
        "Apaga el teléfono una hora",
        "Apagado, no en silencio. Avisa antes si alguien se preocuparía.",
    ),
    "rise_an_hour_early": (
        "Dedica una hora tranquila a lo más importante",
        "Temprano o tarde, pero antes de que se la lleve otra cosa.",
    ),
    "read_thirty_pages": ("Lee treinta páginas de un libro de verdad", "Apunta una frase que quieras conservar."),
    "list_your_fears": ("Escribe lo que te da miedo", "Al lado, el paso más pequeño que podrías dar en contra."),
    "give_something_away": ("Regala algo bueno que no usas", "Hoy, a alguien que lo usará."),
    "no_screens_tonight": ("Pasa esta noche sin pantallas", "Decide antes de cenar qué harás en su lugar."),
    "a_day_without_complaint": (
        "No te quejes de nada hoy",
        "Si se te escapa, di una cosa que puedes hacer al respecto.",
    ),
    "go_alone": (
        "Ve a solas a un sitio al que no sueles ir así",
        "Un café, un museo, un concierto. El teléfono, en el bolsillo.",
    ),
    "look_at_your_money": ("Mira de frente tu dinero", "Todas las cuentas y deudas en una hoja. Hoy solo mirar."),
    "say_your_goal_aloud": (
        "Cuenta a una persona tu verdadera meta",
        "Entera y con fecha. Pídele que te pregunte otra vez.",
    ),
    "let_a_habit_rest": ("Deja descansar un hábito por un día", "El que más echarías de menos. Nota cuándo lo buscas."),
    "do_the_postponed_thing": ("Empieza lo que llevas un año aplazando", "Dos horas, ahora. Empezar ya basta."),
    # relationship
    "thank_someone": ("Da las gracias por algo que la otra persona ya olvidó", "Dile qué significó para ti."),
    "ask_and_only_listen": ("Pregunta a alguien por su día y solo escucha", "Diez minutos sin dar consejos."),
    "praise_three_people": ("Elogia a tres personas por algo concreto", "Lo que viste y por qué estuvo bien."),
    "call_instead_of_text": ("Llama a alguien a quien sueles escribir", "Cinco minutos bastan."),
    "eat_without_phones": ("Comparte una comida sin teléfonos", "Haz una pregunta que nunca se hizo en esa mesa."),
    "invite_someone": ("Invita a alguien a pasear o a un té", "Esta semana, con día y hora. Un no está bien."),
    "write_a_real_letter": (
        "Escribe una carta en papel y échala al buzón",
        "Una página, a alguien que vaya a sonreír.",
    ),
    "talk_to_a_neighbour": (
        "Empieza una conversación con alguien del vecindario",
        "Tu nombre, el suyo y una pregunta amable.",
    ),
    "ask_for_help": ("Pide ayuda con algo que haces a solas", "Di exactamente qué ayudaría. Pueden decir que no."),
    "ask_how_you_can_be_better": (
        "Pregunta a alguien cercano qué podrías hacer mejor",
        "Da las gracias. No expliques nada.",
    ),
    "set_a_kind_boundary": ("Di un no amable", "A algo que aceptaste demasiadas veces. Breve y cordial."),
    "call_somebody_lost": ("Retoma el contacto con una vieja amistad", "«Hoy pensé en ti» ya es un mensaje entero."),
    "say_what_you_feel": (
        "Di a alguien a quien quieres lo que significa para ti",
        "Con frases enteras y, si puedes, en persona.",
    ),
    "apologise_first": ("Pide perdón por algo, sin un «pero»", "Qué hiciste, que lo sientes, qué harás."),
    "forgive_in_writing": ("Escribe una carta que perdone a alguien", "Para ti. No hace falta enviarla."),
    # health
    "water_first": ("Bebe un vaso de agua antes de cada café o té", "Pon el vaso donde lo veas."),
    "stretch_ten_minutes": ("Estira diez minutos", "Con suavidad, solo hasta donde siente bien."),
    "walk_half_an_hour": ("Camina media hora al aire libre", "Los primeros diez minutos sin auriculares."),
    "breathe_slowly": (
        "Respira despacio cinco minutos, tres veces hoy",
        "Cuatro al tomar aire, seis al soltarlo, en una silla.",
    ),
    "no_sugar_today": ("Deja hoy los dulces y las bebidas dulces", "Come bastante de todo lo demás."),
    "cook_from_scratch": ("Cocina una comida desde cero", "Con una verdura que compras poco."),
    "lights_out_by_ten": ("Apaga la luz una hora antes esta noche", "Pon una alarma para irte a la cama."),
    "take_every_stair": ("Sube por las escaleras donde puedas sin riesgo", "Sin prisa; descansar también cuenta."),
    "try_a_new_movement": (
        "Prueba un movimiento que nunca hiciste",
        "Un baile, una clase, un vídeo. Permítete empezar.",
    ),
    "sunrise_outside": ("Mira salir o ponerse el sol al aire libre", "De principio a fin, sin foto."),
    "ten_thousand_steps": ("Muévete una hora en total hoy", "En los trozos que quieras y a tu ritmo."),
    "train_with_someone": ("Haz ejercicio con alguien", "Pídelo por la mañana, y así tendréis que ir los dos."),
    "cool_end_of_the_shower": (
        "Termina la ducha algo más fresca de lo que te gusta",
        "Medio minuto. Déjalo si no te encuentras bien.",
    ),
    "book_the_check_up": (
        "Pide la revisión que llevas aplazando",
        "Médico, dentista o vista. La llamada dura cinco minutos.",
    ),
    "sign_up_for_an_event": (
        "Apúntate a algo que te haga entrenar",
        "Una caminata, una carrera, nadar; a la medida de tu salud.",
    ),
}
