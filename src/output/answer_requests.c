// SPDX-License-Identifier: MIT
/* The latest requests, for an answer: a bounded walk back through the journal. */
#include "output/answer_text.h"

#include "base/text.h"
#include "detect/paths.h"
#include "output/log_text.h"

#include <stdio.h>
#include <stdlib.h>

#define LOOKED_MOST 16384 /* entries */
#define LINES_TOLD  16
#define KEYS_MOST   64 /* that are told apart of each kind */
#define KEYS_TOLD   6

/* How often each of a few texts came; the rest is passed over. */
struct counted {
	struct str key[KEYS_MOST];
	uint32_t n[KEYS_MOST], count;
};

static void count(struct counted *c, struct str key)
{
	if (!key.n)
		return;
	for (uint32_t i = 0; i < c->count; i++)
		if (str_eq(c->key[i], key)) {
			c->n[i]++;
			return;
		}
	if (c->count == KEYS_MOST)
		return;
	c->key[c->count] = key;
	c->n[c->count++] = 1;
}

static void put_counted(struct answer *a, struct counted *c, const char *what)
{
	if (c->count)
		answer_line(a, "%s, of the latest requests:", what);
	for (int told = 0; told < KEYS_TOLD; told++) {
		uint32_t best = 0;
		for (uint32_t i = 1; i < c->count; i++)
			if (c->n[i] > c->n[best])
				best = i;
		if (!c->count || !c->n[best])
			return;
		struct str key = text_clip(c->key[best], 200);
		answer_line(a, "  %ux %.*s", (unsigned)c->n[best], STR_FMT(key));
		c->n[best] = 0;
	}
}

/* What was found on the way. */
struct found {
	struct counted first, second;
	const struct journal_entry *latest[LINES_TOLD];
	uint32_t count;
	char names[KEYS_MOST][ADDR_TEXT_MAX]; /* of addresses, where they are counted */
};

static void note(struct found *f, const struct journal_entry *e)
{
	if (f->count < LINES_TOLD)
		f->latest[f->count] = e;
	f->count++;
}

static void put_latest(struct answer *a, const struct found *f)
{
	uint32_t n = f->count < LINES_TOLD ? f->count : LINES_TOLD;
	char text[LOG_TEXT_MAX];

	if (n)
		answer_line(a, "the latest lines of the log:");
	for (uint32_t i = 0; i < n; i++) {
		size_t k = log_text(f->latest[i], text);
		answer_line(a, "  %.*s", (int)k, text);
	}
}

static bool may_tell(const struct answer *a)
{
	return a->head->detail == SET_FULL;
}

void answer_requests_of(struct answer *a, const struct prefix *of)
{
	const struct journal *j = &a->m->journal;
	uint32_t id = of->bits == ADDR_BITS ? model_find_host(a->m, &of->addr) : POOL_NONE;
	uint64_t at = of->bits != ADDR_BITS ? j->newest
		      : id == POOL_NONE     ? 0
					    : model_host(a->m, id)->last_request;
	const struct journal_entry *e;
	struct found *f = may_tell(a) ? calloc(1, sizeof *f) : NULL;

	for (uint32_t i = 0; f && i < LOOKED_MOST && (e = journal_at(j, at)); i++) {
		at = of->bits == ADDR_BITS ? e->before_host : e->before;
		if (!prefix_contains(of, &e->ip))
			continue;
		note(f, e);
		if (!journal_is_request(e))
			continue;
		count(&f->first, path_bare(journal_path(e)));
		count(&f->second, journal_agent(e));
	}
	if (!f)
		return;
	put_counted(a, &f->first, "paths");
	put_counted(a, &f->second, "agents");
	put_latest(a, f);
	free(f);
}

/* An address, whose name is kept beside those that are counted. */
static void count_address(struct found *f, const struct addr *ip)
{
	char name[ADDR_TEXT_MAX];
	struct str key = {name, addr_format(ip, name)};

	for (uint32_t i = 0; i < f->first.count; i++)
		if (str_eq(f->first.key[i], key)) {
			f->first.n[i]++;
			return;
		}
	if (f->first.count == KEYS_MOST)
		return;
	memcpy(f->names[f->first.count], name, key.n);
	count(&f->first, (struct str){f->names[f->first.count], key.n});
}

static bool is_path(const struct journal_entry *e, struct str path)
{
	char folded[PATH_FOLDED_MAX];
	struct str said = journal_path(e);

	return str_eq(said, path) || str_eq(path_bare(said), path) ||
	       str_eq(path_fold(said, folded), path);
}

void answer_requests_for(struct answer *a, struct str path)
{
	const struct journal *j = &a->m->journal;
	uint64_t at = j->newest;
	const struct journal_entry *e;
	struct found *f = may_tell(a) ? calloc(1, sizeof *f) : NULL;

	for (uint32_t i = 0; f && i < LOOKED_MOST && (e = journal_at(j, at)); i++) {
		at = e->before;
		if (!journal_is_request(e) || !is_path(e, path) ||
			(!a->head->show_private && model_hides(a->m, &e->ip)))
			continue;
		note(f, e);
		count_address(f, &e->ip);
		count(&f->second, journal_agent(e));
	}
	if (!f)
		return;
	put_counted(a, &f->first, "addresses");
	put_counted(a, &f->second, "agents");
	put_latest(a, f);
	free(f);
}
