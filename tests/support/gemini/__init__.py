"""A stand-in for the Gemini API on this machine.

    with Gemini() as gemini:
        gemini.says(remediation(...))
        autodevops("advise", ..., environment=gemini.environment)

It takes only requests of the published shape, and all that it answers is read back with the types
of the API's own package, which know no other fields: so it can't drift from the real one.
"""

from tests.support.gemini.server import KEY, MODELS, Asked, Gemini, Reply
from tests.support.gemini.wire import edit, remediation, reply, stream

__all__ = [
    "KEY",
    "MODELS",
    "Asked",
    "Gemini",
    "Reply",
    "edit",
    "remediation",
    "reply",
    "stream",
]
