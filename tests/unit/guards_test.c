// SPDX-License-Identifier: MIT
/* Who must not be blocked, by what the kernel, files and the environment say. */
#include "unit.h"

#include "app/guard_feed.h"
#include "app/guard_files.h"
#include "kernel/links.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <utmpx.h>

static char told[2048];

static void note(void *ctx, enum guard_role role, const struct prefix *net)
{
	char name[PREFIX_TEXT_MAX];
	size_t n = strlen(told);

	(void)ctx;
	prefix_format(net, name);
	snprintf(told + n, sizeof told - n, "%s %s\n", enum_name(&guard_roles, role), name);
}

static void resolvers(void **state)
{
	static const char text[] = "# comment\nsearch example\nnameserver 198.51.100.53\n"
				   "  nameserver\t2001:db8::53  # here\nnameserver fe80::1%eth0\n"
				   "nameserver nonsense\nnameserver\nnameservers 192.0.2.1\r\n"
				   "nameserver 192.0.2.53";

	(void)state;
	told[0] = '\0';
	guard_resolvers(str_of(text), note, NULL);
	assert_string_equal(told, "resolver 198.51.100.53/32\nresolver 2001:db8::53/128\n"
				  "resolver fe80::1/128\nresolver 192.0.2.53/32\n");
}

static void put_user(struct utmpx *u, short type, const char *ip)
{
	struct addr a = ip_of(ip);

	*u = (struct utmpx){.ut_type = type};
	if (addr_is_v4(&a))
		memcpy(u->ut_addr_v6, a.b + 12, 4);
	else
		memcpy(u->ut_addr_v6, a.b, 16);
}

static void users(void **state)
{
	struct utmpx all[5];
	char bytes[sizeof all + 7] = {0};

	(void)state;
	put_user(&all[0], USER_PROCESS, "203.0.113.200");
	put_user(&all[1], DEAD_PROCESS, "203.0.113.201");
	put_user(&all[2], USER_PROCESS, "2001:db8::7");
	all[3] = (struct utmpx){.ut_type = USER_PROCESS}; /* at the machine itself */
	put_user(&all[4], BOOT_TIME, "203.0.113.202");
	memcpy(bytes, all, sizeof all);
	told[0] = '\0';
	guard_users((struct str){bytes, sizeof bytes}, note, NULL);
	assert_string_equal(told, "user 203.0.113.200/32\nuser 2001:db8::7/128\n");
}

static void sessions(void **state)
{
	struct addr peer;

	(void)state;
	told[0] = '\0';
	guard_session(
		STR_LIT("UID=0\nREMOTE=1\nREMOTE_HOST=203.0.113.9\nSERVICE=sshd\n"), note, NULL);
	guard_session(STR_LIT("REMOTE_HOST=host.example\n"), note, NULL);
	assert_string_equal(told, "user 203.0.113.9/32\n");
	assert_true(guard_ssh_peer(STR_LIT("2001:db8::7 50000 2001:db8::1 22"), &peer));
	assert_true(guard_ssh_peer(STR_LIT("203.0.113.9 50000 192.0.2.1 22"), &peer));
	assert_false(guard_ssh_peer(STR_LIT(""), &peer));
	assert_false(guard_ssh_peer(STR_LIT("nonsense 1 2 3"), &peer));
}

/* The environment's own comes first. */
static void ssh_peers(void **state)
{
	struct addr peers[4], want = ip_of("203.0.113.9");

	(void)state;
	setenv("SSH_CONNECTION", "203.0.113.9 50000 192.0.2.1 22", 1);
	assert_true(guard_ssh_peers(peers, 4) >= 1);
	assert_true(addr_eq(&peers[0], &want));
	assert_int_equal(guard_ssh_peers(peers, 0), 0);
	unsetenv("SSH_CONNECTION");
}

/* A message of rtnetlink. */
struct message {
	_Alignas(4) char at[1024];
	size_t n;
};

static void begin(struct message *m, uint16_t type, const void *head, size_t n)
{
	struct nlmsghdr h = {.nlmsg_type = type};

	*m = (struct message){.n = NLMSG_HDRLEN};
	memcpy(m->at, &h, sizeof h);
	memcpy(m->at + m->n, head, n);
	m->n += NLMSG_ALIGN(n);
}

static void put(struct message *m, uint16_t type, const void *value, size_t n)
{
	struct rtattr a = {(uint16_t)(RTA_LENGTH(0) + n), type};

	memcpy(m->at + m->n, &a, sizeof a);
	memcpy(m->at + m->n + RTA_LENGTH(0), value, n);
	m->n += RTA_ALIGN(RTA_LENGTH(0) + n);
}

static void put_addr(struct message *m, uint16_t type, const char *ip)
{
	struct addr a = ip_of(ip);

	put(m, type, addr_is_v4(&a) ? a.b + 12 : a.b, addr_is_v4(&a) ? 4 : 16);
}

static const char *parse(struct links *l, struct message *m)
{
	uint32_t n = (uint32_t)m->n;

	memcpy(m->at, &n, sizeof n);
	told[0] = '\0';
	assert_int_equal(links_parse(l, m->at, m->n, note, NULL), 0);
	/* However short it is cut, nothing is read beyond its end. */
	char was[sizeof told];
	memcpy(was, told, sizeof told);
	for (uint32_t cut = 0; cut < n; cut++) {
		char *copy = malloc(cut ? cut : 1);
		assert_non_null(copy);
		told[0] = '\0';
		memcpy(copy, m->at, cut);
		if (cut >= sizeof cut)
			memcpy(copy, &cut, sizeof cut);
		links_parse(l, copy, cut, note, NULL);
		free(copy);
	}
	memcpy(told, was, sizeof told);
	return told;
}

static void addresses(void **state)
{
	struct links l = {.netlink = -1, .news = -1};
	struct message m;

	(void)state;
	begin(&m, RTM_NEWADDR, &(struct ifaddrmsg){.ifa_family = AF_INET, .ifa_prefixlen = 24},
		sizeof(struct ifaddrmsg));
	put_addr(&m, IFA_ADDRESS, "198.51.100.9");
	put_addr(&m, IFA_LOCAL, "198.51.100.9");
	assert_string_equal(parse(&l, &m), "own 198.51.100.9/32\nlink 198.51.100.0/24\n");

	begin(&m, RTM_NEWADDR, &(struct ifaddrmsg){.ifa_family = AF_INET, .ifa_prefixlen = 32},
		sizeof(struct ifaddrmsg));
	put_addr(&m, IFA_ADDRESS, "203.0.113.1"); /* the other side */
	put_addr(&m, IFA_LOCAL, "203.0.113.2");
	assert_string_equal(parse(&l, &m), "own 203.0.113.2/32\nlink 203.0.113.1/32\n");

	begin(&m, RTM_NEWADDR, &(struct ifaddrmsg){.ifa_family = AF_INET6, .ifa_prefixlen = 64},
		sizeof(struct ifaddrmsg));
	put_addr(&m, IFA_ADDRESS, "2001:db8::9");
	assert_string_equal(parse(&l, &m), "own 2001:db8::9/128\nlink 2001:db8::/64\n");
}

static void routes(void **state)
{
	const struct rtmsg by_default = {.rtm_family = AF_INET, .rtm_type = RTN_UNICAST};
	const struct rtmsg other = {
		.rtm_family = AF_INET6, .rtm_type = RTN_UNICAST, .rtm_dst_len = 48};
	struct links l = {.netlink = -1, .news = -1};
	int two = 2;
	struct message m;

	(void)state;
	begin(&m, RTM_NEWROUTE, &by_default, sizeof by_default);
	put_addr(&m, RTA_GATEWAY, "198.51.100.1");
	put(&m, RTA_OIF, &two, sizeof two);
	assert_string_equal(parse(&l, &m), "gateway 198.51.100.1/32\n");
	assert_int_equal(l.default_count, 1);

	begin(&m, RTM_NEWROUTE, &other, sizeof other);
	put_addr(&m, RTA_GATEWAY, "fe80::7");
	assert_string_equal(parse(&l, &m), "hop fe80::7/128\n");

	struct message hops = {.n = 0};
	for (int i = 0; i < 2; i++) {
		size_t at = hops.n;
		hops.n += sizeof(struct rtnexthop);
		put_addr(&hops, RTA_GATEWAY, i ? "198.51.100.3" : "198.51.100.2");
		const struct rtnexthop nh = {
			.rtnh_len = (uint16_t)(hops.n - at), .rtnh_ifindex = 3 + i};
		memcpy(hops.at + at, &nh, sizeof nh);
	}
	begin(&m, RTM_NEWROUTE, &by_default, sizeof by_default);
	put(&m, RTA_MULTIPATH, hops.at, hops.n);
	assert_string_equal(parse(&l, &m), "gateway 198.51.100.2/32\ngateway 198.51.100.3/32\n");

	/* IPv4 by an IPv6 router (RFC 8950). */
	char via[2 + 16];
	uint16_t family = AF_INET6;
	struct addr router = ip_of("fe80::9");
	memcpy(via, &family, 2);
	memcpy(via + 2, router.b, 16);
	begin(&m, RTM_NEWROUTE, &by_default, sizeof by_default);
	put(&m, RTA_VIA, via, sizeof via);
	assert_string_equal(parse(&l, &m), "gateway fe80::9/128\n");
}

static void neighbours(void **state)
{
	struct links l = {.netlink = -1, .news = -1, .defaults = {2}, .default_count = 1};
	struct ndmsg head = {.ndm_family = AF_INET, .ndm_ifindex = 2, .ndm_state = NUD_STALE};
	struct message m;

	(void)state;
	begin(&m, RTM_NEWNEIGH, &head, sizeof head);
	put_addr(&m, NDA_DST, "198.51.100.77");
	assert_string_equal(parse(&l, &m), "neighbour 198.51.100.77/32\n");
	head.ndm_state = NUD_FAILED;
	begin(&m, RTM_NEWNEIGH, &head, sizeof head);
	put_addr(&m, NDA_DST, "198.51.100.78");
	assert_string_equal(parse(&l, &m), "");
	head.ndm_state = NUD_REACHABLE;
	head.ndm_ifindex = 3; /* not where the default route leads */
	begin(&m, RTM_NEWNEIGH, &head, sizeof head);
	put_addr(&m, NDA_DST, "198.51.100.79");
	assert_string_equal(parse(&l, &m), "");
}

static int parse_end(struct links *l, uint16_t flags, const void *payload, size_t n)
{
	struct nlmsghdr h = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(n),
		.nlmsg_type = NLMSG_DONE,
		.nlmsg_flags = flags};
	struct message m = {.n = NLMSG_LENGTH(n)};

	memcpy(m.at, &h, sizeof h);
	memcpy(m.at + NLMSG_HDRLEN, payload, n);
	return links_parse(l, m.at, m.n, note, NULL);
}

/* A dump that failed at its end, or during which something changed, is not whole. */
static void ends(void **state)
{
	struct links l = {.netlink = -1, .news = -1};
	const struct rtmsg head = {.rtm_family = AF_INET, .rtm_type = RTN_UNICAST};
	int error = 0;
	struct message m;

	(void)state;
	assert_int_equal(parse_end(&l, NLM_F_MULTI, &error, sizeof error), 1);
	assert_int_equal(parse_end(&l, NLM_F_MULTI, &error, 0), 1);
	error = -ENOBUFS;
	assert_int_equal(parse_end(&l, NLM_F_MULTI, &error, sizeof error), -ENOBUFS);

	begin(&m, RTM_NEWROUTE, &head, sizeof head);
	const struct nlmsghdr h = {.nlmsg_len = (uint32_t)m.n,
		.nlmsg_type = RTM_NEWROUTE,
		.nlmsg_flags = NLM_F_MULTI | NLM_F_DUMP_INTR};
	memcpy(m.at, &h, sizeof h);
	assert_int_equal(links_parse(&l, m.at, m.n, note, NULL), 0);
	error = 0;
	assert_int_equal(parse_end(&l, NLM_F_MULTI, &error, sizeof error), -ESTALE);
}

/* More default routes than interfaces that are told apart: neighbours are missing. */
static void left_out(void **state)
{
	const struct rtmsg head = {.rtm_family = AF_INET, .rtm_type = RTN_UNICAST};
	struct links l = {.netlink = -1, .news = -1};
	struct message m;

	(void)state;
	for (int i = 1; i <= LINKS_DEFAULTS + 1; i++) {
		assert_false(l.left_out);
		begin(&m, RTM_NEWROUTE, &head, sizeof head);
		put(&m, RTA_OIF, &i, sizeof i);
		parse(&l, &m);
	}
	assert_true(l.left_out);
}

/* Keeps what the feed says of the only thing that a test can know of this machine. */
struct heard {
	struct event_sink sink;
	uint32_t unread, loopback;
};

static void hear(struct event_sink *sink, const struct event *event)
{
	struct heard *h = (struct heard *)sink;
	const struct event_guard *g = &event->guard;
	struct addr loopback = ip_of("127.0.0.1");

	h->unread += g->role == GUARD_UNREAD && g->on;
	h->loopback += g->role == GUARD_OWN && addr_eq(&g->net.addr, &loopback);
}

/* Without a socket, not all is read, and that is said; it is read once there is one. */
static void feed_without_netlink(void **state)
{
	struct heard heard = {.sink = {hear, NULL}};
	struct rlimit was, none;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = (struct rlimit){3, was.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	struct source *feed = guard_feed_new(NULL, 0, &(struct guard_peers){0});
	assert_non_null(feed);
	assert_int_equal(feed->ops->poll(feed, 1, &heard.sink), 0);
	assert_int_equal(heard.unread, 1);
	assert_int_equal(heard.loopback, 0);
	source_free(feed);

	feed = guard_feed_new(NULL, 0, &(struct guard_peers){0});
	assert_non_null(feed);
	setrlimit(RLIMIT_NOFILE, &was);
	heard.unread = 0;
	while (feed->ops->poll(feed, 2, &heard.sink))
		;
	assert_int_equal(heard.loopback, 1);
	assert_int_equal(heard.unread, 0);
	source_free(feed);
}

/* This machine has at least its loopback. */
static void own(void **state)
{
	struct links l;
	int r = 1;

	(void)state;
	links_init(&l);
	told[0] = '\0';
	links_begin(&l);
	while (r == 1)
		r = links_step(&l, note, NULL);
	assert_int_equal(r, 0);
	assert_non_null(strstr(told, "own 127.0.0.1/32\n"));
	links_done(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resolvers),
		cmocka_unit_test(users),
		cmocka_unit_test(sessions),
		cmocka_unit_test(ssh_peers),
		cmocka_unit_test(addresses),
		cmocka_unit_test(routes),
		cmocka_unit_test(neighbours),
		cmocka_unit_test(ends),
		cmocka_unit_test(left_out),
		cmocka_unit_test(feed_without_netlink),
		cmocka_unit_test(own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
