// SPDX-License-Identifier: MIT
#include "app/fleet_key.h"

#include "base/str.h"

/* What keys are made for; any numbers, but other ones for each. */
#define FOR_SEED   UINT64_C(0x5eed0f7a11f1ee75)
#define FOR_SKETCH UINT64_C(0x5ce7c40f7a11f1ee)
#define FOR_TEXT   UINT64_C(0x7e870f7a11f1ee75)

#define EXACT ((UINT64_C(1) << 53) - 1) /* what every reader of JSON can hold */

bool fleet_is_on(const struct fleet_options *o)
{
	return o->publish || o->hub.count;
}

bool fleet_is_piped(const struct fleet_options *o)
{
	return o->publish && str_eq(str_of(o->publish), STR_LIT("-"));
}

static uint64_t made_for(const struct fleet_options *o, uint64_t what)
{
	struct str key = o->publish_key ? str_of(o->publish_key) : STR_LIT("nethergaze");
	const struct hash_key by = hash_key_of(what);

	return hash_keyed(&by, key.p, key.n);
}

uint64_t fleet_seed(const struct fleet_options *o)
{
	return made_for(o, FOR_SEED) & EXACT;
}

uint64_t fleet_sketch(const struct fleet_options *o)
{
	uint64_t seed = fleet_seed(o);
	const struct hash_key by = hash_key_of(FOR_SKETCH);

	return hash_keyed(&by, &seed, sizeof seed) >> 32;
}

struct hash_key fleet_text_key(const struct fleet_options *o)
{
	return hash_key_of(made_for(o, FOR_TEXT));
}
