import time

time.sleep = lambda seconds: None


def main():
    time.sleep(5)
    return "done"
