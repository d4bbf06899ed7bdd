// SPDX-License-Identifier: MIT
/*
 * usage: fake_dns [PORT [silent|says [ADDRESS]]]
 *
 * fake_dns: a DNS server on a UDP port of the loopback (127.0.0.1). Prints "dns PORT", then a line
 * for each question, of which it answers none when it is to be silent. Every other name has the
 * address 127.0.0.1. Of the address a.b.c.d the name is
 *
 *	a = 8	host-a-b-c-d.example, which has that address
 *	a = 9	liar.example, which has another
 *	a = 16	three: a liar, host-a-b-c-d.example, which alone has it, another liar
 *	a = 17	twelve, of which none has it
 *	a = 11	none (NXDOMAIN)
 *	a = 12	no answer at all
 *	a = 13	one with an escape in it
 *	a = 14	rubbish in place of an answer
 *	a = 15	a failure (SERVFAIL)
 *	a = 66	crawl-a-b-c-d.googlebot.com, which has that address
 *	a = 68	the same, which has another
 *	a = 69	the same; of the name there is only a failure
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define TYPE_A   1
#define TYPE_PTR 12
#define SERVFAIL 2
#define NXDOMAIN 3

struct packet {
	unsigned char p[2048];
	size_t n;
	unsigned records;
};

static void put16(struct packet *k, unsigned v)
{
	k->p[k->n++] = (unsigned char)(v >> 8);
	k->p[k->n++] = (unsigned char)v;
}

static void put_name(struct packet *k, const char *name)
{
	while (*name) {
		size_t n = strcspn(name, ".");
		k->p[k->n++] = (unsigned char)n;
		memcpy(k->p + k->n, name, n);
		k->n += n;
		name += n + (name[n] == '.');
	}
	k->p[k->n++] = 0;
}

/* The question's name, dotted; returns where its type stands, or 0. */
static size_t read_name(const unsigned char *p, size_t n, char *name, size_t cap)
{
	size_t at = 12, w = 0;

	name[0] = '\0';
	while (at < n && p[at] && p[at] < 64 && at + p[at] + 1u < n && w + p[at] + 2u < cap) {
		memcpy(name + w, p + at + 1, p[at]);
		w += p[at];
		name[w++] = '.';
		name[w] = '\0';
		at += p[at] + 1u;
	}
	return at + 5 <= n && p[at] == 0 ? at + 1 : 0;
}

static void answer_name(struct packet *k, const char *name)
{
	size_t at;

	k->records++;
	put16(k, 0xc00c);
	put16(k, TYPE_PTR);
	put16(k, 1);
	put16(k, 0);
	put16(k, 60);
	at = k->n;
	put16(k, 0);
	put_name(k, name);
	k->p[at] = 0;
	k->p[at + 1] = (unsigned char)(k->n - at - 2);
}

static void answer_address(struct packet *k, const unsigned ip[4])
{
	k->records++;
	put16(k, 0xc00c);
	put16(k, TYPE_A);
	put16(k, 1);
	put16(k, 0);
	put16(k, 60);
	put16(k, 4);
	for (int i = 0; i < 4; i++)
		k->p[k->n++] = (unsigned char)ip[i];
}

static void answer_names(struct packet *k, unsigned n)
{
	char name[32];

	for (unsigned i = 0; i < n; i++) {
		snprintf(name, sizeof name, "liar.n%u.example", i);
		answer_name(k, name);
	}
}

/* True when there is something to say; the header's code is set. */
static bool answer(struct packet *k, const char *name, unsigned type)
{
	unsigned ip[4];
	char host[64], crawler[64];

	if (type == TYPE_PTR &&
		sscanf(name, "%u.%u.%u.%u.in-addr", &ip[3], &ip[2], &ip[1], &ip[0]) == 4) {
		snprintf(host, sizeof host, "host-%u-%u-%u-%u.example", ip[0], ip[1], ip[2], ip[3]);
		snprintf(crawler, sizeof crawler, "crawl-%u-%u-%u-%u.googlebot.com", ip[0], ip[1],
			ip[2], ip[3]);
		if (ip[0] == 8)
			answer_name(k, host);
		else if (ip[0] == 9)
			answer_name(k, "liar.example");
		else if (ip[0] == 16)
			answer_name(k, "liar.first.example");
		else if (ip[0] == 17)
			answer_names(k, 12);
		else if (ip[0] == 13)
			answer_name(k, "a\x1b[31m.example");
		else if (ip[0] == 14)
			memset(k->p + 4, 0xff, 60);
		else if (ip[0] == 12)
			return false;
		else if (ip[0] == 15)
			k->p[3] |= SERVFAIL;
		else if (ip[0] == 66 || ip[0] == 68 || ip[0] == 69)
			answer_name(k, crawler);
		else
			k->p[3] |= NXDOMAIN;
		if (ip[0] == 16) {
			answer_name(k, host);
			answer_name(k, "liar.last.example");
		}
	} else if (type == TYPE_A &&
		   sscanf(name, "host-%u-%u-%u-%u.", &ip[0], &ip[1], &ip[2], &ip[3]) == 4) {
		answer_address(k, ip);
	} else if (type == TYPE_A &&
		   sscanf(name, "crawl-%u-%u-%u-%u.", &ip[0], &ip[1], &ip[2], &ip[3]) == 4) {
		if (ip[0] == 69)
			k->p[3] |= SERVFAIL;
		else
			answer_address(k, ip[0] == 66 ? ip : (const unsigned[]){1, 2, 3, 4});
	} else if (type == TYPE_A && strncmp(name, "liar.", 5) == 0) {
		answer_address(k, (const unsigned[]){1, 2, 3, 4});
	} else if (type == TYPE_A) {
		answer_address(k, (const unsigned[]){127, 0, 0, 1});
	}
	return true;
}

int main(int argc, char **argv)
{
	bool silent = argc > 2 && strcmp(argv[2], "silent") == 0;
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t alen = sizeof a;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct packet k;
	char name[300];

	if (argc > 1)
		a.sin_port = htons((unsigned short)atoi(argv[1]));
	if (argc > 3 && inet_pton(AF_INET, argv[3], &a.sin_addr) != 1)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, alen) < 0 ||
		getsockname(fd, (struct sockaddr *)&a, &alen) < 0)
		return 1;
	printf("dns %u\n", ntohs(a.sin_port));
	for (;;) {
		struct sockaddr_in from;
		socklen_t n = sizeof from;
		ssize_t got = recvfrom(fd, k.p, 300, 0, (struct sockaddr *)&from, &n);
		if (got < 17)
			continue;
		size_t at = read_name(k.p, (size_t)got, name, sizeof name);
		if (!at)
			continue;
		unsigned type = (unsigned)k.p[at] << 8 | k.p[at + 1];
		printf("%s %s\n", type == TYPE_PTR ? "ptr" : "a", name);
		k.n = at + 4; /* what follows (EDNS) is left out */
		k.p[2] = 0x81;
		k.p[3] = 0x80;
		memset(k.p + 6, 0, 6);
		k.records = 0;
		if (silent || !answer(&k, name, type))
			continue;
		k.p[7] = (unsigned char)k.records;
		sendto(fd, k.p, k.n, 0, (struct sockaddr *)&from, n);
	}
}
