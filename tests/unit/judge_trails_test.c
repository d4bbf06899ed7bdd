// SPDX-License-Identifier: MIT
/* Stories of what one address or one network asks for. */
#include "stories.h"

static void multiplex(struct world *w, const char *proto, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct event e = asked(culprit(), "/api", 499);
		e.request.proto = str_of(proto);
		put_asked(w, &e);
	}
}

/* So many a second, over one connection. */
static void send_streams(struct world *w, unsigned s, unsigned n)
{
	if (s == 0)
		hold(w, culprit(), 443)->rx = 700;
	multiplex(w, "HTTP/2.0", n);
}

/* He has been here before, with connections enough. */
static void come_often(struct world *w)
{
	for (unsigned i = 0; i < 30; i++)
		come_and_go(w, culprit(), 700, 0);
	for (unsigned i = 0; i < 30; i++)
		ask(w, culprit(), "/", 200);
}

static void send_packets(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	multiplex(w, "HTTP/3.0", n);
}

/* The parts of a page come in a second. */
static void open_a_page(struct world *w, unsigned s, unsigned n)
{
	(void)n;
	if (s == 3)
		multiplex(w, "HTTP/2.0", 200);
}

static void open_a_page_by_quic(struct world *w, unsigned s, unsigned n)
{
	(void)n;
	if (s == 3)
		multiplex(w, "HTTP/3.0", 200);
}

/* So many a second. */
static void burst(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	for (unsigned i = 0; i < n; i++)
		ask(w, culprit(), "/api", 200);
}

static void burst_together(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		ask_for(w, neighbour(s * n + i), "/api/v%u", 200, i);
}

/* Many people behind one address, or in one network. */
static void browse(struct world *w, struct addr ip, unsigned k)
{
	struct event e = asked(ip, k % 3 ? "/logo.png" : "/page/1", 200);

	e.request.agent = agent_no(k / 3);
	e.request.referer = STR_LIT("https://site.example/page/1");
	put_asked(w, &e);
}

static void share_an_address(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		browse(w, culprit(), s * n + i);
}

static void share_a_network(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		browse(w, neighbour(s * n + i), s * n + i);
}

/* So many pages a second. */
static void crawl(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		ask_for(w, culprit(), "/doc/x%u", 200, s * n + i);
}

static void crawl_together(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		ask_for(w, neighbour(s * n + i), "/doc/x%u", 200, s * n + i);
}

static void tell_crawler(struct world *w, enum claim_outcome outcome)
{
	struct event e = event_make(EVENT_CRAWLER, 0);

	e.crawler.ip = culprit();
	e.crawler.name = STR_LIT("Googlebot");
	e.crawler.outcome = (uint8_t)outcome;
	e.crawler.by = STR_LIT("rdns");
	put(w, &e);
}

static void ask_as_googlebot(struct world *w, unsigned k)
{
	char path[32];

	snprintf(path, sizeof path, "/doc/x%u", k);
	struct event e = asked(culprit(), path, 200);
	e.request.agent = STR_LIT("Mozilla/5.0 (compatible; Googlebot/2.1)");
	put_asked(w, &e);
}

static void search(struct world *w, unsigned s, unsigned n)
{
	if (s == 0)
		tell_crawler(w, CLAIM_CONFIRMED);
	for (unsigned i = 0; i < n; i++)
		ask_as_googlebot(w, s * n + i);
}

/* Nothing but what has not changed, and methods of a program's own. */
static void sync_files(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		char path[32];
		snprintf(path, sizeof path, "/dav/x%u", s * n + i);
		struct event e = asked(culprit(), path, 207);
		e.request.method = STR_LIT("PROPFIND");
		put_asked(w, &e);
	}
}

/* enum claim_outcome. */
static void claim(struct world *w, unsigned s, unsigned n)
{
	if (s == 0)
		tell_crawler(w, (enum claim_outcome)n);
	ask_as_googlebot(w, s);
}

static void claim_rightly(struct world *w, unsigned s, unsigned n)
{
	(void)n;
	claim(w, s, CLAIM_CONFIRMED);
}

/* So many paths, one a second. */
static void scan(struct world *w, unsigned s, unsigned n)
{
	if (s < n)
		ask_for(w, culprit(), "/hole%u.html", 404, s);
}

static void scan_together(struct world *w, unsigned s, unsigned n)
{
	if (s < n)
		ask_for(w, neighbour(s), "/hole%u.html", 404, s);
}

static void miss_one_file(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	(void)n;
	ask(w, culprit(), "/old-logo.png", 404);
}

/* So many kinds. */
static void probe(struct world *w, unsigned s, unsigned n)
{
	static const char *const probes[] = {"/.env", "/.git/config", "/phpmyadmin/"};

	if (s < n)
		ask(w, culprit(), probes[s], 404);
}

/* The site has a log-in of WordPress and a configuration page, which its people use. */
static void use_own_pages(struct world *w)
{
	for (unsigned i = 0; i < 6; i++)
		ask(w, v4(81, 2, 100 + i, 7), i % 2 ? "/wp-login.php" : "/phpmyadmin/", 200);
}

static void administer(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	(void)n;
	ask(w, culprit(), "/wp-login.php", 200);
	ask(w, culprit(), "/phpmyadmin/", 200);
}

static void claim_addresses(struct world *w, unsigned s, unsigned n, unsigned agents)
{
	char claims[32];

	snprintf(claims, sizeof claims, "10.1.2.%u", s);
	struct event e = asked(culprit(), "/", 200);
	e.request.claims = str_of(claims);
	e.request.agent = agent_no(s % agents);
	if (s < n)
		put_asked(w, &e);
}

/* So many addresses. */
static void forge(struct world *w, unsigned s, unsigned n)
{
	claim_addresses(w, s, n, 1);
}

static void be_a_proxy(struct world *w, unsigned s, unsigned n)
{
	claim_addresses(w, s, n, 8);
}

static void stand_behind_proxies(struct world *w)
{
	w->proxied = true;
}

/* So many requests. */
static void come_directly(struct world *w, unsigned s, unsigned n)
{
	if (s < n)
		ask(w, culprit(), "/", 200);
}

static void check_health(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	(void)n;
	ask(w, v4(10, 0, 0, 5), "/health", 200);
}

static void ask_as(struct world *w, unsigned s, unsigned n, const char *path)
{
	char agent[32];

	snprintf(agent, sizeof agent, "Agent%u/1.0", s * 7919);
	struct event e = asked(culprit(), path, 200);
	e.request.agent = str_of(agent);
	if (s < n)
		put_asked(w, &e);
}

/* So many agents. */
static void switch_agents(struct world *w, unsigned s, unsigned n)
{
	ask_as(w, s, n, "/");
}

static void be_many(struct world *w, unsigned s, unsigned n)
{
	ask_as(w, s, n, "/");
	ask_as(w, s, n, "/style.css");
}

/* So many lines. */
static void speak_tls(struct world *w, unsigned s, unsigned n)
{
	struct event e = asked(culprit(), "", 400);

	e.request.method = e.request.path = e.request.proto = STR_ABSENT;
	e.request.kind = STR_LIT("TLS");
	if (s < n)
		put_asked(w, &e);
}

static void be_cut_short(struct world *w, unsigned s, unsigned n)
{
	struct event e = asked(culprit(), "", 400);

	(void)n;
	e.request.method = e.request.path = e.request.proto = STR_ABSENT;
	e.request.cut = 1;
	if (s < 9)
		put_asked(w, &e);
}

static const struct story stories[] = {
	{FLAG_H2_BURST, SCOPE_HOST, "203.0.113.9", send_streams, 12, 17, .within = 15,
		.alike = open_a_page},
	{FLAG_H2_BURST, SCOPE_HOST, "203.0.113.9", send_streams, 12, 17, .within = 15,
		.prepare = come_often},
	{FLAG_QUIC_FLOOD, SCOPE_HOST, "203.0.113.9", send_packets, 12, 17, .within = 15,
		.alike = open_a_page_by_quic},
	{FLAG_BURST, SCOPE_HOST, "203.0.113.9", burst, 6, 10, .within = 15,
		.alike = share_an_address},
	{FLAG_BURST, SCOPE_NETWORK, "203.0.113.0/24", burst_together, 4, 7, .within = 15,
		.lasts = 90, .alike = share_a_network},
	{FLAG_CRAWLER, SCOPE_HOST, "203.0.113.9", crawl, 1, 3, .within = 20, .alike = search},
	{FLAG_CRAWLER, SCOPE_HOST, "203.0.113.9", crawl, 1, 3, .within = 20, .alike = sync_files},
	{FLAG_CRAWLER, SCOPE_NETWORK, "203.0.113.0/24", crawl_together, 2, 4, .within = 20,
		.alike = share_a_network},
	{FLAG_FAKE_CRAWLER, SCOPE_HOST, "203.0.113.9", claim, CLAIM_UNVERIFIED, CLAIM_REFUTED,
		.within = 2, .fades = 150, .alike = claim_rightly},
	{FLAG_SCANNER, SCOPE_HOST, "203.0.113.9", scan, 9, 20, .within = 20,
		.alike = miss_one_file},
	{FLAG_SCANNER, SCOPE_NETWORK, "203.0.113.0/24", scan_together, 9, 20, .within = 20,
		.alike = miss_one_file},
	{FLAG_EXPLOIT, SCOPE_HOST, "203.0.113.9", probe, 1, 2, .within = 3, .lasts = 10,
		.prepare = use_own_pages, .alike = administer},
	{FLAG_FORGED_CLIENT, SCOPE_HOST, "203.0.113.9", forge, 5, 12, .within = 12,
		.alike = be_a_proxy},
	{FLAG_DIRECT_ORIGIN, SCOPE_HOST, "203.0.113.9", come_directly, 4, 6, .within = 8,
		.prepare = stand_behind_proxies, .alike = check_health},
	{FLAG_AGENT_SWITCHING, SCOPE_HOST, "203.0.113.9", switch_agents, 8, 20, .within = 22,
		.alike = be_many},
	{FLAG_GARBAGE, SCOPE_HOST, "203.0.113.9", speak_tls, 2, 3, .within = 4,
		.alike = be_cut_short},
};

static void all_have_their_stories(void **state)
{
	(void)state;
	check_stories(stories, ARRAY_LEN(stories), STORIES_TRAILS);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_LEN(stories) + 1] = {
		cmocka_unit_test(all_have_their_stories)};

	for (size_t i = 0; i < ARRAY_LEN(stories); i++)
		tests[i + 1] = story_test(&stories[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
