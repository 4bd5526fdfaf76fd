"""What the commands that read a scene share: their options, and how a scene and its boxes are opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vehicle_id.cli.crop_options import metres
from vehicle_id.cli.extras import needs_geo
from vehicle_id.text import count_of

if TYPE_CHECKING:
    from vehicle_id.results import Result
    from vehicle_id.scenes.cuts import SceneSource
    from vehicle_id.scenes.options import SceneOptions

GSD_DIFFERS = 0.05
"""Relative difference of two ground sample distances that is worth a word: the error assumed where none is stated."""

BoxesFormatOption = Annotated[
    str | None, typer.Option("--boxes-format", help="Format of --boxes. Default: by suffix and content.")
]
BoxesCrsOption = Annotated[
    str | None,
    typer.Option("--boxes-crs", help="Coordinate system of --boxes, such as EPSG:32637; or pixel, of the scene."),
]
CrsOption = Annotated[
    str | None, typer.Option("--crs", help="Coordinate system of the scene, where its file states none.")
]
ContextOption = Annotated[
    float | None,
    typer.Option(help="Side of the window round a box, as a multiple of its longer side. Default: 1.4."),
]
WindowMOption = Annotated[
    float | None,
    typer.Option("--window-m", parser=metres, metavar="METRES", help="Side in metres of the window round a point."),
]
GridOption = Annotated[
    float | None,
    typer.Option(
        "--grid",
        parser=metres,
        metavar="METRES",
        help="In place of --boxes: windows of so many metres over the whole scene; those without a vehicle are left "
        "out. A screening aid, no detector.",
    ),
]
SunOption = Annotated[
    str | None, typer.Option("--sun", help="AZIMUTH,ELEVATION of the sun in degrees, in place of the file's.")
]
ViewOption = Annotated[
    str | None,
    typer.Option("--view", help="AZIMUTH,OFFNADIR from the object to the sensor in degrees, in place of the file's."),
]
DateOption = Annotated[str | None, typer.Option("--date", help="Date of the scene, in place of the file's.")]
SiteOption = Annotated[str | None, typer.Option("--site", help="Name of the place, copied to the answers.")]


def scene_options(**given: Any) -> SceneOptions:
    """The options of a scene from what stands on the command line; what is None keeps its default."""
    from vehicle_id.scenes.options import SceneOptions

    for name in ("sun", "view"):
        if given.get(name) is not None:
            given[name] = _pair(given[name], f"--{name}")
    return SceneOptions(**{name: value for name, value in given.items() if value is not None})


def _pair(text: str, option: str) -> tuple[float, float]:
    try:
        first, second = (float(each) for each in text.split(","))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not two numbers of degrees: write 143.5,35", param_hint=option) from None
    return first, second


def open_scene(
    scenes: Sequence[str], options: SceneOptions, *, boxes: Path | None, grid_m: float | None
) -> SceneSource:
    """The crops of the scene that the command line names: those of its boxes, or windows all over it."""
    if len(scenes) != 1:
        raise typer.BadParameter(
            f"--boxes and --grid belong to one scene, and {len(scenes)} are named", param_hint="SCENE"
        )
    with needs_geo("--boxes" if boxes is not None else "--grid"):
        from vehicle_id.scenes.cuts import SceneSource
        from vehicle_id.scenes.grid import Grid
        from vehicle_id.scenes.raster import SceneRaster
        from vehicle_id.scenes.reading import boxes_of_scene, read_boxes

    path = Path(scenes[0])
    if boxes is None:
        assert grid_m is not None
        options = replace(options, context=1.0)
        raster = SceneRaster(path)
        source = SceneSource(raster, Grid(raster, grid_m, options=options), options=options)
        _say_contradiction(options.gsd_m, source.stated_gsd_m)
        return source
    found = boxes_of_scene(read_boxes(boxes, box_format=options.box_format), path)
    source = SceneSource(SceneRaster(path), found, options=options)
    _say_contradiction(options.gsd_m, source.stated_gsd_m)
    return source


def _say_contradiction(given_m: float | None, stated_m: float | None) -> None:
    """The option counts before the file. Where the option is the wrong one, no size is right."""
    if given_m is not None and stated_m is not None and abs(given_m / stated_m - 1) > GSD_DIFFERS:
        typer.echo(
            f"vehicle-id: the scene states {stated_m:.4g} m per pixel, and --gsd-m {given_m:g} takes its place: every "
            "size follows from it; leave --gsd-m out if the scene is right",
            err=True,
        )


def without_negatives(
    results: Iterable[Result], summary: GridSummary, leave_out: Callable[[str | None], None]
) -> Iterator[Result]:
    """The results of a grid that are worth a look; the others are counted, and the path of each is left out."""
    from vehicle_id.scenes.grid import is_kept

    for result in results:
        summary.num_windows += 1
        if is_kept(result):
            summary.num_kept += 1
            yield result
        else:
            leave_out(result.path)


@dataclass
class GridSummary:
    """Counts the windows of a grid."""

    num_windows: int = 0
    num_kept: int = 0

    @property
    def sentence(self) -> str:
        """What to bear in mind."""
        return (
            f"{self.num_kept} of {count_of(self.num_windows, 'window')} kept. A screening aid, no detector: an object "
            "may be in several windows or in none, so count nothing from these rows; draw boxes and answer them"
        )


def run_options(source: SceneSource, *, grid_m: float | None = None, is_kept: bool = True) -> dict[str, Any]:
    """What the answers depend on besides the options of every run; the hash of the scene where results are kept."""
    from vehicle_id.output.run_record import describe

    options = source.options
    stated = {name: getattr(options, name) for name in ("context", "window_m", "crs", "boxes_crs", "gsd_error")}
    return {
        **({"scene_sha256": describe(source.raster.path).sha256} if is_kept else {}),
        **{name: value for name, value in {**stated, "grid_m": grid_m}.items() if value is not None},
    }
