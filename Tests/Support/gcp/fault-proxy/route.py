"""A port that leads to a server, with faults on the way."""

import asyncio
import collections
import json
import socket
import struct

import http1
from faults import Fault

# RFC 9110 does not know them; they are Google's (google.rpc.Code).
NAMES = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ABORTED", 429: "RESOURCE_EXHAUSTED",
         500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED"}  # fmt: skip


class Route:
    """Forwards requests of HTTP/1.1 one by one; any other protocol (HTTP/2 among them) byte by byte, where only ``away``
    can happen."""

    def __init__(self, target, host):
        self.host = host
        self.target_host, _, port = target.rpartition(":")
        self.target_port = int(port)
        self.port = 0
        self.faults = []
        self.counters = collections.Counter()
        self._server = None
        self._connections = set()
        self._return = None

    async def open(self):
        self._server = await asyncio.start_server(
            self._serve, self.host, self.port, limit=1 << 20, backlog=256, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self):
        """Refuses connections from now on, and ends those that are there."""
        if self._server:
            self._server.close()
            self._server = None
        for writer in list(self._connections):
            reset(writer)

    async def add(self, settings):
        fault = Fault(settings)
        if fault.kind == "away":
            fault.left, fault.injected = 0, 1
            self.counters["away"] += 1
            await self.close()
            if self._return:
                self._return.cancel()
                self._return = None
            if fault["seconds"] is not None:
                self._return = asyncio.create_task(self._come_back(fault["seconds"]))
        self.faults.append(fault)
        return fault

    async def heal(self):
        """Nothing goes wrong any more."""
        self.faults.clear()
        if self._return:
            self._return.cancel()
            self._return = None
        if self._server is None:
            await self._open_again()

    async def _come_back(self, seconds):
        await asyncio.sleep(seconds)
        await self._open_again()

    async def _open_again(self):
        while True:
            try:
                return await self.open()
            except OSError:
                # A client may have been given the port meanwhile; it lets go of what is no connection to a server.
                await asyncio.sleep(0.05)

    async def remove(self):
        if self._return:
            self._return.cancel()
        await self.close()

    def report(self):
        return {"port": self.port, "isAway": self._server is None, "counters": dict(self.counters),
                "faults": [fault.report() for fault in self.faults]}  # fmt: skip

    async def _serve(self, reader, writer):
        self.counters["connections"] += 1
        self._connections.add(writer)
        upstream = None
        try:
            upstream = await asyncio.open_connection(self.target_host, self.target_port, limit=1 << 20)
            self._connections.add(upstream[1])
            preface = await reader.read(4)
            if preface[:3] in (b"PRI", b"\x16\x03\x01"):
                await self._tunnel(preface, reader, writer, *upstream)
            elif preface:
                # What was read to tell the protocol is put back, for there is no way to look ahead.
                reader._buffer[:0] = preface
                while await self._exchange(reader, writer, *upstream):
                    pass
        except (OSError, EOFError, ValueError, http1.Malformed, asyncio.LimitOverrunError):
            reset(writer)
        finally:
            for end in (writer, upstream and upstream[1]):
                if end:
                    self._connections.discard(end)
                    end.close()

    async def _exchange(self, reader, writer, from_server, to_server):
        """Forwards one request and its response.

        :returns: Whether another may follow.
        """
        head = await http1.read_head(reader)
        if head is None:
            return False
        self.counters["requests"] += 1
        faults = [fault for fault in self.faults if fault.meets(head.method, head.path)]
        for fault in faults:
            self.counters[fault.kind] += 1
            if fault.kind == "delay":
                await asyncio.sleep(fault["seconds"])
        # One thing can go wrong with a response; the first that was asked for does.
        fault = next((fault for fault in faults if fault.kind != "delay"), None)
        kind = fault.kind if fault else None
        if kind == "reset":
            reset(writer)
            return False
        if kind == "status" and not fault["forward"]:
            async for _ in http1.body(reader, head):
                pass
            return await self._answer(writer, head, fault)
        if head.headers.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        to_server.write(without_expectation(head.raw))
        async for piece in http1.body(reader, head):
            to_server.write(piece)
            await to_server.drain()
        self.counters["forwarded"] += 1
        answer = await http1.read_head(from_server)
        while answer and answer.status == 100:
            answer = await http1.read_head(from_server)
        if answer is None:
            raise EOFError
        self.counters[f"status {answer.status}"] += 1
        pieces = http1.body(from_server, answer, of_response_to=head.method)
        if kind in ("swallow", "status"):
            async for _ in pieces:
                pass
            if kind == "status":
                return await self._answer(writer, head, fault)
            if fault["reset"]:
                reset(writer)
            return False
        left = fault["bytes"] if kind == "cut" else None
        writer.write(answer.raw)
        async for piece in pieces:
            writer.write(piece if left is None else piece[:left])
            await writer.drain()
            if left is not None:
                left -= min(left, len(piece))
                if left == 0:
                    break
        await writer.drain()
        if kind == "cut":
            if fault["reset"]:
                reset(writer)
            return False
        has_length = "content-length" in answer.headers or "transfer-encoding" in answer.headers
        return not head.closes and not answer.closes and (has_length or answer.status in (204, 304))

    async def _answer(self, writer, head, fault):
        status = fault["status"]
        name = NAMES.get(status, "UNKNOWN")
        content = {"error": {"code": status, "message": "The fault proxy says so.", "status": name}}
        body = json.dumps(content).encode()
        lines = [f"HTTP/1.1 {status} {name}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
        if fault["retryAfter"] is not None:
            lines.append(f"Retry-After: {fault['retryAfter']}")
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        return not head.closes

    async def _tunnel(self, preface, reader, writer, from_server, to_server):
        self.counters["tunnels"] += 1
        to_server.write(preface)

        async def copy(source, target):
            while piece := await source.read(65536):
                target.write(piece)
                await target.drain()
            target.write_eof()

        await asyncio.gather(copy(reader, to_server), copy(from_server, writer))


def without_expectation(raw):
    """The proxy has told the client to go on; the server need not."""
    return b"\r\n".join(line for line in raw.split(b"\r\n") if not line.lower().startswith(b"expect:"))


def reset(writer):
    """Ends a connection by RST: closing with a lingering time of zero."""
    connection = writer.get_extra_info("socket")
    if connection and not writer.is_closing():
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
