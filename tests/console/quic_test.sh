#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# QUIC on screen, on a recording of half a minute that is made here.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

the_end='REPLAY 00:13:50'

# Somebody who asks over HTTP/3, and a flood of Initials from two networks. The times are those of the
# other console tests.
make_recording() { # INITIALS
	awk -v initials="$1" 'function put(kind, rest) {
		printf "{\"t\":\"%s\",\"ts\":%.1f%s}\n", kind, at, rest == "" ? "" : "," rest
	}
	function quic(net, packets, initials) {
		put("quic", "\"net\":\"" net "\",\"packets\":" packets ",\"initials\":" initials)
	}
	BEGIN {
		at = 1767226400
		put("start", "\"host\":\"web1\",\"show_private_ips\":true")
		put("source", "\"source\":\"ebpf\",\"sees\":[\"conns\",\"handshakes\",\"quic\"],\"probes\":[\"socket/quic\"]")
		for (i = 0; i < 30; i++) {
			at += 1
			put("request", "\"ip\":\"192.0.2.10\",\"method\":\"GET\",\"path\":\"/shop/" i \
				"\",\"proto\":\"HTTP/3.0\",\"status\":200,\"bytes\":512,\"log\":\"/var/log/caddy/site.log\"")
			quic("192.0.2.10/32", 40, 2)
			quic("192.0.2.0/24", 40, 2)
			if (initials)
				quic("203.0.113.7/32", 20, 20)
			quic("198.51.100.0/24", initials / 2, initials / 2)
			quic("203.0.113.0/24", initials / 2, initials / 2)
			quic("::/0", initials + 40, initials + 2)
			put("tick")
		}
	}' >"$T/quic.ndjson"
	RECORDING=$T/quic.ndjson
}

# Packets and Initials a second have columns, and who asks over QUIC a dash instead of no connections.
test_columns() {
	make_recording 0
	play 200x60
	tui_wait "$the_end"
	tui_wait 'Address +Conns Half QUIC/s Init/s'
	tui_wait '192[.]0[.]2[.]10 +– +4[04] +2 '
}

test_detail() {
	make_recording 0
	play 120x40
	tui_wait "$the_end"
	tui_keys Enter
	tui_wait 'Ledger +its requests come over HTTP/3'
	tui_wait 'QUIC +about 4[04] packets/s, of these 2 Initials/s, whose source may be forged'
}

# The flood is the first thing that the head says, with its networks and that they prove nothing.
test_flood() {
	make_recording 2000
	play 200x60
	tui_wait "$the_end"
	tui_wait 'QUIC FLOOD'
	tui_wait 'QUIC flood since 00:13:2.* 100% from 2 networks; an Initial proves no address: sources may be forged'
	tui_wait '198[.]51[.]100[.]0/24 and 203[.]0[.]113[.]0/24'
	tui_wait 'F.203[.]0[.]113[.]0/24 +0 +0 +1.[01]k +1.[01]k'
}

run_tests
