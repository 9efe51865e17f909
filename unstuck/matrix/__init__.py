"""Proves every cause with several sets of versions, and says what that changes.

`sets` makes an environment for each set, and `prove` runs in it. `record` is what was found, `texts` what people read
of it, and `files` where that goes.
"""
