# SPDX-License-Identifier: MIT
"""actor: one party of an incident, with one habit, from any number of addresses.

usage: actor.py HABIT --from SOURCES --seconds S [OPTION...]

HABIT is a function habit_NAME below, which says what it does. Everything ends after --seconds."""
import argparse
import asyncio
import os
import random
import sys
import time
import zlib

import agents
import wire
from host import SERVER4, SERVER6
from sources import sources

ARGS = argparse.Namespace()
TROUBLE = (OSError, wire.Gone, asyncio.TimeoutError, asyncio.IncompleteReadError, ValueError,
           IndexError)  # what a server in distress brings about


def left():
    return max(0.0, ARGS.end - time.monotonic())


def over():
    return left() <= 0


async def pause(seconds):
    await asyncio.sleep(max(0.0, min(seconds, left())))


def agent(number):
    return agents.of(ARGS.agent, number)


async def all_of(jobs):
    """Runs them side by side until time is up."""
    tasks = [asyncio.create_task(job) for job in jobs]
    if tasks:
        await asyncio.wait(tasks, timeout=left() + 1)
    for task in tasks:
        task.cancel()


async def one_by_one(habit):
    """One connection of each source after the other, --rate a second, --conns of each."""
    tasks, begin = [], time.monotonic()
    for number, source in enumerate(s for s in ARGS.sources for _ in range(ARGS.conns)):
        await pause(begin + number / ARGS.rate - time.monotonic())
        tasks.append(asyncio.create_task(habit(source, number)))
    await pause(left())
    for task in tasks:
        task.cancel()


# --- people ---

async def fetch(client, paths, who, page):
    for path in paths:
        await client.ask(wire.request(path, who, referer="https://web1.example" + page))


async def view(clients, who, rnd):
    """A page, then its assets over all connections, then reading."""
    page = ARGS.path if ARGS.path != "/" else \
        rnd.choice(("/", f"/articles/{rnd.randint(1, 40)}.html", f"/articles/{rnd.randint(1, 9)}.html"))
    await clients[0].ask(wire.request(page, who, referer="https://www.example.org/search"))
    assets = [f"/static/a{rnd.randint(1, 12)}.{rnd.choice(('css', 'js', 'png'))}"
              for _ in range(ARGS.assets)]
    if rnd.random() < 0.05:
        assets.append("/favicon.ico")  # not there
    await asyncio.gather(*(fetch(client, assets[place::len(clients)], who, page)
                           for place, client in enumerate(clients)))


async def browse(source, number):
    rnd = random.Random(f"{source} {number}")
    await pause(rnd.random() * (ARGS.stagger or ARGS.think))
    clients = [wire.Client(ARGS.way, source) for _ in range(ARGS.conns)]
    while not over():
        try:
            await view(clients, agent(number), rnd)
        except TROUBLE:
            pass
        await pause(rnd.expovariate(1 / ARGS.think))


async def habit_browse():
    """Visitors with browsers, --people behind each address: pages with assets, and time to read."""
    await all_of(browse(source, number) for number, source in
                 enumerate(s for s in ARGS.sources for _ in range(ARGS.people)))


async def follow(source, number):
    await pause(random.random() * ARGS.stagger)
    client = wire.Client(ARGS.way, source)
    while True:
        for line in ARGS.lines:
            if over():
                return
            try:
                await send_line(client, line, number)
            except TROUBLE:
                client.drop()
            await pause(random.expovariate(ARGS.rate))
        if not ARGS.loop:
            return


async def send_line(client, line, number):
    """METHOD PATH [STATUS [BYTES]]: the last two are what the backend is to answer."""
    method, path, *wanted = line.split()
    headers = [f"X-Answer: {' '.join(wanted)}"] if wanted else []
    data = wire.request(wire.expand(path), agent(number), method, ARGS.referer,
                        headers + [wire.expand(h) for h in ARGS.header])
    await client.ask(data, bodiless=method == "HEAD", keep=not ARGS.close)


async def habit_follow():
    """Each address sends the lines of --list in turn, about --rate a second each; --loop: again."""
    await all_of(follow(source, number) for number, source in enumerate(ARGS.sources))


# --- programs that ask ---

def due(sent, begin):
    """When the next request is due: --rate a second, from --slow-start on for a ramp."""
    if not ARGS.slow_start:
        return begin + sent / ARGS.rate
    grow = (ARGS.rate - ARGS.slow_start) / ARGS.seconds  # sent = slow t + grow t^2 / 2
    return begin + ((ARGS.slow_start ** 2 + 2 * grow * sent) ** 0.5 - ARGS.slow_start) / grow


async def ask_once(clients, source, number):
    """Over a connection of the source that is free, or a new one."""
    client = clients.pop() if clients else wire.Client(ARGS.way, source)
    method, path, *wanted = (ARGS.lines[number % len(ARGS.lines)] if ARGS.lines else
                             f"{ARGS.method} {ARGS.path}").split()
    headers = [wire.expand(h) for h in ARGS.header]
    headers += [f"X-Answer: {' '.join(wanted)}"] if wanted else []
    who = agent(zlib.crc32(source.encode()))
    data = wire.request(wire.expand(path), who, method, ARGS.referer, headers,
                        wire.expand(ARGS.body).encode(), not ARGS.close)
    try:
        await client.ask(data, method == "HEAD", not ARGS.close, ARGS.pace)
    except TROUBLE:
        client.drop()
    if client.writer:
        clients.append(client)


async def habit_ask():
    """--rate requests a second in all, the addresses in turn: --method, --path, or --list in turn."""
    pools, tasks, begin, sent = {}, set(), time.monotonic(), 0
    while not over() and (not ARGS.count or sent < ARGS.count):
        source = ARGS.sources[sent % len(ARGS.sources)]
        if len(tasks) < ARGS.parallel:
            task = asyncio.create_task(ask_once(pools.setdefault(source, []), source, sent))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            sent += 1
        await pause(max(due(sent, begin) - time.monotonic(), 0.001))
    await pause(left())


# --- connections that are held ---

async def hold(source, number):
    """Connects, with --path asks once, and takes what comes."""
    while not over():
        try:
            reader, writer = await ARGS.way.dial(source)
            if ARGS.path != "/":
                writer.write(wire.request(ARGS.path, agent(number), headers=ARGS.header))
            while await reader.read(65536):
                pass
            writer.close()
        except TROUBLE:
            pass
        await pause(random.random() * ARGS.stagger + 0.1)


async def habit_hold():
    """Connections that stay open, and are opened anew within --stagger seconds of their end."""
    await one_by_one(hold)


async def drip(source, number):
    start = f"{ARGS.method} {wire.expand(ARGS.path)} HTTP/1.1\r\nHost: web1.example\r\n" \
            f"User-Agent: {agent(number)}\r\n"
    if ARGS.method == "POST":
        start += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8192\r\n\r\na="
    while not over():
        try:
            reader, writer = await ARGS.way.dial(source)
            writer.write(start.encode())
            while not reader.at_eof():
                await pause(ARGS.every)
                writer.write(b"b" if ARGS.method == "POST" else
                             f"X-{random.randint(1, 9999)}: {random.randint(1, 9999)}\r\n".encode())
                await writer.drain()
            writer.close()
        except TROUBLE:
            await pause(0.2)


async def habit_drip():
    """Requests that never end: a header each --every seconds, or with POST a byte of the body."""
    await one_by_one(drip)


async def sip(source, number):
    while not over():
        try:
            reader, writer = await ARGS.way.dial(source, window=1024)
            writer.write(wire.request(ARGS.path, agent(number), keep=False))
            while await reader.read(32):
                await pause(ARGS.every)
        except TROUBLE:
            await pause(0.2)


async def habit_sip():
    """Asks for --path and takes 32 bytes each --every seconds, by a window of 1 KB."""
    await one_by_one(sip)


# --- connections that come and go ---

async def knock(source):
    try:
        reader, writer = await ARGS.way.dial(source)
        if ARGS.say:
            writer.write(bytes.fromhex(ARGS.say))
            await writer.drain()
            await asyncio.wait_for(reader.read(512), 2)
        await asyncio.sleep(ARGS.stay)
        writer.close()
    except TROUBLE:
        pass


async def habit_knock():
    """--rate connections a second that say --say (hex), stay for --stay seconds, and go."""
    begin, made, tasks = time.monotonic(), 0, set()
    while not over():
        task = asyncio.create_task(knock(ARGS.sources[made % len(ARGS.sources)]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        made += 1
        await pause(begin + made / ARGS.rate - time.monotonic())


async def open_streams(source):
    reader, writer = await ARGS.way.dial(source)
    writer.write(wire.PREFACE)
    taking = asyncio.create_task(wire.take(reader, 1 << 60, 0))
    begin, stream, burst = time.monotonic(), 1, max(1, round(ARGS.rate / 4))
    try:
        while not over() and not taking.done():
            writer.write(b"".join(
                wire.h2_get(n, wire.expand(ARGS.path), agent(0), ARGS.reset)
                for n in range(stream, stream + 2 * burst, 2)))
            await writer.drain()
            stream += 2 * burst
            await pause(begin + stream / 2 / ARGS.rate - time.monotonic())
    finally:
        taking.cancel()
        writer.close()


async def streams(source):
    while not over():
        try:
            await open_streams(source)
        except TROUBLE:
            await pause(0.3)


async def habit_streams():
    """HTTP/2: --rate streams a second over one connection each; --reset: each given up at once."""
    await all_of(streams(source) for source in ARGS.sources)


HABITS = {name[6:]: thing for name, thing in list(globals().items()) if name.startswith("habit_")}
# Numbers and their defaults; texts; switches.
NUMBERS = dict(rate=10, slow_start=0, seconds=20, think=8, stagger=0, every=3, stay=0, pace=0)
COUNTS = dict(port=0, conns=1, people=1, assets=4, count=0, parallel=64)
TEXTS = dict(to=SERVER4, to6=SERVER6, path="/", method="GET", agent="browser", referer="", body="",
             say="", list="")
SWITCHES = ("tls", "close", "loop", "reset")


def arguments(argv):
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("habit", choices=HABITS)
    parser.add_argument("--from", required=True, type=sources, dest="sources")
    parser.add_argument("--header", action="append", default=[])
    for table, kind in ((NUMBERS, float), (COUNTS, int), (TEXTS, str)):
        for name, default in table.items():
            parser.add_argument("--" + name.replace("_", "-"), type=kind, default=default)
    for name in SWITCHES:
        parser.add_argument("--" + name, action="store_true")
    return parser.parse_args(argv, ARGS)


def main():
    args = arguments(sys.argv[1:])
    random.seed(" ".join(sys.argv[1:]))
    args.end = time.monotonic() + args.seconds
    args.lines = []
    if args.list:
        with open(args.list, encoding="utf-8") as f:
            args.lines = [line for line in f.read().splitlines() if line]
    tls = args.tls or args.habit == "streams"
    args.way = wire.Way(args.to, args.to6, args.port or (443 if tls else 80), tls,
                        "h2" if args.habit == "streams" else None)

    async def run():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        await HABITS[args.habit]()
    try:
        asyncio.run(asyncio.wait_for(run(), args.seconds + 5))
    except (asyncio.TimeoutError, KeyboardInterrupt):
        pass
    os._exit(0)  # connections are closed by the kernel, at once


if __name__ == "__main__":
    main()
