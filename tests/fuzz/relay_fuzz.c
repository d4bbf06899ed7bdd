// SPDX-License-Identifier: MIT
/* Whatever the processes that watch the kernel and open files may say to the console, and the
 * console to them. Of each packet the first byte says which of these it is, the next two its
 * length. */
#include "helper/open_wire.h"
#include "record/relay.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

/* What comes of a packet must be events that a reader can walk through. */
static void walk(struct event_sink *sink, const struct event *e)
{
	(void)sink;
	require(e->kind < EVENT_KINDS);
	const struct event_kind_info *kind = &event_kinds[e->kind];
	require(kind->name != NULL);
}

static struct event_sink walker = {.put = walk};

static void lose(void *ctx, usec_t now, struct event_sink *sink)
{
	(void)now;
	(void)sink;
	*(unsigned *)ctx += 1;
}

static void relayed(const uint8_t *data, size_t n)
{
	unsigned lost = 0;
	int pair[2];

	require(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
	struct source *in = relay_in_new("fuzz", pair[0], lose, &lost);
	require(in != NULL);
	if (n)
		require(send(pair[1], data, n, MSG_DONTWAIT) == (ssize_t)n);
	close(pair[1]);
	while (source_poll(in, 1, &walker) > 0)
		;
	source_finish(in, 1, &walker);
	require(lost <= 1);
	source_free(in);
	close(pair[0]);
}

/* What is a question can be read to its ends, and what is an answer is not longer than it says. */
static void opened(uint8_t how, const uint8_t *data, size_t n)
{
	static struct open_ask ask;
	static struct open_answer answer;
	enum open_op op = 1 + how % (OPEN_OPS - 1);
	size_t fds = how >> 6;

	memcpy(&ask, data, n < sizeof ask ? n : sizeof ask);
	if (open_wire_is_ask(&ask, n, fds)) {
		require(strlen(ask.root) < sizeof ask.root);
		require(offsetof(struct open_ask, path) + strlen(ask.path) + 1 == n);
		require(open_wire_fds(ask.op) == fds);
	}
	memcpy(&answer, data, n < sizeof answer ? n : sizeof answer);
	if (open_wire_is_answer(&answer, op, n, fds) &&
		(op == OPEN_OP_LINK || op == OPEN_OP_LINK_AT))
		require(answer.value <= PATH_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	while (size >= 3) {
		uint8_t how = data[0];
		size_t n = (size_t)(data[1] | data[2] << 8) % (RELAY_PACKET_MAX + 64);
		data += 3;
		size -= 3;
		n = n < size ? n : size;
		if (how & 1)
			relayed(data, n);
		else
			opened(how, data, n);
		data += n;
		size -= n;
	}
	return 0;
}
