// SPDX-License-Identifier: MIT
/* GeoIP databases, made here by tests/lib/mmdb.pl: each schema, chosen, replaced, damaged. */
#include "unit.h"

#include "base/text.h"
#include "enrich/geoip.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define OLD 1750000000
#define NEW 1790000000

static char folder[64];
static const char *const dirs[] = {folder, NULL};
static usec_t now; /* monotonic, as geoip_poll is told */

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

/* As if it had been there for an hour: what is being written is left alone. */
static void settle(const char *name)
{
	struct timespec times[2] = {{time(NULL) - 3600, 0}, {time(NULL) - 3600, 0}};

	assert_int_equal(utimensat(AT_FDCWD, path_of(name), times, 0), 0);
}

static void make(
	const char *name, const char *schema, int version, long built, const char *networks)
{
	const char *top = getenv("NG_TOP");
	char command[512];

	snprintf(command, sizeof command, "perl '%s/tests/lib/mmdb.pl' '%s' %s %d %ld",
		top ? top : ".", path_of(name), schema, version, built);
	FILE *f = popen(command, "w"); // NOLINT(cert-env33-c)
	assert_non_null(f);
	fputs(networks, f);
	assert_int_equal(pclose(f), 0);
	settle(name);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/ng-geoip.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "rm -r '%s'", folder);
	return system(command); // NOLINT(cert-env33-c)
}

/* So much later that it looks again; what is new is loaded. */
static void look(struct geoip *g)
{
	now += 60 * USEC_PER_SEC;
	while (geoip_poll(g, now, 1000))
		;
}

static struct geoip *open_with(const char *city_db, const char *asn_db)
{
	struct geoip *g = geoip_new(&(struct geoip_options){city_db, asn_db, dirs});

	assert_non_null(g);
	look(g);
	return g;
}

static void assert_place(struct geoip *g, const char *ip, const char *country, const char *city,
	uint32_t asn, const char *org)
{
	struct geoip_place p = {0};
	struct addr a = ip_of(ip);

	assert_true(geoip_find(g, &a, &p));
	assert_str(p.country, country);
	assert_str(p.city, city);
	assert_int_equal(p.asn, asn);
	assert_str(p.org, org);
}

static void assert_nowhere(struct geoip *g, const char *ip)
{
	struct geoip_place p;
	struct addr a = ip_of(ip);

	assert_false(geoip_find(g, &a, &p));
}

/* What geoip_tell says, a line each: "city ready NOTE". */
struct told {
	struct event_sink sink;
	char text[4096];
	size_t n;
};

static void take_told(struct event_sink *sink, const struct event *e)
{
	struct told *t = (struct told *)sink;

	assert_int_equal(e->kind, EVENT_ENRICHER);
	assert_true(text_is_clean(e->enricher.note));
	t->n += (size_t)snprintf(t->text + t->n, sizeof t->text - t->n, "%.*s %.*s %.*s\n",
		STR_FMT(e->enricher.what), STR_FMT(e->enricher.state), STR_FMT(e->enricher.note));
}

static struct told tell(struct geoip *g)
{
	struct told t = {.sink = {take_told, NULL}};

	geoip_tell(g, (usec_t)(NEW + 22 * 86400) * USEC_PER_SEC, &t.sink);
	return t;
}

static void assert_told(struct geoip *g, const char *part)
{
	struct told t = tell(g);

	if (!strstr(t.text, part))
		fail_msg("\"%s\" is not in \"%s\"", part, t.text);
}

static void maxminds_schema(void **state)
{
	(void)state;
	make("c.mmdb", "city", 6, NEW, "203.0.113.0/24|BR|Recife||\n2001:db8::/32|PT|Porto||\n");
	make("a.mmdb", "asn", 6, NEW, "203.0.113.0/25|||64500|Example\n");
	struct geoip *g = open_with(NULL, NULL);
	assert_place(g, "203.0.113.9", "BR", "Recife", 64500, "Example");
	assert_place(g, "203.0.113.200", "BR", "Recife", 0, "");
	assert_place(g, "2001:db8::9", "PT", "Porto", 0, "");
	assert_nowhere(g, "198.51.100.1");
	assert_told(g, "city ready GeoLite2-City, built 2026-09-21 (22 days old), /tmp/ng-geoip.");
	assert_told(g, "asn ready GeoLite2-ASN, ");
	assert_false(strstr(tell(g).text, "country ") != NULL);
	geoip_free(g);
}

static void flat_schema(void **state)
{
	(void)state;
	make("4.mmdb", "flat-city", 4, NEW, "203.0.113.0/24|BR|||\n198.51.100.0/24|AR|Rosario||\n");
	make("6.mmdb", "flat-city", 6, OLD, "2001:db8::/32|PT|Porto||\n");
	make("a.mmdb", "flat-asn", 4, NEW, "203.0.113.0/25|||64500|Example\n");
	struct geoip *g = open_with(NULL, NULL);
	assert_place(g, "203.0.113.9", "BR", "", 64500, "Example");
	assert_place(g, "198.51.100.9", "AR", "Rosario", 0, "");
	assert_place(g, "2001:db8::9", "PT", "Porto", 0, "");
	assert_told(g, "/4.mmdb; for IPv6 city, built 2025-06-15 ");
	assert_told(g, "/a.mmdb, IPv4 alone");
	geoip_free(g);
}

static void countries_alone(void **state)
{
	(void)state;
	make("n.mmdb", "country", 6, OLD, "203.0.113.0/24|BR|||\n");
	struct geoip *g = open_with(NULL, NULL);
	assert_place(g, "203.0.113.9", "BR", "", 0, "");
	assert_told(g, "city missing no city database");
	assert_told(g, "country ready GeoLite2-Country, ");
	assert_told(g, "asn missing no ASN database");
	make("n.mmdb", "flat-country", 4, NEW, "203.0.113.0/24|AR|||\n");
	look(g);
	assert_place(g, "203.0.113.9", "AR", "", 0, "");
	geoip_free(g);
}

static void one_schema(
	const char *schema, const char *country, const char *city, uint32_t asn, const char *org)
{
	make("x.mmdb", schema, 6, NEW, "8.8.8.0/24|US|Ourtown|15169|Example LLC\n");
	struct geoip *g = open_with(NULL, NULL);
	assert_place(g, "8.8.8.8", country, city, asn, org);
	geoip_free(g);
	assert_int_equal(unlink(path_of("x.mmdb")), 0);
}

static void ipinfos_schemas(void **state)
{
	(void)state;
	one_schema("lite", "US", "", 15169, "Example LLC");
	one_schema("country_asn", "US", "", 15169, "Example LLC");
	one_schema("standard_asn", "", "", 15169, "Example LLC");
	one_schema("standard_location", "US", "Ourtown", 0, "");
}

static void enterprise_has_traits(void **state)
{
	(void)state;
	one_schema("enterprise", "US", "Ourtown", 15169, "Example LLC");
}

/* MaxMind's advice for networks that are nowhere in particular. */
static void registered_where_no_country_is_known(void **state)
{
	(void)state;
	make("r.mmdb", "registered", 6, NEW, "8.8.8.0/24|AU|||\n1.1.1.0/24|AU|||\n");
	make("s.mmdb", "lite", 6, OLD, "1.1.1.0/24|FR||64500|Example\n");
	struct geoip *g = open_with(NULL, NULL);
	assert_place(g, "8.8.8.8", "AU", "", 0, "");
	/* A country that anybody knows is better. */
	assert_place(g, "1.1.1.1", "FR", "", 64500, "Example");
	geoip_free(g);
}

/* What the best database does not know of an address, the next best may. */
static void each_field_has_its_best_source(void **state)
{
	(void)state;
	make("a.mmdb", "asn", 6, NEW, "203.0.113.0/25|||64500|New\n");
	make("b.mmdb", "lite", 6, OLD,
		"203.0.113.0/24|BR||64501|Old\n198.51.100.0/24|AR||64502|Other\n");
	make("c.mmdb", "city", 6, NEW, "198.51.100.0/25|CL|Santiago||\n203.0.113.0/24||||\n");
	make("d.mmdb", "city", 6, OLD, "203.0.113.0/24|PT|Porto||\n198.51.100.0/24|AR|Rosario||\n");
	struct geoip *g = open_with(NULL, NULL);
	assert_place(g, "203.0.113.9", "PT", "Porto", 64500, "New");
	assert_place(g, "203.0.113.200", "PT", "Porto", 64501, "Old");
	assert_place(g, "198.51.100.1", "CL", "Santiago", 64502, "Other");
	assert_place(g, "198.51.100.200", "AR", "Rosario", 64502, "Other");
	geoip_free(g);
}

static void one_that_says_nothing_is_named(void **state)
{
	char named[128];

	(void)state;
	make("u.mmdb", "unknown", 6, NEW, "8.8.8.0/24|US||1|x.example\n");
	strcpy(named, path_of("u.mmdb"));
	struct geoip *g = open_with(NULL, NULL);
	assert_nowhere(g, "8.8.8.8");
	assert_told(g, "u.mmdb: none of the keys of its records is known: ");
	assert_told(g, "speed");
	assert_told(g, "(type example speeds)");
	geoip_free(g);
	g = open_with(NULL, named);
	assert_told(g, "asn corrupt /tmp/ng-geoip.");
	assert_non_null(strstr(geoip_trouble(g), "speed"));
	geoip_free(g);
}

static void an_address_within_another(void **state)
{
	(void)state;
	make("x.mmdb", "lite", 6, NEW, "8.8.8.0/24|US||15169|Example LLC\n");
	struct geoip *g = open_with(NULL, NULL);
	assert_place(g, "64:ff9b::808:808", "US", "", 15169, "Example LLC");
	assert_place(g, "2002:808:808::1", "US", "", 15169, "Example LLC");
	assert_place(g, "2001:0:4136:e378:8000:63bf:f7f7:f7f7", "US", "", 15169, "Example LLC");
	assert_nowhere(g, "64:ff9b:1::808:808");
	assert_nowhere(g, "2003:808:808::1");
	geoip_free(g);
}

static void the_named_one_else_the_newest(void **state)
{
	char named[128];

	(void)state;
	make("a.mmdb", "city", 4, OLD, "203.0.113.0/24|AR|Rosario||\n");
	make("b.mmdb", "city", 4, NEW, "203.0.113.0/24|BR|Recife||\n");
	make("c.mmdb", "city", 4, OLD + 1, "203.0.113.0/24|PT|Porto||\n");
	struct geoip *g = open_with(NULL, NULL);
	assert_place(g, "203.0.113.9", "BR", "Recife", 0, "");
	assert_string_equal(geoip_trouble(g), "");
	geoip_free(g);
	strcpy(named, path_of("a.mmdb"));
	g = open_with(named, NULL);
	assert_place(g, "203.0.113.9", "AR", "Rosario", 0, "");
	geoip_free(g);
}

static void files_come_and_go(void **state)
{
	(void)state;
	struct geoip *g = open_with(NULL, NULL);
	unsigned generation = geoip_generation(g);
	assert_nowhere(g, "203.0.113.9");
	make("a.mmdb", "city", 4, OLD, "203.0.113.0/24|AR|Rosario||\n");
	look(g);
	assert_place(g, "203.0.113.9", "AR", "Rosario", 0, "");
	assert_true(geoip_generation(g) > generation);
	assert_true(geoip_has_news(g));
	tell(g);
	assert_false(geoip_has_news(g));
	generation = geoip_generation(g);
	look(g);
	assert_int_equal(geoip_generation(g), generation);
	make("a.mmdb", "city", 4, NEW, "203.0.113.0/24|BR|Recife||\n");
	look(g);
	assert_place(g, "203.0.113.9", "BR", "Recife", 0, "");
	assert_int_equal(unlink(path_of("a.mmdb")), 0);
	look(g);
	assert_nowhere(g, "203.0.113.9");
	geoip_free(g);
}

/* One that is cut short in place, at once or while somebody writes it anew. */
static void the_last_good_one_stays(void **state)
{
	char named[128];
	struct stat st;

	(void)state;
	make("a.mmdb", "city", 4, OLD, "203.0.113.0/24|AR|Rosario||\n");
	strcpy(named, path_of("a.mmdb"));
	struct geoip *g = open_with(NULL, NULL);
	assert_int_equal(stat(named, &st), 0);
	for (off_t size = 0; size < st.st_size; size += 1 + st.st_size / 50) {
		assert_int_equal(truncate(named, size), 0);
		assert_place(g, "203.0.113.9", "AR", "Rosario", 0, "");
		settle("a.mmdb");
		look(g);
		assert_place(g, "203.0.113.9", "AR", "Rosario", 0, "");
	}
	assert_told(g, "city ready GeoLite2-City, built 2025-06-15");
	assert_told(g, "/a.mmdb: the new one is damaged, or no MaxMind DB file; that built "
		       "2025-06-15 stays in use");
	/* Also when there is news of another file. */
	make("b.mmdb", "asn", 4, OLD, "203.0.113.0/24|||64500|Example\n");
	look(g);
	assert_place(g, "203.0.113.9", "AR", "Rosario", 64500, "Example");
	make("a.mmdb", "city", 4, NEW, "203.0.113.0/24|BR|Recife||\n");
	look(g);
	assert_place(g, "203.0.113.9", "BR", "Recife", 64500, "Example");
	assert_told(g, "geoip ready ");
	assert_int_equal(truncate(named, 100), 0);
	settle("a.mmdb");
	look(g);
	assert_int_equal(unlink(named), 0);
	look(g);
	assert_place(g, "203.0.113.9", "", "", 64500, "Example");
	geoip_free(g);
}

static void truncated(void **state)
{
	char named[128];
	struct stat st;

	(void)state;
	make("a.mmdb", "city", 4, OLD, "203.0.113.0/24|AR|Rosario||\n");
	strcpy(named, path_of("a.mmdb"));
	assert_int_equal(stat(named, &st), 0);
	for (off_t size = st.st_size - 1; size > 0; size -= 1 + st.st_size / 20) {
		assert_int_equal(truncate(named, size), 0);
		struct geoip *g = open_with(named, NULL);
		assert_nowhere(g, "203.0.113.9");
		assert_non_null(strstr(geoip_trouble(g), "/a.mmdb: damaged"));
		assert_told(g, "city corrupt /tmp/ng-geoip.");
		geoip_free(g);
	}
}

static void what_cannot_be_used(void **state)
{
	char named[128], asn[128];

	(void)state;
	strcpy(named, path_of("none.mmdb"));
	strcpy(asn, path_of("a.mmdb"));
	make("a.mmdb", "country", 4, OLD, "203.0.113.0/24|AR|||\n");
	assert_int_equal(mkdir(path_of("folder.mmdb"), 0700), 0);
	struct geoip *g = open_with(named, asn);
	assert_place(g, "203.0.113.9", "AR", "", 0, "");
	assert_non_null(strstr(geoip_trouble(g), "/none.mmdb: No such file"));
	assert_told(g, "city missing /tmp/ng-geoip.");
	assert_told(g, "geoip corrupt /tmp/ng-geoip.");
	assert_told(g, "folder.mmdb: Is a directory");
	assert_int_equal(rmdir(path_of("folder.mmdb")), 0);
	look(g);
	assert_told(g, "geoip ready ");
	geoip_free(g);
}

static void hostile_text(void **state)
{
	struct geoip_place p = {0};

	(void)state;
	make("c.mmdb", "city", 4, NEW,
		"203.0.113.0/24|b\033|\033[2J\xe2\x80\xae evil||\n198.51.100.0/24|BRA|x||\n");
	make("a.mmdb", "asn", 4, NEW,
		"203.0.113.0/24|||64500|An organisation with a name that is longer than anybody "
		"would ever want to see on a screen, and longer still\n");
	struct geoip *g = open_with(NULL, NULL);
	struct addr ip = ip_of("203.0.113.9");
	assert_true(geoip_find(g, &ip, &p));
	assert_null(p.country.p);
	assert_true(p.city.n > 0 && text_is_clean(p.city));
	assert_true(p.org.n > 40 && p.org.n < 100 && text_is_clean(p.org));
	geoip_free(g);
}

static char *slurp(const char *path, size_t *ret_n)
{
	FILE *f = fopen(path, "rb");
	char *p = malloc(1u << 16);

	assert_non_null(f);
	assert_non_null(p);
	*ret_n = fread(p, 1, 1u << 16, f);
	assert_true(*ret_n > 0 && *ret_n < 1u << 16);
	fclose(f);
	return p;
}

static void spill(const char *path, const char *p, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
}

/* Every look-up ends, says clean text or nothing, and reads nothing beyond the file (ASan). */
static void ask_all(struct geoip *g)
{
	struct geoip_place p;

	for (unsigned i = 0; i < 40; i++) {
		uint8_t b[16] = {(uint8_t)(i * 13), (uint8_t)(i * 7), 113, (uint8_t)i};
		struct addr ip = i % 2 ? addr_from_v6(b) : addr_from_v4(b);
		if (!geoip_find(g, &ip, &p))
			continue;
		assert_true(p.country.n == 0 || p.country.n == 2);
		assert_true(text_is_clean(p.city) && text_is_clean(p.org));
	}
}

static void flip_bits_of(const char *schema, const char *networks, unsigned variants)
{
	const char *one[] = {path_of("flip.mmdb"), NULL};
	char path[128];
	uint64_t seed = 1;
	size_t n;

	make("flip.mmdb", schema, 6, NEW, networks);
	strcpy(path, one[0]);
	char *whole = slurp(path, &n);
	for (unsigned i = 0; i < variants; i++) {
		size_t bits[3];
		for (size_t k = 0; k < ARRAY_LEN(bits); k++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			/* Half of them where the metadata is. */
			size_t span = i % 2 ? n : n < 400 ? n : 400;
			bits[k] = (n - span) * 8 + (size_t)(seed >> 33) % (span * 8);
			whole[bits[k] / 8] ^= (char)(1 << bits[k] % 8);
		}
		spill(path, whole, n);
		struct geoip *g = open_with(NULL, NULL);
		ask_all(g);
		tell(g);
		geoip_free(g);
		for (size_t k = 0; k < ARRAY_LEN(bits); k++)
			whole[bits[k] / 8] ^= (char)(1 << bits[k] % 8);
	}
	free(whole);
}

static void flipped_bits(void **state)
{
	(void)state;
	flip_bits_of("city", "203.0.113.0/24|BR|Recife||\n13.7.0.0/16|AR|Rosario||\n", 1500);
	flip_bits_of("flat-asn", "13.7.0.0/16|||64500|Example\n2001:db8::/32|||64501|Six\n", 1500);
}

/* MMDB_open of libmaxminddb 1.7 forgets what it has read of metadata that turns out to be damaged:
 * a few KiB, once for each such file. */
const char *__lsan_default_suppressions(void); // NOLINT(bugprone-reserved-identifier)

const char *__lsan_default_suppressions(void) // NOLINT(bugprone-reserved-identifier)
{
	return "leak:libmaxminddb";
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(maxminds_schema, set_up, tear_down),
		cmocka_unit_test_setup_teardown(flat_schema, set_up, tear_down),
		cmocka_unit_test_setup_teardown(countries_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ipinfos_schemas, set_up, tear_down),
		cmocka_unit_test_setup_teardown(enterprise_has_traits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			registered_where_no_country_is_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_field_has_its_best_source, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_that_says_nothing_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_address_within_another, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_named_one_else_the_newest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files_come_and_go, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_last_good_one_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(truncated, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_used, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hostile_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(flipped_bits, set_up, tear_down),
	};
	if (system("perl -MMaxMind::DB::Writer::Tree -e 1 2>/dev/null") != 0) { // NOLINT
		puts("skip: libmaxmind-db-writer-perl is not installed");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
