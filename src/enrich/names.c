// SPDX-License-Identifier: MIT
#include "enrich/names.h"

#include "base/text.h"

#define CARES_NO_DEPRECATED /* their successors are younger than the c-ares of Debian 12 */
#include <ares.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIMEOUT        2000 /* ms, of the first try */
#define TRIES          2
#define EVENTS_AT_ONCE 32
#define NAME_MAX_BYTES 254
#define NAMES_MOST     8  /* of one address that are tried; anybody can give his any number */
#define REVERSE_MAX    80 /* 32 digits with their dots, "ip6.arpa" */
#define RESOLV_EVERY   (1 * USEC_PER_SEC) /* while questions run; and before each */

enum ask_state {
	ASK_FREE,
	ASK_RUNNING,
	ASK_NAMED, /* there is a name, which is not confirmed yet */
	ASK_ENDED  /* to be told */
};

struct ask {
	enum ask_state state;
	uint32_t id;
	struct addr ip;
	bool answered, confirmed; /* answered: there is a name, or it is known that there is none */
	bool silent;              /* of some name it is not known whether it leads back */
	uint32_t name_n, at;      /* how many names there are; which one is tried */
	char names[NAMES_MOST][NAME_MAX_BYTES]; /* as they came */
};

/* What tells one resolv.conf from another. */
struct resolv {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec written;
};

struct names {
	ares_channel channel;
	int epoll;
	const char *server, *path; /* borrowed; server: NULL for the host's */
	struct resolv resolv;      /* that the channel was opened by */
	usec_t next_resolv;
	struct ask asks[LOOK_NAMES];
	unsigned used;
};

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

static void ask_forward(struct names *n, struct ask *a)
{
	struct ares_addrinfo_hints hints = {
		.ai_family = family_of(&a->ip), .ai_flags = ARES_AI_NOSORT};

	a->state = ASK_RUNNING;
	ares_getaddrinfo(n->channel, a->names[a->at], NULL, &hints, take_forward, a);
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
static void ask_name(struct names *n, struct ask *a)
{
	char name[REVERSE_MAX];

	a->state = ASK_RUNNING;
	reverse_name(&a->ip, name);
	ares_query(n->channel, name, ns_c_in, ns_t_ptr, take_name, a);
}

/* The channel. */

static void watch_socket(void *context, ares_socket_t fd, int readable, int writable)
{
	struct names *n = context;
	struct epoll_event e = {.data.fd = fd};

	if (!readable && !writable) {
		epoll_ctl(n->epoll, EPOLL_CTL_DEL, fd, NULL);
		return;
	}
	e.events = (readable ? (uint32_t)EPOLLIN : 0u) | (writable ? (uint32_t)EPOLLOUT : 0u);
	if (epoll_ctl(n->epoll, EPOLL_CTL_MOD, fd, &e) < 0)
		epoll_ctl(n->epoll, EPOLL_CTL_ADD, fd, &e);
}

/* Of the hosts file nothing is asked: it knows no strangers. */
static int open_channel(struct names *n, ares_channel *ret_channel)
{
	char lookups[] = "b";
	struct ares_options o = {.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
		.timeout = TIMEOUT,
		.tries = TRIES,
		.lookups = lookups,
		.sock_state_cb = watch_socket,
		.sock_state_cb_data = n};
	ares_channel fresh = NULL;
	int err = ares_init_options(&fresh, &o,
		ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
			ARES_OPT_SOCK_STATE_CB);

	if (!err && n->server)
		err = ares_set_servers_ports_csv(fresh, n->server);
	if (!err)
		*ret_channel = fresh;
	else if (fresh)
		ares_destroy(fresh);
	return err;
}

/* All zero when there is none. */
static struct resolv look_at(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return (struct resolv){0};
	return (struct resolv){st.st_dev, st.st_ino, st.st_size, st.st_mtim};
}

static bool is_same(const struct resolv *a, const struct resolv *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->written.tv_sec == b->written.tv_sec && a->written.tv_nsec == b->written.tv_nsec;
}

static void go_on(struct names *n, struct ask *a)
{
	if (a->name_n)
		ask_forward(n, a);
	else
		ask_name(n, a);
}

/* Other resolvers: what the former ones were asked, they are asked again. While there are none, as
 * when the file is being written, the former ones stay. */
static void follow_resolv(struct names *n, usec_t now)
{
	ares_channel fresh, old = n->channel;

	if (n->server)
		return;
	n->next_resolv = now + RESOLV_EVERY;
	struct resolv resolv = look_at(n->path);
	if (is_same(&resolv, &n->resolv) || !resolv.size || open_channel(n, &fresh))
		return;
	n->channel = fresh;
	n->resolv = resolv;
	ares_destroy(old); /* its questions end as ARES_EDESTRUCTION, which is heard by none */
	for (size_t i = 0; i < LOOK_NAMES; i++)
		if (n->asks[i].state == ASK_RUNNING)
			go_on(n, &n->asks[i]);
}

/* Questions. */

static bool is_free_id(const struct names *n, uint32_t id)
{
	for (size_t i = 0; i < LOOK_NAMES; i++)
		if (n->asks[i].state != ASK_FREE && n->asks[i].id == id)
			return false;
	return true;
}

bool names_ask(struct names *n, const struct look_ask_name *m, usec_t now)
{
	if (n->used == LOOK_NAMES || !is_free_id(n, m->id))
		return false;
	follow_resolv(n, now);
	struct ask *a = n->asks;
	while (a->state != ASK_FREE)
		a++;
	*a = (struct ask){.id = m->id, .ip = addr_from_v6(m->ip)};
	n->used++;
	ask_name(n, a);
	return true;
}

void names_turn(struct names *n, usec_t now)
{
	struct epoll_event ready[EVENTS_AT_ONCE];
	int got = n->used ? epoll_wait(n->epoll, ready, EVENTS_AT_ONCE, 0) : 0;

	for (int i = 0; i < got; i++)
		ares_process_fd(n->channel,
			ready[i].events & ~(uint32_t)EPOLLOUT ? ready[i].data.fd : ARES_SOCKET_BAD,
			ready[i].events & EPOLLOUT ? ready[i].data.fd : ARES_SOCKET_BAD);
	if (!n->used)
		return;
	if (now >= n->next_resolv || n->next_resolv > now + RESOLV_EVERY)
		follow_resolv(n, now);
	ares_process_fd(n->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* timeouts */
	for (size_t i = 0; i < LOOK_NAMES; i++)
		if (n->asks[i].state == ASK_NAMED)
			ask_forward(n, &n->asks[i]);
}

int names_fd(const struct names *n)
{
	return n->epoll;
}

int names_wait(const struct names *n)
{
	struct timeval most = {RESOLV_EVERY / USEC_PER_SEC, 0}, left;
	unsigned runs = 0;

	for (size_t i = 0; i < LOOK_NAMES; i++) {
		if (n->asks[i].state == ASK_NAMED)
			return 0;
		runs += n->asks[i].state == ASK_RUNNING;
	}
	if (!runs)
		return -1;
	const struct timeval *wait = ares_timeout(n->channel, &most, &left);
	return (int)(wait->tv_sec * 1000 + wait->tv_usec / 1000 + 1);
}

/* What is told. */

static const struct ask *next_ended(const struct names *n)
{
	for (size_t i = 0; i < LOOK_NAMES; i++)
		if (n->asks[i].state == ASK_ENDED)
			return &n->asks[i];
	return NULL;
}

bool names_next(const struct names *n, union look_message *m)
{
	const struct ask *a = next_ended(n);

	if (!a)
		return false;
	look_begin(m, LOOK_NAME);
	m->name.id = a->id;
	memcpy(m->name.ip, a->ip.b, sizeof m->name.ip);
	m->name.flags = (a->answered ? LOOK_NAME_ANSWERED : 0u) |
			(a->confirmed ? LOOK_NAME_CONFIRMED : 0u) |
			(a->silent ? LOOK_NAME_SILENT : 0u);
	/* The one that leads back; else the first. */
	if (a->name_n)
		text_sanitise(m->name.name, sizeof m->name.name - 1,
			str_of(a->names[a->confirmed ? a->at : 0]));
	return true;
}

void names_told(struct names *n)
{
	const struct ask *a = next_ended(n);

	if (!a)
		return;
	n->asks[a - n->asks].state = ASK_FREE;
	n->used--;
}

/* The whole. */

void names_free(struct names *n)
{
	if (!n)
		return;
	if (n->channel)
		ares_destroy(n->channel);
	if (n->epoll >= 0)
		close(n->epoll);
	free(n);
}

struct names *names_new(const struct names_options *o, struct reason *reason, int *ret_err)
{
	struct names *n = calloc(1, sizeof *n);

	reason_set(reason, "out of memory or descriptors");
	*ret_err = -ENOMEM;
	if (!n)
		return NULL;
	n->server = o->server && o->server[0] ? o->server : NULL;
	n->path = o->resolv ? o->resolv : NAMES_RESOLV;
	n->resolv = look_at(n->path);
	n->epoll = epoll_create1(EPOLL_CLOEXEC);
	int err = n->epoll < 0 ? ARES_ENOMEM : ares_library_init(ARES_LIB_INIT_ALL);
	if (!err)
		err = open_channel(n, &n->channel);
	if (!err) {
		*ret_err = 0;
		return n;
	}
	if (err != ARES_ENOMEM) {
		reason_set(reason, "%s", ares_strerror(err));
		*ret_err = -EINVAL;
	}
	names_free(n);
	return NULL;
}
