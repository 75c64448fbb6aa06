from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.transports.ble_adverts import (
    NEO1_SERVICE,
    SERVICE_SETS,
    Advert,
    Recognised,
    Sign,
    chunk_size,
    is_wanted,
    next_chunk_size,
    real_mac,
    recognise,
    uuid16,
)

# As a scanner splits it: the first two bytes of the address become the company (PROTOCOL 2.2).
M1 = Advert("4A:00:00:00:00:01", manufacturer={0x7B9C: bytes.fromhex("D2AABBCC")})


def test_the_real_address_is_put_together_again() -> None:
    assert real_mac(M1) == "9C:7B:D2:AA:BB:CC"
    longer = Advert("x", manufacturer={0x7B9C: bytes.fromhex("D2AABBCC0001020304")})
    assert real_mac(longer) == "9C:7B:D2:AA:BB:CC"


@pytest.mark.parametrize(
    "manufacturer",
    [{}, {0x7B9C: b"\xd2\xaa"}, {0x7B9C: b"\xd3\xaa\xbb\xcc"}, {0x004C: bytes.fromhex("D2AABBCC")}],
)
def test_no_address_in_other_fields(manufacturer: dict[int, bytes]) -> None:
    assert real_mac(Advert("x", manufacturer=manufacturer)) is None


@pytest.mark.parametrize(
    ("advert", "sign"),
    [
        (M1, Recognised(Sign.MANUFACTURER, "9C:7B:D2", "neo2")),
        (Advert("x", services=frozenset({uuid16(0x19F1)})),
         Recognised(Sign.SERVICE, "19F1", "neo2")),
        (Advert("x", services=frozenset({uuid16(0x19F0)})),
         Recognised(Sign.SERVICE, "19F0", "neo2")),
        (Advert("x", services=frozenset({NEO1_SERVICE})),
         Recognised(Sign.SERVICE, "18F1", "neo1")),
        (Advert("x", services=frozenset({SERVICE_SETS[0].service})),
         Recognised(Sign.SERVICE, "128-bit", "neo2")),
        (Advert("x", "Smart Pen"), Recognised(Sign.NAME, "Smart Pen", "neo2")),
        (Advert("x", "neosmartpen_m1+"), Recognised(Sign.NAME, "Neosmartpen", "neo2")),
        (Advert("x", manufacturer={0x5044: b"\x01\x02"}),
         Recognised(Sign.MANUFACTURER, "DP", "robotpen")),
        (Advert("x", manufacturer={0x4457: b"MA7"}),
         Recognised(Sign.MANUFACTURER, "WDM", "woodemi")),
    ],
)  # fmt: skip
def test_signs_of_pens(advert: Advert, sign: Recognised) -> None:
    assert recognise(advert) == (sign,)


def test_no_pen() -> None:
    assert recognise(Advert("x", "Headphones", frozenset({uuid16(0x180F)}), {76: b"\x10"})) == ()


def test_wanted_by_address_name_or_any() -> None:
    assert is_wanted(M1, "9c:7b:d2:aa:bb:cc")
    assert not is_wanted(M1, "9C:7B:D2:AA:BB:CD")
    assert is_wanted(M1, "4a:00:00:00:00:01")
    assert is_wanted(Advert("x", "Smart Pen"), "smart pen")
    assert is_wanted(M1, "any")
    assert not is_wanted(Advert("x", manufacturer={0x4457: b"MA7"}), "any")
    assert not is_wanted(Advert("x"), "any")


@pytest.mark.parametrize(
    ("mtu", "size"), [(517, 157), (160, 157), (159, 61), (64, 61), (63, 20), (23, 20), (0, 20)]
)
def test_ladder_of_sizes(mtu: int, size: int) -> None:
    assert chunk_size(mtu) == size


def test_ladder_goes_down() -> None:
    assert [next_chunk_size(size) for size in (157, 61, 51, 20, 5)] == [61, 20, 20, None, None]


@given(
    st.text(max_size=30),
    st.frozensets(st.text(max_size=40), max_size=3),
    st.dictionaries(st.integers(), st.binary(max_size=30), max_size=3),
    st.text(max_size=20),
)
def test_anything_may_be_advertised(
    name: str, services: frozenset[str], manufacturer: dict[int, bytes], wanted: str
) -> None:
    advert = Advert("x", name, services, manufacturer)
    recognise(advert)
    real_mac(advert)
    is_wanted(advert, wanted)
