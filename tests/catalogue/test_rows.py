"""What a cell may contain, and the error for one that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.catalogue.conftest import HEADER
from vehicle_id.catalogue import Catalogue, load_catalogue, read_rows
from vehicle_id.errors import CatalogueError

SOUND = "Tram,bus,12:12.5,2.5,3,unverified,"


def test_a_range_is_read_as_two_figures_and_one_figure_as_both(csv_of: Callable[..., Path]) -> None:
    (row,) = read_rows(csv_of(SOUND))
    assert (row.name, row.classes) == ("Tram", ("bus",))
    assert (row.length_m, row.width_m, row.height_m) == ((12.0, 12.5), (2.5, 2.5), (3.0, 3.0))
    assert (row.wheelbase_m, row.axles_m, row.payload_t, row.colours, row.note) == (None, (), None, (), "")


def test_lists_are_read_with_spaces(csv_of: Callable[..., Path]) -> None:
    header = "name,class,length_m,width_m,height_m,confidence,axles_m,colours,payload_t,wheelbase_m\n"
    (row,) = read_rows(
        csv_of("Wagon,flat_car_empty flat_car_vehicles,14,3,1,unverified,2 4 10 12,grey green,70,10", header=header)
    )
    assert row.classes == ("flat_car_empty", "flat_car_vehicles")
    assert (row.axles_m, row.colours, row.payload_t, row.wheelbase_m) == ((2, 4, 10, 12), ("grey", "green"), 70, 10)


def test_a_byte_order_mark_is_not_part_of_the_header(csv_of: Callable[..., Path]) -> None:
    assert read_rows(csv_of(SOUND, header="\ufeff" + HEADER))[0].name == "Tram"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Tram,bus,,2.5,3,unverified,", "vehicle 'Tram': length_m is missing: give metres, or low:high"),
        ("Tram,bus,12,,3,unverified,", "vehicle 'Tram': width_m is missing"),
        ("Tram,bus,12,2.5,,unverified,", "vehicle 'Tram': height_m is missing"),
        ("Tram,bus,40 ft,2.5,3,unverified,", "vehicle 'Tram': length_m '40 ft' is not a number: give metres"),
        ("Tram,bus,12:x,2.5,3,unverified,", "vehicle 'Tram': length_m 'x' is not a number"),
        ("Tram,bus,12,2.5,3,sure,", "vehicle 'Tram': confidence 'sure' is not one of published, disputed, unverified"),
        ("Tram,bus", "vehicle 'Tram': confidence '' is not one of"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(csv_of: Callable[..., Path], line: str, fault: str) -> None:
    with pytest.raises(CatalogueError) as raised:
        read_rows(csv_of(line))
    assert str(raised.value).startswith(fault)


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (HEADER.replace("width_m", "width"), "has no column 'width_m'"),
        (HEADER.replace("source", "origin"), "has a column 'origin'"),
        ("", "has no column 'name'"),
    ],
)
def test_the_header_names_the_columns(csv_of: Callable[..., Path], header: str, fault: str) -> None:
    with pytest.raises(CatalogueError, match=fault):
        read_rows(csv_of(header=header))


def test_a_name_given_twice_is_refused(csv_of: Callable[..., Path]) -> None:
    with pytest.raises(CatalogueError, match="names 'Tram' twice"):
        read_rows(csv_of(SOUND, SOUND))


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00\x01,", b'name\n"' + b"x" * 200_000])
def test_a_file_that_is_not_a_catalogue_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CatalogueError, match=r"own\.csv"):
        read_rows(path)


def test_rows_of_ones_own_come_after_those_that_ship(catalogue: Catalogue, csv_of: Callable[..., Path]) -> None:
    own = load_catalogue(csv_of(SOUND))
    assert own.vehicles == (*catalogue.vehicles, own["Tram"])
    assert "Tram" in own
    assert "Tram" not in catalogue


def test_a_row_of_a_known_name_replaces_it_in_its_place(catalogue: Catalogue, csv_of: Callable[..., Path]) -> None:
    own = load_catalogue(
        csv_of("T-72,tank,9.6,3.6,2.2,unverified,", name="one.csv"),
        csv_of("T-72,tank,9.7,3.6,2.2,unverified,", name="two.csv"),
    )
    assert [row.name for row in own.vehicles] == [row.name for row in catalogue.vehicles]
    assert own["T-72"].length_m == (9.7, 9.7)
    assert own["T-72"].source == ""


def test_a_faulty_row_of_ones_own_is_refused_with_the_number_of_other_faults(csv_of: Callable[..., Path]) -> None:
    with pytest.raises(CatalogueError) as raised:
        load_catalogue(csv_of("Tram,bus,12000,2500,3,unverified,"))
    assert str(raised.value) == "vehicle 'Tram': length_m 12000 looks like millimetres: give metres (and 1 more)"


MESH_HEADER = "name,class,length_m,width_m,height_m,confidence,mesh\n"


def test_a_mesh_file_is_found_beside_the_csv(csv_of: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "meshes").mkdir()
    (tmp_path / "meshes" / "tram.ply").touch()
    (row,) = read_rows(csv_of("Tram,bus,12,2.5,3,unverified,meshes/tram.ply", header=MESH_HEADER))
    assert row.mesh == str(tmp_path / "meshes" / "tram.ply")
    assert read_rows(csv_of("Tram,bus,12,2.5,3,unverified,", header=MESH_HEADER))[0].mesh == ""


@pytest.mark.parametrize(
    ("mesh", "fault"),
    [
        ("gone.ply", "mesh 'gone.ply' is not a file below"),
        ("../tram.ply", "mesh '../tram.ply' leaves the folder of the CSV"),
        ("/tram.ply", "mesh '/tram.ply' leaves the folder of the CSV"),
        ("tram.blend", "mesh 'tram.blend' ends in none of .ply .obj .stl .glb"),
    ],
)
def test_a_mesh_that_cannot_be_used_is_named(csv_of: Callable[..., Path], mesh: str, fault: str) -> None:
    with pytest.raises(CatalogueError) as raised:
        read_rows(csv_of(f"Tram,bus,12,2.5,3,unverified,{mesh}", header=MESH_HEADER))
    assert str(raised.value).startswith(f"vehicle 'Tram': {fault}")


def test_an_own_row_does_not_put_a_published_one_in_doubt(csv_of: Callable[..., Path]) -> None:
    """Two containers of 20 ft once made the published one of 45 ft look like feet."""
    rows = csv_of(*(f"Box {n},container,6.06,2.44,2.59,unverified," for n in range(2)))
    assert "Box 1" in load_catalogue(rows)
    assert [row.name for row in load_catalogue(rows, published=False).vehicles] == ["Box 0", "Box 1"]


def test_an_own_row_alone_is_still_checked_against_the_published_ones(csv_of: Callable[..., Path]) -> None:
    rows = csv_of("Tram,bus,39.4,8.2,9.8,unverified,")
    with pytest.raises(CatalogueError, match="looks like feet"):
        load_catalogue(rows, published=False)
