"""The words for what can go wrong. The domain raises them; `web/errors.py` translates them once."""


class Refusal(Exception):
    """Base of every answer other than yes. `message` is for people, `code` for programs."""

    code = "unavailable"

    def __init__(self, message: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class Invalid(Refusal):
    """What was sent cannot be used as it is."""

    code = "bad_frame"


class NotFound(Refusal):
    """There is no such thing, or it is not yours: nobody can tell which."""

    code = "not_found"


class NotAllowed(Refusal):
    """You are known, and this is not for you."""

    code = "not_allowed"


class Unauthorised(Refusal):
    """The credential is missing, wrong or no longer good."""

    code = "unauthorised"


class Conflict(Refusal):
    """Somebody else was first, or the state has moved on."""

    code = "conflict"


class TooMany(Refusal):
    """More than the limit allows. `retry_after` is in whole seconds."""

    code = "rate_limited"

    def __init__(self, message: str = "", retry_after: int = 1, code: str | None = None) -> None:
        super().__init__(message, code)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """It cannot be done now; later it may."""

    code = "unavailable"


class NotSaved(Unavailable):
    """The database could not keep it (full disk, interrupt): nothing was stored."""

    code = "not_saved"
