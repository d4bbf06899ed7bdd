// SPDX-License-Identifier: MIT
/* syns COUNT SOURCES ADDRESS PORT: sends COUNT SYNs to ADDRESS:PORT, in turn from SOURCES made-up
 * addresses in two blocks, 198.51.100.0/24 and 203.0.113.0/24. For network namespaces of the
 * test's own, where the answers lead nowhere. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct packet {
	struct iphdr ip;
	struct tcphdr tcp;
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

static uint32_t source(long i)
{
	uint32_t block = i % 2 ? 0xcb007100u : 0xc6336400u;

	return htonl(block + 1 + (uint32_t)(i / 2));
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);

	if (argc != 5 || fd < 0 || inet_pton(AF_INET, argv[3], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: syns COUNT SOURCES ADDRESS PORT (as root)\n");
		return 2;
	}
	long count = atol(argv[1]), sources = atol(argv[2]);
	for (long i = 0; i < count; i++) {
		struct packet p = {
			.ip = {.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP},
			.tcp = {.syn = 1, .doff = 5, .window = htons(64240)},
		};
		p.ip.saddr = source(i % sources);
		p.ip.daddr = to.sin_addr.s_addr;
		p.ip.tot_len = htons(sizeof p);
		p.tcp.source = htons((uint16_t)(20000 + i / sources));
		p.tcp.dest = htons((uint16_t)atol(argv[4]));
		p.tcp.seq = htonl((uint32_t)i * 7919);
		p.tcp.check = tcp_checksum(&p);
		if (sendto(fd, &p, sizeof p, 0, (struct sockaddr *)&to, sizeof to) < 0) {
			perror("sendto");
			return 1;
		}
	}
	return 0;
}
