// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

struct cell ip_cell(const struct model *m, const struct subject *s)
{
	if (s->net)
		return (struct cell){.kind = CELL_PREFIX, .prefix = &s->net->prefix};
	if (s->by == GROUP_AS && subject_asn(m, s))
		return (struct cell){.kind = CELL_ASN, .u = subject_asn(m, s)};
	if (!s->host)
		return cell_of_text(subject_label(m, s));
	return (struct cell){.kind = CELL_ADDR, .addr = &s->host->ip};
}

struct cell ips_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	return cell_of_count(s->ips);
}

uint64_t ips_key(const struct model *m, const struct subject *s)
{
	(void)m;
	return s->ips;
}

bool knows_countries(const struct model *m)
{
	return m->geo.country_told || knows_registrations(m);
}

bool knows_orgs(const struct model *m)
{
	return m->geo.system_told || knows_registrations(m);
}

/* Where the databases are silent, the registries may know. */
static struct str country_of(const struct model *m, const struct subject *s)
{
	struct str country = subject_country(s);

	return country.p ? country : registered_country(m, s);
}

static struct str org_of(const struct model *m, const struct subject *s)
{
	struct str org = subject_system(m, s);

	return org.p ? org : registered_org(m, s);
}

struct cell country_cell(const struct model *m, const struct subject *s)
{
	return cell_of_text(country_of(m, s));
}

struct cell city_cell(const struct model *m, const struct subject *s)
{
	return cell_of_text(geo_city(&m->geo, s->host));
}

struct cell asn_cell(const struct model *m, const struct subject *s)
{
	uint32_t asn = subject_asn(m, s);

	return asn ? (struct cell){.kind = CELL_COUNT, .u = asn} : (struct cell){.kind = CELL_NONE};
}

struct cell org_cell(const struct model *m, const struct subject *s)
{
	return cell_of_text(org_of(m, s));
}

/* By the alphabet; those not known come last. */
uint64_t country_key(const struct model *m, const struct subject *s)
{
	int country = country_number(country_of(m, s));

	return country < 0 ? UINT64_MAX : (uint64_t)country;
}

/* Six letters by the alphabet, whatever their case; then one AS stays with itself. */
uint64_t org_key(const struct model *m, const struct subject *s)
{
	struct str org = org_of(m, s);
	uint64_t key = 0;

	if (!org.p)
		return UINT64_MAX;
	for (size_t i = 0; i < 6; i++) {
		uint8_t c = i < org.n ? (uint8_t)org.p[i] : 0;
		key = key << 8 | (uint64_t)(c >= 'A' && c <= 'Z' ? c + 0x20 : c);
	}
	return key << 16 | ((s->host ? s->host->system : s->id) & 0xffff);
}
