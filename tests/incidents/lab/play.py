# SPDX-License-Identifier: MIT
"""play: plays one scenario with nethergaze watching, and keeps what it saw.

usage: play.py NAME PROGRAM DIR [--live]

record starts it, in namespaces of its own (host.py). DIR gets NAME.ndjson.gz and NAME.labels.json;
with --live also NAME.stream, and the recording as it is, uncut."""
import json
import os
import signal
import shutil
import sys
import time

import cut
import host
import scenarios
import servers
from scenario import visitors

START_UP = 1.5  # seconds from the launch of an actor to its first packet, at most: a machine that is
#                 slower than that has launched it later


def watch(lab, scenario, program):
    """Starts nethergaze; its stream says when it is ready."""
    command = [program, "--json", "--record", lab.dir + "/raw.ndjson.gz", "--no-whois", "--no-geoip",
               "--show-private-ips", "--log-path", lab.dir + "/access.log", *scenario.arguments]
    words = servers.FORMATS.get(scenario.options.get("format", ""), "")
    command += ["--log-format", words] if words else []
    command += ["--auth-log-path", lab.write("auth.log", "")] if scenario.ssh else ["--no-auth-log"]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("NETHERGAZE_", "XDG_"))}
    with open(lab.dir + "/stream", "wb") as stream:
        gaze = lab.start("server", command, stdout=stream, env=env | {"HOME": lab.dir})
    lab.wait_for("tick of nethergaze", lambda: gaze.poll() is not None or ticks(lab))
    if gaze.poll() is not None:
        raise RuntimeError(f"nethergaze ended: {lab.said()}")
    return gaze


def ticks(lab):
    with open(lab.dir + "/stream", "rb") as stream:
        return b'"t":"tick"' in stream.read(1 << 20)


def act(lab, scenario):
    """Starts and ends every actor at its time; returns when the scenario began."""
    waiting = list(scenario.actors)
    if scenario.visitors:
        waiting += visitors(tls=scenario.server == "caddy")
    waiting.sort(key=lambda one: one[0])
    begin, running = time.time(), []
    while (now := time.time() - begin) < scenario.seconds:
        while waiting and waiting[0][0] <= now:
            _, lasts, start = waiting.pop(0)
            lasts = min(lasts, scenario.seconds - now)
            running.append((now + lasts, start(lab, lasts)))
        for until, proc in [one for one in running if one[0] <= now]:
            running.remove((until, proc))
            if proc:
                lab.end(proc, seconds=2)
        time.sleep(0.02)
    for _, proc in running:
        if proc:
            lab.end(proc, seconds=2)
    return begin


def play(lab, scenario, program):
    lab.up()
    lab.settle(block for block in host.HOMES if block not in scenario.absent)
    if scenario.settings:
        lab.set("server", scenario.settings)
    servers.start(lab, scenario.server, scenario.options)
    if scenario.prepare:
        scenario.prepare(lab)
    gaze = watch(lab, scenario, program)
    begin = act(lab, scenario)
    status = lab.end(gaze, signal.SIGINT, 30)
    if status != 0:
        raise RuntimeError(f"nethergaze: exit status {status}: {lab.said()}")
    return begin


def keep(lab, name, begin, scenario, into, live):
    raw, out = lab.dir + "/raw.ndjson.gz", f"{into}/{name}"
    if live:
        shutil.copyfile(lab.dir + "/stream", out + ".stream")
        shutil.copyfile(raw, out + ".ndjson.gz")
    else:
        cut.cut(raw, out + ".ndjson.gz", lab.namespace())
    launch = begin + scenario.start
    seen = cut.first_seen(out + ".ndjson.gz", scenario.culprits, launch)
    with open(out + ".labels.json", "w", encoding="utf-8") as f:
        f.write(json.dumps(scenario.labels(name, begin, max(launch, seen - START_UP))) + "\n")


def main():
    name, program, into = sys.argv[1:4]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    scenario, lab = scenarios.TABLE[name], host.Hosts()
    try:
        begin = play(lab, scenario, program)
        keep(lab, name, begin, scenario, into, "--live" in sys.argv)
    except (RuntimeError, OSError) as problem:
        sys.exit(f"{problem}")


if __name__ == "__main__":
    main()
