"""Asking for a person is understood in English and German, and nothing else is taken for it."""

import unicodedata

import pytest

from chatbot.ai.escalation import LONGEST, wants_person

ASKS = """
I want to talk to a person
Can I speak to a human?
CAN I SPEAK TO A HUMAN!!!
talk to a human
real person
Agent please
agent
human
Human, please!
Let me talk to someone
I'd like to speak with somebody from your team
I’d rather talk to a person
I'd like a human
we would rather have an agent
I need to speak to a real human being, please.
please connect me to an agent
connect me with a representative
transfer me to an operator
put me through to someone
get me a human
i want a real person
I need an agent
Is there a human here?
is there someone I can talk to
Can I have a real person please
could you get a human
where is my order? i want to speak to a human
speak to customer service
I would like to talk with your manager
may I chat with a staff member
Mit einem Menschen sprechen
Ich möchte mit einem Menschen sprechen
ich moechte mit einem menschen reden
Ich will mit einem Mitarbeiter sprechen!
Mitarbeiter
Mitarbeiter bitte
Mensch bitte
Kann ich mit jemandem sprechen?
Kann ich bitte mit einer echten Person reden?
Verbinden Sie mich mit einem Mitarbeiter
verbinde mich bitte mit einem Menschen
Ich brauche einen Ansprechpartner
ich hätte gerne einen echten Menschen
Ist da ein Mensch?
Gibt es hier einen echten Menschen?
Kann ich mit dem Kundenservice sprechen
Einen Mitarbeiter, bitte.
echter Mensch
mit einem menschlichen Mitarbeiter chatten
Kann ich mit einem Menschen aus dem Team sprechen
""".strip().splitlines()

DOES_NOT_ASK = """
which person signed for my parcel
Which person signed for my parcel?
Ich bin ein Mensch
Ich bin kein Roboter, ich bin ein Mensch.
I am a real customer
are you a human?
Is this bike for one person or two
a child seat for a person of 20 kg
How many people work there
The agent at DHL told me it was lost
I talked to a person yesterday
I spoke to someone who said it was fine
I do not want to talk to a person
I don't want to talk to a human
no need to speak to a human
What is your estate agent commission
do you sell cleaning agent
How do I become a sales representative?
Can I pick it up in person?
operator manual for the pump
Talk to me about bells
Does somebody need to be home?
can someone else collect my order
I need someone to sign
We need a pump for two people
Welche Person hat mein Paket angenommen
Sind Sie Mitarbeiter?
Der Mitarbeiter im Laden sagte
Ist das Rad für Menschen über 2 Meter geeignet?
Ich möchte Mitarbeiter werden
Ich möchte nicht mit einem Menschen sprechen
Wie viele Mitarbeiter haben Sie?
Hat jemand mein Paket angenommen?
Kann jemand anderes mein Paket abholen?
""".strip().splitlines()


@pytest.mark.parametrize("text", ASKS)
def test_asking_for_a_person_is_found(text: str) -> None:
    assert wants_person(text)


@pytest.mark.parametrize("text", DOES_NOT_ASK)
def test_speaking_of_people_is_not_asking_for_one(text: str) -> None:
    assert wants_person(text) is None


def test_umlauts_may_come_as_two_signs() -> None:
    assert wants_person(unicodedata.normalize("NFD", "Ich hätte gern einen echten Menschen"))


def test_the_words_found_are_given() -> None:
    assert wants_person("Hello! Can I TALK to a person, please?") == "talk to a person"


def test_what_stands_behind_the_longest_message_is_not_looked_at() -> None:
    assert wants_person("x " * (LONGEST // 2) + "talk to a person") is None
