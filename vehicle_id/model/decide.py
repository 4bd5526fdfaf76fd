"""Scores -> answer: calibrated probabilities, tree thresholds, unknown, size check, reasons.

Pure numpy, no I/O. Every number that decides comes from the model's card.

Order of the decision:
0. a picture that looks like radar, for a model of optical pictures, and a crop that is too narrow for any vehicle of
   the model -> unknown;
1. the out-of-distribution score that the card names (`ood.py`) above the card's threshold -> unknown;
2. probabilities summed up the tree; of the nodes at or above the threshold of their level, the most specific one. A
   node with a threshold of its own, and every node under it, also needs that threshold to be reached by that node;
3. a node that only size can tell is passed over without a ground sample distance, and so is a node whose published
   dimensions exclude the measured interval; the next coarser node answers, and the reason says so.

With a gallery (`gallery/scores.py`) its classes are nodes of the tree, too, and take their part of the probabilities. A
crop that its references are sure of is not unknown.

Where they are asked for, the candidates are every class that is not too unlikely to be the true one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from vehicle_id.crops.speckle import NOT_OPTICAL
from vehicle_id.errors import InputError
from vehicle_id.gallery.references import Gallery
from vehicle_id.gallery.scores import GalleryScores, Joined
from vehicle_id.gallery.weights import WEIGHTS
from vehicle_id.model.card import ModelCard
from vehicle_id.model.ood import UnknownScore, class_distance
from vehicle_id.model.session import ScoreArray, Scores
from vehicle_id.model.window import WindowFlags
from vehicle_id.results import UNKNOWN, NearestReference, Prediction, Result, Size
from vehicle_id.taxonomy import Range
from vehicle_id.text import display_name, path_of

GSD_ERROR = 0.05
"""Relative standard deviation of a ground sample distance whose error nobody stated: of one estimated from cars."""
NARROWEST_SHARE = 0.5
"""A crop of a vehicle spans at least this share of the shortest vehicle; else its ground sample distance is wrong."""
LONGEST_SHARE = 1.5
"""A vehicle cannot be longer than its crop's diagonal; such a measurement is discarded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _NodeThreshold:
    """A threshold of one node, which also binds the nodes under it."""

    name: str
    column: int
    least: float
    binds: NDArray[np.bool_]
    """`[nodes]`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """A label, why, and the steps to it as `node:verdict`."""

    label: str
    reason: str
    decision: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Likeness:
    """What the references of a gallery say of a crop."""

    nearest: NearestReference | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    """Label -> end of the reason for it, which names those of its references that are among the nearest."""
    is_sure: bool = False
    """Whether the part of a class that its references have reaches the threshold by itself."""


_LIKE_NOTHING = _Likeness()


class Decider:
    """The decision rule of one model.

    Args:
        card: labels, tree and fitted thresholds.
        top_k: leaf classes kept in `Result.top`.
        coverage: share of crops whose `Result.candidates` shall contain the true class; None = no candidates.
        gallery: references of further classes; their threshold is that of the card's classes.

    Raises:
        InputError: a coverage that the card was not fitted for, or a gallery that does not fit the model.
    """

    def __init__(
        self, card: ModelCard, *, top_k: int = 5, coverage: float | None = None, gallery: Gallery | None = None
    ) -> None:
        if gallery is not None and coverage is not None:
            raise InputError("candidates were calibrated without a gallery: give a coverage or a gallery, not both")
        self.card = card
        self.top_k = top_k
        self._gallery = None if gallery is None else gallery_scores(gallery, card)
        self.taxonomy = card.taxonomy() if self._gallery is None else self._gallery.taxonomy
        """The class tree, with the classes of the gallery."""
        self.labels = card.labels if self._gallery is None else self._gallery.labels
        self._membership = self.taxonomy.membership(self.labels)
        self._thresholds = np.array([card.decision.thresholds[node.level] for node in self.taxonomy.nodes])
        self._depths = np.array([self.taxonomy.depth(name) for name in self.taxonomy.names])
        self._sized = np.array([node.has_size for node in self.taxonomy.nodes])
        self._node_thresholds = [
            _NodeThreshold(
                name=name,
                column=self.taxonomy.names.index(name),
                least=least,
                binds=np.array([name in self.taxonomy.path(node.name) for node in self.taxonomy.nodes]),
            )
            for name, least in card.decision.node_thresholds.items()
        ]
        self._ranges = {name: self.taxonomy.size_ranges(name) for name in self.taxonomy.names}
        shortest = [self._ranges[label][0] for label in self.labels if self.taxonomy[label].has_size]
        known = [length[0] for length in shortest if length is not None]
        self._shortest_m = min(known) if known and len(known) == len(shortest) else 0.0
        self._window = WindowFlags(self.taxonomy)
        self._leaves = set(self.labels)
        self._families = set(self.taxonomy.families().values())
        self._class_means = card.class_means()
        self._unknown = UnknownScore(card.decision.unknown_method, card.taxonomy(), card.labels)
        length_z = card.decision.size_interval_z
        self._interval_z = (length_z, card.decision.width_interval_z or length_z)
        self._nonconformity = None if coverage is None else _nonconformity(card, coverage)

    def decide(self, scores: Scores, extent_m: ScoreArray, *, crops: Sequence[Result] | None = None) -> list[Result]:
        """One result per chip.

        Args:
            scores: the session's outputs for N chips.
            extent_m: `[N]`, metres spanned by each chip's side, 0 = unknown.
            crops: `[N]`, what is known of each crop besides its answer, such as path and flags; None = nothing.

        Returns:
            `[N]`, the results of `crops` with their answers.
        """
        leaves = softmax(scores.logits)
        unknown = self._unknown.of(scores.logits, leaves, class_distance(scores.embedding, self._class_means))
        like = [_LIKE_NOTHING] * len(leaves)
        if self._gallery is not None:
            assert scores.embedding is not None  # `Classifier` checks it
            joined = self._gallery.join(leaves, scores.embedding)
            leaves, like = joined.probabilities, self._likenesses(joined)
        nodes = leaves @ self._membership
        return [
            self._answer(
                Result() if crops is None else crops[row],
                leaves[row],
                nodes[row],
                float(unknown[row]),
                like[row],
                None if scores.size is None else scores.size[row],
                None if scores.heading is None else scores.heading[row],
                float(extent_m[row]),
            )
            for row in range(len(leaves))
        ]

    def _answer(
        self,
        crop: Result,
        leaves: NDArray[np.float64],
        nodes: NDArray[np.float64],
        unknown_score: float,
        like: _Likeness,
        size_row: ScoreArray | None,
        heading_row: ScoreArray | None,
        extent_m: float,
    ) -> Result:
        size = _measure(size_row, extent_m, self._interval_z, crop.gsd_error)
        order = np.argsort(-leaves, kind="stable")
        top = tuple(Prediction(label=self.labels[i], score=float(leaves[i])) for i in order[: self.top_k])
        refusal = self._refusal(crop, top[0], extent_m)
        choice = refusal or self._choose(nodes, top[0], -math.inf if like.is_sure else unknown_score, size, extent_m)
        node = None if choice.label == UNKNOWN else self.taxonomy[choice.label]
        has_size = (node or self.taxonomy[top[0].label]).has_size and refusal is None
        return replace(
            crop,
            label=choice.label,
            level=None if node is None else node.level,
            family=self._family(choice.label),
            path_in_tree=None if node is None else self.taxonomy.path(choice.label)[::-1],
            score=None if node is None else float(nodes[self.taxonomy.names.index(choice.label)]),
            reason=choice.reason + like.evidence.get(choice.label, ""),
            top=top,
            candidates=self._candidates(leaves, order, is_refused=refusal is not None),
            size=size if has_size else None,
            heading_deg=_heading_deg(heading_row) if has_size else None,
            unknown_score=unknown_score,
            decision=choice.decision,
            nearest=like.nearest,
            flags=(
                *(flag for flag in crop.flags if flag != NOT_OPTICAL or self.card.sensor == "optical"),
                *self._window.of(node, size_row if has_size else None, extent_m),
            ),
        )

    def _likenesses(self, joined: Joined) -> list[_Likeness]:
        """What the references say of each crop."""
        assert self._gallery is not None
        scores, references = self._gallery, self._gallery.gallery.references
        least = self._thresholds[[self.taxonomy.names.index(name) for name in scores.classes]]
        is_sure = np.any(joined.of_gallery >= least, axis=1).tolist()
        likenesses = []
        for row, numbers in enumerate(joined.nearest):
            near = [(references[number], float(joined.similarity[row, i])) for i, number in enumerate(numbers)]
            evidence = dict[str, str]()
            for each, similarity in near:
                begun = evidence.get(each.label, "; nearest references: ")
                evidence[each.label] = f"{begun}{', ' if each.label in evidence else ''}{each.path} {similarity:.2f}"
            first, similarity = near[0]
            nearest = NearestReference(
                nearest_reference=path_of(first.path), nearest_label=first.label, nearest_similarity=similarity
            )
            likenesses.append(_Likeness(nearest=nearest, evidence=evidence, is_sure=is_sure[row]))
        return likenesses

    def _refusal(self, crop: Result, best: Prediction, extent_m: float) -> _Choice | None:
        """Why no class of the model can be the answer, whatever its score; None = one can."""
        most_likely = f"(best class: {display_name(best.label)} {best.score:.2f})"
        if self.card.sensor == "optical" and NOT_OPTICAL in crop.flags:
            reason = (
                f"unknown: the picture is grey and speckled, as radar is, and {self.card.full_name} was made for "
                f"optical pictures {most_likely}"
            )
            return _Choice(label=UNKNOWN, reason=reason, decision=(f"{UNKNOWN}:{NOT_OPTICAL}",))
        if 0 < extent_m < NARROWEST_SHARE * self._shortest_m:
            reason = (
                f"unknown: the crop spans {extent_m:.2g} m, and the shortest vehicle of {self.card.full_name} is "
                f"{self._shortest_m:.1f} m long: is the ground sample distance right? {most_likely}"
            )
            return _Choice(label=UNKNOWN, reason=reason, decision=(f"{UNKNOWN}:too_narrow",))
        return None

    def _family(self, label: str) -> str | None:
        steps = () if label == UNKNOWN else self.taxonomy.path(label)
        return next((step for step in steps if step in self._families), None)

    def _candidates(
        self, leaves: NDArray[np.float64], order: NDArray[np.intp], *, is_refused: bool
    ) -> tuple[str, ...] | None:
        limits = self._nonconformity
        if limits is None:
            return None
        return () if is_refused else tuple(self.card.labels[i] for i in order if 1 - leaves[i] <= limits[i])

    def _choose(
        self, nodes: NDArray[np.float64], best: Prediction, unknown_score: float, size: Size | None, extent_m: float
    ) -> _Choice:
        limit = self.card.decision.unknown_threshold
        if limit is not None and unknown_score > limit and not self._surely_no_vehicle(nodes):
            score, least = _distinct(unknown_score, limit)
            reason = (
                f"unknown: out-of-distribution score {score} is above the threshold {least} "
                f"(best class: {display_name(best.label)} {best.score:.2f})"
            )
            return _Choice(label=UNKNOWN, reason=reason, decision=(f"{UNKNOWN}:out_of_distribution",))
        obstacles, steps = list[str](), list[str]()
        allowed = nodes >= self._thresholds
        for each in self._node_thresholds:
            if nodes[each.column] < each.least and np.any(allowed & each.binds):
                obstacles.append(_below(each.name, float(nodes[each.column]), each.least))
                steps.append(f"{each.name}:below_node_threshold")
                allowed &= ~each.binds
        for index in sorted(np.flatnonzero(allowed), key=lambda i: (-self._depths[i], -nodes[i])):
            name = self.taxonomy.names[index]
            verdict, obstacle = self._obstacle(name, size, extent_m)
            if not obstacle:
                return self._choice(name, nodes, best, obstacles, steps)
            obstacles.append(obstacle)
            steps.append(f"{name}:{verdict}")
        return self._choice(UNKNOWN, nodes, best, obstacles, steps)

    def _choice(
        self, label: str, nodes: NDArray[np.float64], best: Prediction, obstacles: list[str], steps: list[str]
    ) -> _Choice:
        """The choice of a label, after what stood against finer ones."""
        need = self.card.decision.thresholds[self.taxonomy[best.label].level]
        is_below = label not in self._leaves and best.score < need
        because = [f"best class {_below(best.label, best.score, need)}"] if is_below else []
        decision = (*([f"{best.label}:below_threshold"] if is_below else []), *steps, f"{label}:answered")
        return _Choice(label=label, reason=self._reason(label, nodes, [*because, *obstacles]), decision=decision)

    def _reason(self, label: str, nodes: NDArray[np.float64], because: list[str]) -> str:
        if label == UNKNOWN:
            return f"unknown: {'; '.join(because)}"
        name, index = display_name(label), self.taxonomy.names.index(label)
        if not because:
            return f"{name} {nodes[index]:.2f} is at or above its threshold {self._thresholds[index]:.2f}"
        how = "answered" if label in self._leaves else "rolled up to"
        return f"{how} {name} ({nodes[index]:.2f}){self._finer(label, nodes)}: {'; '.join(because)}"

    def _finer(self, label: str, nodes: NDArray[np.float64]) -> str:
        """Of an answer at the top of the tree, the most likely node right under it."""
        children = [index for index, node in enumerate(self.taxonomy.nodes) if node.parent == label]
        if self.taxonomy[label].parent is not None or not children:
            return ""
        best = max(children, key=lambda index: nodes[index])
        return f", most likely {display_name(self.taxonomy.names[best])} {nodes[best]:.2f}"

    def _surely_no_vehicle(self, nodes: NDArray[np.float64]) -> bool:
        """Ground is unlike every vehicle; where the tree is sure that it is ground, that is the better answer."""
        return self._unknown.of_vehicles and bool(np.any(~self._sized & (nodes >= self._thresholds)))

    def _obstacle(self, name: str, size: Size | None, extent_m: float) -> tuple[str, str]:
        """A verdict and its sentence; both empty where nothing stands against the node."""
        disagreement = None if self._gallery is None else self._gallery.disagreements.get(name)
        if disagreement is not None:
            return "references_disagree", disagreement
        if extent_m <= 0 and self.taxonomy.needs_size(name):
            return "no_gsd", f"only size can tell {name}, and no ground sample distance was given"
        if size is None or not self.taxonomy[name].has_size:
            return "", ""
        length, width = self._ranges[name]
        excluded = _excluded(name, "length", size.length_low_m, size.length_high_m, length) or _excluded(
            name, "width", size.width_low_m, size.width_high_m, width
        )
        return ("size", excluded) if excluded else ("", "")


def _below(name: str, score: float, threshold: float) -> str:
    texts = _distinct(score, threshold)
    return f"{display_name(name)} {texts[0]} is below its threshold {texts[1]}"


def _distinct(score: float, threshold: float) -> tuple[str, str]:
    """Both with two decimals, or with as many as show which is larger."""
    for digits in range(2, 9):
        texts = f"{score:.{digits}f}", f"{threshold:.{digits}f}"
        if texts[0] != texts[1]:
            break
    return texts


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Probabilities `[N, C]` of logits `[N, C]`, in double precision."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def gallery_scores(gallery: Gallery, card: ModelCard) -> GalleryScores:
    """A gallery, ready to be asked by the decision of a model.

    Raises:
        InputError: it does not fit the model.
    """
    levels = {node.level for node in card.nodes if node.name in card.labels}
    level = max(levels, key=lambda each: card.decision.thresholds[each])
    try:
        return GalleryScores(
            gallery,
            labels=card.labels,
            taxonomy=card.taxonomy(),
            level=level,
            weights=card.decision.gallery or WEIGHTS,
            class_means=card.class_means(),
        )
    except ValueError as error:
        raise InputError(f"the gallery cannot be used with {card.full_name}: {error}") from error


def _nonconformity(card: ModelCard, coverage: float) -> NDArray[np.float64]:
    """Largest nonconformity (one minus probability) of each label `[C]` with which it is a candidate."""
    fitted = card.decision.conformal
    if not fitted:
        raise InputError(f"{card.full_name} was not calibrated for candidates: omit the coverage")
    limits = fitted.get(f"{coverage:g}")
    if limits is None:
        raise InputError(f"{card.full_name} has no candidates for a coverage of {coverage:g}: give {', '.join(fitted)}")
    return np.array([limits[label] for label in card.labels])


def _measure(size: ScoreArray | None, extent_m: float, z: tuple[float, float], gsd_error: float | None) -> Size | None:
    if size is None or extent_m <= 0 or math.exp(float(size[:2].max())) > LONGEST_SHARE:
        return None
    middle = [extent_m * math.exp(float(size[i])) for i in (0, 1)]
    # exp(z * sigma): the interval is symmetric in the logarithm. Capped at a factor of e^5.
    sigma = with_gsd_error(np.exp(size[2:]), GSD_ERROR if gsd_error is None else gsd_error)
    spread = [math.exp(min(5.0, z[i] * float(sigma[i]))) for i in (0, 1)]
    return Size(
        length_m=middle[0],
        length_low_m=middle[0] / spread[0],
        length_high_m=middle[0] * spread[0],
        width_m=middle[1],
        width_low_m=middle[1] / spread[1],
        width_high_m=middle[1] * spread[1],
    )


def with_gsd_error(variance: NDArray[np.floating], gsd_error: float | NDArray[np.floating]) -> NDArray[np.floating]:
    """Standard deviation of ln(metres): that of the network's measurement in the picture, and that of the GSD.

    Args:
        variance: of ln(length as a fraction of the chip's side).
        gsd_error: relative standard deviation of the ground sample distance, of the shape of `variance` or one number.
    """
    return np.asarray(np.sqrt(variance + np.log1p(gsd_error) ** 2))


def _heading_deg(heading: ScoreArray | None) -> float | None:
    if heading is None:
        return None
    return math.degrees(math.atan2(float(heading[1]), float(heading[0]))) / 2 % 180.0


def _excluded(name: str, what: str, low: float, high: float, published: Range | None) -> str | None:
    if published is None or (low <= published[1] and high >= published[0]):
        return None
    return f"{name} is excluded: {what} {low:.1f} to {high:.1f} m, published {published[0]:.1f} to {published[1]:.1f} m"
