// SPDX-License-Identifier: MIT
/* Stories of what many addresses do together. */
#include "stories.h"

/* So many a second, of addresses that ask for nothing else. */
static void flood_a_path(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct event e = asked(stranger((s * n + i) % 80), "/search", 200);
		e.request.agent = agent_no(s + i);
		put_asked(w, &e);
	}
}

/* Everybody comes to one page, and goes on from there. */
static void read_a_newsletter(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct addr who = stranger(s * n + i);
		ask(w, who, "/news", 200);
		ask(w, who, "/style.css", 200);
		ask(w, who, i % 2 ? "/about" : "/page/3", 200);
	}
}

static void bust_by(struct world *w, unsigned sources, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		ask_for(w, stranger((s * n + i) % sources), "/?x=%u", 200, 77777 * (s * n + i));
}

/* So many a second, each with a query string of its own. */
static void bust_the_cache(struct world *w, unsigned s, unsigned n)
{
	bust_by(w, 8, s, n);
}

static void be_a_known_client(struct world *w, unsigned s, unsigned n)
{
	bust_by(w, 1, s, n);
}

/* So many addresses, two of which are refused each second. */
static void stuff(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < 2; i++)
		log_in(w, stranger((s * 2 + i) % n), 401);
}

static void log_in_at_nine(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < 2; i++)
		log_in(w, stranger((s * 2 + i) % n), i ? 302 : 401);
}

static void ask_alike(struct world *w, unsigned s, unsigned n, bool parts)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned k = s * n + i;
		char path[32];
		snprintf(path, sizeof path, parts && k % 3 ? "/part%u.css" : "/article/x%u",
			parts && k % 3 ? k % 5 : k);
		struct event e = asked(stranger(k % 60), path, 200);
		e.request.agent = STR_LIT("Mozilla/5.0 (Windows NT 6.1) Chrome/70");
		put_asked(w, &e);
	}
}

/* So many a second, of one agent. */
static void flood_with_an_agent(struct world *w, unsigned s, unsigned n)
{
	ask_alike(w, s, n, false);
}

static void be_a_popular_browser(struct world *w, unsigned s, unsigned n)
{
	ask_alike(w, s, n, true);
}

static const struct story stories[] = {
	{FLAG_PATH_FLOOD, SCOPE_PATH, "/search", flood_a_path, 3, 6, .within = 20,
		.alike = read_a_newsletter},
	{FLAG_CACHE_BUST, SCOPE_PATH, "/", bust_the_cache, 3, 6, .within = 20,
		.alike = be_a_known_client},
	{FLAG_STUFFING, SCOPE_PATH, "/login", stuff, 12, 60, .within = 20, .alike = log_in_at_nine},
	{FLAG_AGENT_FLOOD, SCOPE_AGENT, "Mozilla/5.0 (Windows NT 6.1) Chrome/70",
		flood_with_an_agent, 3, 6, .within = 20, .alike = be_a_popular_browser},
};

static void all_have_their_stories(void **state)
{
	(void)state;
	check_stories(stories, ARRAY_LEN(stories), STORIES_HERDS);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_LEN(stories) + 1] = {
		cmocka_unit_test(all_have_their_stories)};

	for (size_t i = 0; i < ARRAY_LEN(stories); i++)
		tests[i + 1] = story_test(&stories[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
