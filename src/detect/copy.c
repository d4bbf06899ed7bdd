// SPDX-License-Identifier: MIT
/*
 * The judgement as it is at this moment, for a screen that stands still: what views may ask it, and
 * nothing that only judging needs.
 */
#include "detect/detect.h"
#include "detect/parts.h"

#include <errno.h>
#include <stdlib.h>

/* What the original owns is not the copy's: then detect_free can be given a copy at any time. */
static void disown(struct detect *d)
{
	d->patterns = (struct patterns){0};
	d->agents = (struct agents){0};
	d->hosts = d->networks = (struct trails){0};
	memset(d->herds, 0, sizeof d->herds);
	memset(d->focuses, 0, sizeof d->focuses);
	d->zoom = (struct zoom){0};
	d->findings = (struct findings){0};
	d->trail_of = NULL;
	d->marks = NULL;
	d->fleet = NULL;
}

static int copy_marks(struct detect *to, const struct detect *from)
{
	if (!from->marks)
		return 0;
	to->marks = malloc(sizeof *to->marks);
	if (!to->marks)
		return -ENOMEM;
	*to->marks = *from->marks;
	return 0;
}

static int copy_tables(struct detect *to, const struct detect *from)
{
	int err = trails_copy(&to->hosts, &from->hosts);

	if (!err)
		err = trails_copy(&to->networks, &from->networks);
	for (int i = 0; i < HERD_TABLES && !err; i++)
		err = herds_copy(&to->herds[i], &from->herds[i]);
	return err ? err : copy_marks(to, from);
}

struct detect *detect_copy(const struct detect *from, const struct model *model)
{
	struct detect *to = malloc(sizeof *to);

	if (!to)
		return NULL;
	*to = *from;
	disown(to);
	to->taker.kinds = 0;
	to->model = model;
	to->sink = NULL;
	to->walk = &to->walks[from->walk - from->walks];
	to->walked = &to->walks[from->walked - from->walks];
	if (copy_tables(to, from) == 0)
		return to;
	detect_free(to);
	return NULL;
}
