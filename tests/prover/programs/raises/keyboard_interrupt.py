def main():
    raise KeyboardInterrupt  # stuck
