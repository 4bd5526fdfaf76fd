"""`vehicle-id classify --engine ray`: the same crops and options, answered on a cluster."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from vehicle_id.cli.classify_job import ClassifyJob
from vehicle_id.cli.extras import needs_ray
from vehicle_id.text import count_of, visible

if TYPE_CHECKING:
    from vehicle_id.classifier import Classifier
    from vehicle_id.distributed.plan import PartPlan
    from vehicle_id.distributed.run import ClusterRun, JobOutcome
    from vehicle_id.output.run import RunConfig

Engine = Literal["local", "ray"]
EngineOption = Annotated[
    Engine, typer.Option("--engine", help="ray: on a cluster, or on workers of this machine; --out is one .parquet.")
]
AddressOption = Annotated[
    str | None,
    typer.Option(help="With --engine ray: the cluster's head, host:port, or auto. Default: start one here."),
]
NumWorkersOption = Annotated[
    int | None,
    typer.Option("--num-workers", min=1, help="With --engine ray: workers. Default: one for each CPU, or GPU."),
]
PART_ROWS: Final = 1000
"""Crops of a part: 23 s of one CPU with three windows (docs/scale.md), which is what the loss of a worker costs."""
JOINED: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/(?=[^/])")
"""A URL as `Path` returns it, with one slash of two."""


def check_engine(engine: Engine, given: Mapping[str, object], *, of_ray: Mapping[str, object]) -> None:
    """Refuse options of the other engine: those of `given` belong to `local`."""
    wrong = given if engine == "ray" else of_ray
    name = next((name for name, value in wrong.items() if value), None)
    if name is not None:
        why = "cannot be used with --engine ray: answer without it" if engine == "ray" else "belongs to --engine ray"
        raise typer.BadParameter(why, param_hint=name)


def place_of(path: Path) -> str:
    """A path, or the URL that it was given as."""
    return JOINED.sub(r"\1://", str(path), count=1) if JOINED.match(str(path)) else str(path)


def classify_on_ray(
    job: ClassifyJob,
    config_of: Callable[[Classifier], RunConfig],
    *,
    address: str | None,
    num_workers: int | None,
) -> None:
    """Plan the job, run it, and say what was done.

    Args:
        job: the options.
        config_of: model and options of a run, by the classifier that answers.
        address: of the cluster's head; None = start a cluster here.
        num_workers: None = one for each CPU, or GPU.
    """
    from vehicle_id.cli.signals import Stop

    out = _output(job.out)
    with needs_ray("--engine ray"):
        from vehicle_id.distributed.cluster import connected, num_workers_of
        from vehicle_id.distributed.dataset import GPU_PROVIDERS
        from vehicle_id.distributed.part_worker import JobOrder
        from vehicle_id.distributed.run import ClusterRun
        from vehicle_id.distributed.worker import GALLERY, Answering, model_files
    from vehicle_id.classifier import Classifier

    plan = _plan(job)
    provider = "cpu" if job.provider == "auto" else job.provider  # nodes that differ would answer differently
    # here it only checks the options; a provider may be on the nodes alone
    classifier = Classifier(job.model, threads=1, provider="cpu", gallery=job.gallery, **job.answering)
    config = config_of(classifier)
    config.options["provider"] = provider
    files = model_files(classifier.file)
    if job.gallery is not None:
        files[GALLERY] = job.gallery.read_bytes()
    answering = Answering(
        sha256=classifier.file.sha256,
        provider=provider,
        gallery=None if job.gallery is None else GALLERY,
        isolate=job.isolate and job.boxes is None,
        gsd_m=job.gsd_m,
        bands=job.bands,
        **job.answering,
    )
    order = JobOrder(out=out, folder=str(Path.cwd()), config=config, columns=plan.columns, answering=answering)
    with Stop() as stop, connected(address, num_workers=num_workers) as ray:
        num = num_workers_of(ray, num_workers, on_gpu=provider in GPU_PROVIDERS)
        fetch = partial(ray.get, ray.put(files))
        running = ClusterRun(plan, order, num_workers=num, fetch=fetch, resume=job.resume)
        for _ in _shown(stop.unless_asked(running.run(ray)), running):
            pass
    _say(running, classifier, out, stopped=stop.asked_by is not None)
    if stop.asked_by is not None:
        raise typer.Exit(stop.exit_code)
    if job.strict and any(status != "ok" for status in running.outcome.statuses):
        raise typer.Exit(1)


def _output(out: Sequence[Path]) -> str:
    if len(out) != 1 or out[0].suffix.lower() != ".parquet":
        raise typer.BadParameter(
            "--engine ray writes one folder of parts: name it with a path or a URL that ends in .parquet",
            param_hint="--out",
        )
    from vehicle_id.distributed.storage import is_url
    from vehicle_id.files import check_place

    place = place_of(out[0])
    if not is_url(place):
        check_place(out[0])
        return str(out[0].absolute())
    return place


def _plan(job: ClassifyJob) -> PartPlan:
    part_rows = job.part_rows or PART_ROWS
    crops = [each if "://" in each else str(Path(each)) for each in job.crops]
    if job.boxes is not None:
        from vehicle_id.distributed.scenes import plan_scenes

        assert job.scene is not None
        if not crops:
            raise typer.BadParameter("--boxes belong to a scene, and none is named", param_hint="SCENE")
        return plan_scenes(crops, str(job.boxes), options=job.scene, part_rows=part_rows)
    from vehicle_id.cli.crop_options import check_manifest
    from vehicle_id.distributed.plan import plan_crops

    check_manifest(job.manifest, no_manifest=job.no_manifest)
    manifests = [] if job.manifest is None else [place_of(job.manifest)]
    return plan_crops(crops, manifests=manifests, part_rows=part_rows, find_manifest=not job.no_manifest)


def _shown(parts: Iterator[object], job: ClusterRun) -> Iterator[None]:
    """A bar of finished parts on a terminal."""
    with ExitStack() as stack:
        advance = stack.enter_context(_bar(job))
        for _ in parts:
            advance()
            yield


@contextmanager
def _bar(job: ClusterRun) -> Iterator[Callable[[], None]]:
    import sys

    from vehicle_id.cli.streams import progress_bar, takes_a_bar

    if not takes_a_bar(sys.stderr):
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("parts  {task.description}"), TimeRemainingColumn())
    with progress_bar(*columns) as bar:
        task = bar.add_task("", total=job.outcome.num_parts)
        yield lambda: bar.update(task, completed=job.outcome.num_done, description=_rate(job.outcome))


def _rate(outcome: JobOutcome) -> str:
    rate = sum(node.crops_per_s for node in outcome.nodes.values())
    return f"{outcome.num_rows} crops, {rate:.0f} crops/s on {count_of(len(outcome.nodes), 'node')}"


def _say(job: ClusterRun, classifier: Classifier, out: str, *, stopped: bool) -> None:
    from vehicle_id.cli.console import Report

    outcome, report = job.outcome, Report(classifier.taxonomy)
    report.labels.update(outcome.labels)
    report.failures.update({status: num for status, num in outcome.statuses.items() if status != "ok"})
    report.num_without_gsd = outcome.num_without_gsd
    report.summary(classifier.card.full_name, [out], num_kept=outcome.num_kept, stopped=stopped)
    for name, node in sorted(outcome.nodes.items()):
        seconds = node.ended - node.began
        typer.echo(
            f"  node {visible(name)}: {count_of(node.num_crops, 'crop')} in {seconds:.1f} s, "
            f"{node.crops_per_s:.1f} crops/s",
            err=True,
        )
