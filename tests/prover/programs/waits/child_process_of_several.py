import subprocess


def main():
    tools = [subprocess.Popen(["cat"], stdin=subprocess.PIPE) for _ in range(10)]
    tools[0].wait()  # stuck
    return tools[0].returncode.killed
