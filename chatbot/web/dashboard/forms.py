"""Forms of the app: plain posts of a few text fields."""

from starlette.datastructures import FormData
from starlette.requests import Request

MOST_FIELDS = 10
LARGEST_FIELD = 1 << 20


async def read_form(request: Request) -> FormData:
    """The fields; files are refused."""
    return await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=LARGEST_FIELD)


def field(form: FormData, name: str) -> str:
    """A field as text with line ends as \\n; empty where it is missing."""
    value = form.get(name)
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""
