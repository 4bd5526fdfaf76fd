"""`vehicle-id report`: the HTML report of finished results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vehicle_id.cli.extras import needs_geo
from vehicle_id.cli.sort import say_missing
from vehicle_id.text import visible

if TYPE_CHECKING:
    from vehicle_id.crops.cut import SceneCut
    from vehicle_id.output.credentials import PictureSigner
    from vehicle_id.report.options import ReportOptions
    from vehicle_id.results import Record

Credit = Annotated[
    str | None, typer.Option(help="In the report: who made the imagery. Without it the report carries a mark.")
]
Occlusion = Annotated[
    bool,
    typer.Option("--occlusion", help="In the report: what each answer rests on. The network runs fifty times a crop."),
]
Licence = Annotated[str | None, typer.Option(help="In the report: under which licence the imagery may be shown.")]


def report(
    results: Annotated[Path, typer.Argument(help="File of results: .csv, .jsonl, .parquet or .html.")],
    out: Annotated[Path | None, typer.Option(help="The report to write: a file ending in .html.")] = None,
    png: Annotated[
        Path | None, typer.Option(help="New or empty folder for the annotated pictures, each beside the clean one.")
    ] = None,
    crops: Annotated[
        Path | None, typer.Option(help="Folder to look in for crops that are not at the path of their row.")
    ] = None,
    sign_certificate: Annotated[
        Path | None,
        typer.Option(
            help="Sign the pictures of --png (C2PA, extra 'c2pa'): PEM file of your certificate and its chain."
        ),
    ] = None,
    sign_key: Annotated[
        Path | None, typer.Option(help="PEM file of the private key of that certificate, without a passphrase.")
    ] = None,
    review: Annotated[
        Path | None, typer.Option(help="CSV of a review that a report saved: the new report shows it.")
    ] = None,
    credit: Credit = None,
    licence: Licence = None,
    title: Annotated[str | None, typer.Option(help="Heading of the report.")] = None,
    occlusion: Occlusion = False,
    picture_px: Annotated[
        int | None,
        typer.Option("--picture-px", min=16, max=2048, help="Longest side of a picture. Default: 160; of a PNG 1024."),
    ] = None,
    isolate: Annotated[
        bool, typer.Option("--isolate/--no-isolate", help="Decode the crops in a separate process.")
    ] = True,
) -> None:
    """Make one HTML file of finished results: summary, pictures, filters and review.

    A crop is shown if it is as it was when it was answered.
    """
    from dataclasses import replace

    from vehicle_id.errors import InputError
    from vehicle_id.evaluation.review import read_reviews
    from vehicle_id.output.crop_folders import write_pictures
    from vehicle_id.output.readers import read_rows
    from vehicle_id.output.report_file import write_report
    from vehicle_id.report.of_model import occluder_of
    from vehicle_id.report.options import PICTURE_PX
    from vehicle_id.text import count_of

    options = report_options(credit=credit, licence=licence, isolate=isolate)
    reviews = {each.sha256: each.columns() for each in read_reviews(review)} if review is not None else {}
    if review is not None and not reviews:
        raise InputError(f"there is no review in {review}: name a CSV that a report saved")
    if out is None and png is None:
        raise typer.BadParameter("nothing is asked for: give --out, --png or both")
    signer = _signer(sign_certificate, sign_key, pictures=png is not None)
    if occlusion:
        options = replace(options, occluder=occluder_of(read_rows(results)))
    options = replace(options, reviews=reviews, crops=crops, title=title or options.title, remark=_remark)
    with scene_cuts(crops) as find_cut:
        options = replace(options, find_cut=find_cut)
        if out is not None:
            num_rows = write_report(results, out, options=replace(options, picture_px=picture_px or PICTURE_PX))
            typer.echo(f"wrote {out}: {count_of(num_rows, 'crop')}")
        if png is not None:
            options = replace(options, picture_px=picture_px or 1024)
            filled = write_pictures(results, png, options=options, signer=signer)
            typer.echo(f"wrote {png}: {count_of(filled.num_crops, 'crop')}{', signed' if signer else ''}")
            say_missing(filled.missing)


def _remark(sentence: str) -> None:
    """Say on standard error what the page lacks."""
    typer.echo(f"vehicle-id: {visible(sentence)} --crops names the folder that crops were moved to", err=True)


def _signer(certificate: Path | None, key: Path | None, *, pictures: bool) -> PictureSigner | None:
    if certificate is None and key is None:
        return None
    if certificate is None or key is None or not pictures:
        raise typer.BadParameter("pictures are signed with --png, --sign-certificate and --sign-key together")
    from vehicle_id.output.credentials import PictureSigner

    return PictureSigner(certificate=certificate, key=key)


@contextmanager
def scene_cuts(folder: Path | None) -> Iterator[Callable[[Record], SceneCut | None] | None]:
    """Cuts the crops of scenes again; None without the extra `geo`: the report then has no pictures of them."""
    from vehicle_id.errors import MissingExtraError

    try:
        with needs_geo("pictures of scenes"):
            from vehicle_id.scenes.recut import SceneCuts
    except MissingExtraError:
        yield None
        return
    with SceneCuts(folder) as cuts:
        yield cuts.find_cut


def report_options(*, credit: str | None, licence: str | None, isolate: bool) -> ReportOptions:
    """What the report of this command says: when and by which command it was made."""
    import shlex
    import sys
    from datetime import datetime, timezone

    from vehicle_id.report.options import ReportOptions

    facts = {
        "made": f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
        "command": "vehicle-id " + shlex.join(sys.argv[1:]),
    }
    return ReportOptions(credit=credit, licence=licence, facts=facts, isolate=isolate)
