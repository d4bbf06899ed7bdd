// SPDX-License-Identifier: MIT
/*
 * fake_registry: an RDAP bootstrap, RDAP servers and whois servers on the loopback, in one process.
 *
 * usage: fake_registry [hang]
 *
 * Prints "http PORT", "whois PORT", then a line for each thing that is asked ("rdap PATH", "whois
 * QUERY", "connect HOST:PORT" when taken for a proxy) and "most N" whenever more connections are
 * open than ever before. What is answered depends on the first part of the address; see services[]
 * and answer_whois(). With "hang" nothing is ever answered but the bootstrap. Ends with its parent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MAX 512
#define HUGE_BYTES  (10u << 20)

struct client {
	size_t filler; /* bytes of rubbish still to send after out */
	char in[2048];
	size_t in_n;
	char *out;
	size_t out_n, out_at;
	long due; /* ms: not to be answered before */
	int fd;
	bool is_whois, endless, close_after;
};

static struct client clients[CLIENTS_MAX];
static unsigned open_now, open_most;
static unsigned http_port, whois_port;
static bool hang;

/* Which part of the Internet is served how; of https, on the plain port. */
static const struct {
	const char *net, *mode;
} services[] = {
	{"8.0.0.0/8", "good"},
	{"9.0.0.0/8", "slow"},
	{"11.0.0.0/8", "limit"},
	{"12.0.0.0/8", "none"},
	{"13.0.0.0/8", "loop"},
	{"15.0.0.0/8", "huge"},
	{"16.0.0.0/8", "broken"},
	{"17.0.0.0/8", "html"},
	{"18.0.0.0/8", "tls"},
	{"19.0.0.0/8", "hang"},
	{"20.0.0.0/8", "moved"},
	{"21.0.0.0/8", "escape"},
	{"22.0.0.0/8", "later"},
};

#define SERVICES  (sizeof services / sizeof services[0])
#define LISTENERS (2 + SERVICES)

/* One server rests or fails without the others: each service has a port of its own. */
static unsigned ports[SERVICES];

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int open_port(unsigned *ret_port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) < 0 || listen(fd, 512) < 0 ||
		getsockname(fd, (struct sockaddr *)&a, &n) < 0)
		die("listen");
	*ret_port = ntohs(a.sin_port);
	return fd;
}

/* HTTP. */

static void reply(struct client *c, const char *status, const char *headers, const char *body)
{
	size_t room = strlen(body) + strlen(headers) + 256;

	c->out = malloc(room);
	if (!c->out)
		die("malloc");
	c->out_n = (size_t)snprintf(c->out, room, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s",
		status, headers, strlen(body) + c->filler, body);
	c->out_at = 0;
}

static void reply_bootstrap(struct client *c, bool v4)
{
	char body[4096];
	size_t n = (size_t)snprintf(body, sizeof body, "{\"version\":\"1.0\",\"services\":[");

	if (!v4)
		n += (size_t)snprintf(body + n, sizeof body - n,
			"[[\"2a00::/12\"],[\"http://127.0.0.1:%u/good/\"]]", http_port);
	for (size_t i = 0; v4 && i < SERVICES; i++)
		n += (size_t)snprintf(body + n, sizeof body - n,
			"%s[[\"%s\"],[\"%s://127.0.0.1:%u/%s/\"]]", i ? "," : "", services[i].net,
			strcmp(services[i].mode, "tls") == 0 ? "https" : "http", ports[i],
			services[i].mode);
	snprintf(body + n, sizeof body - n, "]}");
	reply(c, "200 OK", "Content-Type: application/json\r\n", body);
}

/* A /22, or a /32 of IPv6, around the address. */
static void reply_network(struct client *c, const char *ip)
{
	char range[160], body[1024];
	unsigned a, b, d;

	if (sscanf(ip, "%u.%u.%u.", &a, &b, &d) == 3)
		snprintf(range, sizeof range,
			"\"startAddress\":\"%u.%u.%u.0\",\"endAddress\":\"%u.%u.%u.255\"", a, b,
			d & ~3u, a, b, d | 3u);
	else
		snprintf(range, sizeof range,
			"\"startAddress\":\"2a00:1450::\",\"endAddress\":"
			"\"2a00:1450:ffff:ffff:ffff:ffff:ffff:ffff\"");
	snprintf(body, sizeof body,
		"{\"objectClassName\":\"ip network\",\"handle\":\"NET-1\",%s,\"name\":\"FAKE-NET\","
		"\"country\":\"BR\",\"events\":[{\"eventAction\":\"registration\",\"eventDate\":"
		"\"2011-04-05T00:00:00Z\"}],\"entities\":[{\"roles\":[\"registrant\"],"
		"\"vcardArray\":[\"vcard\",[[\"fn\",{},\"text\",\"Fake Ltd\"]]]},{\"roles\":"
		"[\"abuse\"],\"vcardArray\":[\"vcard\",[[\"email\",{},\"text\","
		"\"abuse@fake.example\"]]]}]}",
		range);
	reply(c, "200 OK", "Content-Type: application/rdap+json\r\n", body);
}

static void redirect(struct client *c, const char *format, const char *ip)
{
	char headers[256], url[128];

	snprintf(url, sizeof url, "http://127.0.0.1:%u/%s", http_port, format);
	if (strcmp(format, "escape") == 0)
		snprintf(url, sizeof url, "http://10.255.255.1/");
	snprintf(headers, sizeof headers, "Location: %s%s%s\r\n", url,
		strcmp(format, "escape") == 0 ? "ip/" : "/ip/", ip);
	reply(c, "302 Found", headers, "");
}

static void answer_mode(struct client *c, const char *mode, const char *ip)
{
	if (hang || strcmp(mode, "hang") == 0)
		return;
	if (strcmp(mode, "slow") == 0)
		c->due = now_ms() + 1500;
	if (strcmp(mode, "good") == 0 || strcmp(mode, "slow") == 0) {
		reply_network(c, ip);
	} else if (strcmp(mode, "limit") == 0) {
		reply(c, "429 Too Many Requests", "Retry-After: 3600\r\n", "");
	} else if (strcmp(mode, "later") == 0) {
		reply(c, "503 Unavailable", "Retry-After: Fri, 01 Jan 2099 00:00:00 GMT\r\n", "");
	} else if (strcmp(mode, "loop") == 0) {
		redirect(c, "loop", ip);
	} else if (strcmp(mode, "moved") == 0) {
		redirect(c, "good", ip);
	} else if (strcmp(mode, "escape") == 0) {
		redirect(c, "escape", ip);
	} else if (strcmp(mode, "huge") == 0) {
		c->filler = HUGE_BYTES;
		reply(c, "200 OK", "Content-Type: application/rdap+json\r\n", "{\"name\":\"");
	} else if (strcmp(mode, "broken") == 0) {
		reply(c, "200 OK", "Content-Type: application/rdap+json\r\n", "{\"name\":[[[");
	} else if (strcmp(mode, "html") == 0) {
		reply(c, "200 OK", "Content-Type: text/html\r\n", "<html>hello</html>");
	} else {
		reply(c, "404 Not Found", "Content-Type: application/rdap+json\r\n",
			"{\"errorCode\":404}");
	}
}

static void answer_http(struct client *c)
{
	char path[512], mode[32], ip[64];

	if (c->in_n > 5 && memcmp(c->in, "\x16\x03", 2) == 0) {
		printf("tls\n");
		c->close_after = true;
		reply(c, "400 Bad Request", "", "");
		return;
	}
	if (!memmem(c->in, c->in_n, "\r\n\r\n", 4))
		return;
	c->in[c->in_n < sizeof c->in ? c->in_n : sizeof c->in - 1] = '\0';
	c->in_n = 0;
	if (sscanf(c->in, "CONNECT %511s ", path) == 1)
		printf("connect %s\n", path);
	if (sscanf(c->in, "GET %511s ", path) != 1) {
		reply(c, "400 Bad Request", "", "");
		return;
	}
	printf("rdap %s\n", path);
	if (strstr(path, "ipv4.json") || strstr(path, "ipv6.json"))
		reply_bootstrap(c, strstr(path, "ipv4.json") != NULL);
	else if (sscanf(path, "/%31[a-z]/ip/%63[0-9a-f.:]", mode, ip) == 2)
		answer_mode(c, mode, ip);
	else
		reply(c, "404 Not Found", "", "");
}

/* Whois. */

static void say(struct client *c, const char *text)
{
	c->out = strdup(text);
	c->out_n = strlen(text);
	c->out_at = 0;
	c->close_after = true;
}

static void answer_whois(struct client *c)
{
	char *end = memmem(c->in, c->in_n, "\r\n", 2), text[512];
	unsigned a, b, d;

	if (!end)
		return;
	*end = '\0';
	printf("whois %s\n", c->in);
	if (hang || sscanf(c->in, "%u.%u.%u.", &a, &b, &d) != 3)
		return;
	switch (a) {
	case 30: /* by way of another name of the same server */
		snprintf(text, sizeof text, "refer: 127.0.0.1:%u/\r\n", whois_port);
		break;
	case 31: /* silence */
		return;
	case 32: /* binary */
		memset(text, 0xf5, sizeof text - 1);
		text[sizeof text - 1] = '\0';
		break;
	case 33: /* endless */
		c->endless = true;
		return;
	case 34: /* Latin-1, and an escape */
		snprintf(text, sizeof text,
			"inetnum: %u.%u.%u.0 - %u.%u.%u.255\r\nnetname: FAKE-WHOIS\x1b[31m\r\n"
			"descr: Caf\xe9\r\ncountry: fr\r\nabuse-mailbox: a@whois.example\r\n",
			a, b, d, a, b, d);
		break;
	case 35: /* somewhere else */
		snprintf(text, sizeof text, "refer: 10.255.255.1\r\n");
		break;
	case 36: /* who asked too much */
		snprintf(text, sizeof text,
			"%%ERROR:201: access denied for 192.0.2.1\n%%\n%% Queries from your IP "
			"address have passed the daily limit of controlled objects.\r\n");
		break;
	default:
		snprintf(text, sizeof text, "%% no match\r\n");
	}
	say(c, text);
}

/* Connections. */

static void take_client(int listener, bool is_whois)
{
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return;
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		if (clients[i].fd >= 0)
			continue;
		clients[i] = (struct client){.fd = fd, .is_whois = is_whois};
		if (++open_now > open_most)
			printf("most %u\n", open_most = open_now);
		return;
	}
	close(fd);
}

static void drop(struct client *c)
{
	close(c->fd);
	free(c->out);
	*c = (struct client){.fd = -1};
	open_now--;
}

static void take_input(struct client *c)
{
	ssize_t n = recv(c->fd, c->in + c->in_n, sizeof c->in - 1 - c->in_n, 0);

	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			drop(c);
		return;
	}
	c->in_n += (size_t)n;
	if (c->is_whois)
		answer_whois(c);
	else if (!c->out)
		answer_http(c);
}

static void send_rubbish(struct client *c)
{
	static char rubbish[16384];
	size_t n = sizeof rubbish;

	memset(rubbish, 'x', sizeof rubbish);
	if (!c->endless && c->filler < n)
		n = c->filler;
	ssize_t sent = send(c->fd, rubbish, n, MSG_NOSIGNAL);
	if (sent < 0 && errno != EAGAIN)
		drop(c);
	else if (sent > 0 && !c->endless)
		c->filler -= (size_t)sent;
}

static void give_output(struct client *c)
{
	if (c->out && c->out_at < c->out_n) {
		ssize_t n = send(c->fd, c->out + c->out_at, c->out_n - c->out_at, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN)
			drop(c);
		else if (n > 0)
			c->out_at += (size_t)n;
		return;
	}
	if (c->filler || c->endless) {
		send_rubbish(c);
		return;
	}
	if (c->close_after) {
		drop(c);
		return;
	}
	free(c->out);
	c->out = NULL;
}

static short wants(const struct client *c)
{
	bool out = (c->out || c->filler || c->endless) && now_ms() >= c->due;

	return (short)(POLLIN | (out ? POLLOUT : 0));
}

static void turn(const int listeners[LISTENERS])
{
	struct pollfd p[LISTENERS + CLIENTS_MAX] = {0};

	for (size_t i = 0; i < LISTENERS; i++)
		p[i] = (struct pollfd){.fd = listeners[i], .events = POLLIN};
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		p[LISTENERS + i] = (struct pollfd){.fd = clients[i].fd,
			.events = clients[i].fd >= 0 ? wants(&clients[i]) : (short)0};
	poll(p, LISTENERS + CLIENTS_MAX, 100);
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		short got = p[LISTENERS + i].revents;
		if (got & (POLLIN | POLLHUP | POLLERR))
			take_input(&clients[i]);
		if (clients[i].fd >= 0 && got & POLLOUT)
			give_output(&clients[i]);
	}
	for (size_t i = 0; i < LISTENERS; i++)
		if (p[i].revents)
			take_client(listeners[i], i == 1);
}

int main(int argc, char **argv)
{
	int listeners[LISTENERS];

	hang = argc > 1 && strcmp(argv[1], "hang") == 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		clients[i].fd = -1;
	listeners[0] = open_port(&http_port);
	listeners[1] = open_port(&whois_port);
	for (size_t i = 0; i < SERVICES; i++)
		listeners[2 + i] = open_port(&ports[i]);
	printf("http %u\nwhois %u\n", http_port, whois_port);
	for (;;)
		turn(listeners);
}
