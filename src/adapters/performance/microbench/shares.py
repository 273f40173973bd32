"""Shares as people write them."""

from __future__ import annotations

import math


def parse_share(value: object) -> float:
    """``5%`` and ``0.05`` as 0.05; ValueError for what is neither, and for a bare number from 1 on."""
    text = str(value).strip()
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        number = math.nan
    share = number / 100 if text.endswith("%") else number
    if not 0 <= share < math.inf:
        raise ValueError(f"{text!r} is no share: write 5% or 0.05")
    if share >= 1 and not text.endswith("%"):
        raise ValueError(f"{text!r} would be {share:.0%}: write {number:g}%")
    return share
