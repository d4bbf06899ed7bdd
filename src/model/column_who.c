// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

bool knows_countries(const struct model *m)
{
	return m->geo.country_told || knows_registrations(m);
}

bool knows_orgs(const struct model *m)
{
	return m->geo.system_told || knows_registrations(m);
}

static struct cell text_cell(struct str s)
{
	return s.p ? (struct cell){.kind = CELL_TEXT, .text = s} : (struct cell){.kind = CELL_NONE};
}

/* Where the databases are silent, the registries may know. */
static struct str country_of(const struct model *m, const struct host *h)
{
	struct str country = geo_country(h);

	return country.p ? country : registered_country(m, h);
}

static struct str org_of(const struct model *m, const struct host *h)
{
	struct str org = geo_org(&m->geo, h);

	return org.p ? org : registered_org(m, h);
}

struct cell country_cell(const struct model *m, const struct host *h)
{
	return text_cell(country_of(m, h));
}

struct cell city_cell(const struct model *m, const struct host *h)
{
	return text_cell(geo_city(&m->geo, h));
}

struct cell asn_cell(const struct model *m, const struct host *h)
{
	uint32_t asn = geo_asn(&m->geo, h);

	return asn ? (struct cell){.kind = CELL_COUNT, .u = asn} : (struct cell){.kind = CELL_NONE};
}

struct cell org_cell(const struct model *m, const struct host *h)
{
	return text_cell(org_of(m, h));
}

/* By the alphabet; those not known come last. */
uint64_t country_key(const struct model *m, const struct host *h)
{
	int country = country_number(country_of(m, h));

	return country < 0 ? UINT64_MAX : (uint64_t)country;
}

/* Six letters by the alphabet, whatever their case; then one AS stays with itself. */
uint64_t org_key(const struct model *m, const struct host *h)
{
	struct str org = org_of(m, h);
	uint64_t key = 0;

	if (!org.p)
		return UINT64_MAX;
	for (size_t i = 0; i < 6; i++) {
		uint8_t c = i < org.n ? (uint8_t)org.p[i] : 0;
		key = key << 8 | (uint64_t)(c >= 'A' && c <= 'Z' ? c + 0x20 : c);
	}
	return key << 16 | (h->system & 0xffff);
}
