"""The results of `train_peers.py` as tables, and the block of `docs/training.md` that they stand in."""

from __future__ import annotations

from statistics import median
from typing import Any

from peers.environments import ROOT
from peers.trainees import OURS, TRAINEES, Trainee

PAGE = ROOT / "docs" / "training.md"
BLOCK = "peers"
"""Of the page."""


def as_tables(found: dict[str, Any]) -> str:
    """Markdown: the terms, then a table for each set, then throughput and size."""
    terms = found["terms"]
    clock = "processor seconds of one thread" if terms["clock"] == "cpu" else "seconds with one thread"
    budget = f" Budget of a run: {terms['budget_s']:g} {clock}." if found["runs"] else ""
    lines = [
        f"Measured on {found['measured']}, {found['processor']}. Chips of {terms['chip_px']} pixels, batches of "
        f"{terms['batch']}.{budget}",
        "",
    ]
    for name, crops in found["sets"].items():
        runs = [run for run in found["runs"] if run["set"] == name]
        if runs:
            lines += _set_table(name, crops, runs)
    return "\n".join([*lines, *_cost_table(found)]) + "\n"


def _set_table(name: str, crops: dict[str, Any], runs: list[dict[str, Any]]) -> list[str]:
    lines = [
        f"**{name}**: {crops['classes']} classes; crops: {crops['train']} train, {crops['val']} validate, "
        f"{crops['test']} test.",
        "",
        "| what | network | start | accuracy | macro-F1 | epochs | s | peak MB |",
        "|---|---|---|---:|---:|---:|---:|---:|",
    ]
    by_key = {run["key"]: run for run in runs}
    for each in TRAINEES:
        if each.key not in by_key:
            continue
        run = by_key[each.key]
        figures = (f"{run['accuracy']:.3f}", f"{run['macro_f1']:.3f}", run["epochs"], f"{run['train_s']:.0f}")
        lines.append(_row(each.name, each.network, each.start, *figures, run["peak_mb"]))
    return [*lines, ""]


def _cost_table(found: dict[str, Any]) -> list[str]:
    rates = {key: median(values) for key, values in found["rates"].items() if values}
    lines = [
        "| what | network | crops/s in training (rounds) | of ours | packages to run the result | their MB |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for each in TRAINEES:
        if each.key in found["installed"] and (each.rate or _is_first(each)):
            size = found["installed"][each.key]
            rate = f"{rates[each.key]:.1f} ({len(found['rates'][each.key])})" if each.key in rates else ""
            share = f"{rates[each.key] / rates[OURS.key]:.2f}" if each.key in rates and OURS.key in rates else ""
            lines.append(_row(each.name, each.network, rate, share, size["packages"], f"{size['mb']:.0f}"))
    return lines


def _is_first(trainee: Trainee) -> bool:
    """Whether no earlier row has the same result to install."""
    same = [each for each in TRAINEES if each.to_run == trainee.to_run]
    return same[0] is trainee


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"
