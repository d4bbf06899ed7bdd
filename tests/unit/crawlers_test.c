// SPDX-License-Identifier: MIT
#include "facts.h"

#include "app/hub.h"
#include "detect/crawlers.h"
#include "detect/range_names.h"
#include "model/column.h"

#include <errno.h>

#define TOLD      64
#define GOOGLEBOT "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
#define BINGBOT   "Mozilla/5.0 (compatible; bingbot/2.0)"
#define GPTBOT    "Mozilla/5.0 (compatible; GPTBot/1.2)"

struct listener {
	struct taker taker; /* first */
	char text[TOLD * 80];
	size_t n;
	uint64_t lost;
};

static struct model *model;
static struct hub hub;
static struct taker model_taker;
static struct listener listener;
static struct ranges ranges;
static struct crawlers crawlers;
static struct ranges_error error;

static void take_model(struct taker *taker, const struct event *event)
{
	(void)taker;
	model_apply(model, event);
}

/* "IP NAME OUTCOME BY, …" */
static void listen(struct taker *taker, const struct event *event)
{
	struct listener *l = (struct listener *)taker;
	const struct event_crawler *e = &event->crawler;
	char ip[ADDR_TEXT_MAX];

	if (event->kind == EVENT_LOST) {
		assert_str(event->lost.what, "crawlers");
		l->lost += event->lost.n;
		return;
	}
	addr_format(&e->ip, ip);
	assert_in_range(l->n, 0, sizeof l->text - 80);
	l->n += (size_t)snprintf(l->text + l->n, sizeof l->text - l->n, "%s%s %.*s %s %.*s",
		l->n ? ", " : "", ip, STR_FMT(e->name), enum_name(&claim_outcomes, e->outcome),
		STR_FMT(e->by.p ? e->by : STR_LIT("-")));
}

static void begin(bool replaying)
{
	assert_int_equal(crawlers_init(&crawlers, &(struct crawlers_options){.ranges = &ranges,
							  .model = model,
							  .sink = &hub.sink,
							  .replaying = replaying}),
		0);
	hub_join(&hub, &model_taker);
	hub_join(&hub, &listener.taker);
	hub_join(&hub, &crawlers.taker);
}

static int set_up(void **state)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	(void)state;
	limits.hosts = CLAIMS_MAX + 1024;
	model = model_with(&limits);
	hub_init(&hub);
	model_taker = (struct taker){.name = "model", .kinds = TAKER_ALL, .take = take_model};
	listener = (struct listener){
		.taker = {.name = "listener",
			.kinds = TAKER_KIND(EVENT_CRAWLER) | TAKER_KIND(EVENT_LOST),
			.take = listen}};
	return ranges_init(&ranges);
}

static int tear_down(void **state)
{
	(void)state;
	crawlers_done(&crawlers);
	crawlers = (struct crawlers){0};
	ranges_done(&ranges);
	hub_done(&hub);
	model_free(model);
	return 0;
}

static void add_ranges(const char *name, const char *text)
{
	assert_int_equal(ranges_add(&ranges, str_of(name), str_of(text), &error), 0);
}

static void visit_at(const struct addr *ip, const char *agent)
{
	struct event e = event_make(EVENT_REQUEST, T0);

	e.request.ip = *ip;
	e.request.status = 200;
	e.request.method = STR_LIT("GET");
	e.request.path = STR_LIT("/");
	e.request.agent = str_of(agent);
	event_put(&hub.sink, &e);
}

static void visit(const char *ip, const char *agent)
{
	struct addr a = ip_of(ip);

	visit_at(&a, agent);
}

static void name(const char *ip, const char *name, bool confirmed, const char *note)
{
	struct event e = event_make(EVENT_RDNS, T0);

	e.rdns.ip = ip_of(ip);
	e.rdns.name = str_of(name);
	e.rdns.confirmed = confirmed;
	e.rdns.note = str_of(note);
	event_put(&hub.sink, &e);
}

static void say(const char *ip, const char *who, enum claim_outcome outcome, const char *by)
{
	struct event e = event_make(EVENT_CRAWLER, T0);

	e.crawler.ip = ip_of(ip);
	e.crawler.name = str_of(who);
	e.crawler.outcome = (uint8_t)outcome;
	e.crawler.by = str_of(by);
	event_put(&hub.sink, &e);
}

static void start(uint32_t schema)
{
	struct event e = event_make(EVENT_START, T0);

	e.start.schema = schema;
	event_put(&hub.sink, &e);
}

static void tick(usec_t ts)
{
	struct event e = event_make(EVENT_TICK, ts);

	event_put(&hub.sink, &e);
}

static void assert_told(const char *want)
{
	assert_string_equal(listener.text, want);
	listener.text[0] = '\0';
	listener.n = 0;
}

/* Text of a column of the address's row. */
static void assert_column(const char *ip, const char *id, const char *want)
{
	struct addr a = ip_of(ip);
	struct subject s = subject_at(model, GROUP_NONE, model_find_host(model, &a));
	struct cell cell = column_cell(column_find(str_of(id)), model, &s);
	char buf[64];

	assert_str((struct str){buf, cell_text(&cell, buf, sizeof buf)}, want);
}

/* Names of files. */

static void assert_role(const char *path, const char *crawler, enum range_role role)
{
	const struct agent *agent = agent_named(str_of(crawler));

	assert_non_null(agent);
	if (range_role(range_name_of(str_of(path)), agent) != role)
		fail_msg("%s: not %d for %s", path, role, crawler);
}

static void names_of_files(void **state)
{
	(void)state;
	assert_role("/etc/ranges/googlebot.json", "Googlebot", RANGE_DECIDES);
	assert_role("GoogleBot.json.old", "GoogleOther", RANGE_DECIDES);
	assert_role("googlebot.json", "Google AdsBot", RANGE_LABEL);
	assert_role("common-crawlers.json", "Googlebot", RANGE_DECIDES);
	assert_role("special-crawlers.json", "Google AdsBot", RANGE_DECIDES);
	assert_role("special_crawlers.json", "Google AdSense", RANGE_DECIDES);
	assert_role("special-crawlers.json", "Googlebot", RANGE_LABEL);
	assert_role("user-triggered-fetchers.json", "Feedfetcher", RANGE_CONFIRMS);
	assert_role("bingbot.json", "Bingbot", RANGE_DECIDES);
	assert_role("bingbot.json", "BingPreview", RANGE_CONFIRMS);
	assert_role("gptbot.json", "GPTBot", RANGE_DECIDES);
	assert_role("searchbot.json", "OAI-SearchBot", RANGE_DECIDES);
	assert_role("chatgpt-user.json", "ChatGPT-User", RANGE_DECIDES);
	assert_role("perplexitybot.json", "PerplexityBot", RANGE_DECIDES);
	assert_role("duckduckbot.json", "DuckDuckBot", RANGE_DECIDES);
	assert_role("CCBot", "CCBot", RANGE_DECIDES);
}

static void names_of_nobody(void **state)
{
	static const char *const names[] = {"", "/", "cloud.json", "goog.json", "ip-ranges.json",
		"ips-v4", "---", "bot", "google", ".json", "googlebot2.json", "sqlmap.txt"};
	const struct agent *agent;

	(void)state;
	for (size_t n = 0; n < ARRAY_LEN(names); n++)
		for (size_t i = 0; (agent = agent_at(i)); i++)
			if (range_role(range_name_of(str_of(names[n])), agent) != RANGE_LABEL)
				fail_msg("%s: for %s", names[n], agent->name);
}

/* What a table says elsewhere must be found, and fit. */
static void names_of_crawlers(void **state)
{
	const struct agent *agent;

	(void)state;
	for (size_t i = 0; (agent = agent_at(i)); i++) {
		assert_int_equal(agent_number(agent), i);
		assert_in_range(strlen(agent->name), 1, CLAIM_NAME_MAX - 1);
		if (agent_is_crawler(agent))
			assert_ptr_equal(agent_named(str_of(agent->name)), agent);
		else
			assert_null(agent_named(str_of(agent->name)));
	}
}

/* Outcomes. */

static void names_decide(void **state)
{
	(void)state;
	begin(false);
	visit("66.249.66.1", GOOGLEBOT);
	visit("66.249.66.1", GOOGLEBOT);
	assert_told("66.249.66.1 Googlebot unverified -");
	assert_column("66.249.66.1", "crawler", "Googlebot?");
	assert_column("66.249.66.1", "crawler_is", "unverified");
	name("66.249.66.1", "crawl-66-249-66-1.googlebot.com", true, NULL);
	assert_told("66.249.66.1 Googlebot confirmed rdns");
	assert_column("66.249.66.1", "crawler", "Googlebot");
	name("66.249.66.1", "crawl-66-249-66-1.googlebot.com", true, NULL);
	visit("66.249.66.1", GOOGLEBOT);
	assert_told("");

	visit("198.51.100.1", GOOGLEBOT);
	name("198.51.100.1", "host.example", true, NULL);
	assert_told("198.51.100.1 Googlebot unverified -, 198.51.100.1 Googlebot refuted rdns");
	assert_column("198.51.100.1", "crawler", "not Googlebot");
	assert_column("198.51.100.1", "crawler_is", "refuted");

	visit("198.51.100.2", GOOGLEBOT); /* a name of its owner's choice */
	name("198.51.100.2", "crawl-66-249-66-1.googlebot.com", false, NULL);
	assert_told("198.51.100.2 Googlebot unverified -, 198.51.100.2 Googlebot refuted rdns");

	visit("198.51.100.3", GOOGLEBOT);
	name("198.51.100.3", NULL, false, NULL);
	assert_told("198.51.100.3 Googlebot unverified -, 198.51.100.3 Googlebot refuted rdns");
}

static void failures_decide_nothing(void **state)
{
	(void)state;
	begin(false);
	visit("198.51.100.1", GOOGLEBOT);
	name("198.51.100.1", NULL, false, "nobody answered");
	name("198.51.100.1", "crawl-1.googlebot.com", false, "nobody answered");
	assert_told("198.51.100.1 Googlebot unverified -");
	name("198.51.100.1", "crawl-1.googlebot.com", true, NULL);
	assert_told("198.51.100.1 Googlebot confirmed rdns");
	name("198.51.100.1", NULL, false, "nobody answered"); /* nor do they take back */
	assert_told("");
	visit("198.51.100.1", GPTBOT); /* promises no names */
	name("198.51.100.1", "host.example", true, NULL);
	assert_told("198.51.100.1 GPTBot unverified -, 198.51.100.1 Googlebot refuted rdns");
}

/* As when the address asked for something before, with another agent. */
static void a_name_may_be_known_before(void **state)
{
	(void)state;
	begin(false);
	visit("198.51.100.1", "curl/8");
	name("198.51.100.1", "host.example", true, NULL);
	assert_told("");
	visit("198.51.100.1", GOOGLEBOT);
	assert_told("198.51.100.1 Googlebot refuted rdns");
	visit("198.51.100.1", "sqlmap (compatible; Googlebot/2.1)"); /* a scanner is no crawler */
	visit("198.51.100.1", "");
	assert_told("");
}

static void ranges_decide(void **state)
{
	(void)state;
	add_ranges("googlebot", "{\"prefixes\":[{\"ipv4Prefix\":\"192.0.2.0/27\"}]}");
	add_ranges("gptbot", "198.51.100.0/24");
	add_ranges("cloud", "192.0.2.0/28\n192.0.2.128/25\n203.0.113.0/24\n");
	begin(false);
	visit("192.0.2.1", GOOGLEBOT); /* the cloud's longer network does not hide it */
	visit("192.0.2.129", GOOGLEBOT);
	visit("2001:db8::1", GOOGLEBOT);
	assert_told("192.0.2.1 Googlebot confirmed ranges, "
		    "192.0.2.129 Googlebot refuted ranges, "
		    "2001:db8::1 Googlebot refuted ranges");
	visit("192.0.2.1", GPTBOT);
	visit("198.51.100.1", GPTBOT);
	visit("2001:db8::1", GPTBOT); /* lines of one family say nothing of the other */
	visit("203.0.113.1", BINGBOT);
	assert_told("192.0.2.1 GPTBot refuted ranges, 198.51.100.1 GPTBot confirmed ranges, "
		    "2001:db8::1 GPTBot unverified -, 203.0.113.1 Bingbot unverified -");
	assert_column("192.0.2.1", "crawler", "not GPTBot");
	visit("10.0.0.1", GOOGLEBOT); /* maybe a proxy */
	visit("127.0.0.1", GOOGLEBOT);
	name("10.0.0.1", NULL, false, NULL);
	assert_told("10.0.0.1 Googlebot unverified -, 127.0.0.1 Googlebot unverified -");
}

static void half_of_the_ranges_only_confirms(void **state)
{
	(void)state;
	add_ranges("bingbot", "192.0.2.0/27");
	begin(false);
	visit("192.0.2.1", "BingPreview/1.0b");
	visit("192.0.2.99", "BingPreview/1.0b");
	assert_told("192.0.2.1 BingPreview confirmed ranges, "
		    "192.0.2.99 BingPreview unverified -");
}

static void a_confirmed_name_outranks_old_ranges(void **state)
{
	(void)state;
	add_ranges("googlebot", "192.0.2.0/27");
	begin(false);
	visit("192.0.2.99", GOOGLEBOT);
	visit("192.0.2.1", GOOGLEBOT);
	assert_told("192.0.2.99 Googlebot refuted ranges, 192.0.2.1 Googlebot confirmed ranges");
	name("192.0.2.99", "crawl.googlebot.com", true, NULL);
	name("192.0.2.1", "host.example", true, NULL);
	assert_told("192.0.2.99 Googlebot confirmed rdns");
}

/* Bounds. */

static void a_client_behind_a_proxy_is_the_one_that_claims(void **state)
{
	struct event e = event_make(EVENT_REQUEST, T0);

	(void)state;
	begin(false);
	e.request.ip = ip_of("198.51.100.1");
	e.request.client = ip_of("198.51.100.2");
	e.request.agent = STR_LIT(GOOGLEBOT);
	event_put(&hub.sink, &e);
	e.request.ip = e.request.client = (struct addr){{0}};
	event_put(&hub.sink, &e);
	assert_told("198.51.100.2 Googlebot unverified -");
}

static void claims_go_with_their_host(void **state)
{
	(void)state;
	begin(false);
	visit("198.51.100.1", GOOGLEBOT);
	visit("198.51.100.2", GOOGLEBOT);
	assert_int_equal(model->claims.pool.live, 2);
	tick(T0 + 1000 * SEC);
	assert_int_equal(model->claims.pool.live, 0);
	listener.text[0] = '\0';
	listener.n = 0;
	visit("198.51.100.1", GOOGLEBOT);
	assert_told("198.51.100.1 Googlebot unverified -");
	name("198.51.100.2", NULL, false, NULL);
	assert_told("");
}

static void one_address_claims_so_much_at_most(void **state)
{
	const struct agent *agent;
	char text[64];
	unsigned crawlers_known = 0;

	(void)state;
	begin(false);
	for (size_t i = 0; (agent = agent_at(i)); i++) {
		snprintf(text, sizeof text, "x %s y", agent->token);
		crawlers_known += agent_is_crawler(agent);
		visit("198.51.100.1", text);
	}
	assert_int_equal(model->claims.pool.live, CLAIMS_OF_ADDRESS);
	tick(T0 + SEC);
	assert_in_range(listener.lost, 32, crawlers_known - CLAIMS_OF_ADDRESS);
	uint64_t lost = listener.lost;
	tick(T0 + 2 * SEC);
	assert_int_equal(listener.lost, lost);
}

static void claims_are_bounded(void **state)
{
	struct addr a = ip_of("198.18.0.0");

	(void)state;
	listener.taker.kinds = TAKER_KIND(EVENT_LOST);
	begin(false);
	for (uint32_t i = 0; i < CLAIMS_MAX + 5; i++) {
		a.b[13] = (uint8_t)(i >> 16);
		a.b[14] = (uint8_t)(i >> 8);
		a.b[15] = (uint8_t)i;
		visit_at(&a, GOOGLEBOT);
	}
	tick(T0 + SEC);
	assert_int_equal(model->claims.pool.live, CLAIMS_MAX);
	assert_int_equal(listener.lost, 5);
	assert_int_equal(model_machine(model)->lost, 5);
}

/* More texts than are remembered push each other out, and change nothing. */
static void many_agents_change_nothing(void **state)
{
	char text[64];

	(void)state;
	begin(false);
	for (unsigned i = 0; i < 4 * CRAWLERS_AGENTS; i++) {
		snprintf(text, sizeof text, "Mozilla/5.0 (%u)", i);
		visit("198.51.100.1", text);
	}
	visit("198.51.100.1", GOOGLEBOT);
	assert_told("198.51.100.1 Googlebot unverified -");
}

/* Replays. */

static void a_recording_has_its_outcomes(void **state)
{
	(void)state;
	begin(true);
	start(1);
	visit("198.51.100.1", GOOGLEBOT);
	name("198.51.100.1", "host.example", true, NULL);
	assert_told("");
	say("198.51.100.1", "Googlebot", CLAIM_REFUTED, "rdns");
	assert_told("198.51.100.1 Googlebot refuted rdns");
	assert_column("198.51.100.1", "crawler", "not Googlebot");
	say("203.0.113.9", "Googlebot", CLAIM_REFUTED, "rdns"); /* of a host that is not there */
	assert_int_equal(model->claims.pool.live, 1);
	assert_int_equal(model_machine(model)->lost, 0);
}

static void ranges_of_a_replay_have_the_last_word(void **state)
{
	(void)state;
	add_ranges("googlebot", "192.0.2.0/24");
	begin(true);
	start(1);
	visit("192.0.2.1", GOOGLEBOT);
	visit("198.51.100.1", GOOGLEBOT);
	visit("198.51.100.2", GOOGLEBOT);
	assert_told("");
	say("192.0.2.1", "Googlebot", CLAIM_UNVERIFIED, NULL);
	say("198.51.100.1", "Googlebot", CLAIM_UNVERIFIED, NULL);
	assert_told("192.0.2.1 Googlebot unverified -, 192.0.2.1 Googlebot confirmed ranges, "
		    "198.51.100.1 Googlebot unverified -, "
		    "198.51.100.1 Googlebot refuted ranges");
	say("198.51.100.2", "Googlebot", CLAIM_CONFIRMED, "rdns");
	say("198.51.100.2", "Nobody's bot", CLAIM_CONFIRMED, "ranges");
	assert_told("198.51.100.2 Googlebot confirmed rdns, "
		    "198.51.100.2 Nobody's bot confirmed ranges");
}

static void an_old_recording_is_judged(void **state)
{
	(void)state;
	begin(true);
	start(0);
	visit("198.51.100.1", GOOGLEBOT);
	name("198.51.100.1", NULL, false, NULL); /* or the server failed: it does not tell */
	assert_told("198.51.100.1 Googlebot unverified -");
	name("198.51.100.1", "host.example", true, NULL);
	assert_told("198.51.100.1 Googlebot refuted rdns");
	crawlers.taker.restart(&crawlers.taker, model);
	start(1);
	visit("198.51.100.2", GOOGLEBOT);
	assert_told("");
}

static void names_are_asked_for_where_they_help(void **state)
{
	struct claim claim = {.name = "Googlebot", .outcome = CLAIM_UNVERIFIED};

	(void)state;
	assert_true(crawlers_need_name(&claim));
	claim.outcome = CLAIM_REFUTED; /* by ranges, which may be old */
	assert_true(crawlers_need_name(&claim));
	claim.outcome = CLAIM_CONFIRMED;
	assert_false(crawlers_need_name(&claim));
	claim = (struct claim){.name = "GPTBot", .outcome = CLAIM_UNVERIFIED};
	assert_false(crawlers_need_name(&claim));
	claim = (struct claim){.name = "Nobody's", .outcome = CLAIM_UNVERIFIED};
	assert_false(crawlers_need_name(&claim));
}

/* The gravest of several claims is shown; of two alike, the latest. */
static void several_claims_of_one(void **state)
{
	(void)state;
	begin(true);
	start(1);
	visit("198.51.100.1", "curl/8");
	assert_column("198.51.100.1", "crawler", "");
	say("198.51.100.1", "GPTBot", CLAIM_UNVERIFIED, NULL);
	assert_column("198.51.100.1", "crawler", "GPTBot?");
	say("198.51.100.1", "Bingbot", CLAIM_CONFIRMED, "rdns");
	assert_column("198.51.100.1", "crawler", "Bingbot");
	say("198.51.100.1", "Googlebot", CLAIM_REFUTED, "rdns");
	say("198.51.100.1", "CCBot", CLAIM_UNVERIFIED, NULL);
	assert_column("198.51.100.1", "crawler", "not Googlebot");
	say("198.51.100.1", "A name that is longer than what is kept of one", CLAIM_REFUTED, NULL);
	say("198.51.100.1", "A name that is longer than what is kept of one", CLAIM_REFUTED, NULL);
	assert_column("198.51.100.1", "crawler", "not A name that is longer than what");
	assert_int_equal(model->claims.pool.live, 5);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_files),
		cmocka_unit_test(names_of_nobody),
		cmocka_unit_test(names_of_crawlers),
		cmocka_unit_test(names_are_asked_for_where_they_help),
		CASE(names_decide),
		CASE(failures_decide_nothing),
		CASE(a_name_may_be_known_before),
		CASE(ranges_decide),
		CASE(half_of_the_ranges_only_confirms),
		CASE(a_confirmed_name_outranks_old_ranges),
		CASE(a_client_behind_a_proxy_is_the_one_that_claims),
		CASE(claims_go_with_their_host),
		CASE(one_address_claims_so_much_at_most),
		CASE(claims_are_bounded),
		CASE(many_agents_change_nothing),
		CASE(a_recording_has_its_outcomes),
		CASE(ranges_of_a_replay_have_the_last_word),
		CASE(an_old_recording_is_judged),
		CASE(several_claims_of_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
