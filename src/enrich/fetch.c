// SPDX-License-Identifier: MIT
#include "enrich/fetch.h"

#include "base/addr.h"
#include "base/text.h"
#include "base/curl_options.h"

#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define EVENTS_AT_ONCE 64

struct transfer {
	struct fetch *fetch;
	CURL *easy;
	char *body; /* owned */
	size_t n, cap, most;
	bool trusted, is_whois, proxied, overflowed, refused;
	void *context;
	char error[CURL_ERROR_SIZE];
};

struct fetch {
	CURLM *multi;
	int epoll, timer;
	unsigned most, running;
	struct transfer *transfers[FETCH_MOST]; /* that run */
	struct transfer *taken;                 /* what the last result borrows from */
};

static bool sockaddr_read(const struct curl_sockaddr *s, struct addr *ret, unsigned *ret_port)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)&s->addr;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)&s->addr;

	if (s->family == AF_INET) {
		*ret = addr_from_v4((const uint8_t *)&v4->sin_addr);
		*ret_port = ntohs(v4->sin_port);
	} else if (s->family == AF_INET6) {
		*ret = addr_from_v6(v6->sin6_addr.s6_addr);
		*ret_port = ntohs(v6->sin6_port);
	}
	return s->family == AF_INET || s->family == AF_INET6;
}

/* The last word on where a connection goes: names resolve to whatever their owner likes. All that a
 * transfer by a proxy connects to is the proxy, which may well be private. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *s)
{
	struct transfer *t = context;
	unsigned own = t->is_whois ? FETCH_PORT_WHOIS : FETCH_PORT_HTTPS;
	struct addr a;
	unsigned port;

	if (purpose != CURLSOCKTYPE_IPCXN || !sockaddr_read(s, &a, &port))
		return CURL_SOCKET_BAD;
	if (!t->trusted && !t->proxied && (port != own || !addr_is_global(&a))) {
		t->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(s->family, s->socktype | SOCK_CLOEXEC, s->protocol);
}

/* What curl wants to wait for. */

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known)
{
	struct fetch *f = context;
	struct epoll_event e = {.data.fd = fd};

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		epoll_ctl(f->epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	if (what & CURL_POLL_IN)
		e.events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		e.events |= EPOLLOUT;
	if (epoll_ctl(f->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e) < 0)
		epoll_ctl(f->epoll, known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &e);
	curl_multi_assign(f->multi, fd, f);
	return 0;
}

static int set_timer(CURLM *multi, long ms, void *context)
{
	struct fetch *f = context;
	struct itimerspec at = {0};

	(void)multi;
	if (ms >= 0) {
		at.it_value.tv_sec = ms / 1000;
		at.it_value.tv_nsec = ms % 1000 * 1000000;
		if (ms == 0)
			at.it_value.tv_nsec = 1; /* 0 would stop it */
	}
	timerfd_settime(f->timer, 0, &at, NULL);
	return 0;
}

struct fetch *fetch_new(unsigned most)
{
	struct fetch *f = calloc(1, sizeof *f);
	struct epoll_event e = {.events = EPOLLIN};

	if (!f)
		return NULL;
	f->most = most < FETCH_MOST ? most : FETCH_MOST;
	f->epoll = epoll_create1(EPOLL_CLOEXEC);
	f->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		f->multi = curl_multi_init();
	e.data.fd = f->timer;
	if (f->epoll < 0 || f->timer < 0 || !f->multi ||
		epoll_ctl(f->epoll, EPOLL_CTL_ADD, f->timer, &e) < 0) {
		fetch_free(f);
		return NULL;
	}
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
	/* As many sockets as transfers: connections that wait to be used again count, too. */
	curl_multi_setopt(f->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)f->most);
	curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)f->most);
	return f;
}

static void transfer_free(struct transfer *t)
{
	if (!t)
		return;
	if (t->easy) {
		curl_multi_remove_handle(t->fetch->multi, t->easy);
		curl_easy_cleanup(t->easy);
	}
	free(t->body);
	free(t);
}

void fetch_free(struct fetch *f)
{
	if (!f)
		return;
	transfer_free(f->taken);
	for (unsigned i = 0; i < f->most; i++)
		transfer_free(f->transfers[i]);
	if (f->multi)
		curl_multi_cleanup(f->multi);
	if (f->epoll >= 0)
		close(f->epoll);
	if (f->timer >= 0)
		close(f->timer);
	free(f);
}

int fetch_fd(const struct fetch *f)
{
	return f->epoll;
}

unsigned fetch_room(const struct fetch *f)
{
	return f->most - f->running;
}

/* Starting. */

static size_t take_bytes(char *p, size_t size, size_t n, void *context)
{
	struct transfer *t = context;

	n *= size;
	if (n > t->most - t->n) {
		t->overflowed = true;
		n = t->most - t->n;
	}
	if (t->n + n > t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 8192;
		while (cap < t->n + n)
			cap *= 2;
		char *body = realloc(t->body, cap);
		if (!body)
			return 0;
		t->body = body;
		t->cap = cap;
	}
	memcpy(t->body + t->n, p, n);
	t->n += n;
	return t->overflowed ? 0 : n; /* 0 ends the transfer */
}

static CURLcode set_limits(CURL *easy, struct transfer *t, unsigned protocols)
{
	CURLcode err = curl_allow(easy, protocols);

	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)FETCH_CONNECT_FOR);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)FETCH_FOR);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->error);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
	return err ? err : curl_leave_quickly(easy);
}

static CURLcode set_http(CURL *easy, const struct fetch_request *r)
{
	static struct curl_slist accept[] = {
		{(char *)(uintptr_t) "Accept: application/rdap+json, application/json", NULL}};
	CURLcode err = curl_easy_setopt(easy, CURLOPT_USERAGENT, "nethergaze/" NG_VERSION);

	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_HTTPHEADER, accept);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)r->body_max);
	return err;
}

static struct transfer *transfer_new(struct fetch *f, const struct fetch_request *r, bool is_whois)
{
	struct transfer *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	*t = (struct transfer){.fetch = f,
		.easy = curl_easy_init(),
		.most = r->body_max,
		.trusted = r->trusted,
		.is_whois = is_whois,
		.context = r->context};
	unsigned protocols = is_whois     ? CURLPROTO_GOPHER
			     : r->trusted ? CURLPROTO_HTTP | CURLPROTO_HTTPS
					  : CURLPROTO_HTTPS;
	CURLcode err = t->easy ? set_limits(t->easy, t, protocols) : CURLE_FAILED_INIT;
	if (!err)
		err = is_whois ? curl_easy_setopt(t->easy, CURLOPT_HTTPPROXYTUNNEL, 1L)
			       : set_http(t->easy, r);
	if (err) {
		if (t->easy)
			curl_easy_cleanup(t->easy);
		free(t);
		return NULL;
	}
	return t;
}

/* Either way nothing is left to the environment: with a proxy, no_proxy has been heard. */
static CURLcode set_proxy(struct transfer *t, const char *url, const char *host)
{
	enum fetch_scheme scheme = t->is_whois                          ? FETCH_WHOIS
				   : strncasecmp(url, "https:", 6) == 0 ? FETCH_HTTPS
									: FETCH_HTTP;
	const char *proxy = fetch_proxy(scheme, host);
	CURLcode err = curl_easy_setopt(t->easy, CURLOPT_PROXY, proxy);

	t->proxied = proxy[0] != '\0';
	return err ? err : curl_easy_setopt(t->easy, CURLOPT_NOPROXY, "");
}

static int begin(struct fetch *f, const char *url, const char *host, const struct fetch_request *r,
	bool is_whois)
{
	unsigned slot = 0;

	if (!fetch_room(f))
		return -EBUSY;
	while (f->transfers[slot])
		slot++;
	struct transfer *t = transfer_new(f, r, is_whois);
	if (!t)
		return -ENOMEM;
	if (curl_easy_setopt(t->easy, CURLOPT_URL, url) != CURLE_OK ||
		set_proxy(t, url, host) != CURLE_OK ||
		curl_multi_add_handle(f->multi, t->easy) != CURLM_OK) {
		transfer_free(t);
		return -ENOMEM;
	}
	f->transfers[slot] = t;
	f->running++;
	return 0;
}

int fetch_start(struct fetch *f, const struct fetch_request *r)
{
	char host[256];
	unsigned port;
	int err = fetch_origin(r->url, r->trusted, host, sizeof host, &port);

	return err ? err : begin(f, r->url, host, r, false);
}

/* Gopher (RFC 1436) sends a line and reads until the other side closes, which is whois (RFC
 * 3912) when the line is a query. The character after the slash is a type that is not sent. */
int fetch_whois(
	struct fetch *f, const char *server, const char *query, const struct fetch_request *r)
{
	char url[FETCH_URL_MAX], host[256];
	unsigned port;
	int err = fetch_server(server, r->trusted, host, sizeof host, &port);

	if (err)
		return err;
	int n = snprintf(url, sizeof url, "gopher://%s:%u/0", host, port);
	for (; *query && n + 4 < (int)sizeof url; query++) {
		bool plain = isalnum((unsigned char)*query) || *query == '.' || *query == ':';
		n += snprintf(url + n, sizeof url - (size_t)n, plain ? "%c" : "%%%02X",
			(unsigned char)*query);
	}
	return begin(f, url, host, r, true);
}

/* Going on. */

void fetch_turn(struct fetch *f)
{
	struct epoll_event ready[EVENTS_AT_ONCE];
	uint64_t ticks;
	int running, n = epoll_wait(f->epoll, ready, EVENTS_AT_ONCE, 0);

	for (int i = 0; i < n; i++) {
		int what = 0;
		if (ready[i].data.fd == f->timer) {
			if (read(f->timer, &ticks, sizeof ticks) > 0)
				curl_multi_socket_action(
					f->multi, CURL_SOCKET_TIMEOUT, 0, &running);
			continue;
		}
		if (ready[i].events & (EPOLLIN | EPOLLHUP))
			what |= CURL_CSELECT_IN;
		if (ready[i].events & EPOLLOUT)
			what |= CURL_CSELECT_OUT;
		if (ready[i].events & EPOLLERR)
			what |= CURL_CSELECT_ERR;
		curl_multi_socket_action(f->multi, ready[i].data.fd, what, &running);
	}
}

static void say_error(const struct transfer *t, CURLcode code, struct fetch_result *r)
{
	const char *why = t->overflowed                      ? "the answer is too long"
			  : t->refused                       ? "it leads to a private address"
			  : code == CURLE_OPERATION_TIMEDOUT ? "timed out"
			  : t->error[0]                      ? t->error
							     : curl_easy_strerror(code);

	r->err = t->overflowed || code == CURLE_FILESIZE_EXCEEDED ? -EFBIG : -EIO;
	r->error[text_sanitise(r->error, sizeof r->error - 1, str_of(why))] = '\0';
}

static void read_result(const struct transfer *t, CURLcode code, struct fetch_result *r)
{
	const char *redirect = NULL;
	char *type = NULL;
	curl_off_t wait = 0;

	*r = (struct fetch_result){.context = t->context, .body = {t->body, t->n}};
	if (code)
		say_error(t, code, r);
	if (t->is_whois)
		return;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &r->status);
	curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &type);
	curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &wait);
	curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &redirect);
	r->type = type;
	if (wait > 0)
		r->retry_after = (wait < FETCH_RETRY_MOST ? wait : FETCH_RETRY_MOST) * USEC_PER_SEC;
	if (redirect && strlen(redirect) < sizeof r->redirect)
		text_copy(r->redirect, sizeof r->redirect, str_of(redirect));
}

bool fetch_take(struct fetch *f, struct fetch_result *ret_result)
{
	CURLMsg *message;
	char *context = NULL;
	int left;

	do
		message = curl_multi_info_read(f->multi, &left);
	while (message && message->msg != CURLMSG_DONE);
	if (!message)
		return false;
	CURLcode code = message->data.result;
	curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
	struct transfer *t = (struct transfer *)(void *)context;
	for (unsigned i = 0; i < f->most; i++)
		if (f->transfers[i] == t)
			f->transfers[i] = NULL;
	f->running--;
	transfer_free(f->taken);
	f->taken = t;
	read_result(t, code, ret_result);
	return true;
}
