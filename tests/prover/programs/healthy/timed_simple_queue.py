import queue


def main():
    try:
        queue.SimpleQueue().get(timeout=600)
    except queue.Empty:
        return "done"
