# SPDX-License-Identifier: MIT
"""backend: the application behind the web servers, on 127.0.0.1:9000.

Answers by the path, as in ANSWERS; a request may say with `X-Answer: STATUS [BYTES]` what it wants,
so that a client can play what an application of any kind would say. Logs do not show that header."""
import asyncio
import random
import signal

PORT = 9000
SOCKETS = set()  # writers of websockets
REASONS = {101: "Switching Protocols", 200: "OK", 201: "Created", 207: "Multi-Status", 302: "Found",
           304: "Not Modified", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
           429: "Too Many Requests"}
# Where a path begins so: seconds to think, status of GET and of POST, bytes.
ANSWERS = [("/search", 0.2, 200, 200, 3000), ("/slow", 2, 200, 200, 3000),
           ("/login", 0, 200, 401, 900), ("/api/auth/login", 0, 405, 401, 30),
           ("/wp-login.php", 0, 200, 200, 1800), ("/xmlrpc.php", 0, 405, 403, 20),
           ("/api/", 0, 200, 200, 220), ("/app", 0, 200, 200, 2000), ("/docs/", 0, 200, 200, 1500)]


def head(status, length=None, *more):
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'So')}", *more]
    if length is not None and status not in (101, 304):
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def read_request(reader):
    """(method, path, headers), its body read and dropped; None at the end."""
    line = await reader.readline()
    if not line.strip():
        return None
    method, path, _ = line.decode("latin1").split(" ", 2)
    headers = {}
    while (line := await reader.readline()) not in (b"\r\n", b"\n", b""):
        name, _, value = line.decode("latin1").partition(":")
        headers[name.lower()] = value.strip()
    left = int(headers.get("content-length", 0))
    while left and (part := await reader.read(min(left, 65536))):
        left -= len(part)
    return method, path.split("?")[0], headers


async def stream(writer):
    """Server-sent events, until the client goes."""
    writer.write(head(200, None, "Content-Type: text/event-stream", "X-Accel-Buffering: no",
                      "Connection: close"))
    while not writer.is_closing():
        writer.write(b"data: tick\n\n")
        await writer.drain()
        await asyncio.sleep(2)


async def websocket(reader, writer):
    """Until the client goes, or a deployment (SIGHUP) ends all of them."""
    writer.write(head(101, None, "Upgrade: websocket", "Connection: Upgrade"))
    writer.write(b"\x81\x05hello")
    SOCKETS.add(writer)
    while await reader.read(4096):
        writer.write(b"\x8a\x00")
        await writer.drain()


def deploy():
    while SOCKETS:
        SOCKETS.pop().close()


async def answer(method, path, headers, writer):
    wanted = headers.get("x-answer")
    delay, status, size = 0, 404, 150
    if wanted:
        status, size = int(wanted.split()[0]), int((wanted.split() + ["400"])[1])
    elif path.startswith("/longpoll"):
        delay, status, size = random.choice((3, 12)), 200, 13
    else:
        for start, pause, get, post, length in ANSWERS:
            if path.startswith(start):
                delay, status, size = pause, post if method == "POST" else get, length
                break
    await asyncio.sleep(delay)
    body = b"" if status in (101, 304) or method == "HEAD" else b"x" * size
    writer.write(head(status, size, "Content-Type: text/html") + body)


async def serve(reader, writer):
    try:
        while request := await read_request(reader):
            method, path, headers = request
            if path == "/events":
                await stream(writer)
            elif path == "/ws":
                await websocket(reader, writer)
                break
            else:
                await answer(method, path, headers, writer)
            await writer.drain()
    except (OSError, ValueError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def main():
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, deploy)
    server = await asyncio.start_server(serve, "127.0.0.1", PORT, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
