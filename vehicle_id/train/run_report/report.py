"""Watches a run, and leaves pictures, warnings and a report in its folder.

A run is worth more than its report: what cannot be drawn or written is a warning, and the run goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import MissingExtraError
from vehicle_id.files import write_whole
from vehicle_id.text import count_of, display_name
from vehicle_id.train.calibrate import Calibration, HeldOutOutputs
from vehicle_id.train.checkpoint import Progress
from vehicle_id.train.epoch_choice import choose_epoch_by
from vehicle_id.train.history import HistoryTable
from vehicle_id.train.observers import RunContext
from vehicle_id.train.provenance import write_provenance
from vehicle_id.train.run_report import findings
from vehicle_id.train.run_report.attempts import Attempts
from vehicle_id.train.run_report.card_draft import draft_card
from vehicle_id.train.run_report.embedding import map_of
from vehicle_id.train.run_report.looks import RunEmbeddings, by_path, embed_crops, small_picture
from vehicle_id.train.run_report.page import ReportContent, ShownLabel, page_of
from vehicle_id.train.run_report.results import RunResults, WrongCrop, results_of

MOST_SHOWN: Final = 24
"""Crops on a contact sheet."""
LOGGED: Final = frozenset(("thresholds", "precision", "validation"))
"""Topics of warnings that the training itself has logged."""


class RunReport(HistoryTable):
    """Writes `history.csv`, `provenance.json`, pictures, `report.html` and `model_card.md` into the folder of a run.

    Args:
        data: the crops, as they were named.
        log: takes warnings, one line at a time.
    """

    def __init__(self, data: Path, *, log: Callable[[str], None]) -> None:
        super().__init__()
        self.path: Path | None = None
        """The report; None where it was not written."""
        self._data, self._log = data, log
        self._attempts = Attempts(log)
        self._made_with: Mapping[str, Any] | None = None
        self._of_labels: list[findings.Finding] = []
        self._best_epoch = 0

    def run_started(self, run: RunContext, progress: Progress) -> None:
        """Warn of what the labels alone tell, and write what the run is made with."""
        super().run_started(run, progress)
        self._best_epoch = progress.best_epoch
        self._of_labels = findings.of_labels(run.splits, run.recipe)
        self._warn(self._of_labels)
        file = run.folder.folder / "provenance.json"
        self._made_with = self._attempts.make(
            file.name, lambda: write_provenance(file, self._data, run.splits, epoch=progress.epoch)
        )

    def epoch_ended(self, record: Mapping[str, float], progress: Progress) -> None:
        """Write the table of the epochs."""
        super().epoch_ended(record, progress)
        self._best_epoch = progress.best_epoch

    def run_ended(
        self, run: RunContext, *, crops: Sequence[Crop], outputs: HeldOutOutputs, calibration: Calibration
    ) -> None:
        """Count, warn, draw and write."""
        attempts = self._attempts
        results = attempts.make(
            "the report", lambda: results_of(crops, outputs, calibration.decision, train=run.splits.train)
        )
        if results is not None:
            embedded = attempts.make("the embeddings of the crops", lambda: embed_crops(run, attempts))
            found = list(findings.of_run(run.recipe, self.rows, results, calibration, kept_epoch=self._best_epoch))
            if embedded is not None:
                found += findings.of_suspects(embedded.suspects, num_crops=len(embedded.crops))
            self._warn(found)
            figures = self._figures(run, results, embedded)
            content = self._content(run, results, [*self._of_labels, *found], embedded, figures)
            file, card = (run.folder.folder / name for name in ("report.html", "model_card.md"))
            self.path = attempts.make(file.name, lambda: _written(file, page_of(content).encode()))
            draft = partial(draft_card, run.recipe, results, content.findings)
            attempts.make(card.name, lambda: _written(card, draft().encode()))

    def _warn(self, found: Sequence[findings.Finding]) -> None:
        for each in found:
            if each.topic not in LOGGED:
                self._log(f"warning: {each.line}")

    def _figures(self, run: RunContext, results: RunResults, embedded: RunEmbeddings | None) -> dict[str, bytes]:
        """Name -> PNG, each also written into the folder."""
        plots = self._attempts.make("the pictures", _plots)
        if plots is None:
            return {}
        tables = [("classes", results.labels, results.matrix)]
        if results.families:
            tables.insert(0, ("families", results.families, results.family_matrix))
        drawers: dict[str, Callable[[], Any]] = {
            "curves": lambda: plots.draw_curves(self.rows, best_epoch=self._best_epoch),
            "confusion": lambda: plots.draw_confusion(tables),
            "reliability": lambda: plots.draw_reliability(results.confidence, results.right),
        }
        if embedded is not None:
            drawers["embedding"] = lambda: _draw_map(plots, embedded, seed=run.recipe.seed)
        if results.wrong:
            drawers["worst"] = lambda: plots.draw_sheet([_tile(each) for each in results.wrong[:MOST_SHOWN]])
        figures = {}
        for name, draw in drawers.items():
            file = run.folder.folder / f"{name}.png"
            made = self._attempts.make(file.name, partial(_draw_into, file, draw, plots))
            if made is not None:
                figures[name] = made
        return figures

    def _content(
        self,
        run: RunContext,
        results: RunResults,
        found: Sequence[findings.Finding],
        embedded: RunEmbeddings | None,
        figures: Mapping[str, bytes],
    ) -> ReportContent:
        right = int(results.right.sum())
        return ReportContent(
            title=f"Training of {run.recipe.name}-{run.recipe.version}",
            results=results,
            summary=f"{right} of {count_of(results.num_crops, 'validation crop')} have the right class "
            f"({right / results.num_crops:.0%}), by the weights of epoch {self._best_epoch} of {len(self.rows)}. "
            f"The run {choose_epoch_by(run.recipe, run.splits.val, run.labels).reason}.",
            findings=found,
            figures=figures,
            wrong=[_shown_wrong(each) for each in results.wrong[:MOST_SHOWN]],
            suspects=[] if embedded is None else _shown_suspects(embedded),
            made_with=_facts(self._made_with, run),
            failed=self._attempts.failed,
        )


def _written(file: Path, data: bytes) -> Path:
    write_whole(file, data)
    return file


def _plots() -> Any:
    """The module that draws; matplotlib is loaded here, after the training."""
    try:
        from vehicle_id.train.run_report import plots
    except ModuleNotFoundError as error:
        raise MissingExtraError("drawing", "train") from error
    return plots


def _draw_into(file: Path, draw: Callable[[], Any], plots: Any) -> bytes:
    with plots.style():
        data: bytes = plots.png(draw())
    write_whole(file, data)
    return data


def _draw_map(plots: Any, embedded: RunEmbeddings, *, seed: int) -> Any:
    places = embedded.on_map(seed=seed)
    return plots.draw_map(
        map_of(embedded.embeddings[places], seed=seed),
        [embedded.crops[place].label or "" for place in places],
        embedded.validating[places],
    )


def _tile(wrong: WrongCrop) -> tuple[Any, str]:
    label, answer = display_name(wrong.crop.label or ""), display_name(wrong.answer)
    text = f"label {label} {wrong.own_probability:.2f}\nanswer {answer} {wrong.probability:.2f}\n{wrong.crop.path.name}"
    return small_picture(wrong.crop), text


def _shown_wrong(wrong: WrongCrop) -> ShownLabel:
    return ShownLabel(
        picture=small_picture(wrong.crop),
        name=str(wrong.crop.path),
        text=f"label {display_name(wrong.crop.label or '')} {wrong.own_probability:.2f}",
        more=f"answer {display_name(wrong.answer)} {wrong.probability:.2f}",
    )


def _shown_suspects(embedded: RunEmbeddings) -> list[ShownLabel]:
    crop_of = by_path(embedded.crops)
    return [
        ShownLabel(
            picture=small_picture(crop_of[fault.paths[0]]), name=str(fault.paths[0]), text=fault.message, more=""
        )
        for fault in embedded.suspects[:MOST_SHOWN]
    ]


def _facts(made_with: Mapping[str, Any] | None, run: RunContext) -> dict[str, str]:
    """What the run was made with, as lines of a table."""
    facts = {"recipe": f"recipe.yaml, seed {run.recipe.seed}, backbone {run.recipe.model.backbone}"}
    if made_with is None:
        return facts
    data, session = made_with["data"], made_with["sessions"][-1]
    git = session["git"]
    facts |= {
        "crops": ", ".join(f"{name} {count}" for name, count in data["crops"].items())
        + f"; left out {data['left_out']} (splits.csv says why)",
        "sha256 of the manifest": data["manifest_sha256"] or "none: a folder",
        "sha256 of the crops": data["crops_sha256"],
        "git": "no repository" if git is None else git["commit"] + (", with changes" if git["dirty"] else ""),
        "sessions": str(len(made_with["sessions"])),
        "made by": f"vehicle-id {session['vehicle_id']}, Python {session['python']}, {session['system']}, "
        f"{session['device']}",
        "packages": ", ".join(f"{name} {version}" for name, version in session["packages"].items()),
    }
    return facts
