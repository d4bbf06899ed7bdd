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
static const struct registration *of(const struct model *m, const struct subject *s)
{
	const struct addr *ip = s->host ? &s->host->ip : s->net ? &s->net->prefix.addr : NULL;
	const struct registration *r =
		ip && knows_registrations(m) ? model_registration(m, ip) : NULL;

	return r && !r->note[0] ? r : NULL;
}

static struct str known(const char *text)
{
	return text[0] ? str_of(text) : STR_ABSENT;
}

struct str registered_country(const struct model *m, const struct subject *s)
{
	const struct registration *r = of(m, s);

	return r ? known(r->country) : STR_ABSENT;
}

struct str registered_org(const struct model *m, const struct subject *s)
{
	const struct registration *r = of(m, s);

	return r ? known(r->org[0] ? r->org : r->name) : STR_ABSENT;
}

struct cell net_cell(const struct model *m, const struct subject *s)
{
	const struct registration *r = of(m, s);

	return cell_of_text(r ? known(r->net) : STR_ABSENT);
}

struct cell netname_cell(const struct model *m, const struct subject *s)
{
	const struct registration *r = of(m, s);

	return cell_of_text(r ? known(r->name) : STR_ABSENT);
}

struct cell abuse_cell(const struct model *m, const struct subject *s)
{
	const struct registration *r = of(m, s);

	return cell_of_text(r ? known(r->abuse) : STR_ABSENT);
}

struct cell rdns_cell(const struct model *m, const struct subject *s)
{
	const struct address_name *n = knows_names(m) ? model_address_name(m, &s->host->ip) : NULL;

	return cell_of_text(n ? known(n->name) : STR_ABSENT);
}
