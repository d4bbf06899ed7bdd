# SPDX-License-Identifier: MIT
"""wire: connections from chosen addresses, and as much of HTTP as the actors of an incident need."""
import asyncio
import random
import re
import socket
import ssl
import struct

TIMEOUT = 20
IP_BIND_ADDRESS_NO_PORT = 24  # ip(7): the port is chosen at connect(2), so few are needed
CONTEXTS = {}


class Gone(Exception):
    """The server has closed."""


def tls_context(alpn):
    if alpn not in CONTEXTS:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if alpn:
            context.set_alpn_protocols([alpn])
        CONTEXTS[alpn] = context
    return CONTEXTS[alpn]


class Way:
    """How the server is reached."""

    def __init__(self, to4, to6, port, tls, alpn=None):
        self.to4, self.to6, self.port, self.tls, self.alpn = to4, to6, port, tls, alpn

    async def dial(self, source, window=None):
        """(reader, writer) of a new connection; window: bytes of its receive buffer."""
        sock = socket.socket(socket.AF_INET6 if ":" in source else socket.AF_INET)
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        if window:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        try:
            sock.bind((source, 0))
            to = self.to6 if ":" in source else self.to4
            loop = asyncio.get_running_loop()
            await asyncio.wait_for(loop.sock_connect(sock, (to, self.port)), TIMEOUT)
            return await asyncio.wait_for(asyncio.open_connection(
                sock=sock, ssl=tls_context(self.alpn) if self.tls else None,
                server_hostname="web1.example" if self.tls else None, limit=window or 1 << 16),
                TIMEOUT)
        except BaseException:
            sock.close()
            raise


def expand(text):
    """{n}: a number never the same; {h}: eight hex digits; {r40}: 1 to 40."""
    def value(match):
        kind = match[1]
        if kind == "n":
            return str(random.randint(1, 10 ** 9))
        return f"{random.getrandbits(32):08x}" if kind == "h" else str(random.randint(1, int(kind[1:])))
    return re.sub(r"\{(n|h|r\d+)\}", value, text)


def request(path, agent, method="GET", referer="", headers=(), body=b"", keep=True):
    lines = [f"{method} {path} HTTP/1.1", "Host: web1.example"]
    lines += [f"User-Agent: {agent}"] if agent else []
    lines += [f"Referer: {referer}"] if referer else []
    lines += list(headers)
    if body or method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(body)}")
    if not keep:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def read_head(reader):
    line = await reader.readline()
    if not line:
        raise Gone
    headers = {}
    while (field := await reader.readline()) not in (b"\r\n", b"\n", b""):
        name, _, value = field.decode("latin1").partition(":")
        headers[name.lower()] = value.strip().lower()
    return int(line.split()[1]), headers


async def take(reader, length, pace):
    """Reads the body, at most pace bytes a second."""
    while length:
        data = await reader.read(min(length, 65536))
        if not data:
            raise Gone
        length -= len(data)
        if pace:
            await asyncio.sleep(len(data) / pace)


async def read_response(reader, bodiless=False, pace=0):
    """(status, whether the server closes)."""
    status, headers = await read_head(reader)
    if not bodiless and status >= 200 and status not in (204, 304):
        if headers.get("transfer-encoding") == "chunked":
            while size := int((await reader.readline()).strip() or b"0", 16):
                await take(reader, size + 2, pace)
            await reader.readline()
        else:
            await take(reader, int(headers.get("content-length", 0)), pace)
    return status, headers.get("connection") == "close"


class Client:
    """One keep-alive connection, opened when it is needed."""

    def __init__(self, way, source):
        self.way, self.source, self.reader, self.writer = way, source, None, None

    async def ask(self, data, bodiless=False, keep=True, pace=0):
        """The status; None when the server closed twice."""
        for _ in range(2):
            try:
                if not self.writer:
                    self.reader, self.writer = await self.way.dial(self.source)
                self.writer.write(data)
                await self.writer.drain()
                status, closes = await asyncio.wait_for(
                    read_response(self.reader, bodiless, pace), 90)
                if closes or not keep:
                    self.drop()
                return status
            except (Gone, ConnectionError, asyncio.IncompleteReadError):
                self.drop()
        return None

    def drop(self):
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None


# HTTP/2 (RFC 9113) as far as opening and resetting streams goes.

def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + \
        payload


def literal(index, text):
    """RFC 7541, 6.2.1: with incremental indexing, its name from the static table."""
    assert len(text) < 127
    return bytes([0x40 | index, len(text)]) + text.encode()


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0) + \
    frame(8, 0, 0, struct.pack(">I", 1 << 30))


def h2_get(stream, path, agent, reset):
    block = bytes([0x82, 0x87]) + literal(4, path) + literal(1, "web1.example") + literal(58, agent)
    opened = frame(1, 5, stream, block)
    return opened + frame(3, 0, stream, struct.pack(">I", 8)) if reset else opened
