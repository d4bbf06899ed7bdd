// SPDX-License-Identifier: MIT
/* Whom a block would stop and hurt, and every reason not to. */
#include "facts.h"

#include "detect/blast.h"

static struct blast blast;

static struct prefix net_of(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(str_of(text), &p), 0);
	return p;
}

static void guard(struct model *m, enum guard_role role, const char *net)
{
	struct event e = event_make(EVENT_GUARD, T0);

	e.guard = (struct event_guard){net_of(net), (uint8_t)role, true};
	model_apply(m, &e);
}

static void put_login(struct model *m, usec_t ts, const char *ip, enum auth_outcome outcome)
{
	struct event e = event_make(EVENT_AUTH, ts);

	e.auth = (struct event_auth){.ip = ip_of(ip),
		.outcome = (uint8_t)outcome,
		.user = STR_LIT("root"),
		.method = STR_LIT("password")};
	model_apply(m, &e);
}

static void put_answer(struct model *m, usec_t ts, const char *ip, uint64_t status, uint32_t n)
{
	struct event e = event_make(EVENT_REQUEST, ts);

	e.request.ip = ip_of(ip);
	e.request.path = STR_LIT("/");
	e.request.method = STR_LIT("GET");
	e.request.status = status;
	while (n--)
		model_apply(m, &e);
}

static void put_ssh(struct model *m, usec_t ts, const char *ip, uint16_t lport, uint64_t inode)
{
	struct event e = conn_event(ts, ip, 40000, TCP_ESTABLISHED);

	e.conn.lport = lport;
	e.conn.dir = DIR_IN;
	e.conn.inode = inode ? inode : ABSENT;
	model_apply(m, &e);
}

static void put_out(struct model *m, const char *ip)
{
	struct event e = conn_event(T0, ip, 443, TCP_ESTABLISHED);

	e.conn.lport = 50000;
	e.conn.dir = DIR_OUT;
	model_apply(m, &e);
}

static void put_forwarded(struct model *m, const char *ip, const char *client)
{
	struct event e = event_make(EVENT_REQUEST, T0);

	e.request.ip = ip_of(ip);
	e.request.client = ip_of(client);
	e.request.path = STR_LIT("/");
	e.request.status = 200;
	model_apply(m, &e);
}

static void put_owner(struct model *m, uint64_t inode, const char *name)
{
	struct event e = event_make(EVENT_OWNER, T0);

	e.owner = (struct event_owner){inode, 77, str_of(name)};
	model_apply(m, &e);
}

static void put_flag(struct model *m, const char *name, enum flag_scope scope, const char *who,
	const char *prefixes)
{
	struct event e = event_make(EVENT_FLAG, T0);

	e.flag = (struct event_flag){.flag = str_of(name),
		.on = true,
		.scope = (uint8_t)scope,
		.who = str_of(who),
		.prefixes = str_of(prefixes),
		.severity = SEVERITY_ATTACK,
		.since = T0,
		.evidence = STR_LIT("5 of 6")};
	model_apply(m, &e);
}

/* A server with all that one can be locked out from. */
static int set_up(void **state)
{
	static const struct {
		enum guard_role role;
		const char *net;
	} guards[] = {
		{GUARD_OWN, "192.0.2.2"},
		{GUARD_LINK, "192.0.2.0/24"},
		{GUARD_OWN, "2001:db8:5::2"},
		{GUARD_LINK, "2001:db8:5::/64"},
		{GUARD_GATEWAY, "198.18.0.1"},
		{GUARD_GATEWAY, "2001:db8:6::1"},
		{GUARD_HOP, "198.18.7.1"},
		{GUARD_HOP, "2001:db8:7::1"},
		{GUARD_NEIGHBOUR, "198.18.9.9"},
		{GUARD_NEIGHBOUR, "2001:db8:9::9"},
		{GUARD_RESOLVER, "198.51.100.53"},
		{GUARD_RESOLVER, "2001:db8:53::53"},
		{GUARD_SSH, "203.0.113.200"},
		{GUARD_SSH, "2001:db8:77::5"},
		{GUARD_USER, "198.19.1.9"},
		{GUARD_USER, "2001:db8:78::5"},
		{GUARD_PROXY, "173.245.48.0/20"},
		{GUARD_PROXY, "2400:cb00::/32"},
	};
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	for (size_t i = 0; i < ARRAY_LEN(guards); i++)
		guard(m, guards[i].role, guards[i].net);
	put_login(m, T0, "198.19.2.1", AUTH_ACCEPTED);
	put_login(m, T0, "2001:db8:82::1", AUTH_ACCEPTED);
	put_ssh(m, T0, "198.19.3.1", 22, 0);
	put_ssh(m, T0, "2001:db8:83::1", 22, 0);
	put_owner(m, 4711, "sshd-session");
	put_ssh(m, T0, "198.19.4.1", 2222, 4711);
	put_out(m, "198.19.5.1");
	put_out(m, "2001:db8:85::1");
	put_forwarded(m, "198.19.6.1", "198.19.7.1");
	put_forwarded(m, "2001:db8:86::1", "2001:db8:87::1");
	/* Eleven good visitors, of whom one brings a quarter. */
	put_answer(m, T0 + SEC, "198.19.8.1", 200, 30);
	for (int i = 1; i <= 9; i++) {
		char ip[ADDR_TEXT_MAX];
		snprintf(ip, sizeof ip, "198.19.%d.1", 20 + i);
		put_answer(m, T0 + SEC, ip, 200, 10);
	}
	/* A flood, and a guesser who holds a connection to sshd. */
	for (uint16_t port = 1; port <= 40; port++)
		put_conn(m, T0 + SEC, "203.0.113.7", port, TCP_ESTABLISHED);
	put_answer(m, T0 + SEC, "203.0.113.7", 404, 300);
	put_login(m, T0 + SEC, "198.19.9.1", AUTH_FAILED);
	put_ssh(m, T0 + SEC, "198.19.9.1", 22, 0);
	put_tick(m, T0 + 2 * SEC);
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	model_free(*state);
	return 0;
}

static void plan(const struct model *m, const char *const *nets, uint32_t n)
{
	struct prefix prefixes[64];

	for (uint32_t i = 0; i < n; i++)
		prefixes[i] = net_of(nets[i]);
	blast_begin(&blast, prefixes, n);
	for (int i = 0; i < 1000 && !blast_step(&blast, m, NULL); i++)
		;
	assert_true(blast.is_known);
}

static const struct blast_refusal *find(enum refusal id)
{
	for (uint32_t i = 0; i < blast.refused_count; i++)
		if (blast.refused[i].id == id)
			return &blast.refused[i];
	return NULL;
}

/* What is refused, of both families; and that it still is when it hides in a wider network. */
static const struct {
	const char *net;
	enum refusal id;
	const char *why; /* NULL: not looked at */
} cases[] = {
	{"0.0.0.0/0", REFUSAL_EVERYBODY, "0.0.0.0/0 is everybody, you included"},
	{"::/0", REFUSAL_EVERYBODY, "::/0 is everybody, you included"},
	{"203.0.0.0/15", REFUSAL_WIDE, NULL},
	{"2001:db8::/31", REFUSAL_WIDE, NULL},
	{"192.0.2.2", REFUSAL_OWN, "192.0.2.2 is an address of this machine"},
	{"2001:db8:5::2", REFUSAL_OWN, "2001:db8:5::2 is an address of this machine"},
	{"192.0.2.0/28", REFUSAL_OWN,
		"192.0.2.0/28 holds 192.0.2.2, which is an address of this machine"},
	{"2001:db8:5::/48", REFUSAL_OWN, NULL},
	{"192.0.2.99", REFUSAL_LINK,
		"192.0.2.99 lies in 192.0.2.0/24, which is a network that this machine is "
		"in"},
	{"2001:db8:5::99", REFUSAL_LINK, NULL},
	{"198.18.0.1", REFUSAL_GATEWAY, "198.18.0.1 is the default gateway"},
	{"2001:db8:6::/64", REFUSAL_GATEWAY, NULL},
	{"198.18.7.0/24", REFUSAL_HOP, NULL},
	{"2001:db8:7::1", REFUSAL_HOP, NULL},
	{"198.18.9.9", REFUSAL_NEIGHBOUR, NULL},
	{"2001:db8:9::/48", REFUSAL_NEIGHBOUR, NULL},
	{"198.51.100.53", REFUSAL_RESOLVER, "198.51.100.53 is where names are resolved"},
	{"198.51.100.0/24", REFUSAL_RESOLVER, NULL},
	{"2001:db8:53::/64", REFUSAL_RESOLVER, NULL},
	{"203.0.113.200", REFUSAL_SSH, "203.0.113.200 is where your own SSH session comes from"},
	{"203.0.113.0/24", REFUSAL_SSH, NULL},
	{"2001:db8:77::/48", REFUSAL_SSH, NULL},
	{"198.19.1.9", REFUSAL_USER, NULL},
	{"2001:db8:78::/64", REFUSAL_USER, NULL},
	{"198.19.2.1", REFUSAL_LOGIN, "198.19.2.1 has logged in by SSH"},
	{"198.19.2.0/24", REFUSAL_LOGIN,
		"198.19.2.0/24 holds 198.19.2.1, which has logged in by SSH"},
	{"2001:db8:82::/64", REFUSAL_LOGIN, NULL},
	{"198.19.3.1", REFUSAL_SSH_CONN, "198.19.3.1 has an SSH connection"},
	{"2001:db8:83::/64", REFUSAL_SSH_CONN, NULL},
	{"198.19.4.0/24", REFUSAL_SSH_CONN, NULL},
	{"198.19.5.1", REFUSAL_OUT, NULL},
	{"2001:db8:85::/64", REFUSAL_OUT, NULL},
	{"198.19.6.1", REFUSAL_FORWARDS, NULL},
	{"2001:db8:86::1", REFUSAL_FORWARDS, NULL},
	{"173.245.49.7", REFUSAL_PROXY,
		"173.245.49.7 lies in 173.245.48.0/20, which is a proxy that you trust: "
		"all who come through it"},
	{"173.245.0.0/16", REFUSAL_PROXY, NULL},
	{"2400:cb00:1::1", REFUSAL_PROXY, NULL},
	{"198.19.7.1", REFUSAL_BEHIND, NULL},
	{"2001:db8:87::1", REFUSAL_BEHIND, NULL},
	{"198.19.8.1", REFUSAL_GOOD, NULL},
	{"198.19.8.0/24", REFUSAL_GOOD, NULL},
	{"0.0.0.5", REFUSAL_UNSPECIFIED, NULL},
	{"::", REFUSAL_UNSPECIFIED, NULL},
	{"127.0.0.0/16", REFUSAL_LOOPBACK, NULL},
	{"::1", REFUSAL_LOOPBACK, NULL},
	{"224.0.0.5", REFUSAL_MULTICAST, NULL},
	{"ff02::1", REFUSAL_MULTICAST, NULL},
	{"169.254.3.4", REFUSAL_LINK_LOCAL, NULL},
	{"fe80::5", REFUSAL_LINK_LOCAL, NULL},
	{"10.1.2.3", REFUSAL_PRIVATE, NULL},
	{"172.31.0.0/16", REFUSAL_PRIVATE, NULL},
	{"192.168.7.0/24", REFUSAL_PRIVATE, NULL},
	{"fd00:1::/48", REFUSAL_PRIVATE, NULL},
	{"100.100.1.2", REFUSAL_CGNAT, NULL},
};

static void lock_outs(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char why[BLAST_WHY_MAX] = "";
		plan(*state, &cases[i].net, 1);
		const struct blast_refusal *r = find(cases[i].id);
		if (!r)
			fail_msg("%s is not refused as %s", cases[i].net,
				refusals[cases[i].id].name);
		blast_why(&blast, r, why);
		if (cases[i].why)
			assert_string_equal(why, cases[i].why);
		assert_non_null(blast_worst(&blast));
	}
}

/* What only looks like one of these is not. */
static void let_through(void **state)
{
	static const char *const nets[] = {"203.0.113.7", "203.0.113.0/25", "198.19.9.1",
		"198.51.100.0/27", "198.19.21.1", "100.63.0.0/16", "100.128.0.1", "172.32.0.1",
		"11.0.0.1", "2001:db9::/32", "223.255.255.255", "198.18.0.2", "fe00::1"};

	for (size_t i = 0; i < ARRAY_LEN(nets); i++) {
		char why[BLAST_WHY_MAX] = "";
		plan(*state, &nets[i], 1);
		const struct blast_refusal *worst = blast_worst(&blast);
		if (worst)
			blast_why(&blast, worst, why);
		if (worst)
			fail_msg("%s is refused: %s", nets[i], why);
	}
}

/* A guesser's connection lasts no longer than sshd's patience; one that does was let in. */
static void guesser_who_stays(void **state)
{
	const char *net = "198.19.9.1";

	plan(*state, &net, 1);
	assert_null(find(REFUSAL_SSH_CONN));
	put_tick(*state, T0 + 2 * SEC + BLAST_SSH_GRACE);
	plan(*state, &net, 1);
	assert_non_null(find(REFUSAL_SSH_CONN));
}

/* However many newer connections a host has, its first ones are looked at. */
static void old_connections(void **state)
{
	const char *const nets[] = {"198.19.3.1", "198.19.5.1"};

	for (uint16_t port = 1; port <= BLAST_CONNS_AT_ONCE + 100; port++)
		for (int i = 0; i < 2; i++)
			put_conn(*state, T0 + 2 * SEC, nets[i], port, TCP_ESTABLISHED);
	plan(*state, nets, 2);
	assert_non_null(find(REFUSAL_SSH_CONN));
	assert_non_null(find(REFUSAL_OUT));
	/* Nothing is known before all of them are. */
	struct prefix p = net_of(nets[1]);
	blast_begin(&blast, &p, 1);
	assert_false(blast_step(&blast, *state, NULL));
	assert_false(blast.is_known);
}

static void counts(void **state)
{
	const char *const nets[] = {"203.0.113.0/25", "198.19.21.1"};

	plan(*state, nets, 2);
	assert_int_equal(blast.count, 2);
	assert_int_equal(blast.sum.hosts, 2);
	assert_int_equal(blast.sum.open, 40);
	assert_int_equal(blast.sum.net[0].open, 40);
	assert_int_equal(blast.sum.net[1].open, 0);
	assert_in_range(blast.sum.requests, 280, 330); /* pulses are about right */
	assert_in_range(blast.sum.all_requests, 390, 460);
	assert_int_equal(blast.sum.good, 10);
	assert_int_equal(blast.sum.good_hosts, 1);
	assert_in_range(blast.sum.all_good, 118, 126);
	assert_false(blast.is_forged);
}

/* A flagged visitor is no good one; nor is one of a network that is flagged; but one whose
 * neighbours send SYNs is. */
static void flagged_is_not_good(void **state)
{
	const char *net = "198.19.21.1";

	plan(*state, &net, 1);
	assert_int_equal(blast.sum.good, 10);
	put_flag(*state, "syn-flood", SCOPE_MACHINE, "", "198.19.21.0/24");
	plan(*state, &net, 1);
	assert_int_equal(blast.sum.good, 10);
	put_flag(*state, "burst", SCOPE_NETWORK, "198.19.21.0/24", "198.19.21.0/24");
	plan(*state, &net, 1);
	assert_int_equal(blast.sum.good, 0);
	net = "198.19.8.1";
	put_flag(*state, "crawler", SCOPE_HOST, "198.19.8.1", "198.19.8.1");
	plan(*state, &net, 1);
	assert_null(blast_worst(&blast));
}

/* Prefixes that lie in others are left out, whichever comes first; too many are said to be. */
static void plans(void **state)
{
	const char *const nested[] = {"203.0.113.7", "203.0.113.0/25", "203.0.113.9"};
	char texts[BLAST_PREFIXES_MAX + 1][ADDR_TEXT_MAX];
	const char *many[BLAST_PREFIXES_MAX + 1];

	plan(*state, nested, 3);
	assert_int_equal(blast.count, 1);
	assert_int_equal(blast.prefixes[0].bits, 96 + 25);
	for (int i = 0; i <= BLAST_PREFIXES_MAX; i++) {
		snprintf(texts[i], sizeof texts[i], "203.0.%d.1", 100 + i);
		many[i] = texts[i];
	}
	plan(*state, many, BLAST_PREFIXES_MAX);
	assert_null(find(REFUSAL_TOO_MANY));
	plan(*state, many, BLAST_PREFIXES_MAX + 1);
	assert_non_null(find(REFUSAL_TOO_MANY));
	plan(*state, many, 0);
	assert_non_null(find(REFUSAL_NOBODY));
}

/* SYNs that nobody answered for: blocking is said to be of little use; refused only when they come
 * from all over. */
static void forged(void **state)
{
	struct model *m = *state;
	const char *net = "203.0.114.0/24";

	for (int i = 1; i <= 30; i++) {
		char ip[ADDR_TEXT_MAX];
		snprintf(ip, sizeof ip, "203.0.114.%d", i);
		put_conn(m, T0 + 2 * SEC, ip, 1000, TCP_SYN_RECV);
	}
	plan(m, &net, 1);
	assert_true(blast.is_forged);
	assert_int_equal(blast.sum.half_open, 30);
	assert_int_equal(blast.sum.all_half_open, 30);
	assert_null(blast_worst(&blast));
	put_flag(m, "syn-spoofed", SCOPE_MACHINE, "", "");
	plan(m, &net, 1);
	assert_int_equal(blast_worst(&blast)->id, REFUSAL_FORGED);
	put_conn(m, T0 + 3 * SEC, "203.0.114.1", 1000, TCP_ESTABLISHED);
	plan(m, &net, 1);
	assert_false(blast.is_forged);
	assert_null(blast_worst(&blast));
}

/* What must not be blocked is forgotten when it is over, and unknown while nobody has said it. */
static void guards_come_and_go(void **state)
{
	struct event e = event_make(EVENT_GUARD, T0);
	const char *net = "198.18.0.1";

	e.guard = (struct event_guard){net_of(net), GUARD_GATEWAY, false};
	model_apply(*state, &e);
	plan(*state, &net, 1);
	assert_null(blast_worst(&blast));

	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	plan(m, &net, 1);
	assert_int_equal(blast_worst(&blast)->id, REFUSAL_UNTOLD);
	for (uint32_t i = 0; i <= GUARDS_MAX; i++) {
		e.guard = (struct event_guard){net_of("11.0.0.0"), GUARD_OWN, true};
		e.guard.net.addr.b[14] = (uint8_t)(i >> 8);
		e.guard.net.addr.b[15] = (uint8_t)i;
		model_apply(m, &e);
	}
	assert_int_equal(m->guards.n, GUARDS_MAX);
	plan(m, &net, 1);
	assert_int_equal(blast_worst(&blast)->id, REFUSAL_INCOMPLETE);
	model_free(m);
}

/* While not all could be read, nobody is blocked. */
static void unread(void **state)
{
	const char *net = "203.0.113.7";

	guard(*state, GUARD_UNREAD, "::/0");
	plan(*state, &net, 1);
	assert_int_equal(blast_worst(&blast)->id, REFUSAL_INCOMPLETE);
	struct event e = event_make(EVENT_GUARD, T0);
	e.guard = (struct event_guard){net_of("::/0"), GUARD_UNREAD, false};
	model_apply(*state, &e);
	plan(*state, &net, 1);
	assert_null(blast_worst(&blast));
}

/* What can be blocked after all weighs less than what never can. */
static void worst(void **state)
{
	const char *const nets[] = {"10.1.2.3", "198.19.7.1", "192.0.2.2"};

	plan(*state, nets, 1);
	assert_int_equal(blast_worst(&blast)->id, REFUSAL_PRIVATE);
	assert_int_equal(refusals[blast_worst(&blast)->id].weight, REFUSAL_TWICE);
	plan(*state, nets, 3);
	assert_int_equal(blast_worst(&blast)->id, REFUSAL_OWN);
	plan(*state, nets + 1, 1);
	assert_int_equal(refusals[blast_worst(&blast)->id].weight, REFUSAL_WEB);
}

/* Every reason has words, and all are told apart. */
static void words(void **state)
{
	(void)state;
	for (int i = REFUSAL_NONE + 1; i < REFUSALS; i++) {
		assert_non_null(refusals[i].name);
		assert_non_null(refusals[i].why);
		for (int k = i + 1; k < REFUSALS; k++)
			assert_string_not_equal(refusals[i].name, refusals[k].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lock_outs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(let_through, set_up, tear_down),
		cmocka_unit_test_setup_teardown(guesser_who_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(old_connections, set_up, tear_down),
		cmocka_unit_test_setup_teardown(counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(flagged_is_not_good, set_up, tear_down),
		cmocka_unit_test_setup_teardown(plans, set_up, tear_down),
		cmocka_unit_test_setup_teardown(forged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(guards_come_and_go, set_up, tear_down),
		cmocka_unit_test_setup_teardown(unread, set_up, tear_down),
		cmocka_unit_test_setup_teardown(worst, set_up, tear_down),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
