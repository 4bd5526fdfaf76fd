"""Who trains in `train_peers.py`: the rows of its table, in the order in which they run."""

from __future__ import annotations

from dataclasses import dataclass

LITE = "tf_efficientnet_lite0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainee:
    """One row of the table."""

    name: str
    network: str = LITE
    start: str = "ImageNet"
    """ImageNet, nothing, or the name of a model."""
    env: str
    """Its environment, made from `requirements-<env>.txt`."""
    command: tuple[str, ...]
    """A runner and its options."""
    to_run: tuple[str, ...]
    """Packages that a machine needs to run the result."""
    cost: str = ""
    """Rows of one cost share the trial of one epoch: where they start does not change what a step costs."""
    views: tuple[str, ...] = ("above", "radar")
    trains: bool = True
    """Whether it is measured on the sets; otherwise its throughput alone is."""
    rate: bool = False
    """Whether its throughput is measured."""
    rate_options: tuple[str, ...] = ()
    """Further options for that."""

    @property
    def key(self) -> str:
        """What it is called in the results."""
        return f"{self.name}, {self.network}, from {self.start}"

    @property
    def cost_key(self) -> str:
        """What its trial is called in the results."""
        return self.cost or self.key

    def takes(self, view: str) -> bool:
        """Whether it runs on sets of this view."""
        return self.trains and view in self.views


def _ours(start: str, *, option: str, **more: object) -> Trainee:
    return Trainee(
        name="vehicle-id train",
        start=start,
        env="vehicle-id-train",
        command=("vehicle_id_train.py", "--start", option),
        to_run=("vehicle-id",),
        **more,  # type: ignore[arg-type]
    )


def _timm(start: str, settings: str, memory: str = "planes", **more: object) -> Trainee:
    return Trainee(
        name=f"timm train, {settings}{'' if memory == 'planes' else f', {memory}'}",
        start=start,
        env="timm",
        command=("timm_train.py", "--settings", settings, "--memory", memory),
        to_run=("timm",),
        cost=f"timm train, {settings}",
        **more,  # type: ignore[arg-type]
    )


def _fastai(start: str, **more: object) -> Trainee:
    return Trainee(
        name="fastai fine_tune" if start == "ImageNet" else "fastai fit_one_cycle",
        start=start,
        env="fastai",
        command=("fastai_train.py",),
        to_run=("fastai", "timm"),
        cost="fastai",
        **more,  # type: ignore[arg-type]
    )


def _ultralytics(start: str, network: str, **more: object) -> Trainee:
    return Trainee(
        name="ultralytics classify",
        network=network,
        start=start,
        env="ultralytics-train",
        command=("ultralytics_train.py", "--network", network),
        to_run=("ultralytics", "timm") if network == LITE else ("ultralytics",),
        **more,  # type: ignore[arg-type]
    )


TRAINEES = (
    _ours("ImageNet", option="imagenet", cost="vehicle-id train", rate=True, rate_options=("--windows", "one")),
    _timm("ImageNet", "finetune", rate=True),
    _fastai("ImageNet", rate=True),
    _ultralytics("ImageNet", LITE, rate=True),
    _timm("ImageNet", "finetune", "channels-last", trains=False, rate=True),
    _timm("ImageNet", "defaults"),
    _ultralytics("nothing", "yolo11n-cls"),
    _ours("nothing", option="nothing", cost="vehicle-id train"),
    _timm("nothing", "finetune"),
    _fastai("nothing"),
    _ours("the shipped model", option="shipped", views=("above",)),
)
OURS = TRAINEES[0]
