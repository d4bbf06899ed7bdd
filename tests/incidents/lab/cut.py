# SPDX-License-Identifier: MIT
"""cut: a raw recording becomes a fixture.

What the server's own network namespace saw stays: a server in production would know nothing of its
clients' sockets. So do all figures that a judgement reads. Owners of sockets, their inodes, and
round-trip times go: they are half of the bytes, and say of the lab only that nginx is nginx."""
import gzip
import ipaddress
import json
import os

DROPPED_KINDS = ("netns", "owner", "flag", "verdict", "host", "group", "top", "summary")
DROPPED_FIELDS = ("inode", "rtt_us", "segs")


def kept(line, namespace):
    """The line as it is kept, or None."""
    record = json.loads(line)
    if record.get("t") in DROPPED_KINDS or record.get("ns", namespace) != namespace:
        return None
    shown = dict(record)
    for name in DROPPED_FIELDS:
        shown.pop(name, None)
    if "log" in shown:
        shown["log"] = os.path.basename(shown["log"])
    return line if shown == record else json.dumps(shown, separators=(",", ":")) + "\n"


def cut(raw, out, namespace):
    """Cuts the recording raw to out; returns how many records stay. The last line of a raw one
    whose writer was killed may be half a line."""
    count = 0
    with gzip.open(raw, "rt", encoding="utf-8", errors="replace") as lines, \
            gzip.GzipFile(out, "wb", compresslevel=9, mtime=0) as to:
        for line in lines:
            try:
                line = kept(line, namespace)
            except ValueError:
                continue
            if line:
                to.write(line.encode())
                count += 1
    return count


def is_of(record, networks, words):
    """Whether the connection, request or log-in is a culprit's."""
    if record.get("path", "").split("?")[0] in words or record.get("agent") in words:
        return True
    address = record.get("ip")
    return address and record["t"] in ("conn", "request", "auth") and any(
        ipaddress.ip_address(address) in net for net in networks)


def first_seen(recording, culprits, since):
    """When the first of them is seen after that time; since when none is, or all may be."""
    words = {c.split(":", 1)[1] for c in culprits if c.startswith(("path:", "agent:"))}
    networks = [ipaddress.ip_network(c) for c in culprits if not c.startswith(("path:", "agent:"))]
    with gzip.open(recording, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            record = json.loads(line)
            if record["ts"] >= since and is_of(record, networks, words):
                return record["ts"]
    return since
