"""What the service answers instead of doing what it was asked."""

REASONS = {
    "notFound": (404, "NOT_FOUND"),
    "duplicate": (409, "ALREADY_EXISTS"),
    "invalid": (400, "INVALID_ARGUMENT"),
    "invalidQuery": (400, "INVALID_ARGUMENT"),
    "required": (400, "INVALID_ARGUMENT"),
    "parseError": (400, "INVALID_ARGUMENT"),
    "accessDenied": (403, "PERMISSION_DENIED"),
    "rateLimitExceeded": (403, "RESOURCE_EXHAUSTED"),
    "quotaExceeded": (403, "RESOURCE_EXHAUSTED"),
    "backendError": (503, "UNAVAILABLE"),
    "internalError": (500, "INTERNAL"),
    "resourceInUse": (400, "FAILED_PRECONDITION"),
    "notImplemented": (501, "UNIMPLEMENTED"),
}


class Failure(Exception):
    def __init__(self, reason, message, location=None, status=None):
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.location = location
        known, self.name = REASONS.get(reason, (400, "INVALID_ARGUMENT"))
        self.status = status or known

    @property
    def proto(self):
        """The error as jobs and rows carry it."""
        proto = {"reason": self.reason, "message": self.message}
        if self.location:
            proto["location"] = self.location
        return proto

    @property
    def body(self):
        detail = {"domain": "global", **self.proto}
        return {
            "error": {
                "code": self.status,
                "message": self.message,
                "errors": [detail],
                "status": self.name,
            }
        }


def not_found(kind, name):
    return Failure("notFound", f"Not found: {kind} {name}")
