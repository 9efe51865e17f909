import functools
import itertools


def add(total, number):
    return sum(range(10_000)) * 0 + number


def main():
    return functools.reduce(add, itertools.count())  # stuck
