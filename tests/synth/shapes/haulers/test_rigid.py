"""Rigid mining trucks: parts under the canopy, loads, differences by size and maker."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.haulers.cases import RIGID, SEEDS, SIZES, panes_from_above, sample
from tests.synth.shapes.overhead import look, met_from_above
from vehicle_id.synth.camera import Camera
from vehicle_id.synth.mesh import join
from vehicle_id.synth.paint import GLASS, TYRE
from vehicle_id.synth.shapes.haulers import BUILDERS


@pytest.mark.parametrize("leaf", ["rigid_hauler_30t", "rigid_hauler_130t", "rigid_hauler_320t"])
def test_canopy_hides_the_cab_from_above(leaf: str) -> None:
    hidden = []
    for seed in range(30):
        assembly = BUILDERS[leaf](sample(leaf, seed))
        covered, bare = (panes_from_above(mesh) for mesh in (assembly.at_rest(), join(assembly.fixed)))
        assert bare > 5  # the cab has windows to be seen
        hidden.append(covered < 0.35 * bare)
    assert np.mean(hidden) > 0.55


@pytest.mark.parametrize("leaf", RIGID)
def test_nothing_comes_through_the_floor_or_the_front_wall(leaf: str) -> None:
    for seed in range(10):
        each = sample(leaf, seed)
        assembly = BUILDERS[leaf](each)
        fixed = len(join(assembly.fixed).triangles)
        where, face = met_from_above(assembly.at_rest())
        inside = (np.abs(where[:, 1]) < 0.4 * each.width_m) & (where[:, 0] < 0.64 * each.length_m)
        assert not (inside & (face < fixed)).any(), (leaf, seed)


def test_loaded_body_is_filled_and_empty_one_is_hollow() -> None:
    """Halfway along the body the load lies near the rim, the floor of an empty one well below it; both occur."""
    depths = []
    for seed in SEEDS:
        each = sample("rigid_hauler_130t", seed)
        camera = Camera(gsd_m=0.5, height_px=3, width_px=3, centre_m=(0.4 * each.length_m, 0.0))
        hits = look(BUILDERS[each.label](each).at_rest(), camera)
        depths.append(float(np.median(hits.point[:, 2])) / each.height_m)
    assert max(depths) <= 1
    filled, hollow = [d for d in depths if d > 0.75], [d for d in depths if d < 0.6]
    assert len(filled) >= 5
    assert len(hollow) >= 5


def test_wheels_grow_with_the_payload() -> None:
    shares = []
    for leaf in ("rigid_hauler_30t", "rigid_hauler_130t", "rigid_hauler_320t"):
        mesh = BUILDERS[leaf](sample(leaf, 1)).at_rest()
        tyres = mesh.triangles[np.all(np.isclose(mesh.rgb, TYRE.rgb), axis=1)]
        shares.append(tyres[..., 2].max() / SIZES[leaf][2])
    assert shares == sorted(shares)
    assert shares[-1] > 1.15 * shares[0]


def test_belaz_cab_sits_on_the_left_and_cat_777_in_the_middle() -> None:
    for maker, name, left in (("BelAZ", "BelAZ-7557", True), ("Caterpillar", "Cat 777G", False)):
        mesh = join(BUILDERS["rigid_hauler_90t"](sample("rigid_hauler_90t", 3, maker=maker, name=name)).fixed)
        middle = mesh.triangles[np.all(np.isclose(mesh.rgb, GLASS.rgb), axis=1)][..., 1].mean()
        assert (middle > 1.0) == left
        assert middle > -0.1
