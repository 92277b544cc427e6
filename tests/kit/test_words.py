"""What a text is found under: the same words for who writes and who asks, and never an error."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.kit.words import LONGEST_QUESTION, LONGEST_WORD, MOST_WORDS, asked, folded, language_of, stem, stored

ANY_TEXT = st.text(st.characters(), max_size=300)
"""Everything Python calls text, lone surrogates and NUL included."""
LANGUAGES = st.sampled_from(["en", "de", "fr", "es", "pt", "it", "nl", "ar", "ja", "pl", "xx", ""])


def finds(question: str, text: str, language: str = "en") -> bool:
    """Whether every word of the question is one that the text is stored under."""
    there = set(stored(text, language))
    words = asked(question, [language])
    return bool(words) and all(any(form in there for form, _ in word) for word in words)


@settings(deadline=None)
@given(ANY_TEXT, LANGUAGES)
def test_no_text_is_an_error_and_no_word_can_hold_a_sign_of_the_query_language(text: str, language: str) -> None:
    words = stored(text, language) + [form for word in asked(text, [language]) for form, _ in word]
    assert not [word for word in words if re.search(r"[^a-z0-9+#\u0080-\U0010ffff]|\s|[\ud800-\udfff]", word)]
    assert all(0 < len(word) <= LONGEST_WORD for word in words)


@settings(deadline=None)
@given(ANY_TEXT)
def test_whatever_is_written_is_found_by_asking_the_same(text: str) -> None:
    there = set(stored(text, "xx"))
    assert all(word[0][0] in there for word in asked(text, ["xx"]))


@settings(deadline=None)
@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@settings(deadline=None)
@given(st.lists(st.from_regex("[b-z]{3,8}", fullmatch=True), max_size=400))
def test_a_question_is_searched_for_by_a_bounded_number_of_words(words: list[str]) -> None:
    found = asked(" ".join(words), ["xx"])
    assert len(found) <= MOST_WORDS
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "ﷺ" * 50_000, "[" * 100_000, "a-" * 50_000, "返" * 100_000, "\ud800\x00" * 9]
)
def test_a_huge_or_broken_text_is_only_a_text(text: str) -> None:
    assert all(len(word) <= LONGEST_WORD for word in stored(text, "en"))
    assert len(asked(text, ["en"])) <= MOST_WORDS


def test_of_a_long_question_the_beginning_and_the_end_count() -> None:
    words = [f"w{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(100)]
    found = [word[0][0] for word in asked(" ".join(words), ["xx"])]
    assert found == words[:16] + words[-16:]
    assert not asked(" " * LONGEST_QUESTION + "refund", ["en"])


@pytest.mark.parametrize(
    ("language", "question", "text"),
    [
        ("en", "returned wheels", "Returning a wheel"),
        ("de", "Rücksendungen", "die rücksendung"),
        ("de", "ruecksendung", "Rücksendung"),
        ("de", "Strasse", "Straße"),
        ("fr", "remboursements", "le remboursement"),
        ("fr", "delai", "Délai"),
        ("fr", "l'article", "les articles"),
        ("es", "devoluciones", "la devolución"),
        ("pt", "devoluções", "devolucoes"),
        ("it", "dell'ordine", "gli ordini"),
        ("nl", "banden", "de band"),
        ("ar", "الطلبات", "طلب"),
        ("ar", "أرجاع", "ارجاع"),
        ("ja", "返品", "商品の返品について"),
        ("zh", "退款", "如何申请退款"),
        ("ko", "환불", "환불은 5일"),
        ("th", "คืนเงิน", "การคืนเงิน"),
        ("hi", "वापसी", "वापसी नीति"),
        ("ru", "возврата", "возврат"),
        ("pl", "zwrot", "Zwrot towaru"),
        ("el", "ΕΠΙΣΤΡΟΦΗ", "επιστροφή"),
    ],
)
def test_other_forms_and_spellings_of_a_word_are_found_in_its_language(language: str, question: str, text: str) -> None:
    assert finds(question, text, language)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("135mm", "a frame of 135 mm"),
        ("135 mm", "a frame of 135mm"),
        ("622", "28-622"),
        ("28-622", "ETRTO 28-622"),
        ("c++", "C++ and C#"),
        ("C#", "C++ and C#"),
        ("A+++", "energy label A+++"),
        ("e-bike", "our ebike"),
        ("ebike", "our e-bike"),
        ("wi‑fi", "the Wi-Fi password"),
        ("a@b.example", "write to a@b.example"),
        ("-voucher", "a voucher"),
        ("ﬁt", "fit"),
        ("re\u00adfund", "refund"),
        ("٦٢٢", "622"),
        ("İSTANBUL", "Istanbul"),
    ],
)
def test_numbers_signs_and_compounds_are_found_however_they_are_written(question: str, text: str) -> None:
    assert finds(question, text)


def test_c_plus_plus_is_not_c() -> None:
    assert not finds("c++", "vitamin C")


def test_a_synonym_is_asked_for_too_and_is_worth_less() -> None:
    (word,) = asked("refund", ["en"])
    worth = dict(word)
    assert worth["refund"] == 1.0
    assert 0 < worth["reimburs"] < 1


def test_stop_words_are_not_asked_for_and_alone_they_ask_for_nothing() -> None:
    assert [word[0][0] for word in asked("Where is my refund?", ["en"])] == ["refund"]
    assert asked("How are you?", ["en"]) == []
    assert asked("", ["en"]) == [] == asked("?! …", [])


def test_what_is_a_stop_word_elsewhere_is_a_word_here() -> None:
    assert finds("do you sell a hat", "We sell every hat", "en")
    assert asked("Hat das einen Hut?", ["de"])[0][0][0] == "hut"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Where is my order?"),
        ("de", "Wo ist mein Paket?"),
        ("nl", "Waar is mijn pakket?"),
        ("fr", "Où est mon colis ?"),
        ("es", "¿Dónde está mi pedido?"),
        ("pt", "Onde está o meu pedido?"),
        ("it", "Dove si trova il mio ordine?"),
        ("ar", "أين طلبي؟"),
        ("ja", "返品できますか"),
        ("zh", "如何申请退款"),
        ("ko", "환불은 어떻게"),
        ("th", "คืนเงิน"),
        (None, "Nexus 8"),
        (None, ""),
    ],
)
def test_the_language_of_a_short_question_is_told_by_its_script_and_small_words(
    language: str | None, text: str
) -> None:
    assert language_of(text) == language


def test_several_threads_stem_at_once_without_mixing_words_up() -> None:
    texts = [" ".join(f"{word}{chr(97 + n)}ings" for word in ("return", "deliver", "repair")) for n in range(26)] * 2
    alone = [stored(text, "en") for text in texts]
    hurry = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for _ in range(20):
                stem.cache_clear()
                assert list(pool.map(lambda text: stored(text, "en"), texts)) == alone
    finally:
        sys.setswitchinterval(hurry)
