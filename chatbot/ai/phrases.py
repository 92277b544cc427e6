"""What the AI says where no model writes it, in the visitor's language."""

from collections.abc import Mapping

from chatbot.kit.words import language_of

_ENGLISH: Mapping[str, str] = {
    "unknown": "I couldn't find that in what {workspace} has written down.",
    "offer": "Would you like me to call a person? Just say yes.",
    "alone": "Nobody from the team is here right now. You can leave your question here for them to read.",
    "hello": "Hello. I'm the automatic assistant of {workspace}. What would you like to know?",
    "thanks": "You're welcome.",
    "declined": "All right. Ask me anything else whenever you like.",
    "goodbye": "Goodbye.",
    "called": "While you wait, you can go on asking me.",
    "already": "A person is already being called. While you wait, you can go on asking me.",
    "nobody": "You can go on asking me, and the team can read everything here later.",
    "reason": "you said yes",
    "asked": "the visitor asked for a person",
}
_GERMAN: Mapping[str, str] = {
    "unknown": "Dazu habe ich bei {workspace} nichts Geschriebenes gefunden.",
    "offer": "Soll ich jemanden aus dem Team rufen? Sagen Sie einfach ja.",
    "alone": "Gerade ist niemand aus dem Team da. Lassen Sie Ihre Frage hier, dann kann das Team sie später lesen.",
    "hello": "Guten Tag. Ich bin der automatische Assistent von {workspace}. Was möchten Sie wissen?",
    "thanks": "Gern geschehen.",
    "declined": "In Ordnung. Fragen Sie mich gern etwas anderes.",
    "goodbye": "Auf Wiedersehen.",
    "called": "Während Sie warten, können Sie mich weiter fragen.",
    "already": "Ein Mensch wird bereits gerufen. Während Sie warten, können Sie mich weiter fragen.",
    "nobody": "Sie können mich weiter fragen, und das Team kann hier später alles lesen.",
    "reason": "Sie haben Ja gesagt",
    "asked": "hat nach einem Menschen gefragt",
}
_LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": _ENGLISH, "de": _GERMAN}


def spoken(text: str, locale: str) -> str:
    """The language to answer in, `en` or `de`: that of the text where it can be told, else that of the locale."""
    candidates = (language_of(text) or "", locale[:2].lower(), "en")
    return next(language for language in candidates if language in _LANGUAGES)


def phrase(language: str, key: str, workspace: str = "") -> str:
    """The sentence `key` in `language`."""
    return _LANGUAGES[language][key].format(workspace=workspace)


def offered(text: str) -> bool:
    """True where the AI's own words ended by offering to call a person."""
    return any(text.rstrip().endswith(words["offer"]) for words in _LANGUAGES.values())
