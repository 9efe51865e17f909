"""Proves every cause with several sets of versions, and says what that changes.

`sets` makes an environment for each set, `prove` runs in it, `record` compares what it found with what was known, and
`texts` writes the page, the pull request and the issues.
"""
