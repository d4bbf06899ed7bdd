// SPDX-License-Identifier: MIT
#include "console/gathered.h"

#include "detect/paths.h"

#include <stdlib.h>

void gathered_init(struct gathered *g, uint32_t most)
{
	*g = (struct gathered){.newest = 0};
	g->lines = calloc(2 * (size_t)most, sizeof *g->lines); /* and what is fresh */
	g->most = g->lines ? most : 0;
	counts_init(&g->paths, GATHERED_PATHS);
	counts_init(&g->agents, GATHERED_AGENTS);
	counts_init(&g->hosts, GATHERED_HOSTS);
}

void gathered_done(struct gathered *g)
{
	counts_done(&g->paths);
	counts_done(&g->agents);
	counts_done(&g->hosts);
	free(g->lines);
	g->lines = NULL;
	g->n = g->most = 0;
}

void gathered_clear(struct gathered *g)
{
	counts_clear(&g->paths);
	counts_clear(&g->agents);
	counts_clear(&g->hosts);
	g->newest = g->older = g->missed = g->requests = g->broken_down = 0;
	g->n = g->failed = g->accepted = 0;
	g->breakdown.count = 0;
	g->breakdown.rest = 0;
}

struct walk {
	struct gathered *g;
	const struct model *m;
	const struct subject_key *key;
	uint32_t group; /* id of a system or a country */
	uint32_t budget;
};

static bool is_of(const struct walk *w, const struct journal_entry *e)
{
	uint32_t id;

	if (addr_is_unset(&e->ip))
		return false;
	if (w->key->by == GROUP_NONE || w->key->by == GROUP_NET)
		return prefix_contains(&w->key->prefix, &e->ip);
	id = model_find_host(w->m, &e->ip);
	return id != POOL_NONE && subject_group_of(model_host(w->m, id), w->key->by) == w->group;
}

static void count(struct gathered *g, const struct journal_entry *e)
{
	char folded[PATH_FOLDED_MAX];

	if (!journal_is_request(e)) {
		g->accepted += e->outcome == AUTH_ACCEPTED;
		g->failed += e->outcome == AUTH_FAILED || e->outcome == AUTH_INVALID;
		return;
	}
	g->requests++;
	counts_add(&g->paths, path_fold(journal_path(e), folded));
	if (journal_agent(e).n)
		counts_add(&g->agents, journal_agent(e));
	if (journal_vhost(e).n)
		counts_add(&g->hosts, journal_vhost(e));
}

/* The next entry that may be of the row: an address has a chain of its own. */
static uint64_t before(const struct walk *w, const struct journal_entry *e)
{
	return w->key->by == GROUP_NONE ? e->before_host : e->before;
}

/* From `at` back to behind `until`; notes those that are of the row, at most `most` of them.
 * Returns where it stopped, 0 at the journal's end. */
static uint64_t look_back(
	struct walk *w, uint64_t at, uint64_t until, uint64_t *lines, uint32_t most, uint32_t *n)
{
	const struct journal_entry *e;

	for (; at > until && (e = journal_at(&w->m->journal, at)); at = before(w, e)) {
		if (!w->budget)
			return at;
		w->budget--;
		if (!is_of(w, e))
			continue;
		count(w->g, e);
		if (lines && *n < most)
			lines[(*n)++] = at;
	}
	return at > until ? 0 : at;
}

static void take_fresh(struct walk *w, uint64_t head)
{
	struct gathered *g = w->g;
	uint64_t *fresh = g->lines ? g->lines + g->most : NULL;
	uint32_t n = 0;

	if (look_back(w, head, g->newest, fresh, g->most, &n) > g->newest)
		g->missed++;
	uint32_t kept = g->n < g->most - n ? g->n : g->most - n;
	if (fresh && n) {
		memmove(g->lines + n, g->lines, kept * sizeof g->lines[0]);
		memcpy(g->lines, fresh, n * sizeof fresh[0]);
	}
	g->n = kept + n;
	g->newest = head;
}

/* Positions whose entries are gone lead nowhere. */
static void drop_gone(struct gathered *g, const struct journal *j)
{
	while (g->n && !journal_at(j, g->lines[g->n - 1]))
		g->n--;
}

bool gathered_step(struct gathered *g, const struct model *m, const struct subject_key *key,
	const struct host *h)
{
	uint64_t head = key->by != GROUP_NONE ? m->journal.newest : h ? h->last_request : 0;
	struct walk w = {
		g, m, key, key->by > GROUP_NET ? subject_find(m, key) : 0, GATHERED_AT_ONCE};

	drop_gone(g, &m->journal);
	if (!g->newest)
		g->newest = g->older = head;
	else if (head > g->newest)
		take_fresh(&w, head);
	if (g->older)
		g->older = look_back(&w, g->older, 0, g->lines, g->most, &g->n);
	if (g->broken_down != g->requests)
		breakdown_of(&g->breakdown, &g->paths);
	g->broken_down = g->requests;
	return !g->older;
}
