// SPDX-License-Identifier: MIT
/* syns [--udp HEX] COUNT SOURCES ADDRESS PORT [RATE]: sends COUNT SYNs, or UDP datagrams that hold
 * these bytes (c000000001 begins an Initial of QUIC), to ADDRESS:PORT, in turn from SOURCES made-up
 * addresses: up to 508 from two blocks, 198.51.100.0/24 and 203.0.113.0/24, more from
 * 100.64.0.0/10. To an IPv6 address up to 508 from 2001:db8:1::/48 and 2001:db8:2::/48, the latter
 * behind an extension header. No more than RATE a second; without it as fast as they go. Prints
 * "seconds rate". For network namespaces of the test's own, where the answers lead nowhere. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH        64
#define BLOCK        254
#define SOURCES_MOST (1L << 22)
#define PAYLOAD_MOST 32

struct packet {
	size_t size;
	uint8_t bytes[128];
};

struct plan {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to;
	socklen_t to_size;
	uint16_t port; /* network order, as in the packet */
	long count, sources, rate;
	uint8_t protocol;
	uint8_t payload[PAYLOAD_MOST]; /* of a datagram */
	size_t payload_size;
};

/* A TCP or UDP header, and what follows. */
struct segment {
	uint16_t size; /* even: the payload is padded */
	uint8_t bytes[sizeof(struct tcphdr) + PAYLOAD_MOST];
};

/* RFC 1071. */
static uint32_t add_up(const void *data, size_t bytes, uint32_t sum)
{
	const uint8_t *p = data;

	for (size_t i = 0; i + 1 < bytes; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	return sum;
}

/* addresses: both, as they lie in the header. */
static void set_checksum(
	const struct plan *plan, struct segment *s, const void *addresses, size_t bytes)
{
	size_t at = plan->protocol == IPPROTO_TCP ? offsetof(struct tcphdr, check)
						  : offsetof(struct udphdr, check);
	uint32_t sum = plan->protocol + (uint32_t)s->size;

	sum = add_up(addresses, bytes, sum);
	sum = add_up(s->bytes, s->size, sum);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	uint16_t check = htons((uint16_t)~sum);
	memcpy(s->bytes + at, &check, sizeof check);
}

static uint32_t source(const struct plan *plan, long i)
{
	uint32_t id = (uint32_t)(i % plan->sources);

	if (plan->sources > 2 * BLOCK)
		return htonl(0x64400000u + id);
	return htonl((id % 2 ? 0xcb007100u : 0xc6336400u) + 1 + id / 2);
}

static struct in6_addr source6(const struct plan *plan, long i)
{
	uint32_t id = (uint32_t)(i % plan->sources);

	return (struct in6_addr){
		.s6_addr32 = {htonl(0x20010db8), htonl((1 + id % 2) << 16), 0, htonl(1 + id / 2)}};
}

static void put(struct packet *p, const void *part, size_t size)
{
	memcpy(p->bytes + p->size, part, size);
	p->size += size;
}

static struct segment segment_of(const struct plan *plan, long i)
{
	uint16_t port = htons((uint16_t)(20000 + i / plan->sources % 40000));
	const struct tcphdr tcp = {.syn = 1,
		.doff = 5,
		.window = htons(64240),
		.source = port,
		.dest = plan->port,
		.seq = htonl((uint32_t)i * 7919)};
	struct segment s = {.size = (uint16_t)(sizeof(struct udphdr) + plan->payload_size)};
	const struct udphdr udp = {.source = port, .dest = plan->port, .len = htons(s.size)};

	if (plan->protocol == IPPROTO_TCP) {
		s.size = sizeof tcp;
		memcpy(s.bytes, &tcp, sizeof tcp);
		return s;
	}
	memcpy(s.bytes, &udp, sizeof udp);
	memcpy(s.bytes + sizeof udp, plan->payload, plan->payload_size);
	return s;
}

static void make_v4(const struct plan *plan, long i, struct packet *p)
{
	struct segment s = segment_of(plan, i);
	struct iphdr ip = {.version = 4,
		.ihl = 5,
		.ttl = 64,
		.protocol = plan->protocol,
		.tot_len = htons((uint16_t)(sizeof ip + s.size)),
		.saddr = source(plan, i),
		.daddr = plan->to.v4.sin_addr.s_addr};

	set_checksum(plan, &s, &ip.saddr, 2 * sizeof ip.saddr);
	put(p, &ip, sizeof ip);
	put(p, s.bytes, s.size);
}

static void make_v6(const struct plan *plan, long i, struct packet *p)
{
	/* Destination options: eight bytes, of them four of padding in an option (RFC 8200, 4.2).
	 */
	const uint8_t options[8] = {plan->protocol, 0, 1, 4};
	struct segment s = segment_of(plan, i);
	bool with_options = i % plan->sources % 2;
	struct ip6_hdr ip = {.ip6_src = source6(plan, i), .ip6_dst = plan->to.v6.sin6_addr};

	ip.ip6_vfc = 6 << 4;
	ip.ip6_hlim = 64;
	ip.ip6_nxt = with_options ? IPPROTO_DSTOPTS : plan->protocol;
	ip.ip6_plen = htons((uint16_t)(s.size + (with_options ? sizeof options : 0)));
	set_checksum(plan, &s, &ip.ip6_src, 2 * sizeof ip.ip6_src);
	put(p, &ip, sizeof ip);
	if (with_options)
		put(p, options, sizeof options);
	put(p, s.bytes, s.size);
}

static void make(const struct plan *plan, long i, struct packet *p)
{
	p->size = 0;
	if (plan->to.any.sa_family == AF_INET6)
		make_v6(plan, i, p);
	else
		make_v4(plan, i, p);
}

/* Sends n from i on; the number sent, or -1. */
static int send_some(int fd, struct plan *plan, long i, unsigned n)
{
	static struct packet packets[BATCH];
	static struct iovec parts[BATCH];
	static struct mmsghdr messages[BATCH];

	for (unsigned k = 0; k < n; k++) {
		make(plan, i + k, &packets[k]);
		parts[k] = (struct iovec){packets[k].bytes, packets[k].size};
		messages[k].msg_hdr = (struct msghdr){.msg_name = &plan->to,
			.msg_namelen = plan->to_size,
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

static bool read_address(const char *text, struct plan *plan)
{
	bool v6 = strchr(text, ':') != NULL;

	plan->to.any.sa_family = v6 ? AF_INET6 : AF_INET;
	plan->to_size = v6 ? sizeof plan->to.v6 : sizeof plan->to.v4;
	return inet_pton(plan->to.any.sa_family, text,
		       v6 ? (void *)&plan->to.v6.sin6_addr : (void *)&plan->to.v4.sin_addr) == 1;
}

/* The bytes of a datagram, an even number of them. */
static bool read_payload(const char *hex, struct plan *plan)
{
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1 && plan->payload_size < PAYLOAD_MOST - 1; hex += 2)
		plan->payload[plan->payload_size++] = (uint8_t)byte;
	plan->payload_size += plan->payload_size % 2;
	plan->protocol = IPPROTO_UDP;
	return !*hex;
}

static bool read_plan(int argc, char **argv, struct plan *plan)
{
	plan->protocol = IPPROTO_TCP;
	if (argc > 2 && strcmp(argv[1], "--udp") == 0) {
		if (!read_payload(argv[2], plan))
			return false;
		argc -= 2;
		argv += 2;
	}
	if (argc < 5 || !read_address(argv[3], plan))
		return false;
	plan->count = atol(argv[1]);
	plan->sources = atol(argv[2]);
	plan->port = htons((uint16_t)atol(argv[4]));
	plan->rate = argc > 5 ? atol(argv[5]) : 0;
	return plan->sources >= 1 && plan->sources <= SOURCES_MOST;
}

int main(int argc, char **argv)
{
	struct plan plan = {.count = 0};
	int fd = -1;

	if (read_plan(argc, argv, &plan))
		fd = socket(plan.to.any.sa_family, SOCK_RAW, IPPROTO_RAW);
	if (fd < 0) {
		fprintf(stderr,
			"usage: syns [--udp HEX] COUNT SOURCES ADDRESS PORT [RATE] (as root)\n");
		return 2;
	}
	return send_all(fd, &plan);
}
