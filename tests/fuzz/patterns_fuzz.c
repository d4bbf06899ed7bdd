// SPDX-License-Identifier: MIT
/* Any bytes are a path and an agent: what is made of them is bounded, and found or not found the
 * same however often it is asked. */
#include "base/text.h"
#include "detect/agents.h"
#include "detect/paths.h"
#include "detect/patterns.h"

#include <errno.h>
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

/* A path finds itself. Building a table takes long: only for inputs with a mark. */
static void check_as_pattern(struct str text)
{
	struct patterns own;
	size_t bad;

	if (!text.n || text.n > PATTERN_TEXT_MAX || text.p[0] != '!')
		return;
	int err = patterns_init(&own, &text, 1, &bad);
	require(err == 0 || (err == -EINVAL && bad == 0));
	if (err)
		return;
	require((patterns_match(&own, text) & 1u << EXPLOIT_OTHER) != 0);
	patterns_done(&own);
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
	require(patterns_match(&patterns, text) < 1u << EXPLOIT_KINDS);
	require(patterns_match(&patterns, text) == patterns_match(&patterns, text));
	const struct agent *agent = agents_find(&agents, text);
	require(!agent || (agent->name[0] && !agent_owns(agent, STR_ABSENT)));
	check_folding(text);
	check_as_pattern(text);
	return 0;
}
