import ctypes


def main():
    ctypes.PyDLL(None).pause()  # stuck
    return "done"
