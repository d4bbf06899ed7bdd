// SPDX-License-Identifier: MIT
#include "kernel/interface_parse.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>

/* A number of the attribute; 0 when it is too short to hold one. */
static uint32_t number_of(const struct rtattr *a)
{
	uint32_t n = 0;

	if (RTA_PAYLOAD(a) >= sizeof n)
		memcpy(&n, RTA_DATA(a), sizeof n);
	return n;
}

static int take_error(const struct nlmsghdr *m)
{
	struct nlmsgerr e;

	if (m->nlmsg_len < NLMSG_LENGTH(sizeof e))
		return -EBADMSG;
	memcpy(&e, NLMSG_DATA(m), sizeof e);
	return e.error < 0 ? e.error : -EBADMSG;
}

/* The first attribute behind a header of so many bytes, and how many bytes of attributes there are;
 * NULL when not even the header is there. What is left is counted with a sign: the last one is
 * padded beyond it. */
static const struct rtattr *first_attribute(
	const struct nlmsghdr *m, size_t header, ptrdiff_t *ret_n)
{
	if (m->nlmsg_len < NLMSG_LENGTH(header))
		return NULL;
	size_t skip = NLMSG_LENGTH(NLMSG_ALIGN(header));
	*ret_n = m->nlmsg_len > skip ? (ptrdiff_t)(m->nlmsg_len - skip) : 0;
	return (const void *)((const char *)m + skip);
}

/* Kernels append to the struct (v5.18: rx_otherhost_dropped): what is asked for is at its head. */
static void take_stats(struct interface_counters *c, const struct rtattr *a)
{
	struct rtnl_link_stats64 s = {0};
	size_t n = RTA_PAYLOAD(a);

	memcpy(&s, RTA_DATA(a), n < sizeof s ? n : sizeof s);
	c->rx = s.rx_bytes;
	c->tx = s.tx_bytes;
	c->rx_packets = s.rx_packets;
	c->tx_packets = s.tx_packets;
	c->errors = s.rx_errors + s.tx_errors;
	c->drops = s.rx_dropped + s.tx_dropped;
}

static int take_link(const struct nlmsghdr *m, struct interface_counters *ret)
{
	struct interface_counters c = {0};
	struct ifinfomsg info;
	ptrdiff_t n;
	bool counted = false;
	const struct rtattr *a = first_attribute(m, sizeof info, &n);

	if (!a)
		return -EBADMSG;
	memcpy(&info, NLMSG_DATA(m), sizeof info);
	c.index = (uint32_t)info.ifi_index;
	for (; RTA_OK(a, n); a = RTA_NEXT(a, n)) {
		if (a->rta_type == IFLA_IFNAME)
			memcpy(c.name, RTA_DATA(a),
				RTA_PAYLOAD(a) < sizeof c.name ? RTA_PAYLOAD(a)
							       : sizeof c.name - 1);
		if (a->rta_type != IFLA_STATS64 ||
			RTA_PAYLOAD(a) < offsetof(struct rtnl_link_stats64, multicast))
			continue;
		take_stats(&c, a);
		counted = true;
	}
	if (!counted)
		return -ENODATA;
	*ret = c;
	return 0;
}

int interface_parse_link(const void *messages, size_t n, struct interface_counters *ret)
{
	const struct nlmsghdr *m = messages;

	if (!NLMSG_OK(m, n))
		return -EBADMSG;
	if (m->nlmsg_type == NLMSG_ERROR)
		return take_error(m);
	return m->nlmsg_type == RTM_NEWLINK ? take_link(m, ret) : -EBADMSG;
}

/* The interface of the first next hop of several. */
static uint32_t first_hop(const struct rtattr *a)
{
	struct rtnexthop hop;

	if (RTA_PAYLOAD(a) < sizeof hop)
		return 0;
	memcpy(&hop, RTA_DATA(a), sizeof hop);
	return hop.rtnh_ifindex > 0 ? (uint32_t)hop.rtnh_ifindex : 0;
}

static void take_route(const struct nlmsghdr *m, uint32_t *index, uint32_t *metric)
{
	struct rtmsg route;
	ptrdiff_t n;
	uint32_t out = 0, priority = 0, table;
	const struct rtattr *a = first_attribute(m, sizeof route, &n);

	if (!a)
		return;
	memcpy(&route, NLMSG_DATA(m), sizeof route);
	table = route.rtm_table;
	for (; RTA_OK(a, n); a = RTA_NEXT(a, n)) {
		if (a->rta_type == RTA_OIF)
			out = number_of(a);
		else if (a->rta_type == RTA_MULTIPATH)
			out = first_hop(a);
		else if (a->rta_type == RTA_PRIORITY)
			priority = number_of(a);
		else if (a->rta_type == RTA_TABLE)
			table = number_of(a);
	}
	if (route.rtm_dst_len || route.rtm_type != RTN_UNICAST || table != RT_TABLE_MAIN || !out ||
		(*index && priority >= *metric))
		return;
	*index = out;
	*metric = priority;
}

int interface_parse_routes(const void *messages, size_t n, uint32_t *index, uint32_t *metric)
{
	const struct nlmsghdr *m = messages;
	ptrdiff_t left = (ptrdiff_t)n;

	for (; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left)) {
		if (m->nlmsg_type == NLMSG_DONE)
			return 1;
		if (m->nlmsg_type == NLMSG_ERROR)
			return take_error(m);
		if (m->nlmsg_type == RTM_NEWROUTE)
			take_route(m, index, metric);
	}
	return 0;
}

/* A driver may count bytes in 32 bits. When counters start anew, those of packets fall as well. */
static uint64_t moved(uint64_t before, uint64_t after)
{
	return after >= before        ? after - before
	       : before <= UINT32_MAX ? (uint32_t)(after - before)
				      : ABSENT;
}

bool interface_delta(const struct interface_counters *before,
	const struct interface_counters *after, struct event_interface *ret)
{
	uint64_t rx = moved(before->rx, after->rx), tx = moved(before->tx, after->tx);

	if (before->index != after->index || after->rx_packets < before->rx_packets ||
		after->tx_packets < before->tx_packets || rx == ABSENT || tx == ABSENT)
		return false;
	ret->rx = rx;
	ret->tx = tx;
	ret->errors = after->errors >= before->errors ? after->errors - before->errors : ABSENT;
	ret->drops = after->drops >= before->drops ? after->drops - before->drops : ABSENT;
	return true;
}
