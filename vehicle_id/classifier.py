"""`Classifier`: the three lines a user writes. Streams paths, arrays and images through the other rooms.

Results come in input order, one per input, at constant memory: a batch of chips is all that is held.
This room decides nothing itself and prints nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vehicle_id.crops.chips import Chip, short_side_px, stack
from vehicle_id.crops.images import find_crops, read_bytes
from vehicle_id.crops.isolation import Decoders, Opened, open_crop
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.shards import SHARD, filled, is_shard, read_shard
from vehicle_id.errors import CropError, InputError
from vehicle_id.model import hub
from vehicle_id.model.card import ModelCard
from vehicle_id.model.decide import Answer, Decider
from vehicle_id.model.session import Floats, Scores, Session
from vehicle_id.parallel import in_order, usable_cores
from vehicle_id.results import Result, Status

BATCHES = {"cpu": 16}
"""Chips per call by provider: on a CPU more of them leave its caches (`benchmarks/LOG.md`)."""
BATCH_ELSEWHERE = 128
BATCH_BYTES = 64 << 20
"""Of crops that are in memory before they are opened, as out of a tar file: the one that reaches it ends a batch."""

Known = Callable[[Result], "Result | None"]
"""Looks up the answer of a crop of which no more than path, sha256, date, site and stated GSD are known yet."""

Source = str | Path | bytes | Image.Image | NDArray[Any]
Opener = Callable[["bytes | Image.Image | NDArray[Any]", "float | None"], Opened]


class Classifier:
    """A loaded model with its decision rule.

    Args:
        model: a published name, a path, or None for the default model.
        threads: how many threads share the crops of a stream; each opens a batch and runs the network on it.
            None = one for each core, and one more with `isolate`.
        batch_size: chips per call of the network. None = what is fastest: `BATCHES`.
        top_k: leaf classes kept in `Result.top`.
        tta: average over the eight rotations and flips of a view from above: steadier, eight times slower.
        coverage: share of crops whose `Result.candidates` shall hold the true class, such as 0.9; None = no
            candidates. It holds for crops like those the model was calibrated on, often renders, and carries
            over to no others.
        provider: what runs the network: `auto`, `cpu`, `cuda`, `tensorrt`, `coreml`, `dml` or `openvino`; `auto` is
            CUDA or DirectML where onnxruntime has them and they start, else the CPU.
        isolate: decode in processes of their own, one for each thread, so that a file that crashes its decoder, or
            hangs it, costs one crop; for files of strangers. They end with the `with` block, or `close`. Arrays and PIL
            images are pixels already, and stay here.

    Raises:
        ModelError: the model cannot be found, verified or run.
        InputError: a coverage that the model was not calibrated for, a provider that is not there, or a number
            under 1.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        threads: int | None = None,
        batch_size: int | None = None,
        top_k: int = 5,
        tta: bool = False,
        coverage: float | None = None,
        provider: str = "auto",
        isolate: bool = False,
    ) -> None:
        if threads is None:
            threads = usable_cores() + isolate  # one more, since each waits for its decoder
        if min(1 if batch_size is None else batch_size, top_k, threads) < 1:
            raise InputError(f"batch_size {batch_size}, top_k {top_k} and threads {threads} must be at least 1")
        self._decoders = Decoders(threads) if isolate else None  # they start while the model is loaded
        self.file = hub.load(model)
        # the threads share crops, not the arithmetic of one: no core waits for another within a batch
        self.session = Session(self.file.data, threads=1, provider=provider)
        self.threads = threads
        self.batch_size = batch_size or BATCHES.get(self.provider, BATCH_ELSEWHERE)
        self.tta = tta
        self._decider = Decider(self.card, top_k=top_k, coverage=coverage)

    def __enter__(self) -> Classifier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes of `isolate`; without it there is nothing to end."""
        if self._decoders is not None:
            self._decoders.close()

    @property
    def provider(self) -> str:
        """What runs the network: `cpu`, `cuda`, ..."""
        return self.session.provider

    @property
    def card(self) -> ModelCard:
        """The model's card."""
        return self.session.card

    def classify(self, crop: Source, *, gsd_m: float | None = None) -> Result:
        """Classify one crop: a path, encoded bytes, a PIL image or an array.

        Args:
            gsd_m: ground sample distance in metres per pixel; without it, that of the file, if it has one.
        """
        path = str(crop) if isinstance(crop, (str, Path)) else None
        option = _checked(gsd_m)
        return self._answer_batch([_Job(source=crop, path=path, option_gsd_m=option)])[0]

    def classify_folder(self, folder: str | Path, *, gsd_m: float | None = None) -> Iterator[Result]:
        """Classify all crops under a folder, sorted by path, subfolders and tar files too.

        Raises:
            InputError: there is no such folder, or no crop in it.
        """
        return self.classify_paths(find_crops([folder], also=(SHARD,)), gsd_m=gsd_m)

    def classify_paths(self, paths: Iterable[str | Path], *, gsd_m: float | None = None) -> Iterator[Result]:
        """Classify crops by path, lazily; of a tar file every crop in it."""
        if isinstance(paths, (str, Path)):
            raise InputError(f"classify_paths takes several paths, not {str(paths)!r}: use classify for one crop")
        option = _checked(gsd_m)
        return self._stream(job for path in paths for job in _jobs(path, Crop(path=Path(path)), option))

    def classify_arrays(
        self, arrays: Iterable[NDArray[Any] | Image.Image | bytes], *, gsd_m: float | None = None
    ) -> Iterator[Result]:
        """Classify arrays `[H, W]` or `[H, W, 3 or 4]`, PIL images or encoded bytes, lazily."""
        if isinstance(arrays, (np.ndarray, bytes)):
            raise InputError("classify_arrays takes several crops, not one: use classify for it")
        option = _checked(gsd_m)
        return self._stream(_Job(source=array, option_gsd_m=option) for array in arrays)

    def classify_crops(
        self, crops: Iterable[Crop], *, gsd_m: float | None = None, known: Known | None = None
    ) -> Iterator[Result]:
        """Classify the rows of a manifest (`read_manifest`) or of a tar file (`read_shard`), lazily.

        Args:
            gsd_m: for the rows that state none.
            known: finds answers that are there already; those crops are not decoded. Called in several threads.
        """
        option = _checked(gsd_m)
        return self._stream((job for crop in crops for job in _jobs(crop.path, crop, option)), known)

    def _stream(self, jobs: Iterator[_Job], known: Known | None = None) -> Iterator[Result]:
        work = partial(self._answer_batch, known=known)
        return in_order(_batches(jobs, self.batch_size), work, threads=self.threads)

    def _prepare(self, job: _Job, opener: Opener, known: Known | None) -> _Prepared:
        """Open one crop and make its chip; a failure is kept as a Result, and so is an answer that is known."""
        crop = job.crop
        stated_m, gsd_source = job.gsd(None)
        told = Result(
            path=job.path,
            date=crop.date if crop else None,
            site=crop.site if crop else None,
            gsd_m=stated_m,
            gsd_source=gsd_source,
            model=self.card.full_name,
            model_sha256=self.file.sha256,
        )
        try:
            if crop is not None and crop.problem is not None:
                raise CropError(crop.problem_status, crop.problem)
            source = read_bytes(job.source) if isinstance(job.source, (str, Path)) else job.source
            if isinstance(source, bytes):
                told = replace(told, sha256=hashlib.sha256(source).hexdigest())
            found = known(told) if known is not None else None
            if found is not None:
                return _Prepared(result=found)
            opened = opener(source, stated_m)
            gsd_m, gsd_source = job.gsd(opened.gsd_m)
            told = replace(told, gsd_m=gsd_m, gsd_source=gsd_source, stretch=opened.stretch)
            told = replace(told, width_px=opened.width_px, height_px=opened.height_px)
            flags = (*opened.flags, *self._check_scale(opened.height_px, opened.width_px, gsd_m))
        except CropError as error:
            return _Prepared(result=replace(told, status=error.status, reason=error.reason))
        return _Prepared(result=replace(told, flags=flags), chip=opened.chip)

    def _check_scale(self, height: int, width: int, gsd_m: float | None) -> tuple[str, ...]:
        """Flags of the crop's scale; raises CropError where no answer can be honest."""
        card = self.card
        short = short_side_px(height=height, width=width, chip_px=card.chip_px)
        if short < card.min_side_px:
            raise CropError(
                Status.TOO_SMALL,
                f"{width} x {height} pixels leave {short:.0f} on the short side, "
                f"{card.full_name} needs {card.min_side_px}",
            )
        if gsd_m is None:
            return ("gsd_unknown",) if self.session.takes_extent else ()
        if card.gsd_range_m is None:
            return ()
        finest, coarsest = card.gsd_range_m
        if gsd_m > coarsest:
            raise CropError(
                Status.TOO_COARSE,
                f"{gsd_m:g} m per pixel is coarser than the {coarsest:g} m {card.full_name} was made for",
            )
        return ("gsd_finer_than_model",) if gsd_m < finest else ()

    def _answer_batch(self, jobs: Sequence[_Job], *, known: Known | None = None) -> list[Result]:
        with nullcontext() if self._decoders is None else self._decoders.one() as child:

            def opener(source: bytes | Image.Image | NDArray[Any], gsd_m: float | None) -> Opened:
                if child is not None and isinstance(source, bytes):
                    return child.open_crop(source, chip_px=self.card.chip_px, gsd_m=gsd_m)
                return open_crop(source, chip_px=self.card.chip_px, gsd_m=gsd_m)

            prepared = [self._prepare(job, opener, known) for job in jobs]
        answers = iter(self._decide([each.chip for each in prepared if each.chip is not None]))
        return [each.result if each.chip is None else _result(each.result, next(answers)) for each in prepared]

    def _decide(self, chips: Sequence[Chip]) -> list[Answer]:
        if not chips:
            return []
        pixels, extent_m = stack(chips)
        run = run_tta if self.tta else Session.run
        return self._decider.decide(run(self.session, pixels, extent_m), extent_m)


def run_tta(session: Session, chips: NDArray[np.uint8], extent_m: Floats) -> Scores:
    """Mean scores over the eight rotations and flips, with headings turned back to the chip as given."""
    sums: dict[str, Floats] = {}
    for turns in range(4):
        for flipped in (False, True):
            view = np.rot90(chips[:, :, ::-1] if flipped else chips, turns, axes=(1, 2))
            scores = session.run(np.ascontiguousarray(view), extent_m)
            for name in session.outputs:
                values = getattr(scores, name)
                back = values * _turned_back(turns, flipped=flipped) if name == "heading" else values
                sums[name] = sums.get(name, np.float32(0)) + back / 8
    return Scores(**sums)


def _turned_back(turns: int, *, flipped: bool) -> Floats:
    """A quarter turn negates the doubled angle's vector; a left-right flip negates its sine."""
    sign = -1.0 if turns % 2 else 1.0
    return np.array([sign, -sign if flipped else sign], np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    source: Source
    path: str | None = None
    option_gsd_m: float | None = None
    crop: Crop | None = None

    def gsd(self, file_gsd_m: float | None) -> tuple[float | None, str | None]:
        """The most particular statement wins: the crop's own row, then the option, then the file."""
        manifest_gsd_m = self.crop.gsd_m if self.crop else None
        stated = (("manifest", manifest_gsd_m), ("option", self.option_gsd_m), ("file", file_gsd_m))
        return next(((gsd_m, source) for source, gsd_m in stated if gsd_m is not None), (None, None))


def _jobs(path: str | Path, crop: Crop, option_gsd_m: float | None) -> Iterator[_Job]:
    """One for a crop, one for each crop of a tar file; what is known of the file holds for all that say nothing."""
    if crop.content is None and crop.problem is None and is_shard(crop.path):
        for each in read_shard(crop.path):
            known = filled(each, crop)
            yield _Job(source=each.content or b"", path=str(each.path), option_gsd_m=option_gsd_m, crop=known)
        return
    source = path if crop.content is None else crop.content
    yield _Job(source=source, path=str(path), option_gsd_m=option_gsd_m, crop=crop)


def _batches(jobs: Iterator[_Job], size: int) -> Iterator[list[_Job]]:
    """So many jobs at a time, or fewer that are heavy: several batches wait for the threads."""
    batch, num_bytes = list[_Job](), 0
    for job in jobs:
        batch.append(job)
        num_bytes += len(job.source) if isinstance(job.source, bytes) else 0
        if len(batch) == size or num_bytes >= BATCH_BYTES:
            yield batch
            batch, num_bytes = [], 0
    if batch:
        yield batch


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """What is known of a crop before the network has seen it; without a chip that is all."""

    result: Result
    chip: Chip | None = None


def _result(told: Result, answer: Answer) -> Result:
    return replace(
        told,
        flags=(*told.flags, *answer.flags),
        label=answer.label,
        level=answer.level,
        score=answer.score,
        reason=answer.reason,
        top=answer.top,
        candidates=answer.candidates,
        size=answer.size,
        heading_deg=answer.heading_deg,
        unknown_score=answer.unknown_score,
        decision=answer.decision,
    )


def _checked(gsd_m: float | None) -> float | None:
    if gsd_m is not None and not 0 < gsd_m < float("inf"):
        raise InputError(f"a ground sample distance of {gsd_m} m cannot be: give metres per pixel, such as 0.3")
    return gsd_m
