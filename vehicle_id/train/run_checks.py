"""What a run refuses before it trains: a folder, recipe, labels, heads or processes that cannot work."""

from __future__ import annotations

from vehicle_id.errors import TrainError
from vehicle_id.train import checkpoint
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.ranks import Ranks
from vehicle_id.train.recipe import Recipe, difference, load_recipe
from vehicle_id.train.splits import Splits


def has_weights(run: RunFolder) -> bool:
    """Whether a run has come so far that it has something to lose. Before the first epoch has ended it has not."""
    return run.last.exists() or run.calibration.exists()


def check_folder(run: RunFolder, *, resume: bool) -> None:
    """Refuse a folder whose weights would be lost."""
    if has_weights(run) and not resume:
        raise TrainError(f"{run.folder} already contains a run: add --resume, or name another folder")


def check_recipe(run: RunFolder, recipe: Recipe) -> None:
    """Refuse to continue a run with another recipe."""
    differs = None if not has_weights(run) else difference(load_recipe(run.recipe), recipe)
    if differs is not None:
        raise TrainError(
            f"{run.folder} was started with another recipe ({differs[:200]}): name another folder, or remove this one "
            "to start again"
        )


def check_labels(run: RunFolder, labels: tuple[str, ...]) -> None:
    """Refuse to continue with other classes: the outputs of the network would get wrong names."""
    earlier = checkpoint.read_progress(run.last).labels if run.last.exists() else labels
    if earlier != labels:
        changes = [f"{name} is gone" for name in earlier if name not in labels]
        changes += [f"{name} is new" for name in labels if name not in earlier]
        raise TrainError(
            f"{run.folder} was trained with other classes ({', '.join(changes) or 'in another order'}): restore their "
            "names, or name another folder"
        )


def check_heads(recipe: Recipe, splits: Splits) -> None:
    """Refuse a head without true values: it would learn nothing and would still give answers."""
    known = {
        "size": any(crop.length_m and crop.gsd_m for crop in splits.train),
        "heading": any(crop.heading_deg is not None for crop in splits.train),
    }
    for head in recipe.model.heads:
        if not known[head]:
            column = {"size": "length_m together with gsd_m", "heading": "heading_deg"}[head]
            raise TrainError(f"the recipe asks for the head {head!r}, but no training crop states {column}")


def check_ranks(recipe: Recipe, ranks: Ranks) -> None:
    """Refuse what several processes cannot do."""
    if ranks.size > 1 and recipe.train.fit_memory:
        raise TrainError(
            "train.fit_memory tries a batch in one process: set it to false, and train.batch_size to what fits into "
            "one, times the number of processes"
        )
    if recipe.train.batch_size < ranks.size:
        raise TrainError(
            f"a batch of {recipe.train.batch_size} crops cannot be shared by {ranks.size} processes: set a larger "
            "train.batch_size, or a smaller --nproc-per-node"
        )
