// SPDX-License-Identifier: MIT
/* talk: one connection to itself over 127.0.0.1, all of its life known beforehand: the client says
 * five bytes and closes first, the server reads to the end and closes. Prints "SERVER-PORT
 * CLIENT-PORT" when it is over. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

static struct sockaddr_in name_of(int fd)
{
	struct sockaddr_in a = {0};
	socklen_t size = sizeof a;

	must(getsockname(fd, (struct sockaddr *)&a, &size), "getsockname");
	return a;
}

static void read_to_end(int fd)
{
	char buf[64];

	while (recv(fd, buf, sizeof buf, 0) > 0)
		;
}

int main(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
	int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket"), server;

	must(bind(listener, (struct sockaddr *)&a, sizeof a), "bind");
	must(listen(listener, 1), "listen");
	a = name_of(listener);
	must(connect(client, (struct sockaddr *)&a, sizeof a), "connect");
	server = must(accept(listener, NULL, NULL), "accept");
	must((int)send(client, "hello", 5, 0), "send");
	in_port_t port = name_of(client).sin_port;
	close(client);
	read_to_end(server);
	close(server);
	printf("%d %d\n", ntohs(a.sin_port), ntohs(port));
	return 0;
}
