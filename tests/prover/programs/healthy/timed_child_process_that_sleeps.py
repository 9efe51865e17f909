import subprocess


def main():
    try:
        subprocess.run(["sleep", "30"], timeout=5)
    except subprocess.TimeoutExpired:
        return "done"
