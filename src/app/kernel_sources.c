// SPDX-License-Identifier: MIT
#include "app/kernel_sources.h"

#include "kernel/connections.h"
#include "kernel/interface.h"
#include "kernel/netstat.h"
#include "kernel/probe.h"
#include "kernel/quic_counters.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* NULL is none. */
static void add(struct kernel_sources *k, struct source *source)
{
	if (source)
		k->at[k->count++] = source;
}

static enum connections_want wanted(const struct options *o)
{
	if (strcmp(o->source, "ebpf") == 0)
		return CONNECTIONS_EBPF;
	return strcmp(o->source, "proc") == 0 ? CONNECTIONS_PROC : CONNECTIONS_AUTO;
}

/* Where it does not load, that is said once HTTP/3 is asked for: few machines serve it. */
static void open_quic(struct kernel_sources *k, const struct options *o)
{
	struct source *quic = quic_counters_new(o->btf, &k->quic);
	struct tcp_counters_report *told = &k->handshakes;
	size_t n = strlen(told->probes);

	if (!quic)
		return;
	told->sees |= CAN_SEE_QUIC;
	snprintf(told->probes + n, sizeof told->probes - n, "%s%s", n ? " " : "",
		probes[PROBE_QUIC].name);
	add(k, quic);
}

static int open_connections(
	struct kernel_sources *k, const struct options *o, pid_t looks_up, char reason[static 512])
{
	enum connections_want want = wanted(o);
	struct reason why;

	if (want != CONNECTIONS_PROC) {
		add(k, tcp_counters_new(o->btf, &k->handshakes));
		open_quic(k, o);
	}
	struct source *connections =
		connections_open(&(struct connections_options){.want = want,
					 .interval = o->connections_interval,
					 .btf = o->btf,
					 .looks_up = looks_up,
					 .namespaces_per_user = (uint32_t)o->namespaces_per_user,
					 .every_transition = (o->json && !o->once) || o->record,
					 .more_probes = k->handshakes.probes,
					 .more_sees = k->handshakes.sees,
					 .more_note = k->handshakes.note,
					 .taps = k->handshakes.taps,
					 .quic = k->quic},
			&why);
	add(k, connections);
	if (!connections)
		snprintf(reason, 512, "--source %s: %s", o->source, why.text);
	return connections ? 0 : -ENOTSUP;
}

int kernel_sources_open(
	struct kernel_sources *k, const struct options *o, pid_t looks_up, char reason[static 512])
{
	/* NULL: that of the default route. */
	const char *interface = o->interface && o->interface[0] ? o->interface : NULL;

	*k = (struct kernel_sources){0};
	int err = open_connections(k, o, looks_up, reason);
	if (err)
		return err;
	add(k, netstat_new());
	add(k, interface_new(interface));
	return 0;
}

void kernel_sources_done(struct kernel_sources *k)
{
	for (size_t i = 0; i < k->count; i++)
		source_free(k->at[i]);
	k->count = 0;
}

bool kernel_sources_tap(const struct kernel_sources *k)
{
	return k->handshakes.taps || k->quic;
}
