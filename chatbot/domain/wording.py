"""What the house itself says inside a conversation, in the visitor's language."""
# ruff: noqa: E501 - sentences stand whole on their lines

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "called_asked": "A person has been called: you asked for one.",
    "called_ai": "A person has been called: {reason}.",
    "called_failed": "The AI couldn't answer, so a person has been called.",
    "nobody": "Nobody can come right now. Your message is kept, and you can go on asking here.",
    "already": "A person is already being called.",
    "failed": "The AI couldn't answer that just now. Your message is kept. Please try again in a moment.",
    "failed_called": "The AI couldn't answer that.",
    "failed_waiting": "The AI couldn't answer that. A person is already being called.",
    "timeout": "Nobody could come within {minutes}. The AI goes on; you can ask for a person again.",
    "cancelled": "You stopped waiting. The AI goes on.",
    "joined": "{name} joined after {time}. The AI has stopped.",
    "joined_unasked": "{name} joined. The AI has stopped.",
    "released": "{name} had to leave. You are back in line, with your first waiting time.",
    "handed_back": "{name} has left. The AI answers again.",
    "resolved": "{name} closed this conversation. Write again whenever you like.",
    "reopened": "{name} opened this conversation again.",
    "step_called": "Everybody here has been called",
    "step_timeout": "At {time} you hear from us, whatever happens",
    "no_such_message": "There is nothing to read.",
    "minute": "a minute",
    "minutes": "{count} minutes",
    "seconds": "{count} seconds",
    "greeting": "Hello. I'm the AI of {shop}. Ask me anything about {shop}, and I can call a colleague whenever you like.",
    "too_long": "That message is too long: 2,000 characters at the most.",
    "empty": "There is nothing in that message.",
    "id_conflict": "A different message was already sent under this id.",
    "not_saved": "That could not be saved just now. Your message is kept here and sent again.",
    "slow_down": "That is a lot at once. Please wait {seconds} seconds.",
    "nothing_to_wait": "Nobody is being called at the moment.",
    "not_now": "That is not possible at this point of the conversation.",
    "not_found": "There is no such conversation here.",
    "bad_frame": "That could not be understood.",
}
GERMAN: Mapping[str, str] = {
    "called_asked": "Ein Mensch ist gerufen: Sie haben darum gebeten.",
    "called_ai": "Ein Mensch ist gerufen: {reason}.",
    "called_failed": "Die KI konnte nicht antworten, deshalb ist ein Mensch gerufen.",
    "nobody": "Gerade kann niemand kommen. Ihre Nachricht bleibt hier, und Sie können weiter fragen.",
    "already": "Ein Mensch wird bereits gerufen.",
    "failed": "Die KI konnte das gerade nicht beantworten. Ihre Nachricht bleibt hier. Bitte versuchen Sie es gleich noch einmal.",
    "failed_called": "Die KI konnte das nicht beantworten.",
    "failed_waiting": "Die KI konnte das nicht beantworten. Ein Mensch wird bereits gerufen.",
    "timeout": "Innerhalb von {minutes} konnte niemand kommen. Die KI macht weiter; Sie können wieder nach einem Menschen fragen.",
    "cancelled": "Sie warten nicht mehr. Die KI macht weiter.",
    "joined": "{name} ist nach {time} dazugekommen. Die KI ist still.",
    "joined_unasked": "{name} ist dazugekommen. Die KI ist still.",
    "released": "{name} musste gehen. Sie sind wieder in der Reihe, mit Ihrer ersten Wartezeit.",
    "handed_back": "{name} ist gegangen. Die KI antwortet wieder.",
    "resolved": "{name} hat dieses Gespräch abgeschlossen. Schreiben Sie wieder, wann immer Sie mögen.",
    "reopened": "{name} hat dieses Gespräch wieder geöffnet.",
    "step_called": "Alle hier sind gerufen",
    "step_timeout": "Bei {time} hören Sie von uns, was auch geschieht",
    "no_such_message": "Da ist nichts zu lesen.",
    "minute": "einer Minute",
    "minutes": "{count} Minuten",
    "seconds": "{count} Sekunden",
    "greeting": "Hallo. Ich bin die KI von {shop}. Fragen Sie mich alles über {shop}; ich rufe auch gern jemanden aus dem Team.",
    "too_long": "Diese Nachricht ist zu lang: höchstens 2.000 Zeichen.",
    "empty": "In dieser Nachricht steht nichts.",
    "id_conflict": "Unter dieser Kennung wurde schon eine andere Nachricht geschickt.",
    "not_saved": "Das konnte gerade nicht gespeichert werden. Ihre Nachricht bleibt hier und wird noch einmal geschickt.",
    "slow_down": "Das ist viel auf einmal. Bitte warten Sie {seconds} Sekunden.",
    "nothing_to_wait": "Gerade wird niemand gerufen.",
    "not_now": "Das geht an dieser Stelle des Gesprächs nicht.",
    "not_found": "Dieses Gespräch gibt es hier nicht.",
    "bad_frame": "Das war nicht zu verstehen.",
}
LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "de": GERMAN}


def language_of(locale: str, default: str = "en") -> str:
    """The language we speak for a browser's locale, e.g. `de` for `de-AT`."""
    language = locale.replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else default


def say(locale: str, key: str, **values: str | int) -> str:
    """The sentence `key` in the language of `locale`, English where we don't speak it."""
    return LANGUAGES[language_of(locale)][key].format(**values)


def clock(milliseconds: int) -> str:
    """A duration as a clock, e.g. `1:42`."""
    minutes, seconds = divmod(max(0, milliseconds) // 1000, 60)
    return f"{minutes}:{seconds:02d}"


def duration(locale: str, seconds: int) -> str:
    """A duration in words: seconds below two minutes unless whole, else minutes."""
    if seconds < 120 and seconds % 60:
        return say(locale, "seconds", count=seconds)
    minutes = round(seconds / 60)
    return say(locale, "minute") if minutes == 1 else say(locale, "minutes", count=minutes)
