def main():
    return [number for number in iter(int, 1)]  # stuck
