from concurrent.futures import ThreadPoolExecutor


def save():
    raise ConnectionError("the database is away")  # stuck


def main():
    with ThreadPoolExecutor() as pool:
        pool.submit(save)
    return "done"
