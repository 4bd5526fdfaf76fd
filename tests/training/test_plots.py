"""The plots: which crops they show, what a bin contains, and that they repeat to the byte."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.measure import plots


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Forty crops and their manifest; the label of one further crop is not a class of the model."""
    monkeypatch.chdir(tmp_path)
    known = [f"{n}.png,car,{0.1 + n / 100},{'nadir' if n % 3 else 'oblique'},{n % 5 or ''}\n" for n in range(40)]
    (tmp_path / "set").mkdir()
    manifest, crops = Path("set/manifest.csv"), Path("crops.csv")
    manifest.write_text("path,label,gsd_m,view,axles\n" + "".join(known) + "x.png,boat,0.3,nadir,\n")
    answers = [f"set/{n}.png,car,{0.5 + n / 100},{int(n % 4 > 0)}\n" for n in range(40)]
    crops.write_text("path,label,confidence,right\n" + "".join(answers) + "set/x.png,boat,0.4,\n")
    return crops, manifest


def test_crops_get_the_manifests_columns_and_those_of_other_labels_are_left_out(files: tuple[Path, Path]) -> None:
    rows = plots.joined(*files)
    assert len(rows) == 40
    assert (rows[3]["path"], rows[3]["gsd_m"], rows[3]["view"], rows[3]["right"]) == (
        "set/3.png",
        "0.13",
        "oblique",
        "1",
    )


def test_a_crop_that_is_not_in_the_manifest_is_refused(files: tuple[Path, Path]) -> None:
    crops, manifest = files
    crops.write_text("path,label,confidence,right\nset/gone.png,car,0.5,1\n")
    with pytest.raises(SystemExit, match=r"set/gone\.png is not in"):
        plots.joined(crops, manifest)


def test_numbers_fall_into_bins_of_equally_many() -> None:
    bins = plots.bins_of([str(number) for number in range(60)], 6)
    assert [int(members.sum()) for _, _, members in bins] == [10] * 6
    assert bins[0][0] == pytest.approx(4.5)  # drawn at the mean of its ten
    assert sum(members.astype(int) for _, _, members in bins).tolist() == [1] * 60


@pytest.mark.parametrize(
    ("cells", "counts"),
    [(["1", "", "2", ""], [1, 1]), (["3", "3"], [2]), (["", ""], []), (["a", "b", "b", ""], [2, 1])],
)
def test_empty_cells_are_in_no_bin(cells: list[str], counts: list[int]) -> None:
    assert [int(members.sum()) for _, _, members in plots.bins_of(cells, 4)] == counts


def test_every_plot_is_small_and_repeats_to_the_byte(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for out in ("one", "two"):
        monkeypatch.setattr(sys, "argv", ["plots.py", *map(str, files), "--out", out, "--column", "view"])
        plots.main()
    drawn = sorted(path.name for path in Path("one").iterdir())
    assert drawn == ["by_gsd_m.png", "by_view.png", "reliability.png", "risk_coverage.png"]
    assert "one/by_view.png" in capsys.readouterr().out
    for name in drawn:
        data = Path("one", name).read_bytes()
        assert data == Path("two", name).read_bytes()
        assert len(data) < 60_000
        pixels = np.asarray(Image.open(Path("one", name)).convert("RGB"))
        assert (pixels.min(axis=2) < 250).mean() > 0.005  # something is drawn


def test_a_column_that_is_not_there_is_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no column 'veiw': the columns are path, label, gsd_m, view"):
        plots.draw(plots.joined(*files), tmp_path / "out", columns=["veiw"])
    assert not (tmp_path / "out").exists()
