"""Render a folder of crops and its manifest: the same bytes for any number of workers, and after any interruption.

Crop i depends on the seed and i alone. Crops are rendered in blocks. The rows of a block are written once all its
images are, and a later run continues from there. The manifest lists only rows that are written, so every image it
names exists.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from vehicle_id.catalogue import Catalogue, load_catalogue
from vehicle_id.errors import InputError, OutputError
from vehicle_id.files import write_whole
from vehicle_id.parallel import keep_freed_memory
from vehicle_id.synth.conditions import CaptureConditions
from vehicle_id.synth.crop import Truth, render_crop
from vehicle_id.synth.ground.real import load_grounds
from vehicle_id.synth.shapes import build, random_vehicles
from vehicle_id.synth.vehicle_sample import nominal_sample
from vehicle_id.taxonomy import Range
from vehicle_id.text import said

BLOCK: Final = 32
"""Crops rendered and recorded together: the most that an interruption costs each worker."""
LIST_EVERY_S: Final = 20.0
"""How often the manifest is rewritten during a run."""
FINEST_GSD_M, COARSEST_GSD_M = 0.03, 2.0
WIDEST_CONTEXT: Final = 4.0
COLUMNS: Final = ("path", *(each.name for each in fields(Truth)))
RENDERER: Final = 5
"""Raised when the same plan renders other crops: a folder is only continued by the renderer that began it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderPlan:
    """What a data set is made of, except the number of crops: a run with a larger number continues a smaller one."""

    seed: int = 0
    classes: tuple[str, ...] = ()
    """Classes or groups of the class tree; empty = all. Leaves take turns, so that any number is balanced."""
    gsd_m: Range = (0.08, 0.7)
    """Lowest and highest ground sample distance, metres per pixel."""
    rows: tuple[str, ...] = ()
    """The user's own catalogue files, added to the published one."""
    only_rows: bool = False
    """Render only the vehicles of `rows`."""
    random_vehicles: bool = False
    """Render only vehicles of no class, labelled `vehicle`."""
    grounds: str | None = None
    """Folder of images of real ground with its `ground.csv`; None = procedural ground alone."""
    random_colours: float = 0.0
    """See `CaptureConditions.random_colours`."""
    context: Range | None = None
    """See `CaptureConditions.context`."""
    stress: bool = False
    """See `CaptureConditions.stress`."""


class RenderSession:
    """A plan with its catalogue and images of ground, loaded and checked.

    Args:
        plan: what to render.

    Raises:
        InputError: a GSD, context or share out of range, an unknown class, a catalogue or row that cannot be
            used, or no images of ground in the folder.
    """

    def __init__(self, plan: RenderPlan) -> None:
        low, high = plan.gsd_m
        if not FINEST_GSD_M <= low <= high <= COARSEST_GSD_M:
            raise InputError(
                f"the ground sample distance {low:g}:{high:g} is not a range within "
                f"{FINEST_GSD_M:g}:{COARSEST_GSD_M:g} metres per pixel"
            )
        if plan.context and not 1 <= plan.context[0] <= plan.context[1] <= WIDEST_CONTEXT:
            raise InputError(f"the context is not a range within 1:{WIDEST_CONTEXT:g} times a tight window")
        if not 0 <= plan.random_colours <= 1:
            raise InputError(f"the share of random colours {plan.random_colours:g} is not within 0 and 1")
        self.plan = plan
        if plan.only_rows and not plan.rows:
            raise InputError("there are no rows of your own to render alone: name a CSV with --rows")
        self.catalogue = load_catalogue(*plan.rows, published=not plan.only_rows)
        if plan.random_vehicles and (plan.classes or plan.rows):
            raise InputError("random vehicles are of no class and of no row: leave out --classes and --rows")
        leaves = _leaves(self.catalogue, plan.classes, present_only=plan.only_rows)
        self.labels = (random_vehicles.LABEL,) if plan.random_vehicles else leaves
        grounds = load_grounds(Path(plan.grounds)) if plan.grounds else ()
        self.conditions = CaptureConditions(
            gsd_m=plan.gsd_m,
            context=plan.context,
            real_grounds=grounds,
            random_colours=plan.random_colours,
            stress=plan.stress,
        )

    def describe(self) -> bytes:
        """The plan as JSON, with the sha256 of the contents of its files. A run continues only a folder of the same."""
        vehicles = hashlib.sha256(repr(self.catalogue.vehicles).encode())
        for row in self.catalogue.vehicles:
            if row.mesh:
                vehicles.update(Path(row.mesh).read_bytes())
        grounds = hashlib.sha256()
        for ground in self.conditions.real_grounds:
            grounds.update(repr((ground.gsd_m, ground.sun_azimuth_deg, ground.source)).encode())
            grounds.update(ground.pixels.tobytes())
        held = {"vehicles_sha256": vehicles.hexdigest(), "grounds_sha256": grounds.hexdigest()}
        return json.dumps({"renderer": RENDERER, **asdict(self.plan), **held}, indent=2).encode() + b"\n"

    def check_shapes(self) -> None:
        """Build every vehicle of the plan once.

        Raises:
            InputError: a row cannot be built; the message names it.
        """
        for label in self.labels:
            for row in () if self.plan.random_vehicles else self.catalogue.of(label):
                build(nominal_sample(row, label, np.random.default_rng(0)))

    def render(self, out: Path, indices: range) -> bytes:
        """Render crops into `out` and return their rows, CSV without a header.

        Raises:
            OutputError: an image cannot be written.
        """
        text = io.StringIO(newline="")
        rows = csv.writer(text, lineterminator="\n")
        for index in indices:
            # one thread: products of matrices differ in their last bit with the number of threads
            with threadpool_limits(limits=1):
                rng = np.random.default_rng([self.plan.seed, index])
                crop = render_crop(self.labels[index % len(self.labels)], self.catalogue, rng, self.conditions)
            name = f"crops/{index:07d}{crop.suffix}"
            write_whole(out / name, crop.image)
            rows.writerow([name, *("" if value is None else value for value in asdict(crop.truth).values())])
        return text.getvalue().encode()


def render_dataset(
    plan: RenderPlan,
    out: str | Path,
    *,
    num: int,
    workers: int = 1,
    advance: Callable[[int], None] = lambda _: None,
) -> Path:
    """Render crops into a folder, or continue an earlier run of the same plan.

    Args:
        plan: what to render.
        out: folder to make. Images go to `out/crops`, rows of written images to `out/blocks`.
        num: crops.
        workers: processes; the bytes written do not depend on it.
        advance: called with the number of crops just written, and first with the number found.

    Returns:
        The manifest, `out/manifest.csv`, whose columns are `COLUMNS`.

    Raises:
        InputError: the plan cannot be rendered, or the folder holds crops of another plan.
        OutputError: the folder cannot be written; every image that the manifest names stays usable.
    """
    out = Path(out)
    session = RenderSession(plan)
    session.check_shapes()
    _claim(out, session.describe())
    missing = [each for number in range(-(-num // BLOCK)) if (each := _missing(out, number, num))]
    advance(num - sum(map(len, missing)))
    listed = time.monotonic()
    try:
        for indices, rows in _rendered(session, out, missing, workers):
            file = _rows_file(out, indices.start // BLOCK)
            write_whole(file, _rows(file) + rows)
            advance(len(indices))
            if time.monotonic() - listed > LIST_EVERY_S:
                _write_manifest(out, num)
                listed = time.monotonic()
    except BaseException:
        with suppress(OutputError):  # the first error is the one to report
            _write_manifest(out, num)
        raise
    return _write_manifest(out, num)


def _leaves(catalogue: Catalogue, classes: Sequence[str], *, present_only: bool) -> tuple[str, ...]:
    """Leaves of the classes named, in the order of the tree; with `present_only` those that have a row.

    Raises:
        InputError: a class is not in the tree, or the catalogue has no vehicle of it.
    """
    asked = [catalogue.leaves_under(name) for name in classes] or [frozenset(catalogue.taxonomy.leaves)]
    wanted = frozenset[str]().union(*asked)
    leaves = tuple(leaf for leaf in catalogue.taxonomy.leaves if leaf in wanted)
    if present_only and not classes:
        return tuple(leaf for leaf in leaves if catalogue.of(leaf))
    for leaf in leaves:
        if leaf != "ground" and not catalogue.of(leaf):
            raise InputError(f"the catalogue has no vehicle of the class {leaf!r}: add a row, or leave the class out")
    return leaves


def _claim(out: Path, described: bytes) -> None:
    """Create the folder for the plan, or check that it belongs to the plan.

    Raises:
        InputError: the folder holds something else.
        OutputError: the folder cannot be written.
    """
    note = out / "plan.json"
    try:
        out.mkdir(parents=True, exist_ok=True)
        if note.exists():
            if not _same_plan(note.read_bytes(), described):
                raise InputError(f"{out} holds crops of another plan (see {note}): choose another folder")
        elif any(out.iterdir()):
            raise InputError(f"{out} is not empty and holds no rendered crops: choose another folder")
        for folder in (out / "crops", out / "blocks"):
            folder.mkdir(exist_ok=True)
            for left in folder.glob(".*.part"):
                left.unlink()
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {said(error)}") from error
    write_whole(note, described)


def _same_plan(written: bytes, described: bytes) -> bool:
    """Whether a `plan.json` describes the plan."""
    try:
        return bool(json.loads(written) == json.loads(described))
    except ValueError:
        return False


def _rows_file(out: Path, number: int) -> Path:
    return out / "blocks" / f"{number:06d}.csv"


def _rows(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""


def _missing(out: Path, number: int, num: int) -> range:
    """The crops of a block, up to crop `num`, that are not recorded yet."""
    start = number * BLOCK
    return range(start + _rows(_rows_file(out, number)).count(b"\n"), min(start + BLOCK, num))


def _write_manifest(out: Path, num: int) -> Path:
    """Write the rows of all blocks in order, cut to `num`."""
    blocks = [_rows(_rows_file(out, number)) for number in range(-(-num // BLOCK))]
    lines = b"".join(blocks).splitlines(keepends=True)
    manifest = out / "manifest.csv"
    write_whole(manifest, ",".join(COLUMNS).encode() + b"\n" + b"".join(lines[:num]))
    return manifest


def _rendered(
    session: RenderSession, out: Path, missing: Sequence[range], workers: int
) -> Iterator[tuple[range, bytes]]:
    """Render the missing crops; yields the indices and rows of a block as soon as they are ready."""
    if workers == 1 or len(missing) < 2:
        yield from ((indices, session.render(out, indices)) for indices in missing)
        return
    spawn = multiprocessing.get_context("spawn")  # a fork would copy locks of numpy's threads, but not the threads
    try:
        with ProcessPoolExecutor(
            workers, mp_context=spawn, initializer=_open_session, initargs=(session.plan,)
        ) as pool:
            yield from _collected(pool, out, missing, ahead=2 * workers)
    except BrokenProcessPool as error:
        raise OutputError("a render process ended unexpectedly: run the same command again to continue") from error


def _collected(
    pool: ProcessPoolExecutor, out: Path, missing: Sequence[range], *, ahead: int
) -> Iterator[tuple[range, bytes]]:
    left = list(reversed(missing))
    running: set[Future[tuple[range, bytes]]] = set()
    try:
        while left or running:
            while left and len(running) < ahead:
                running.add(pool.submit(_render, str(out), left.pop()))
            ready, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ready:
                yield future.result()
    finally:
        for future in running:
            future.cancel()


_session: dict[str, RenderSession] = {}
"""In a render process: its session, loaded once."""


def _open_session(plan: RenderPlan) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    keep_freed_memory()
    _session["open"] = RenderSession(plan)


def _end_with_parent() -> None:
    """End this process when its parent ends: after a kill of the parent it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _render(out: str, indices: range) -> tuple[range, bytes]:
    return indices, _session["open"].render(Path(out), indices)
