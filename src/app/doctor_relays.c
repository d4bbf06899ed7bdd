// SPDX-License-Identifier: MIT
#include "app/conntrack_watch.h"
#include "app/doctor_parts.h"
#include "kernel/proc_walk.h"
#include "model/relays.h"

#include <unistd.h>

/* How many processes there are of each kind. */
static void count(uint32_t found[static RELAY_KINDS_MAX])
{
	struct proc_walk walk = {0};
	char name[PROC_COMM_MAX];
	uint32_t pid;

	proc_walk_begin(&walk);
	while (proc_walk_next(&walk, &pid)) {
		int process = proc_open_process(pid);
		if (process < 0)
			continue;
		proc_comm(process, name);
		close(process);
		const struct relay_kind *kind = relay_kind_of(name);
		if (kind)
			found[kind - relay_kinds]++;
	}
	proc_walk_end(&walk);
}

void doctor_relays(FILE *out)
{
	uint32_t found[RELAY_KINDS_MAX] = {0}, all = 0;
	char text[512];

	fputs("\nRelays: they forward ports of containers, whose logs then name a gateway\n", out);
	count(found);
	for (size_t i = 0; i < relay_kind_count; i++) {
		if (!found[i])
			continue;
		snprintf(text, sizeof text, "%s, %u process%s: %s", relay_kinds[i].name, found[i],
			found[i] == 1 ? "" : "es", relay_kinds[i].advice);
		doctor_under(out, text);
		all += found[i];
	}
	doctor_under(out,
		all ? "or have a proxy in front of it put the client into a header, log that, and "
		      "give --trusted-proxies the gateway (docs/proxies.md)"
		    : "none is running");
}

/* Whether clients behind masquerade can be named; whether there are any is seen by their
 * connections.
 */
void doctor_conntrack(FILE *out)
{
	static const char *const by[CONNTRACK_WAYS + 1] = {
		[CONNTRACK_V4] = "conntrack -L",
		[CONNTRACK_PROC] = "/proc/net/nf_conntrack",
		[CONNTRACK_WAYS] = "the table of connections",
	};
	enum conntrack_way way = conntrack_way_here();
	bool may = doctor_may_block();

	fputs("\nMasquerade: who is behind an address of this host, in front of containers\n", out);
	doctor_mark(out, way < CONNTRACK_WAYS && may, by[way]);
	if (way == CONNTRACK_WAYS)
		doctor_under(out, CONNTRACK_MISSING);
	if (!may)
		doctor_under(out, "needs root, or CAP_NET_ADMIN");
	doctor_under(out, "or let the rule keep sources (no masquerade for what comes to published "
			  "ports; docs/proxies.md)");
}
