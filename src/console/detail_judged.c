// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "console/entry.h"

#include "base/text.h"

#include <stdio.h>

#define FLAGS_MOST  8
#define BRIEF_FLAGS 3
#define INDENT      4

void detail_under(
	struct about *a, unsigned selected, const char *field, enum filter_op op, struct str text)
{
	if (!selected)
		return;
	a->under = (struct under){.what = UNDER_FIELD, .field = field, .op = op};
	text_copy(a->under.text, sizeof a->under.text, text);
}

struct found {
	const struct flag *at[FLAGS_MOST];
	size_t n;
};

static void add(struct found *f, const struct flag *flag)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i] == flag)
			return;
	if (f->n < FLAGS_MOST)
		f->at[f->n++] = flag;
}

static void add_all(struct found *f, const struct flag *const *flags, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(f, flags[i]);
}

static void add_around(void *ctx, const struct flag *flag, bool exactly)
{
	(void)exactly;
	add(ctx, flag);
}

/* Of an AS or a country: those of one of its addresses. */
static bool is_within(const struct about *a, const struct flag *flag)
{
	const struct model *m = a->view->m;

	for (unsigned i = 0; i < flag->prefix_count; i++) {
		uint32_t id = model_find_host(m, &flag->prefixes[i].addr);
		if (id != POOL_NONE && subject_key_has(m, &a->key, model_host(m, id)))
			return true;
	}
	return false;
}

static void find_within(struct found *f, const struct about *a)
{
	const struct flag *all[64];
	size_t n = flags_top(&a->view->m->flags, all, ARRAY_LEN(all));

	for (size_t i = 0; i < n; i++)
		if (is_within(a, all[i]))
			add(f, all[i]);
}

static struct found find(const struct about *a)
{
	const struct flags *flags = &a->view->m->flags;
	const struct flag *some[FLAGS_MOST];
	struct found f = {.n = 0};

	if (about_is_host(a)) {
		const struct addr *ip = &a->key.prefix.addr;
		add_all(&f, some, flags_of_addr(flags, ip, false, some, FLAGS_MOST));
		add_all(&f, some, flags_of_addr(flags, ip, true, some, FLAGS_MOST));
	} else if (a->key.by == GROUP_NET) {
		flags_around(flags, &a->key.prefix, add_around, &f);
		add_all(&f, some, flags_of_prefix(flags, &a->key.prefix, some, FLAGS_MOST));
	} else {
		find_within(&f, a);
	}
	return f;
}

/* What the flag is of, if that is not the row itself: "192.0.2.77", "/login". */
static const char *of_whom(const struct about *a, const struct flag *flag)
{
	return flag->scope == SCOPE_MACHINE || strcmp(flag->who, a->name) == 0 ? "" : flag->who;
}

/* " X  scanner since 03:26:02: 212 paths, 98% 404" and "not one if: …" */
static void print_flag(struct sheet *s, struct about *a, const struct flag *flag)
{
	char text[FLAG_TEXT_MAX + FLAG_WHO_MAX + 80], since[9];
	const char *whom = of_whom(a, flag);
	unsigned selected;
	int y = sheet_row(s, &selected);

	detail_under(a, selected, "flag", FILTER_IS, str_of(flag->name));
	clock_text(since, flag->since);
	if (y >= 0)
		screen_print(s->area, y, 0, palette_mark(flag->letter), " %c ",
			flag->letter ? flag->letter : ' ');
	snprintf(text, sizeof text, "%s%s%s since %s: %s", flag->name, whom[0] ? " of " : "", whom,
		since, flag->evidence);
	sheet_wrap(s, y, INDENT, INDENT, STYLE_BOLD, selected, str_of(text));
	if (!flag->disproof[0])
		return;
	snprintf(text, sizeof text, "not one if: %s", flag->disproof);
	sheet_wrap(s, sheet_more(s, selected), INDENT, INDENT + 2, STYLE_PLAIN, selected,
		str_of(text));
}

void detail_print_judged(struct sheet *s, struct about *a)
{
	struct found f = find(a);
	size_t most = a->brief ? BRIEF_FLAGS : FLAGS_MOST;
	char more[64];

	for (size_t i = 0; i < f.n && i < most; i++)
		print_flag(s, a, f.at[i]);
	if (f.n > most) {
		snprintf(more, sizeof more, "    and %zu more: Enter shows them", f.n - most);
		sheet_label(s, STYLE_DIM, more);
	}
}
