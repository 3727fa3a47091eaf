"""Mixing colours, each written as ``#rrggbb``: pure, no Qt."""

from functools import cache


def blend(ground: str, color: str, share: float) -> str:
    """Return ``ground`` with a share (0 to 1) of a colour in it, as if painted thin."""
    mixed = (
        round(below + (above - below) * share)
        for below, above in zip(_channels(ground), _channels(color))
    )
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def ramp(start: str, end: str, share: float) -> str:
    """Return a colour between two, in steps that look equal.

    Straight through Oklab (Ottosson, 2020), so that lightness changes evenly.
    """
    first, last = _oklab(start), _oklab(end)
    lightness, a, b = (one + (other - one) * share for one, other in zip(first, last))
    roots = (
        lightness + 0.3963377774 * a + 0.2158037573 * b,
        lightness - 0.1055613458 * a - 0.0638541728 * b,
        lightness - 0.0894841775 * a - 1.2914855480 * b,
    )
    cubes = [root**3 for root in roots]
    linear = (sum(k * c for k, c in zip(row, cubes)) for row in _FROM_CONES)
    return "#{:02x}{:02x}{:02x}".format(*(_encoded(part) for part in linear))


def ink_on(ground: str) -> str:
    """Return black or white, whichever is read better: the contrast is 4.5 at least."""
    # Both contrasts are equal where (1.05) / (l + 0.05) = (l + 0.05) / 0.05.
    return "#000000" if luminance(ground) > 0.179 else "#ffffff"


def luminance(color: str) -> float:
    """Return relative luminance, 0 to 1, as WCAG 2.1 defines it."""
    red, green, blue = (_linear(part) for part in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_FROM_CONES = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


@cache
def _oklab(color: str) -> tuple[float, float, float]:
    linear = [_linear(part) for part in _channels(color)]
    long, middle, short = (
        sum(k * c for k, c in zip(row, linear)) ** (1 / 3) for row in _TO_CONES
    )
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _linear(channel: int) -> float:
    part = channel / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _encoded(part: float) -> int:
    part = min(1.0, max(0.0, part))
    curved = part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
    return round(curved * 255)
