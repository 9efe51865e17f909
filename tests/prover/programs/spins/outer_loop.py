def main():
    done = False
    while not done:  # stuck
        for number in range(1000):
            str(number)
    return "done"
