import sqlite3


def main():
    first, second = (sqlite3.connect("state.db", timeout=0.3, isolation_level=None) for _ in range(2))
    first.execute("BEGIN IMMEDIATE")
    try:
        second.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return "done"
