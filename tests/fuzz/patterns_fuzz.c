// SPDX-License-Identifier: MIT
/* Any bytes are a path and an agent: what is made of them is bounded, and found or not found the
 * same however often it is asked. */
#include "base/text.h"
#include "detect/agents.h"
#include "detect/paths.h"
#include "detect/patterns.h"

#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_folding(struct str path)
{
	char buf[PATH_FOLDED_MAX], again[PATH_FOLDED_MAX];
	struct str folded = path_fold(path, buf);

	require(folded.n <= sizeof buf && path_bare(folded).n == folded.n);
	require(!text_is_clean(path) || text_is_clean(folded));
	struct str twice = path_fold(folded, again);
	require(twice.n <= folded.n);
	require(path_query(path).p == NULL || path_query(path).p > path.p);
	path_is_asset(path);
}

/* A part of a text is found in it. */
static void check_matcher(struct str text)
{
	const struct matcher_pattern part = {{text.p + text.n / 3, text.n / 3}, 7, 1};
	struct matcher m;

	if (!part.text.n)
		return;
	require(matcher_init(&m, &part, 1) == 0);
	require(matcher_run(&m, text).id == 7 && matcher_run(&m, STR_ABSENT).id == MATCHER_NO_ID);
	matcher_done(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct patterns patterns;
	static struct agents agents;
	const struct str text = {(const char *)data, size};
	char buf[PATTERN_TEXT_MAX];
	size_t bad;

	if (!agents.matcher.next) {
		require(patterns_init(&patterns, NULL, 0, &bad) == 0);
		require(agents_init(&agents, NULL, 0, &bad) == 0);
	}
	size_t n = patterns_understand(text, buf);
	require(n <= size && n <= sizeof buf && !memchr(buf, '\0', n));
	uint32_t kinds = patterns_match(&patterns, text);
	require(kinds < 1u << EXPLOIT_KINDS && patterns_match(&patterns, text) == kinds);
	const struct agent *agent = agents_find(&agents, text);
	require(!agent || (agent->name[0] && !agent_owns(agent, STR_ABSENT)));
	check_folding(text);
	if (size < 1000)
		check_matcher(text);
	return 0;
}
