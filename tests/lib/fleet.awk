# SPDX-License-Identifier: MIT
#
# What a hub hears from a fleet in a minute, as it records it: web1 to webN, of which one is flooded,
# one answers with errors, one is lost, one refused, and one has said nothing yet; a crawler that asks
# each of them a little; visitors. Always the same: awk -v machines=50 -f fleet.awk >fleet.ndjson

function put(at, kind, member, rest)
{
	printf "{\"t\":\"%s\",\"ts\":%.6f%s%s}\n", kind, at, member ? ",\"member\":" member : "", \
		rest == "" ? "" : "," rest
}

# One each second, up to a time.
function tick(at)
{
	for (; ticked + begin < at; ticked++)
		put(begin + ticked, "tick", 0, "")
}

function name(k)
{
	return "\"name\":\"web" k "\""
}

function state(at, k, what, note)
{
	put(at, "machine", k, name(k) ",\"state\":\"" what "\"" \
		(note == "" ? "" : ",\"note\":\"" note "\""))
}

function share(at, k, net, rest)
{
	put(at, "share", k, "\"net\":\"" net "\"," rest)
}

function flag(at, k, what, scope, who, severity, evidence, disproof)
{
	put(at, "flag", k, "\"flag\":\"" what "\",\"on\":true,\"scope\":\"" scope "\"" \
		(who == "" ? "" : ",\"who\":\"" who "\"") ",\"severity\":" severity \
		(index(who, "/") ? ",\"prefixes\":[\"" who "\"]" : "") ",\"since\":" begin + 12 ",\"value\":1,\"evidence\":\"" evidence "\"" \
		(disproof == "" ? "" : ",\"disproof\":\"" disproof "\""))
}

# One set: how the machine is, and whose it is.
function set(at, k, n,	requests, half, errors)
{
	requests = n * (40 + k % 7 * 15)
	half = k == flooded ? 254 : k % 3
	errors = k == failing ? int(requests / 5) : 0
	put(at, "machine", k, name(k) ",\"version\":\"0.9\",\"fleet_schema\":1,\"seq\":" n \
		",\"every_us\":10000000,\"parts\":" (k == flooded ? 5 : 3) ",\"figures\":{" \
		"\"conns\":" 20 + k % 9 + half ",\"open\":" 20 + k % 9 + half ",\"half_open\":" half \
		",\"syns\":" n * (30 + half * 8) ",\"handshakes\":" n * 25 ",\"ips\":" 12 + k % 5 \
		",\"requests\":" requests ",\"answers_4xx\":" n * 2 ",\"answers_5xx\":" errors \
		",\"bytes\":" requests * 4096 ",\"in_per_sec\":" 20000 + k * 10 ",\"out_per_sec\":" \
		160000 + k * 100 ",\"listen_drops\":0}" \
		(k == flooded ? ",\"verdict\":\"SYN flood on :443 from 203.0.113.0/24\",\"severity\":4" : \
		k == failing ? ",\"verdict\":\"a fifth of all answers are 5xx\",\"severity\":3" : ""))
	share(at, k, "198.51.100.77", "\"conns\":1,\"half_open\":0,\"held_us\":" n * 2000000 \
		",\"requests\":" n * 6 ",\"bytes\":" n * 24000 ",\"refused\":" (k % 4 == 0 ? n : 0) \
		",\"broken\":0,\"paths\":6,\"not_found\":0,\"agents\":1")
	share(at, k, "192.0.2." 10 + k % 40, "\"conns\":" 2 + k % 3 ",\"half_open\":0,\"held_us\":" \
		n * 9000000 ",\"requests\":" n * 8 ",\"bytes\":" n * 64000 ",\"refused\":0,\"broken\":" \
		int(errors / 4) ",\"paths\":5,\"not_found\":0,\"agents\":1")
	share(at, k, "2001:db8:1::" k % 20 + 1, "\"conns\":1,\"half_open\":0,\"held_us\":" \
		n * 3000000 ",\"requests\":" n * 2 ",\"bytes\":" n * 9000 ",\"refused\":0,\"broken\":0")
	if (k != flooded)
		return
	share(at, k, "203.0.113.0/24", "\"conns\":254,\"half_open\":254,\"requests\":0,\"syns\":" \
		n * 2000 ",\"handshakes\":0")
	share(at, k, "203.0.113.9", "\"conns\":40,\"half_open\":40,\"requests\":0,\"syns\":" n * 300 \
		",\"handshakes\":0,\"flags\":[\"syn-flood\"]")
}

BEGIN {
	if (!machines)
		machines = 50
	begin = 1767226400
	flooded = 2
	failing = machines > 4 ? 5 : 1
	lost = machines > 6 ? 6 : 0
	refused = machines > 7 ? 7 : 0
	silent = machines > 8 ? 8 : 0
	put(begin, "start", 0, "\"host\":\"hub1\",\"version\":\"0.9\",\"show_private_ips\":true")
	for (k = 1; k <= machines; k++)
		state(begin, k, "waited", "")
	for (n = 1; n <= 6; n++) {
		for (k = 1; k <= machines; k++) {
			at = begin + n * 10 - 9 + k / machines * 5
			tick(at)
			if (k == silent || (k == lost && n > 2) || (k == refused && n > 3))
				continue
			if (n == 1)
				state(at, k, "up", "")
			set(at, k, n)
			if (n == 2 && k == flooded)
				flag(at, k, "syn-flood", "network", "203.0.113.0/24", 4, \
					"254 half-open, 200 SYN/s, 0 handshakes, 100% from 1 network", \
					"the same networks complete handshakes")
			if (n == 2 && k == failing)
				flag(at, k, "error-surge", "machine", "", 3, \
					"20% of answers are 5xx, usually 0%", "")
			if (n == 3 && k == refused)
				state(at, k, "refused", "sets of schema 9; 1 is read here")
		}
		if (lost && n == 4)
			state(at, lost, "lost", "ssh: connect to host web6 port 22: Connection timed out")
	}
	tick(begin + 60)
}
