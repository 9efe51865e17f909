def main():
    for number in range(1000):
        while number >= 0:  # stuck
            number = number + 1
    return "done"
