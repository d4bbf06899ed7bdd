// SPDX-License-Identifier: MIT
#include "model/geo.h"

#include "base/hash.h"
#include "base/text.h"

/* Hosts hold an id plus one, so that a host of zeros has none. */

static struct share *share_at(const struct shares *s, uint32_t held)
{
	return pool_at(&s->pool, held - 1);
}

static uint64_t hash_of(uint64_t key)
{
	return hash_two(key, 0);
}

static uint32_t find(const struct shares *s, uint64_t key)
{
	index_for_each_match (&s->index, hash_of(key), id)
		if (((struct share *)pool_at(&s->pool, id))->key == key)
			return id + 1;
	return 0;
}

static uint32_t make(struct shares *s, uint64_t key)
{
	uint32_t id = pool_get(&s->pool);

	if (id == POOL_NONE)
		return 0;
	if (index_add(&s->index, hash_of(key), id) < 0) {
		pool_put(&s->pool, id);
		return 0;
	}
	share_at(s, id + 1)->key = key;
	return id + 1;
}

/* One more host has it. 0: there is no room. */
static uint32_t take(struct shares *s, uint64_t key, struct str text)
{
	uint32_t held = find(s, key);

	if (!held)
		held = make(s, key);
	if (!held)
		return 0;
	struct share *share = share_at(s, held);
	share->hosts++;
	/* A newer database may call it otherwise; one that says nothing takes nothing away. */
	if (text.n)
		text_copy(share->text, sizeof share->text, text);
	return held;
}

static void leave(struct shares *s, uint32_t held)
{
	if (!held || --share_at(s, held)->hosts)
		return;
	index_remove(&s->index, hash_of(share_at(s, held)->key), held - 1);
	pool_put(&s->pool, held - 1);
}

int geo_init(struct geo *p, uint32_t most)
{
	*p = (struct geo){0};
	int err = pool_init(&p->cities.pool, sizeof(struct share), most);
	return err ? err : pool_init(&p->systems.pool, sizeof(struct share), most);
}

void geo_done(struct geo *p)
{
	pool_done(&p->cities.pool);
	index_done(&p->cities.index);
	pool_done(&p->systems.pool);
	index_done(&p->systems.index);
}

int country_number(struct str code)
{
	if (code.n != 2 || code.p[0] < 'A' || code.p[0] > 'Z' || code.p[1] < 'A' || code.p[1] > 'Z')
		return -1;
	return (code.p[0] - 'A') * 26 + code.p[1] - 'A';
}

static uint64_t text_key(struct str text)
{
	return hash_bytes(text.p, text.n) | UINT64_C(1) << 63;
}

void geo_leave(struct geo *p, const struct host *h)
{
	int country = country_number(geo_country(h));

	if (country >= 0)
		p->countries[country]--;
	leave(&p->cities, h->city);
	leave(&p->systems, h->system);
}

void geo_put(struct geo *p, struct host *h, const struct event_place *said)
{
	int country = country_number(said->country);
	/* What a full table would not hold apart is one text here, too. */
	struct str city = text_clip(said->city, PLACE_TEXT_MAX - 1);
	struct str org = text_clip(said->org, PLACE_TEXT_MAX - 1);
	struct host before = *h;

	memset(h->country, 0, sizeof h->country);
	if (country >= 0) {
		memcpy(h->country, said->country.p, sizeof h->country);
		p->countries[country]++;
		p->country_told = true;
	}
	h->city = h->system = 0;
	if (city.n) {
		h->city = take(&p->cities, text_key(city), city);
		p->dropped += !h->city;
	}
	if (said->asn || org.n) {
		h->system = take(&p->systems, said->asn ? said->asn : text_key(org), org);
		p->dropped += !h->system;
		p->system_told = true;
	}
	geo_leave(p, &before); /* last, so that what stays the same stays where it is */
}

struct str geo_country(const struct host *h)
{
	return h->country[0] ? (struct str){h->country, sizeof h->country} : STR_ABSENT;
}

static struct str share_text(const struct shares *s, uint32_t held)
{
	return held && share_at(s, held)->text[0] ? str_of(share_at(s, held)->text) : STR_ABSENT;
}

struct str geo_city(const struct geo *p, const struct host *h)
{
	return share_text(&p->cities, h->city);
}

struct str geo_org(const struct geo *p, const struct host *h)
{
	return share_text(&p->systems, h->system);
}

uint32_t geo_asn(const struct geo *p, const struct host *h)
{
	uint64_t key = h->system ? share_at(&p->systems, h->system)->key : 0;

	return key <= UINT32_MAX ? (uint32_t)key : 0;
}
