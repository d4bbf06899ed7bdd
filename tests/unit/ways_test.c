// SPDX-License-Identifier: MIT
/* What a plan to block becomes: text that is copied, and what nft reads. */
#include "remove_tree.h"
#include "unit.h"

#include "action/ways.h"
#include "app/block_jobs.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static struct prefix prefixes[BLOCK_PREFIXES_MAX + 1];
static struct block_text text;
static char why[BLOCK_WHY_MAX];

static struct prefix net_of(const char *net)
{
	struct prefix p;

	assert_int_equal(prefix_parse(str_of(net), &p), 0);
	return p;
}

/* Of prefixes with blanks between. */
static struct block_plan plan_of(enum way way, const char *nets, uint32_t seconds)
{
	struct block_plan plan = {.way = way, .prefixes = prefixes, .seconds = seconds};
	char copy[1024], *rest = copy, *net;

	snprintf(copy, sizeof copy, "%s", nets);
	while ((net = strsep(&rest, " ")) && plan.count <= BLOCK_PREFIXES_MAX)
		prefixes[plan.count++] = net_of(net);
	return plan;
}

static int make(enum way way, const char *nets, uint32_t seconds)
{
	struct block_plan plan = plan_of(way, nets, seconds);

	memset(&text, 0, sizeof text);
	why[0] = '\0';
	return block_text(&plan, &text, why);
}

static void expect(
	enum way way, const char *nets, uint32_t seconds, const char *command, const char *undo)
{
	assert_int_equal(make(way, nets, seconds), 0);
	assert_string_equal(text.command, command);
	assert_string_equal(text.undo, undo);
}

#define BOTH "203.0.113.9 198.51.100.0/24 2001:db8:7::/48"

static void test_nft_text_is_the_script(void **state)
{
	struct block_plan plan = plan_of(WAY_NFT, BOTH, 3600);
	struct block_steps steps;
	char script[BLOCK_TEXT_MAX];

	(void)state;
	assert_int_equal(block_text(&plan, &text, why), 0);
	assert_int_equal(block_steps(&plan, &steps), 0);
	int n = block_script(&steps, script, sizeof script);
	assert_true(n > 0 && strlen(script) == (size_t)n);
	assert_non_null(strstr(text.command, script));
	assert_memory_equal(text.command, "nft -f - <<'END'\nadd table inet nethergaze\n", 40);
	assert_non_null(strstr(script, "add element inet nethergaze block4 { 203.0.113.9 timeout "
				       "1h, 198.51.100.0/24 timeout 1h }\n"));
	assert_non_null(strstr(
		script, "add element inet nethergaze block6 { 2001:db8:7::/48 timeout 1h }\n"));
	assert_null(strstr(script, "auto-merge"));
	assert_string_equal(text.undo,
		"nft delete element inet nethergaze block4 '{ 203.0.113.9 }'\n"
		"nft delete element inet nethergaze block4 '{ 198.51.100.0/24 }'\n"
		"nft delete element inet nethergaze block6 '{ 2001:db8:7::/48 }'\n");
}

/* ::ffff:203.0.113.9 is IPv4 on the wire. */
static void test_mapped_is_v4(void **state)
{
	(void)state;
	assert_int_equal(make(WAY_NFT, "::ffff:203.0.113.9", 0), 0);
	assert_non_null(strstr(text.command, "block4 { 203.0.113.9 }\n"));
	assert_null(strstr(text.command, "add element inet nethergaze block6"));
}

static void test_texts(void **state)
{
	(void)state;
	expect(WAY_IPTABLES, "203.0.113.9 2001:db8:7::/48", 0,
		"iptables -w 5 -t raw -I PREROUTING -s 203.0.113.9 -m comment --comment nethergaze "
		"-j DROP\n"
		"ip6tables -w 5 -t raw -I PREROUTING -s 2001:db8:7::/48 -m comment --comment "
		"nethergaze -j DROP\n",
		"iptables -w 5 -t raw -D PREROUTING -s 203.0.113.9 -m comment --comment nethergaze "
		"-j DROP\n"
		"ip6tables -w 5 -t raw -D PREROUTING -s 2001:db8:7::/48 -m comment --comment "
		"nethergaze -j DROP\n");
	expect(WAY_UFW, "203.0.113.9 2001:db8:7::/48", 0,
		"ufw prepend deny from 203.0.113.9\nufw prepend deny from 2001:db8:7::/48\n",
		"ufw delete deny from 203.0.113.9\nufw delete deny from 2001:db8:7::/48\n");
	expect(WAY_ROUTE, "203.0.113.0/24 2001:db8:7::9", 0,
		"ip route add blackhole 203.0.113.0/24\nip -6 route add blackhole 2001:db8:7::9\n",
		"ip route del blackhole 203.0.113.0/24\nip -6 route del blackhole 2001:db8:7::9\n");
	assert_int_equal(make(WAY_IPSET, "203.0.113.0/24 2001:db8:7::9", 3600), 0);
	assert_non_null(
		strstr(text.command, "ipset -exist add nethergaze4 203.0.113.0/24 timeout 3600\n"));
	assert_non_null(
		strstr(text.command, "ipset -exist add nethergaze6 2001:db8:7::9 timeout 3600\n"));
	assert_string_equal(text.undo, "ipset -exist del nethergaze4 203.0.113.0/24\n"
				       "ipset -exist del nethergaze6 2001:db8:7::9\n");
}

/* firewalld and CrowdSec are not run by any test: only the text is compared, with firewall-cmd(1)
 * and cscli's help. */
static void test_texts_that_are_not_run(void **state)
{
	(void)state;
	expect(WAY_FIREWALLD, "203.0.113.0/24 2001:db8:7::9", 3600,
		"firewall-cmd --add-rich-rule='rule family=\"ipv4\" source "
		"address=\"203.0.113.0/24\" drop' --timeout=3600s\n"
		"firewall-cmd --add-rich-rule='rule family=\"ipv6\" source "
		"address=\"2001:db8:7::9\" drop' --timeout=3600s\n",
		"firewall-cmd --remove-rich-rule='rule family=\"ipv4\" source "
		"address=\"203.0.113.0/24\" drop'\n"
		"firewall-cmd --remove-rich-rule='rule family=\"ipv6\" source "
		"address=\"2001:db8:7::9\" drop'\n");
	expect(WAY_CROWDSEC, "203.0.113.9 203.0.113.0/24", 90,
		"cscli decisions add --ip 203.0.113.9 --duration 90s --type ban --reason "
		"nethergaze\n"
		"cscli decisions add --range 203.0.113.0/24 --duration 90s --type ban --reason "
		"nethergaze\n",
		"cscli decisions delete --ip 203.0.113.9\n"
		"cscli decisions delete --range 203.0.113.0/24\n");
	assert_int_equal(make(WAY_CROWDSEC, "203.0.113.9", 0), 0);
	assert_non_null(strstr(text.command, "--duration 8760h"));
	assert_non_null(strstr(text.note, "a year"));
}

static void test_web_servers(void **state)
{
	static const struct {
		enum way way;
		const char *has;
	} wants[] = {
		{WAY_NGINX, "\ndeny 203.0.113.0/24;\ndeny 2001:db8:7::9;\n"},
		{WAY_APACHE, "\tRequire not ip 203.0.113.0/24\n\tRequire not ip 2001:db8:7::9\n"},
		{WAY_CADDY, "@nethergaze client_ip 203.0.113.0/24 2001:db8:7::9\nabort @"},
		{WAY_HAPROXY, "if { req.hdr_ip(X-Forwarded-For,-1) 203.0.113.0/24 2001:db8:7::9 }"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wants); i++) {
		assert_int_equal(make(wants[i].way, "203.0.113.0/24 2001:db8:7::9", 60), 0);
		assert_non_null(strstr(text.command, wants[i].has));
		assert_non_null(strstr(text.note, "the time is not kept"));
		assert_true(block_ways[wants[i].way].web);
	}
}

static void test_fail2ban_needs_a_jail_and_an_address(void **state)
{
	static const char *const bad[] = {"", "-h", "a b", "a;b", "$(x)", "a'b", "\xc3\xa9"};
	struct block_plan plan = plan_of(WAY_FAIL2BAN, "203.0.113.9 2001:db8::9", 0);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		plan.jail = str_of(bad[i]);
		assert_int_equal(block_text(&plan, &text, why), -EINVAL);
	}
	plan.jail = STR_LIT("nginx-http-auth");
	assert_int_equal(block_text(&plan, &text, why), 0);
	assert_string_equal(text.command,
		"fail2ban-client set nginx-http-auth banip 203.0.113.9 2001:db8::9\n");
	assert_string_equal(
		text.undo, "fail2ban-client set nginx-http-auth unbanip 203.0.113.9 2001:db8::9\n");
	plan = plan_of(WAY_FAIL2BAN, "203.0.113.0/24", 0);
	plan.jail = STR_LIT("sshd");
	assert_int_equal(block_text(&plan, &text, why), -ENOTSUP);
	plan.jail_prefixes = true;
	assert_int_equal(block_text(&plan, &text, why), 0);
}

static void test_what_is_never_blocked(void **state)
{
	static const char *const bad[] = {"0.0.0.0/0", "::/0", "10.0.0.0/8", "203.0.0.0/15",
		"2001::/31", "127.0.0.1", "127.0.0.0/16", "::1", "::", "0.0.0.0", "169.254.1.1",
		"fe80::1", "fe80::/32", "ff02::1", "224.0.0.1", "239.1.2.0/24", "255.255.255.255",
		"::ffff:127.0.0.1"};
	static const char *const good[] = {"203.0.113.9", "203.0.0.0/16", "10.1.2.3",
		"2001:db8::/32", "100.64.0.0/16", "64:ff9b::cb00:7109", "fd00::1"};
	struct prefix p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		p = net_of(bad[i]);
		if (!block_refusal(&p))
			fail_msg("%s is not refused", bad[i]);
		for (int w = 0; w < WAYS; w++)
			assert_int_equal(make((enum way)w, bad[i], 0), -EINVAL);
	}
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		p = net_of(good[i]);
		if (block_refusal(&p))
			fail_msg("%s: %s", good[i], block_refusal(&p));
	}
	p = net_of("203.0.113.9");
	p.bits = 120; /* bits beyond its length */
	assert_non_null(block_refusal(&p));
	p.bits = 95; /* more than all of IPv4 */
	assert_non_null(block_refusal(&p));
	p.bits = 200;
	assert_non_null(block_refusal(&p));
}

static void test_bounds(void **state)
{
	struct block_plan plan = plan_of(WAY_NFT, "203.0.113.9", BLOCK_SECONDS_MAX + 1);

	(void)state;
	assert_int_equal(block_text(&plan, &text, why), -EINVAL);
	assert_non_null(strstr(why, "30 days"));
	plan.seconds = BLOCK_SECONDS_MAX;
	assert_int_equal(block_text(&plan, &text, why), 0);
	assert_non_null(strstr(text.command, "timeout 30d }"));
	plan.way = WAY_IPSET; /* ipset cannot */
	assert_int_equal(block_text(&plan, &text, why), -EINVAL);
	plan.way = WAY_NFT;
	plan.count = 0;
	assert_int_equal(block_text(&plan, &text, why), -EINVAL);
	plan.count = BLOCK_PREFIXES_MAX + 1;
	assert_int_equal(block_text(&plan, &text, why), -EINVAL);
	plan.way = WAYS;
	assert_int_equal(block_text(&plan, &text, why), -EINVAL);
}

/* As many as there can be, as long as they can be. */
static void test_the_longest_fits(void **state)
{
	struct block_plan plan = {.prefixes = prefixes,
		.count = BLOCK_PREFIXES_MAX,
		.seconds = 2000000,
		.jail = STR_LIT("a-jail-with-a-long-name-as-long-as-names-of-jails-may-be-here"),
		.jail_prefixes = true};
	char net[64];

	(void)state;
	for (int i = 0; i < BLOCK_PREFIXES_MAX; i++) {
		snprintf(net, sizeof net, "2001:d%02x:1111:2222:3333:4444:5555:6660/124", i);
		prefixes[i] = net_of(net);
	}
	for (int w = 0; w < WAYS; w++) {
		plan.way = (enum way)w;
		if (block_text(&plan, &text, why) < 0)
			fail_msg("%s: %s", block_ways[w].name, why);
	}
}

static void test_times(void **state)
{
	char buf[BLOCK_TIME_TEXT_MAX];

	(void)state;
	assert_string_equal(block_time_text(0, buf), "0s");
	assert_string_equal(block_time_text(90, buf), "1m30s");
	assert_string_equal(block_time_text(3600, buf), "1h");
	assert_string_equal(block_time_text(86461, buf), "1d1m1s");
	assert_string_equal(block_time_text(UINT32_MAX, buf), "49710d6h28m15s");
}

/* What overlaps is put right beforehand. */

static struct block_steps steps;

static int steps_of(const char *nets, uint32_t seconds, const struct block_held *held, uint32_t n)
{
	struct block_plan plan = plan_of(WAY_NFT, nets, seconds);

	plan.held = held;
	plan.held_count = n;
	memset(&steps, 0, sizeof steps);
	return block_steps(&plan, &steps);
}

static void expect_step(uint32_t i, const char *want)
{
	char buf[PREFIX_TEXT_MAX];

	assert_true(i < steps.count);
	prefix_format(&steps.prefixes[i], buf);
	assert_string_equal(buf, want);
}

static void test_overlaps(void **state)
{
	const struct block_held held[] = {{net_of("203.0.113.9"), 60},
		{net_of("203.0.113.128/25"), 0}, {net_of("198.51.100.0/24"), 600},
		{net_of("2001:db8::/48"), 0}};

	(void)state;
	/* Wider: what is in it goes out, and comes again with the undo. */
	assert_int_equal(steps_of("203.0.113.0/24", 3600, held, 4), 0);
	assert_int_equal(steps.out, 2);
	assert_int_equal(steps.count, 3);
	expect_step(0, "203.0.113.9/32");
	expect_step(1, "203.0.113.128/25");
	expect_step(2, "203.0.113.0/24");
	/* The same again: renewed. */
	assert_int_equal(steps_of("198.51.100.0/24", 0, held, 4), 0);
	assert_int_equal(steps.out, 1);
	assert_int_equal(steps.count, 2);
	/* Covered: nothing to do, and it may end too soon. */
	assert_int_equal(steps_of("198.51.100.7", 60, held, 4), -EALREADY);
	assert_int_equal(steps_of("198.51.100.7 192.0.2.1", 3600, held, 4), 0);
	assert_int_equal(steps.covered, 1);
	assert_int_equal(steps.sooner, 1);
	assert_int_equal(steps.count, 1);
	expect_step(0, "192.0.2.1/32");
	/* Within the plan itself. */
	assert_int_equal(steps_of("192.0.2.1 192.0.2.0/24 192.0.2.0/24 192.0.2.7", 0, NULL, 0), 0);
	assert_int_equal(steps.count, 1);
	expect_step(0, "192.0.2.0/24");
}

static void test_undo_of_what_was_widened(void **state)
{
	const struct block_held held[] = {{net_of("203.0.113.9"), 90}, {net_of("192.0.2.1"), 0}};
	struct block_plan plan = plan_of(WAY_NFT, "203.0.113.0/24", 3600);

	(void)state;
	plan.held = held;
	plan.held_count = 2;
	assert_int_equal(block_text(&plan, &text, why), 0);
	const char *out = strstr(text.command, "nft delete element inet nethergaze block4 '{ "
					       "203.0.113.9 }' 2>/dev/null || :\n");
	const char *in = strstr(text.command, "add element inet nethergaze block4 { "
					      "203.0.113.0/24 timeout 1h }\n");
	assert_true(out && in && out < in);
	assert_string_equal(text.undo,
		"nft delete element inet nethergaze block4 '{ 203.0.113.0/24 }'\n"
		"nft add element inet nethergaze block4 '{ 203.0.113.9 timeout 1m30s }'\n");
	assert_non_null(strstr(text.note, "Takes the place of 1 that is blocked already; what is "
					  "narrower ends with it."));
	/* Only renewed: nothing is left of it. */
	plan = plan_of(WAY_NFT, "203.0.113.9", 3600);
	plan.held = held;
	plan.held_count = 2;
	assert_int_equal(block_text(&plan, &text, why), 0);
	assert_string_equal(
		text.undo, "nft delete element inet nethergaze block4 '{ 203.0.113.9 }'\n");
	assert_non_null(strstr(text.note, "Takes the place of 1 that is blocked already. "));
}

/* As many as can be held within it, as long as they can be: the text has room for them. */
static void test_the_longest_that_is_held(void **state)
{
	struct block_held held[BLOCK_PREFIXES_MAX - 1];
	struct block_plan plan = plan_of(WAY_NFT, "2001:d00::/32", 2000000);
	char net[64];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(held); i++) {
		snprintf(net, sizeof net, "2001:d00:1111:2222:3333:4444:55%02x:6660/124", i);
		held[i] = (struct block_held){net_of(net), 2000000 + i};
	}
	plan.held = held;
	plan.held_count = ARRAY_LEN(held);
	assert_int_equal(block_text(&plan, &text, why), 0);
}

static void test_too_much_is_held(void **state)
{
	struct block_held held[BLOCK_PREFIXES_MAX];
	char net[32];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(held); i++) {
		snprintf(net, sizeof net, "203.0.113.%u", i);
		held[i] = (struct block_held){net_of(net), 0};
	}
	assert_int_equal(steps_of("203.0.113.0/24", 0, held, ARRAY_LEN(held)), -E2BIG);
	assert_int_equal(steps_of("203.0.113.0/24", 0, held, ARRAY_LEN(held) - 1), 0);
}

/* The helper trusts nobody. */

static struct helper_command command;

static int run_job(enum block_job job, struct helper_args args)
{
	memset(&command, 0x5a, sizeof command);
	return block_jobs[job].make(block_jobs[job].ctx, &args, &command);
}

static void test_jobs(void **state)
{
	struct helper_args args = {.prefix_count = 1, .seconds = 60};

	(void)state;
	args.prefixes[0] = net_of("203.0.113.9");
	assert_int_equal(run_job(BLOCK_JOB_BLOCK, args), 0);
	assert_string_equal(command.argv[0], "nft");
	assert_string_equal(command.argv[1], "-f");
	assert_string_equal(command.argv[2], "-");
	assert_null(command.argv[3]);
	assert_int_equal(command.input_n, strlen(command.input));
	assert_non_null(strstr(command.input, "{ 203.0.113.9 timeout 1m }"));
	assert_int_equal(run_job(BLOCK_JOB_UNBLOCK, args), 0);
	assert_non_null(strstr(command.input, "\ndelete element inet nethergaze block4 { "
					      "203.0.113.9 }\n"));
	assert_int_equal(run_job(BLOCK_JOB_UNBLOCK_ALL, (struct helper_args){0}), 0);
	assert_non_null(strstr(command.input, "\ndelete table inet nethergaze\n"));
	const struct helper_job *list = &block_list_jobs[BLOCK_LIST_OURS];
	assert_int_equal(list->make(list->ctx, &args, &command), 0);
	assert_string_equal(command.argv[5], "nethergaze");
	assert_null(command.argv[6]);
	assert_int_equal(command.input_n, 0);
}

static void test_jobs_refuse(void **state)
{
	const struct helper_args good = {
		.prefix_count = 1, .seconds = 60, .prefixes = {net_of("203.0.113.9")}};
	struct helper_args bad[9];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		bad[i] = good;
	bad[0].seconds = BLOCK_SECONDS_MAX + 1;
	bad[1].prefix_count = 0;
	bad[2].prefix_count = HELPER_PREFIXES_MAX + 1;
	bad[3].prefix_count = UINT32_MAX;
	bad[4].number = 1; /* nothing is left to be put in */
	bad[5].number = UINT32_MAX;
	bad[6].prefixes[0] = net_of("0.0.0.0/0");
	bad[7].prefixes[0] = net_of("127.0.0.1");
	bad[8].prefixes[0].bits = 255;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (run_job(BLOCK_JOB_BLOCK, bad[i]) != -EINVAL)
			fail_msg("block %zu is not refused", i);
		if (bad[i].prefix_count != 1 || bad[i].prefixes[0].bits != 128 || i > 5)
			assert_int_equal(run_job(BLOCK_JOB_UNBLOCK, bad[i]), -EINVAL);
	}
}

/* Which this machine has, by the files under a directory. */

static void put_file(const char *root, const char *path, const char *content)
{
	char name[512], *slash;

	snprintf(name, sizeof name, "%s%s", root, path);
	for (slash = name + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(name, 0755);
		*slash = '/';
	}
	FILE *f = fopen(name, "w");
	assert_non_null(f);
	fputs(content, f);
	fclose(f);
	chmod(name, 0755);
}

static void test_detection(void **state)
{
	char root[] = "/tmp/ng-ways-XXXXXX";
	struct way_state states[WAYS];

	(void)state;
	assert_non_null(mkdtemp(root));
	ways_detect(root, states);
	for (int w = 0; w < WAYS; w++)
		assert_true(!states[w].there && !states[w].ready && states[w].why[0]);
	assert_int_equal(ways_best(states), WAYS);
	put_file(root, "/usr/sbin/ufw", "");
	put_file(root, "/etc/ufw/ufw.conf", "# ENABLED=yes\nENABLED=no\n");
	put_file(root, "/usr/sbin/ipset", "");
	put_file(root, "/usr/bin/cscli", "");
	ways_detect(root, states);
	assert_true(states[WAY_UFW].there && !states[WAY_UFW].ready);
	assert_string_equal(states[WAY_UFW].why, "ufw is not active");
	assert_false(states[WAY_IPSET].there); /* without iptables */
	assert_true(states[WAY_CROWDSEC].there && !states[WAY_CROWDSEC].ready);
	put_file(root, "/etc/ufw/ufw.conf", "ENABLED=yes\n");
	put_file(root, "/etc/crowdsec/bouncers/crowdsec-firewall-bouncer.yaml", "");
	ways_detect(root, states);
	assert_true(states[WAY_UFW].ready && states[WAY_CROWDSEC].ready);
	assert_int_equal(ways_best(states), WAY_UFW);
	put_file(root, "/usr/sbin/nft", "");
	put_file(root, "/usr/bin/fail2ban-client", "");
	ways_detect(root, states);
	assert_int_equal(ways_best(states), WAY_NFT);
	assert_string_equal(states[WAY_FAIL2BAN].why, "fail2ban is not running");
	put_file(root, "/run/fail2ban/fail2ban.sock", "");
	ways_detect(root, states);
	assert_true(states[WAY_FAIL2BAN].ready && !states[WAY_FAIL2BAN].why[0]);
	assert_int_equal(remove_tree(root), 0);
}

/* The table itself. */
static void test_table(void **state)
{
	(void)state;
	for (int w = 0; w < WAYS; w++) {
		const struct block_way *way = &block_ways[w];
		assert_int_equal(way_find(str_of(way->name)), w);
		assert_non_null(way->lacks[0]);
		for (size_t i = 0; i < ARRAY_LEN(way->lacks) && way->lacks[i]; i++)
			assert_int_equal(way->lacks[i][strlen(way->lacks[i]) - 1], '.');
		assert_true(way->ours == (w == WAY_NFT));
		assert_false(way->web && way->cuts);
	}
	assert_int_equal(way_find(STR_LIT("nftables")), WAYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nft_text_is_the_script),
		cmocka_unit_test(test_mapped_is_v4),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_texts_that_are_not_run),
		cmocka_unit_test(test_web_servers),
		cmocka_unit_test(test_fail2ban_needs_a_jail_and_an_address),
		cmocka_unit_test(test_what_is_never_blocked),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_the_longest_fits),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_overlaps),
		cmocka_unit_test(test_undo_of_what_was_widened),
		cmocka_unit_test(test_the_longest_that_is_held),
		cmocka_unit_test(test_too_much_is_held),
		cmocka_unit_test(test_jobs),
		cmocka_unit_test(test_jobs_refuse),
		cmocka_unit_test(test_detection),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
