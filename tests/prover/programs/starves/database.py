import asyncio
import sqlite3


async def main():
    for _ in range(2):
        writer = sqlite3.connect("state.db", timeout=1, isolation_level=None)
        other = asyncio.create_task(asyncio.sleep(0))
        try:
            writer.execute("BEGIN IMMEDIATE")  # stuck
        except sqlite3.OperationalError:
            return "done"
        await other
        kept = writer
