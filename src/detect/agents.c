// SPDX-License-Identifier: MIT
#include "detect/agents.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

/* Our own list. Tokens are such as no browser and no library has: python-httpx is not the tool
 * httpx, which names its project. Domains are those of the operators' own pages about their
 * crawlers; who names none there has none here. */
enum {
	CONFIGURED /* what the configuration's tokens are */
};

static const struct agent known[] = {
	[CONFIGURED] = {AGENT_SCANNER, "", "configured scanner", {0}},
	{AGENT_SCANNER, "sqlmap", "sqlmap", {0}},
	{AGENT_SCANNER, "nikto", "Nikto", {0}},
	{AGENT_SCANNER, "zgrab", "ZGrab", {0}},
	{AGENT_SCANNER, "masscan", "masscan", {0}},
	{AGENT_SCANNER, "nmap scripting engine", "Nmap", {0}},
	{AGENT_SCANNER, "nuclei", "Nuclei", {0}},
	{AGENT_SCANNER, "projectdiscovery", "ProjectDiscovery", {0}},
	{AGENT_SCANNER, "httpx - open-source", "httpx", {0}},
	{AGENT_SCANNER, "katana/", "Katana", {0}},
	{AGENT_SCANNER, "gobuster", "Gobuster", {0}},
	{AGENT_SCANNER, "dirbuster", "DirBuster", {0}},
	{AGENT_SCANNER, "dirsearch", "dirsearch", {0}},
	{AGENT_SCANNER, "feroxbuster", "feroxbuster", {0}},
	{AGENT_SCANNER, "wfuzz", "Wfuzz", {0}},
	{AGENT_SCANNER, "fuzz faster u fool", "ffuf", {0}},
	{AGENT_SCANNER, "wpscan", "WPScan", {0}},
	{AGENT_SCANNER, "joomscan", "JoomScan", {0}},
	{AGENT_SCANNER, "cmsmap", "CMSmap", {0}},
	{AGENT_SCANNER, "whatweb", "WhatWeb", {0}},
	{AGENT_SCANNER, "acunetix", "Acunetix", {0}},
	{AGENT_SCANNER, "nessus", "Nessus", {0}},
	{AGENT_SCANNER, "openvas", "OpenVAS", {0}},
	{AGENT_SCANNER, "netsparker", "Netsparker", {0}},
	{AGENT_SCANNER, "invicti", "Invicti", {0}},
	{AGENT_SCANNER, "webinspect", "WebInspect", {0}},
	{AGENT_SCANNER, "qualys", "Qualys", {0}},
	{AGENT_SCANNER, "detectify", "Detectify", {0}},
	{AGENT_SCANNER, "arachni/", "Arachni", {0}},
	{AGENT_SCANNER, "w3af", "w3af", {0}},
	{AGENT_SCANNER, "skipfish", "skipfish", {0}},
	{AGENT_SCANNER, "jaeles", "Jaeles", {0}},
	{AGENT_SCANNER, "commix", "commix", {0}},
	{AGENT_SCANNER, "havij", "Havij", {0}},
	{AGENT_SCANNER, "sqlninja", "sqlninja", {0}},
	{AGENT_SCANNER, "fimap", "fimap", {0}},
	{AGENT_SCANNER, "zmeu", "ZmEu", {0}},
	{AGENT_SCANNER, "jorgee", "Jorgee", {0}},
	{AGENT_SCANNER, "muieblackcat", "Muieblackcat", {0}},
	{AGENT_SCANNER, "morfeus", "Morfeus", {0}},
	{AGENT_SCANNER, "(hydra)", "Hydra", {0}},
	{AGENT_SCANNER, "l9explore", "LeakIX l9explore", {0}},
	{AGENT_SCANNER, "l9tcpid", "LeakIX l9tcpid", {0}},
	{AGENT_SCANNER, "l9scan", "LeakIX", {0}},
	{AGENT_SCANNER, "libredtail", "redtail", {0}},
	{AGENT_SCANNER, "hello, world", "Mirai", {0}},
	{AGENT_SURVEY, "censys", "Censys", {0}},
	{AGENT_SURVEY, "shodan", "Shodan", {0}},
	{AGENT_SURVEY, "expanse, a palo alto", "Palo Alto Networks", {0}},
	{AGENT_SURVEY, "internetmeasurement", "Driftnet", {0}},
	{AGENT_SURVEY, "binaryedge", "BinaryEdge", {0}},
	{AGENT_SURVEY, "netsystemsresearch", "NetSystemsResearch", {0}},
	{AGENT_SURVEY, "shadowserver", "Shadowserver", {0}},
	{AGENT_SURVEY, "modatscanner", "Modat", {0}},
	{AGENT_SURVEY, "onyphe", "ONYPHE", {0}},
	{AGENT_SURVEY, "project25499", "project25499", {0}},
	/* developers.google.com/search/docs/crawling-indexing/verifying-googlebot. Customers'
	 * machines have names under googleusercontent.com as well: only App Engine's are the
	 * fetchers'. */
	{AGENT_SEARCH, "feedfetcher-google", "Feedfetcher",
		{"google.com", "gae.googleusercontent.com"}},
	{AGENT_SEARCH, "googlebot", "Googlebot", {"googlebot.com", "google.com"}},
	{AGENT_SEARCH, "google-inspectiontool", "Google inspection",
		{"googlebot.com", "google.com"}},
	{AGENT_SEARCH, "storebot-google", "Google Storebot", {"googlebot.com", "google.com"}},
	{AGENT_SEARCH, "adsbot-google", "Google AdsBot", {"googlebot.com", "google.com"}},
	{AGENT_SEARCH, "mediapartners-google", "Google AdSense", {"googlebot.com", "google.com"}},
	{AGENT_SEARCH, "apis-google", "Google APIs", {"googlebot.com", "google.com"}},
	{AGENT_SEARCH, "googleother", "GoogleOther", {"googlebot.com", "google.com"}},
	{AGENT_SEARCH, "bingbot", "Bingbot", {"search.msn.com"}},
	{AGENT_SEARCH, "bingpreview", "BingPreview", {"search.msn.com"}},
	{AGENT_SEARCH, "adidxbot", "Bing ads", {"search.msn.com"}},
	{AGENT_SEARCH, "msnbot", "msnbot", {"search.msn.com"}},
	{AGENT_SEARCH, "yandex.com/bots", "Yandex", {"yandex.ru", "yandex.net", "yandex.com"}},
	{AGENT_SEARCH, "yandexbot", "YandexBot", {"yandex.ru", "yandex.net", "yandex.com"}},
	{AGENT_SEARCH, "baiduspider", "Baiduspider", {"baidu.com", "baidu.jp"}},
	{AGENT_SEARCH, "applebot", "Applebot", {"applebot.apple.com"}},
	{AGENT_SEARCH, "yahoo! slurp", "Yahoo", {"crawl.yahoo.net"}},
	{AGENT_SEARCH, "petalbot", "PetalBot", {"petalsearch.com"}},
	{AGENT_SEARCH, "seznambot", "SeznamBot", {"seznam.cz"}},
	{AGENT_SEARCH, "sogou web spider", "Sogou", {"sogou.com"}},
	{AGENT_SEARCH, "naver.me/spd", "Naver Yeti", {"naver.com"}},
	{AGENT_SEARCH, "mojeekbot", "MojeekBot", {"mojeek.com"}},
	{AGENT_SEARCH, "duckduckbot", "DuckDuckBot", {0}},
	{AGENT_SEARCH, "qwantbot", "Qwantbot", {0}},
	{AGENT_SEARCH, "coccocbot", "Coc Coc", {0}},
	{AGENT_AI, "gptbot", "GPTBot", {0}},
	{AGENT_AI, "oai-searchbot", "OAI-SearchBot", {0}},
	{AGENT_AI, "chatgpt-user", "ChatGPT-User", {0}},
	{AGENT_AI, "claudebot", "ClaudeBot", {0}},
	{AGENT_AI, "claude-user", "Claude-User", {0}},
	{AGENT_AI, "claude-searchbot", "Claude-SearchBot", {0}},
	{AGENT_AI, "anthropic-ai", "anthropic-ai", {0}},
	{AGENT_AI, "perplexitybot", "PerplexityBot", {0}},
	{AGENT_AI, "perplexity-user", "Perplexity-User", {0}},
	{AGENT_AI, "google-cloudvertexbot", "Google Vertex AI", {"googlebot.com", "google.com"}},
	{AGENT_AI, "meta-externalagent", "Meta AI", {0}},
	{AGENT_AI, "meta-externalfetcher", "Meta AI fetcher", {0}},
	{AGENT_AI, "amazonbot", "Amazonbot", {"crawl.amazonbot.amazon"}},
	{AGENT_AI, "bytespider", "Bytespider", {0}},
	{AGENT_AI, "mistralai-user", "MistralAI-User", {0}},
	{AGENT_AI, "cohere-ai", "Cohere", {0}},
	{AGENT_AI, "diffbot", "Diffbot", {0}},
	{AGENT_AI, "youbot", "YouBot", {0}},
	{AGENT_AI, "timpibot", "Timpibot", {0}},
	{AGENT_AI, "imagesiftbot", "ImagesiftBot", {0}},
	{AGENT_AI, "omgili", "Omgili", {0}},
	{AGENT_AI, "duckassistbot", "DuckAssistBot", {0}},
	{AGENT_SEO, "ahrefsbot", "AhrefsBot", {"ahrefs.com", "ahrefs.net"}},
	{AGENT_SEO, "semrushbot", "SemrushBot", {"semrush.com"}},
	{AGENT_SEO, "mj12bot", "MJ12bot", {0}},
	{AGENT_SEO, "dotbot", "DotBot", {0}},
	{AGENT_SEO, "blexbot", "BLEXBot", {0}},
	{AGENT_SEO, "dataforseobot", "DataForSeoBot", {0}},
	{AGENT_SEO, "barkrowler", "Barkrowler", {0}},
	{AGENT_SEO, "serpstatbot", "serpstatbot", {0}},
	{AGENT_ARCHIVE, "ccbot", "CCBot", {"crawl.commoncrawl.org"}},
	{AGENT_ARCHIVE, "archive.org_bot", "Internet Archive", {"archive.org"}},
	{AGENT_PREVIEW, "facebookexternalhit", "Facebook", {0}},
	{AGENT_PREVIEW, "twitterbot", "Twitterbot", {0}},
	{AGENT_PREVIEW, "linkedinbot", "LinkedInBot", {0}},
	{AGENT_PREVIEW, "pinterestbot", "Pinterest", {0}},
	{AGENT_PREVIEW, "slackbot", "Slackbot", {0}},
	{AGENT_PREVIEW, "telegrambot", "TelegramBot", {0}},
	{AGENT_PREVIEW, "discordbot", "Discordbot", {0}},
};

int agents_init(struct agents *a, const struct str *extra, size_t n, size_t *ret_bad)
{
	const size_t own = ARRAY_LEN(known);

	if (n > AGENT_EXTRA)
		return -E2BIG;
	for (size_t i = 0; i < n; i++) {
		if (extra[i].n == 0) {
			*ret_bad = i;
			return -EINVAL;
		}
	}
	struct matcher_pattern *all = calloc(own + n, sizeof *all);
	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < own; i++)
		all[i] = (struct matcher_pattern){str_of(known[i].token), (uint16_t)i, 0};
	for (size_t i = 0; i < n; i++)
		all[own + i] = (struct matcher_pattern){extra[i], CONFIGURED, 0};
	int err = matcher_init(&a->matcher, all, own + n);
	free(all);
	return err;
}

void agents_done(struct agents *a)
{
	matcher_done(&a->matcher);
}

const struct agent *agents_find(const struct agents *a, struct str user_agent)
{
	uint16_t id = matcher_run(&a->matcher, user_agent).id;

	return id == MATCHER_NO_ID ? NULL : &known[id];
}

_Static_assert(ARRAY_LEN(known) <= AGENTS_MAX, "room for all");

const struct agent *agent_at(size_t i)
{
	return i < ARRAY_LEN(known) ? &known[i] : NULL;
}

size_t agent_number(const struct agent *agent)
{
	return (size_t)(agent - known);
}

bool agent_is_crawler(const struct agent *agent)
{
	return agent->class != AGENT_SCANNER;
}

const struct agent *agent_named(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (agent_is_crawler(&known[i]) && str_eq(str_of(known[i].name), name))
			return &known[i];
	return NULL;
}

static bool lies_under(struct str name, const char *domain)
{
	size_t n = strlen(domain);

	if (name.n < n || strncasecmp(name.p + name.n - n, domain, n) != 0)
		return false;
	return name.n == n || name.p[name.n - n - 1] == '.';
}

bool agent_owns(const struct agent *agent, struct str host_name)
{
	if (host_name.n && host_name.p[host_name.n - 1] == '.')
		host_name.n--;
	for (int i = 0; i < AGENT_DOMAINS && agent->domains[i]; i++)
		if (lies_under(host_name, agent->domains[i]))
			return true;
	return false;
}
