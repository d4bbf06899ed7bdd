// SPDX-License-Identifier: MIT
#include "kernel/accept_queue.h"

#include "kernel/proc_net_parse.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MOST  (32u << 10)
#define ANSWERS_MOST 64 /* for thousands of listeners; more would hold up the loop */
#define PROC_MOST    (16u << 10)

#define QUEUE_NONE ((struct accept_queue){ABSENT, ABSENT, ABSENT})

void accept_queue_offer(struct accept_queue *worst, uint64_t port, uint64_t queue, uint64_t limit)
{
	bool fuller = worst->queue == ABSENT || queue > worst->queue;

	/* Both are counts of 32 bits, so that the products fit. */
	if (worst->queue != ABSENT && limit != ABSENT && worst->limit != ABSENT) {
		uint64_t mine = queue * worst->limit, theirs = worst->queue * limit;
		fuller = mine > theirs || (mine == theirs && queue > worst->queue);
	}
	if (fuller)
		*worst = (struct accept_queue){port, queue, limit};
}

static int take_error(const struct nlmsghdr *m)
{
	struct nlmsgerr e;

	if (m->nlmsg_len < NLMSG_LENGTH(sizeof e))
		return -EBADMSG;
	memcpy(&e, NLMSG_DATA(m), sizeof e);
	return e.error < 0 ? e.error : -EBADMSG;
}

int accept_queue_parse(struct accept_queue *worst, const void *messages, size_t n)
{
	const struct nlmsghdr *m = messages;
	struct inet_diag_msg d;
	ptrdiff_t left = (ptrdiff_t)n; /* the last one is padded beyond it */

	for (; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left)) {
		if (m->nlmsg_type == NLMSG_DONE)
			return 1;
		if (m->nlmsg_type == NLMSG_ERROR)
			return take_error(m);
		if (m->nlmsg_type != SOCK_DIAG_BY_FAMILY || m->nlmsg_len < NLMSG_LENGTH(sizeof d))
			return -EBADMSG;
		memcpy(&d, NLMSG_DATA(m), sizeof d);
		const uint8_t *port = (const uint8_t *)&d.id.idiag_sport; /* network order */
		if (d.idiag_state == TCP_LISTEN)
			accept_queue_offer(worst, (uint64_t)port[0] << 8 | port[1], d.idiag_rqueue,
				d.idiag_wqueue);
	}
	return 0;
}

/* "tx_queue:rx_queue" comes after the state, in hexadecimal; of a listener rx_queue is the
 * length of its accept queue (net/ipv4/tcp_ipv4.c, get_tcp4_sock). */
static bool take_proc_row(struct accept_queue *worst, struct str line)
{
	struct event_conn c;
	char queue[9] = "";

	if (proc_net_parse(line, &c) < 0 || c.state != TCP_LISTEN)
		return false;
	const char *at = memmem(line.p, line.n, " 0A ", 4);
	if (!at || (size_t)(line.p + line.n - at) < 4 + 17 || at[4 + 8] != ':')
		return false;
	memcpy(queue, at + 4 + 9, 8);
	accept_queue_offer(worst, c.lport, strtoul(queue, NULL, 16), ABSENT);
	return true;
}

bool accept_queue_parse_proc(struct accept_queue *worst, struct str text)
{
	bool header = true;

	while (text.n) {
		const char *newline = memchr(text.p, '\n', text.n);
		if (!newline)
			return false;
		struct str line = {text.p, (size_t)(newline - text.p)};
		text = (struct str){newline + 1, text.n - line.n - 1};
		if (!header && !take_proc_row(worst, line))
			return false;
		header = false;
	}
	return true;
}

static bool read_proc(struct accept_queue *worst)
{
	static const char *const files[] = {"/proc/net/tcp", "/proc/net/tcp6"};
	char *buf = malloc(PROC_MOST);

	for (size_t i = 0; buf && i < ARRAY_LEN(files); i++) {
		int fd = open(files[i], O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 ? -1 : read(fd, buf, PROC_MOST);
		if (fd >= 0)
			close(fd);
		if (n > 0)
			accept_queue_parse_proc(worst, (struct str){buf, (size_t)n});
	}
	free(buf);
	return worst->queue != ABSENT;
}

void accept_queues_init(struct accept_queues *q)
{
	int flags = SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK;

	q->sequence = 0;
	q->netlink = socket(AF_NETLINK, flags, NETLINK_SOCK_DIAG);
}

void accept_queues_done(struct accept_queues *q)
{
	if (q->netlink >= 0)
		close(q->netlink);
	q->netlink = -1;
}

static int ask(struct accept_queues *q, uint8_t family)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 request;
	} message = {
		.header = {.nlmsg_len = sizeof message,
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			.nlmsg_seq = ++q->sequence},
		.request = {.sdiag_family = family,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_states = 1u << TCP_LISTEN},
	};

	return send(q->netlink, &message, sizeof message, 0) < 0 ? -errno : 0;
}

/* The kernel works a dump off while it is read, so that there is nothing to wait for. */
static int hear(struct accept_queues *q, char *buf, struct accept_queue *worst)
{
	for (int i = 0; i < ANSWERS_MOST; i++) {
		ssize_t n = recv(q->netlink, buf, ANSWER_MOST, 0);
		int r = n < 0 ? -errno : accept_queue_parse(worst, buf, (size_t)n);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	return -E2BIG;
}

static int ask_kernel(struct accept_queues *q, struct accept_queue *worst)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	char *buf = malloc(ANSWER_MOST);
	int err = buf ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < sizeof families; i++) {
		err = ask(q, families[i]);
		if (!err)
			err = hear(q, buf, worst);
	}
	free(buf);
	return err;
}

bool accept_queues_fullest(struct accept_queues *q, struct accept_queue *ret)
{
	struct accept_queue worst = QUEUE_NONE;
	int err = q->netlink < 0 ? -ENOTSUP : ask_kernel(q, &worst);

	if (err) {
		/* What is left of an answer must not be taken for the next one's. */
		accept_queues_done(q);
		if (err == -E2BIG || err == -EBADMSG || err == -EAGAIN || err == -EINTR)
			accept_queues_init(q);
		else
			worst = QUEUE_NONE;
	}
	if (worst.queue == ABSENT && q->netlink < 0 && !read_proc(&worst))
		return false;
	if (worst.queue == ABSENT)
		return false;
	*ret = worst;
	return true;
}
