"""`Classifier`: crops in, results out. Streams paths, arrays and images through decoding, network and decision.

Results come in input order, one per input, at constant memory: only the batches in work are held.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vehicle_id.crops.bands import bands_text
from vehicle_id.crops.chips import WINDOWS, Chip, short_side_px, stack
from vehicle_id.crops.cut import SceneCut
from vehicle_id.crops.decoder_messages import EncodedCrop, Stated
from vehicle_id.crops.embedded import EmbeddedCrop
from vehicle_id.crops.images import read_bytes
from vehicle_id.crops.isolation import Decoders
from vehicle_id.crops.jobs import (
    BandsGiven,
    Job,
    array_jobs,
    batches_of,
    each_crop,
    jobs_of,
    number_of,
    several,
    stated_for_all,
)
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.open import DecodedCrop, Source, located, open_crop
from vehicle_id.crops.sources import CropSource
from vehicle_id.errors import CropError, InputError, IntegrityError
from vehicle_id.files import as_path
from vehicle_id.gallery.references import Gallery, read_gallery
from vehicle_id.model import hub
from vehicle_id.model.card import ModelCard
from vehicle_id.model.decide import Decider
from vehicle_id.model.opening import open_model
from vehicle_id.model.session import Scores, Session
from vehicle_id.model.views import mean_of_windows, run_rotated
from vehicle_id.parallel import map_ordered, usable_cores
from vehicle_id.results import Result, Status
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.text import count_of

BATCHES = {"cpu": 16}
"""Chips per call by provider: on a CPU larger batches do not fit its caches (`benchmarks/LOG.md`)."""
BATCH_ELSEWHERE = 128
GROUP_BYTES = 8 << 20
"""Bytes of undecoded crops in one thread, at which a batch is decoded in parts."""

Known = Callable[[Result], "Result | None"]
"""Looks up the answer of an earlier run by what is known before decoding: path, sha256, date, site and stated GSD."""


class Classifier:
    """A loaded model with its decision rule.

    Args:
        model: a published name, a path, or None for the default model.
        threads: threads that share the crops of a stream; each decodes a batch and runs the network on it.
            None = one per core, and one more with `isolate`.
        batch_size: chips per call of the network. None = the fastest measured: `BATCHES`.
        top_k: leaf classes kept in `Result.top`.
        views: windows of each crop that are averaged, 1 to 4 (`chips.WINDOWS`): the whole crop, and tighter ones of
            which two or three views turn the picture. Several are steadier and less overconfident than one, and as
            many times slower. None = as the model's card says.
        tta: average over the eight rotations and flips of a view from above: steadier, eight times slower.
        coverage: share of crops whose `Result.candidates` shall contain the true class, such as 0.9; None = no
            candidates. The share holds for crops like those the model was calibrated on, often renders, and for no
            others.
        provider: what runs the network: `auto`, `cpu`, `cuda`, `tensorrt`, `coreml`, `dml` or `openvino`; `auto` is
            CUDA or DirectML where onnxruntime has them and they start, else the CPU.
        gallery: reference crops of further classes (`vehicle-id gallery`), as a path or as `read_gallery` returns it.
            Its classes are answered beside those of the model.
        isolate: decode in separate processes, at most one per thread, so that a file that crashes or hangs its decoder
            costs one crop; for files from strangers. Or such processes, started before (`crops.isolation.Decoders`).
            They end with the `with` block, or `close`. Arrays and PIL images are decoded already and are not passed on.

    Raises:
        ModelError: the model cannot be found, verified or run.
        InputError: a coverage that the model was not calibrated for, a provider that is not available, a number below
            1, or a gallery that cannot be read or that another model made.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        threads: int | None = None,
        batch_size: int | None = None,
        top_k: int = 5,
        views: int | None = None,
        tta: bool = False,
        coverage: float | None = None,
        provider: str = "auto",
        gallery: str | Path | Gallery | None = None,
        isolate: bool | Decoders = False,
    ) -> None:
        self._arguments: dict[str, Any] = {
            "model": model,
            "threads": threads,
            "batch_size": batch_size,
            "top_k": top_k,
            "views": views,
            "tta": tta,
            "coverage": coverage,
            "provider": provider,
            "gallery": gallery,
            "isolate": bool(isolate),
        }
        if threads is None:
            threads = usable_cores() + bool(isolate)  # one more, since threads wait for their decoders
        threads, top_k = _whole("threads", threads), _whole("top_k", top_k)
        batch_size = None if batch_size is None else _whole("batch_size", batch_size)
        views = None if views is None else _whole("views", views, most=max(WINDOWS))
        coverage = None if coverage is None else number_of("coverage", coverage)
        if model is not None and not isinstance(model, str):
            model = as_path(model, "the model")
        self._is_closed = False
        # the first process starts while the model is loaded
        self._decoders = isolate if isinstance(isolate, Decoders) else Decoders(threads) if isolate else None
        self.file = hub.load(model)
        # threads share the crops, not the arithmetic of one batch: no core waits for another
        self.session = open_model(self.file, threads=1, provider=provider)
        self.threads = threads
        self.batch_size = batch_size or BATCHES.get(self.provider, BATCH_ELSEWHERE)
        self.views = views or self.card.views
        self.tta = tta
        self.gallery = gallery if gallery is None or isinstance(gallery, Gallery) else read_gallery(gallery)
        """The reference crops, or None."""
        if self.gallery is not None:
            self.check_gallery(self.gallery)
        self._decider = Decider(self.card, top_k=top_k, coverage=coverage, gallery=self.gallery)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as the arguments it was made with: another process loads the model from there."""
        return _restored, (type(self), self._arguments, self.file.sha256)

    def __enter__(self) -> Classifier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes of `isolate`, after which no crop can be classified; otherwise does nothing."""
        if self._decoders is not None:
            self._is_closed = True
            self._decoders.close()

    @property
    def provider(self) -> str:
        """What runs the network: `cpu`, `cuda`, ..."""
        return self.session.provider

    @property
    def card(self) -> ModelCard:
        """The model's card."""
        return self.session.card

    @property
    def taxonomy(self) -> Taxonomy:
        """The class tree of the answers: that of the model, with the classes of the gallery."""
        return self._decider.taxonomy

    def new_gallery(self) -> Gallery:
        """An empty gallery of this model."""
        return Gallery(model=self.card.full_name, model_sha256=self.file.sha256, views=self.views)

    def check_gallery(self, gallery: Gallery) -> None:
        """Raise InputError for a gallery that another model made, or this one with another number of windows."""
        if gallery.model_sha256 != self.file.sha256:
            raise InputError(
                f"the gallery was made by {gallery.model} ({gallery.model_sha256[:12]}), not {self.card.full_name} "
                f"({self.file.sha256[:12]}): use that model, or make the gallery anew"
            )
        if gallery.views != self.views:
            raise InputError(
                f"the gallery was made with {count_of(gallery.views, 'window')} per crop, not {self.views}: "
                f"use --views {gallery.views}, or make the gallery anew"
            )
        if gallery.references and gallery.embeddings().shape[1] != self._embedding_size():
            raise InputError(f"the embeddings of the gallery are not those of {self.card.full_name}: make it anew")

    def classify(self, crop: Source, *, gsd_m: float | None = None, bands: BandsGiven | None = None) -> Result:
        """Classify one crop: a path, encoded bytes, a PIL image or an array.

        Args:
            gsd_m: ground sample distance in metres per pixel; without it, that of the file, if it has one.
            bands: the bands to show as red, green and blue, from 1: `(3, 2, 1)`; or one, shown as grey. Without it,
                those that the file names, or the first three.
        """
        path = str(crop) if isinstance(crop, (str, Path)) else None
        return self._answer_batch([Job(source=crop, path=path, option=stated_for_all(gsd_m, bands))])[0]

    def classify_folder(
        self,
        folder: str | Path,
        *,
        gsd_m: float | None = None,
        bands: BandsGiven | None = None,
        manifest: str | Path | None = None,
        find_manifest: bool = True,
    ) -> Iterator[Result]:
        """Classify all crops under a folder, sorted by path, subfolders and tar files too.

        Args:
            folder: the folder.
            gsd_m: ground sample distance in metres per pixel, for crops whose manifest row states none.
            bands: as for `classify`, for crops whose manifest row states none.
            manifest: CSV with what is known of the crops, by path (`read_manifest`). Crops without a row are
                classified too.
            find_manifest: where no manifest is given, use `manifest.csv` in the folder, if there is one.

        Raises:
            InputError: the folder does not exist, or contains no crop.
            ManifestError: the manifest cannot be read.

        Warns:
            UserWarning: at the end, if rows of the manifest belong to none of the crops.
        """
        source = CropSource([folder], manifest=manifest, find_manifest=find_manifest)
        return _warn_at_end(self.classify_crops(source, gsd_m=gsd_m, bands=bands), source)

    def classify_paths(
        self, paths: Iterable[str | Path], *, gsd_m: float | None = None, bands: BandsGiven | None = None
    ) -> Iterator[Result]:
        """Classify crops by path, lazily; for a tar file every crop in it."""
        if isinstance(paths, (str, Path)):
            raise InputError(f"classify_paths takes several paths, not {str(paths)!r}: use classify for one crop")
        option = stated_for_all(gsd_m, bands)
        return self._stream(job for path in several(paths) for job in jobs_of(path, Crop(path=path), option))

    def classify_arrays(
        self,
        arrays: Iterable[NDArray[Any] | Image.Image | bytes],
        *,
        gsd_m: float | Iterable[float | None] | None = None,
        bands: BandsGiven | None = None,
        ids: Iterable[object] | None = None,
    ) -> Iterator[Result]:
        """Classify arrays `[H, W]` or `[H, W, bands]`, PIL images or encoded bytes, lazily.

        Args:
            arrays: the crops.
            gsd_m: ground sample distance in metres per pixel, of all crops or one for each.
            bands: as for `classify`; needed for arrays of another number of bands than 1, 3 or 4.
            ids: one for each crop; returned as text in `Result.extra["id"]`, so that it is a column of every file.

        Raises:
            InputError: one crop instead of several; while reading, more or fewer ids or distances than crops.
        """
        if isinstance(arrays, (np.ndarray, bytes, Image.Image)):
            raise InputError("classify_arrays takes several crops, not one: use classify for it")
        return self._stream(array_jobs(arrays, gsd_m, bands, ids))

    def embed(
        self,
        crops: Iterable[Source],
        *,
        gsd_m: float | Iterable[float | None] | None = None,
        bands: BandsGiven | None = None,
    ) -> NDArray[np.float32]:
        """The embeddings of crops `[N, D]`, for searching and grouping crops that look alike.

        Args:
            crops: paths, encoded bytes, PIL images or arrays.
            gsd_m: ground sample distance in metres per pixel, of all crops or one for each.
            bands: as for `classify`.

        Returns:
            A row per crop, in their order; NaN for a crop that cannot be opened (`classify` says why).

        Raises:
            InputError: one crop instead of several, more or fewer distances than crops, or a model without embedding.
        """
        if isinstance(crops, (str, Path, np.ndarray, bytes, Image.Image)):
            raise InputError("embed takes several crops, not one: give them as a list")
        embedded = list(self._embed(array_jobs(crops, gsd_m, bands, None)))
        missing = np.full(self._embedding_size(), np.nan, np.float32)
        rows = [missing if each.embedding is None else each.embedding for each in embedded]
        return np.array(rows, np.float32).reshape(-1, len(missing))

    def embed_crops(
        self, crops: Iterable[Crop], *, gsd_m: float | None = None, bands: BandsGiven | None = None
    ) -> Iterator[EmbeddedCrop]:
        """The embeddings of the rows of a manifest or of a `CropSource`, with what is known of each crop, lazily.

        Arguments as for `classify_crops`. A crop that cannot be opened has a status and no embedding.

        Raises:
            InputError: paths instead of rows, or a model without embedding.
        """
        if isinstance(crops, (str, Path)):
            raise InputError(f"embed_crops takes manifest rows, not {str(crops)!r}: use embed")
        option = stated_for_all(gsd_m, bands)
        return self._embed(job for crop in each_crop(crops) for job in jobs_of(crop.path, crop, option))

    def _embed(self, jobs: Iterator[Job]) -> Iterator[EmbeddedCrop]:
        self._embedding_size()
        batches = batches_of(jobs, max(1, self.batch_size // self.views))
        return map_ordered(batches, self._embed_batch, threads=self.threads)

    def _embedding_size(self) -> int:
        side = self.card.chip_px
        one = self.session.run(np.zeros((1, side, side, 3), np.uint8), np.zeros(1, np.float32)).embedding
        if one is None:
            raise InputError(f"{self.card.full_name} has no embedding: use a model with that output")
        return int(one.shape[1])

    def classify_crops(
        self,
        crops: Iterable[Crop],
        *,
        gsd_m: float | None = None,
        bands: BandsGiven | None = None,
        known: Known | None = None,
    ) -> Iterator[Result]:
        """Classify the rows of a manifest (`read_manifest`) or of a tar file (`read_shard`), lazily.

        Args:
            gsd_m: for the rows that state none.
            bands: as for `classify`, for the rows that state none.
            known: finds answers of an earlier run; their crops are not decoded. Called in several threads.
        """
        if isinstance(crops, (str, Path)):
            raise InputError(f"classify_crops takes manifest rows, not {str(crops)!r}: use classify_paths")
        option = stated_for_all(gsd_m, bands)
        return self._stream((job for crop in each_crop(crops) for job in jobs_of(crop.path, crop, option)), known)

    def _stream(self, jobs: Iterator[Job], known: Known | None = None) -> Iterator[Result]:
        work = partial(self._answer_batch, known=known, num_least=min(2, self.batch_size))
        return map_ordered(batches_of(jobs, max(1, self.batch_size // self.views)), work, threads=self.threads)

    def _read(self, job: Job, known: Known | None) -> _Read:
        """Read one crop. A failure, or an answer that is known already, becomes a final result."""
        row = job.crop
        gsd_m, gsd_source = job.stated("gsd_m")
        bands, bands_source = job.stated("bands")
        stated = Stated(gsd_m=gsd_m, bands=bands)
        about: dict[str, Any] = {
            "path": job.path,
            "date": row.date if row else None,
            "site": row.site if row else None,
            "place": row.place if row else None,
            "gsd_m": gsd_m,
            "gsd_source": gsd_source,
            "gsd_error": row.gsd_error if row else None,
            "bands": None if bands is None else bands_text(bands),
            "bands_source": bands_source,
            "extra": job.extra,
            "model": self.card.full_name,
            "model_sha256": self.file.sha256,
        }
        try:
            if row is not None and row.problem is not None:
                raise CropError(row.problem_status, row.problem)
            source = read_bytes(job.source) if isinstance(job.source, (str, Path)) else job.source
            if source is None:  # a caller's own mistake is a row, whatever was given
                raise CropError(Status.UNSUPPORTED, "None is no crop")
        except CropError as error:
            return _Read(about=about, stated=stated, final=_refused(about, error))
        if isinstance(source, bytes):
            about["sha256"] = hashlib.sha256(source).hexdigest()
        elif isinstance(source, SceneCut):
            about["sha256"] = source.sha256
        found = None if known is None else known(Result(**about))
        return _Read(about=about, stated=stated, source=source, final=found)

    def _open(self, crops: Sequence[_Read]) -> list[_Prepared]:
        """Decode crops and make their chips."""
        opened = iter(self._decoded([crop for crop in crops if crop.final is None]))
        return [
            _Prepared(result=crop.final) if crop.final is not None else self._scaled(crop, next(opened))
            for crop in crops
        ]

    def _decoded(self, crops: Sequence[_Read]) -> list[DecodedCrop | CropError]:
        """Files together, in a process of their own where there is one; what is decoded already, here."""
        here = partial(_decoded_here, chip_px=self.card.chip_px, views=self.views)
        if self._decoders is None:
            return [here(crop) for crop in crops]
        files = [EncodedCrop(crop.source, crop.stated) for crop in crops if isinstance(crop.source, bytes)]
        apart = iter(self._decoders.open_crops(files, chip_px=self.card.chip_px, views=self.views) if files else ())
        return [next(apart) if isinstance(crop.source, bytes) else here(crop) for crop in crops]

    def _scaled(self, read: _Read, crop: DecodedCrop | CropError) -> _Prepared:
        """With the scale of the decoded crop, if the model can answer it."""
        about = read.about
        try:
            if isinstance(crop, CropError):
                raise crop
            if isinstance(read.source, bytes):
                crop = located(crop, read.source)
            about |= {
                "gsd_m": crop.gsd_m,
                "gsd_source": about["gsd_source"] or ("file" if crop.gsd_m is not None else None),
                "stretch": crop.stretch,
                "bands": crop.bands,
                "bands_source": about["bands_source"] or ("file" if crop.bands is not None else None),
                "width_px": crop.width_px,
                "height_px": crop.height_px,
            }
            flags = (*crop.flags, *self._check_scale(crop.height_px, crop.width_px, crop.gsd_m))
        except CropError as error:
            return _Prepared(result=_refused(about, error))
        return _Prepared(result=Result(**about, flags=flags), chips=crop.chips)

    def _check_scale(self, height: int, width: int, gsd_m: float | None) -> tuple[str, ...]:
        """Flags for the crop's scale; raises CropError where the crop is too small or too coarse for the model."""
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

    def _answer_batch(self, jobs: Sequence[Job], *, known: Known | None = None, num_least: int = 1) -> list[Result]:
        prepared = self._prepare_batch(jobs, known)
        answers = iter(self._decide([each for each in prepared if each.chips], num_least))
        return [next(answers) if each.chips else each.result for each in prepared]

    def _embed_batch(self, jobs: Sequence[Job]) -> list[EmbeddedCrop]:
        prepared = self._prepare_batch(jobs)
        opened = [each for each in prepared if each.chips]
        if not opened:
            return [EmbeddedCrop(result=each.result) for each in prepared]
        scores = self._score(opened, min(2, self.batch_size))[0]
        assert scores.embedding is not None
        rows = zip(scores.embedding, scores.logits, strict=True)
        embedded = []
        for each in prepared:
            embedding, logits = next(rows) if each.chips else (None, None)
            chip = each.chips[0] if each.chips else None
            embedded.append(EmbeddedCrop(result=each.result, chip=chip, embedding=embedding, logits=logits))
        return embedded

    def _prepare_batch(self, jobs: Sequence[Job], known: Known | None = None) -> list[_Prepared]:
        if self._is_closed:
            raise InputError("this Classifier is closed: make another one, or use it inside its 'with' block")
        prepared, group, num_bytes = list[_Prepared](), list[_Read](), 0
        for job in jobs:
            group.append(self._read(job, known))
            num_bytes += group[-1].num_bytes
            if num_bytes >= GROUP_BYTES:
                prepared += self._open(group)
                group, num_bytes = [], 0
        return prepared + self._open(group)

    def _decide(self, crops: Sequence[_Prepared], num_least: int) -> list[Result]:
        if not crops:
            return []
        scores, extent_m = self._score(crops, num_least)
        return self._decider.decide(scores, extent_m, crops=[crop.result for crop in crops])

    def _score(self, crops: Sequence[_Prepared], num_least: int) -> tuple[Scores, NDArray[np.float32]]:
        """Outputs of the network for each crop, and the extents of their first windows.

        Args:
            num_least: chips in one call of the network. A lone chip may be multiplied by another routine, which rounds
                the last digit otherwise; in a stream, where few batches are of one, it is therefore doubled.
        """
        chips = [chip for crop in crops for chip in crop.chips]
        num_more = max(0, num_least - len(chips))
        pixels, extent_m = stack(chips + chips[:1] * num_more)
        run = run_rotated if self.tta else Session.run
        scores = run(self.session, pixels, extent_m).first(len(chips))
        return mean_of_windows(scores, self.views), extent_m[: len(chips) : self.views]


def _restored(kind: type[Classifier], arguments: dict[str, Any], sha256: str) -> Classifier:
    """A pickled classifier. Raises IntegrityError where the same name or path is another model now."""
    classifier = kind(**arguments)
    if classifier.file.sha256 != sha256:
        classifier.close()
        raise IntegrityError(
            f"the Classifier was pickled with a model of sha256 {sha256}, and {classifier.file.path} has "
            f"{classifier.file.sha256}: use the same model file in all processes"
        )
    return classifier


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A crop that has been read and not decoded."""

    about: dict[str, Any]
    """Fields of its result."""
    stated: Stated
    source: bytes | Image.Image | NDArray[Any] | SceneCut | None = None
    final: Result | None = None
    """Its result, where it need not be decoded."""

    @property
    def num_bytes(self) -> int:
        """Of its file."""
        return len(self.source) if isinstance(self.source, bytes) else 0


def _decoded_here(crop: _Read, *, chip_px: int, views: int) -> DecodedCrop | CropError:
    assert crop.source is not None
    try:
        return open_crop(crop.source, chip_px=chip_px, gsd_m=crop.stated.gsd_m, views=views, bands=crop.stated.bands)
    except CropError as error:
        return error


def _refused(about: dict[str, Any], error: CropError) -> Result:
    return Result(**about, status=error.status, reason=error.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A crop before the network has seen it; without chips its result is final."""

    result: Result
    chips: tuple[Chip, ...] = ()


def _warn_at_end(results: Iterator[Result], source: CropSource) -> Iterator[Result]:
    yield from results
    if source.mismatch:
        warnings.warn(source.mismatch, stacklevel=2)


def _whole(name: str, value: Any, *, most: int | None = None) -> int:
    number = number_of(name, value)
    if not number.is_integer() or not 1 <= number <= (most or number):
        raise InputError(f"{name} is {value}: give {f'1 to {most}' if most else 'a whole number of at least 1'}")
    return int(number)
