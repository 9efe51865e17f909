import re


def main():
    return str(re.match(r"(\w+\s?)+:$", "a" * 40))  # stuck
