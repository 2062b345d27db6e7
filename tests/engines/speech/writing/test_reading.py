"""What is said in each language for what is written short."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.engines.speech.writing.numerals import numbers_in_words
from sparkle_motion_dagster.engines.speech.writing.said_line import said_line

SAID = {
    "de-DE": [
        ("Dr. Weiß zahlt 5,50 € um 10:30 Uhr.", "Doktor Weiß zahlt 5 Euro 50 um 10 Uhr 30."),
        (
            "z. B. bei Nr. 5, d. h. ca. 3,5 km",
            "zum Beispiel bei Nummer 5, das heißt circa 3 Komma 5 Kilometer",
        ),
        ("Hr. Müller, Fr. Ott usw. Dann", "Herr Müller, Frau Ott und so weiter. Dann"),
        ("Am 3. Mai und der 4. Mai", "Am dritten Mai und der vierte Mai"),
        ("Vom 03.05.1999 an", "Vom dritten Mai 19 hundert 99 an"),
        (
            "Ludwig XIV. lebte im 17. Jahrhundert.",
            "Ludwig der Vierzehnte lebte im siebzehnten Jahrhundert.",
        ),
        ("1 Uhr, 1 h, 2 Std. und 20 °C", "ein Uhr, eine Stunde, 2 Stunden und 20 Grad Celsius"),
        ("10.000,50 € oder 10 000 €", "10000 Euro 50 oder 10000 Euro"),
        ("Ich bin 3. Dann ging er.", "Ich bin 3. Dann ging er."),
        ("in der 3. Klasse, der II. Akt", "in der dritten Klasse, der zweite Akt"),
        ("Hauptstr. 5, II. Weltkrieg, Bd. III", "Hauptstraße 5, zweiter Weltkrieg, Band 3"),
        ("Es steht 3:1, der M. Müller", "Es steht 3 zu 1, der M. Müller"),
        ("5 Min. Pause, 1.000,- € bar", "5 Minuten Pause, 1000 Euro bar"),
        ("max@web.de, www.a.de/b", "max at web Punkt de, a Punkt de Schrägstrich b"),
        ("5-6 km, 1/2, 24/7 und 007", "5 bis 6 Kilometer, ein halb, 24, 7 und 0 0 7"),
        ("3 + 4 = 7, −5 und 5 × 3", "3 plus 4 gleich 7, minus 5 und 5 mal 3"),
        ("Psst! Neeeein! Brrr, Schifffahrt", "Psit! Nein! Brö, Schifffahrt"),
        ("T-Tom, GIB MIR DAS! Das ZDF sagt", "Tö Tom, Gib Mir Das! Das ZDF sagt"),
        ("Vitamin C, Frau M. und Klasse D", "Vitamin C, Frau M. und Klasse D"),
    ],
    "fr-FR": [
        ("3.5 km et $5.50", "3 point 5 kilomètres et 5 dollars 50"),
        ("M. Dupont paie 5,50 € à 10 h 30.", "Monsieur Dupont paie 5 euros 50 à 10 heures 30."),
        ("Le 1er mai, Mme Leroy et Mlle Roux", "Le premier mai, Madame Leroy et Mademoiselle Roux"),
        (
            "Louis XIV, François Ier, le XIXe siècle",
            "Louis 14, François premier, le dix-neuvième siècle",
        ),
        (
            "1,5 km, 2 km, 3,14 et 3,05",
            "1 virgule 5 kilomètre, 2 kilomètres, 3 virgule 14 et 3 virgule 0 5",
        ),
        ("1 h, 21 h, p. ex. le 03/05/1999", "une heure, 21 heures, par exemple le 3 mai 1999"),
        ("n° 5, p. 7, etc. Puis", "numéro 5, page 7, et cetera. Puis"),
        ("M. le Maire, 20h, J.-C.", "Monsieur le Maire, 20 heures, Jésus-Christ"),
        ("Me voici, ce sera la 2e.", "Me voici, ce sera la deuxième."),
    ],
    "es-ES": [
        ("El Sr. García y la Dra. Ruiz, p. ej.", "El Señor García y la Doctora Ruiz, por ejemplo"),
        ("Felipe VI, Isabel II y Alfonso XIII", "Felipe sexto, Isabel segunda y Alfonso 13"),
        ("siglo XIX, 1.º y 2ª", "siglo 19, primero y segunda"),
        ("03/05/1999, EE. UU.", "3 de mayo de 1999, Estados Unidos"),
        ("a la 1:00, a las 10:30", "a la una en punto, a las 10 y 30"),
        ("5,50 € y $20 y $5.50", "5 euros con 50 y 20 dólares y 5 dólares con 50"),
        ("21.000.000 y 1.000", "veintiún millones y 1000"),
    ],
    "it-IT": [
        (
            "Il Sig. Rossi e il dott. Verdi, ecc. Poi",
            "Il Signor Rossi e il dottor Verdi, eccetera. Poi",
        ),
        (
            "Luigi XIV, il XIX secolo, 1º maggio",
            "Luigi quattordicesimo, il diciannovesimo secolo, primo maggio",
        ),
        ("alle 10:30, 5,50 € e 20 °C", "alle 10 e 30, 5 euro e 50 e 20 gradi Celsius"),
        ("p. es. 1 maggio, ad es. 2 kg", "per esempio primo maggio, ad esempio 2 chili"),
    ],
    "pt-BR": [
        (
            "O Sr. Silva paga R$ 5,50 às 10h30.",
            "O Senhor Silva paga 5 reais e 50 centavos às 10 e 30.",
        ),
        ("1 h, 2 h, 22 h e 2 min", "uma hora, duas horas, 20 e duas horas e dois minutos"),
        (
            "Pedro II, século XIX, 1º de maio, 2ª",
            "Pedro segundo, século 19, primeiro de maio, segunda",
        ),
    ],
    "pl-PL": [
        ("22 123 45 67, 10 000 i 10 000 zł", "22 123 45 67, 10000 i 10000 złotych"),
        ("np. ul. Długa 5, itd. Potem", "na przykład ulica Długa 5, i tak dalej. Potem"),
        (
            "1 km, 2 km, 5 km, 3,5 km",
            "jeden kilometr, dwa kilometry, 5 kilometrów, 3 przecinek 5 kilometra",
        ),
        ("22 min i 21 zł, 5,50 zł", "20 dwie minuty i 21 złotych, 5 złotych 50 groszy"),
        ("3 maja o 10:30", "trzeciego maja o dziesiątej 30"),
        ("O 00:30 i 00:00", "O 0 30 i 0"),
        (
            "w 1999 r. i XX wiek",
            "w 1900 dziewięćdziesiątym dziewiątym roku i dwudziesty wiek",
        ),
        ("Ludwik XIV, 2 maja", "Ludwik czternasty, drugiego maja"),
    ],
    "nl-NL": [
        (
            "Dhr. Jansen betaalt € 5,50 om 10:30 uur",
            "De heer Jansen betaalt 5 euro 50 om 10 uur 30",
        ),
        ("bijv. de 2e en 3de, enz. Dan", "bijvoorbeeld de tweede en derde, enzovoort. Dan"),
        (
            "Lodewijk XIV, 03-05-1999",
            "Lodewijk de veertiende, 3 mei 19 honderd 99",
        ),
    ],
    "ru-RU": [
        (
            "Г-н Иванов, т. е. д-р, и т. д. Потом",
            "Господин Иванов, то есть доктор, и так далее. Потом",
        ),
        ("3 мая 1999 г.", "третьего мая 1900 девяносто девятого года."),
        (
            "в 1999 г., в 2000 году",
            "в 1900 девяносто девятом году, в двухтысячном году",
        ),
        ("1 мин, 2 мин, 5 мин, 21 км", "одна минута, две минуты, 5 минут, 20 один километр"),
        ("3,5 км и 1,25 л", "3 целых 5 десятых километра и одна целая 25 сотых литра"),
        ("5,50 ₽, 2 книги, 5 лет, 2 года", "5 рублей 50 копеек, две книги, 5 лет, 2 года"),
        ("Пётр I, Екатерина II, XIX век", "Пётр первый, Екатерина вторая, девятнадцатый век"),
        ("2 мин. Потом 5 тыс. руб.", "две минуты. Потом 5 тысяч рублей"),
        ("в 1918 г. Потом, 90-е годы", "в 1900 восемнадцатом году. Потом, девяностые годы"),
        ("ул. Ленина, д. 5, № 7, 5-й", "улица Ленина, дом 5, номер 7, пятый"),
        ("20 °C, 1 %, в 10:00, в 10:05", "20 градусов Цельсия, один процент, в 10 часов, в 10 0 5"),
        ("Тсс! Он сказал okay, Brad.", "Тысс! Он сказал okay, Brad."),
    ],
    "uk-UA": [
        ("вул. Садова, 2 хв, 3,5 км", "вулиця Садова, дві хвилини, 3 цілих 5 десятих кілометра"),
        ("ХХ ст. і 90-ті роки", "двадцятого століття і дев'яності роки"),
        ("у 1999 р. о 10:30", "у 1900 дев'яносто дев'ятому році о десятій 30"),
        ("О 00:15", "О 0 15"),
        ("5,50 ₴ і 1000000", "5 гривень 50 копійок і один мільйон"),
    ],
    "el-GR": [
        ("Ο κ. Παπάς, π.χ. στις 10:30", "Ο κύριος Παπάς, παραδείγματος χάριν στις 10 και 30"),
        ("1 Μαΐου, 3 Μαΐου, 3 ώρες, 1 km", "πρώτη Μαΐου, τρεις Μαΐου, τρεις ώρες, ένα χιλιόμετρο"),
        ("5,50 € κ.λπ. Μετά", "5 ευρώ και 50 λεπτά και λοιπά. Μετά"),
    ],
    "en-US": [
        (
            "Oak Ave., No. 5, e.g. Tom, 5 ft. Then",
            "Oak Avenue, Number 5, for example Tom, 5 feet. Then",
        ),
        (
            "my_file, St. Ann on 5th Ave., 2000-2010",
            "my file, Saint Ann on fifth Avenue, 2000 to 20 10",
        ),
        (
            "5-6 km, 50% & 5 × 3 ≤ 20",
            "5 to 6 kilometres, 50 percent and 5 times 3 less than or equal to 20",
        ),
        ("Dr. Who met Mr. Bean on 05/03/1999", "Doctor Who met Mister Bean on May third, 19 99"),
        (
            "25/12/2024, 2024-12-24 and the 21st",
            "December twenty-fifth, 20 24, December twenty-fourth, 20 24 and the twenty-first",
        ),
        (
            "call 555-0199, £1bn, 5㎞ ℃",
            "call 5 5 5, 0 1 9 9, 1 billion pounds, 5 kilometres degrees C",
        ),
        ("Café Müller, naïve Zoë", "Café Müller, naïve Zoë"),
        ("Cafe\u0301 Mu\u0308ller", "Café Müller"),
        ("a\u200bb \u202eabc\u202c", "ab abc"),
    ],
    "en-GB": [("05/03/1999", "March fifth, 19 99")],
    "sv-SE": [("5 km, Dr. Ek", "5 km, Dr. Ek")],
}


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [(language, *pair) for language, pairs in SAID.items() for pair in pairs],
)
def test_what_is_said(language: str, written: str, said: str) -> None:
    line = said_line(written, language)
    assert line.text == said
    assert line.passed_over == ()
    assert [word.written for word in line.words] == written.split()
    assert said_line(said, language).text == said


@pytest.mark.parametrize(
    "language", ["de", "fr", "es", "it", "pt", "pl", "nl", "ru", "uk", "el", "en"]
)
def test_no_sign_is_silent(language: str) -> None:
    for sign in "€£¥₹÷×≤≥∞√∑°₽₿₴‰©®%&@#+=":
        line = said_line(f"A {sign} 5", language)
        assert line.passed_over == ()
        assert len(line.text.split()) > 2, sign


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("10 Uhr 30", "de-DE", "zehn Uhr dreißig"),
        ("20 одна минута", "ru-RU", "двадцать одна минута"),
        (
            "19 99, 3.5 and 1,999",
            "en-GB",
            "nineteen ninety-nine, three point five and one thousand nine hundred and ninety-nine",
        ),
        ("R2-D2, MP3 and 0 0 7", "en-US", "R2-D2, MP3 and zero zero seven"),
        ("5 ευρώ", "el-GR", "5 ευρώ"),
        ("5 år", "sv-SE", "fem år"),
        ("5 你", "zh-CN", "5 你"),
    ],
)
def test_numbers_in_words(text: str, language: str, words: str) -> None:
    assert numbers_in_words(text, language) == words
