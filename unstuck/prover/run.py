"""What one run of a program was seen to do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from unstuck.prover.frames import Place

HOLDS = "the exit waited"
"""How `why` begins when the exit of the process took long, and ended at last."""

End = Literal["answered", "raised", "stuck", "spun", "lingers", "broke off"]

_PLACES = ("places", "stood", "pauses")


@dataclass(frozen=True)
class Request:
    """What to run: a scenario of a proof and a program, both sources under their paths; and the folder to be in.

    With `otherwise`, the fakes drop their script.
    """

    proof: str
    scenario: str
    scenario_source: str
    program: str
    source: str
    folder: str
    otherwise: bool = False


@dataclass
class Run:
    """The report of a run.

    `end` is how it ended; `broke off` means that the prover itself could not go on, and `why` says what happened.
    `seconds` and every other time is virtual. `starved` maps a line to the seconds for which it kept an event loop
    from running something that was ready, `spent` a line to the seconds for which a thread or a task stood there.
    `stood` has the place at each of these lines as it was first seen.
    `lost` are the lines whose result nobody gets: a coroutine that was never awaited, a failure that nobody looked at.
    `dumps` has the text of each dump by its kind; `faulthandler, line 7` was taken when line 7 was first seen to stand.
    `pauses` are the places at which a graph was paused. `left` names what was still running when the answer was there.
    """

    end: End
    why: str = ""
    value: Any = None
    error: str = ""
    seconds: float = 0.0
    calls: int = 0
    places: list[Place] = field(default_factory=list)
    stood: list[Place] = field(default_factory=list)
    starved: dict[int, float] = field(default_factory=dict)
    spent: dict[int, float] = field(default_factory=dict)
    lost: list[int] = field(default_factory=list)
    pauses: list[Place] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    output: str = ""
    dumps: dict[str, str] = field(default_factory=dict)
    real_seconds: float = 0.0

    def to_json(self) -> str:
        """Return the report as one JSON text; a value that JSON cannot hold is told by its `repr`."""
        data = {item.name: getattr(self, item.name) for item in fields(self)}
        places = {name: [place.to_json() for place in data[name]] for name in _PLACES}
        return json.dumps(data | places, default=repr)

    @classmethod
    def from_json(cls, text: str | bytes) -> Run:
        data = json.loads(text)
        for name in _PLACES:
            data[name] = [Place.from_json(place) for place in data[name]]
        for name in ("starved", "spent"):
            data[name] = {int(line): seconds for line, seconds in data[name].items()}
        return cls(**data)

    def round(self, digits: int) -> None:
        """Round the seconds; more digits than these are not the same in two runs."""
        self.seconds = round(self.seconds, digits)
        for seconds in (self.spent, self.starved):
            seconds |= {line: round(value, digits) for line, value in seconds.items()}

    def at(self, line: int) -> Place | None:
        """Return the place at a line, if the program stands or pauses there or time has passed there."""
        return next((place for place in (*self.places, *self.stood, *self.pauses) if place.line == line), None)
