"""Proves that a program gets stuck, of which kind and at which line; and that another one does not."""

from unstuck.prover.prover import Job, Prover
from unstuck.prover.run import Run

__all__ = ["Job", "Prover", "Run"]
