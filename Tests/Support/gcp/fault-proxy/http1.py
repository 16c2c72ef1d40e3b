"""As much of HTTP/1.1 as a proxy needs to know where a message ends (RFC 9112)."""


class Malformed(Exception):
    """What was received is no HTTP/1.1."""


class Head:
    """The start line and the headers of a message."""

    def __init__(self, raw):
        self.raw = raw
        lines = raw.decode("latin-1").split("\r\n")
        self.start = lines[0].split(" ", 2)
        self.headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if colon:
                self.headers[name.strip().lower()] = value.strip()
        if len(self.start) < 2:
            raise Malformed(raw[:40])

    @property
    def method(self):
        return self.start[0]

    @property
    def path(self):
        return self.start[1]

    @property
    def status(self):
        return int(self.start[1])

    @property
    def closes(self):
        return self.headers.get("connection", "").lower() == "close" or self.raw.startswith(b"HTTP/1.0")


async def read_head(reader):
    """:returns: ``None`` where the connection ended before a message began."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except EOFError as error:
        if getattr(error, "partial", b""):
            raise Malformed(error.partial[:40]) from error
        return None
    return Head(raw)


async def body(reader, head, of_response_to=None):
    """The pieces of a body, as they stand on the wire.

    :param of_response_to: The method of the request, where this is a response.
    """
    if of_response_to is not None:
        if of_response_to == "HEAD" or head.status in (204, 304) or 100 <= head.status < 200:
            return
    if "chunked" in head.headers.get("transfer-encoding", "").lower():
        while True:
            line = await reader.readuntil(b"\r\n")
            yield line
            size = int(line.split(b";")[0], 16)
            if size == 0:
                while (trailer := await reader.readuntil(b"\r\n")) != b"\r\n":
                    yield trailer
                yield trailer
                return
            yield await reader.readexactly(size + 2)
    elif "content-length" in head.headers:
        left = int(head.headers["content-length"])
        while left:
            piece = await reader.read(min(left, 65536))
            if not piece:
                raise EOFError
            left -= len(piece)
            yield piece
    elif of_response_to is not None:
        while piece := await reader.read(65536):
            yield piece
