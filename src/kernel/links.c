// SPDX-License-Identifier: MIT
#include "kernel/links.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MOST  (32u << 10)
#define ANSWERS_MOST 16 /* that are taken in one step */
#define NEWS_MOST    64 /* likewise */
#define ROUTES_MOST                                                                  \
	65536u /* of a family; a router has a million, its default routes come first \
		*/
#define ATTRS_MAX (RTA_MAX + 1)

_Static_assert(ATTRS_MAX > IFA_MAX && ATTRS_MAX > NDA_DST, "all that is read has a place");

/* Default routes are known before neighbours are asked for. */
static const struct {
	uint16_t type;
	uint8_t family;
} dumps[] = {
	{RTM_GETADDR, AF_UNSPEC},
	{RTM_GETROUTE, AF_INET},
	{RTM_GETROUTE, AF_INET6},
	{RTM_GETNEIGH, AF_UNSPEC},
};

static int open_netlink(uint32_t groups)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	struct sockaddr_nl sa = {.nl_family = AF_NETLINK, .nl_groups = groups};

	if (fd >= 0 && groups && bind(fd, (const struct sockaddr *)&sa, sizeof sa) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void reopen(struct links *l)
{
	if (l->netlink >= 0)
		close(l->netlink);
	l->netlink = open_netlink(0);
}

void links_init(struct links *l)
{
	*l = (struct links){.netlink = open_netlink(0),
		.news = open_netlink(RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
				     RTMGRP_IPV6_ROUTE)};
}

void links_done(struct links *l)
{
	if (l->netlink >= 0)
		close(l->netlink);
	if (l->news >= 0)
		close(l->news);
	l->netlink = l->news = -1;
}

void links_begin(struct links *l)
{
	/* What is left of an answer must not be taken for the next one's. */
	if (l->asked || l->netlink < 0)
		reopen(l);
	l->at = 0;
	l->asked = l->left_out = false;
	l->default_count = 0;
}

bool links_have_changed(struct links *l)
{
	char buf[4096];
	bool changed = false;

	for (int i = 0; l->news >= 0 && i < NEWS_MOST; i++) {
		if (recv(l->news, buf, sizeof buf, MSG_TRUNC) < 0) {
			/* There was more than the socket could hold. */
			changed |= errno == ENOBUFS;
			break;
		}
		changed = true;
	}
	return changed;
}

/* An address of the family; of another size it is none. */
static bool take_addr(uint8_t family, const struct rtattr *a, struct addr *ret)
{
	size_t n = a ? RTA_PAYLOAD(a) : 0;
	uint8_t b[16];

	if (!a || n != (family == AF_INET ? 4 : 16) || (family != AF_INET && family != AF_INET6))
		return false;
	memcpy(b, RTA_DATA(a), n);
	*ret = family == AF_INET ? addr_from_v4(b) : addr_from_v6(b);
	return !addr_is_unset(ret);
}

/* The attributes by type; those that are not known are passed over. */
static void take_attrs(const char *at, size_t n, const struct rtattr *ret[ATTRS_MAX])
{
	struct rtattr a;

	memset(ret, 0, ATTRS_MAX * sizeof *ret);
	while (n >= sizeof a) {
		memcpy(&a, at, sizeof a);
		size_t step = RTA_ALIGN((size_t)a.rta_len);
		if (a.rta_len < sizeof a || a.rta_len > n)
			return;
		if (a.rta_type < ATTRS_MAX)
			ret[a.rta_type] = (const void *)at;
		if (step >= n)
			return;
		at += step;
		n -= step;
	}
}

/* Those behind a head of so many bytes. */
static void take_all(const struct nlmsghdr *m, size_t head, const struct rtattr *ret[ATTRS_MAX])
{
	size_t skip = NLMSG_LENGTH(NLMSG_ALIGN(head));

	take_attrs((const char *)m + skip, m->nlmsg_len > skip ? m->nlmsg_len - skip : 0, ret);
}

static int take_int(const struct rtattr *a)
{
	int value = 0;

	if (a && RTA_PAYLOAD(a) == sizeof value)
		memcpy(&value, RTA_DATA(a), sizeof value);
	return value;
}

static void tell(links_fact_fn *fact, void *ctx, enum guard_role role, const struct addr *a)
{
	const struct prefix p = {*a, ADDR_BITS};

	fact(ctx, role, &p);
}

/* At the far end of a point-to-point link IFA_ADDRESS is the other side's. */
static void take_address(const struct nlmsghdr *m, links_fact_fn *fact, void *ctx)
{
	const struct rtattr *attrs[ATTRS_MAX];
	struct ifaddrmsg head;
	struct addr a;

	memcpy(&head, NLMSG_DATA(m), sizeof head);
	take_all(m, sizeof head, attrs);
	if (take_addr(
		    head.ifa_family, attrs[IFA_LOCAL] ? attrs[IFA_LOCAL] : attrs[IFA_ADDRESS], &a))
		tell(fact, ctx, GUARD_OWN, &a);
	if (!take_addr(head.ifa_family, attrs[IFA_ADDRESS], &a))
		return;
	unsigned most = head.ifa_family == AF_INET ? 32 : 128;
	if (head.ifa_prefixlen > 0 && head.ifa_prefixlen <= most) {
		struct prefix net = prefix_of(&a, head.ifa_prefixlen);
		fact(ctx, GUARD_LINK, &net);
	}
}

/* struct rtvia, whose length linux/rtnetlink.h leaves open. */
static bool take_via(const struct rtattr *a, struct addr *ret)
{
	uint8_t b[16];
	uint16_t family;
	size_t n = a ? RTA_PAYLOAD(a) : 0;

	if (n != sizeof family + sizeof b)
		return false;
	memcpy(&family, RTA_DATA(a), sizeof family);
	memcpy(b, (const char *)RTA_DATA(a) + sizeof family, sizeof b);
	*ret = addr_from_v6(b);
	return family == AF_INET6;
}

static void note_default(struct links *l, int ifindex)
{
	for (uint32_t i = 0; i < l->default_count; i++)
		if (l->defaults[i] == ifindex)
			return;
	if (ifindex <= 0)
		return;
	if (l->default_count < LINKS_DEFAULTS)
		l->defaults[l->default_count++] = ifindex;
	else
		l->left_out = true;
}

struct hop {
	uint8_t family;
	bool is_default;
};

static void take_hop(struct links *l, struct hop hop, int ifindex,
	const struct rtattr *const attrs[], links_fact_fn *fact, void *ctx)
{
	struct addr a;

	if (hop.is_default)
		note_default(l, ifindex);
	if (take_addr(hop.family, attrs[RTA_GATEWAY], &a) || take_via(attrs[RTA_VIA], &a))
		tell(fact, ctx, hop.is_default ? GUARD_GATEWAY : GUARD_HOP, &a);
}

/* Several next hops, each with attributes of its own. */
static void take_hops(struct links *l, struct hop hop, const struct rtattr *multipath,
	links_fact_fn *fact, void *ctx)
{
	size_t n = RTA_PAYLOAD(multipath);
	const char *at = RTA_DATA(multipath);
	struct rtnexthop nh;

	while (n >= sizeof nh) {
		const struct rtattr *attrs[ATTRS_MAX];
		memcpy(&nh, at, sizeof nh);
		if (nh.rtnh_len < sizeof nh || nh.rtnh_len > n)
			return;
		take_attrs(at + sizeof nh, nh.rtnh_len - sizeof nh, attrs);
		take_hop(l, hop, nh.rtnh_ifindex, attrs, fact, ctx);
		size_t step = RTNH_ALIGN(nh.rtnh_len);
		if (step > n)
			return;
		at += step;
		n -= step;
	}
}

static void take_route(struct links *l, const struct nlmsghdr *m, links_fact_fn *fact, void *ctx)
{
	const struct rtattr *attrs[ATTRS_MAX];
	struct rtmsg head;

	l->routes++;
	memcpy(&head, NLMSG_DATA(m), sizeof head);
	if (head.rtm_type != RTN_UNICAST || head.rtm_flags & RTM_F_CLONED)
		return;
	take_all(m, sizeof head, attrs);
	const struct hop hop = {head.rtm_family, head.rtm_dst_len == 0};
	if (attrs[RTA_MULTIPATH])
		take_hops(l, hop, attrs[RTA_MULTIPATH], fact, ctx);
	else
		take_hop(l, hop, take_int(attrs[RTA_OIF]), attrs, fact, ctx);
}

static void take_neighbour(
	const struct links *l, const struct nlmsghdr *m, links_fact_fn *fact, void *ctx)
{
	const uint16_t nobody = NUD_INCOMPLETE | NUD_FAILED | NUD_NOARP;
	const struct rtattr *attrs[ATTRS_MAX];
	struct ndmsg head;
	struct addr a;

	memcpy(&head, NLMSG_DATA(m), sizeof head);
	if (!head.ndm_state || head.ndm_state & nobody)
		return;
	take_all(m, sizeof head, attrs);
	for (uint32_t i = 0; i < l->default_count; i++)
		if (l->defaults[i] == head.ndm_ifindex &&
			take_addr(head.ndm_family, attrs[NDA_DST], &a))
			tell(fact, ctx, GUARD_NEIGHBOUR, &a);
}

static int take_error(const struct nlmsghdr *m)
{
	struct nlmsgerr e;

	if (m->nlmsg_len < NLMSG_LENGTH(sizeof e))
		return -EBADMSG;
	memcpy(&e, NLMSG_DATA(m), sizeof e);
	return e.error < 0 ? e.error : -EBADMSG;
}

/* A dump that fails after its beginning says so at its end (netlink(7); dump_done_errno of the
 * kernel since 4.15, b0de0cf4f2b9). */
static int take_end(const struct links *l, const struct nlmsghdr *m)
{
	int error = 0;

	if (m->nlmsg_len >= NLMSG_LENGTH(sizeof error))
		memcpy(&error, NLMSG_DATA(m), sizeof error);
	if (error < 0)
		return error;
	return l->interrupted ? -ESTALE : 1;
}

static void take_message(struct links *l, const struct nlmsghdr *m, links_fact_fn *fact, void *ctx)
{
	if (m->nlmsg_type == RTM_NEWADDR && m->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifaddrmsg)))
		take_address(m, fact, ctx);
	else if (m->nlmsg_type == RTM_NEWROUTE &&
		 m->nlmsg_len >= NLMSG_LENGTH(sizeof(struct rtmsg)))
		take_route(l, m, fact, ctx);
	else if (m->nlmsg_type == RTM_NEWNEIGH &&
		 m->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ndmsg)))
		take_neighbour(l, m, fact, ctx);
}

int links_parse(struct links *l, const void *messages, size_t n, links_fact_fn *fact, void *ctx)
{
	const char *at = messages;

	while (n >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *m = (const void *)at;
		if (m->nlmsg_len < sizeof *m || m->nlmsg_len > n)
			return -EBADMSG;
		l->interrupted |= (m->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
		if (m->nlmsg_type == NLMSG_DONE)
			return take_end(l, m);
		if (m->nlmsg_type == NLMSG_ERROR)
			return take_error(m);
		take_message(l, m, fact, ctx);
		size_t step = NLMSG_ALIGN((size_t)m->nlmsg_len);
		if (step >= n)
			break;
		at += step;
		n -= step;
	}
	return 0;
}

static int ask(struct links *l)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg request; /* the largest of the three; all begin with the family */
	} message = {
		.header = {.nlmsg_len = sizeof message,
			.nlmsg_type = dumps[l->at].type,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			.nlmsg_seq = ++l->sequence},
		.request = {.rtm_family = dumps[l->at].family},
	};

	l->routes = 0;
	l->interrupted = false;
	l->asked = true;
	return send(l->netlink, &message, sizeof message, 0) < 0 ? -errno : 0;
}

static int step_dump(struct links *l, char *buf, links_fact_fn *fact, void *ctx)
{
	int r = l->asked ? 0 : ask(l);

	for (int i = 0; r == 0 && i < ANSWERS_MOST; i++) {
		ssize_t n = recv(l->netlink, buf, ANSWER_MOST, 0);
		r = n < 0 ? -errno : links_parse(l, buf, (size_t)n, fact, ctx);
		if (r == 0 && l->routes > ROUTES_MOST) {
			reopen(l);
			l->left_out = true;
			r = 1;
		}
	}
	return r;
}

int links_step(struct links *l, links_fact_fn *fact, void *ctx)
{
	if (l->netlink < 0)
		return -EBADF;
	char *buf = malloc(ANSWER_MOST);
	int r = buf ? step_dump(l, buf, fact, ctx) : -ENOMEM;
	free(buf);
	if (r == -EINTR)
		return 1;
	/* A kernel without IPv6 refuses that dump. */
	if (r == 1 || r == -EOPNOTSUPP || r == -EAFNOSUPPORT) {
		l->asked = false;
		return ++l->at < ARRAY_LEN(dumps);
	}
	return r < 0 ? r : 1;
}
