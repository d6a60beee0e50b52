"""English."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # business
    "thank_a_customer": ("Thank one customer by name", "Say what their trust made possible. Ask for nothing."),
    "ask_why_they_chose_you": (
        "Ask one customer why they chose you",
        "One question, then write their words down exactly.",
    ),
    "finish_the_oldest_task": ("Finish the oldest task on your list", "Do it, or cross it out for good. Both count."),
    "share_one_lesson": ("Share one lesson in public", "Three sentences about something you learned the hard way."),
    "answer_the_hard_mail": ("Answer the message you keep avoiding", "Write it before lunch, read it once, send it."),
    "ask_for_a_testimonial": ("Ask for one testimonial", "Pick somebody you helped and suggest two questions."),
    "call_an_old_client": (
        "Call a client you have not heard from this year",
        "Ask how they are. Offer only if they ask.",
    ),
    "write_to_five_people": (
        "Write to five people you could really help",
        "One personal line each, and one clear offer.",
    ),
    "ask_for_an_introduction": (
        "Ask for one introduction",
        "Tell a friend exactly whom you would like to meet, and why.",
    ),
    "show_unfinished_work": ("Show somebody unfinished work", "Ask for the one thing they would change first."),
    "say_no_to_a_job": ("Say no to a job that does not fit", "Be kind and brief, and name somebody who fits better."),
    "name_your_full_price": (
        "Name your full price without explaining it",
        "Say the number, then stay quiet and let them think.",
    ),
    "ask_for_the_sale": (
        "Ask one interested person to decide",
        "“Shall we begin?” Take yes and no with the same smile.",
    ),
    "write_to_someone_you_admire": (
        "Write to somebody you admire in your field",
        "Say what you learned, ask one small question.",
    ),
    "launch_before_ready": (
        "Put something on offer today that is only nearly ready",
        "Small, honest, with a price. Mend it after.",
    ),
    # personal
    "clear_one_drawer": ("Clear out one drawer", "Keep, give or throw away. Nothing goes back by itself."),
    "write_a_page_by_hand": ("Write one page by hand", "Whatever comes. Nobody has to read it."),
    "learn_ten_words": ("Learn ten words of another language", "Say each aloud three times, and use one today."),
    "phone_off_for_an_hour": (
        "Switch your phone off for an hour",
        "Off, not silent. Tell somebody first if they might worry.",
    ),
    "rise_an_hour_early": (
        "Use one quiet hour for what matters most",
        "Early or late, but before anything else gets it.",
    ),
    "read_thirty_pages": ("Read thirty pages of a real book", "Note one sentence that you want to keep."),
    "list_your_fears": (
        "Write down what you are afraid of",
        "Beside each, the smallest step you could take against it.",
    ),
    "give_something_away": ("Give away something good that you do not use", "Today, to somebody who will."),
    "no_screens_tonight": ("Spend this evening without screens", "Decide before dinner what you will do instead."),
    "a_day_without_complaint": (
        "Complain about nothing today",
        "When it slips out, say one thing you can do about it.",
    ),
    "go_alone": (
        "Go somewhere alone that you usually avoid alone",
        "A café, a museum, a concert. Leave the phone in your pocket.",
    ),
    "look_at_your_money": (
        "Look all your money in the eye",
        "Every account and every debt on one page. Only look today.",
    ),
    "say_your_goal_aloud": (
        "Tell one person your real goal",
        "The whole of it, with a date. Ask them to ask you again.",
    ),
    "let_a_habit_rest": ("Let one habit rest for a day", "The one you would miss most. Notice when you reach for it."),
    "do_the_postponed_thing": ("Begin what you have put off for a year", "Two hours, now. A beginning is enough."),
    # relationship
    "thank_someone": ("Thank somebody for something they have forgotten", "Tell them what it meant to you."),
    "ask_and_only_listen": ("Ask somebody about their day and only listen", "Ten minutes without advice."),
    "praise_three_people": ("Praise three people for something precise", "What you saw, and why it was good."),
    "call_instead_of_text": ("Call somebody you would usually text", "Five minutes are enough."),
    "eat_without_phones": ("Share one meal without phones", "Ask a question you have never asked at this table."),
    "invite_someone": ("Invite somebody for a walk or a tea", "This week, with a day and a time. A no is fine."),
    "write_a_real_letter": ("Write a letter on paper and post it", "One page, to somebody who will smile."),
    "talk_to_a_neighbour": ("Begin a conversation with a neighbour", "Your name, theirs, and one kind question."),
    "ask_for_help": (
        "Ask for help with something you do alone",
        "Say exactly what would help. They are free to decline.",
    ),
    "ask_how_you_can_be_better": (
        "Ask somebody close how you could be better with them",
        "Say thank you. Explain nothing.",
    ),
    "set_a_kind_boundary": ("Say one kind no", "To something you agreed to too often. Short and friendly."),
    "call_somebody_lost": ("Get in touch with an old friend", "“I thought of you today” is a whole message."),
    "say_what_you_feel": (
        "Tell somebody you love what they mean to you",
        "In full sentences, and in person if you can.",
    ),
    "apologise_first": (
        "Apologise for something, without a “but”",
        "What you did, that you are sorry, what you will do.",
    ),
    "forgive_in_writing": ("Write a letter that forgives somebody", "For yourself. You need not send it."),
    # health
    "water_first": ("Drink a glass of water before every coffee or tea", "Put the glass where you will see it."),
    "stretch_ten_minutes": ("Stretch for ten minutes", "Gently, only as far as it feels good."),
    "walk_half_an_hour": ("Walk for half an hour outside", "No headphones for the first ten minutes."),
    "breathe_slowly": ("Breathe slowly for five minutes, three times today", "In for four, out for six, sitting down."),
    "no_sugar_today": ("Leave out sweets and sweet drinks today", "Eat enough of everything else."),
    "cook_from_scratch": ("Cook one meal from scratch", "Something with a vegetable that you rarely buy."),
    "lights_out_by_ten": ("Lights out an hour earlier tonight", "Set an alarm for going to bed."),
    "take_every_stair": ("Take the stairs wherever you safely can", "No hurry; resting on the way counts."),
    "try_a_new_movement": ("Try a kind of movement you have never done", "A dance, a class, a video. Be a beginner."),
    "sunrise_outside": ("Watch the sun rise or set outside", "From beginning to end, without a photo."),
    "ten_thousand_steps": ("Move for an hour in all today", "In as many pieces as you like, at your own pace."),
    "train_with_someone": ("Exercise together with somebody", "Ask in the morning, so that both of you have to go."),
    "cool_end_of_the_shower": (
        "End a warm shower a little cooler than you like",
        "Half a minute. Leave it out if you are unwell.",
    ),
    "book_the_check_up": (
        "Book the check-up you keep putting off",
        "Doctor, dentist or eyes. The call takes five minutes.",
    ),
    "sign_up_for_an_event": (
        "Sign up for an event that makes you train",
        "A walk, a run, a swim; one that fits your health.",
    ),
}
