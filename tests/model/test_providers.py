"""The requested provider, or an error: a fallback that onnxruntime would make silently is found."""

from __future__ import annotations

from typing import Any

import pytest

from vehicle_id import Classifier
from vehicle_id.errors import InputError
from vehicle_id.model import hub
from vehicle_id.model.providers import CLASSES, open_session
from vehicle_id.model.runtime import onnxruntime


class Fake:
    """A session of an onnxruntime with further providers, of which some start."""

    def __init__(self, starting: set[str]) -> None:
        self.starting = {CLASSES[name] for name in starting} | {CLASSES["cpu"]}
        self.tried: list[str] = []

    def __call__(
        self, _data: bytes, options: onnxruntime.SessionOptions, *, providers: list[str], provider_options: Any
    ) -> Any:
        assert len(provider_options) == len(providers)  # or onnxruntime refuses them
        self.tried.append(providers[0])
        self.options = options
        started = [each for each in providers if each in self.starting]
        return type("Session", (), {"get_providers": lambda _self: started})()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    def make(installed: set[str], starting: set[str]) -> Fake:
        fake = Fake(starting)
        names = [CLASSES[name] for name in (*installed, "cpu")]
        monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: names)
        monkeypatch.setattr(onnxruntime, "InferenceSession", fake)
        return fake

    return make


def test_auto_takes_the_first_that_starts(machine: Any) -> None:
    machine(set(), set())
    assert open_session(b"", threads=1)[1] == "cpu"
    machine({"cuda", "dml", "tensorrt"}, {"cuda", "dml", "tensorrt"})
    assert open_session(b"", threads=1)[1] == "cuda"
    fake = machine({"cuda", "dml"}, {"dml"})
    assert open_session(b"", threads=1)[1] == "dml"
    assert fake.tried == [CLASSES["cuda"], CLASSES["dml"]]
    assert not fake.options.enable_mem_pattern


def test_auto_skips_providers_that_run_only_on_request(machine: Any) -> None:
    fake = machine({"tensorrt", "coreml", "openvino"}, {"tensorrt", "coreml", "openvino"})
    assert open_session(b"", threads=1)[1] == "cpu"
    assert fake.tried == [CLASSES["cpu"]]
    assert open_session(b"", threads=1, provider="openvino")[1] == "openvino"


def test_a_provider_that_is_not_installed_is_an_error_that_says_how_to_install_it(machine: Any) -> None:
    fake = machine({"dml"}, {"dml"})
    with pytest.raises(InputError, match=r"no provider 'cuda', only cpu, dml: pip install onnxruntime-gpu"):
        open_session(b"", threads=1, provider="cuda")
    assert not fake.tried


def test_a_provider_that_does_not_start_is_an_error_and_no_slower_answer(machine: Any) -> None:
    machine({"cuda"}, set())
    with pytest.raises(InputError, match="'cuda' does not start on this machine"):
        open_session(b"", threads=1, provider="cuda")


def test_an_unknown_provider_is_an_error() -> None:
    with pytest.raises(InputError, match="there is no provider 'gpu': choose one of auto, cpu, cuda"):
        open_session(b"", threads=1, provider="gpu")


def test_a_classifier_states_its_provider() -> None:
    assert Classifier(provider="cpu").provider == "cpu"
    with pytest.raises(InputError, match="no provider 'tensorrt', only cpu"):
        Classifier(provider="tensorrt")


def test_a_real_session_runs_on_the_cpu() -> None:
    session, name = open_session(hub.load().data, threads=1, provider="cpu")
    assert (session.get_providers(), name) == ([CLASSES["cpu"]], "cpu")
