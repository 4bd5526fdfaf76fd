"""Mesh files of catalogue rows: read, scaled, painted, rendered; and refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import trimesh

from tests.synth.test_dataset import rows_of
from vehicle_id.catalogue import load_catalogue
from vehicle_id.errors import CatalogueError, InputError
from vehicle_id.synth.dataset import RenderPlan, render_dataset
from vehicle_id.synth.mesh_file import read_mesh
from vehicle_id.synth.shapes import build
from vehicle_id.synth.vehicle_sample import nominal_sample

RED, BLACK = (200, 30, 30, 255), (10, 10, 10, 255)
HEADER = "name,class,length_m,width_m,height_m,confidence,colours,mesh\n"


def write_truck(folder: Path, *, suffix: str = ".ply", colours: str = "") -> Path:
    """A red box 400 x 100 x 100 centimetres on black wheels, and the CSV of its row, 6 m long."""
    body = trimesh.creation.box(extents=(400, 100, 80))
    body.apply_translation((0, 0, 60))
    wheels = trimesh.creation.box(extents=(300, 90, 20))
    wheels.apply_translation((0, 0, 10))
    for part, colour in ((body, RED), (wheels, BLACK)):
        part.visual.face_colors = colour
    trimesh.util.concatenate([body, wheels]).export(folder / f"truck{suffix}")
    rows = folder / "rows.csv"
    rows.write_text(f"{HEADER}Truck,box_truck,6,1.5,1.5,unverified,{colours},truck{suffix}\n")
    return rows


@pytest.mark.parametrize("suffix", [".ply", ".glb", ".obj"])
def test_colours_and_the_coat_come_from_the_file(tmp_path: Path, suffix: str) -> None:
    write_truck(tmp_path, suffix=suffix)
    mesh = read_mesh(str(tmp_path / f"truck{suffix}"))
    assert len(mesh.triangles) == 24
    assert mesh.coat.sum() == 12
    red = mesh.rgb[mesh.coat].mean(axis=0)
    assert red[0] > 0.5 and red[1] < 0.05
    assert mesh.rgb[~mesh.coat].max() < 0.01


def test_a_file_without_colours_is_all_coat(tmp_path: Path) -> None:
    trimesh.creation.box(extents=(4, 1, 1)).export(tmp_path / "plain.stl")
    assert read_mesh(str(tmp_path / "plain.stl")).coat.all()


def test_the_length_is_the_rows_and_the_proportions_are_the_files(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_truck(tmp_path), published=False)
    sample = nominal_sample(catalogue["Truck"], "box_truck", np.random.default_rng(0))
    low, high = build(sample).at_rest().bounds
    np.testing.assert_allclose(high - low, (6.0, 1.5, 1.5), rtol=1e-6)
    np.testing.assert_allclose((low + high)[:2], 0, atol=1e-9)
    assert low[2] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("colours", "is_red"), [("", True), ("white", False)])
def test_named_colours_repaint_the_coat_and_no_colours_keep_it(tmp_path: Path, colours: str, is_red: bool) -> None:
    catalogue = load_catalogue(write_truck(tmp_path, colours=colours), published=False)
    sample = nominal_sample(catalogue["Truck"], "box_truck", np.random.default_rng(0))
    mesh = build(sample).at_rest()
    red, green, _ = mesh.rgb[mesh.coat].mean(axis=0)
    assert bool(red > 5 * green) is is_red
    assert mesh.rgb[~mesh.coat].max() < 0.01


def test_own_meshes_are_rendered_alone(tmp_path: Path) -> None:
    rows = write_truck(tmp_path)
    plan = RenderPlan(seed=1, rows=(str(rows),), only_rows=True, gsd_m=(0.3, 0.3))
    found = rows_of(render_dataset(plan, tmp_path / "set", num=3))
    assert {(row["label"], row["vehicle"], row["origin"]) for row in found} == {("box_truck", "Truck", "mesh")}


def test_a_changed_mesh_is_another_plan(tmp_path: Path) -> None:
    plan = RenderPlan(seed=1, rows=(str(write_truck(tmp_path)),), only_rows=True, gsd_m=(0.3, 0.3))
    render_dataset(plan, tmp_path / "set", num=1)
    read_mesh.cache_clear()
    trimesh.creation.box(extents=(4, 1, 1)).export(tmp_path / "truck.ply")
    with pytest.raises(InputError, match="another plan"):
        render_dataset(plan, tmp_path / "set", num=2)


def test_only_rows_needs_rows() -> None:
    with pytest.raises(InputError, match="name a CSV with --rows"):
        render_dataset(RenderPlan(only_rows=True), "unused", num=1)


@pytest.mark.parametrize("content", [b"", b"ply\nformat ascii 1.0\nelement vertex 3\nend_header\n", b"no mesh"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.ply").write_bytes(content)
    with pytest.raises(CatalogueError, match=r"^the mesh .*bad.ply (cannot be read|has 0 triangles)") as raised:
        read_mesh(str(tmp_path / "bad.ply"))
    assert "\n" not in str(raised.value)


def test_a_mesh_of_too_many_faces_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trimesh.creation.box(extents=(4, 1, 1)).export(tmp_path / "large.ply")
    monkeypatch.setattr("vehicle_id.synth.mesh_file.MOST_FACES", 5)
    with pytest.raises(CatalogueError, match="has 12 triangles: give 1 to 5"):
        read_mesh(str(tmp_path / "large.ply"))


def test_references_to_other_files_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other.mtl").write_text("newmtl red\nKd 1 0 0\n")
    corners = "v 0 0 0\nv 4 0 0\nv 4 2 1\nv 0 2 1\n"
    (tmp_path / "plate.obj").write_text(f"mtllib other.mtl\n{corners}usemtl red\nf 1 2 3\nf 1 3 4\n")
    red, green, blue = read_mesh(str(tmp_path / "plate.obj")).rgb.mean(axis=0)
    assert red == green == blue
