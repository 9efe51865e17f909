import subprocess


def main():
    subprocess.Popen(["python3", "-c", "sum(range(1_000_000))"])
    return "done"
