"""Foyer: AI customer support that a business hosts itself."""

__version__ = "0.1.0"
