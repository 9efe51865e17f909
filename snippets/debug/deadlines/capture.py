"""The tide service and the model are silent; each wait ends at its own deadline."""

from pathlib import Path

from unstuck.captures import GUARDS, output_until, running, settled
from unstuck.fakes import Provider, Silence

HERE = Path(__file__).parent


def capture() -> dict[str, str]:
    with Provider() as provider:
        provider.script(Silence())
        addresses = {"OPENAI_BASE_URL": provider.base_url, "TIDE_URL": provider.url}
        with running(HERE / "service.py", PYTHONPATH=GUARDS, **addresses) as process:
            return {"deadlines.txt": settled(output_until(process, "chain:"), HERE)}
