import queue


class Tokens(queue.SimpleQueue[str]):
    def first(self):
        return self.get(timeout=5)


def main():
    tokens = Tokens()
    tokens.put("done")
    return tokens.first() if isinstance(tokens, queue.SimpleQueue) else "?"
