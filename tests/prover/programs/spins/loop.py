def main():
    done = False
    while not done:  # stuck
        pass
    return "done"
