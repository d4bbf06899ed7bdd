// SPDX-License-Identifier: MIT
#include "detect/range_names.h"

/* Where a file has another name than its crawler, or is for several. Google's user-triggered
 * fetchers are spread over two files, so neither decides; of Bing's other crawlers nothing says
 * that they keep to Bingbot's addresses. */
static const struct {
	const char *file, *crawler;
	enum range_role role;
} roles[] = {
	{"googlebot", "Google inspection", RANGE_DECIDES},
	{"googlebot", "Google Storebot", RANGE_DECIDES},
	{"googlebot", "GoogleOther", RANGE_DECIDES},
	{"googlebot", "Google Vertex AI", RANGE_DECIDES},
	{"common-crawlers", "Googlebot", RANGE_DECIDES},
	{"common-crawlers", "Google inspection", RANGE_DECIDES},
	{"common-crawlers", "Google Storebot", RANGE_DECIDES},
	{"common-crawlers", "GoogleOther", RANGE_DECIDES},
	{"common-crawlers", "Google Vertex AI", RANGE_DECIDES},
	{"special-crawlers", "Google AdsBot", RANGE_DECIDES},
	{"special-crawlers", "Google AdSense", RANGE_DECIDES},
	{"special-crawlers", "Google APIs", RANGE_DECIDES},
	{"user-triggered-fetchers", "Feedfetcher", RANGE_CONFIRMS},
	{"user-triggered-fetchers-google", "Feedfetcher", RANGE_CONFIRMS},
	{"bingbot", "BingPreview", RANGE_CONFIRMS},
	{"bingbot", "Bing ads", RANGE_CONFIRMS},
	{"bingbot", "msnbot", RANGE_CONFIRMS},
	{"searchbot", "OAI-SearchBot", RANGE_DECIDES},
	{"mistralai-user-ips", "MistralAI-User", RANGE_DECIDES},
};

/* The next letter or digit from *at on, in lower case; 0 at the end. */
static char next_of(struct str s, size_t *at)
{
	while (*at < s.n) {
		char c = s.p[(*at)++];
		if (c >= 'A' && c <= 'Z')
			return (char)(c + 0x20);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			return c;
	}
	return 0;
}

static bool is_same(struct str a, const char *text)
{
	struct str b = str_of(text);
	size_t at_a = 0, at_b = 0;
	bool some = false;

	for (;;) {
		char c = next_of(a, &at_a);
		if (c != next_of(b, &at_b))
			return false;
		if (!c)
			return some;
		some = true;
	}
}

enum range_role range_role(struct str name, const struct agent *agent)
{
	if (!agent_is_crawler(agent))
		return RANGE_LABEL;
	if (is_same(name, agent->name) || is_same(name, agent->token))
		return RANGE_DECIDES;
	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (is_same(name, roles[i].file) && strcmp(roles[i].crawler, agent->name) == 0)
			return roles[i].role;
	return RANGE_LABEL;
}

struct str range_name_of(struct str path)
{
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;
	size_t from = slash ? (size_t)(slash - path.p) + 1 : 0;
	struct str name = {path.p + from, path.n - from};
	const char *dot = name.n > 1 ? memchr(name.p + 1, '.', name.n - 1) : NULL;

	if (dot)
		name.n = (size_t)(dot - name.p);
	return name;
}
