// SPDX-License-Identifier: MIT
#include "kernel/netstat.h"

#include "base/container.h"
#include "base/mono.h"
#include "kernel/accept_queue.h"
#include "kernel/netstat_parse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define TEXT_MOST (32u << 10) /* netstat has some 5 KiB in 2026, and grows with each kernel */

static const char *const files[] = {"/proc/net/netstat", "/proc/net/snmp"};

struct netstat_source {
	struct source source;
	int fds[ARRAY_LEN(files)]; /* held open: they stay with this network namespace */
	struct accept_queues queues;
	struct accept_queue last_queue;
	struct netstat last;
	uint64_t due;
	bool begun, reported; /* the first reading is done; some event is out */
	char text[TEXT_MOST];
};

static size_t read_text(int fd, char *buf, size_t cap)
{
	size_t have = 0;

	while (have < cap) {
		ssize_t n = pread(fd, buf + have, cap - have, (off_t)have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	return have;
}

static void read_counters(struct netstat_source *s, struct netstat *ret)
{
	netstat_clear(ret);
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (s->fds[i] >= 0)
			netstat_parse(ret,
				(struct str){s->text, read_text(s->fds[i], s->text, TEXT_MOST)});
}

/* Nothing was counted that anybody would want to hear of. */
static bool is_calm(const struct event_tcp_stats *w)
{
	const uint64_t counts[] = {w->cookies_sent, w->cookies_ok, w->cookies_bad,
		w->listen_overflows, w->listen_drops, w->request_drops, w->resets_sent,
		w->segments_again};

	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		if (counts[i] != ABSENT && counts[i] != 0)
			return false;
	return true;
}

/* False when the queue is as it was told. */
static bool read_queue(struct netstat_source *s, struct event_tcp_stats *w)
{
	struct accept_queue q = {s->last_queue.port, 0, s->last_queue.limit};

	if (!accept_queues_fullest(&s->queues, &q) && s->last_queue.queue == ABSENT)
		return false;
	w->accept_port = q.port;
	w->accept_queue = q.queue;
	w->accept_limit = q.limit;
	/* While nothing waits it does not matter where. */
	bool changed =
		s->last_queue.queue != q.queue ||
		(q.queue && (s->last_queue.port != q.port || s->last_queue.limit != q.limit));
	s->last_queue = q;
	return changed;
}

static void observe(struct netstat_source *s, struct event_sink *sink)
{
	struct event e = event_make(EVENT_TCP_STATS, clock_now());
	struct netstat fresh;

	read_counters(s, &fresh);
	netstat_delta(&s->last, &fresh, &e.tcp_stats);
	s->last = fresh;
	bool changed = read_queue(s, &e.tcp_stats);
	/* A calm host is not woken up for nothing; the first word says what can be known. */
	if (s->reported && !changed && is_calm(&e.tcp_stats))
		return;
	s->reported = true;
	event_put(sink, &e);
}

static int netstat_poll(struct source *source, usec_t now, struct event_sink *sink)
{
	struct netstat_source *s = container_of(source, struct netstat_source, source);

	(void)now;
	if (mono_now() < s->due)
		return 0;
	s->due = mono_now() + NSEC_PER_SEC;
	if (s->begun)
		observe(s, sink);
	else
		read_counters(s, &s->last);
	s->begun = true;
	return 0;
}

static void netstat_settle(struct source *source, usec_t now, struct event_sink *sink)
{
	(void)now;
	struct netstat_source *s = container_of(source, struct netstat_source, source);

	if (s->begun)
		observe(s, sink);
}

static void netstat_refresh(struct source *source)
{
	container_of(source, struct netstat_source, source)->due = 0;
}

static void netstat_free(struct source *source)
{
	struct netstat_source *s = container_of(source, struct netstat_source, source);

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (s->fds[i] >= 0)
			close(s->fds[i]);
	accept_queues_done(&s->queues);
	free(s);
}

static const struct source_ops netstat_ops = {
	.name = "netstat",
	.poll = netstat_poll,
	.finish = netstat_settle,
	.refresh = netstat_refresh,
	.free = netstat_free,
};

struct source *netstat_new(void)
{
	struct netstat_source *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->source.ops = &netstat_ops;
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		s->fds[i] = open(files[i], O_RDONLY | O_CLOEXEC);
	s->last_queue = (struct accept_queue){ABSENT, ABSENT, ABSENT};
	accept_queues_init(&s->queues);
	return &s->source;
}
