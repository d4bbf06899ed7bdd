// SPDX-License-Identifier: MIT
#include "app/metrics_server.h"

#include "app/http_request.h"
#include "base/addr.h"
#include "base/num.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG 16
#define REST    USEC_PER_SEC /* after accept(2) has failed, as for want of descriptors */
#define LINGER  USEC_PER_SEC /* for the end of a client that has its answer */

enum client_state {
	READING,
	WRITING,
	LINGERING /* all is sent; what the client still sends is thrown away, so that no reset
		   * overtakes the answer (RFC 9112, 9.6) */
};

struct client {
	struct metrics_server *server;
	int fd; /* -1: a free place */
	enum client_state state;
	usec_t until; /* monotonic */
	size_t in_n, out_n, sent;
	char *out; /* owned */
	char in[HTTP_REQUEST_MAX];
};

/* What was rendered last. */
struct rendered {
	char *text; /* owned; NULL: nothing */
	size_t n;
	usec_t at; /* monotonic */
};

struct metrics_server {
	int fd;
	struct loop *loop; /* borrowed; NULL: nobody is served */
	bool accepts;      /* the socket is watched */
	usec_t rest_until;
	metrics_render_fn *render;
	void *ctx;
	struct metrics_self account;
	struct rendered rendered[METRICS_FORMATS];
	struct client clients[METRICS_CLIENTS_MAX];
};

/* Where. */

static int parse_address(struct str host, bool bracketed, struct addr *ret)
{
	static const uint8_t local[4] = {127, 0, 0, 1};

	if (!bracketed && (!host.n || str_eq(host, STR_LIT("localhost")))) {
		*ret = addr_from_v4(local);
		return 0;
	}
	if (addr_parse(host, ret) < 0 || bracketed == addr_is_v4(ret))
		return -EINVAL;
	return 0;
}

static bool is_loopback(const struct addr *a)
{
	static const uint8_t last[16] = {[15] = 1};

	return addr_is_v4(a) ? a->b[12] == 127 : memcmp(a->b, last, sizeof last) == 0;
}

static void put_place(struct metrics_place *ret, const struct addr *a, uint16_t port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	*ret = (struct metrics_place){.is_loopback = is_loopback(a)};
	if (addr_is_v4(a)) {
		memcpy(&v4.sin_addr, a->b + 12, sizeof v4.sin_addr);
		memcpy(&ret->addr, &v4, ret->n = sizeof v4);
	} else {
		memcpy(&v6.sin6_addr, a->b, sizeof v6.sin6_addr);
		memcpy(&ret->addr, &v6, ret->n = sizeof v6);
	}
}

int metrics_place_parse(struct str text, struct metrics_place *ret)
{
	const char *colon = text.n ? memrchr(text.p, ':', text.n) : NULL;
	struct str host = {text.p, colon ? (size_t)(colon - text.p) : 0};
	struct str port = colon ? str_skip(text, host.n + 1) : text;
	bool bracketed = host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';
	struct addr a;
	uint64_t n;

	if (bracketed)
		host = (struct str){host.p + 1, host.n - 2};
	if (num_u64(port, &n) < 0 || n == 0 || n > UINT16_MAX ||
		parse_address(host, bracketed, &a) < 0)
		return -EINVAL;
	put_place(ret, &a, (uint16_t)n);
	return 0;
}

static int listen_at(const struct metrics_place *place)
{
	const int on = 1;
	int family = place->addr.ss_family;
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, (const struct sockaddr *)&place->addr, place->n) == 0 &&
		listen(fd, BACKLOG) == 0)
		return fd;
	int err = -errno;
	close(fd);
	return err;
}

/* Answers. */

/* "Sun, 06 Nov 1994 08:49:37 GMT", whatever the locale (RFC 9110, 5.6.7). */
static void put_date(char buf[static 40])
{
	static const char days[] = "SunMonTueWedThuFriSat",
			  months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = (time_t)(clock_now() / USEC_PER_SEC);
	struct tm tm = {0};

	gmtime_r(&now, &tm);
	snprintf(buf, 40, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * (size_t)tm.tm_wday,
		tm.tm_mday % 100, months + 3 * (size_t)tm.tm_mon, (tm.tm_year + 1900) % 10000,
		tm.tm_hour % 100, tm.tm_min % 100, tm.tm_sec % 100);
}

static void put_head(FILE *f, enum http_status status, const char *type, size_t n)
{
	char date[40];

	put_date(date);
	fprintf(f, "HTTP/1.1 %d %s\r\nDate: %s\r\n", (int)status, http_reason(status), date);
	fprintf(f, "Content-Type: %s\r\nContent-Length: %zu\r\n", type, n);
	if (status == HTTP_NOT_ALLOWED)
		fputs("Allow: GET, HEAD\r\n", f);
	fputs("Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
	      "Connection: close\r\n\r\n",
		f);
}

/* NULL: memory is out. */
static const struct rendered *render(struct metrics_server *s, enum metrics_format format)
{
	struct rendered *r = &s->rendered[format], fresh = {0};
	usec_t now = clock_usec(CLOCK_MONOTONIC);

	if (r->text && now - r->at < METRICS_FRESH)
		return r;
	FILE *f = open_memstream(&fresh.text, &fresh.n);
	bool failed = !f;
	if (f) {
		s->render(s->ctx, f, format, &s->account);
		failed = ferror(f) != 0;
		failed |= fclose(f) != 0;
	}
	if (failed || !fresh.text) {
		free(fresh.text);
		return NULL;
	}
	fresh.at = now;
	free(r->text);
	*r = fresh;
	return r;
}

static bool put_answer(
	struct metrics_server *s, FILE *f, enum http_status status, const struct http_request *r)
{
	enum metrics_format format = r->open_metrics ? METRICS_OPEN : METRICS_TEXT;
	char text[96];

	if (status != HTTP_OK) {
		int n = snprintf(text, sizeof text, "%d %s; expected GET " HTTP_PATH "\n",
			(int)status, http_reason(status));
		put_head(f, status, "text/plain; charset=utf-8", (size_t)n);
		fputs(text, f);
		return true;
	}
	const struct rendered *body = render(s, format);
	if (!body)
		return false;
	put_head(f, HTTP_OK, metrics_type(format), body->n);
	if (!r->head)
		fwrite(body->text, 1, body->n, f);
	return true;
}

/* Clients. */

static void end_client(struct client *c)
{
	loop_unwatch(c->server->loop, c->fd);
	close(c->fd);
	free(c->out);
	c->out = NULL;
	c->fd = -1;
}

static void accept_again(struct metrics_server *s);

static void drop(struct client *c)
{
	end_client(c);
	accept_again(c->server);
}

static void turn(void *ctx, uint32_t events);

/* Waits for other events than before. */
static void await(struct client *c, uint32_t events)
{
	loop_unwatch(c->server->loop, c->fd);
	if (loop_watch(c->server->loop, c->fd, events, turn, c) < 0)
		drop(c);
}

static void await_room(struct client *c)
{
	if (c->state == READING)
		await(c, EPOLLOUT);
	c->state = WRITING;
}

static void write_out(struct client *c)
{
	while (c->sent < c->out_n) {
		ssize_t n = send(c->fd, c->out + c->sent, c->out_n - c->sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			await_room(c);
			return;
		}
		if (n < 0) {
			c->server->account.failed++;
			drop(c);
			return;
		}
		c->sent += (size_t)n;
	}
	shutdown(c->fd, SHUT_WR);
	c->until = clock_usec(CLOCK_MONOTONIC) + LINGER;
	if (c->state == WRITING)
		await(c, EPOLLIN);
	c->state = LINGERING;
}

static void answer(struct client *c, enum http_status status, const struct http_request *r)
{
	struct metrics_server *s = c->server;
	FILE *f = open_memstream(&c->out, &c->out_n);
	bool made = f && put_answer(s, f, status, r);

	if (f)
		made &= fclose(f) == 0;
	if (!made || !c->out) {
		s->account.failed++;
		drop(c);
		return;
	}
	if (status == HTTP_OK)
		s->account.answered++;
	else
		s->account.refused++;
	write_out(c);
}

static void read_in(struct client *c)
{
	struct http_request request = {0};
	ssize_t n = recv(c->fd, c->in + c->in_n, sizeof c->in - c->in_n, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(c);
		return;
	}
	c->in_n += (size_t)n;
	enum http_status status = http_request_read((struct str){c->in, c->in_n}, &request);
	if (status != HTTP_MORE)
		answer(c, status, &request);
}

static void throw_away(struct client *c)
{
	ssize_t n = recv(c->fd, c->in, sizeof c->in, 0);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		drop(c);
}

static void turn(void *ctx, uint32_t events)
{
	struct client *c = ctx;

	(void)events;
	if (c->state == READING)
		read_in(c);
	else if (c->state == WRITING)
		write_out(c);
	else
		throw_away(c);
}

/* The socket. */

static struct client *free_place(struct metrics_server *s)
{
	for (size_t i = 0; i < METRICS_CLIENTS_MAX; i++)
		if (s->clients[i].fd < 0)
			return &s->clients[i];
	return NULL;
}

static void pause_accepting(struct metrics_server *s)
{
	loop_unwatch(s->loop, s->fd);
	s->accepts = false;
}

static void take_client(void *ctx, uint32_t events)
{
	struct metrics_server *s = ctx;
	struct client *c = free_place(s);

	(void)events;
	int fd = c ? accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC) : -1;
	if (c && fd < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED))
		return;
	if (fd < 0) {
		/* Ready as it is, it would wake the loop over and over. */
		s->rest_until = clock_usec(CLOCK_MONOTONIC) + (c ? REST : 0);
		s->account.failed += c != NULL;
		pause_accepting(s);
		return;
	}
	*c = (struct client){
		.server = s, .fd = fd, .until = clock_usec(CLOCK_MONOTONIC) + METRICS_PATIENCE};
	if (loop_watch(s->loop, fd, EPOLLIN, turn, c) < 0)
		end_client(c);
}

static void accept_again(struct metrics_server *s)
{
	if (!s->accepts && s->loop && clock_usec(CLOCK_MONOTONIC) >= s->rest_until)
		s->accepts = loop_watch(s->loop, s->fd, EPOLLIN, take_client, s) == 0;
}

struct metrics_server *metrics_server_new(
	const struct metrics_place *place, metrics_render_fn *render_fn, void *ctx, int *ret_err)
{
	struct metrics_server *s = calloc(1, sizeof *s);

	*ret_err = -ENOMEM;
	if (!s)
		return NULL;
	s->render = render_fn;
	s->ctx = ctx;
	for (size_t i = 0; i < METRICS_CLIENTS_MAX; i++)
		s->clients[i] = (struct client){.server = s, .fd = -1};
	s->fd = listen_at(place);
	*ret_err = s->fd < 0 ? s->fd : 0;
	if (!*ret_err)
		return s;
	free(s);
	return NULL;
}

void metrics_server_free(struct metrics_server *s)
{
	if (!s)
		return;
	metrics_server_watch(s, NULL);
	close(s->fd);
	for (size_t i = 0; i < METRICS_FORMATS; i++)
		free(s->rendered[i].text);
	free(s);
}

int metrics_server_watch(struct metrics_server *s, struct loop *loop)
{
	if (!loop && s->loop) {
		for (size_t i = 0; i < METRICS_CLIENTS_MAX; i++)
			if (s->clients[i].fd >= 0)
				end_client(&s->clients[i]);
		pause_accepting(s);
	}
	s->loop = loop;
	if (!loop)
		return 0;
	int err = loop_watch(loop, s->fd, EPOLLIN, take_client, s);
	s->accepts = !err;
	return err;
}

void metrics_server_poll(struct metrics_server *s, usec_t now)
{
	for (size_t i = 0; i < METRICS_CLIENTS_MAX; i++) {
		struct client *c = &s->clients[i];
		if (c->fd < 0 || now < c->until)
			continue;
		s->account.timed_out += c->state != LINGERING;
		end_client(c);
	}
	accept_again(s);
}

const struct metrics_self *metrics_server_account(const struct metrics_server *s)
{
	return &s->account;
}
