// SPDX-License-Identifier: MIT
/*
 * Marks as the judgement keeps them, and what has changed since.
 */
#include "detect/detect.h"
#include "detect/parts.h"

#include "base/text.h"

static struct mark_present present_of(const struct detect *d)
{
	return (struct mark_present){
		.now = d->model->now,
		.began = d->began,
		.herds = d->herds,
		.hosts = &d->hosts,
		.networks = &d->networks,
		.counts = &d->model->networks,
		.of_class = d->whole.of_class,
		.rates =
			{
				[MARK_REQUESTS] = &d->whole.requests,
				[MARK_HANDSHAKES] = &d->whole.handshakes,
				[MARK_TX] = &d->whole.tx,
			},
	};
}

void since_take_mark(struct detect *d, const struct event_mark *e)
{
	const struct mark_present present = present_of(d);
	struct mark *m = marks_place(d->marks, e->by_itself);

	text_copy(m->name, sizeof m->name, e->name);
	mark_take(m, &present);
}

const struct mark *detect_mark(const struct detect *d)
{
	return d && d->marks ? marks_latest(d->marks, d->model->now) : NULL;
}

size_t detect_marks(const struct detect *d, const struct mark *ret[static MARKS])
{
	size_t n = d && d->marks ? d->marks->n : 0;

	for (size_t i = 0; i < n; i++)
		ret[i] = &d->marks->at[n - 1 - i];
	return n;
}

size_t detect_since_mark(const struct detect *d, const struct mark *mark, enum change_of of,
	struct change *ret, size_t most)
{
	if (!d || !mark)
		return 0;
	const struct mark_present present = present_of(d);
	return mark_since(mark, &present, of, ret, most);
}

size_t detect_since(const struct detect *d, enum change_of of, struct change *ret, size_t most)
{
	return detect_since_mark(d, detect_mark(d), of, ret, most);
}

void detect_classes(
	const struct detect *d, const struct mark *mark, double ret[static HERD_STATUS_CLASS])
{
	const struct mark_present present = present_of(d);

	mark_classes(mark, &present, ret);
}

/* By its text, which is all that a finding knows of a herd. */
static bool is_new_herd(
	const struct detect *d, const struct mark *m, enum herd_kind kind, struct str text)
{
	const struct herds *t = &d->herds[kind];

	for (uint32_t id = 0; id < t->counts.used; id++)
		if (str_eq(herd_text(&t->at[id]), text))
			return mark_is_new_herd(m, t, kind, &t->at[id]);
	return false;
}

bool since_is_new(const struct detect *d, const struct finding *f)
{
	const struct mark_present present = present_of(d);
	const struct mark *m = detect_mark(d);
	bool is_new = m && f->prefix_count > 0;

	if (m && (f->scope == SCOPE_PATH || f->scope == SCOPE_AGENT))
		return is_new_herd(
			d, m, f->scope == SCOPE_PATH ? HERD_PATHS : HERD_AGENTS, str_of(f->who));
	for (int i = 0; i < f->prefix_count && is_new; i++)
		is_new = mark_is_new_prefix(m, &present, &f->prefixes[i]);
	return is_new;
}
