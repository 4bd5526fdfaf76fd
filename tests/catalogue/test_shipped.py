"""The rows that ship: enough of them, of every class, sound, and honest about their sources."""

from __future__ import annotations

import pytest

from vehicle_id.catalogue import COLOURS, Catalogue, problems
from vehicle_id.taxonomy import published_taxonomy

LEAVES = [leaf for leaf in published_taxonomy().leaves if leaf != "ground"]
PAYLOADS_T = {"30t": 30, "45t": 45, "55t": 55, "90t": 90, "130t": 130, "180t": 180, "220t": 220, "320t": 320}
AXLED = ("special_chassis_4_axles", "special_chassis_6_7_axles", "special_chassis_8_axles")


def test_the_rows_are_sound(catalogue: Catalogue) -> None:
    assert problems(catalogue.vehicles, published_taxonomy()) == []


def test_there_are_rows_enough(catalogue: Catalogue) -> None:
    assert len(catalogue.vehicles) >= 200


@pytest.mark.parametrize("leaf", LEAVES)
def test_every_class_has_rows_enough_to_span_a_range(catalogue: Catalogue, leaf: str) -> None:
    assert len(catalogue.of(leaf)) >= 3


def test_ground_is_no_vehicle(catalogue: Catalogue) -> None:
    assert catalogue.of("ground") == ()


def test_figures_that_were_read_name_their_page_and_others_none(catalogue: Catalogue) -> None:
    read = {row.name for row in catalogue.vehicles if row.source.startswith(("http://", "https://"))}
    assert read == {row.name for row in catalogue.vehicles if row.confidence != "unverified"}
    assert len(read) >= 50


def test_an_address_is_whole(catalogue: Catalogue) -> None:
    assert not [row.name for row in catalogue.vehicles if "…" in row.source or " " in row.source]


def test_disputed_figures_keep_a_range(catalogue: Catalogue) -> None:
    for row in catalogue.vehicles:
        if row.confidence == "disputed":
            assert any(low < high for low, high in (row.length_m, row.width_m, row.height_m)), row.name


def test_every_row_names_its_coats_once(catalogue: Catalogue) -> None:
    for row in catalogue.vehicles:
        assert row.colours, row.name
        assert len(set(row.colours)) == len(row.colours), row.name
        assert set(row.colours) <= set(COLOURS), row.name


def test_no_launcher_of_the_dprk_has_a_length_given_as_fact(catalogue: Catalogue) -> None:
    theirs = [row for row in catalogue.vehicles if row.name.startswith(("Hwasong", "Twelve-axle", "WS51200"))]
    assert len(theirs) >= 8
    for row in theirs:
        low, high = row.length_m
        assert row.confidence == "unverified", row.name
        assert high / low >= 1.1, row.name


def test_only_the_load_of_a_flat_car_makes_a_row_of_several_classes(catalogue: Catalogue) -> None:
    several = {name for row in catalogue.vehicles if len(row.classes) > 1 for name in row.classes}
    assert several == {"flat_car_empty", "flat_car_containers", "flat_car_vehicles"}


@pytest.mark.parametrize(("size", "payload_t"), PAYLOADS_T.items())
def test_a_hauler_is_of_the_class_of_its_payload(catalogue: Catalogue, size: str, payload_t: float) -> None:
    for row in catalogue.of(f"rigid_hauler_{size}"):
        assert row.payload_t is not None
        assert 0.8 * payload_t <= row.payload_t <= 1.45 * payload_t, row.name


@pytest.mark.parametrize("group", AXLED)
def test_a_load_never_makes_the_longest_chassis_shorter(catalogue: Catalogue, group: str) -> None:
    bare, loaded = (max(row.length_m[1] for row in catalogue.of(f"{group}_{load}")) for load in ("bare", "loaded"))
    assert loaded > bare


@pytest.mark.parametrize(
    ("label", "length_m", "width_m"),
    [
        ("car", (3.3, 5.6), (1.5, 2.1)),
        ("tractor_trailer", (12, 24), (2.3, 3.95)),
        ("rigid_hauler_130t", (10, 12.5), (6, 7.3)),
        ("rail_vehicle", (11, 36), (2.3, 3.6)),
        ("container", (5.9, 14.5), (2.3, 2.6)),
    ],
)
def test_the_range_of_a_class_is_that_of_the_world(
    catalogue: Catalogue, label: str, length_m: tuple[float, float], width_m: tuple[float, float]
) -> None:
    for span, limits in zip(catalogue.sized_taxonomy().size_ranges(label), (length_m, width_m), strict=True):
        assert span is not None
        assert limits[0] <= span[0] < span[1] <= limits[1]


def test_the_axles_of_a_wagon_lie_alike_from_both_ends(catalogue: Catalogue) -> None:
    for row in catalogue.of("wagon"):
        for front, rear in zip(row.axles_m, reversed(row.axles_m), strict=True):
            assert front + rear == pytest.approx(row.length_m[0], abs=0.05)
