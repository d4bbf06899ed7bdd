# SPDX-License-Identifier: MIT
"""scenario: what one incident consists of, and the words to describe it.

Seconds count from the start of the recording. An attack begins at BEGIN and lasts LAST; visitors
browse all the time."""
import dataclasses
import os
import shlex
import sys

from host import HERE, SERVER4, SERVER6

BEGIN, LAST, AFTER = (8, 13, 1) if "LAB_QUICK" in os.environ else (8, 20, 4)
VISITORS = ["198.51.100.128/25", "2001:db8:4b00::/48"]
LOOPBACK = "127.0.0.0/8"
# What has nothing to do with most attacks.
UNRELATED = ["accept-queue", "direct-origin", "error-surge", "fake-crawler", "forged-client",
             "quic-flood", "ssh-break-in", "ssh-brute-force", "syn-flood", "syn-spoofed",
             "traffic-gone"]
# All that must not be said of a benign incident, whatever its severity.
ANY = sorted(UNRELATED + ["agent-flood", "bandwidth", "brute-force", "burst", "cache-bust", "conn-hog",
             "crawler", "exploit", "garbage", "h2-burst", "half-open", "path-flood", "scanner",
             "silent", "slow-read", "slow-request", "stuffing", "tls-churn"])


@dataclasses.dataclass
class Scenario:
    """kind "attack": culprits are networks, "path:…" or "agent:…"; each flag of expect, or any of
    accept, has to be on; none of must_not. A benign one has no flag at all."""
    what: str
    actors: list
    culprits: list = dataclasses.field(default_factory=list)
    expect: list = dataclasses.field(default_factory=list)
    accept: list = dataclasses.field(default_factory=list)
    must_not: list = dataclasses.field(default_factory=list)
    may: list = dataclasses.field(default_factory=list)  # of UNRELATED, what goes with it all the same
    innocents: list = dataclasses.field(default_factory=list)  # beside the visitors
    kind: str = "attack"
    start: float = BEGIN       # of the attack
    limit: int = 0             # seconds to the flag, where it is another than the judge's
    seconds: float = BEGIN + LAST + AFTER
    server: str = "nginx"
    options: dict = dataclasses.field(default_factory=dict)  # of the server
    settings: str = ""         # sysctl's, of the server
    absent: list = dataclasses.field(default_factory=list)   # of HOMES, who do not answer
    prepare: object = None     # a function of the hosts, before nethergaze starts
    arguments: list = dataclasses.field(default_factory=list)  # of nethergaze
    ssh: bool = False          # an SSH log is followed
    visitors: bool = True
    needs: list = dataclasses.field(default_factory=list)    # tools

    def labels(self, name, t0, start):
        """t0: when the recording began; start: when the attack did."""
        known = {"incident": name, "what": self.what, "kind": self.kind, "t0": round(t0, 3)}
        if self.kind == "attack":
            known["attack"] = [round(start, 3), round(t0 + self.seconds - AFTER, 3)]
        known["culprits"] = self.culprits
        for key in ("expect", "accept", "limit"):
            if getattr(self, key):
                known[key] = getattr(self, key)
        forbidden = ANY if self.kind == "benign" else set(self.must_not) | \
            set(UNRELATED) - set(self.expect) - set(self.accept) - set(self.may)
        known["must_not"] = sorted(forbidden)
        known["innocents"] = VISITORS * self.visitors + self.innocents + [LOOPBACK]
        return known


def benign(what, actors, **more):
    return Scenario(what, actors, kind="benign", **more)


# --- actors: (start, seconds, function of hosts and seconds that starts it) ---

def actor(habit, sources, at=BEGIN, lasts=LAST, where="world", lines=None, headers=(), **options):
    """actor.py with these options; lines: what --list has."""
    def start(lab, seconds):
        words = [habit, "--from", sources, f"--seconds={seconds}"]
        for name, value in options.items():
            words += [f"--{name.replace('_', '-')}"] if value is True else \
                [f"--{name.replace('_', '-')}={value}"]
        words += [f"--header={h}" for h in headers]
        if lines:
            words += ["--list", lab.write(f"lines.{len(lab.procs)}", "\n".join(lines))]
        return lab.run_python(where, "actor.py", *words)
    return at, lasts, start


def benignly(habit, sources, **options):
    """From soon after the start on, as long as the attack of another would last."""
    return actor(habit, sources, **({"at": 2, "lasts": BEGIN + LAST} | options))


def syns(sources, rate, port=80, at=BEGIN, lasts=LAST):
    return at, lasts, lambda lab, seconds: lab.run_python(
        "world", "syns.py", sources, rate, seconds, port, SERVER4, SERVER6)


def tool(command, source=None, at=BEGIN, lasts=LAST):
    """A program; one that cannot be told its address has it by the route to the server. SECONDS in
    the command is how long."""
    def start(lab, seconds):
        if source:
            lab.sh(f"ip -n world route replace {SERVER4}/32 dev eth0 src {source}")
        return lab.start("world", shlex.split(command.replace("SECONDS", str(round(seconds)))))
    return at, lasts, start


def deed(function, at=BEGIN):
    """What somebody does once."""
    return at, 0, lambda lab, seconds: function(lab)


def sshd(*args):
    return 0, BEGIN + LAST + AFTER, lambda lab, seconds: lab.start(
        "server", [sys.executable, f"{HERE}/sshd.py", lab.dir + "/auth.log", *args])


def visitors(tls):
    always = {"at": 0, "lasts": 600, "conns": 2, "think": 9} | ({"tls": True} if tls else {})
    return [actor("browse", "198.51.100.160-177", **always),
            actor("browse", "2001:db8:4b00::/48*4", **always)]
