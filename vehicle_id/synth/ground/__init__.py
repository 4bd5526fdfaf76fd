"""Level ground by kind: asphalt with its markings, concrete, soil, gravel, grass, snow, mud, rock, water and so on.

`draw_ground` draws everything at once; the `Ground` it returns is a function of the place alone. The vehicle that
matters is taken to stand at (0, 0) along `axis_deg`: its bay, its lane and its wheel tracks are there. Colours and
contrasts were set beside real pictures: see "Measured" in materials.py. Pictures of real ground are in real.py. This
room does not know light, shadows, or anything that stands up.
"""

from vehicle_id.synth.ground.kinds import KINDS, Ground, draw_ground

__all__ = ["KINDS", "Ground", "draw_ground"]
