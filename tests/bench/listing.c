// SPDX-License-Identifier: MIT
/* listing: lists this network namespace's sockets as nethergaze does, twice: once into an empty
 * table, which makes an event of each, and once to compare. Prints "sockets ms ms", of CPU. */
#include "base/mono.h"
#include "kernel/bpf_sockets.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

struct counter {
	struct event_sink sink;
	uint64_t n;
};

static void count(struct event_sink *sink, const struct event *event)
{
	struct counter *c = (struct counter *)sink;

	c->n += event->kind == EVENT_CONN;
}

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ms, or a negative number. */
static double list(struct bpf_sockets *b, struct socktab *t, uint32_t ns, struct counter *c)
{
	double start = cpu_ms();
	int more = bpf_sockets_begin(b, SOCKTAB_ALL);

	if (more < 0)
		return more;
	socktab_begin(t, ns, SOCKTAB_ALL, mono_now());
	do {
		more = bpf_sockets_step(b, t);
		socktab_take(t, &c->sink);
	} while (more > 0);
	socktab_end(t, more == 0, &c->sink);
	return more < 0 ? more : cpu_ms() - start;
}

int main(void)
{
	static struct socktab table;
	struct counter counter = {.sink.put = count};
	struct bpf_sockets *sockets = NULL;
	double first, second;
	struct stat ns;
	int err = bpf_sockets_new(&sockets);

	if (err || stat("/proc/self/ns/net", &ns) < 0 || socktab_init(&table, SOCKTAB_MAX) < 0) {
		fprintf(stderr, "listing: %s\n", strerror(-err));
		return 1;
	}
	first = list(sockets, &table, (uint32_t)ns.st_ino, &counter);
	second = list(sockets, &table, (uint32_t)ns.st_ino, &counter);
	printf("%llu %.1f %.1f\n", (unsigned long long)counter.n, first, second);
	bpf_sockets_free(sockets);
	socktab_done(&table);
	return first < 0 || second < 0;
}
