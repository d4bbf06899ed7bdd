// SPDX-License-Identifier: MIT
/* syns COUNT SOURCES ADDRESS PORT [RATE]: sends COUNT SYNs to ADDRESS:PORT, in turn from SOURCES
 * made-up addresses: up to 508 from two blocks, 198.51.100.0/24 and 203.0.113.0/24, more from
 * 100.64.0.0/10. No more than RATE a second; without it as fast as they go. Prints "seconds rate".
 * For network namespaces of the test's own, where the answers lead nowhere. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH        64
#define BLOCK        254
#define SOURCES_MOST (1L << 22)

struct packet {
	struct iphdr ip;
	struct tcphdr tcp;
};

struct plan {
	struct sockaddr_in to;
	long count, sources, rate;
};

/* RFC 1071. */
static uint32_t add_up(const void *data, size_t bytes, uint32_t sum)
{
	const uint8_t *p = data;

	for (size_t i = 0; i + 1 < bytes; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	return sum;
}

static uint16_t tcp_checksum(const struct packet *p)
{
	uint32_t sum = IPPROTO_TCP + sizeof p->tcp;

	sum = add_up(&p->ip.saddr, 2 * sizeof p->ip.saddr, sum);
	sum = add_up(&p->tcp, sizeof p->tcp, sum);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static uint32_t source(const struct plan *plan, long i)
{
	uint32_t id = (uint32_t)(i % plan->sources);

	if (plan->sources > 2 * BLOCK)
		return htonl(0x64400000u + id);
	return htonl((id % 2 ? 0xcb007100u : 0xc6336400u) + 1 + id / 2);
}

static struct packet make(const struct plan *plan, long i)
{
	struct packet p = {
		.ip = {.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP},
		.tcp = {.syn = 1, .doff = 5, .window = htons(64240)},
	};

	p.ip.saddr = source(plan, i);
	p.ip.daddr = plan->to.sin_addr.s_addr;
	p.ip.tot_len = htons(sizeof p);
	p.tcp.source = htons((uint16_t)(20000 + i / plan->sources % 40000));
	p.tcp.dest = plan->to.sin_port;
	p.tcp.seq = htonl((uint32_t)i * 7919);
	p.tcp.check = tcp_checksum(&p);
	return p;
}

/* Sends n from i on; the number sent, or -1. */
static int send_some(int fd, struct plan *plan, long i, unsigned n)
{
	static struct packet packets[BATCH];
	static struct iovec parts[BATCH];
	static struct mmsghdr messages[BATCH];

	for (unsigned k = 0; k < n; k++) {
		packets[k] = make(plan, i + k);
		parts[k] = (struct iovec){&packets[k], sizeof packets[k]};
		messages[k].msg_hdr = (struct msghdr){.msg_name = &plan->to,
			.msg_namelen = sizeof plan->to,
			.msg_iov = &parts[k],
			.msg_iovlen = 1};
	}
	return sendmmsg(fd, messages, n, 0);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void wait_until(double when)
{
	double wait = when - seconds();
	struct timespec t = {
		.tv_sec = (time_t)wait, .tv_nsec = (long)((wait - (double)(time_t)wait) * 1e9)};

	if (wait > 0)
		nanosleep(&t, NULL);
}

static int send_all(int fd, struct plan *plan)
{
	double start = seconds(), took;
	long i = 0;

	while (i < plan->count) {
		long n = plan->count - i < BATCH ? plan->count - i : BATCH;
		int sent = send_some(fd, plan, i, (unsigned)n);
		if (sent < 0) {
			perror("sendmmsg");
			return 1;
		}
		i += sent;
		if (plan->rate)
			wait_until(start + (double)i / (double)plan->rate);
	}
	took = seconds() - start;
	printf("%.3f %.0f\n", took, (double)plan->count / took);
	return 0;
}

int main(int argc, char **argv)
{
	struct plan plan = {.to.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);

	if (argc >= 5) {
		plan.count = atol(argv[1]);
		plan.sources = atol(argv[2]);
		plan.to.sin_port = htons((uint16_t)atol(argv[4]));
		plan.rate = argc > 5 ? atol(argv[5]) : 0;
	}
	if (plan.sources < 1 || plan.sources > SOURCES_MOST || fd < 0 ||
		inet_pton(AF_INET, argv[3], &plan.to.sin_addr) != 1) {
		fprintf(stderr, "usage: syns COUNT SOURCES ADDRESS PORT [RATE] (as root)\n");
		return 2;
	}
	return send_all(fd, &plan);
}
