"""Answers to items: what is chosen from, and what an answer earns. Everything here is exact arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from westmec_xblocks.domain.text import Text


@dataclass(frozen=True, slots=True)
class Option:
    """Something that is chosen from, whatever the kind of item. ``reason`` says why it is right or what mistake it is."""

    id: str
    text: Text
    key: bool = False
    reason: Text = Text()
