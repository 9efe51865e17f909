import subprocess


def main():
    tool = subprocess.Popen(["head", "-c", "1000000", "/dev/zero"], stdout=subprocess.PIPE)
    tool.wait()  # stuck
    return "done"
