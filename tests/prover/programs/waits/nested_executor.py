from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(1)


def outer():
    return pool.submit(str).result()  # stuck


def main():
    return pool.submit(outer).result()
