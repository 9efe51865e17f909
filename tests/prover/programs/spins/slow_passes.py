def main():
    done = False
    while not done:  # stuck
        for number in range(10):
            sum(range(50_000))
    return "done"
