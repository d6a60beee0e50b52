"""Clock words: how people say a time of day, by language, separated by commas."""

NUMBERS = {
    "en": "",
    "de": (
        "13 dreizehn, 14 vierzehn, 16 sechzehn, 17 siebzehn, 18 achtzehn, 19 neunzehn, 21 einundzwanzig,"
        "22 zweiundzwanzig, 23 dreiundzwanzig, 25 fünfundzwanzig, 35 fünfunddreißig, 45 fünfundvierzig,"
        "55 fünfundfünfzig"
    ),
    "es": (
        "13 trece, 14 catorce, 16 dieciséis, 17 diecisiete, 18 dieciocho, 19 diecinueve, 21 veintiuno veintiuna,"
        "22 veintidós, 23 veintitrés, 25 veinticinco"
    ),
    "hi": (
        "1 ek, 2 do, 3 teen, 4 char chaar, 5 paanch panch, 6 chhe chhah cheh, 7 saat, 8 aath, 9 nau, 10 das,"
        "11 gyarah, 12 barah, 13 तेरह, 14 चौदह, 16 सोलह, 17 सत्रह, 18 अठारह, 19 उन्नीस, 35 पैंतीस, 45 पैंतालीस, 55 पचपन,"
        "130 डेढ़ dedh, 230 ढाई dhai"
    ),
    "ar": (
        "1 الواحدة, 2 الثانية, 3 الثالثة, 4 الرابعة, 5 الخامسة, 6 السادسة, 7 السابعة, 8 الثامنة, 9 التاسعة,"
        "10 العاشرة, 11 الحادية_عشرة, 12 الثانية_عشرة"
    ),
}
"""Numbers beside those of `spelled`; a space within one is written `_`. डेढ़ is half past one, ढाई half past two."""

SIGNS = {
    "en": {"past": "past,after", "to": "to,before,till,til", "and": "and"},
    "de": {"past": "nach", "to": "vor", "between": "uhr", "and": "und"},
    "es": {"and": "y,con", "less": "menos", "to": "para,para la,para las"},
    "hi": {"and": "बजकर,बजके,bajkar,और", "less": "बजने में,bajne mein"},
    "ar": {"and": "و", "less": "إلا"},
}
"""Between minutes and hour (`past`, `to`), or between hour and minutes (`and`, `less`, `between`)."""

PARTS = {
    "en": {"half": (30, 30), "quarter": (15, 0)},
    "de": {"halb": (30, -30), "viertel": (15, -45), "dreiviertel": (45, -15), "drei viertel": (45, -15)},
    "es": {"media": (30, 0), "cuarto": (15, 0)},
    "hi": {
        "साढ़े": (30, 30),
        "साढे": (30, 30),
        "सवा": (15, 15),
        "पौने": (45, -15),
        "saadhe": (30, 30),
        "sadhe": (30, 30),
        "sava": (15, 15),
        "sawa": (15, 15),
        "paune": (45, -15),
    },
    "ar": {
        "النصف": (30, 0),
        "نصف": (30, 0),
        "الربع": (15, 0),
        "ربع": (15, 0),
        "ربعا": (15, 0),
        "الثلث": (20, 0),
        "ثلث": (20, 0),
        "ثلثا": (20, 0),
    },
}
"""Parts of an hour: their minutes, and what they add where they stand right before an hour.

Half seven is 7:30 in English and 6:30 in German; पौने आठ is 7:45. 0 where the word is not used so.
"""

HALVES = {
    "en": {
        "am": "am,in the morning,morning,this morning,early",
        "pm": "pm,in the afternoon,afternoon",
        "evening": "in the evening,evening,this evening",
        "night": "at night,tonight,night",
    },
    "de": {
        "am": "morgens,früh,in der früh,am morgen,vormittags,am vormittag",
        "noon": "mittags,am mittag",
        "pm": "nachmittags,am nachmittag",
        "evening": "abends,am abend",
        "night": "nachts,in der nacht",
    },
    "es": {
        "am": "de la mañana,por la mañana,de la madrugada,de mañana",
        "noon": "del mediodía",
        "pm": "de la tarde,por la tarde",
        "night": "de la noche,por la noche",
    },
    "hi": {
        "am": "सुबह,सुबह के,सवेरे,subah,subah ke,savere",
        "noon": "दोपहर,दोपहर के,dopahar,dopahar ke",
        "evening": "शाम,शाम के,shaam,shaam ke,sham,sham ke",
        "night": "रात,रात के,raat,raat ke",
    },
    "ar": {
        "am": "صباحا,الصباح,في الصباح,ص,فجرا,الفجر",
        "noon": "ظهرا",
        "pm": "عصرا,بعد الظهر",
        "evening": "مساء,المساء,في المساء,م",
        "night": "ليلا,في الليل",
    },
}
"""The halves of the day, and the times of it that span both: `noon` and `night`."""

MOMENTS = {
    "en": {"12": "noon,midday", "0": "midnight"},
    "de": {"12": "mittag", "0": "mitternacht"},
    "es": {"12": "mediodía", "0": "medianoche"},
    "hi": {"0": "आधी रात,aadhi raat"},
    "ar": {"12": "الظهر", "0": "منتصف الليل"},
}
"""Hours that have a name."""

FILLERS = (
    "at,around,about,o'clock,oclock,a,an,the,minutes,minute,please,oh,every,day,daily,in,make it,it,"
    "um,gegen,minuten,uhr,bitte,ca,den,a las,a la,las,la,al,el,en,punto,minutos,hs,hrs,horas,por favor,"
    "बजे,baje,को,मिनट,पर,ke,के,الساعة,في,على,دقائق,دقيقة,تمام,تماما"
)
"""Words that change nothing."""
