"""No file that is read can run code: nothing in the project unpickles, evaluates or imports what it reads."""

from __future__ import annotations

import ast
import os
import pickle  # noqa: TID251
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vehicle_id import read_manifest
from vehicle_id.classifier import Classifier
from vehicle_id.errors import ManifestError, ModelError
from vehicle_id.model import hub
from vehicle_id.model.golden import check_golden
from vehicle_id.model.session import Session

ROOT = Path(__file__).parents[2]
SOURCES = sorted(file for folder in ("vehicle_id", "training", "benchmarks") for file in (ROOT / folder).rglob("*.py"))
MODULES = {"pickle", "_pickle", "cPickle", "marshal", "shelve", "joblib", "dill", "cloudpickle"}
BUILTINS = {"eval", "exec", "__import__"}
CALLS = {"read_pickle", "unsafe_load", "full_load", "yaml.load"}
NEEDS = {
    "np.load": ("allow_pickle", False),
    "numpy.load": ("allow_pickle", False),
    "torch.load": ("weights_only", True),
}


def offences(source: str) -> Iterator[str]:
    """Imports and calls of a file that could run what is read."""
    for each in ast.walk(ast.parse(source)):
        if isinstance(each, ast.Import):
            yield from (name.name for name in each.names if name.name.split(".")[0] in MODULES)
        elif isinstance(each, ast.ImportFrom) and (each.module or "").split(".")[0] in MODULES:
            yield str(each.module)
        elif isinstance(each, ast.Call):
            called = ast.unparse(each.func)
            allowed = {(word.arg, getattr(word.value, "value", None)) for word in each.keywords}
            needs = NEEDS.get(called)
            banned = called in BUILTINS | CALLS or called.split(".")[-1] in CALLS
            if banned or (needs is not None and needs not in allowed):
                yield called


def test_no_source_can_run_what_it_reads() -> None:
    assert len(SOURCES) > 100
    found = {str(file.relative_to(ROOT)): list(offences(file.read_text(encoding="utf-8"))) for file in SOURCES}
    assert {file: calls for file, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    ("source", "num"),
    [
        ("import pickle", 1),
        ("from joblib import load", 1),
        ("import os, shelve as s", 1),
        ("np.load(file)", 1),
        ("np.load(file, allow_pickle=True)", 1),
        ("np.load(file, allow_pickle=False)", 0),
        ("torch.load(file)", 1),
        ("torch.load(file, weights_only=True)", 0),
        ("safetensors.torch.load(data)", 0),
        ("yaml.load(text)", 1),
        ("yaml.safe_load(text)", 0),
        ("pd.read_pickle(file)", 1),
        ("eval(text)", 1),
        ("network.eval()", 0),
        ("exec(text)", 1),
    ],
)
def test_the_search_finds_what_it_looks_for(source: str, num: int) -> None:
    assert len(list(offences(source))) == num


class Bait:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


def feed_session(file: Path) -> None:
    Session(file.read_bytes())


def feed_classifier(file: Path) -> None:
    Classifier(file)


def feed_manifest(file: Path) -> None:
    list(read_manifest(file))


def feed_golden(file: Path) -> None:
    check_golden(Session((ROOT / "tests/fixtures/tiny.onnx").read_bytes()), file)


def feed_index(file: Path) -> None:
    (file.parent / "index.json").write_bytes(file.read_bytes())
    hub.read_index()


@pytest.mark.parametrize("feed", [feed_session, feed_classifier, feed_manifest, feed_golden, feed_index])
@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_a_pickle_in_the_place_of_a_file_is_not_opened_as_one(
    feed: Callable[[Path], None], protocol: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "ROOTS", (tmp_path,))
    caught = tmp_path / "caught"
    file = tmp_path / "model.onnx"
    file.write_bytes(pickle.dumps(Bait(caught), protocol))
    with pytest.raises((ModelError, ManifestError)):
        feed(file)
    assert not caught.exists()
    pickle.loads(file.read_bytes())
    assert caught.is_dir()  # or the bait would prove nothing
