"""What of a line is a stage direction, and what is part of its sentences."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.engines.speech.base import NothingToSayError
from sparkle_motion_dagster.engines.speech.writing.said_line import said_line


@pytest.mark.parametrize(
    ("line", "said", "directions"),
    [
        ("(whispering) Come here.", "Come here.", ["(whispering)"]),
        ("Come (whispering) here.", "Come, here.", ["(whispering)"]),
        ("Yes. (beat) No.", "Yes. No.", ["(beat)"]),
        ("Well [laughs] so be it", "Well, so be it", ["[laughs]"]),
        ("*sighs* Well, *coughs loudly* no.", "Well, no.", ["*sighs*", "*coughs loudly*"]),
        ("(to Tom) Come here.", "Come here.", ["(to Tom)"]),
        ("Go. (to Ann) You stay.", "Go. You stay.", ["(to Ann)"]),
        ("“(softly) I know.”", "“I know.”", ["(softly)"]),
        ("No! (Laughs) Never", "No! Never", ["(Laughs)"]),
        ("I am (in a whisper) here", "I am, here", ["(in a whisper)"]),
        ("Anna (V.O.) speaks", "Anna, speaks", ["(V.O.)"]),
        ("I <i>am</i> here <br/> now", "I am here now", ["<i>", "</i>", "<br/>"]),
        ("Really?(beat)No.", "Really? No.", ["(beat)"]),
        ("un<i>believ</i>able", "unbelievable", ["<i>", "</i>"]),
        ("Fine (sighs).", "Fine.", ["(sighs)"]),
        ("[Door slams] Who's there?", "Who's there?", ["[Door slams]"]),
    ],
)
def test_directions_are_left_out(line: str, said: str, directions: list[str]) -> None:
    found = said_line(line, "en-US")
    assert found.text == said
    assert list(found.directions) == directions
    assert [word.written for word in found.words] == line.split()


@pytest.mark.parametrize(
    "line",
    [
        "He left (at last) for good.",
        "I paid him (twice) already.",
        "(I told you so!) Never mind.",
        "(You never listen) and that is that.",
        "She (my sister) came.",
        "It cost ten (or twelve) pounds.",
        "He said nothing (nothing at all) to me.",
        "We met (during the war) in Rome.",
        "Everyone (including me) laughed.",
        "(Nothing happened.) We went home.",
        "He lives (finally) alone.",
        "Section (b) and (2) apply.",
    ],
)
def test_what_belongs_to_a_sentence_is_spoken(line: str) -> None:
    found = said_line(line, "en-US")
    assert found.text == line
    assert found.directions == ()


def test_emphasis_is_spoken() -> None:
    found = said_line("I *never* said **that** and _this_", "en-US")
    assert found.text == "I never said that and this"
    assert found.directions == ()
    assert found.passed_over == ("*", "_")


@pytest.mark.parametrize(
    ("language", "line", "said"),
    [
        ("de-DE", "Ja (flüstert) komm.", "Ja, komm."),
        ("de-DE", "Er ging (endlich) heim.", "Er ging (endlich) heim."),
        ("fr-FR", "Oui (en riant) viens.", "Oui, viens."),
        ("fr-FR", "Il part (enfin) seul.", "Il part (enfin) seul."),
        ("es-ES", "Sí (susurrando) ven.", "Sí, ven."),
        ("it-IT", "Sì (sottovoce) vieni.", "Sì, vieni."),
        ("pt-BR", "Sim (sussurrando) vem.", "Sim, vem."),
        ("pl-PL", "Tak (szeptem) chodź.", "Tak, chodź."),
        ("pl-PL", "Tak (cicho i powoli) chodź.", "Tak, chodź."),
        ("nl-NL", "Ja (fluistert) kom.", "Ja, kom."),
        ("ru-RU", "Да (шёпотом) иди.", "Да, иди."),
        ("ru-RU", "Он ушёл (наконец) домой.", "Он ушёл (наконец) домой."),
        ("uk-UA", "Так (пошепки) йди.", "Так, йди."),
        ("el-GR", "Ναι (ψιθυριστά) έλα.", "Ναι, έλα."),
        ("de-DE", "Nein *sighs* geh.", "Nein, geh."),
        ("ja-JP", "はい。（小声で）行こう。", "はい。 行こう。"),
        ("hi-IN", "(whispering) हाँ", "हाँ"),
    ],
)
def test_directions_in_other_languages(language: str, line: str, said: str) -> None:
    assert said_line(line, language).text == said


@pytest.mark.parametrize("line", ["(beat)", "[laughs] …", "*sighs*"])
def test_a_line_of_directions_alone_is_refused_with_the_reason(line: str) -> None:
    with pytest.raises(NothingToSayError, match="nothing but a stage direction"):
        said_line(line, "en-US").require_words()
