#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A collector of OpenTelemetry on the loopback: takes logs by OTLP/HTTP in JSON, and checks them.

usage: collector.py DIR [CERT-AND-KEY]

Listens at the port in DIR/port, or at any, which it says there. What it answers stands in DIR/plan, a line a request, the first of which
is taken away; while there is none, 200. A line is one of

	200 | 400 | 401 | 429 | 500 | 503 ...	that status, with an error in words
	503 2			the same, with Retry-After: 2
	301			to another path, where all is counted as a redirect that was followed
	partial 3 WORDS		200, of which 3 records were rejected
	hang			no answer, until the client goes
	hold			200, once there is a file DIR/go
	drop			the connection is closed without an answer
	huge			200, and an answer without an end
	garbage			200, and bytes that are no JSON

Each body goes to DIR/N.json; DIR/log has a line "N WHAT RECORDS HEADER-VALUE" a request, the header
being X-Test. What does not fit the protocol goes to DIR/bad: what is there fails a test. The rules are
those of opentelemetry-proto (collector/logs/v1, logs/v1, common/v1, resource/v1) as its JSON has them.
"""
import gzip
import http.server
import json
import os
import ssl
import sys
import threading
import time

INT64 = 2**63


def fail(at, why):
    """What does not fit."""
    raise ValueError(f"{at}: {why}")


def check_members(at, value, members):
    """An object with these members and no other; those that end in ! must be there."""
    if not isinstance(value, dict):
        fail(at, "is no object")
    known = {name.rstrip("!"): rule for name, rule in members.items()}
    for name in value:
        if name not in known:
            fail(at, f"{name} is not in the protocol")
        known[name](f"{at}.{name}", value[name])
    for name in members:
        if name.endswith("!") and name[:-1] not in value:
            fail(at, f"no {name[:-1]}")


def text(at, value):
    """A string."""
    if not isinstance(value, str):
        fail(at, f"{value!r} is no string")


def filled(at, value):
    """A string that says something."""
    text(at, value)
    if not value:
        fail(at, "is empty")


def number(low, high):
    """A rule: a 64-bit integer, which is a string in JSON."""

    def check(at, value):
        text(at, value)
        if not value.lstrip("-").isdigit() or not low <= int(value) < high:
            fail(at, f"{value!r} is out of range")

    return check


def severity(at, value):
    """SeverityNumber: an enum is a number in OTLP's JSON; 0 is not to be sent."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 24:
        fail(at, f"{value!r} is no severity")


def boolean(at, value):
    """true or false."""
    if not isinstance(value, bool):
        fail(at, f"{value!r} is no boolean")


def double(at, value):
    """A number; an integer is one, too."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        fail(at, f"{value!r} is no number")


def listing(rule):
    """A rule: an array."""

    def check(at, value):
        if not isinstance(value, list):
            fail(at, "is no array")
        for i, item in enumerate(value):
            rule(f"{at}[{i}]", item)

    return check


def any_value(at, value):
    """AnyValue: exactly one of its members."""
    check_members(
        at,
        value,
        {
            "stringValue": text,
            "boolValue": boolean,
            "intValue": number(-INT64, INT64),
            "doubleValue": double,
            "arrayValue": lambda a, v: check_members(a, v, {"values!": listing(any_value)}),
        },
    )
    if len(value) != 1:
        fail(at, f"{len(value)} values")


def key_value(at, value):
    """KeyValue; an attribute without a value would be none."""
    check_members(at, value, {"key!": filled, "value!": any_value})
    if value["key"] != value["key"].lower() or " " in value["key"]:
        fail(at, f"the name {value['key']!r}")


def attributes(at, value):
    """Keys are unique."""
    listing(key_value)(at, value)
    keys = [one["key"] for one in value]
    if len(set(keys)) != len(keys):
        fail(at, "a key is there twice")


def record(at, value):
    """LogRecord; without traceId and spanId, which need a trace."""
    check_members(
        at,
        value,
        {
            "timeUnixNano!": number(1, 2**64),
            "observedTimeUnixNano!": number(1, 2**64),
            "severityNumber!": severity,
            "severityText!": filled,
            "eventName!": filled,
            "body!": any_value,
            "attributes!": attributes,
        },
    )


def scope_logs(at, value):
    """ScopeLogs."""
    scope = {"name!": filled, "version!": filled}
    check_members(
        at,
        value,
        {
            "scope!": lambda a, v: check_members(a, v, scope),
            "logRecords!": listing(record),
        },
    )
    if not value["logRecords"]:
        fail(at, "no records")


def resource_logs(at, value):
    """ResourceLogs."""
    check_members(
        at,
        value,
        {
            "resource!": lambda a, v: check_members(a, v, {"attributes!": attributes}),
            "scopeLogs!": listing(scope_logs),
        },
    )
    names = {one["key"] for one in value["resource"]["attributes"]}
    for name in ("service.name", "service.version", "host.name"):
        if name not in names:
            fail(at, f"the resource has no {name}")


def check_request(body):
    """ExportLogsServiceRequest; how many records it has."""
    value = json.loads(body.decode("utf-8"), parse_constant=lambda name: fail("JSON", name))
    check_members("request", value, {"resourceLogs!": listing(resource_logs)})
    return sum(
        len(scope["logRecords"])
        for resource in value["resourceLogs"]
        for scope in resource["scopeLogs"]
    )


class Collector(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    lock = threading.Lock()
    count = 0

    def log_message(self, *args):
        """Nothing: DIR/log has what tests ask for."""

    def note(self, name, line):
        """A line to a file of DIR."""
        with open(os.path.join(sys.argv[1], name), "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def read_body(self):
        """The body, unpacked; what is wrong with the head of the request goes to `bad`."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        for name, wanted in (
            ("Content-Type", "application/json"),
            ("Content-Encoding", "gzip"),
            ("Expect", None),
        ):
            if self.headers.get(name) != wanted:
                self.note("bad", f"{name}: {self.headers.get(name)}")
        if not (self.headers.get("User-Agent") or "").startswith("nethergaze/"):
            self.note("bad", f"User-Agent: {self.headers.get('User-Agent')}")
        return gzip.decompress(body)

    def next_plan(self):
        """The next line of the plan, which is then gone."""
        path = os.path.join(sys.argv[1], "plan")
        try:
            with open(path, encoding="utf-8") as file:
                lines = file.read().splitlines()
        except FileNotFoundError:
            return "200"
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines[1:])
        os.rename(path + ".new", path)
        return lines[0] if lines else "200"

    def answer(self, status, body, headers=()):
        """One answer, whole."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer_without_end(self):
        """As long as anybody reads."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" " * 65536)
        except OSError:
            self.close_connection = True

    def do_plan(self, plan):
        """What the plan says."""
        words = plan.split(" ", 2)
        if words[0] == "partial":
            partial = {"rejectedLogRecords": words[1], "errorMessage": words[2]}
            self.answer(200, json.dumps({"partialSuccess": partial}).encode())
        elif words[0] == "hang":
            self.rfile.read(1)  # nothing comes but the end
            self.close_connection = True
        elif words[0] == "hold":
            deadline = time.monotonic() + 60
            while not os.path.exists(os.path.join(sys.argv[1], "go")):
                if time.monotonic() > deadline:
                    sys.exit("nobody said go")
                time.sleep(0.05)
            self.answer(200, b"{}")
        elif words[0] == "drop":
            self.close_connection = True
        elif words[0] == "huge":
            self.answer_without_end()
        elif words[0] == "garbage":
            self.answer(200, b"\xff{<html>\x00")
        elif words[0] == "200":
            self.answer(200, b"{}")
        else:
            headers = [("Retry-After", words[1])] if len(words) > 1 else []
            if words[0].startswith("3"):
                headers.append(("Location", "/followed"))
            said = {"code": 3, "message": f"the collector says {words[0]} \x1b[2J"}
            self.answer(int(words[0]), json.dumps(said).encode(), headers)

    def do_POST(self):
        """One request."""
        body = self.read_body()
        with self.lock:
            Collector.count += 1
            count = Collector.count
            plan = self.next_plan()
            with open(os.path.join(sys.argv[1], f"{count}.json"), "wb") as file:
                file.write(body)
            records = 0
            try:
                records = check_request(body)
            except (ValueError, KeyError) as error:
                self.note("bad", f"{count}.json: {error}")
            if self.path != "/v1/logs":
                self.note("bad", f"{count}: the path {self.path}")
            what = plan.split(" ")[0]
            self.note("log", f"{count} {what} {records} {self.headers.get('X-Test', '-')}")
        self.do_plan(plan)


def main():
    """As the usage says."""
    path = os.path.join(sys.argv[1], "port")
    port = 0
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            port = int(file.read())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Collector)
    server.daemon_threads = True
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(f"{server.server_address[1]}\n")
    os.rename(path + ".new", path)
    server.serve_forever()


main()
