import queue
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(4) as pool:
    list(pool.map(str, range(100)))
    print("ready")
    queue.Queue[str]().get()
