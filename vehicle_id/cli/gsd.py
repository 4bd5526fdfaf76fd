"""`vehicle-id gsd`: the ground sample distance of a scene from objects of known size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vehicle_id.cli.crop_options import metres
from vehicle_id.cli.extras import needs_geo
from vehicle_id.cli.scene import BoxesCrsOption, BoxesFormatOption, CrsOption, scene_options
from vehicle_id.text import count_of, visible

if TYPE_CHECKING:
    from vehicle_id.scenes.boxes import SceneBox
    from vehicle_id.scenes.gsd import GsdEstimate


def gsd(
    scene: Annotated[Path, typer.Argument(help="Scene.", show_default=False)],
    boxes: Annotated[Path, typer.Option("--boxes", help="File with boxes of the objects, drawn tightly.")],
    known: Annotated[
        str, typer.Option(help="What the objects are: car, bus, container_20, container_40, gondola or tank_car.")
    ],
    length_m: Annotated[
        float | None,
        typer.Option(
            "--length-m", parser=metres, metavar="METRES", help="Their length, if you know it; of wagons over couplers."
        ),
    ] = None,
    width_m: Annotated[
        float | None, typer.Option("--width-m", parser=metres, metavar="METRES", help="Their width, if you know it.")
    ] = None,
    label_field: Annotated[
        str, typer.Option("--label-field", help="Attribute of the boxes that holds their class.")
    ] = "label",
    boxes_format: BoxesFormatOption = None,
    boxes_crs: BoxesCrsOption = None,
    crs: CrsOption = None,
) -> None:
    """Estimate the metres per pixel of a scene from objects of known size (extra 'geo').

    Of boxes with labels, those of the known object are used; without labels, all.
    """
    with needs_geo("vehicle-id gsd"):
        from vehicle_id.scenes.gsd import estimate_gsd
        from vehicle_id.scenes.known_sizes import known_size
        from vehicle_id.scenes.measuring import outlines_of
        from vehicle_id.scenes.raster import SceneRaster
        from vehicle_id.scenes.reading import boxes_of_scene, read_boxes

    size = known_size(known, length_m=length_m, width_m=width_m)
    options = scene_options(box_format=boxes_format, boxes_crs=boxes_crs, crs=crs)
    found = boxes_of_scene(read_boxes(boxes, box_format=boxes_format), scene)
    used = _of_known(found, known, label_field)
    with SceneRaster(scene) as raster:
        outlines, stated_m = outlines_of(raster, used, options)
    for line in _lines(estimate_gsd(outlines, size), known, stated_m):
        typer.echo(line)


def _of_known(boxes: Sequence[SceneBox], known: str, label_field: str) -> list[SceneBox]:
    from vehicle_id.errors import InputError

    labels = Counter(box.attributes.get(label_field, "") for box in boxes)
    if set(labels) == {""}:
        return list(boxes)
    names = {known, known.replace("_", " ")}
    found = [box for box in boxes if box.attributes.get(label_field, "").strip().lower() in names]
    if not found:
        listed = ", ".join(f"{visible(name)[:40] or 'none'} {count}" for name, count in labels.most_common(8))
        raise InputError(f"no box is labelled {known!r}; the labels are {listed}")
    return found


def _lines(estimate: GsdEstimate, known: str, stated_m: float | None) -> list[str]:
    what = "pair of coupled wagons" if estimate.from_pitch else f"box of {known}"
    plural = what.replace("pair", "pairs").replace("box ", "boxes ")
    basis = f"1 {what}" if estimate.num_used == 1 else f"{estimate.num_used} {plural}"
    lines = [
        f"{estimate.gsd_m:.4g} m per pixel, 90 % interval {estimate.low_m:.4g} to {estimate.high_m:.4g}, from {basis}"
    ]
    if estimate.num_left_out:
        lines.append(f"{count_of(estimate.num_left_out, 'other')} left out, of another size")
    lines.append(f"use it as --gsd-m {estimate.gsd_m:.4g}; in a manifest gsd_error is {estimate.error:.3f}")
    if stated_m is not None:
        lines.append(f"the scene states {stated_m:.4g} m: the estimate differs by {estimate.gsd_m / stated_m - 1:+.1%}")
    return lines
