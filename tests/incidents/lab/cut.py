# SPDX-License-Identifier: MIT
"""cut: a raw recording becomes a fixture.

What the server's own network namespace saw stays: a server in production would know nothing of its
clients' sockets. So do all figures that a judgement reads. Owners of sockets, their inodes, and
round-trip times go: they are half of the bytes, and say of the lab only that nginx is nginx."""
import gzip
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
