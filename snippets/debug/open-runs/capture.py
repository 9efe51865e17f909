"""The model and the stock service are silent; two requests wait for them."""

import re
import signal
from pathlib import Path

from unstuck.captures import GUARDS, output_until, settled, stuck
from unstuck.fakes import Provider, Silence

HERE = Path(__file__).parent


def capture() -> dict[str, str]:
    with Provider() as provider:
        provider.script(Silence())
        addresses = {"OPENAI_BASE_URL": provider.base_url, "STOCK_URL": provider.url}
        with stuck(HERE / "service.py", PYTHONPATH=GUARDS, **addresses) as process:
            process.send_signal(signal.SIGUSR1)
            report = output_until(process, "chain offer")
    return {"open-runs.txt": re.sub(r"\d+\.\d s", "… s", settled(report, HERE))}
