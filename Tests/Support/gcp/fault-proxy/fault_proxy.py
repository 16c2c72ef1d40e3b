#!/usr/bin/env python3
"""A proxy between client and server on which things go wrong as a test asks for.

It is told over HTTP::

    POST   /routes {"target": "127.0.0.1:8080"}                      -> {"port": 40001, ...}
    POST   /routes/40001/faults {"kind": "swallow", "path": ":commit", "times": 2}
    DELETE /routes/40001/faults                                      all faults of the route; it is back where it was away
    GET    /routes/40001                                             counters and faults
    DELETE /routes/40001

The kinds of faults, and what may be set for each, stand in ``faults.py``.
"""

import argparse
import asyncio
import json
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import http1
from route import Route


class Control:
    """The routes, and the server by which they are made."""

    def __init__(self, host):
        self.host = host
        self.routes = {}

    async def open(self, port):
        server = await asyncio.start_server(self._serve, self.host, port, backlog=256)
        return server.sockets[0].getsockname()[1]

    async def _serve(self, reader, writer):
        try:
            while head := await http1.read_head(reader):
                if head.headers.get("expect", "").lower() == "100-continue":
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = b"".join([piece async for piece in http1.body(reader, head)])
                try:
                    status, value = await self._handle(head.method, head.path.strip("/").split("/"), body)
                except (ValueError, TypeError, KeyError, OSError) as error:
                    status, value = 400, {"error": str(error)}
                text = json.dumps(value).encode()
                writer.write(
                    f"HTTP/1.1 {status} .\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n".encode()
                )
                writer.write(text)
                await writer.drain()
                if head.closes:
                    break
        except (OSError, EOFError, http1.Malformed):
            pass
        finally:
            writer.close()

    async def _handle(self, method, path, body):
        if path == [""] and method == "GET":
            return 200, {"routes": sorted(self.routes)}
        if path == ["routes"] and method == "POST":
            route = Route(json.loads(body)["target"], self.host)
            await route.open()
            self.routes[route.port] = route
            return 200, route.report()
        if path[0] == "routes" and len(path) in (2, 3) and path[1].isdigit() and int(path[1]) in self.routes:
            route = self.routes[int(path[1])]
            if path[2:] == ["faults"]:
                if method == "POST":
                    return 200, (await route.add(json.loads(body))).report()
                if method == "DELETE":
                    await route.heal()
                    return 200, route.report()
            if path[2:] == []:
                if method == "DELETE":
                    await self.routes.pop(route.port).remove()
                return 200, route.report()
        return 404, {"error": "there is no such route"}


async def run(options):
    port = await Control(options.host).open(options.port)
    if options.port_file:
        with open(options.port_file + ".new", "w") as file:
            file.write(str(port))
        os.replace(options.port_file + ".new", options.port_file)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    # Connections that hang, and there may be such, are not waited for.
    os._exit(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="of the control server; 0, the default, for a free one")
    parser.add_argument("--port-file", help="the port is written there once the server listens")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
