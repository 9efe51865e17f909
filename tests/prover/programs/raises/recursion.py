def main():
    return main()  # stuck
