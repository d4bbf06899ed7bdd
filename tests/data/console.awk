# SPDX-License-Identifier: MIT
#
# The incident that the console's tests play: 254 half-open connections from 30 addresses in two
# /24 blocks, until the kernel sends SYN cookies, a crawler, a scanner at a container, somebody who
# only holds connections, TLS bytes on a plain port, and visitors. Always the same 42 seconds: awk -f console.awk >console.ndjson

function put(at, kind, rest)
{
	printf "{\"t\":\"%s\",\"ts\":%.6f%s}\n", kind, at, rest == "" ? "" : "," rest
}

function conn(at, ip, port, state, was, more)
{
	put(at, "conn", "\"state\":\"" state "\"" (was == "" ? "" : ",\"was\":\"" was "\"") \
		",\"ip\":\"" ip "\",\"port\":" port ",\"lip\":\"192.0.2.1\",\"lport\":443" \
		",\"dir\":\"in\",\"ns\":" (ns ? ns : "4026531840") (more == "" ? "" : "," more))
}

function request(at, ip, method, path, status, bytes, agent)
{
	put(at, "request", "\"ip\":\"" ip "\"" (method == "" ? "" : ",\"method\":\"" method "\"") \
		",\"path\":\"" path "\",\"status\":" status ",\"bytes\":" bytes \
		(method == "" ? "" : ",\"proto\":\"HTTP/1.1\"") \
		(agent == "" ? "" : ",\"referer\":\"https://example.org/" status "\",\"agent\":\"" agent "\"") \
		",\"log\":\"/var/log/nginx/site.access.log\"")
	lines++
}

function log_state(at)
{
	put(at, "log", "\"log\":\"/var/log/nginx/site.access.log\",\"state\":\"reading\"" \
		",\"lines\":" lines + 3 ",\"rejected\":3,\"skipped\":0" \
		",\"sample\":\"Jan  1 00:13:21 web1 nginx: worker started\"")
}

function place(at, ip, country, city, asn, org)
{
	put(at, "place", "\"ip\":\"" ip "\",\"country\":\"" country "\"" \
		(city == "" ? "" : ",\"city\":\"" city "\"") ",\"asn\":" asn ",\"org\":\"" org "\"")
}

# By databases that know documentation addresses.
function places(at,	i)
{
	for (i = 0; i < 15; i++) {
		place(at, "203.0.113." 10 + i, "BR", "São Paulo", 64500, "Example Telecom S.A.")
		place(at, "198.51.100." 100 + i, "VN", "", 64501, "Example Broadband")
	}
	place(at, "192.0.2.10", "US", "Ashburn", 64502, "Example Cloud, Inc.")
	place(at, "192.0.2.77", "NL", "Amsterdam", 64503, "Example Hosting B.V.")
	place(at, "192.0.2.150", "DE", "Berlin", 64504, "Example Netz AG")
	place(at, "2001:db8:1:2:3:4:5:6", "FR", "Lyon", 64505, "Example Fibre")
	place(at, "2001:db8::5", "JP", "Osaka", 64506, "Example Net")
}

function owner(at, inode, pid, name)
{
	put(at, "owner", "\"inode\":" inode ",\"pid\":" pid ",\"name\":\"" name "\"")
}

function open_all(at)
{
	put(at, "start", "\"version\":\"0.2.0\",\"host\":\"web1\",\"show_private_ips\":true,\"schema\":1")
	put(at, "source", "\"source\":\"ebpf\",\"sees\":[\"conns\",\"handshakes\",\"syn_sources\"],\"probes\":[\"tp_btf/inet_sock_set_state\",\"fentry/tcp_conn_request\",\"iter/tcp\"]")
	owner(at, 90210, 713, "nginx")
	owner(at, 90211, 714, "nginx")
	put(at, "netns", "\"ns\":4026532321,\"name\":\"shop-web-1\"")
	log_state(at)
	for (i = 0; i < 3; i++)
		conn(at, "2001:db8:1:2:3:4:5:6", 40000 + i, "ESTABLISHED", "", "\"rtt_us\":18250")
	for (i = 0; i < 2; i++)
		conn(at, "192.0.2.10", 41000 + i, "ESTABLISHED", "SYN_RECV", \
			"\"rtt_us\":1500,\"rx\":20480,\"tx\":3145728,\"retrans\":" 14 + i ",\"segs\":1180,\"inode\":" 90210 + i)
	for (i = 0; i < 12; i++)
		conn(at, "192.0.2.150", 42000 + i, "ESTABLISHED", "SYN_RECV", "\"rx\":0,\"tx\":0")
	ns = "4026532321"
	conn(at, "192.0.2.77", 43000, "ESTABLISHED", "SYN_RECV", "\"rtt_us\":212000,\"rx\":9100,\"tx\":14200")
	ns = ""
	conn(at, "10.0.0.5", 44000, "ESTABLISHED", "")
}

function flood(at, second,	i, n, ip)
{
	for (i = 0; i < 30; i++)
		for (n = 0; n < 8 + (i < 14); n++) {
			if ((i + n) % 40 != second)
				continue
			ip = i < 15 ? "203.0.113." 10 + i : "198.51.100." 85 + i
			conn(at + 0.1, ip, 50000 + i * 16 + n, "SYN_RECV", "")
		}
}

# What the kernel counted in the last four seconds.
function syns(at,	i, n, sum)
{
	for (i = 0; i < 30; i++) {
		n = 20 + i % 7
		sum[i < 15] += n
		put(at, "syn", "\"ip\":\"" (i < 15 ? "203.0.113." 10 + i : "198.51.100." 85 + i) "\",\"n\":" n)
	}
	put(at, "syn_net", "\"net\":\"203.0.113.0/24\",\"n\":" sum[1])
	put(at, "syn_net", "\"net\":\"198.51.100.0/24\",\"n\":" sum[0])
	put(at, "weather", "\"syns\":" sum[0] + sum[1] + 9)
}

function weather(at, cookies)
{
	put(at, "weather", "\"cookies_sent\":" cookies ",\"cookies_ok\":" (cookies > 0) \
		",\"cookies_bad\":0,\"listen_overflows\":0,\"listen_drops\":0,\"request_drops\":0" \
		",\"resets_sent\":" cookies % 3 ",\"segments_again\":1" \
		",\"accept_port\":443,\"accept_queue\":" (cookies > 0) * 7 ",\"accept_limit\":511")
}

function traffic(at, s,		i)
{
	for (i = 0; i < 3; i++)
		request(at + i / 4, "192.0.2.10", "GET", "/archive/" s "/page-" i ".html", 200, 24000 + s * 7, \
			"ExampleBot/2.1 (+https://example.org/bot)")
	request(at + 0.2, "192.0.2.77", "GET", "/wp-content/plugins/x" s ".php", 404, 153, "zgrab/0.x")
	if (s % 4 == 0)
		request(at + 0.3, "2001:db8:1:2:3:4:5:6", "GET", "/", s % 8 ? 304 : 200, s % 8 ? 0 : 612, "Mozilla/5.0")
	if (s % 10 == 3)
		request(at + 0.4, "2001:db8::5", "POST", "/api/v1/orders?id=" s, 502, 157, "curl/8.5.0")
	if (s % 15 == 7)
		request(at + 0.5, "192.0.2.200", "", "\\\\x16\\\\x03\\\\x01\\\\x02\\\\x00\\\\x01", 400, 150, "")
	if (s % 20 == 9)
		request(at + 0.6, "2001:db8::5", "GET", "/日本語/ページ", 301, 178, "curl/8.5.0")
}

BEGIN {
	start = 1767226400 # 2026-01-01 00:13:20 UTC
	open_all(start)
	for (s = 0; s < 40; s++) {
		flood(start + s, s)
		traffic(start + s, s)
		if (s % 4 == 3)
			syns(start + s + 0.7)
		if (s == 0 || s > 30)
			weather(start + s + 0.8, s > 30 ? 100 + s : 0)
		put(start + s + 0.9, "tick", "")
	}
	conn(start + 37, "192.0.2.200", 45000, "ESTABLISHED", "SYN_RECV", "\"rtt_us\":41000")
	conn(start + 38, "192.0.2.200", 45000, "CLOSE", "ESTABLISHED", \
		"\"rtt_us\":40200,\"rx\":517,\"tx\":324,\"retrans\":0,\"segs\":4")
	ns = "4026532321"
	conn(start + 40, "192.0.2.77", 43000, "TIME_WAIT", "ESTABLISHED")
	ns = ""
	places(start + 40.5)
	log_state(start + 41)
	put(start + 42, "tick", "")
	exit
}
