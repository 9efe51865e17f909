import subprocess


def main():
    subprocess.Popen(["sleep", "1000"])  # stuck
    return "done"
