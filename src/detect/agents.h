/* SPDX-License-Identifier: MIT
 *
 * agents: what a user agent says of itself. An agent is a claim: a scanner that gives its name away
 * is one, a crawler that does may be anybody, and its reverse DNS or its operator's published
 * ranges tell.
 */
#ifndef NG_DETECT_AGENTS_H
#define NG_DETECT_AGENTS_H

#include "detect/matcher.h"

#include <stdbool.h>

#define AGENT_DOMAINS 4
#define AGENT_EXTRA   256 /* scanners of the configuration */
#define AGENTS_MAX    192 /* of our own table */

enum agent_class {
	AGENT_SCANNER, /* tools to look for holes, or to break in */
	AGENT_SURVEY,  /* measures the whole Internet, and says who it is */
	AGENT_SEARCH,  /* search engines */
	AGENT_AI,      /* collects for models, or asks for their users */
	AGENT_SEO,     /* sells what it finds about sites */
	AGENT_ARCHIVE, /* collects for the public */
	AGENT_PREVIEW, /* fetches what people post */
};

/* `token` is what the agent has in it, in lower case; `domains` are those under which its operator
 * says that the names of its addresses lie. None: the operator promises nothing, and reverse DNS
 * can refute nobody. */
struct agent {
	enum agent_class class;
	const char *token, *name;
	const char *domains[AGENT_DOMAINS]; /* NULL after the last, unless all are there */
};

struct agents {
	struct matcher matcher;
};

/* Builds the table of our own agents and `n` (at most AGENT_EXTRA) tokens of scanners, which are
 * not kept. 0, -ENOMEM or -E2BIG; -EINVAL when a token is empty, with its number. */
int agents_init(struct agents *a, const struct str *extra, size_t n, size_t *ret_bad);
void agents_done(struct agents *a);

/* What the agent says that it is, or NULL. Scanners come first: no crawler has their names in its
 * own. Ours to keep. */
const struct agent *agents_find(const struct agents *a, struct str user_agent);

/* Our own table: the i-th entry, NULL past the last; and the other way round. */
const struct agent *agent_at(size_t i);
size_t agent_number(const struct agent *agent);

/* One that has come to read what is there, which others may claim to be. No scanner does that. */
bool agent_is_crawler(const struct agent *agent);

/* The crawler of this name, or NULL. */
const struct agent *agent_named(struct str name);

/* The host name lies under one of the agent's domains. Only a name that was confirmed by its own
 * address says anything. */
bool agent_owns(const struct agent *agent, struct str host_name);

#endif
