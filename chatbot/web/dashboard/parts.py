"""The parts that travel over the operators' socket, drawn by the templates of first paint.

They are the same for every operator of a workspace: the browser turns a person's own name into "you" and a time into
the reader's zone.
"""

from chatbot.domain.news import Changed
from chatbot.kit.render import Renderer
from chatbot.storage.entries import Entry
from chatbot.web.dashboard.entry_view import entry_view
from chatbot.web.dashboard.row_view import row_view


def entry_html(render: Renderer, entry: Entry, conversation: str) -> str:
    """An entry of the conversation with this id."""
    return render("parts/entry.html", shown=entry_view(entry, conversation))


def row_html(render: Renderer, changed: Changed, now: int) -> str:
    """A conversation's line in the inbox. `now` in milliseconds since 1970."""
    return render("parts/row.html", row=row_view(changed, now))
