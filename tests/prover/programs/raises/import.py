import no_such_module  # stuck


def main():
    return "done"
