// SPDX-License-Identifier: MIT
/* talk: one connection to itself over 127.0.0.1, all of its life known beforehand: the client says
 * five bytes and closes first, the server reads to the end and closes. Prints "SERVER-PORT
 * CLIENT-PORT" when it is over.
 *
 * talk PORT: sends what stdin has to 127.0.0.1:PORT, says that this is all, and reads to the end,
 * ten seconds at most. Prints the client's port. */
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

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons((in_port_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* What the server does not want to read any more it need not; whoever writes to us shall not
 * notice. */
static void send_stdin(int fd)
{
	char buf[65536];
	ssize_t n, sent = 0;

	while ((n = read(STDIN_FILENO, buf, sizeof buf)) > 0)
		if (sent >= 0)
			sent = send(fd, buf, (size_t)n, MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
}

static int talk_to(int port)
{
	struct sockaddr_in a = loopback(port);
	struct timeval patience = {.tv_sec = 10};
	int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), "setsockopt");
	must(connect(fd, (struct sockaddr *)&a, sizeof a), "connect");
	printf("%d\n", ntohs(name_of(fd).sin_port));
	send_stdin(fd);
	read_to_end(fd);
	close(fd);
	return 0;
}

static int talk_to_itself(void)
{
	struct sockaddr_in a = loopback(0);
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

int main(int argc, char *argv[])
{
	return argc > 1 ? talk_to(atoi(argv[1])) : talk_to_itself();
}
