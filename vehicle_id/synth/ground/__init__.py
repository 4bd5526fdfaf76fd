"""Level ground by kind: asphalt with its markings, concrete, soil, gravel, grass, snow, mud, rock, water and so on.

`draw_ground` makes all random draws at once; the `ProceduralGround` it returns is a function of the place alone. The
target stands at (0, 0) along `axis_deg`: its bay, its lane and its wheel tracks are there. Colours and contrasts were
set beside real images: see "Measured" in materials.py. Images of real ground are in real.py.
"""

from vehicle_id.synth.ground.kinds import KINDS, ProceduralGround, draw_ground

__all__ = ["KINDS", "ProceduralGround", "draw_ground"]
