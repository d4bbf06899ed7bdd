// SPDX-License-Identifier: MIT
#include "enrich/country.h"

#include <strings.h>

/* ARIN's region, and where else most of its holders are. */
static const struct {
	const char *name, *code;
} countries[] = {
	{"Australia", "AU"},
	{"Bahamas", "BS"},
	{"Barbados", "BB"},
	{"Bermuda", "BM"},
	{"Brazil", "BR"},
	{"Canada", "CA"},
	{"Cayman Islands", "KY"},
	{"China", "CN"},
	{"France", "FR"},
	{"Germany", "DE"},
	{"Hong Kong", "HK"},
	{"India", "IN"},
	{"Ireland", "IE"},
	{"Israel", "IL"},
	{"Italy", "IT"},
	{"Jamaica", "JM"},
	{"Japan", "JP"},
	{"Netherlands", "NL"},
	{"Puerto Rico", "PR"},
	{"Singapore", "SG"},
	{"Spain", "ES"},
	{"Sweden", "SE"},
	{"Switzerland", "CH"},
	{"United Kingdom", "GB"},
	{"United States", "US"},
};

struct str country_code(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(countries); i++)
		if (name.n == strlen(countries[i].name) &&
			strncasecmp(name.p, countries[i].name, name.n) == 0)
			return str_of(countries[i].code);
	return name;
}
