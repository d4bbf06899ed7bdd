# SPDX-License-Identifier: MIT
"""lookalikes: benign incidents that resemble an attack. Many are what operators of CrowdSec,
fail2ban and others complained about; the issue is named where there is one."""
import random

import servers
from scenario import BEGIN, LAST, actor, benign, benignly, deed, sshd, tool

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like " \
    "Gecko) Version/17.6 Mobile/15E148 Safari/604.1"
MIRALL = "Mozilla/5.0 (Linux) mirall/3.13.0 (Nextcloud, debian-6.1.0-23-amd64)"
GOOGLEBOT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; " \
    "+http://www.google.com/bot.html) Chrome/127.0.6533.119 Safari/537.36"
DAV = "/remote.php/dav/files/alice"
RND = random.Random(7)


# --- what people's programs send, as lines of --list: METHOD PATH STATUS BYTES ---

def renames():
    """Nextcloud: a folder of 44 files is renamed."""
    return [f"{method} {DAV}/Photos/Trip/IMG_{2000 + n}.jpg {status} 640"
            for n in range(22) for method, status in (("PROPFIND", 207), ("MOVE", 201))]


def desktop_sync():
    """Look-ups, of which many find nothing, and uploads."""
    return [line for n in range(60) for line in (
        f"PROPFIND {DAV}/Work/{n} {RND.choice((207, 207, 404))} 900",
        f"PUT {DAV}/Work/{n}/report-{n}.odt 201 0")]


def thumbnails(what, count, known=0.6):
    """Each of a path of its own without an extension, most of them unchanged."""
    return [f"GET {what.replace('ID', f'{RND.getrandbits(32):08x}-{n:04x}')} "
            f"{304 if RND.random() < known else 200} 14000" for n in range(count)]


def next_pages():
    """Next.js fetches ahead what links lead to, with a query string that is never the same."""
    return [line for n in range(12) for line in
            (f"GET /docs/page{n} 200 4000", *(f"GET /docs/page{n + i}?_rsc={{h}} 200 700"
                                              for i in range(1, 7)))]


def refused_first(prefix, refused, then, status):
    """An application asks before it has a session, is refused, and then is not."""
    return [f"GET {prefix}{p} {status} 120" for p in refused] + [f"POST {prefix}/login 200 300"] + \
        [f"GET {prefix}{p} 200 400" for p in then]


MATTERMOST = refused_first(
    "/api/v4", ["/users/me", "/users/me/preferences", "/users/me/teams", "/users/me/teams/members",
                "/plugins/webapp", "/groups", "/users/me/sessions", "/roles/names"],
    ["/users/me", "/users/me/teams", "/channels/categories", "/posts/unread", "/groups"], 401)
SOGO = refused_first(
    "/SOGo/so/carol", ["/Mail/view", "/Calendar/alarmslist", "/Contacts/view", "/Mail/0/folderINBOX",
                       "/jsonUser", "/Calendar/events", "/Preferences"],
    ["/Mail/view", "/Calendar/events", "/Mail/0/folderINBOX/headers", "/Contacts/view"], 403)
SYNOLOGY = refused_first(
    "/webapi", ["/AudioStation/info.cgi", "/FileStation/info.cgi", "/VideoStation/info.cgi",
                "/NoteStation/info.cgi", "/PhotoStation/info.cgi", "/query.cgi?api=SYNO.Chat"],
    ["/auth.cgi", "/entry.cgi?api=SYNO.FileStation.List", "/entry.cgi?api=SYNO.DSM.Info"], 403)


def mirror():
    """apt: the indexes unchanged, then packages."""
    return [f"GET /debian/dists/bookworm{s}/InRelease 304" for s in ("", "-updates", "-security")] + \
        [f"GET /debian/pool/main/p/pkg{n}/pkg{n}_1.{n}-2_amd64.deb 200 20000" for n in range(45)]


# --- deeds ---

def lose_packets(lab):
    """One in 8 each way; kernels without netem do it with nft, too."""
    rules = "".join(f"chain {hook} {{\ntype filter hook {hook} priority 0;\nip {side} 203.0.113.0/24 "
                    f"numgen random mod 8 0 drop\n}}\n"
                    for hook, side in (("input", "daddr"), ("output", "saddr")))
    lab.sh(f"ip netns exec world nft -f {lab.write('loss.nft', f'table inet loss {{{chr(10)}{rules}}}')}")


def bare_repository(lab):
    """Served as files: git's dumb protocol asks for each object."""
    d = lab.dir
    lab.sh(f"""set -e; mkdir {d}/tree; cd {d}/tree; HOME={d}; export HOME; git init -q .
git config user.email a@example.org; git config user.name a
for i in $(seq 50); do echo $i >f$i; git add .; git commit -qm c$i; done
git clone -q --bare . {d}/www/tool.git; cd {d}/www/tool.git
git update-server-info""")


def home_network(lab):
    """The server stands behind a home's gateway, which speaks for everybody: hairpin NAT."""
    lab.sh("""set -e
ip -n server addr flush dev eth0 scope global; ip -n world addr flush dev eth0 scope global
ip -n server addr add 192.168.1.80/24 dev eth0; ip -n world addr add 192.168.1.254/24 dev eth0
ip -n server addr add 2001:db8:80::80/64 dev eth0 nodad
ip -n world addr add 2001:db8:80::1/64 dev eth0 nodad
ip -n server route add default via 192.168.1.254
ip -n server -6 route replace default via 2001:db8:80::1""")


def bots(agent, sources, rate, **more):
    return benignly("ask", sources, rate=rate, agent=agent, **more)


CDN = "198.51.100.40/29"
BANNED = "geo $banned { default 0; 203.0.113.60/30 1; }"

CROWDS = {
    "b-nat": benign("60 browsers behind one address",
                    [benignly("browse", "203.0.113.7", people=60, conns=3, think=12)]),
    "b-campus-64": benign("60 visitors in one /64",
                          [benignly("browse", "2001:db8:4051:7::/64*60", stagger=15, think=12)]),
    "b-newsletter": benign(
        "a newsletter brings 150 readers of one article in 15 s, who go on reading",
        [benignly("browse", "198.18.0.0/16*150", at=BEGIN, lasts=LAST, stagger=15, think=20,
                  path="/articles/7.html"),
         benignly("browse", "198.18.0.0/16*60", at=BEGIN + 5, lasts=LAST, stagger=15, think=8)]),
    "b-crowd-24": benign("40 visitors of one provider's /24",
                         [benignly("browse", "198.18.30.0/24*40", stagger=10, think=10)]),
    "b-apache-crowd": benign("Apache: 50 visitors come within 20 s",
                             [benignly("browse", "198.18.0.0/16*50", stagger=20, think=10)],
                             server="apache", needs=servers.NEEDS["apache"]),
    "b-haproxy-crowd": benign("HAProxy: 50 visitors come within 20 s",
                              [benignly("browse", "198.18.0.0/16*50", stagger=20, think=10)],
                              server="haproxy", needs=servers.NEEDS["haproxy"]),
    "b-caddy-crowd": benign("Caddy, TLS: 40 visitors come within 20 s",
                            [benignly("browse", "198.18.0.0/16*40", stagger=20, think=10, tls=True)],
                            server="caddy", needs=servers.NEEDS["caddy"]),
    "b-cdn": benign(
        "6 edges of a CDN with 700 clients behind",
        [actor("ask", "198.51.100.40-45", at=0, lasts=600, rate=18, path="/articles/{r40}.html",
               headers=["X-Forwarded-For: 198.18.{r3}.{r250}"])],
        innocents=[CDN, "198.18.0.0/15"], visitors=False, arguments=["--trusted-proxies=" + CDN],
        options={"format": "realip", "trust": [CDN]}),
    "b-buffered": benign("a buffered log: for 20 s nothing is logged of 30 visitors",
                         [benignly("browse", "203.0.113.200-229", conns=2, think=6)],
                         options={"buffered": True}),
    "b-lossy": benign("20 mobile visitors who lose one packet in 8 each way",
                      [deed(lose_packets, at=0), benignly("browse", "203.0.113.230-249", conns=3)],
                      needs=["nft"]),
    "b-preconnect": benign("browsers open connections ahead and do not use them",
                           [benignly("browse", "203.0.113.100-119"),
                            benignly("hold", "203.0.113.100-119", conns=2, rate=20)]),
    "b-broken-asset": benign(
        "a deployment forgot a file: each page brings a 404",
        [benignly("browse", "203.0.113.100-129", conns=2),
         benignly("ask", "203.0.113.100-129", rate=6, path="/missing/app.3f2a.js",
                  referer="https://web1.example/")]),
}

PROGRAMS = {
    "b-health": benign("2 health checkers, a connection a second each",
                       [bots("ELB-HealthChecker/2.0", "198.51.100.10-11", 2, path="/robots.txt",
                             close=True)]),
    "b-tcp-probe": benign("a balancer connects and closes, 8/s from 4 addresses",
                          [benignly("knock", "198.51.100.12-15", rate=8)]),
    "b-monitors": benign("uptime monitors of 24 places",
                         [bots("UptimeRobot/2.0", "198.18.0.0/16*24", 1.6, method="HEAD",
                               close=True)]),
    "b-uptime-12": benign(
        "an uptime monitor: 12 places at once ask for three pages",
        [benignly("follow", "198.18.0.0/16*12", at=at, lasts=8, rate=4, close=True,
                  agent="Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
                  lines=["GET /", "GET /articles/1.html", "GET /login"]) for at in (6, 20)]),
    "b-api": benign("an API client, 5/s from one address",
                    [bots("acme-sync/3.2", "203.0.113.40", 5, path="/api/items?since={n}")]),
    "b-googlebot": benign(
        "a search engine's crawler, robots.txt first, 1.5/s",
        [bots(GOOGLEBOT, "198.51.100.66", 1.5, lines=["GET /robots.txt"] + [
            f"GET /app/item/{n}" for n in range(90)])]),
    "b-search-engine": benign(
        "a search engine: 6 addresses of one /24, 2/s in all",
        [bots(GOOGLEBOT, "198.18.249.64-69", 2, lines=["GET /robots.txt"] * 6 + [
            f"GET /articles/{n % 40 + 1}.html" for n in range(90)])]),
    "b-feeds": benign(
        "110 feed readers poll one feed, as they always do",
        [benignly("ask", "198.18.0.0/16*110", at=0, lasts=600, rate=3, close=True, agent="own",
                  lines=["GET /app/feed.xml 304", "GET /app/feed.xml 200 3000"])]),
    "b-apt-mirror": benign("18 machines update from a mirror",
                           [benignly("follow", "198.18.0.0/16*18", rate=5, stagger=12, lines=mirror(),
                                     agent="Debian APT-HTTP/1.3 (2.6.1)")]),
    "b-git-clone": benign(
        "git clones by the dumb protocol: some 150 objects, each a path of its own",
        [tool("git clone -q http://192.0.2.80/tool.git copy", "203.0.113.55", at=8)],
        prepare=bare_repository, needs=["git"]),
    "b-video": benign("8 viewers of a video, 400 KB/s each",
                      [benignly("ask", "203.0.113.30-37", rate=4, count=8, path="/video.mp4",
                                pace=400000)]),
    "b-sse": benign("40 clients of an event stream",
                    [benignly("hold", "203.0.113.100-139", rate=10, path="/events")]),
    "b-long-poll": benign("40 clients of a long poll, who ask again at once",
                          [benignly("follow", "203.0.113.100-139", rate=50, stagger=4, loop=True,
                                    lines=["GET /app/chat", "GET /static/a1.js"] +
                                    ["GET /longpoll/events?since={r5000}"] * 9)]),
    "b-ws-storm": benign("80 websockets end at a deployment and come back within 5 s",
                         [benignly("hold", "198.18.0.0/16*80", rate=40, stagger=5, path="/ws",
                                   headers=["Connection: Upgrade", "Upgrade: websocket"]),
                          deed(servers.deploy, at=16)]),
    "b-upload": benign(
        "4 uploads over a slow line",
        [tool(f"curl -s -o out.{n} --interface 203.0.113.24{n} --limit-rate 20k --data-binary "
              "@/srv/www/video.part http://192.0.2.80/api/upload", at=2, lasts=28)
         for n in range(1, 5)], needs=["curl"],
        prepare=lambda lab: lab.write("www/video.part", "v" * 400000)),
    "b-slow-upload": benign(
        "one client uploads at 1 KB/s over a bad line",
        [tool("curl -s -o out --interface 203.0.113.24 --limit-rate 1k --data-binary "
              "@/srv/www/video.part http://192.0.2.80/api/upload", at=2, lasts=28)],
        needs=["curl"], prepare=lambda lab: lab.write("www/video.part", "v" * 60000)),
}

APPLICATIONS = {
    # crowdsecurity/hub#366
    "b-webdav-rename": benign("Nextcloud: 44 PROPFIND and MOVE in 2 s",
                              [benignly("follow", "100.64.31.9", at=8, rate=22, lines=renames(),
                                        agent=MIRALL)]),
    # crowdsec#2093
    "b-desktop-sync": benign("3 desktops sync, and ask for what is not there yet",
                             [benignly("follow", "100.64.32.7,203.0.113.44,2001:db8:4051:3::12",
                                       at=6, rate=5, lines=desktop_sync(), agent=MIRALL)]),
    # crowdsec#3561
    "b-gallery": benign(
        "an album is opened by three: 60 thumbnails each in 8 s",
        [benignly("follow", "100.64.41.7,203.0.113.118,2001:db8:4051:3::77", at=6, rate=8,
                  lines=thumbnails("/photos/api/asset/ID/thumbnail?size=preview", 60), agent=SAFARI,
                  referer="https://web1.example/photos/album/2024-summer")]),
    # crowdsec#1259
    "b-covers": benign(
        "a library of films: 80 covers at once for two viewers",
        [benignly("follow", "100.64.42.7,198.18.90.4", at=8, rate=16,
                  lines=thumbnails("/Items/ID/Images/Primary?fillHeight=240", 80, 0.1),
                  referer="https://web1.example/app/library")]),
    # pulsejet/memories#218
    "b-memories": benign(
        "scrolling through years of pictures: 120 previews by POST and GET",
        [benignly("follow", "100.64.43.7", at=8, rate=10,
                  lines=[line for group in zip(
                      thumbnails("/app/memories/api/image/preview/ID", 90, 0.3),
                      ["POST /app/memories/api/image/multipreview 200 9000"] * 90)
                      for line in group], agent=SAFARI)]),
    # crowdsecurity/hub#1123
    "b-304-pollers": benign(
        "4 clients poll posters, most of them unchanged, 3/s each",
        [benignly("follow", "100.64.44.7,203.0.113.119,198.18.91.4,2001:db8:4051:3::78", rate=3,
                  lines=thumbnails("/imageproxy/t/p/w300/ID", 90, 0.9))]),
    # crowdsec#1464
    "b-mattermost": benign("4 log in to Mattermost: 8 refusals first, then all is well",
                           [benignly("follow", "203.0.113.90-91,100.64.60.5,2001:db8:4051:4::9",
                                     at=6, rate=4, stagger=12, lines=MATTERMOST)]),
    # fosrl/pangolin#3054
    "b-rsc": benign("12 readers of a Next.js site, which fetches ahead by ?_rsc=",
                    [benignly("follow", "198.18.0.0/16*12", rate=3, stagger=8, lines=next_pages(),
                              referer="https://web1.example/docs/", loop=True)]),
    # crowdsecurity/hub#686
    "b-sogo": benign("SOGo: 7 refusals by 403 first, then in",
                     [benignly("follow", "198.18.44.5,100.64.70.3", at=6, rate=4, stagger=10,
                               lines=SOGO)]),
    # crowdsecurity/hub#1163
    "b-synology": benign("Synology's apps: 6 refusals by 403 first, then in",
                         [benignly("follow", "100.64.70.2,198.18.44.6", at=6, rate=4, stagger=10,
                                   lines=SYNOLOGY, agent="DSfile/15.2 (Android 13)")]),
    # crowdsecurity/hub#417
    "b-gateway": benign(
        "the gateway 192.168.1.254 fronts all clients: 25 browsers, apps, mistakes",
        [benignly("browse", "192.168.1.254", to="192.168.1.80", people=25, conns=2),
         benignly("follow", "192.168.1.254", to="192.168.1.80", rate=2, at=6, lines=MATTERMOST),
         benignly("ask", "192.168.1.254", to="192.168.1.80", rate=4, path="/api/home/state",
                  agent="HomeAssistant/2026.11")],
        innocents=["192.168.1.0/24"], visitors=False, prepare=home_network),
    # fail2ban#1718
    "b-own-address": benign(
        "the server polls itself by its own address, and is refused",
        [benignly("ask", "192.0.2.80", where="server", rate=3, agent="python-urllib3/2.2",
                  lines=["GET /server-status 403 200", "GET /admin/health 401 90",
                         "GET /api/metrics"])], innocents=["192.0.2.0/24"]),
    # charon#939
    "b-banned-403": benign(
        "4 visitors are banned by the server itself: each page and asset brings a 403",
        [benignly("browse", "203.0.113.60-63", think=6, conns=2, assets=6),
         benignly("browse", "203.0.113.64-80", conns=2)],
        options={"http": BANNED, "extra": "if ($banned) { return 403; }"}),
    # fail2ban#779
    "b-nat-password": benign(
        "behind an office's NAT one phone still has the old password",
        [benignly("browse", "100.64.7.8", people=25, conns=2),
         benignly("ask", "100.64.7.8", rate=0.5, agent="iOS/17.6 (21G80) dataaccessd/1.0",
                  lines=["PROPFIND /dav/principals/users/bob/ 401 90"])]),
    "b-login-typo": benign("12 users, two wrong passwords each",
                           [benignly("ask", "203.0.113.100-111", rate=1.2, count=24, method="POST",
                                     path="/login", body="user=a&pw={h}")]),
    "b-ssh-admin": benign("an administrator mistypes twice, and is in",
                          [sshd("2"), benignly("knock", "203.0.113.250", at=BEGIN, lasts=7, port=22,
                                               rate=0.4, stay=0.3)], ssh=True),
    "b-wordpress-login": benign(
        "5 editors log in to WordPress, whose wp-login.php is the site's own",
        [benignly("follow", "203.0.113.120-124", rate=1, stagger=8, lines=[
            "GET /wp-login.php 200 4000", "POST /wp-login.php 302 0", "GET /wp-admin/ 200 9000",
            "GET /wp-admin/load-scripts.php?c=1 200 20000", "POST /wp-admin/admin-ajax.php 200 40",
            "GET /wp-admin/edit.php 200 9000", "POST /wp-admin/admin-ajax.php 200 40"])]),
}

TABLE = CROWDS | PROGRAMS | APPLICATIONS
