"""The provider is silent; the service waits for it in a thread and in a task."""

import signal
import subprocess
from pathlib import Path

from unstuck.captures import GUARDS, output_until, settled, shortened, stuck, wait_for_rest
from unstuck.fakes import Provider, Silence

HERE = Path(__file__).parent


def capture() -> dict[str, str]:
    with Provider() as provider:
        provider.script(Silence())
        with stuck(HERE / "service.py", OPENAI_BASE_URL=provider.base_url, PYTHONPATH=GUARDS) as process:
            command = ["py-spy", "dump", "--pid", str(process.pid)]
            dumps = {"py-spy.txt": subprocess.run(command, capture_output=True, text=True, check=True).stdout}
            process.send_signal(signal.SIGUSR1)
            dumps["tasks.txt"] = output_until(process, "End of stack dump")
            wait_for_rest(process)
            process.send_signal(signal.SIGUSR2)
            dumps["faulthandler.txt"] = output_until(process, "in <module>")
    return {name: shortened(settled(dump, HERE), HERE) for name, dump in dumps.items()}
