"""`vehicle-id classify`: a folder of crops, or a scene with boxes, in; a row for every crop out."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vehicle_id.cli.classify_job import ClassifyJob
from vehicle_id.cli.crop_options import (
    BandsOption,
    GsdOption,
    IsolateOption,
    ManifestOption,
    ModelOption,
    NoManifestOption,
    ProviderOption,
    TtaOption,
    ViewsOption,
    check_manifest,
    crop_source,
    open_classifier,
    remark,
)
from vehicle_id.cli.engine import (
    AddressOption,
    EngineOption,
    NumWorkersOption,
    check_engine,
    classify_on_ray,
)
from vehicle_id.cli.report import Credit, Licence, Occlusion, report_options
from vehicle_id.cli.scene import (
    BoxesCrsOption,
    BoxesFormatOption,
    ContextOption,
    CrsOption,
    DateOption,
    GridOption,
    GridSummary,
    SiteOption,
    SunOption,
    ViewOption,
    WindowMOption,
    open_scene,
    run_options,
    scene_options,
    without_negatives,
)
from vehicle_id.parallel import return_large_blocks, use_one_blas_thread

if TYPE_CHECKING:
    from vehicle_id.classifier import Classifier
    from vehicle_id.crops.bands import Bands
    from vehicle_id.crops.manifest import Crop
    from vehicle_id.crops.sources import CropSource
    from vehicle_id.model.card import ModelCard
    from vehicle_id.output.run import RunConfig
    from vehicle_id.report.options import ReportOptions
    from vehicle_id.scenes.cuts import SceneSource

OF_BOXES = ("box_format", "boxes_crs", "context", "window_m")
"""Options of a scene that a grid does not have."""


def classify(
    crops: Annotated[
        list[str] | None,
        typer.Argument(
            help="Folders (searched recursively), files, .tar files or patterns; with --boxes, a scene.",
            show_default=False,
        ),
    ] = None,
    boxes: Annotated[
        Path | None,
        typer.Option("--boxes", help="File with the boxes of the objects in a scene, to be cut from it."),
    ] = None,
    manifest: ManifestOption = None,
    no_manifest: NoManifestOption = False,
    gsd_m: GsdOption = None,
    bands: BandsOption = None,
    model: ModelOption = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(
            help="File to write: .csv, .jsonl, .parquet, .html (a report), .geojson, .gpkg or .geoparquet. "
            "May be repeated."
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume/--no-resume",
            help="Keep the rows of an earlier run with the same model and options; or replace its files.",
        ),
    ] = True,
    part_rows: Annotated[
        int | None,
        typer.Option("--part-rows", min=1, help="Write each .parquet as a folder of files with so many rows each."),
    ] = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, help="Most likely classes kept with each answer.")] = 5,
    views: ViewsOption = None,
    tta: TtaOption = False,
    coverage: Annotated[
        float | None,
        typer.Option(help="Also list the classes it could be; 0.9: they contain the true class in 90 %."),
    ] = None,
    provider: ProviderOption = "auto",
    gallery: Annotated[
        Path | None,
        typer.Option(help="Reference crops of your own classes, as 'vehicle-id gallery' keeps them."),
    ] = None,
    isolate: IsolateOption = True,
    credit: Credit = None,
    licence: Licence = None,
    occlusion: Occlusion = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with code 1 if a crop could not be answered.")] = False,
    engine: EngineOption = "local",
    address: AddressOption = None,
    num_workers: NumWorkersOption = None,
    grid: GridOption = None,
    boxes_format: BoxesFormatOption = None,
    boxes_crs: BoxesCrsOption = None,
    crs: CrsOption = None,
    context: ContextOption = None,
    window_m: WindowMOption = None,
    sun: SunOption = None,
    view: ViewOption = None,
    date: DateOption = None,
    site: SiteOption = None,
) -> None:
    """Classify crops, or the objects in a scene: which vehicle it is, how sure, how large, and why.

    A crop that cannot be answered gets a row with its status; the others are answered. The options from --boxes-format
    on belong to a scene.
    """
    use_one_blas_thread()
    return_large_blocks()
    from vehicle_id.crops.bands import parse_bands

    check_manifest(manifest, no_manifest=no_manifest)
    of_report = {"--credit": credit, "--licence": licence, "--occlusion": occlusion}
    check_engine(engine, {"--grid": grid, **of_report}, of_ray={"--address": address, "--num-workers": num_workers})
    shown = None if bands is None else parse_bands(bands)
    of_scene = {
        "box_format": boxes_format,
        "boxes_crs": boxes_crs,
        "crs": crs,
        "context": context,
        "window_m": window_m,
        "sun": sun,
        "view": view,
        "date": date,
        "site": site,
    }
    is_scene = boxes is not None or grid is not None
    if is_scene:
        _check_scene(boxes, grid, manifest, of_scene)
    else:
        _check_no_scene(of_scene)
    job = ClassifyJob(
        crops=crops or [],
        manifest=manifest,
        no_manifest=no_manifest,
        boxes=boxes,
        grid_m=grid,
        scene=scene_options(gsd_m=gsd_m, bands=shown, **of_scene) if is_scene else None,
        bands=shown,
        gsd_m=gsd_m,
        model=model,
        out=out or [],
        resume=resume,
        part_rows=part_rows,
        provider=provider,
        gallery=gallery,
        isolate=isolate,
        strict=strict,
        answering={"top_k": top_k, "views": views, "tta": tta, "coverage": coverage},
    )
    if engine == "ray":
        classify_on_ray(job, partial(_run_config, job), address=address, num_workers=num_workers)
    else:
        page = report_options(credit=credit, licence=licence, isolate=isolate)
        _classify_here(job, page, occlusion=occlusion)


def _classify_here(job: ClassifyJob, page: ReportOptions, *, occlusion: bool) -> None:
    """Answer on this machine: print the rows, write the outputs, exit with the code of what was done."""
    from vehicle_id.cli.console import Report
    from vehicle_id.cli.signals import Stop
    from vehicle_id.crops.sources import CropSource
    from vehicle_id.output.run import Run

    source = _source(job)
    isolate = job.isolate and isinstance(source, CropSource)  # what is cut from a scene is decoded already
    classifier_options = {"provider": job.provider, "gallery": job.gallery, **job.answering}
    # outermost: a signal while the model is loaded, or the outputs are written, leaves nothing half done
    with Stop() as stop, open_classifier(job.model, isolate=isolate, **classifier_options) as classifier:
        if job.answering["coverage"] is not None:
            _warn(classifier.card, job.answering["coverage"])
        config = _run_config(job, classifier)
        if not isinstance(source, CropSource):
            config.options.update(run_options(source, grid_m=job.grid_m, is_kept=bool(job.out)))
        run_input = _RunInput(rows=source, page=page)
        if any(path.suffix.lower() == ".html" for path in job.out):
            run_input = _with_pictures(source, page, classifier, occlusion=occlusion)
        looked_at = GridSummary()
        with (
            Run(job.out, config=config, resume=job.resume, part_rows=job.part_rows, report=run_input.page) as run,
            Report(classifier.taxonomy) as report,
        ):
            gc.freeze()  # what is loaded by now stays, and need not be searched for cycles again and again
            known = run.known if run.has_answers else None
            answers = classifier.classify_crops(
                stop.unless_asked(run_input.rows), gsd_m=job.gsd_m, bands=job.bands, known=known
            )
            for result in answers if job.grid_m is None else without_negatives(answers, looked_at, run_input.forget):
                run.write(result)
                report.row(result)
                if report.reader_left and not job.out:
                    break  # nobody reads the rows, and no file keeps them
            run.stopped_by = stop.asked_by
    stopped = run.stopped_by is not None
    if isinstance(source, CropSource):
        remark(source, stopped=stopped)
    report.summary(classifier.card.full_name, run.outputs, num_kept=run.num_kept, stopped=stopped)
    if job.grid_m is not None:
        typer.echo(f"vehicle-id: {looked_at.sentence}", err=True)
    if stopped:
        raise typer.Exit(stop.exit_code)
    if job.strict and report.num_failed:
        raise typer.Exit(1)


def _source(job: ClassifyJob) -> CropSource | SceneSource:
    """The crops, once no output would replace what they are read from."""
    if job.scene is None:
        source = crop_source(job.crops, manifest=job.manifest, no_manifest=job.no_manifest)
        _check_outputs(job.out, source.manifests, "the manifest")
        return source
    _check_outputs(job.out, [Path(each) for each in job.crops], "the scene")
    _check_outputs(job.out, [] if job.boxes is None else [job.boxes], "the file of boxes")
    return open_scene(job.crops, job.scene, boxes=job.boxes, grid_m=job.grid_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunInput:
    """From where the crops come, and what a report says of them."""

    rows: Iterable[Crop]
    page: ReportOptions
    forget: Callable[[str | None], None] = lambda _: None
    """Called with the path of a crop whose row is not written."""


def _with_pictures(
    source: CropSource | SceneSource, page: ReportOptions, classifier: Classifier, *, occlusion: bool
) -> _RunInput:
    """For a report: what the model says of itself, and the windows of a scene while they are at hand."""
    from dataclasses import replace

    from vehicle_id.crops.sources import CropSource
    from vehicle_id.model.occlusion import Occluder
    from vehicle_id.report.kept_cuts import KeptCuts
    from vehicle_id.report.of_model import with_model

    page = with_model(page, classifier.file, classifier.taxonomy)
    if occlusion:
        page = replace(page, occluder=Occluder(classifier.session))
    if isinstance(source, CropSource):
        return _RunInput(rows=source, page=page)
    kept = KeptCuts(source)
    return _RunInput(rows=kept, page=replace(page, find_cut=kept.find_cut), forget=kept.forget)


def _run_config(job: ClassifyJob, classifier: Classifier) -> RunConfig:
    """The model, and the options that every run states."""
    from vehicle_id.output.run import RunConfig

    options = {"gsd_m": job.gsd_m, **{name: job.answering[name] for name in ("top_k", "tta", "coverage")}}
    options |= {"provider": classifier.provider, **_further_options(classifier, job.bands)}
    return RunConfig(model=classifier.card.full_name, model_sha256=classifier.file.sha256, options=options)


def _further_options(classifier: Classifier, shown: Bands | None) -> dict[str, Any]:
    """What the answers depend on and earlier versions did not have: stated only where it is used."""
    from vehicle_id.crops.bands import bands_text

    stated = {
        "views": classifier.views if classifier.views > 1 else None,
        "gallery": None if classifier.gallery is None else classifier.gallery.sha256,
        "bands": None if shown is None else bands_text(shown),
    }
    return {name: value for name, value in stated.items() if value is not None}


def _warn(card: ModelCard, coverage: float) -> None:
    counts = [card.counts[label] for label in card.labels if label in card.counts]  # a coarser label is no class
    num_rendered = sum(each.rendered_val + each.mesh_val for each in counts)
    num_real = sum(each.real_val for each in counts)
    typer.echo(
        f"vehicle-id: candidates contain the true class in {coverage:.0%} of crops only if these are like the "
        f"calibration crops of {card.full_name} ({num_rendered} rendered, {num_real} real)",
        err=True,
    )


def _check_no_scene(of_scene: Mapping[str, object]) -> None:
    _refuse(of_scene, of_scene, "belongs to a scene, with --boxes or --grid")


def _refuse(names: Iterable[str], of_scene: Mapping[str, object], why: str) -> None:
    """Refuse options of a scene, if one of them is given."""
    given = next((name for name in names if of_scene[name] is not None), None)
    if given is not None:
        option = "--boxes-format" if given == "box_format" else "--" + given.replace("_", "-")
        raise typer.BadParameter(why, param_hint=option)


def _check_scene(boxes: Path | None, grid: float | None, manifest: Path | None, of_scene: Mapping[str, object]) -> None:
    if manifest is not None:
        raise typer.BadParameter("--manifest and a scene exclude each other: give one")
    if boxes is not None and grid is not None:
        raise typer.BadParameter("--boxes and --grid exclude each other: give one")
    if grid is not None:
        _refuse(OF_BOXES, of_scene, "belongs to --boxes: a grid has windows of its own")


def _check_outputs(outputs: Sequence[Path], inputs: Sequence[Path], what: str) -> None:
    from vehicle_id.files import check_not_input

    for path in outputs:
        check_not_input(path, inputs, what)
