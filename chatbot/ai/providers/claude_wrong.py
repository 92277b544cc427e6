"""What may go wrong with a call of Claude, and what that means: words for operators, and whether to try again."""

import json
from collections.abc import Mapping
from typing import Any

from chatbot.ai.providers.base import ProviderFailed

_REASONS: Mapping[str, tuple[str, bool]] = {
    "rate_limit_error": ("Claude's rate limit is reached", True),
    "overloaded_error": ("Claude is overloaded", True),
    "api_error": ("Claude had an internal error", True),
    "timeout_error": ("Claude took too long", True),
    "authentication_error": ("Claude refuses the API key", False),
    "permission_error": ("The API key may not use this model", False),
    "billing_error": ("Anthropic's billing refuses the call", False),
    "not_found_error": ("Claude doesn't know this model", False),
    "request_too_large": ("The conversation is too large for Claude", False),
    "invalid_request_error": ("Claude refuses the request (also where a spend limit is reached)", False),
}
"""By Anthropic's `error.type` (platform.claude.com, Errors): reason, and whether waiting can help."""
_BY_STATUS: Mapping[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def failure_of(error: Exception) -> ProviderFailed:
    """Any error of a call as `ProviderFailed`. Texts of the other side are not passed on: they may quote the prompt."""
    if isinstance(error, ProviderFailed):
        return error
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _of_status(error, status)
    name = type(error).__name__
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return ProviderFailed("Claude's answer was garbled", retryable=True)
    if name in ("ReadTimeout", "APITimeoutError", "PoolTimeout", "ConnectTimeout", "WriteTimeout"):
        # Not tried again: the visitor has waited through a whole idle time already.
        return ProviderFailed("Claude fell silent")
    if name == "APIConnectionError" or isinstance(error, OSError) or _is_transport(error):
        return ProviderFailed("The connection to Claude broke", retryable=True)
    return ProviderFailed(f"Claude's answer could not be read ({name})")


def _of_status(error: Exception, status: int) -> ProviderFailed:
    """A status of 4xx or 5xx, or an error event inside a stream of status 200."""
    kind = getattr(error, "type", None) or _BY_STATUS.get(status) or ("api_error" if status >= 500 else "")
    reason, retryable = _REASONS.get(str(kind), (f"Claude answered with status {status}", False))
    after = _retry_after(getattr(error, "response", None))
    if status == 429 and after is None:
        # A spent budget says 429 without Retry-After and lasts until it is raised or the month ends.
        return ProviderFailed("Claude's spend limit is reached")
    return ProviderFailed(reason, retryable=retryable, retry_after=after)


def _retry_after(response: Any) -> float | None:
    headers: Mapping[str, str] = getattr(response, "headers", {})
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) / unit)
        except (KeyError, ValueError):
            continue
    return None


def _is_transport(error: Exception) -> bool:
    return any(kind.__name__ == "TransportError" for kind in type(error).__mro__)
