import subprocess


def main():
    tool = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    tool.wait()  # stuck
    return "done"
