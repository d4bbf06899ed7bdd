# SPDX-License-Identifier: MIT
"""syslogd: writes what comes to a datagram socket into a file, as a syslog daemon would.

usage: syslogd.py SOCKET FILE"""
import os
import re
import socket
import sys


def main():
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(sys.argv[1])
    os.chmod(sys.argv[1], 0o666)
    with open(sys.argv[2], "a", encoding="utf-8") as out:
        while True:
            text = listener.recv(65536).decode("utf-8", "replace").rstrip("\n")
            text = re.sub(r"^<\d+>", "", text)  # "<134>Nov 28 17:40:01 haproxy[77]: …"
            out.write(f"{text[:16]}web1 {text[16:]}\n")
            out.flush()


if __name__ == "__main__":
    main()
