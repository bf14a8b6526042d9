"""Numbers of invented people: well-formed, never those of somebody real, never given twice."""

from __future__ import annotations

from datetime import date, timedelta

# Province codes. No person has ever been given one: the first six digits of a real number name a county.
_REGIONS = tuple(
    f"{n}0000"
    for n in (
        11,
        12,
        13,
        14,
        15,
        21,
        22,
        23,
        31,
        32,
        33,
        34,
        35,
        36,
        37,
        41,
        42,
        43,
        44,
        45,
        46,
        50,
        51,
        52,
        53,
        61,
        62,
        63,
        64,
    )
)
_CHECK = "10X98765432"
_WEIGHTS = tuple(2 ** (17 - n) % 11 for n in range(17))
_SPREAD = 7919  # prime, so that neighbours in a class differ in region and birthday
_PHONE_SPREAD = 37_199_411  # coprime to 10**8: eight digits that do not repeat


def check_character(first: str) -> str:
    """The eighteenth character for the first seventeen digits (GB 11643, ISO 7064 MOD 11-2)."""
    return _CHECK[sum(int(d) * w for d, w in zip(first, _WEIGHTS, strict=True)) % 11]


def resident_id(number: int, sex: str, first: date, days: int, base: int = 0) -> tuple[str, date]:
    """A resident id and the day of birth in it, different for every `number`.

    number: from 0; sex: "1" male, "2" female; first, days: births fall on these days; base: 0 or 500, so that two
    groups of people born in the same years never meet. Up to 249 * 29 * days people.
    """
    turn, slot = divmod(number, days * len(_REGIONS))
    slot = slot * _SPREAD % (days * len(_REGIONS))
    day, region = divmod(slot, len(_REGIONS))
    born = first + timedelta(day)
    digits = f"{_REGIONS[region]}{born:%Y%m%d}{base + turn * 2 + (1 if sex == '1' else 2):03}"
    return digits + check_character(digits), born


def phone(prefix: str, number: int) -> str:
    """A mobile number in a range that no operator uses: 142, 143, 160, 169 and so on."""
    return f"{prefix}{(number * _PHONE_SPREAD + 20_261_124) % 10**8:08}"
