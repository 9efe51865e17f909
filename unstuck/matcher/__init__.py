"""Names the causes that a pasted text points at: an error, a traceback, a stack dump, a log, or plain words.

`docs/assets/matcher.js` is the same in the browser; a test feeds both every input there is and compares.
"""

from unstuck.matcher.match import Answer, Match, Matcher

__all__ = ["Answer", "Match", "Matcher"]
