"""What may go wrong on a route, and when."""

import itertools

# kind: which further settings it has, with their defaults.
KINDS = {
    # The request waits before it is forwarded.
    "delay": {"seconds": 0.1},
    # The response ends after so many bytes of its body; by a reset where asked.
    "cut": {"bytes": 0, "reset": False},
    # The connection is reset (RST) instead of forwarding the request.
    "reset": {},
    # An answer from the proxy, in the form of Google's errors; after it was forwarded and done, where asked.
    "status": {"status": 503, "retryAfter": None, "forward": False},
    # The request is done, its response is read in whole, and the connection ends without it; by a reset where asked.
    "swallow": {"reset": False},
    # The server is away: connections end, new ones are refused, for a while; where seconds is None, until the route's
    # faults are deleted.
    "away": {"seconds": 1},
}

_ids = itertools.count(1)


class Fault:
    """A fault of a route.

    :param settings: ``kind``; which requests it may meet: ``method``, ``path`` (a part of it); of those: not the first
        ``skip``, then each ``every``-th, at the most ``times`` (``null``: without end); and what the kind has.
    """

    def __init__(self, settings):
        settings = dict(settings)
        self.kind = settings.pop("kind", None)
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        self.id = next(_ids)
        self.method = settings.pop("method", None)
        self.path = settings.pop("path", "")
        self.skip = settings.pop("skip", 0)
        self.every = settings.pop("every", 1)
        self.left = settings.pop("times", 1)
        self.matched = self.injected = 0
        unknown = set(settings) - set(KINDS[self.kind])
        if unknown or self.every < 1:
            raise ValueError(f"{self.kind} has no {', '.join(unknown)}" if unknown else "every is at least 1")
        self.settings = {**KINDS[self.kind], **settings}

    def __getitem__(self, name):
        return self.settings[name]

    def meets(self, method, path):
        """Whether it happens to this request; counts it."""
        if self.left == 0 or self.path not in path or self.method not in (None, method):
            return False
        self.matched += 1
        beyond = self.matched - self.skip
        if beyond < 1 or beyond % self.every:
            return False
        if self.left is not None:
            self.left -= 1
        self.injected += 1
        return True

    def report(self):
        return {"id": self.id, "kind": self.kind, "matched": self.matched, "injected": self.injected, "left": self.left}
