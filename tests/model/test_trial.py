"""Models that pass every check of their file and then fail: each is refused in a sentence before it answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import TINY, plain
from vehicle_id import Classifier
from vehicle_id.errors import CardError, InputError, ModelError
from vehicle_id.model import hub, trial
from vehicle_id.model.session import Session

onnx = pytest.importorskip("onnx")
Edit = Callable[[Any], None]


def rebuilt(edit: Edit) -> bytes:
    """The tiny model with one part changed."""
    from tests.fixtures.make_tiny import tiny_bytes

    model = onnx.load_from_string(tiny_bytes())
    del model.metadata_props[0]  # the digest, of bytes that will be no more
    edit(model)
    return bytes(model.SerializeToString())


def with_constant(name: str, value: float) -> Edit:
    def edit(model: Any) -> None:
        for each in model.graph.initializer:
            if each.name == name:
                array = np.full_like(onnx.numpy_helper.to_array(each), value)
                each.CopyFrom(onnx.numpy_helper.from_array(array, name))

    return edit


def with_nodes(*nodes: tuple[str, list[str], list[str], dict[str, Any]], **constants: np.ndarray) -> Edit:
    """With the logits renamed `before`, and nodes that make them of it."""

    def edit(model: Any) -> None:
        for node in model.graph.node:
            node.output[:] = ["before" if each == "logits" else each for each in node.output]
        for kind, inputs, outputs, attributes in nodes:
            model.graph.node.append(onnx.helper.make_node(kind, inputs, outputs, **attributes))
        for name, value in constants.items():
            model.graph.initializer.append(onnx.numpy_helper.from_array(np.asarray(value), name))

    return edit


one_row = with_nodes(("ReduceMean", ["before"], ["logits"], {"axes": [0], "keepdims": 1}))
fails_at_work = with_nodes(("Gather", ["before", "i"], ["logits"], {"axis": 0}), i=np.array([99, 99]))
allocates = with_nodes(
    ("ReduceMax", ["before"], ["peak"], {"keepdims": 0}),
    ("Expand", ["peak", "s"], ["large"], {}),
    ("ReduceMax", ["large"], ["n"], {"keepdims": 0}),
    ("Add", ["before", "n"], ["logits"], {}),
    s=np.array([2_400_000_000]),
)
allocates_while_loaded = with_nodes(
    ("Expand", ["v0", "s"], ["large"], {}),
    ("ReduceMax", ["large"], ["n"], {"keepdims": 0}),
    ("Add", ["before", "n"], ["logits"], {}),
    s=np.array([2_400_000_000]),
    v0=np.float32(1),
)
never_ends = with_nodes(
    ("ReduceMax", ["before"], ["peak"], {"keepdims": 0}),
    ("Expand", ["peak", "s"], ["a0"], {}),
    *(("MatMul", [f"a{number}", f"a{number}"], [f"a{number + 1}"], {}) for number in range(300)),
    ("ReduceMax", ["a300"], ["n"], {"keepdims": 0}),
    ("Add", ["before", "n"], ["logits"], {}),
    s=np.array([5000, 5000]),
)

FAILING = {
    "NaN": (with_constant("b", float("nan")), "output 'logits' of tiny-0.1 contains NaN or infinite numbers"),
    "infinite": (with_constant("b", float("inf")), "output 'logits' of tiny-0.1 contains NaN or infinite numbers"),
    "wild sizes": (with_constant("z", 1e9), "output 'size' of tiny-0.1 contains logarithms beyond 50"),
    "rows": (one_row, r"output 'logits' of tiny-0.1 has the shape \(1, 4\) in place of \(2, 4\)"),
    "an error": (fails_at_work, "tiny-0.1 fails while it runs: .*Gather"),
}
GREEDY = {"at work": allocates, "while loaded": allocates_while_loaded}


@pytest.mark.parametrize("fault", list(FAILING))
def test_a_session_returns_only_what_can_be_an_answer(fault: str) -> None:
    edit, message = FAILING[fault]
    session = Session(rebuilt(edit), threads=1)
    with pytest.raises(ModelError, match=message):
        session.run(np.stack([plain("red", width=8, height=8)] * 2), np.zeros(2, np.float32))


def test_an_embedding_of_other_rows_is_no_answer(session: Session) -> None:
    with pytest.raises(ModelError, match=r"output 'embedding' of tiny-0.1 has the shape \(3,\)"):
        session._check_output("embedding", np.zeros(3, np.float32), 1)
    with pytest.raises(ModelError, match="is float64 in place of float32"):
        session._check_output("logits", np.zeros((1, 4)), 1)
    with pytest.raises(ModelError, match=r"has the shape \(2, 5\) in place of \(2, 4\)"):
        session._check_output("logits", np.zeros((2, 5), np.float32), 2)


@pytest.fixture
def untried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_passed", set())


@pytest.mark.parametrize("fault", list(FAILING))
@pytest.mark.usefixtures("untried")
def test_a_failing_model_is_refused_before_the_first_crop(fault: str, tmp_path: Path) -> None:
    edit, message = FAILING[fault]
    file = tmp_path / "model.onnx"
    file.write_bytes(rebuilt(edit))
    with pytest.raises(ModelError, match=message):
        Classifier(file)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only there memory has a limit")
@pytest.mark.parametrize("when", list(GREEDY))
@pytest.mark.usefixtures("untried")
def test_a_graph_that_allocates_gigabytes_is_refused(when: str) -> None:
    data = rebuilt(GREEDY[when])
    assert len(data) < 4000
    with pytest.raises(ModelError, match=r"(?i)alloc|more memory"):
        trial.try_model(data, "sha")


@pytest.mark.usefixtures("untried")
def test_a_graph_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    start = trial.start_python
    monkeypatch.setattr(trial, "start_python", lambda _module, _function: start("tests.model.hasty_trial", "serve"))
    monkeypatch.setattr(trial, "TIME_LIMIT_S", 60.0)
    with pytest.raises(ModelError, match="takes more than 20 s for 2 small chips and was ended"):
        trial.try_model(rebuilt(never_ends), "sha")


@pytest.mark.usefixtures("untried")
def test_a_process_that_sleeps_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    start = trial.start_python
    monkeypatch.setattr(trial, "start_python", lambda _module, _function: start("tests.model.hasty_trial", "sleep"))
    monkeypatch.setattr(trial, "TIME_LIMIT_S", 0.5)
    with pytest.raises(ModelError, match="takes more than"):
        trial.try_model(b"", "sha")


@pytest.mark.usefixtures("untried")
def test_a_process_that_crashes_or_talks_nonsense_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    start = trial.start_python
    for function in ("crash", "babble"):
        monkeypatch.setattr(trial, "start_python", lambda _m, _f, f=function: start("tests.model.hasty_trial", f))
        with pytest.raises(ModelError, match="ends the process that tries it"):
            trial.try_model(b"", "sha")


@pytest.mark.usefixtures("untried")
def test_a_sound_file_is_tried_once_and_a_published_one_never(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started = []
    start = trial.start_python

    def note(module: str, function: str) -> Any:
        started.append(module)
        return start(module, function)

    monkeypatch.setattr(trial, "start_python", note)
    for _ in range(2):
        assert Classifier(TINY).classify(plain("red")).label == "car"
    assert len(started) == 1
    copy = tmp_path / "copy.onnx"
    copy.write_bytes(hub.load().data)
    assert hub.load(copy).is_published and hub.load(copy).published is None
    Classifier(), Classifier(copy)
    assert len(started) == 1


@pytest.mark.usefixtures("untried")
def test_errors_keep_their_kind(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CardError, match="no card"):
        trial.try_model(rebuilt(lambda model: model.metadata_props.__delitem__(slice(None))), "sha")

    def none(_module: str, _function: str) -> Any:
        raise InputError("no Python interpreter is found")

    monkeypatch.setattr(trial, "start_python", none)
    with pytest.warns(UserWarning, match=re.escape("not tried in a process of its own")):
        trial.try_model(tiny.read_bytes(), "sha")


def test_a_model_that_grows_while_it_is_read_is_not_read_for_ever(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = Path.stat

    def before_it_grew(self: Path, **options: Any) -> Any:
        found = list(stat(self, **options))
        found[6] -= 1
        return type(stat(self, **options))(found)

    monkeypatch.setattr(Path, "stat", before_it_grew)
    with pytest.raises(ModelError, match="changes while it is read"):
        hub.load(tiny)
