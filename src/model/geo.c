// SPDX-License-Identifier: MIT
#include "model/geo.h"

#include "base/hash.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>

/* Hosts hold an id plus one, so that a host of zeros has none. */

static struct common *common_at(const struct commons *s, uint32_t held)
{
	return pool_at(&s->pool, held - 1);
}

static uint64_t hash_of(uint64_t key)
{
	return hash_two(key, 0);
}

static uint32_t find(const struct commons *s, uint64_t key)
{
	index_for_each_match (&s->index, hash_of(key), id)
		if (((struct common *)pool_at(&s->pool, id))->key == key)
			return id + 1;
	return 0;
}

static struct group_tally *tally_at(const struct geo *p, uint32_t held)
{
	return pool_at(&p->tallies, common_at(&p->systems, held)->tally);
}

static uint32_t make(struct commons *s, uint64_t key)
{
	uint32_t id = pool_get(&s->pool);

	if (id == POOL_NONE)
		return 0;
	if (index_add(&s->index, hash_of(key), id) < 0) {
		pool_put(&s->pool, id);
		return 0;
	}
	common_at(s, id + 1)->key = key;
	return id + 1;
}

/* One more host has it. 0: there is no room. */
static uint32_t take(struct commons *s, uint64_t key, struct str text)
{
	uint32_t held = find(s, key);

	if (!held)
		held = make(s, key);
	if (!held)
		return 0;
	struct common *common = common_at(s, held);
	common->hosts++;
	/* A newer database may call it otherwise; one that says nothing takes nothing away. */
	if (text.n)
		text_copy(common->text, sizeof common->text, text);
	return held;
}

/* True when it was the last. */
static bool leave(struct commons *s, uint32_t held)
{
	if (!held || --common_at(s, held)->hosts)
		return false;
	index_remove(&s->index, hash_of(common_at(s, held)->key), held - 1);
	pool_put(&s->pool, held - 1);
	return true;
}

/* The system of this number or, when it has none, of this name, with a tally of its own. */
static uint32_t take_system(struct geo *p, uint64_t key, struct str org)
{
	uint32_t held = take(&p->systems, key, org);

	if (!held || common_at(&p->systems, held)->hosts > 1)
		return held;
	uint32_t tally = pool_get(&p->tallies);
	if (tally == POOL_NONE) {
		leave(&p->systems, held);
		return 0;
	}
	tcp_tally_init(&((struct group_tally *)pool_at(&p->tallies, tally))->tcp);
	common_at(&p->systems, held)->tally = tally;
	return held;
}

static void leave_system(struct geo *p, uint32_t held)
{
	uint32_t tally = held ? common_at(&p->systems, held)->tally : POOL_NONE;

	if (leave(&p->systems, held))
		pool_put(&p->tallies, tally);
}

int geo_init(struct geo *p, uint32_t most)
{
	*p = (struct geo){0};
	p->countries = calloc(GEO_COUNTRY_TALLIES, sizeof *p->countries);
	if (!p->countries)
		return -ENOMEM;
	tcp_tally_init(&p->unknown_system[0].tcp);
	tcp_tally_init(&p->unknown_system[1].tcp);
	for (size_t i = 0; i < GEO_COUNTRY_TALLIES; i++)
		tcp_tally_init(&p->countries[i].tcp);
	int err = pool_init(&p->cities.pool, sizeof(struct common), most);
	if (!err)
		err = pool_init(&p->systems.pool, sizeof(struct common), most);
	return err ? err : pool_init(&p->tallies, sizeof(struct group_tally), most);
}

void geo_done(struct geo *p)
{
	pool_done(&p->cities.pool);
	index_done(&p->cities.index);
	pool_done(&p->systems.pool);
	index_done(&p->systems.index);
	pool_done(&p->tallies);
	free(p->countries);
	p->countries = NULL;
}

static int copy_commons(struct commons *to, const struct commons *from)
{
	int err = pool_copy(&to->pool, &from->pool);

	return err ? err : index_copy(&to->index, &from->index);
}

static int copy_countries(struct geo *to, const struct geo *from)
{
	to->countries = malloc(GEO_COUNTRY_TALLIES * sizeof *to->countries);
	if (!to->countries)
		return -ENOMEM;
	memcpy(to->countries, from->countries, GEO_COUNTRY_TALLIES * sizeof *to->countries);
	return 0;
}

int geo_copy(struct geo *to, const struct geo *from)
{
	*to = *from;
	to->cities = to->systems = (struct commons){0};
	to->tallies = (struct pool){0};
	int err = copy_countries(to, from);
	if (!err)
		err = copy_commons(&to->cities, &from->cities);
	if (!err)
		err = copy_commons(&to->systems, &from->systems);
	if (!err)
		err = pool_copy(&to->tallies, &from->tallies);
	if (err)
		geo_done(to);
	return err;
}

#define ROW(a)                                                                                \
	a "A" a "B" a "C" a "D" a "E" a "F" a "G" a "H" a "I" a "J" a "K" a "L" a "M" a "N" a \
	  "O" a "P" a "Q" a "R" a "S" a "T" a "U" a "V" a "W" a "X" a "Y" a "Z"

static const char codes[] = ROW("A") ROW("B") ROW("C") ROW("D") ROW("E") ROW("F") ROW("G") ROW("H")
	ROW("I") ROW("J") ROW("K") ROW("L") ROW("M") ROW("N") ROW("O") ROW("P") ROW("Q") ROW("R")
		ROW("S") ROW("T") ROW("U") ROW("V") ROW("W") ROW("X") ROW("Y") ROW("Z");

_Static_assert(sizeof codes == 2 * COUNTRIES + 1, "two letters each");

int country_number(struct str code)
{
	if (code.n != 2 || code.p[0] < 'A' || code.p[0] > 'Z' || code.p[1] < 'A' || code.p[1] > 'Z')
		return -1;
	return (code.p[0] - 'A') * 26 + code.p[1] - 'A';
}

struct str country_text(int number)
{
	return number < 0 || number >= COUNTRIES ? STR_ABSENT : (struct str){codes + 2 * number, 2};
}

static uint64_t text_key(struct str text)
{
	return hash_bytes(text.p, text.n) | UINT64_C(1) << 63;
}

struct group_tally *geo_system_tally(struct geo *p, const struct host *h)
{
	return h->system ? tally_at(p, h->system) : &p->unknown_system[h->is_private];
}

struct group_tally *geo_country_tally(struct geo *p, const struct host *h)
{
	if (!h->country && h->is_private)
		return &p->countries[GEO_PRIVATE_COUNTRY];
	return &p->countries[h->country];
}

const struct group_tally *geo_tally_of(const struct geo *p, uint32_t system)
{
	return tally_at(p, system + 1);
}

uint32_t geo_system_find(const struct geo *p, uint64_t key)
{
	uint32_t held = find(&p->systems, key);

	return held ? held - 1 : POOL_NONE;
}

void geo_enter(struct geo *p, const struct host *h)
{
	geo_system_tally(p, h)->ips++;
	geo_country_tally(p, h)->ips++;
}

void geo_leave(struct geo *p, const struct host *h)
{
	geo_system_tally(p, h)->ips--;
	geo_country_tally(p, h)->ips--;
	leave(&p->cities, h->city);
	leave_system(p, h->system);
}

static void move_tally(struct group_tally *from, struct group_tally *to, const struct host *h)
{
	if (from == to)
		return;
	group_tally_part(from, &h->log, &h->tcp);
	group_tally_join(to, &h->log, &h->tcp);
}

void geo_put(struct geo *p, struct host *h, const struct event_place *said)
{
	int country = country_number(said->country);
	/* What a full table would not hold apart is one text here, too. */
	struct str city = text_clip(said->city, PLACE_TEXT_MAX - 1);
	struct str org = text_clip(said->org, PLACE_TEXT_MAX - 1);
	struct host before = *h;

	h->country = (uint32_t)(country + 1) & 0x3ff;
	p->country_told |= country >= 0;
	h->city = h->system = 0;
	if (city.n) {
		h->city = take(&p->cities, text_key(city), city);
		p->dropped += !h->city;
	}
	if (said->asn || org.n) {
		h->system = take_system(p, said->asn ? said->asn : text_key(org), org);
		p->dropped += !h->system;
		p->system_told = true;
	}
	move_tally(geo_country_tally(p, &before), geo_country_tally(p, h), h);
	move_tally(geo_system_tally(p, &before), geo_system_tally(p, h), h);
	leave(&p->cities, before.city); /* last, so that what stays the same stays where it is */
	leave_system(p, before.system);
}

void geo_unhide(struct geo *p, struct host *h)
{
	struct host before = *h;

	h->is_private = false;
	move_tally(geo_country_tally(p, &before), geo_country_tally(p, h), h);
	move_tally(geo_system_tally(p, &before), geo_system_tally(p, h), h);
}

struct str geo_country(const struct host *h)
{
	return country_text((int)h->country - 1);
}

static struct str common_text(const struct commons *s, uint32_t held)
{
	return held && common_at(s, held)->text[0] ? str_of(common_at(s, held)->text) : STR_ABSENT;
}

struct str geo_city(const struct geo *p, const struct host *h)
{
	return common_text(&p->cities, h->city);
}

struct str geo_org(const struct geo *p, const struct host *h)
{
	return common_text(&p->systems, h->system);
}

uint32_t geo_asn(const struct geo *p, const struct host *h)
{
	uint64_t key = h->system ? common_at(&p->systems, h->system)->key : 0;

	return key <= UINT32_MAX ? (uint32_t)key : 0;
}
