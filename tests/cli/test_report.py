"""`report`, and `classify --out` with a report: the options reach the page, and what cannot be done is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_cli import folder, run
from tests.conftest import TINY
from vehicle_id import read_rows

__all__ = ["folder", "run"]


def test_classify_writes_a_report_with_pictures_and_the_command(run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    stated = ("--credit", "Maker <1>", "--licence", "CC BY 4.0")
    assert run("classify", folder, "--model", TINY, "--gsd-m", "0.4", "--out", out, *stated).code == 0
    text = out.read_text(encoding="utf-8")
    assert text.count("<img") == 2 and "1 crop without a picture: the crop cannot be decoded (1)." in text
    assert "Imagery: Maker &lt;1&gt;. Licence: CC BY 4.0." in text
    assert "<td>vehicle-id classify" in text and str(TINY) in text
    assert [row["label"] for row in read_rows(out)] == ["car", "bus", None]


def test_a_report_of_finished_results_finds_crops_that_moved(run, folder: Path, tmp_path: Path) -> None:
    run("classify", folder, "--model", TINY, "--out", tmp_path / "r.csv")
    folder.rename(tmp_path / "moved")
    lost = run("report", tmp_path / "r.csv", "--out", tmp_path / "lost.html", "--no-isolate")
    assert (
        lost.code == 0
        and "vehicle-id: 3 crops without a picture: " in lost.err
        and "--crops names the folder" in lost.err
    )
    options = ("--title", "Border", "--picture-px", "16", "--no-isolate")
    ended = run("report", tmp_path / "r.csv", "--out", tmp_path / "r.html", "--crops", tmp_path / "moved", *options)
    assert ended.code == 0 and ended.out == f"wrote {tmp_path / 'r.html'}: 3 crops\n"
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<h1>Border</h1>" in text and text.count("<img") == 2 and "width=16 height=16" in text
    assert list(read_rows(tmp_path / "r.html")) == list(read_rows(tmp_path / "r.csv"))


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["gone.csv", "--out", "r.html"], 3, "there are no results at gone.csv"),
        (["gone.csv", "--out", "r.csv"], 5, "does not end in .html"),
        (["gone.csv"], 2, "--out"),
        (["gone.csv", "--out", "r.html", "--picture-px", "1"], 2, "picture-px"),
    ],
)
def test_what_cannot_be_reported_is_one_sentence(run, arguments: list[str], code: int, message: str) -> None:
    ended = run("report", *arguments)
    assert ended.code == code and message in ended.err and "Traceback" not in ended.err


def test_a_saved_review_is_shown_and_another_file_is_refused(run, folder: Path, tmp_path: Path) -> None:
    run("classify", folder, "--model", TINY, "--out", tmp_path / "r.csv")
    first = next(read_rows(tmp_path / "r.csv"))
    review, out = folder / "review.csv", tmp_path / "r.html"
    review.write_text(f"path,label,review,reviewer,crop_sha256\na_car.png,van,correct,AB,{first['sha256']}\n")
    assert run("report", tmp_path / "r.csv", "--out", out, "--review", review).code == 0
    assert '"review":"correct","label":"van","reviewer":"AB"' in out.read_text(encoding="utf-8")
    review.write_text("path,label\na_car.png,van\n")
    ended = run("report", tmp_path / "r.csv", "--out", out, "--review", review)
    assert ended.code == 3 and "there is no review in" in ended.err


def test_pictures_folders_and_time_stamps_are_written(run, folder: Path, tmp_path: Path) -> None:
    results = tmp_path / "r.csv"
    run("classify", folder, "--model", TINY, "--out", results)
    ended = run("report", results, "--png", tmp_path / "pictures", "--no-isolate")
    assert ended.code == 0 and ended.out == f"wrote {tmp_path / 'pictures'}: 2 crops\n"
    assert "1 crop left out: the crop cannot be decoded" in ended.err
    assert len(list((tmp_path / "pictures").iterdir())) == 4
    ended = run("sort", results, "--out", tmp_path / "sorted")
    assert ended.code == 0 and (tmp_path / "sorted" / "bus" / "b_bus.png").exists() and "3 crops" in ended.out
    ended = run("timestamp", results)
    assert ended.code == 0 and "openssl ts -verify -digest" in ended.out
    assert (tmp_path / "r.csv.tsq").read_bytes().startswith(b"\x30")
    for given in (results, tmp_path / "r.csv.run.json"):
        ended = run("timestamp", results, "--out", given)
        assert ended.code == 5 and "name another file" in ended.err
    results.write_text(results.read_text().replace("bus", "car", 1))
    assert run("timestamp", results).code == 8
    assert run("report", results).code == 2


def test_signed_pictures_say_who_signed_and_a_changed_one_is_refused(run, folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("c2pa")
    from tests.fixtures.certificates import write_chain

    files, out = write_chain(tmp_path / "pem"), tmp_path / "pictures"
    run("classify", folder, "--model", TINY, "--out", tmp_path / "r.csv", "--gsd-m", "0.4")
    sign = ("--sign-certificate", files.chain, "--sign-key", files.key)
    ended = run("report", tmp_path / "r.csv", "--png", out, "--credit", "PDOK", *sign)
    assert ended.code == 0 and ended.out == f"wrote {out}: 2 crops, signed\n"
    for name in ("00001-a_car.png", "00001-a_car-clean.png"):
        ended = run("verify-picture", out / name)
        assert ended.code == 0 and "signer  Picture desk, A newsroom (name not checked" in ended.out
    row = next(read_rows(tmp_path / "r.csv"))
    assert f"crop    a_car.png, sha256 {row['sha256']}" in ended.out and "imagery PDOK, licence not stated" in ended.out
    assert (
        f"model   {row['model']}, sha256 {row['model_sha256']}" in ended.out
        and f"answer  car {row['score']:.2f}: " in ended.out
    )
    ended = run("verify-picture", out / name, "--trust", files.root)
    assert ended.code == 0 and "(of an authority that you believe)" in ended.out
    ended = run("verify-picture", out / name, "--trust", write_chain(tmp_path / "other").root)
    assert ended.code == 8 and "does not come from an authority in" in ended.err
    content = bytearray((out / name).read_bytes())
    content[-20] ^= 1  # the check sum of the pixels
    (out / name).write_bytes(content)
    ended = run("verify-picture", out / name)
    assert (ended.code, ended.out) == (8, "") and "is not as it was signed: " in ended.err


@pytest.mark.parametrize("given", [["--sign-key", "k.pem"], ["--sign-certificate", "c.pem", "--sign-key", "k.pem"]])
def test_signing_needs_pictures_a_certificate_and_a_key(run, folder: Path, tmp_path: Path, given: list[str]) -> None:
    run("classify", folder, "--model", TINY, "--out", tmp_path / "r.csv")
    where = ["--png", tmp_path / "p"] if len(given) == 2 else ["--out", tmp_path / "r.html"]
    ended = run("report", tmp_path / "r.csv", *where, *given)
    assert ended.code == 2 and "--sign-certificate and --sign-key together" in " ".join(ended.err.split())
    assert not (tmp_path / "p").exists() and not (tmp_path / "r.html").exists()


def test_what_answers_rest_on_needs_the_model_that_answered(run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    assert run("classify", folder, "--model", TINY, "--out", out, "--occlusion").code == 0
    assert out.read_text(encoding="utf-8").count("data-needed=") == 2
    ended = run("report", out, "--out", tmp_path / "s.html", "--occlusion")
    assert ended.code == 3 and "no published one that is here" in ended.err
