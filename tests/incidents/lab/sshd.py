# SPDX-License-Identifier: MIT
"""sshd: takes connections on port 22 and logs them as OpenSSH 9 under syslog does.

usage: sshd.py LOG [ACCEPTED_AFTER]

Every log-in fails; with ACCEPTED_AFTER an address is let in after so many failures."""
import collections
import random
import socket
import sys
import threading
import time

USERS = ["root", "admin", "ubuntu", "test", "oracle", "postgres", "git", "deploy"]
LOCK = threading.Lock()


def lines(address, port, failures, accepted_after):
    user, rnd = random.choice(USERS), random.random()
    if accepted_after is not None and failures >= accepted_after:
        return [f"Accepted publickey for deploy from {address} port {port} ssh2: ED25519 SHA256:x"]
    if accepted_after is None and rnd < 0.6:
        return [f"Invalid user {user} from {address} port {port}",
                f"Failed password for invalid user {user} from {address} port {port} ssh2"]
    return [f"Failed password for deploy from {address} port {port} ssh2"]


def serve(conn, peer, log, failures, accepted_after):
    with conn:
        conn.settimeout(5)
        try:
            conn.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")
            conn.recv(256)
        except OSError:
            pass
    stamp = time.strftime("%b %e %H:%M:%S")
    with LOCK:
        for line in lines(peer[0], peer[1], failures[peer[0]], accepted_after):
            log.write(f"{stamp} web1 sshd[{4000 + peer[1] % 999}]: {line}\n")
        failures[peer[0]] += 1
        log.flush()


def main():
    accepted_after = int(sys.argv[2]) if len(sys.argv) > 2 else None
    failures = collections.Counter()
    with open(sys.argv[1], "a", encoding="utf-8") as log, \
            socket.create_server(("0.0.0.0", 22), backlog=64) as listener:
        while True:
            conn, peer = listener.accept()
            threading.Thread(target=serve, args=(conn, peer, log, failures, accepted_after),
                             daemon=True).start()


if __name__ == "__main__":
    main()
