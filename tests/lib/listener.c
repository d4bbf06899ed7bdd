// SPDX-License-Identifier: MIT
/* listener [--udp] ADDRESS PORT BACKLOG: listens there, says "ready", and never accepts; with --udp
 * has a UDP socket there as well, as a server of HTTP/3 has. Until stdin ends. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool read_address(const char *text, const char *port, union address *a)
{
	memset(a, 0, sizeof *a);
	a->any.sa_family = strchr(text, ':') ? AF_INET6 : AF_INET;
	a->v4.sin_port = htons((in_port_t)atoi(port)); /* where IPv6 has it, too */
	return inet_pton(a->any.sa_family, text,
		       a->any.sa_family == AF_INET6 ? (void *)&a->v6.sin6_addr
						    : (void *)&a->v4.sin_addr) == 1;
}

static bool bind_datagrams(const union address *a)
{
	int fd = socket(a->any.sa_family, SOCK_DGRAM, 0);

	return fd >= 0 && bind(fd, &a->any, sizeof *a) == 0;
}

int main(int argc, char **argv)
{
	bool udp = argc > 1 && strcmp(argv[1], "--udp") == 0;
	union address a;
	int fd, one = 1;

	argc -= udp;
	argv += udp;
	if (argc != 4 || !read_address(argv[1], argv[2], &a)) {
		fprintf(stderr, "usage: listener [--udp] ADDRESS PORT BACKLOG\n");
		return 2;
	}
	fd = socket(a.any.sa_family, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (fd < 0 || bind(fd, &a.any, sizeof a) < 0 || listen(fd, atoi(argv[3])) < 0 ||
		(udp && !bind_datagrams(&a))) {
		perror("listener");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
