// SPDX-License-Identifier: MIT
#include "enrich/geoip.h"

#include "base/text.h"
#include "enrich/geoip_files.h"
#include "enrich/mmdb.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LOOK_EVERY (3 * USEC_PER_SEC)
#define DAY_SECS   86400

/* How many are asked in turn: what the best does not know of an address, the next may. */
#define CHOICES 2

/* The databases in use for each fact and family, the best first; held. */
struct chosen {
	struct mmdb *at[MMDB_FACTS][MMDB_FAMILIES][CHOICES];
};

/* What is wrong with a file: of a named one it is said by its name, else of the last that was. */
enum wrong {
	WRONG_CITY_DB,
	WRONG_ASN_DB,
	WRONG_OTHER,
	WRONGS
};

struct geoip {
	struct geoip_options options;
	struct geoip_files files; /* those that are in use, or were refused */
	struct chosen chosen;
	char wrong[WRONGS][GEOIP_TEXT_MAX];
	bool is_missing[WRONGS]; /* it is not there, rather than damaged */
	unsigned generation;
	unsigned told_generation;
	uint64_t told_damage;
	bool told_other; /* that another file was refused */

	/* While new ones are loaded. */
	bool is_loading;
	struct geoip_files fresh_files;
	struct chosen fresh;
	char fresh_wrong[WRONGS][GEOIP_TEXT_MAX];
	bool fresh_missing[WRONGS];
	size_t next; /* of fresh_files */
	struct mmdb *loading;
	usec_t next_look;
};

struct geoip *geoip_new(const struct geoip_options *options)
{
	struct geoip *g = calloc(1, sizeof *g);

	if (g)
		g->options = *options;
	return g;
}

static void put_back(struct chosen *c)
{
	for (int i = 0; i < MMDB_FACTS; i++)
		for (int k = 0; k < MMDB_FAMILIES; k++)
			for (int n = 0; n < CHOICES; n++)
				mmdb_unref(c->at[i][k][n]);
	*c = (struct chosen){0};
}

void geoip_free(struct geoip *g)
{
	if (!g)
		return;
	put_back(&g->chosen);
	put_back(&g->fresh);
	mmdb_unref(g->loading);
	geoip_files_done(&g->files);
	geoip_files_done(&g->fresh_files);
	free(g);
}

/* Choosing. */

static bool is_named_for(const struct geoip *g, const struct mmdb *db, enum mmdb_fact fact)
{
	const char *name = fact == MMDB_ASN ? g->options.asn_db : g->options.city_db;

	return name && strcmp(name, mmdb_path(db)) == 0;
}

/* Countries come with cities: a database of countries alone is second to that. */
static bool is_fit(const struct mmdb *db, enum mmdb_fact fact, enum mmdb_family family)
{
	if (fact == MMDB_COUNTRY && mmdb_tells(db, MMDB_CITY, family))
		return false;
	return mmdb_tells(db, fact, family);
}

static bool is_better(
	const struct geoip *g, enum mmdb_fact fact, const struct mmdb *a, const struct mmdb *b)
{
	bool named = is_named_for(g, a, fact);

	if (!b || named != is_named_for(g, b, fact))
		return !b || named;
	return mmdb_built(a) > mmdb_built(b);
}

/* Puts it in its place among the choices; what falls out at the end is let go. */
static bool choose(
	struct geoip *g, enum mmdb_fact fact, struct mmdb *choices[static CHOICES], struct mmdb *db)
{
	int at = 0;

	while (at < CHOICES && choices[at] && !is_better(g, fact, db, choices[at]))
		at++;
	if (at == CHOICES)
		return false;
	mmdb_unref(choices[CHOICES - 1]);
	for (int i = CHOICES - 1; i > at; i--)
		choices[i] = choices[i - 1];
	choices[at] = mmdb_ref(db);
	return true;
}

/* True when it is in use for something. */
static bool consider(struct geoip *g, struct mmdb *db)
{
	bool used = false;

	for (enum mmdb_fact fact = 0; fact < MMDB_FACTS; fact++)
		for (enum mmdb_family family = 0; family < MMDB_FAMILIES; family++)
			if (is_fit(db, fact, family))
				used |= choose(g, fact, g->fresh.at[fact][family], db);
	return used;
}

/* Loading. */

static const char *alerts_for(int err)
{
	return err == -EBADMSG  ? "damaged, or no MaxMind DB file"
	       : err == -EFBIG  ? "larger than 1 GiB"
	       : err == -EINVAL ? "not a file"
				: strerror(-err);
}

static void complain(struct geoip *g, const struct geoip_file *file, int err, const char *words)
{
	enum wrong wrong = file->named_for == GEOIP_NAMED_CITY  ? WRONG_CITY_DB
			   : file->named_for == GEOIP_NAMED_ASN ? WRONG_ASN_DB
								: WRONG_OTHER;
	char text[GEOIP_TEXT_MAX * 2];

	snprintf(text, sizeof text, "%.400s: %s", file->path, words);
	size_t n = text_sanitise(g->fresh_wrong[wrong], GEOIP_TEXT_MAX - 1, str_of(text));
	g->fresh_wrong[wrong][n] = '\0';
	g->fresh_missing[wrong] = err == -ENOENT;
}

/* The one in use that was read under this name; `same`: from this very file. */
static struct mmdb *find_loaded(const struct geoip *g, const struct geoip_file *file, bool same)
{
	struct mmdb *const *all = &g->chosen.at[0][0][0];

	for (size_t i = 0; i < sizeof g->chosen / sizeof *all; i++)
		if (all[i] && strcmp(mmdb_path(all[i]), file->path) == 0 &&
			(!same || mmdb_is_same(mmdb_identity(all[i]), &file->identity)))
			return all[i];
	return NULL;
}

static void format_built(const struct mmdb *db, char buf[static 32])
{
	time_t built = (time_t)mmdb_built(db);
	struct tm tm;

	if (!gmtime_r(&built, &tm) || !strftime(buf, 32, "%Y-%m-%d", &tm))
		strcpy(buf, "?");
}

static bool tells_anything(const struct mmdb *db)
{
	for (enum mmdb_fact fact = 0; fact < MMDB_FACTS; fact++)
		for (enum mmdb_family family = 0; family < MMDB_FAMILIES; family++)
			if (mmdb_tells(db, fact, family))
				return true;
	return false;
}

static void take(struct geoip *g, const struct geoip_file *file, struct mmdb *db)
{
	char words[MMDB_KEYS_MAX + 96];

	if (consider(g, db))
		return;
	if (!tells_anything(db) && mmdb_keys(db)[0]) {
		snprintf(words, sizeof words,
			"none of the keys of its records is known: %s (type %s)", mmdb_keys(db),
			mmdb_type(db));
		complain(g, file, 0, words);
	} else if (!tells_anything(db)) {
		complain(g, file, 0, "it has no records");
	} else if (file->named_for != GEOIP_NAMED_NOT) {
		complain(g, file, 0, "tells nothing that a better one does not");
	}
}

/* A file that is there and cannot be used: what was read of it while it was whole stays. */
static void refuse(struct geoip *g, const struct geoip_file *file, int err)
{
	struct mmdb *old = err == -ENOENT ? NULL : find_loaded(g, file, false);
	char words[160], date[32];

	snprintf(words, sizeof words, "%s", alerts_for(err));
	if (old && consider(g, old)) {
		format_built(old, date);
		snprintf(words, sizeof words, "the new one is %s; that built %s stays in use",
			alerts_for(err), date);
	}
	complain(g, file, err, words);
}

static void finish(struct geoip *g)
{
	put_back(&g->chosen);
	geoip_files_done(&g->files);
	g->chosen = g->fresh;
	g->files = g->fresh_files;
	memcpy(g->wrong, g->fresh_wrong, sizeof g->wrong);
	memcpy(g->is_missing, g->fresh_missing, sizeof g->is_missing);
	g->fresh = (struct chosen){0};
	g->fresh_files = (struct geoip_files){0};
	g->is_loading = false;
	g->generation++;
}

static void begin_next(struct geoip *g)
{
	const struct geoip_file *file = &g->fresh_files.at[g->next];
	struct mmdb *same = find_loaded(g, file, true);
	int err = file->err;

	if (!err && !same)
		g->loading = mmdb_begin(file->path, &err);
	if (same)
		take(g, file, same);
	if (err)
		refuse(g, file, err);
	if (!g->loading)
		g->next++;
}

static void go_on(struct geoip *g, size_t bytes)
{
	const struct geoip_file *file = &g->fresh_files.at[g->next];
	int got = mmdb_load(g->loading, bytes);

	if (got == 1)
		return;
	if (got == 0)
		take(g, file, g->loading);
	else
		refuse(g, file, got);
	mmdb_unref(g->loading);
	g->loading = NULL;
	g->next++;
}

static void look(struct geoip *g, usec_t now)
{
	struct geoip_files found;

	g->next_look = now + LOOK_EVERY;
	geoip_files_find(&found, g->options.city_db, g->options.asn_db, g->options.dirs);
	if (g->generation &&
		(geoip_files_are_same(&found, &g->files) || geoip_files_are_moving(&found))) {
		geoip_files_done(&found);
		return;
	}
	g->fresh_files = found;
	memset(g->fresh_wrong, 0, sizeof g->fresh_wrong);
	memset(g->fresh_missing, 0, sizeof g->fresh_missing);
	g->next = 0;
	g->is_loading = true;
}

int geoip_poll(struct geoip *g, usec_t now, size_t bytes)
{
	if (!g->is_loading && now >= g->next_look)
		look(g, now);
	if (!g->is_loading)
		return 0;
	if (!g->loading && g->next < g->fresh_files.n)
		begin_next(g);
	if (g->loading)
		go_on(g, bytes);
	if (!g->loading && g->next == g->fresh_files.n)
		finish(g);
	return g->is_loading;
}

unsigned geoip_generation(const struct geoip *g)
{
	return g->generation;
}

/* Look-ups. */

static struct str code(const char two[static 2])
{
	return two[0] ? (struct str){two, 2} : STR_ABSENT;
}

/* A city is in a country: not in that of another database, if the two differ. */
static bool fits_country(const struct geoip_place *place, const struct mmdb_place *found)
{
	return !place->country.n || str_eq(place->country, code(found->country));
}

/* Takes what is not known yet. *registered is kept for last: any place is better. */
static void add_place(
	struct geoip_place *ret, const struct mmdb_place *found, struct str *registered)
{
	if (found->city_n && !ret->city.n && fits_country(ret, found))
		ret->city = (struct str){found->city, found->city_n};
	if (!ret->country.n)
		ret->country = code(found->country);
	if (!registered->n)
		*registered = code(found->registered);
	if (found->asn && !ret->asn) {
		ret->asn = found->asn;
		ret->org = STR_ABSENT; /* whoever names the AS names its holder */
	}
	if (found->org_n && !ret->org.n)
		ret->org = (struct str){found->org, found->org_n};
}

static bool has_fact(const struct geoip_place *p, enum mmdb_fact fact)
{
	return fact == MMDB_CITY ? p->city.n : fact == MMDB_COUNTRY ? p->country.n : p->asn != 0;
}

bool geoip_find(struct geoip *g, const struct addr *ip, struct geoip_place *ret)
{
	struct geoip_place place = {0};
	struct str registered = STR_ABSENT;
	const struct mmdb_place *found;
	struct addr within;

	addr_within(ip, &within);
	enum mmdb_family family = addr_is_v4(&within) ? MMDB_V4 : MMDB_V6;
	for (enum mmdb_fact fact = 0; fact < MMDB_FACTS; fact++) {
		struct mmdb *const *choices = g->chosen.at[fact][family];
		for (int i = 0; i < CHOICES && choices[i] && !has_fact(&place, fact); i++)
			if (mmdb_find(choices[i], &within, &found))
				add_place(&place, found, &registered);
	}
	if (!place.country.n)
		place.country = registered;
	if (!place.country.n && !place.city.n && !place.asn && !place.org.n)
		return false;
	*ret = place;
	return true;
}

/* Telling. */

static uint64_t damaged(const struct chosen *c, enum mmdb_fact fact)
{
	uint64_t n = 0;

	for (int i = 0; i < MMDB_FAMILIES; i++)
		for (int k = 0; k < CHOICES; k++) {
			struct mmdb *db = c->at[fact][i][k];
			if (db && (i == 0 || (db != c->at[fact][0][0] && db != c->at[fact][0][1])))
				n += mmdb_damaged(db);
		}
	return n;
}

/* "GeoLite2-City, built 2026-11-03 (22 days old), /usr/share/GeoIP/GeoLite2-City.mmdb" */
static size_t describe(const struct mmdb *db, usec_t now, char *buf, size_t cap)
{
	int64_t days = (now / USEC_PER_SEC - mmdb_built(db)) / DAY_SECS;
	char date[32], path[GEOIP_TEXT_MAX];

	format_built(db, date);
	path[text_sanitise(path, sizeof path - 1, str_of(mmdb_path(db)))] = '\0';
	int n = snprintf(buf, cap, "%s, built %s (%" PRId64 " day%s old), %s", mmdb_type(db), date,
		days > 0 ? days : 0, days == 1 ? "" : "s", path);
	return n < (int)cap ? (size_t)n : cap - 1;
}

static void tell_fact(const struct geoip *g, enum mmdb_fact fact, usec_t now,
	struct event_sink *sink, const char *missing)
{
	static const char *const names[] = {"city", "country", "asn"};
	enum wrong wrong = fact == MMDB_ASN ? WRONG_ASN_DB : WRONG_CITY_DB;
	const struct mmdb *v4 = g->chosen.at[fact][MMDB_V4][0];
	const struct mmdb *v6 = g->chosen.at[fact][MMDB_V6][0];
	struct event e = event_make(EVENT_ENRICHER, now);
	char note[GEOIP_TEXT_MAX * 3];
	size_t n = 0;

	note[0] = '\0';
	if (v4 || v6)
		n = describe(v4 ? v4 : v6, now, note, sizeof note);
	if (v4 && v6 && v4 != v6) {
		n += (size_t)snprintf(note + n, sizeof note - n, "; for IPv6 ");
		n += describe(v6, now, note + n, sizeof note - n);
	} else if ((v4 || v6) && v4 != v6) {
		n += (size_t)snprintf(note + n, sizeof note - n, ", IPv%d alone", v4 ? 4 : 6);
	}
	if (g->wrong[wrong][0] && fact != MMDB_COUNTRY)
		snprintf(note + n, sizeof note - n, "%s%s", n ? "; not used: " : "",
			g->wrong[wrong]);
	e.enricher.what = str_of(names[fact]);
	e.enricher.state = v4 || v6 ? STR_LIT("ready") : STR_LIT("missing");
	if (!v4 && !v6 && g->wrong[wrong][0] && !g->is_missing[wrong])
		e.enricher.state = STR_LIT("corrupt");
	e.enricher.note = note[0] ? str_of(note) : str_of(missing);
	e.enricher.failed = damaged(&g->chosen, fact);
	event_put(sink, &e);
}

static bool tells(const struct geoip *g, enum mmdb_fact fact)
{
	return g->chosen.at[fact][MMDB_V4][0] || g->chosen.at[fact][MMDB_V6][0];
}

/* A file that nobody named and that is no database: said, and taken back when it has gone. */
static void tell_other(struct geoip *g, usec_t now, struct event_sink *sink)
{
	struct event e = event_make(EVENT_ENRICHER, now);
	bool wrong = g->wrong[WRONG_OTHER][0] != '\0';

	e.enricher.what = STR_LIT("geoip");
	e.enricher.state = wrong ? STR_LIT("corrupt") : STR_LIT("ready");
	if (wrong)
		e.enricher.note = str_of(g->wrong[WRONG_OTHER]);
	if (wrong || g->told_other)
		event_put(sink, &e);
	g->told_other = wrong;
}

static uint64_t damage_of_all(const struct geoip *g)
{
	uint64_t n = 0;

	for (enum mmdb_fact fact = 0; fact < MMDB_FACTS; fact++)
		n += damaged(&g->chosen, fact);
	return n;
}

bool geoip_has_news(const struct geoip *g)
{
	return g->told_generation != g->generation || g->told_damage != damage_of_all(g);
}

void geoip_tell(struct geoip *g, usec_t now, struct event_sink *sink)
{
	bool countries = tells(g, MMDB_COUNTRY);

	tell_fact(g, MMDB_CITY, now, sink,
		countries ? "no city database (nethergaze geoip-update fetches one)"
			  : "no database of cities or countries (nethergaze geoip-update fetches "
			    "one)");
	if (countries)
		tell_fact(g, MMDB_COUNTRY, now, sink, "");
	tell_fact(g, MMDB_ASN, now, sink, "no ASN database (nethergaze geoip-update fetches one)");
	tell_other(g, now, sink);
	g->told_generation = g->generation;
	g->told_damage = damage_of_all(g);
}

const char *geoip_trouble(const struct geoip *g)
{
	return g->wrong[WRONG_CITY_DB][0] ? g->wrong[WRONG_CITY_DB] : g->wrong[WRONG_ASN_DB];
}
