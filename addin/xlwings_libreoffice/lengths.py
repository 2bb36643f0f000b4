"""Lengths: Excel counts in points, LibreOffice in hundredths of a millimetre."""

PER_POINT = 2540 / 72
FINEST = 20
"""Steps in a point that hundredths of a millimetre can still tell apart: 20 points come back as 20."""


def points(hundredths: float) -> float:
    """Hundredths of a millimetre as points."""
    return round(hundredths / PER_POINT * FINEST) / FINEST


def hundredths(points: float) -> int:
    """Points as hundredths of a millimetre."""
    return round(points * PER_POINT)
