import subprocess


def main():
    tool = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    try:
        tool.wait(timeout=120)
    except subprocess.TimeoutExpired:
        tool.kill()
        tool.wait()
        return "done"
