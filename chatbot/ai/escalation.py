"""Who asks for a person? Phrases in English and German, found without a model. Pure."""

import re
import unicodedata

LONGEST = 2000
"""Characters that are looked at: no visitor can send more."""

# The parts are written as `_plain` leaves a text: lower case, ae oe ue ss, single spaces, no punctuation.
# Those who are always meant when somebody asks for them …
_HUMAN = r"(?:human(?: being)?|person|agent|operator|representative|support agent)"
# … and those who are meant only behind "talk to".
_SOMEBODY = (
    rf"(?:{_HUMAN}|people|somebody|someone|rep|advisor|adviser|staff|staff member|team|team member|colleague|employee"
    r"|manager|supervisor|support|sales|customer (?:service|support))"
)
_ONE = r"(?:(?:a|an|the|any|some|another|your|one of your|real|actual|live|human)\s)*"
_WILLING = "".join(
    f"(?<!{no} )" for no in ("not", "dont", "not want to", "dont want to", "not need to", "dont need to", "no need to")
)
_WANT = r"\b(?:i|we)(?: (?:want|need|demand|prefer)| ?(?:would|d) (?:like|prefer|rather have))"
_GET = r"\b(?:can|could|may|will) (?:i|you|we) (?:please )?(?:have|get|reach|give me|call)"
_NOT_ABOUT = r"(?! (?:who|that|which|signed|yesterday|already)\b)"

_ENGLISH = (
    rf"{_WILLING}\b(?:talk|speak|chat|write) (?:directly )?(?:to|with) {_ONE}{_SOMEBODY}\b{_NOT_ABOUT}",
    rf"\b(?:connect|transfer|switch|forward|pass|hand) me (?:over |on |through )?(?:to|with) {_ONE}{_SOMEBODY}\b",
    rf"\b(?:put|get) me (?:through to |in touch with |on to |over to )?{_ONE}{_SOMEBODY}\b",
    rf"{_WANT} (?:to (?:talk|speak|chat) (?:to|with) )?{_ONE}{_HUMAN}\b(?! to \w+ the \w+){_NOT_ABOUT}",
    rf"{_GET} {_ONE}(?:{_HUMAN}|real person)\b{_NOT_ABOUT}",
    rf"\b(?:real|actual|live) (?:person|human|agent)\b{_NOT_ABOUT}",
    rf"\b(?:is|are) there {_ONE}(?:{_SOMEBODY})s? (?:here|there|i (?:can|could) (?:talk|speak|chat|write))\b",
    r"^(?:(?:a|an|the)\s)?(?:human|person|agent|operator|representative|staff)(?: (?:please|now|here))+$",
    r"^(?:please )?(?:(?:a|an|the)\s)?(?:human|human being|agent|operator|representative)$",
)

_MENSCH = r"(?:mensch(?:en)?|mitarbeiter|mitarbeiterin|berater|beraterin|ansprechpartner|ansprechpartnerin)"
_JEMAND = (
    rf"(?:{_MENSCH}|personen?|mitarbeitern|mitarbeitenden?|kollegen?|kollegin|sachbearbeiter|sachbearbeiterin|agenten?"
    r"|kundenberater|kundenservice|kundendienst|jemand(?:en|em)?)"
)
_ARTIKEL = r"(?:(?:(?:ein|ihr|eur|unser|euer)(?:e[nmr]?)?|der|die|das|den|dem)\s)"
_EIN = rf"{_ARTIKEL}*"
_ECHT = r"(?:(?:echt|richtig|lebend|lebendig|menschlich|zustaendig)(?:e[nmrs]?)?\s)*"
_ECHT_SICHER = r"(?:echte|richtige|menschliche)[nrm]?"
_SPRECHEN = r"(?:sprechen|reden|schreiben|chatten|verbinden|verbunden werden|unterhalten|telefonieren)"
_WOLLEN = r"\b(?:ich|wir) (?:will|wollen|moechten?|brauchen?|haetten?|verlangen?)(?: (?:gern|gerne|bitte|jetzt|mit))*"
_NICHT_UEBER = r"(?! (?:der|die|das|hat|hatte|werden|sein|ueber)\b)"

_GERMAN = (
    rf"(?<!nicht )\bmit {_EIN}{_ECHT}{_JEMAND} (?:(?:vom|von|aus|im|in|bei) (?:\w+ ){{1,2}})?{_SPRECHEN}\b",
    rf"\b{_SPRECHEN} (?:(?:sie|ich|wir|mich|bitte)\s)*mit {_EIN}{_ECHT}{_JEMAND}\b{_NICHT_UEBER}",
    rf"\bverbinde[nt]? (?:(?:sie|du|mich|uns|bitte|doch|mal)\s)*mit {_EIN}{_ECHT}{_JEMAND}\b",
    rf"{_WOLLEN} {_ARTIKEL}+{_ECHT}(?:{_MENSCH}|kundenberater|person)\b{_NICHT_UEBER}",
    rf"\b{_ECHT_SICHER} (?:mensch|person|{_MENSCH})\b{_NICHT_UEBER}",
    rf"^(?:bitte )?{_EIN}(?:{_MENSCH}|person)(?: (?:bitte|jetzt|sofort))+$",
    rf"^(?:bitte )?{_EIN}{_MENSCH}$",
    r"\b(?:ist|gibt es) (?:(?:da|hier|denn)\s)*(?:(?:ein|einen)\s)(?:echten?r?\s)?mensch(?:en)?\b",
)
_PATTERN = re.compile("|".join(f"(?:{pattern})" for pattern in _ENGLISH + _GERMAN))
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"} | dict.fromkeys("’'`´‘", ""))


def wants_person(text: str) -> str | None:
    """The words that ask for a person, as they were found (folded to plain letters), or None."""
    found = _PATTERN.search(_plain(text[:LONGEST]))
    return found.group().strip() if found else None


def _plain(text: str) -> str:
    """Only letters, digits and single spaces, umlauts spelt out."""
    folded = unicodedata.normalize("NFC", text).lower().translate(_FOLDED)
    return re.sub(r"[^a-z0-9]+", " ", folded).strip()
