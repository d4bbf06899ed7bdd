// SPDX-License-Identifier: MIT
#include "kernel/interface.h"

#include "base/container.h"
#include "base/mono.h"
#include "base/text.h"
#include "kernel/interface_parse.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MOST (32u << 10)
#define ANSWERS_MOST                                                                 \
	16 /* of a dump of routes, for thousands; the default one is among the first \
	    */
#define LINK_MODES_MOST (3 * INT8_MAX * sizeof(uint32_t)) /* three masks */
#define ROUTE_EVERY     (10 * NSEC_PER_SEC)
#define SPEED_EVERY     (30 * NSEC_PER_SEC)
#define LEAST           (NSEC_PER_SEC / 5) /* what came in less makes no rate */

struct interface {
	const char *wanted; /* NULL: by the default route */
	int netlink;        /* stays with the network namespace that it was made in */
	int plain;          /* any socket, for ioctl(2); or -1 */
	uint32_t sequence;
	uint32_t index; /* by the default route; 0: there is none */
	char answer[ANSWER_MOST];
};

struct interface_source {
	struct source source;
	struct interface interface;
	struct interface_counters last;              /* index 0: nothing to compare with */
	uint64_t read_at, due, route_due, speed_due; /* by mono_now() */
	uint64_t speed;
	bool idle; /* nothing passed, and that is said */
	int told;  /* the errno that was said last; 0: none */
};

/* Asking. */

static void interface_open(struct interface *i)
{
	i->netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	i->plain = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (i->plain < 0)
		i->plain = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static void close_netlink(struct interface *i)
{
	if (i->netlink >= 0)
		close(i->netlink);
	i->netlink = -1;
}

static void interface_close(struct interface *i)
{
	close_netlink(i);
	if (i->plain >= 0)
		close(i->plain);
	i->plain = -1;
}

/* What is left of an answer must not be taken for the next one's. */
static void reopen(struct interface *i)
{
	close_netlink(i);
	i->netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
}

static ssize_t receive(struct interface *i)
{
	ssize_t n = recv(i->netlink, i->answer, sizeof i->answer, 0);

	return n < 0 ? -errno : n;
}

/* By its name, or by its number where that is not 0. The kernel answers before send(2) returns. */
static int ask_link(struct interface *i, uint32_t index, const char *name)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg info;
		struct rtattr attribute;
		char name[IF_NAMESIZE];
	} m = {
		.header = {.nlmsg_type = RTM_GETLINK,
			.nlmsg_flags = NLM_F_REQUEST,
			.nlmsg_seq = ++i->sequence},
		.info = {.ifi_family = AF_UNSPEC, .ifi_index = (int)index},
		.attribute = {.rta_type = IFLA_IFNAME},
	};
	size_t n = name ? strlen(name) : 0;

	if (n >= sizeof m.name)
		return -ENODEV;
	m.header.nlmsg_len = NLMSG_LENGTH(sizeof m.info);
	if (!index) {
		memcpy(m.name, name, n);
		m.attribute.rta_len = (unsigned short)RTA_LENGTH(n + 1);
		m.header.nlmsg_len += RTA_ALIGN(m.attribute.rta_len);
	}
	return send(i->netlink, &m, m.header.nlmsg_len, 0) < 0 ? -errno : 0;
}

/* Of one family. An answer that is too long is left, and what was found in it is taken: a table of
 * routes is walked from the shortest prefix on. */
static int ask_route(struct interface *i, uint8_t family, uint32_t *ret_index)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg route;
	} m = {
		.header = {.nlmsg_len = sizeof m,
			.nlmsg_type = RTM_GETROUTE,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			.nlmsg_seq = ++i->sequence},
		.route = {.rtm_family = family},
	};
	uint32_t index = 0, metric = UINT32_MAX;
	int r = send(i->netlink, &m, sizeof m, 0) < 0 ? -errno : 0;

	for (int k = 0; r == 0 && k < ANSWERS_MOST; k++) {
		ssize_t n = receive(i);
		r = n < 0 ? (int)n : interface_parse_routes(i->answer, (size_t)n, &index, &metric);
	}
	if (r != 1)
		reopen(i);
	*ret_index = index;
	return r < 0 ? r : 0;
}

static void find_route(struct interface *i)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};

	i->index = 0;
	for (size_t k = 0; k < sizeof families && !i->index; k++)
		ask_route(i, families[k], &i->index);
}

/* 0, or a negative errno: -ENODEV without such an interface, -ENETUNREACH without a default route.
 */
static int read_counters(struct interface *i, struct interface_counters *ret)
{
	if (!i->wanted && !i->index)
		return -ENETUNREACH;
	int err = ask_link(i, i->wanted ? 0 : i->index, i->wanted);
	ssize_t n = err ? err : receive(i);
	if (n < 0) {
		if (n != -ENODEV)
			reopen(i);
		return (int)n;
	}
	return interface_parse_link(i->answer, (size_t)n, ret);
}

/* In Mbit/s; ABSENT where the driver does not know, as of a bridge or a veth of old. The kernel
 * says first how long its answer will be (struct ethtool_link_settings). */
static uint64_t read_speed(const struct interface *i, const char *name)
{
	_Alignas(uint64_t) char buf[sizeof(struct ethtool_link_settings) + LINK_MODES_MOST] = {0};
	struct ethtool_link_settings *ask = (void *)buf;
	struct ifreq request = {.ifr_data = buf};

	text_copy(request.ifr_name, sizeof request.ifr_name, str_of(name));
	ask->cmd = ETHTOOL_GLINKSETTINGS;
	if (i->plain < 0 || ioctl(i->plain, SIOCETHTOOL, &request) < 0 ||
		ask->link_mode_masks_nwords >= 0)
		return ABSENT;
	ask->link_mode_masks_nwords = (int8_t)-ask->link_mode_masks_nwords;
	ask->cmd = ETHTOOL_GLINKSETTINGS;
	if (ioctl(i->plain, SIOCETHTOOL, &request) < 0)
		return ABSENT;
	return ask->speed && ask->speed != (uint32_t)SPEED_UNKNOWN ? ask->speed : ABSENT;
}

static void say_why(int err, char why[static SOURCE_REASON_MAX])
{
	const char *text = err == -ENODEV        ? "there is no such interface"
			   : err == -ENETUNREACH ? "there is no default route"
			   : err == -ENODATA     ? "the kernel has no counters of it"
						 : strerror(-err);

	snprintf(why, SOURCE_REASON_MAX, "%s", text);
}

/* Events. */

static struct str clean(const char *name, char buf[static INTERFACE_NAME_MAX])
{
	return (struct str){buf, text_sanitise(buf, INTERFACE_NAME_MAX, str_of(name))};
}

/* Once for each reason. */
static void tell_failure(struct interface_source *s, int err, struct event_sink *sink)
{
	struct event e = event_make(EVENT_INTERFACE, clock_now());
	char name[INTERFACE_NAME_MAX], why[SOURCE_REASON_MAX];

	s->last.index = 0;
	s->idle = false;
	if (s->told == err)
		return;
	s->told = err;
	if (s->interface.wanted)
		e.interface.name = clean(s->interface.wanted, name);
	say_why(err, why);
	e.interface.note = str_of(why);
	event_put(sink, &e);
}

/* A calm interface is silent: of what is not told, nothing has passed. */
static void tell_counters(
	struct interface_source *s, const struct interface_counters *fresh, struct event_sink *sink)
{
	struct event e = event_make(EVENT_INTERFACE, clock_now());
	struct event_interface *i = &e.interface;
	char name[INTERFACE_NAME_MAX];
	uint64_t now = mono_now();

	i->name = clean(fresh->name, name);
	i->us = (now - s->read_at) / 1000;
	i->speed = s->speed;
	s->told = 0;
	if (!interface_delta(&s->last, fresh, i)) {
		s->idle = false;
		if (s->last.index) {
			i->us = ABSENT;
			if (s->last.index == fresh->index)
				i->note = STR_LIT("its counters have started anew");
			event_put(sink, &e);
		}
		return;
	}
	bool calm = !i->rx && !i->tx && !i->drops && !i->errors;
	if (!calm || !s->idle)
		event_put(sink, &e);
	s->idle = calm;
}

static void observe(struct interface_source *s, struct event_sink *sink)
{
	struct interface_counters fresh = {0};
	uint64_t now = mono_now();

	if (!s->interface.wanted && now >= s->route_due) {
		find_route(&s->interface);
		s->route_due = now + ROUTE_EVERY;
	}
	int err = read_counters(&s->interface, &fresh);
	if (err) {
		/* A default route may come at once, as when a link does. */
		s->route_due = now + NSEC_PER_SEC;
		tell_failure(s, err, sink);
		return;
	}
	if (now >= s->speed_due || fresh.index != s->last.index) {
		s->speed = read_speed(&s->interface, fresh.name);
		s->speed_due = now + SPEED_EVERY;
	}
	tell_counters(s, &fresh, sink);
	s->last = fresh;
	s->read_at = mono_now();
}

static int poll_interface(struct source *source, usec_t now, struct event_sink *sink)
{
	struct interface_source *s = container_of(source, struct interface_source, source);

	(void)now;
	if (mono_now() < s->due)
		return 0;
	s->due = mono_now() + NSEC_PER_SEC;
	observe(s, sink);
	return 0;
}

static void finish_interface(struct source *source, usec_t now, struct event_sink *sink)
{
	struct interface_source *s = container_of(source, struct interface_source, source);

	(void)now;
	if (!s->last.index || mono_now() - s->read_at >= LEAST)
		observe(s, sink);
}

/* The interface is looked for anew as well; its counters are read when their second is over. */
static void refresh_interface(struct source *source)
{
	container_of(source, struct interface_source, source)->route_due = 0;
}

static void free_interface(struct source *source)
{
	struct interface_source *s = container_of(source, struct interface_source, source);

	interface_close(&s->interface);
	free(s);
}

static const struct source_ops interface_ops = {
	.name = "interface",
	.poll = poll_interface,
	.finish = finish_interface,
	.refresh = refresh_interface,
	.free = free_interface,
};

struct source *interface_new(const char *name)
{
	struct interface_source *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->source.ops = &interface_ops;
	s->interface.wanted = name;
	s->speed = ABSENT;
	interface_open(&s->interface);
	return &s->source;
}

bool interface_look(
	const char *name, struct interface_look *ret, char why[static SOURCE_REASON_MAX])
{
	struct interface *i = calloc(1, sizeof *i);
	struct interface_counters c;
	struct interface_look look = {.by_route = !name, .speed = ABSENT};
	int err = i ? 0 : -ENOMEM;

	if (i) {
		i->wanted = name;
		interface_open(i);
		if (!name)
			find_route(i);
		err = read_counters(i, &c);
	}
	if (!err) {
		look.rx = c.rx;
		look.tx = c.tx;
		look.speed = read_speed(i, c.name);
	} else {
		say_why(err, why);
	}
	clean(err ? (name ? name : "") : c.name, look.name);
	*ret = look;
	if (i)
		interface_close(i);
	free(i);
	return !err;
}
