// SPDX-License-Identifier: MIT
#include "enrich/rdns.h"

#include "base/container.h"
#include "base/text.h"
#include "enrich/local_addrs.h"

#define CARES_NO_DEPRECATED /* their successors are younger than the c-ares of Debian 12 */
#include <ares.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define TIMEOUT        2000 /* ms, of the first try */
#define TRIES          2
#define EVENTS_AT_ONCE 32
#define NAME_MAX_BYTES 254
#define NAMES_MOST     8  /* of one address that are tried; anybody can give his any number */
#define REVERSE_MAX    80 /* 32 digits with their dots, "ip6.arpa" */
#define STATUS_EVERY   (1 * USEC_PER_SEC)

enum ask_state {
	ASK_FREE,
	ASK_RUNNING,
	ASK_NAMED, /* there is a name, which is not confirmed yet */
	ASK_ENDED  /* to be told */
};

struct ask {
	struct rdns *rdns;
	enum ask_state state;
	struct addr ip;
	bool answered, confirmed; /* answered: there is a name, or it is known that there is none */
	bool silent;              /* of some name it is not known whether it leads back */
	uint32_t name_n, at;      /* how many names there are; which one is tried */
	char names[NAMES_MOST][NAME_MAX_BYTES]; /* as they came */
};

struct rdns {
	struct source source;
	ares_channel channel;
	int epoll;
	struct local_addrs own;
	struct ask asks[RDNS_ASKS];
	unsigned used;
	uint64_t asked, answered, failed;
	uint64_t reported_asked, reported_ended;
	bool reported;
	usec_t next_status;
};

unsigned rdns_room(const struct source *s)
{
	return RDNS_ASKS - container_of(s, const struct rdns, source)->used;
}

/* Answers. They may come before the call that asks returns. */

/* Else the server failed (SERVFAIL, REFUSED), or was silent: nothing is known then. */
static bool is_answer(int status)
{
	return status == ARES_SUCCESS || status == ARES_ENOTFOUND || status == ARES_ENODATA;
}

static void take_forward(void *context, int status, int timeouts, struct ares_addrinfo *info)
{
	struct ask *a = context;

	(void)timeouts;
	for (struct ares_addrinfo_node *n = info ? info->nodes : NULL; n; n = n->ai_next) {
		const void *sa = n->ai_addr;
		const struct sockaddr_in *v4 = sa;
		const struct sockaddr_in6 *v6 = sa;
		struct addr ip = {{0}};
		if (n->ai_family == AF_INET)
			ip = addr_from_v4((const uint8_t *)&v4->sin_addr);
		else if (n->ai_family == AF_INET6)
			ip = addr_from_v6(v6->sin6_addr.s6_addr);
		a->confirmed |= addr_eq(&ip, &a->ip);
	}
	if (info)
		ares_freeaddrinfo(info);
	if (status == ARES_EDESTRUCTION)
		return;
	a->silent |= !is_answer(status);
	a->state = ASK_ENDED;
	if (!a->confirmed && a->at + 1 < a->name_n) {
		a->at++;
		a->state = ASK_NAMED;
	}
}

/* The bytes of an address, and how many. */
static const uint8_t *bytes_of(const struct addr *ip, int *ret_n)
{
	bool v4 = addr_is_v4(ip);

	*ret_n = v4 ? 4 : 16;
	return ip->b + (v4 ? 12 : 0);
}

static int family_of(const struct addr *ip)
{
	return addr_is_v4(ip) ? AF_INET : AF_INET6;
}

static void add_name(struct ask *a, const char *name)
{
	if (!name || !name[0] || strlen(name) >= NAME_MAX_BYTES || a->name_n == NAMES_MOST)
		return;
	for (uint32_t i = 0; i < a->name_n; i++)
		if (strcmp(a->names[i], name) == 0)
			return;
	text_copy(a->names[a->name_n++], NAME_MAX_BYTES, str_of(name));
}

static void take_name(void *context, int status, int timeouts, unsigned char *reply, int n)
{
	struct ask *a = context;
	struct hostent *host = NULL;
	int bytes;

	(void)timeouts;
	if (status == ARES_EDESTRUCTION)
		return;
	const uint8_t *ip = bytes_of(&a->ip, &bytes);
	if (status == ARES_SUCCESS)
		status = ares_parse_ptr_reply(reply, n, ip, bytes, family_of(&a->ip), &host);
	a->answered = is_answer(status);
	a->state = ASK_ENDED;
	if (host) {
		add_name(a, host->h_name);
		for (char **more = host->h_aliases; more && *more; more++)
			add_name(a, *more);
		ares_free_hostent(host);
	}
	if (a->name_n)
		a->state = ASK_NAMED;
}

static void ask_forward(struct rdns *r, struct ask *a)
{
	struct ares_addrinfo_hints hints = {
		.ai_family = family_of(&a->ip), .ai_flags = ARES_AI_NOSORT};

	a->state = ASK_RUNNING;
	ares_getaddrinfo(r->channel, a->names[a->at], NULL, &hints, take_forward, a);
}

/* The name that a PTR record of the address has (RFC 1035, 3.5; RFC 3596, 2.5). */
static void reverse_name(const struct addr *ip, char buf[static REVERSE_MAX])
{
	int n, at = 0;
	const uint8_t *b = bytes_of(ip, &n);

	while (n-- > 0)
		at += addr_is_v4(ip) ? sprintf(buf + at, "%u.", b[n])
				     : sprintf(buf + at, "%x.%x.", b[n] & 15u, b[n] >> 4);
	strcpy(buf + at, addr_is_v4(ip) ? "in-addr.arpa" : "ip6.arpa");
}

/* ares_gethostbyaddr does not tell a failure from a name that does not exist (next_lookup). */
static void ask_name(struct rdns *r, struct ask *a)
{
	char name[REVERSE_MAX];

	a->state = ASK_RUNNING;
	r->asked++;
	reverse_name(&a->ip, name);
	ares_query(r->channel, name, ns_c_in, ns_t_ptr, take_name, a);
}

bool rdns_want(struct source *s, const struct addr *ip)
{
	struct rdns *r = container_of(s, struct rdns, source);
	struct ask *place = NULL;

	if (!addr_is_global(ip) || local_addrs_has(&r->own, ip, clock_now()))
		return false;
	for (size_t i = 0; i < RDNS_ASKS; i++) {
		struct ask *a = &r->asks[i];
		if (a->state != ASK_FREE && addr_eq(&a->ip, ip))
			return false;
		if (a->state == ASK_FREE)
			place = a;
	}
	if (!place)
		return false;
	*place = (struct ask){.rdns = r, .ip = *ip};
	r->used++;
	ask_name(r, place);
	return true;
}

static void tell(struct rdns *r, struct ask *a, usec_t now, struct event_sink *sink)
{
	struct event e = event_make(EVENT_RDNS, now);
	char clean[EVENT_TEXT_MAX / 8];

	e.rdns.ip = a->ip;
	e.rdns.confirmed = a->confirmed;
	/* The one that leads back; else the first. */
	if (a->name_n) {
		const char *name = a->names[a->confirmed ? a->at : 0];
		e.rdns.name = (struct str){clean, text_sanitise(clean, sizeof clean, str_of(name))};
	}
	if (!a->answered || (a->silent && !a->confirmed))
		e.rdns.note = STR_LIT("nobody answered");
	if (!e.rdns.note.p)
		r->answered++;
	else
		r->failed++;
	a->state = ASK_FREE;
	r->used--;
	/* That nobody answered is told, too, or it would be asked again at once. */
	event_put(sink, &e);
}

static void put_status(struct rdns *r, usec_t now, struct event_sink *sink)
{
	struct event e = event_make(EVENT_ENRICHER, now);
	uint64_t ended = r->answered + r->failed;

	if (r->reported && r->reported_asked == r->asked && r->reported_ended == ended)
		return;
	e.enricher.what = STR_LIT("rdns");
	e.enricher.state = r->failed && !r->answered ? STR_LIT("silent") : STR_LIT("ready");
	e.enricher.asked = r->asked;
	e.enricher.answered = r->answered;
	e.enricher.failed = r->failed;
	e.enricher.waiting = r->used;
	r->reported = true;
	r->reported_asked = r->asked;
	r->reported_ended = ended;
	event_put(sink, &e);
}

/* The source. */

static void watch_socket(void *context, ares_socket_t fd, int readable, int writable)
{
	struct rdns *r = context;
	struct epoll_event e = {.data.fd = fd};

	if (!readable && !writable) {
		epoll_ctl(r->epoll, EPOLL_CTL_DEL, fd, NULL);
		return;
	}
	e.events = (readable ? (uint32_t)EPOLLIN : 0u) | (writable ? (uint32_t)EPOLLOUT : 0u);
	if (epoll_ctl(r->epoll, EPOLL_CTL_MOD, fd, &e) < 0)
		epoll_ctl(r->epoll, EPOLL_CTL_ADD, fd, &e);
}

static int rdns_poll(struct source *s, usec_t now, struct event_sink *sink)
{
	struct rdns *r = container_of(s, struct rdns, source);
	struct epoll_event ready[EVENTS_AT_ONCE];
	int n = r->used ? epoll_wait(r->epoll, ready, EVENTS_AT_ONCE, 0) : 0;

	for (int i = 0; i < n; i++)
		ares_process_fd(r->channel,
			ready[i].events & ~(uint32_t)EPOLLOUT ? ready[i].data.fd : ARES_SOCKET_BAD,
			ready[i].events & EPOLLOUT ? ready[i].data.fd : ARES_SOCKET_BAD);
	if (r->used) /* timeouts */
		ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	for (size_t i = 0; i < RDNS_ASKS; i++) {
		if (r->asks[i].state == ASK_NAMED)
			ask_forward(r, &r->asks[i]);
		if (r->asks[i].state == ASK_ENDED)
			tell(r, &r->asks[i], now, sink);
	}
	if (now >= r->next_status) {
		put_status(r, now, sink);
		r->next_status = now + STATUS_EVERY;
	}
	return 0;
}

static int rdns_fd(const struct source *s)
{
	return container_of(s, const struct rdns, source)->epoll;
}

static void rdns_free(struct source *s)
{
	struct rdns *r = container_of(s, struct rdns, source);

	if (r->channel)
		ares_destroy(r->channel);
	if (r->epoll >= 0)
		close(r->epoll);
	free(r);
}

static const struct source_ops rdns_ops = {
	.name = "rdns",
	.poll = rdns_poll,
	.fd = rdns_fd,
	.free = rdns_free,
};

/* Of the hosts file nothing is asked: it knows no strangers. */
static int open_channel(struct rdns *r, const char *server)
{
	char lookups[] = "b";
	struct ares_options o = {.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
		.timeout = TIMEOUT,
		.tries = TRIES,
		.lookups = lookups,
		.sock_state_cb = watch_socket,
		.sock_state_cb_data = r};
	int err = ares_library_init(ARES_LIB_INIT_ALL);

	if (!err)
		err = ares_init_options(&r->channel, &o,
			ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
				ARES_OPT_SOCK_STATE_CB);
	if (!err && server && server[0])
		err = ares_set_servers_ports_csv(r->channel, server);
	return err;
}

struct source *rdns_new(const char *server, struct reason *reason)
{
	struct rdns *r = calloc(1, sizeof *r);

	reason_set(reason, "out of memory or descriptors");
	if (!r)
		return NULL;
	r->source.ops = &rdns_ops;
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	int err = r->epoll < 0 ? ARES_ENOMEM : open_channel(r, server);
	if (!err)
		return &r->source;
	if (r->epoll >= 0)
		reason_set(reason, "%s", ares_strerror(err));
	rdns_free(&r->source);
	return NULL;
}
