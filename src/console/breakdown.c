// SPDX-License-Identifier: MIT
#include "console/breakdown.h"

#include "base/few.h"

#include <stdio.h>
#include <stdlib.h>

#define FEW        4   /* things that may hold most of a folder */
#define MOST       0.6 /* what they must hold of it, for it to give way */
#define KIDS_MAX   8   /* of these, most that are looked into */
#define KINDS_MAX  8   /* of files in one folder */
#define KIND_LEAST 3   /* different files that make a kind */
#define KIND_MAX   8   /* bytes of ".php" */
#define DEPTH_MAX  16

/* Paths [lo, hi) in the order of their texts, which have the first `depth` bytes in common. */
struct range {
	uint32_t lo, hi;
	size_t depth;
	uint64_t n;
};

struct kind {
	char ext[KIND_MAX + 1];
	uint32_t paths;
	uint64_t n;
};

struct work {
	const struct counted *at;
	struct breakdown *b;
};

static int by_text(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;
	size_t n = x->text_n < y->text_n ? x->text_n : y->text_n;
	int order = memcmp(x->text, y->text, n);

	return order ? order : (int)x->text_n - (int)y->text_n;
}

static bool larger_part(const void *a, const void *b, const void *ctx)
{
	(void)ctx;
	return ((const struct breakdown_part *)a)->n > ((const struct breakdown_part *)b)->n;
}

static void emit(struct work *w, const struct breakdown_part *part)
{
	few_put(w->b->at, &w->b->count, BREAKDOWN_MOST, sizeof *part, part, larger_part, NULL);
}

static void emit_range(struct work *w, const struct range *r)
{
	const struct counted *first = &w->at[r->lo];
	struct breakdown_part part = {.n = r->n, .paths = r->hi - r->lo};
	bool one = part.paths == 1;

	snprintf(part.text, sizeof part.text, "%.*s%s", one ? first->text_n : (int)r->depth,
		first->text, one ? "" : "*");
	emit(w, &part);
}

static void emit_kind(struct work *w, const struct range *r, const struct kind *k)
{
	struct breakdown_part part = {.n = k->n, .paths = k->paths};

	snprintf(part.text, sizeof part.text, "%.*s*%.*s", (int)r->depth, w->at[r->lo].text,
		KIND_MAX, k->ext);
	emit(w, &part);
}

/* What of the path comes next: up to and with the next slash, or all. */
static struct str next_part(const struct counted *c, size_t depth)
{
	struct str rest = str_skip(counted_text(c), depth);
	const char *slash = rest.n ? memchr(rest.p, '/', rest.n) : NULL;

	return slash ? (struct str){rest.p, (size_t)(slash - rest.p) + 1} : rest;
}

static struct range next_kid(const struct work *w, const struct range *r, uint32_t from)
{
	struct str part = next_part(&w->at[from], r->depth);
	struct range kid = {.lo = from, .hi = from, .depth = r->depth + part.n};

	while (kid.hi < r->hi && str_eq(next_part(&w->at[kid.hi], r->depth), part))
		kid.n += w->at[kid.hi++].n;
	return kid;
}

/* ".php" of a file; absent of a folder, and of what has none. */
static struct str kind_of(const struct work *w, const struct range *kid)
{
	struct str text = counted_text(&w->at[kid->lo]);

	if (kid->depth < text.n)
		return STR_ABSENT;
	for (size_t i = text.n; i-- > 0 && text.p[i] != '/' && text.n - i <= KIND_MAX;)
		if (text.p[i] == '.')
			return str_skip(text, i);
	return STR_ABSENT;
}

static struct kind *find_kind(struct kind *kinds, size_t n, struct str ext)
{
	for (size_t i = 0; i < n && ext.p; i++)
		if (str_eq(str_of(kinds[i].ext), ext))
			return &kinds[i];
	return NULL;
}

static size_t count_kinds(
	const struct work *w, const struct range *r, struct kind kinds[static KINDS_MAX])
{
	size_t n = 0;

	for (uint32_t at = r->lo; at < r->hi;) {
		struct range kid = next_kid(w, r, at);
		struct str ext = kind_of(w, &kid);
		struct kind *k = find_kind(kinds, n, ext);
		at = kid.hi;
		if (!k && ext.p && n < KINDS_MAX) {
			k = &kinds[n++];
			*k = (struct kind){.paths = 0};
			memcpy(k->ext, ext.p, ext.n);
		}
		if (k) {
			k->paths++;
			k->n += kid.n;
		}
	}
	return n;
}

static bool larger_range(const void *a, const void *b, const void *ctx)
{
	(void)ctx;
	return ((const struct range *)a)->n > ((const struct range *)b)->n;
}

/* The heaviest of what lies in the folder, but for files of a kind that stands for them. */
static size_t top_kids(const struct work *w, const struct range *r, struct kind *kinds,
	size_t kind_n, struct range ret[static KIDS_MAX], uint32_t *ret_all)
{
	size_t n = 0;

	for (uint32_t at = r->lo; at < r->hi;) {
		struct range kid = next_kid(w, r, at);
		const struct kind *k = find_kind(kinds, kind_n, kind_of(w, &kid));
		at = kid.hi;
		if (k && k->paths >= KIND_LEAST)
			continue;
		++*ret_all;
		few_put(ret, &n, KIDS_MAX, sizeof kid, &kid, larger_range, NULL);
	}
	return n;
}

/* Emits the kinds that stand for their files; returns what is in none of them. */
static uint64_t emit_kinds(
	struct work *w, const struct range *r, const struct kind *kinds, size_t kind_n)
{
	uint64_t rest = r->n;

	for (size_t i = 0; i < kind_n; i++)
		if (kinds[i].paths >= KIND_LEAST) {
			emit_kind(w, r, &kinds[i]);
			rest -= kinds[i].n;
		}
	return rest;
}

/* Few things hold most of what is left, or there are only few. */
static bool gives_way(const struct range *kids, size_t n, uint32_t all, uint64_t rest)
{
	uint64_t held = 0;

	for (size_t i = 0; i < n && i < FEW; i++)
		held += kids[i].n;
	return all <= FEW || (double)held >= MOST * (double)rest;
}

static void look_into(struct work *w, const struct range *r, int depth)
{
	struct range kids[KIDS_MAX], others = *r;
	struct kind kinds[KINDS_MAX];
	size_t kind_n = count_kinds(w, r, kinds);
	uint32_t all = 0;
	size_t n = top_kids(w, r, kinds, kind_n, kids, &all);

	others.n = emit_kinds(w, r, kinds, kind_n);
	if (depth == DEPTH_MAX || !gives_way(kids, n, all, others.n)) {
		if (others.n * 2 > r->n) /* a few beside the kinds are no more than a rest */
			emit_range(w, &others);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (kids[i].hi - kids[i].lo == 1)
			emit_range(w, &kids[i]);
		else
			look_into(w, &kids[i], depth + 1);
	}
}

void breakdown_of(struct breakdown *b, struct counts *paths)
{
	struct work w = {paths->at, b};
	struct range all = {.hi = paths->n};

	b->count = 0;
	b->rest = paths->other;
	for (uint32_t i = 0; i < paths->n; i++)
		all.n += paths->at[i].n;
	b->rest += all.n;
	if (!paths->n)
		return;
	qsort(paths->at, paths->n, sizeof *paths->at, by_text);
	counts_reindex(paths);
	look_into(&w, &all, 0);
	for (size_t i = 0; i < b->count; i++)
		b->rest -= b->at[i].n;
}

struct str breakdown_pattern(struct str text, char buf[static BREAKDOWN_PATTERN_MAX])
{
	size_t n = 0;

	buf[n++] = '^';
	for (size_t i = 0; i < text.n && n < BREAKDOWN_PATTERN_MAX; i++) {
		bool number = text.n - i >= 3 && memcmp(text.p + i, "{n}", 3) == 0;
		buf[n++] = number ? '*' : text.p[i];
		i += number ? 2 : 0;
	}
	return (struct str){buf, n};
}
