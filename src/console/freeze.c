// SPDX-License-Identifier: MIT
#include "console/freeze.h"

/* What an address is marked for comes from the judgement; the copy's, here. */
static uint32_t asked(const void *ctx, const struct addr *ip)
{
	return detect_asked(ctx, ip);
}

bool freeze(struct view *v)
{
	struct model *m = model_copy(v->live);
	struct detect *d = m && v->live_detect ? detect_copy(v->live_detect, m) : NULL;

	if (!m || (v->live_detect && !d)) {
		model_free(m);
		return false;
	}
	if (d && m->limits.suspicious.asked) {
		m->limits.suspicious.asked = asked;
		m->limits.suspicious.ctx = d;
	}
	v->frozen = (struct frozen){m, d};
	v->m = m;
	v->detect = d;
	v->frozen_at = m->now;
	v->changed = true;
	return true;
}

/* An order in the making is of the model that was shown. The other panels keep what they show by
 * value, and where they stand. */
static void stop_rows(struct view *v)
{
	struct panel *rows = v->panels[PANEL_CONNECTIONS];

	if (rows && rows->ops->forget)
		rows->ops->forget(rows);
}

void freeze_end(struct view *v)
{
	if (!v->frozen.m)
		return;
	stop_rows(v);
	detect_free(v->frozen.detect);
	model_free(v->frozen.m);
	headline_forget(&v->headline);
	v->frozen = (struct frozen){0};
	v->m = v->live;
	v->detect = v->live_detect;
	v->frozen_at = 0;
	v->changed = true;
}

usec_t frozen_for(const struct view *v)
{
	return v->frozen_at ? v->live->now - v->frozen_at : 0;
}
