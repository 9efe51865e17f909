def main():
    for number in range(99_999):
        pass
    return "done"
