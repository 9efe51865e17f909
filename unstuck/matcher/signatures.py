"""Which causes a stack points at: those whose programs stood in one like it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from unstuck.data import Entry
from unstuck.matcher.ranking import rarity
from unstuck.matcher.stacks import Stack, brief, is_plumbing, is_standard, package, token

COVERED = 0.6  # of the weight of a signature, or of a shorter stack, that both have
COVERED_IN_CROWD = 0.3  # the same where several threads stand in one place, in the signature as in the text
ENOUGH = 3  # frames that they have in common at least; of a shorter signature, all, and the event loop's part in it
CROWD = 3  # threads in the same place from which a pool is full
LONG = 30.0  # weight of the frames in common from which a match is as good as a longer one
COMMON = 0.3  # what a frame tells that every signature has


@dataclass(frozen=True)
class Found:
    """A cause that a stack points at, how well its signature fits, and the line, from 0, of the innermost frame."""

    slug: str
    score: float
    line: int


@dataclass(frozen=True)
class _Signature:
    slug: str
    frames: frozenset[str]
    above: frozenset[str]
    innermost: str
    on_loop: bool
    crowd: bool
    error: bool

    @property
    def every(self) -> frozenset[str]:
        return self.frames | self.above

    def brief(self) -> _Signature:
        """Return the signature as it is compared with a text that names no files."""
        frames = frozenset(map(brief, self.frames))
        return replace(self, frames=frames, above=frozenset(), innermost=brief(self.innermost))


class Signatures:
    """The signatures of all causes, and how much each of their frames tells."""

    def __init__(self, causes: Mapping[str, Entry]) -> None:
        self._whole = [signature for slug, cause in causes.items() for signature in _signatures(slug, cause)]
        self._brief = [signature.brief() for signature in self._whole]
        self._packages = {package(frame) for signature in self._whole for frame in signature.every}
        self._owners: dict[str, set[str]] = {}
        for signature in (*self._whole, *self._brief):
            for frame in signature.every:
                self._owners.setdefault(frame, set()).add(signature.slug)
        whole, short = (rarity([s.every for s in known]) for known in (self._whole, self._brief))
        self._rarity = whole | short
        self._unknown = 0.5 * max(self._rarity.values(), default=0.0)
        self._all = [*self._whole, *self._brief]
        self._weights = [self._weight(signature.every) for signature in self._all]
        self._having: dict[str, list[int]] = {}
        for number, signature in enumerate(self._all):
            for frame in signature.every:
                self._having.setdefault(frame, []).append(number)

    def found(self, stacks: Sequence[Stack]) -> Iterator[Found]:
        """Yield the causes that have a signature in one of the stacks of a text."""
        alike = Counter(tuple(stack.frames) for stack in stacks)
        different = {(*stack.frames, stack.on_loop): stack for stack in reversed(stacks)}
        for stack in reversed(different.values()):
            crowd = alike[tuple(stack.frames)] >= CROWD
            held = {frame for frame in stack.frames if package(frame) in self._packages and not is_plumbing(frame)}
            whole = self._weight(held)
            for number in sorted({number for frame in held for number in self._having.get(frame, ())}):
                signature = self._all[number]
                common = signature.every & held
                weight = self._weight(common)
                least = min(self._weights[number], whole)
                crowded = crowd and signature.crowd
                covered = COVERED_IN_CROWD if crowded else COVERED
                if not _fits(signature, stack, held, crowd=crowd) or weight < covered * least:
                    continue
                score = 1.0 + 0.4 * weight / (self._weights[number] + whole - weight) + 0.1 * weight / least
                score += 0.1 * (signature.innermost in stack.frames[:3]) + 0.1 * min(weight / LONG, 1.0)
                score += 0.2 * (signature.on_loop == stack.on_loop) + 0.2 * (signature.crowd == crowd)
                score += 0.1 * (signature.on_loop and stack.on_loop)
                score -= 0.0 if crowded else 0.3 * self._lacks(signature, held)
                at = next(number for frame, number in zip(stack.frames, stack.lines, strict=True) if frame in common)
                yield Found(signature.slug, score, at)

    def _lacks(self, signature: _Signature, held: Collection[str]) -> float:
        """Return which share of what only this cause has is not in a stack."""
        own = {frame for frame in signature.every if self._owners.get(frame) == {signature.slug}}
        return self._weight(own.difference(held)) / self._weight(own) if own else 0.0

    def _weight(self, frames: Iterable[str]) -> float:
        return sum(COMMON + self._rarity.get(frame, self._unknown) for frame in frames)


def _fits(signature: _Signature, stack: Stack, held: Collection[str], *, crowd: bool) -> bool:
    """Tell whether a stack has enough of a signature, and enough that is not of Python's own library."""
    below = signature.frames.intersection(held)
    common = signature.every.intersection(held)
    if signature.error and signature.innermost not in held:
        return False
    if all(map(is_standard, common)) and not all(map(is_standard, signature.every)):
        return signature.on_loop and stack.on_loop and below == signature.frames
    if stack.brief:
        return len(common) >= max(2, min(ENOUGH, len(held)))
    if len(signature.frames) < ENOUGH:
        led = len(common) - len(below) >= (1 if signature.crowd and crowd else 2)
        alone = signature.on_loop and stack.on_loop if len(below) < 2 else signature.on_loop == stack.on_loop
        return below == signature.frames and (led or alone)
    return len(common) >= ENOUGH


def _signatures(slug: str, cause: Entry) -> Iterator[_Signature]:
    for signature in cause["signatures"]:
        frames, above = ([frame for frame in _tokens(signature[name]) if not is_plumbing(frame)] for name in _PARTS)
        crowd = signature["threads"] >= CROWD
        if (frames or crowd) and len({*frames, *above}) > 1:
            error, on_loop = signature["what"] == "error", signature["on_loop"]
            yield _Signature(slug, frozenset(frames), frozenset(above), (above + frames)[-1], on_loop, crowd, error)


_PARTS: tuple[Literal["frames"], Literal["above"]] = ("frames", "above")


def _tokens(frames: Iterable[str]) -> Iterator[str]:
    for frame in frames:
        module, _, name = frame.partition(":")
        yield token(module.replace(".", "/"), name)
