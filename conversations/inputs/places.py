"""Places: cities, countries and shorthands that IANA's names of zones do not hold."""

CITIES = {
    "Africa/Accra": "Kumasi",
    "Africa/Cairo": "Alexandria, Giza, القاهرة, الإسكندرية, الجيزة",
    "Africa/Casablanca": "Rabat, Marrakesh, Marrakech, Fez, Tangier, الرباط, مراكش",
    "Africa/Addis_Ababa": "Addis",
    "Africa/Johannesburg": "Cape Town, Durban, Pretoria, Soweto, Joburg",
    "Africa/Lagos": "Abuja, Kano, Ibadan, Port Harcourt",
    "Africa/Nairobi": "Mombasa",
    "America/Argentina/Buenos_Aires": "Buenos Aires, Rosario",
    "America/Bogota": "Medellin, Cali, Barranquilla, Cartagena",
    "America/Caracas": "Maracaibo",
    "America/Chicago": (
        "Houston, Dallas, Austin, San Antonio, Fort Worth, Minneapolis, New Orleans, Nashville, Milwaukee, "
        "St Louis, Kansas City, Memphis, Oklahoma City, Texas, Illinois"
    ),
    "America/Denver": "Salt Lake City, Albuquerque, Colorado Springs",
    "America/Edmonton": "Calgary",
    "America/Guayaquil": "Quito",
    "America/Indiana/Indianapolis": "Indianapolis",
    "America/Kentucky/Louisville": "Louisville",
    "America/Lima": "Arequipa",
    "America/Los_Angeles": (
        "San Francisco, Seattle, San Diego, San Jose California, Portland, Las Vegas, Sacramento, Oakland, "
        "LA, SF, Silicon Valley, California"
    ),
    "America/Mexico_City": "CDMX, Guadalajara, Puebla, Ciudad de Mexico",
    "America/New_York": (
        "NYC, Boston, Washington, Washington DC, Philadelphia, Miami, Atlanta, Charlotte, Orlando, Tampa, "
        "Baltimore, Pittsburgh, Cleveland, Columbus, Cincinnati, Brooklyn, Manhattan, Nueva York, Florida, "
        "New Jersey"
    ),
    "America/Phoenix": "Tucson",
    "America/Sao_Paulo": "Rio, Rio de Janeiro, Brasilia, Belo Horizonte, Curitiba, Porto Alegre",
    "America/Santiago": "Valparaiso",
    "America/Toronto": "Montreal, Ottawa, Quebec, Quebec City, Hamilton",
    "America/Vancouver": "Victoria",
    "Asia/Bangkok": "Chiang Mai, Phuket",
    "Asia/Damascus": "Aleppo, دمشق",
    "Asia/Dhaka": "Chittagong, Dacca",
    "Asia/Dubai": "Abu Dhabi, Sharjah, دبي, أبو ظبي, أبوظبي, ابو ظبي, ابوظبي, الشارقة, العين",
    "Asia/Ho_Chi_Minh": "Hanoi, Saigon, Da Nang, Ho Chi Minh City",
    "Asia/Jakarta": "Bandung, Surabaya, Medan",
    "Asia/Jerusalem": "Tel Aviv, Haifa",
    "Asia/Karachi": "Lahore, Islamabad, Rawalpindi, Faisalabad",
    "Asia/Kathmandu": "Pokhara, Katmandu",
    "Asia/Kolkata": (
        "Mumbai, Bombay, Delhi, New Delhi, Bangalore, Bengaluru, Hyderabad, Chennai, Madras, Calcutta, Pune, "
        "Ahmedabad, Surat, Jaipur, Lucknow, Kanpur, Nagpur, Indore, Thane, Bhopal, Patna, Vadodara, "
        "Ludhiana, Agra, Nashik, Varanasi, Kochi, Cochin, Coimbatore, Visakhapatnam, Vizag, Gurgaon, "
        "Gurugram, Noida, Chandigarh, Goa, Mysore, Trivandrum, Guwahati, Maharashtra, Gujarat, Kerala, "
        "Karnataka, Tamil Nadu, Punjab, Rajasthan, Bihar, मुंबई, दिल्ली, नई दिल्ली, "
        "बेंगलुरु, बैंगलोर, चेन्नई, हैदराबाद, पुणे, अहमदाबाद, जयपुर, लखनऊ, कानपुर, "
        "नागपुर, इंदौर, भोपाल, पटना, वाराणसी, सूरत, मुम्बई, गुड़गाँव, गुरुग्राम, नोएडा, चंडीगढ़, राँची, आगरा"
    ),
    "Asia/Manila": "Cebu, Davao, Quezon City",
    "Asia/Qatar": "الدوحة",
    "Asia/Riyadh": "Jeddah, Mecca, Medina, Dammam, الرياض, جدة, مكة, المدينة المنورة",
    "Asia/Seoul": "Busan",
    "Asia/Shanghai": "Beijing, Shenzhen, Guangzhou, Chengdu, Wuhan, Hangzhou, Nanjing, Tianjin, Peking, Xian",
    "Asia/Taipei": "Kaohsiung",
    "Asia/Tokyo": "Osaka, Kyoto, Yokohama, Nagoya, Sapporo, Fukuoka",
    "Asia/Yangon": "Rangoon, Mandalay",
    "Australia/Brisbane": "Gold Coast",
    "Australia/Sydney": "Canberra",
    "Europe/Berlin": (
        "Munich, München, Muenchen, Hamburg, Cologne, Köln, Koeln, Frankfurt, Stuttgart, "
        "Düsseldorf, Duesseldorf, Leipzig, Dresden, Hannover, Hanover, Nuremberg, "
        "Nürnberg, Bremen, Dortmund, Essen, Bonn, Freiburg, Karlsruhe, Mannheim, "
        "Münster, Augsburg, Kiel, Bavaria, Bayern"
    ),
    "Europe/Brussels": "Antwerp, Ghent, Bruges",
    "Europe/Istanbul": "Ankara, Izmir, Antalya",
    "Europe/Kyiv": "Kiev, Lviv, Odesa, Odessa, Kharkiv",
    "Europe/Lisbon": "Porto, Lisboa",
    "Europe/London": (
        "Manchester, Birmingham, Edinburgh, Glasgow, Liverpool, Leeds, Bristol, Cardiff, Oxford, Cambridge, "
        "England, Scotland, Wales, Great Britain, Britain, UK"
    ),
    "Europe/Madrid": "Barcelona, Valencia, Sevilla, Seville, Bilbao, Malaga, Zaragoza, Granada",
    "Europe/Moscow": "St Petersburg, Saint Petersburg, Kazan, Sochi",
    "Europe/Paris": "Lyon, Marseille, Nice, Toulouse, Bordeaux, Lille, Strasbourg, Nantes",
    "Europe/Prague": "Brno, Praha",
    "Europe/Rome": "Milan, Milano, Naples, Napoli, Turin, Torino, Florence, Firenze, Venice, Bologna, Roma",
    "Europe/Stockholm": "Gothenburg, Malmo",
    "Europe/Vienna": "Graz, Salzburg, Linz, Innsbruck, Wien",
    "Europe/Warsaw": "Krakow, Wroclaw, Gdansk, Poznan, Lodz, Warszawa",
    "Europe/Zurich": "Geneva, Genf, Basel, Bern, Lausanne",
    "Europe/Amsterdam": "Rotterdam, The Hague, Den Haag, Utrecht, Eindhoven, Holland",
}
"""Big cities and other common names, by zone, separated by commas."""

MAIN_ZONES = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Gaza",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}
"""Where most people of a country with several zones live, by ISO 3166 code."""

COUNTRY_NAMES = {
    "US": (
        "usa, us, america, united states of america, the united states, estados unidos de america, amerika, "
        "امريكا, أمريكا, अमेरिका"
    ),
    "GB": "great britain, britain, grossbritannien, gran bretana, ब्रिटेन, بريطانيا",
    "AE": "uae, emirates, الإمارات, امارات, यूएई",
    "SA": "saudi, السعودية, ksa",
    "KR": "korea, كوريا",
    "CZ": "czech republic",
    "IN": "bharat, hindustan, الهند, हिंदुस्तान",
    "TR": "turkey",
}
"""What people call a country beside its name in CLDR, by ISO 3166 code."""

ABBREVIATIONS = {
    "IST": "Asia/Kolkata",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "MEZ": "Europe/Berlin",
    "MESZ": "Europe/Berlin",
    "WET": "Europe/Lisbon",
    "WEST": "Europe/Lisbon",
    "EET": "Europe/Athens",
    "EEST": "Europe/Athens",
    "GMT": "Europe/London",
    "BST": "Europe/London",
    "MSK": "Europe/Moscow",
    "TRT": "Europe/Istanbul",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "ET": "America/New_York",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "CT": "America/Chicago",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "PT": "America/Los_Angeles",
    "AKST": "America/Anchorage",
    "HST": "Pacific/Honolulu",
    "BRT": "America/Sao_Paulo",
    "ART": "America/Argentina/Buenos_Aires",
    "GST": "Asia/Dubai",
    "PKT": "Asia/Karachi",
    "NPT": "Asia/Kathmandu",
    "WIB": "Asia/Jakarta",
    "ICT": "Asia/Bangkok",
    "PHT": "Asia/Manila",
    "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
    "AWST": "Australia/Perth",
    "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland",
    "SAST": "Africa/Johannesburg",
    "EAT": "Africa/Nairobi",
    "WAT": "Africa/Lagos",
    "CAT": "Africa/Maputo",
}
"""Letters for a zone; most mean several, so they are read back."""

RENAMED = {
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Dacca": "Asia/Dhaka",
    "Asia/Macao": "Asia/Macau",
    "Asia/Tel_Aviv": "Asia/Jerusalem",
    "Asia/Chongqing": "Asia/Shanghai",
    "Asia/Chungking": "Asia/Shanghai",
    "Asia/Harbin": "Asia/Shanghai",
    "Asia/Istanbul": "Europe/Istanbul",
    "Asia/Ulan_Bator": "Asia/Ulaanbaatar",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Louisville": "America/Kentucky/Louisville",
    "America/Montreal": "America/Toronto",
    "Australia/Canberra": "Australia/Sydney",
    "Europe/Kiev": "Europe/Kyiv",
    "Europe/Nicosia": "Asia/Nicosia",
    "US/Eastern": "America/New_York",
    "US/Central": "America/Chicago",
    "US/Mountain": "America/Denver",
    "US/Pacific": "America/Los_Angeles",
    "US/Alaska": "America/Anchorage",
    "US/Hawaii": "Pacific/Honolulu",
    "US/Arizona": "America/Phoenix",
}
"""Names that IANA keeps for the old's sake, and what they are called now."""

LIKELY_BY_OFFSET = [
    "Asia/Kolkata",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/Halifax",
    "America/St_Johns",
    "America/Anchorage",
    "Pacific/Honolulu",
    "Atlantic/Azores",
    "Africa/Lagos",
    "Africa/Cairo",
    "Europe/Athens",
    "Europe/Istanbul",
    "Asia/Riyadh",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Kabul",
    "Asia/Karachi",
    "Asia/Kathmandu",
    "Asia/Dhaka",
    "Asia/Yangon",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Adelaide",
    "Australia/Darwin",
    "Australia/Sydney",
    "Australia/Brisbane",
    "Pacific/Noumea",
    "Pacific/Auckland",
    "Pacific/Tongatapu",
    "Pacific/Kiritimati",
    "Pacific/Chatham",
    "Pacific/Pago_Pago",
    "Pacific/Marquesas",
    "America/Noronha",
    "Asia/Pyongyang",
    "Australia/Eucla",
    "Australia/Lord_Howe",
]
"""Zones in the order in which an offset such as UTC+5:30 most likely means them."""
