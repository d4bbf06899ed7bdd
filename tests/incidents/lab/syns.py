# SPDX-License-Identifier: MIT
"""syns: SYNs from addresses that are not ours, by a raw socket.

usage: syns.py SOURCES RATE SECONDS PORT TO4 TO6

In the lab nobody answers the SYN-ACKs, or whoever has the address."""
import random
import socket
import struct
import sys
import time

from sources import sources


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def syn(source, to, port, family):
    """The TCP header with an MSS option (RFC 9293, 3.1), summed with the pseudo header."""
    size = 24
    tcp = struct.pack(">HHIIBBHHHI", random.randint(1025, 65000), port, random.getrandbits(32), 0,
                      size // 4 << 4, 2, 64240, 0, 0, 0x020405b4)
    ends = socket.inet_pton(family, source) + socket.inet_pton(family, to)
    pseudo = ends + struct.pack(">II", size, socket.IPPROTO_TCP)
    return ends, tcp[:16] + struct.pack(">H", checksum(pseudo + tcp)) + tcp[18:]


def packet(source, to4, to6, port):
    if ":" in source:
        ends, tcp = syn(source, to6, port, socket.AF_INET6)
        return struct.pack(">IHBB", 6 << 28, len(tcp), socket.IPPROTO_TCP, 64) + ends + tcp
    ends, tcp = syn(source, to4, port, socket.AF_INET)
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, socket.IPPROTO_TCP,
                       0) + ends + tcp


def main():
    every, rate, seconds, port, to4, to6 = sys.argv[1:]
    every, rate, seconds, port = sources(every), float(rate), float(seconds), int(port)
    raw4 = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    raw6 = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
    begin, sent = time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        source = every[sent % len(every)]
        data = packet(source, to4, to6, port)
        raw, to = (raw6, (to6, 0)) if ":" in source else (raw4, (to4, 0))
        raw.sendto(data, to)
        sent += 1
        time.sleep(max(0, begin + sent / rate - time.monotonic()))


if __name__ == "__main__":
    main()
