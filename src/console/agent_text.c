// SPDX-License-Identifier: MIT
#include "console/agent_text.h"

#include "base/text.h"

#include <stdio.h>

/* The first that occurs is what it is: browsers claim to be those below them as well. */
static const struct {
	const char *token, *name;
} browsers[] = {
	{"Edg/", "Edge"},
	{"OPR/", "Opera"},
	{"SamsungBrowser/", "Samsung"},
	{"HeadlessChrome/", "Headless Chrome"},
	{"Firefox/", "Firefox"},
	{"Chrome/", "Chrome"},
	{"CriOS/", "Chrome iOS"},
	{"FxiOS/", "Firefox iOS"},
	{"Version/", "Safari"},
};

/* The last word of a browser. */
static const char *const ends[] = {
	"Safari/", "Firefox/", "Edg/", "OPR/", "Chrome/", "HeadlessChrome/", "Mobile/"};

static const char *find(struct str s, const char *token)
{
	return s.n ? memmem(s.p, s.n, token, strlen(token)) : NULL;
}

static bool ends_as_browsers_do(struct str agent)
{
	const char *space = agent.n ? memrchr(agent.p, ' ', agent.n) : NULL;
	struct str last = {space, space ? (size_t)(agent.p + agent.n - space) : 0};

	for (size_t i = 0; space && i < ARRAY_LEN(ends); i++)
		if (find(last, ends[i]) == space + 1)
			return true;
	return false;
}

static struct str browser(struct str agent, char buf[static AGENT_TEXT_MAX])
{
	for (size_t i = 0; i < ARRAY_LEN(browsers); i++) {
		const char *at = find(agent, browsers[i].token);
		if (!at)
			continue;
		const char *version = at + strlen(browsers[i].token), *end = agent.p + agent.n;
		int n = 0;
		while (version + n < end && n < 4 && version[n] >= '0' && version[n] <= '9')
			n++;
		n = snprintf(buf, AGENT_TEXT_MAX, "%s %.*s", browsers[i].name, n, version);
		return (struct str){buf, (size_t)n};
	}
	return STR_ABSENT;
}

/* "Mozilla/5.0 (compatible; Googlebot/2.1; +http://…)" */
static struct str crawler(struct str agent, char buf[static AGENT_TEXT_MAX])
{
	static const char head[] = "compatible; ";
	const char *at = find(agent, head);
	struct str name = {at ? at + strlen(head) : NULL, 0};

	if (!at || agent.p[agent.n - 1] != ')')
		return STR_ABSENT;
	while (name.p[name.n] != ';' && name.p[name.n] != ')')
		name.n++;
	const char *after = name.p + name.n, *end = agent.p + agent.n - 1;
	if (memchr(after, ')', (size_t)(end - after)))
		return STR_ABSENT; /* more follows than what is in the parentheses */
	name = text_clip(name, AGENT_TEXT_MAX - 1);
	memcpy(buf, name.p, name.n);
	return name.n ? (struct str){buf, name.n} : STR_ABSENT;
}

struct str agent_text(struct str agent, char buf[static AGENT_TEXT_MAX])
{
	if (!find(agent, "Mozilla/") || find(agent, "Mozilla/") != agent.p)
		return STR_ABSENT;
	return ends_as_browsers_do(agent) ? browser(agent, buf) : crawler(agent, buf);
}
