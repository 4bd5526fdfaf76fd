"""Random colours: every paint of a vehicle in a colour of its own, the same shape, and any colour there is."""

from __future__ import annotations

import colorsys

import numpy as np

from tests.synth.test_dataset import rows_of
from tests.synth.test_mesh_file import write_truck
from vehicle_id.catalogue import load_catalogue
from vehicle_id.synth.conditions import CaptureConditions
from vehicle_id.synth.dataset import RenderPlan, render_dataset
from vehicle_id.synth.mesh import Mesh, box, join
from vehicle_id.synth.paint import GLASS, TYRE, Paint, linear, shade
from vehicle_id.synth.random_colours import colour_groups, randomly_coloured
from vehicle_id.synth.scene import Scene, draw_scene

COAT = Paint(rgb=linear("#9c1f1f"), gloss=0.1, coat=True)
CATALOGUE = load_catalogue()


def lorry() -> Mesh:
    """A red cab with a darker sill, glass, and wheels."""
    spans = ((0.0, 2.0), (-1.0, 1.0), (0.5, 2.5))
    paints = (COAT, shade(COAT, 0.9), GLASS, TYRE)
    return join([box(*spans, paint).moved((2 * number, 0, 0)) for number, paint in enumerate(paints)])


def painted(seed: int, mesh: Mesh | None = None) -> Mesh:
    return randomly_coloured(mesh or lorry(), np.random.default_rng(seed))


def scene(label: str, share: float, seed: int = 1) -> Scene:
    conditions = CaptureConditions(gsd_m=(0.5, 0.5), random_colours=share)
    return draw_scene(label, CATALOGUE, np.random.default_rng(seed), conditions, gsd_m=0.5)


def test_colours_that_look_alike_are_one_group_and_the_largest_is_first() -> None:
    groups = colour_groups(lorry())
    assert groups[:24].tolist() == [0] * 24, "coat and sill"
    assert len(set(groups[24:36])) == len(set(groups[36:])) == 1
    assert 0 not in groups[24:]


def test_a_mesh_of_many_colours_has_few_groups() -> None:
    rng = np.random.default_rng(0)
    boxes = [box((0, 1), (0, 1), (0, 1), Paint(rgb=tuple(float(v) for v in rng.uniform(0, 1, 3)))) for _ in range(300)]
    groups = colour_groups(join(boxes))
    assert len(groups) == 3600
    assert 3 < len(set(groups)) <= 8


def test_the_shape_and_the_coat_stay() -> None:
    before, after = lorry(), painted(0)
    np.testing.assert_array_equal(after.triangles, before.triangles)
    np.testing.assert_array_equal(after.coat, before.coat)


def test_a_group_keeps_its_shading_and_gets_one_gloss() -> None:
    for seed in range(20):
        mesh = painted(seed)
        cab, sill = mesh.rgb[0], mesh.rgb[12]
        if cab.max() < 0.9:
            np.testing.assert_allclose(sill, np.clip(0.9 * cab, 0.005, 0.95), rtol=1e-6)
        assert mesh.gloss[0] == mesh.gloss[12]


def test_cab_and_glass_have_any_colour_of_the_whole_space() -> None:
    drawn = [painted(seed).rgb for seed in range(400)]
    for face in (0, 24):
        hues, values = np.array([colorsys.rgb_to_hsv(*rgb[face]) for rgb in drawn])[:, [0, 2]].T
        assert (np.histogram(hues, bins=6, range=(0, 1))[0] > 15).all()
        assert np.quantile(values, 0.15) < 0.15 and np.quantile(values, 0.9) > 0.5
    assert np.corrcoef([(rgb[0].mean(), rgb[24].mean()) for rgb in drawn], rowvar=False)[0, 1] < 0.3


def test_some_vehicles_keep_the_colours_of_some_parts() -> None:
    kept = [(painted(seed).rgb[24] == lorry().rgb[24]).all() for seed in range(200)]
    assert 0.1 < np.mean(kept) < 0.6


def test_reflectances_and_gloss_are_possible_and_vary() -> None:
    meshes = [painted(seed) for seed in range(100)]
    assert all((mesh.rgb > 0).all() and (mesh.rgb < 1).all() for mesh in meshes)
    gloss = np.array([mesh.gloss[0] for mesh in meshes])
    assert gloss.min() >= 0 and gloss.max() <= 0.9
    assert (gloss < 0.05).any() and (gloss > 0.4).any(), "chalk and glass"


def test_the_same_generator_gives_the_same_colours() -> None:
    np.testing.assert_array_equal(painted(3).rgb, painted(3).rgb)
    assert (painted(3).rgb != painted(4).rgb).any()


def test_only_the_colours_of_a_scene_change() -> None:
    for label in ("box_truck", "tank", "car"):
        usual, odd = scene(label, 0.0), scene(label, 1.0)
        assert len(usual.objects) == len(odd.objects)
        assert (usual.sun, usual.ground_name, usual.heading_deg) == (odd.sun, odd.ground_name, odd.heading_deg)
        for one, other in zip(usual.objects, odd.objects, strict=True):
            np.testing.assert_array_equal(one.mesh.triangles, other.mesh.triangles)
        assert (usual.objects[0].mesh.rgb != odd.objects[0].mesh.rgb).any()


def test_neighbours_of_one_row_are_not_painted_alike() -> None:
    rows = [[each.mesh.rgb for each in scene("bus", 1.0, seed).objects if each.weathering.dust] for seed in range(12)]
    assert any(len({rgb[:1].tobytes() for rgb in meshes}) > 1 for meshes in rows)


def test_the_share_is_that_of_vehicles() -> None:
    usual = [scene("car", 0.0, seed).objects[0].mesh.rgb for seed in range(60)]
    half = [scene("car", 0.5, seed).objects[0].mesh.rgb for seed in range(60)]
    changed = [(one != other).any() for one, other in zip(usual, half, strict=True)]
    assert 15 < sum(changed) < 45


def test_bare_ground_has_no_colours_to_change() -> None:
    assert scene("ground", 1.0).target is None


def test_crops_of_meshes_are_recoloured_too(tmp_path) -> None:  # type: ignore[no-untyped-def]
    plan = RenderPlan(rows=(str(write_truck(tmp_path)),), only_rows=True, gsd_m=(0.3, 0.3))
    usual = render_dataset(plan, tmp_path / "usual", num=4)
    odd = render_dataset(
        RenderPlan(rows=plan.rows, only_rows=True, gsd_m=(0.3, 0.3), random_colours=1.0), tmp_path / "odd", num=4
    )
    assert rows_of(usual) == rows_of(odd), "the same vehicles, windows and sensors"
    same = [
        (usual.parent / row["path"]).read_bytes() == (odd.parent / row["path"]).read_bytes() for row in rows_of(usual)
    ]
    assert not all(same)
