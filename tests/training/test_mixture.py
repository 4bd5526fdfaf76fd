"""The joined training set: which renders train, validate and test."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from training.datasets import mixture
from vehicle_id.catalogue import load_catalogue


def rendered(folder: Path, vehicles: list[str]) -> Path:
    """The manifest of a folder of renders, one crop of each vehicle."""
    folder.mkdir()
    rows = [f"crops/{number}.png,car,0.3,{vehicle!r},rendered" for number, vehicle in enumerate(vehicles)]
    text = "\n".join(["path,label,gsd_m,vehicle,origin", *rows]).replace("'", '"')
    (folder / "manifest.csv").write_text(text + "\n", encoding="utf-8")
    return folder / "manifest.csv"


def test_held_out_rows_never_train_and_renders_of_another_seed_only_validate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = load_catalogue()
    held = mixture.held_out(catalogue)
    leaves = len(catalogue.taxonomy.leaves)
    of_cars = [row.name for row in catalogue.of("car")]
    unseen, known = next(name for name in of_cars if name in held), next(name for name in of_cars if name not in held)
    first = rendered(tmp_path / "a", [known] * (leaves + 1) + [unseen])
    other = rendered(tmp_path / "b", [known, unseen, known])
    (tmp_path / "real.csv").write_text("path,label,gsd_m,split\nx.png,background,0.3,test\n")
    out = tmp_path / "out" / "all.csv"
    out.parent.mkdir()
    options = {"--rendered": first, "--validating": other, "--real": tmp_path / "real.csv", "--out": out}
    arguments = [str(part) for pair in options.items() for part in pair]
    monkeypatch.setattr(sys, "argv", ["mixture.py", *arguments, "--map", "background=none"])
    mixture.main()
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    splits = [(Path(row["path"]).parts[1], row["split"]) for row in rows if row["vehicle"]]
    assert splits == [*[("a", "val")] * leaves, ("a", "train"), ("a", "test"), ("b", "val"), ("b", "val")]
    assert [(row["label"], row["split"], row["origin"]) for row in rows if not row["vehicle"]] == [
        ("none", "test", "real")
    ]
    assert all((out.parent / row["path"]).resolve().is_relative_to(tmp_path) for row in rows)
