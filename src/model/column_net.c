// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

bool knows_registrations(const struct model *m)
{
	return m->registry.nets.pool.live > 0;
}

bool knows_names(const struct model *m)
{
	return m->registry.names.pool.live > 0;
}

/* NULL while nothing is known. */
static const struct registration *of(const struct model *m, const struct host *h)
{
	const struct registration *r =
		knows_registrations(m) ? model_registration(m, &h->ip) : NULL;

	return r && !r->note[0] ? r : NULL;
}

static struct str known(const char *text)
{
	return text[0] ? str_of(text) : STR_ABSENT;
}

static struct cell text_cell(struct str s)
{
	return s.p ? (struct cell){.kind = CELL_TEXT, .text = s} : (struct cell){.kind = CELL_NONE};
}

struct str registered_country(const struct model *m, const struct host *h)
{
	const struct registration *r = of(m, h);

	return r ? known(r->country) : STR_ABSENT;
}

struct str registered_org(const struct model *m, const struct host *h)
{
	const struct registration *r = of(m, h);

	return r ? known(r->org[0] ? r->org : r->name) : STR_ABSENT;
}

struct cell net_cell(const struct model *m, const struct host *h)
{
	const struct registration *r = of(m, h);

	return text_cell(r ? known(r->net) : STR_ABSENT);
}

struct cell netname_cell(const struct model *m, const struct host *h)
{
	const struct registration *r = of(m, h);

	return text_cell(r ? known(r->name) : STR_ABSENT);
}

struct cell abuse_cell(const struct model *m, const struct host *h)
{
	const struct registration *r = of(m, h);

	return text_cell(r ? known(r->abuse) : STR_ABSENT);
}

struct cell rdns_cell(const struct model *m, const struct host *h)
{
	const struct address_name *n = knows_names(m) ? model_address_name(m, &h->ip) : NULL;

	return text_cell(n ? known(n->name) : STR_ABSENT);
}
