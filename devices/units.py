"""
Money, quantities and taxes without a float: whole kopecks inside, decimal strings outside.

Rounding is half up everywhere (ФФД practice: 1043 = 1079 × 1023 half up, VAT half up; reference ffd.md, section 5).
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

_MONEY = re.compile(r"\d{1,12}(\.\d{1,2})?")


def kopecks(text: str) -> int:
    """
    Roubles as a decimal string («1250.5») to whole kopecks (125050). Raises ValueError: not a plain decimal of
    two places.
    """
    if not _MONEY.fullmatch(text):
        raise ValueError(f"not a sum of money: {text!r}")
    return int(Decimal(text) * 100)


def roubles(amount: int) -> str:
    """Whole kopecks (125050, may be negative) to a decimal string («1250.50»)."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 100)
    return f"{sign}{whole}.{rest:02d}"


def line_sum(price: int, quantity: Decimal) -> int:
    """Price in kopecks times quantity, rounded half up to a kopeck (tag 1043)."""
    return int((price * quantity).to_integral_value(ROUND_HALF_UP))


def tax_inside(amount: int, numerator: int, denominator: int) -> int:
    """VAT contained in *amount* kopecks at rate numerator/denominator (22/122), half up; 0 for a zero numerator."""
    if numerator == 0:
        return 0
    return int((Decimal(amount * numerator) / denominator).to_integral_value(ROUND_HALF_UP))


def plain_quantity(quantity: Decimal) -> str:
    """Shortest plain form of a quantity: «1», «0.345», never «1E+1»."""
    text = format(quantity, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
