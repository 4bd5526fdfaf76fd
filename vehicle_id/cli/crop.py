"""`vehicle-id crop`: scenes and boxes in, a folder of crops with a manifest out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vehicle_id.cli.crop_options import metres
from vehicle_id.cli.extras import needs_geo
from vehicle_id.cli.scene import (
    BoxesCrsOption,
    BoxesFormatOption,
    ContextOption,
    CrsOption,
    DateOption,
    SiteOption,
    SunOption,
    ViewOption,
    WindowMOption,
    scene_options,
)
from vehicle_id.text import count_of, visible

if TYPE_CHECKING:
    from vehicle_id.scenes.crop_files import CropReport

SHOWN_PROBLEMS = 5
SHOWN_CLASSES = 20


def crop(
    scenes: Annotated[list[str], typer.Argument(help="Scenes, or folders of scenes.", show_default=False)],
    boxes: Annotated[
        Path,
        typer.Option("--boxes", help="File of boxes; or a folder with a file for each scene, of the scene's name."),
    ],
    out: Annotated[Path, typer.Option(help="Folder to make.")],
    names: Annotated[
        str | None,
        typer.Option(
            help="What the classes of the boxes are in the class tree: xview, fair1m, dota, vedai, or a CSV file with "
            "the columns name and label. Other classes are left out. Default: labels as they are."
        ),
    ] = None,
    label_field: Annotated[
        str, typer.Option("--label-field", help="Attribute of the boxes that holds their class.")
    ] = "label",
    boxes_format: BoxesFormatOption = None,
    boxes_crs: BoxesCrsOption = None,
    crs: CrsOption = None,
    gsd_m: Annotated[
        float | None,
        typer.Option("--gsd-m", parser=metres, metavar="METRES", help="Metres per pixel, in place of the scene's."),
    ] = None,
    bands: Annotated[
        str | None, typer.Option(help="Bands to show as red, green, blue: 3,2,1; or one, as grey.")
    ] = None,
    context: ContextOption = None,
    window_m: WindowMOption = None,
    sun: SunOption = None,
    view: ViewOption = None,
    date: DateOption = None,
    site: SiteOption = None,
) -> None:
    """Cut the objects in scenes into crops (extra 'geo').

    The folder has a manifest.csv with label, ground sample distance, group and place: classify, evaluate and train
    take it.
    """
    with needs_geo("vehicle-id crop"):
        from vehicle_id.scenes.class_names import read_class_names
        from vehicle_id.scenes.crop_files import write_crops
        from vehicle_id.scenes.labelled_set import labelled_scenes

    options = scene_options(
        box_format=boxes_format,
        boxes_crs=boxes_crs,
        crs=crs,
        gsd_m=gsd_m,
        bands=bands,
        context=context,
        window_m=window_m,
        sun=sun,
        view=view,
        date=date,
        site=site,
    )
    known = None if names is None else read_class_names(names)
    found = labelled_scenes(scenes, boxes, box_format=options.box_format)
    report = None
    for report in write_crops(found, out, options=options, names=known, label_field=label_field):  # noqa: B007
        pass
    assert report is not None
    _summary(report, out, num_scenes=len(found))


def _summary(report: CropReport, out: Path, *, num_scenes: int) -> None:
    typer.echo(f"{count_of(report.num_crops, 'crop')} of {count_of(num_scenes, 'scene')} in {out}")
    for label, count in report.labels.most_common():
        typer.echo(f"  {visible(label) or 'unlabelled'} {count}")
    lines = [f"{count} left out: {visible(reason)}" for reason, count in report.left_out.most_common()]
    if report.without_node:
        names = ", ".join(
            f"{visible(name) or 'unlabelled'} {count}" for name, count in report.without_node.most_common(SHOWN_CLASSES)
        )
        lines.append(f"classes left out: {names}")
    lines += [visible(each) for each in report.problems[:SHOWN_PROBLEMS]]
    if len(report.problems) > SHOWN_PROBLEMS:
        lines.append(f"{len(report.problems) - SHOWN_PROBLEMS} more problems are in left_out.csv")
    if not any(report.labels):
        lines.append("no box has a label: fill the column label of manifest.csv before you train")
    for line in lines:
        typer.echo(f"vehicle-id: {line}", err=True)
