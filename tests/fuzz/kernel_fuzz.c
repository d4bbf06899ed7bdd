// SPDX-License-Identifier: MIT
/* Any bytes are what the kernel says: rows of /proc/net/tcp, /proc/net/netstat, answers of
 * sock_diag and of rtnetlink about an interface and routes. What is believed of it lies within
 * bounds, and two readings of the same show no movement. */
#include "kernel/accept_queue.h"
#include "kernel/interface_parse.h"
#include "kernel/netstat_parse.h"
#include "kernel/proc_net_parse.h"

#include <errno.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_row(struct str line)
{
	struct event_conn c = {.ip = {{7}}}, untouched = c;

	if (proc_net_parse(line, &c) < 0) {
		require(addr_eq(&c.ip, &untouched.ip) && c.lport == untouched.lport);
		return;
	}
	require(c.port <= UINT16_MAX && c.lport <= UINT16_MAX);
	require(c.state < TCP_STATES && c.dir == 0 && c.was == 0);
}

static void check_rows(struct str text)
{
	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		check_row((struct str){text.p, n});
		text = str_skip(text, n + !!end);
	}
}

static void check_counters(struct str text)
{
	struct netstat once, twice;
	struct event_tcp_stats moved = {0};

	netstat_clear(&once);
	netstat_parse(&once, text);
	twice = once;
	netstat_parse(&twice, text);
	require(memcmp(&once, &twice, sizeof once) == 0);
	netstat_delta(&once, &twice, &moved);
	for (size_t i = 0; i < NETSTAT_COUNTERS; i++)
		require(once.at[i] == ABSENT || netstat_moved(once.at[i], twice.at[i]) == 0);
}

static void check_answer(const void *messages, size_t n)
{
	struct interface_counters c = {0};
	struct event_interface moved = {0};
	uint32_t index = 0, metric = UINT32_MAX;

	int err = interface_parse_link(messages, n, &c);
	require(err <= 0 && memchr(c.name, '\0', sizeof c.name));
	if (!err)
		interface_delta(&c, &c, &moved);
	err = interface_parse_routes(messages, n, &index, &metric);
	require(err <= 1);
	struct accept_queue worst = {ABSENT, ABSENT, ABSENT};
	require(accept_queue_parse(&worst, messages, n) <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = {(const char *)data, size};
	void *aligned = malloc(size ? size : 1);

	require(aligned != NULL);
	if (size)
		memcpy(aligned, data, size);
	check_rows(text);
	check_counters(text);
	check_answer(aligned, size);
	free(aligned);
	return 0;
}
