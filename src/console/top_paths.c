// SPDX-License-Identifier: MIT
/*
 * Paths as an operator thinks of them. A crawler asks for a thousand pages once each: no single
 * path says so, "/archive/" and all below it does. A path stands for itself when it has a good part
 * of all requests, or most of its directory's; what is left of the directory is one row.
 */
#include "console/top_table.h"

#include "detect/paths.h"

#include <stdlib.h>

#define PART_OF_ALL 0.1
#define PART_OF_DIR 0.5

/* A directory, and what no row of its own has taken from it. */
struct dir {
	struct top_row whole, left;
	uint32_t others; /* paths that do not stand for themselves */
	const struct herd *other;
};

struct fold {
	const struct herds *paths;
	usec_t now;
	struct dir dirs[TOP_ROWS];
	size_t dir_n;
	double all;   /* a minute */
	double least; /* half of one request */
	struct top_row *rows;
	size_t n;
};

static struct dir *dir_of(struct fold *f, struct str path)
{
	struct str name = path_dir(path);

	for (size_t i = 0; name.n && i < f->dir_n; i++)
		if (str_eq(top_name(&f->dirs[i].whole), name))
			return &f->dirs[i];
	return NULL;
}

static void put(struct fold *f, const struct top_row *row)
{
	if (f->n < TOP_ROWS)
		f->rows[f->n++] = *row;
}

static void subtract(struct top_row *from, const struct top_row *row)
{
	from->per_min -= row->per_min;
	from->client_errors -= row->client_errors;
	from->server_errors -= row->server_errors;
}

static void take_path(struct fold *f, const struct herd *h)
{
	struct dir *dir = dir_of(f, herd_text(h));
	double per_min = herd_per_minute(f->paths, h, f->now);
	bool is_entry = h->text_n == 1; /* "/" */

	if (dir && !is_entry && per_min < f->all * PART_OF_ALL &&
		per_min < dir->whole.per_min * PART_OF_DIR) {
		dir->others++;
		dir->other = h;
		return;
	}
	struct top_row row = top_row_of(f->paths, h, f->now);
	put(f, &row);
	if (dir)
		subtract(&dir->left, &row);
}

static double at_least_0(double value)
{
	return value > 0 ? value : 0;
}

/* One path that is left is not told as a directory. */
static void take_dir(struct fold *f, struct dir *dir)
{
	struct top_row *left = &dir->left;

	if (left->per_min < f->least)
		return;
	if (dir->others == 1 &&
		left->per_min < herd_per_minute(f->paths, dir->other, f->now) + f->least) {
		struct top_row row = top_row_of(f->paths, dir->other, f->now);
		put(f, &row);
		return;
	}
	left->client_errors = at_least_0(left->client_errors);
	left->server_errors = at_least_0(left->server_errors);
	left->is_dir = true;
	put(f, left);
}

static int by_rate(const void *a, const void *b)
{
	const struct top_row *x = a, *y = b;

	if (x->per_min != y->per_min)
		return x->per_min < y->per_min ? 1 : -1;
	return x->key < y->key ? -1 : x->key > y->key;
}

static void begin(struct fold *f, const struct view *v, struct top_row *rows)
{
	const struct herds *t = detect_herds(v->detect, HERD_DIRS);
	const struct herd *top[TOP_ROWS];

	*f = (struct fold){
		.rows = rows, .now = v->m->now, .paths = detect_herds(v->detect, HERD_PATHS)};
	f->dir_n = herds_top(t, f->now, TOP_SPAN, top, TOP_ROWS);
	for (size_t i = 0; i < f->dir_n; i++) {
		f->dirs[i].whole = f->dirs[i].left = top_row_of(t, top[i], f->now);
		f->all += f->dirs[i].whole.per_min;
		f->least = f->dirs[i].whole.per_min / herd_five_minutes(top[i], f->now) / 2;
	}
}

size_t top_paths(const struct view *v, struct top_row rows[static TOP_ROWS])
{
	const struct herd *all[HERDS_MAX];
	struct fold f;

	begin(&f, v, rows);
	size_t n = herds_top(f.paths, f.now, TOP_SPAN, all, HERDS_MAX);
	for (size_t i = 0; i < n; i++)
		take_path(&f, all[i]);
	for (size_t i = 0; i < f.dir_n; i++)
		take_dir(&f, &f.dirs[i]);
	qsort(rows, f.n, sizeof *rows, by_rate);
	return f.n;
}
