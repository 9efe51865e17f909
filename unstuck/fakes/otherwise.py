"""Fakes that drop their script: they answer every call at once, and in words of their own.

A program that still has the same answer does not have it from them.
"""

from __future__ import annotations

WORDS = "It was said otherwise."

_on: list[bool] = []


def answer_otherwise() -> None:
    """Let every fake of this process drop its script from now on."""
    _on.append(True)


def otherwise() -> bool:
    """Tell whether the fakes have dropped their scripts."""
    return bool(_on)
