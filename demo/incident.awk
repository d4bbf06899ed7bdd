# SPDX-License-Identifier: MIT
#
# The incident that --demo plays: seven and a half minutes of a shop with visitors, in which a crawler
# takes page after page, somebody looks for holes, a SYN flood comes from two networks, and somebody
# holds connections with requests that never end. A mark is made before all that, to compare with.
# Addresses, AS numbers and names are those that are kept for documentation (RFC 5737, 3849, 5398,
# 2606) and benchmarks (RFC 2544).
#
# Always the same. Each line begins with its time in microseconds after START and a tab, to be sorted
# by and cut off; demo/make does that.

function draw(n)
{
	dice = (dice * 16807) % 2147483647 # Park and Miller, CACM 31 (1988)
	return dice % n
}

function put(at, kind, rest,	us)
{
	us = int(at * 1000000 + 0.5)
	printf "%d\t{\"t\":\"%s\",\"ts\":%d.%06d%s}\n", us, kind, START + int(us / 1000000), us % 1000000, \
		rest == "" ? "" : "," rest
}

# Where it is, is known as soon as it is seen.
function meet(at, ip)
{
	if (!(ip in met) || at < met[ip])
		met[ip] = at
}

function place(at, ip)
{
	put(at, "place", "\"ip\":\"" ip "\",\"country\":\"" country[ip] "\",\"asn\":" asn[ip] \
		",\"org\":\"" org[ip] "\"" (city[ip] == "" ? "" : ",\"city\":\"" city[ip] "\""))
}

function lives(ip, cc, number, name, town)
{
	country[ip] = cc
	asn[ip] = number
	org[ip] = name
	city[ip] = town
}

function conn(at, ip, port, state, was, more)
{
	put(at, "conn", "\"state\":\"" state "\"" (was == "" ? "" : ",\"was\":\"" was "\"") ",\"ip\":\"" ip \
		"\",\"port\":" port ",\"lip\":\"192.0.2.1\",\"lport\":443,\"dir\":\"in\",\"ns\":4026531840" \
		(more == "" ? "" : "," more))
	meet(at, ip)
}

function request(at, ip, method, path, status, bytes, agent, from, ms)
{
	put(at, "request", "\"ip\":\"" ip "\",\"method\":\"" method "\",\"path\":\"" path "\",\"status\":" status \
		",\"bytes\":" bytes ",\"proto\":\"HTTP/1.1\"" (from == "" ? "" : ",\"referer\":\"https://shop.example" from "\"") \
		",\"agent\":\"" agent "\",\"log\":\"" LOG "\",\"vhost\":\"shop.example\",\"took_us\":" ms * 1000 + draw(900))
	meet(at, ip)
	lines++
}

function syn(at, ip, n)
{
	put(at, "syn", "\"ip\":\"" ip "\",\"n\":" n)
	meet(at, ip)
	syns[int(at)] += n
}

function next_port()
{
	port = port < 60000 ? port + 1 : 32768
	return port
}

# A connection of so many seconds, with what it carries.
function come_and_go(at, ip, lasts, rx, tx,	p)
{
	p = next_port()
	syn(at, ip, 1)
	conn(at + 0.02, ip, p, "ESTABLISHED", "SYN_RECV", "\"rtt_us\":" rtt[ip])
	conn(at + lasts, ip, p, "CLOSE", "ESTABLISHED", "\"rtt_us\":" rtt[ip] ",\"rx\":" rx ",\"tx\":" tx)
}

# Visitors, each in a network of its own.
function visitors(	i, n, names, lands, towns)
{
	n = split("Example Netz AG|Example Fibre|Example Mobile|Example Tokyo|Example Coop|Example Net AB|Example Ltd|Example Cable", names, "|")
	split("DE FR PL JP CA SE GB US", lands, " ")
	split("Berlin Lyon Kraków Tokyo Halifax Malmö Leeds Denver", towns, " ")
	for (i = 0; i < VISITORS; i++) {
		visitor[i] = i % 3 == 2 ? "198.18." 10 + i "." 7 + i * 3 : sprintf("2001:db8:%x::%x", 256 + i * 17, 16 + i)
		lives(visitor[i], lands[i % n + 1], 64510 + i % n, names[i % n + 1], i % 2 ? "" : towns[i % n + 1])
		rtt[visitor[i]] = 9000 + draw(60000)
	}
	agents = split("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36|" \
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile/15E148 Safari/604.1|" \
		"Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0|" \
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36|" \
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.6 Safari/605.1.15", agent, "|")
}

# Somebody looks at a page and what belongs to it; some go on to buy.
function visit(at,	i, ip, page, a)
{
	i = draw(VISITORS)
	ip = visitor[i]
	a = agent[i % agents + 1]
	page = draw(5) == 0 ? "/" : draw(3) ? "/shop/item/" 4700 + draw(40) : "/shop/cart"
	come_and_go(at, ip, 2 + draw(40) / 10, 900 + draw(900), 20000 + draw(90000))
	request(at + 0.11, ip, "GET", page, 200, 9000 + draw(9000), a, draw(2) ? "/" : "", 20 + draw(60))
	request(at + 0.24, ip, "GET", "/css/shop.css", draw(3) ? 304 : 200, 4100, a, page, 1)
	request(at + 0.27, ip, "GET", "/img/logo.svg", draw(3) ? 304 : 200, 2200, a, page, 1)
	if (page ~ /item/)
		request(at + 0.31, ip, "GET", "/img/" substr(page, 12) ".webp", 200, 31000 + draw(9000), a, page, 3)
	if (draw(9) == 0)
		request(at + 1.4, ip, "POST", "/api/v1/orders", 201, 310, a, page, 90 + draw(90))
	if (at > 285 && at < 330 && draw(14) == 0)
		request(at + 1.5, ip, "GET", "/api/v1/stock?id=" draw(900), 502, 157, a, page, 3000)
	if (draw(25) == 0)
		request(at + 0.4, ip, "GET", "/apple-touch-icon.png", 404, 153, a, "", 1)
}

# Between two times; so many a second.
function crawler(from, to,	s, k, n)
{
	lives("192.0.2.10", "US", 64502, "Example Cloud, Inc.", "Ashburn")
	for (s = from; s < to; s++)
		for (k = 0; k < 3; k++)
			request(s + k / 3 + 0.05, "192.0.2.10", "GET", "/archive/" int(n / 20) "/page-" n++ % 20 ".html", 200, \
				18000 + draw(9000), "ExampleBot/2.1 (+https://bot.example/about)", "", 12)
	conn(from, "192.0.2.10", 40001, "ESTABLISHED", "SYN_RECV", "\"rtt_us\":1500")
	for (s = from + 10; s < to; s += 10)
		conn(s, "192.0.2.10", 40001, "ESTABLISHED", "ESTABLISHED", "\"rtt_us\":1500,\"rx\":" (s - from) * 700 ",\"tx\":" (s - from) * 62000)
	conn(to, "192.0.2.10", 40001, "CLOSE", "ESTABLISHED", "\"rx\":" (to - from) * 700 ",\"tx\":" (to - from) * 62000)
}

function scanner(from, to,	s, n, i, paths, path)
{
	lives("192.0.2.77", "NL", 64503, "Example Hosting B.V.", "Amsterdam")
	rtt["192.0.2.77"] = 41000
	n = split("/.env /.git/config /wp-login.php /phpMyAdmin/index.php /actuator/env /boaform/admin/formLogin " \
		"/cgi-bin/luci/;stok=/locale?form=country&operation=write&country=$(id) /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php " \
		"/.aws/credentials /server-status /backup.sql /wp-content/plugins/wp-file-manager/readme.txt /HNAP1 /solr/admin/info/system", paths, " ")
	for (s = from; s < to; s += 0.7) {
		path = i < n ? paths[i + 1] : "/wp-content/plugins/x" i ".php"
		if (i % 12 == 0)
			come_and_go(s, "192.0.2.77", 8, 4200, 5100)
		request(s + 0.1, "192.0.2.77", "GET", path, i % 40 == 39 ? 200 : 404, 153, "Mozilla/5.0 zgrab/0.x", "", 1)
		i++
	}
}

# Half-open connections: the kernel gives each up after a while, and another takes its place.
function flood(from, to,	i, n, ip, s, at, k)
{
	for (i = 0; i < 30; i++) {
		ip = i < 15 ? "203.0.113." 10 + i : "198.51.100." 85 + i
		if (i < 15)
			lives(ip, "BR", 64500, "Example Telecom S.A.", "São Paulo")
		else
			lives(ip, "VN", 64501, "Example Broadband", "")
		for (n = 0; n < 8 + (i < 14); n++)
			for (at = from + draw(180) / 10; at < to; at += 31.5) {
				k = next_port()
				conn(at, ip, k, "SYN_RECV", "")
				conn(at + 31, ip, k, "CLOSE", "SYN_RECV")
			}
		for (s = from + 1; s < to; s++)
			if (s > from + 6 || draw(2))
				syn(s + 0.5 + i / 100, ip, s < from + 15 ? 2 + draw(3) : 5 + draw(4))
	}
	for (s = from + 1; s < to; s++) {
		put(s + 0.9, "syn_net", "\"net\":\"203.0.113.0/24\",\"n\":" int(syns[s] / 2))
		put(s + 0.9, "syn_net", "\"net\":\"198.51.100.0/24\",\"n\":" int(syns[s] / 2))
		if (s > from + 22)
			cookies[s] = 90 + draw(40)
	}
}

# Requests whose bodies never end: a byte now and then.
function slow_post(from, to,	n, s, at)
{
	lives("192.0.2.150", "DE", 64504, "Example Netz AG", "Berlin")
	rtt["192.0.2.150"] = 23000
	for (n = 0; n < 64; n++) {
		at = from + n * 0.4
		syn(at, "192.0.2.150", 1)
		conn(at + 0.03, "192.0.2.150", 45000 + n, "ESTABLISHED", "SYN_RECV", "\"rtt_us\":23000,\"inode\":" 71000 + n)
		for (s = at + 1; s < to; s += 10)
			conn(s, "192.0.2.150", 45000 + n, "ESTABLISHED", "ESTABLISHED", \
				"\"rtt_us\":23000,\"rx\":" 240 + int((s - at) * 1.2) ",\"tx\":0,\"txq\":0,\"rxq\":0,\"inode\":" 71000 + n)
		at = to + n * 0.3
		request(at, "192.0.2.150", "POST", "/api/v1/upload", 408, 0, "python-requests/2.32.5", "", 60000)
		conn(at + 0.01, "192.0.2.150", 45000 + n, "CLOSE", "ESTABLISHED", "\"rx\":420,\"tx\":0")
	}
}

# What the program says each second, of itself and of the machine.
function second(s)
{
	put(s + 0.93, "listing", "\"ns\":4026531840,\"full\":true,\"sockets\":" 40 + syns[s])
	put(s + 0.94, "weather", "\"syns\":" syns[s] + 0 ",\"cookies_sent\":" cookies[s] + 0 ",\"cookies_ok\":" (cookies[s] > 0) \
		",\"cookies_bad\":0,\"listen_overflows\":0,\"listen_drops\":0,\"request_drops\":0,\"resets_sent\":" draw(2) \
		",\"segments_again\":" draw(3) ",\"accept_port\":443,\"accept_queue\":" (cookies[s] > 0 ? 5 + draw(9) : draw(2)) ",\"accept_limit\":511")
	put(s + 0.95, "log", "\"log\":\"" LOG "\",\"state\":\"reading\",\"lines\":" int(lines * (s + 1) / SECONDS) \
		",\"rejected\":0,\"skipped\":0,\"format\":\"nginx combined\"")
	put(s + 0.97, "tick")
}

BEGIN {
	START = 1772420880 # 2026-03-02 03:08:00 UTC
	SECONDS = 450
	VISITORS = 36
	LOG = "/var/log/nginx/shop.access.log"
	dice = 4711
	port = 32768
	put(0, "start", "\"version\":\"" VERSION "\",\"host\":\"web1\",\"show_private_ips\":true,\"schema\":1,\"seed\":4711")
	put(0.000001, "source", "\"source\":\"ebpf\",\"sees\":[\"conns\",\"handshakes\",\"syn_sources\",\"resets\"]" \
		",\"probes\":[\"tp_btf/inet_sock_set_state\",\"fentry/tcp_conn_request\",\"iter/tcp\"]")
	put(0.000002, "log", "\"log\":\"" LOG "\",\"state\":\"reading\",\"lines\":0,\"rejected\":0,\"skipped\":0,\"format\":\"nginx combined\"")
	put(0.000003, "enricher", "\"what\":\"city\",\"state\":\"ready\",\"note\":\"made up for this demonstration\"")
	put(0.000004, "enricher", "\"what\":\"asn\",\"state\":\"ready\",\"note\":\"made up for this demonstration\"")
	for (n = 0; n < 64; n++)
		put(260.5 + n * 0.4, "owner", "\"inode\":" 71000 + n ",\"pid\":" 713 + n % 4 ",\"name\":\"nginx\"")
	put(60, "mark", "\"name\":\"before\"")
	visitors()
	for (s = 0; s < SECONDS - 5; s++)
		for (n = 0; n < 2 + (s % 3 == 0); n++)
			visit(s + draw(900) / 1000)
	crawler(60, 230)
	scanner(100, 190)
	flood(150, 285)
	slow_post(260, 405)
	for (s = 0; s < SECONDS; s++)
		second(s)
	for (ip in met)
		place(met[ip] + 0.000001, ip)
}
