// SPDX-License-Identifier: MIT
#include "unit.h"

#include "detect/agents.h"

#include <errno.h>

static struct agents agents;

static int set_up(void **state)
{
	const struct str extra[] = {STR_LIT("EvilTool/")};
	size_t bad;

	(void)state;
	return agents_init(&agents, extra, ARRAY_LEN(extra), &bad);
}

static int tear_down(void **state)
{
	(void)state;
	agents_done(&agents);
	return 0;
}

static const struct agent *find(const char *user_agent)
{
	return agents_find(&agents, str_of(user_agent));
}

static void assert_agent(const char *user_agent, const char *name, enum agent_class class)
{
	const struct agent *a = find(user_agent);

	if (!a)
		fail_msg("%s: not known", user_agent);
	assert_string_equal(a->name, name);
	assert_int_equal(a->class, class);
}

static void scanners(void **state)
{
	(void)state;
	assert_agent("sqlmap/1.7.2#stable (https://sqlmap.org)", "sqlmap", AGENT_SCANNER);
	assert_agent("Mozilla/5.00 (Nikto/2.1.6) (Evasions:None)", "Nikto", AGENT_SCANNER);
	assert_agent("Mozilla/5.0 zgrab/0.x", "ZGrab", AGENT_SCANNER);
	assert_agent("Fuzz Faster U Fool v1.5.0-dev", "ffuf", AGENT_SCANNER);
	assert_agent("Nuclei - Open-source project (github.com/projectdiscovery/nuclei)", "Nuclei",
		AGENT_SCANNER);
	assert_agent("httpx - Open-source project (github.com/projectdiscovery/httpx)",
		"ProjectDiscovery", AGENT_SCANNER);
	assert_agent("Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)",
		"Censys", AGENT_SURVEY);
	assert_agent("eviltool/7", "configured scanner", AGENT_SCANNER);
	assert_agent("sqlmap (compatible; Googlebot/2.1)", "sqlmap", AGENT_SCANNER);
}

static void crawlers(void **state)
{
	(void)state;
	assert_agent("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
		"Googlebot", AGENT_SEARCH);
	assert_agent("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; "
		     "+https://openai.com/gptbot)",
		"GPTBot", AGENT_AI);
	assert_agent("Mozilla/5.0 (compatible; bingbot/2.0)", "Bingbot", AGENT_SEARCH);
	assert_agent("CCBot/2.0 (https://commoncrawl.org/faq/)", "CCBot", AGENT_ARCHIVE);
	assert_agent("Mozilla/5.0 (compatible; AhrefsBot/7.0)", "AhrefsBot", AGENT_SEO);
}

static void everybody_else(void **state)
{
	static const char *const others[] = {"", "-", "curl/8.5.0", "python-httpx/0.27.0",
		"python-requests/2.31", "Go-http-client/2.0", "Wget/1.21", "okhttp/4.12",
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
		("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
		 "Chrome/126.0.0.0 Safari/537.36 Edg/126.0"),
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_null(find(others[i]));
	assert_null(agents_find(&agents, STR_ABSENT));
}

static void names_prove_by_their_domain(void **state)
{
	const struct agent *google = find("Googlebot/2.1"), *gpt = find("GPTBot/1.2");

	(void)state;
	assert_true(agent_owns(google, str_of("crawl-66-249-66-1.googlebot.com")));
	assert_true(agent_owns(google, str_of("Crawl-1.GoogleBot.Com.")));
	assert_true(agent_owns(google, str_of("rate-limited-proxy-1.google.com")));
	assert_false(agent_owns(google, str_of("crawl.notgooglebot.com")));
	assert_false(agent_owns(google, str_of("googlebot.com.evil.example")));
	assert_false(agent_owns(google, str_of("1.2.3.4.bc.googleusercontent.com")));
	assert_false(agent_owns(google, str_of("")));
	assert_false(agent_owns(google, STR_ABSENT));
	assert_null(gpt->domains[0]);
	assert_false(agent_owns(gpt, str_of("anything.example")));
}

static void bad_tokens_are_refused(void **state)
{
	struct agents a;
	const struct str extra[] = {STR_LIT("x"), STR_LIT("")};
	static const struct str many[AGENT_EXTRA + 1];
	size_t bad = 9;

	(void)state;
	assert_int_equal(agents_init(&a, extra, 2, &bad), -EINVAL);
	assert_int_equal(bad, 1);
	assert_int_equal(agents_init(&a, many, ARRAY_LEN(many), &bad), -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scanners),
		cmocka_unit_test(crawlers),
		cmocka_unit_test(everybody_else),
		cmocka_unit_test(names_prove_by_their_domain),
		cmocka_unit_test(bad_tokens_are_refused),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
