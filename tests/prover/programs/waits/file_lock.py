import fcntl


def main():
    with open("state", "w") as mine, open("state") as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)
        fcntl.flock(mine, fcntl.LOCK_EX)  # stuck
    return "done"
