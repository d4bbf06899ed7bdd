// SPDX-License-Identifier: MIT
/* The history's database: what runs add up to, what goes first, and what is refused. */
#include "remove_tree.h"
#include "unit.h"

#include "record/history_db.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#define T0   (INT64_C(1795335400) * USEC_PER_SEC)
#define HOUR (3600 * USEC_PER_SEC)
#define DAY  (24 * HOUR)

static char dir[64], path[96];

static struct history_db_options options_of(uint64_t rows)
{
	return (struct history_db_options){
		.path = path, .is_usual = true, .max_rows = rows, .max_age = 90 * DAY};
}

static struct history_db *open_db(usec_t now)
{
	struct history_db_options options = options_of(1000);
	struct history_db *db = NULL;
	struct reason why;

	int err = history_db_open(&options, now, &db, &why);
	if (err)
		fail_msg("%s: %s", strerror(-err), why.text);
	return db;
}

static int refusal(struct reason *why)
{
	struct history_db_options options = options_of(1000);
	struct history_db *db = NULL;

	int err = history_db_open(&options, T0, &db, why);
	history_db_close(db);
	return err;
}

static struct prefix of(const char *text)
{
	struct prefix p = {.bits = 0};

	assert_int_equal(prefix_parse(str_of(text), &p), 0);
	return p;
}

static struct history_update seen(const char *who, usec_t first, usec_t last, uint64_t requests)
{
	return (struct history_update){.of = of(who),
		.what = HISTORY_SEEN,
		.first = first,
		.last = last,
		.requests = requests,
		.bytes = 100 * requests,
		.handshakes = 1};
}

static void add(struct history_db *db, struct history_update u)
{
	assert_int_equal(history_db_add(db, &u, 1), 0);
}

static void add_flag(struct history_db *db, const char *who, const char *flag, usec_t since)
{
	struct history_update u = {
		.of = of(who), .what = HISTORY_FLAGGED, .first = since, .last = since};

	strcpy(u.flag, flag);
	add(db, u);
}

static struct history_record found(struct history_db *db, const char *who)
{
	struct history_record r = {.runs = 12345};
	struct prefix p = of(who);

	assert_int_equal(history_db_find(db, &p, &r), 1);
	return r;
}

static bool is_known(struct history_db *db, const char *who)
{
	struct history_record r;
	struct prefix p = of(who);
	int got = history_db_find(db, &p, &r);

	assert_in_range(got, 0, 1);
	return got == 1;
}

/* What others do to the file. */
static void outside(const char *sql)
{
	sqlite3 *other;
	char *error = NULL;

	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	if (sqlite3_exec(other, sql, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s: %s", sql, error);
	sqlite3_close(other);
}

static int64_t number(const char *sql)
{
	sqlite3 *other;
	sqlite3_stmt *s;

	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(other, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(other);
	return n;
}

static void runs_add_up(void **state)
{
	(void)state;
	struct history_db *db = open_db(T0);
	assert_false(is_known(db, "203.0.113.5"));
	add(db, seen("203.0.113.5", T0, T0 + HOUR, 3));
	add(db, seen("203.0.113.5", T0 + HOUR, T0 + 2 * HOUR, 4));
	struct history_record r = found(db, "203.0.113.5");
	assert_int_equal(r.runs, 0); /* before this one */
	assert_int_equal(r.requests, 7);
	assert_int_equal(r.bytes, 700);
	assert_int_equal(r.handshakes, 2);
	assert_int_equal(r.first, T0);
	assert_int_equal(r.last, T0 + 2 * HOUR);
	history_db_close(db);

	db = open_db(T0 + DAY);
	assert_int_equal(found(db, "203.0.113.5").runs, 1);
	add(db, seen("203.0.113.5", T0 + DAY, T0 + DAY, 1));
	add(db, seen("203.0.113.6", T0 + DAY, T0 + DAY, 1));
	r = found(db, "203.0.113.5");
	assert_int_equal(r.runs, 1);
	assert_int_equal(r.requests, 8);
	assert_int_equal(r.first, T0);
	assert_int_equal(r.last, T0 + DAY);
	assert_int_equal(found(db, "203.0.113.0/24").requests, 9);
	assert_int_equal(found(db, "203.0.113.0/24").runs, 1);
	assert_int_equal(found(db, "203.0.113.6").runs, 0);
	assert_int_equal(history_db_rows(db), 3);
	history_db_close(db);
}

/* A log is read late, and a clock is set back. */
static void an_older_fact_moves_the_beginning(void **state)
{
	struct history_db *db = open_db(T0);

	(void)state;
	add(db, seen("2001:db8::5", T0, T0, 1));
	add(db, seen("2001:db8::5", T0 - DAY, T0 - DAY, 1));
	assert_int_equal(found(db, "2001:db8::5").first, T0 - DAY);
	assert_int_equal(found(db, "2001:db8::5").last, T0);
	assert_int_equal(found(db, "2001:db8::/48").requests, 2);
	assert_false(is_known(db, "2001:db8::/64"));
	history_db_close(db);
}

static void flags_count_once_each_time(void **state)
{
	struct history_db *db = open_db(T0);

	(void)state;
	add_flag(db, "203.0.113.5", "scanner", T0);
	add_flag(db, "203.0.113.5", "scanner", T0); /* it lasts */
	add_flag(db, "203.0.113.5", "scanner", T0 + HOUR);
	add_flag(db, "203.0.113.5", "flood", T0 + HOUR);
	add_flag(db, "203.0.113.0/24", "syn-flood", T0);
	struct history_update block = {
		.of = of("203.0.113.5"), .what = HISTORY_BLOCKED, .first = T0, .last = T0 + HOUR};
	add(db, block);
	add(db, block);
	struct history_record r = found(db, "203.0.113.5");
	assert_int_equal(r.flagged, 3);
	assert_string_equal(r.flags, "scanner×2 flood×1");
	assert_int_equal(r.blocked, 1);
	assert_int_equal(r.requests, 0);
	assert_string_equal(found(db, "203.0.113.0/24").flags, "syn-flood×1");
	history_db_close(db);
}

/* All or nothing. */
static void a_batch_is_one_transaction(void **state)
{
	struct history_update batch[] = {
		seen("203.0.113.5", T0, T0, 1), seen("198.51.100.7", T0, T0, 1)};
	struct history_db *db = open_db(T0);
	sqlite3 *other;

	(void)state;
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	assert_int_equal(history_db_add(db, batch, 2), -EAGAIN);
	assert_int_equal(history_db_rows(db), 0);
	assert_false(is_known(db, "203.0.113.5"));
	sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(other);
	assert_int_equal(history_db_add(db, batch, 2), 0);
	assert_int_equal(history_db_rows(db), 4);
	history_db_close(db);
}

/* Two consoles on one machine: a visitor of both is one more run of the later one's. */
static void two_at_once(void **state)
{
	struct history_db *a = open_db(T0), *b = open_db(T0);

	(void)state;
	for (int i = 0; i < 3; i++) {
		add(a, seen("203.0.113.5", T0, T0, 1));
		add(b, seen("203.0.113.5", T0, T0, 1));
	}
	assert_int_equal(found(a, "203.0.113.5").requests, 6);
	assert_int_equal(number("SELECT runs FROM seen WHERE who = x'cb00710520'"), 2);
	history_db_close(a);
	history_db_close(b);
}

static void the_oldest_go_first(void **state)
{
	struct history_db_options options = options_of(10);
	struct history_db *db = NULL;
	struct reason why;
	char who[32];

	(void)state;
	assert_int_equal(history_db_open(&options, T0, &db, &why), 0);
	for (int i = 0; i < 20; i++) {
		snprintf(who, sizeof who, "10.0.%d.1", i); /* with a network of its own */
		add(db, seen(who, T0 + i * HOUR, T0 + i * HOUR, 1));
	}
	add_flag(db, "10.0.0.1", "scanner", T0);
	assert_int_equal(history_db_rows(db), 40);
	assert_int_equal(history_db_prune(db, T0 + 20 * HOUR, 8), 8);
	assert_int_equal(history_db_prune(db, T0 + 20 * HOUR, 100), 22);
	assert_int_equal(history_db_prune(db, T0 + 20 * HOUR, 100), 0);
	assert_int_equal(history_db_rows(db), 10);
	assert_false(is_known(db, "10.0.14.1"));
	assert_true(is_known(db, "10.0.15.1"));
	assert_int_equal(number("SELECT count(*) FROM seen"), 10);
	assert_int_equal(number("SELECT count(*) FROM flagged"), 0);
	/* By age, all of them. */
	assert_int_equal(history_db_prune(db, T0 + 91 * DAY + 20 * HOUR, 100), 10);
	assert_int_equal(history_db_rows(db), 0);
	history_db_close(db);
}

static void the_file_is_its_owners(void **state)
{
	struct stat st;

	(void)state;
	int fd = creat(path, 0644);
	close(fd);
	history_db_close(open_db(T0));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void links_and_strangers_are_refused(void **state)
{
	struct reason why;
	char other[112];

	(void)state;
	snprintf(other, sizeof other, "%s.other", path);
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(refusal(&why), -ELOOP);
	assert_int_equal(access(other, F_OK), -1);
	unlink(path);

	history_db_close(open_db(T0));
	assert_int_equal(link(path, other), 0);
	assert_int_equal(refusal(&why), -EPERM);
	unlink(other);

	char wal[112];
	snprintf(wal, sizeof wal, "%s-wal", path);
	assert_int_equal(symlink(other, wal), 0);
	assert_int_equal(refusal(&why), -EPERM);
	unlink(wal);

	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(refusal(&why), -EPERM);
	assert_non_null(strstr(why.text, "others may write"));
	assert_int_equal(chmod(dir, 0700), 0);
	assert_int_equal(refusal(&why), 0);
}

static void other_databases_are_left_alone(void **state)
{
	struct reason why;

	(void)state;
	outside("CREATE TABLE mine (a); INSERT INTO mine VALUES (1)");
	assert_int_equal(chmod(path, 0664), 0);
	assert_int_equal(refusal(&why), -EPROTO);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0664);
	assert_int_equal(number("SELECT count(*) FROM mine"), 1);
	unlink(path);

	history_db_close(open_db(T0));
	outside("PRAGMA user_version = 7");
	assert_int_equal(refusal(&why), -EPROTO);
	assert_non_null(strstr(why.text, "newer"));
	outside("PRAGMA user_version = 1; CREATE TRIGGER t AFTER UPDATE ON seen BEGIN DELETE FROM "
		"meta; END");
	assert_int_equal(refusal(&why), -EPROTO);
	outside("DROP TRIGGER t; CREATE VIEW v AS SELECT 1");
	assert_int_equal(refusal(&why), -EPROTO);
	outside("DROP VIEW v; DROP TABLE flagged");
	assert_int_equal(refusal(&why), -EPROTO);
	assert_int_equal(number("SELECT count(*) FROM meta"), 1);
}

/* Whoever can write to the file can put anything in its rows. */
static void values_are_bounded(void **state)
{
	struct history_db *db = open_db(T0);

	(void)state;
	add(db, seen("203.0.113.5", T0, T0, 1));
	add_flag(db, "203.0.113.5", "scanner", T0);
	outside("UPDATE seen SET first = -1, last = 9e18, runs = 'many', requests = -5, bytes = "
		"x'00', blocked = 9223372036854775807;"
		"INSERT INTO flagged SELECT who, 'e' || char(27) || '[2J', 5, 1 FROM seen;"
		"INSERT INTO flagged SELECT who, 'a b', 4, 1 FROM seen;"
		"INSERT INTO flagged SELECT who, hex(zeroblob(40)), 3, 1 FROM seen;"
		"INSERT INTO flagged SELECT who, 'huge', 9223372036854775807, 1 FROM seen;");
	struct history_record r = found(db, "203.0.113.5");
	assert_int_equal(r.first, 0);
	assert_int_equal(r.last, 0);
	assert_int_equal(r.requests, 0);
	assert_string_equal(r.flags, "huge×4294967295 scanner×1");
	add(db, seen("203.0.113.5", T0, T0, 1));
	history_db_close(db);
}

static void write_at(long at, const void *p, size_t n)
{
	FILE *f = fopen(path, "r+");

	assert_non_null(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void a_damaged_file_makes_place(void **state)
{
	static const char noise[3000] = "noise";
	struct history_db_options options = options_of(1000);
	struct history_db *db = open_db(T0);
	struct reason why;

	(void)state;
	add(db, seen("203.0.113.5", T0, T0, 1));
	history_db_close(db);
	write_at(100, noise, sizeof noise);
	assert_int_equal(history_db_open(&options, T0, &db, &why), 0);
	assert_non_null(strstr(why.text, ".damaged-2026"));
	assert_false(is_known(db, "203.0.113.5"));
	add(db, seen("203.0.113.5", T0, T0, 1));
	history_db_close(db);

	/* One whose name somebody chose, and which is no database at all, is not ours to move. */
	write_at(0, "hello", 5);
	options.is_usual = false;
	assert_int_equal(history_db_open(&options, T0, &db, &why), -EPROTO);
	options.is_usual = true;
	assert_int_equal(history_db_open(&options, T0, &db, &why), 0);
	assert_non_null(strstr(why.text, "-2; a new one"));
	history_db_close(db);
}

/* Found out in the middle of the work. */
static void damage_is_told(void **state)
{
	static const char noise[2048] = "noise";
	struct history_db *db = open_db(T0);
	struct history_record r;
	struct prefix p = of("203.0.113.5");

	(void)state;
	add(db, seen("203.0.113.5", T0, T0, 1));
	history_db_close(db);
	write_at(2 * 4096, noise, sizeof noise); /* the root of "seen" */
	db = open_db(T0);
	assert_int_equal(history_db_find(db, &p, &r), -EBADMSG);
	assert_true(strlen(history_db_why(db)) > 0);
	history_db_close(db);
}

static void a_look_changes_nothing(void **state)
{
	struct history_look look;
	struct reason why;

	(void)state;
	assert_int_equal(history_db_look(path, &look, &why), -ENOENT);
	assert_int_equal(access(path, F_OK), -1);
	struct history_db *db = open_db(T0);
	add(db, seen("203.0.113.5", T0, T0, 1));
	assert_int_equal(history_db_look(path, &look, &why), 0); /* while it is written */
	assert_int_equal(look.rows, 2);
	history_db_close(db);
	assert_int_equal(history_db_look(path, &look, &why), 0);
	assert_int_equal(look.runs, 1);
	assert_true(look.bytes > 4096);
}

#define PAGE 4096L

static uint32_t be(const unsigned char *p, int n)
{
	uint32_t v = 0;

	for (int i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static void put_be32(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> (24 - 8 * i));
}

/* All children of an inner page of an index (sqlite.org/fileformat2.html, 1.6). */
static void lead_to(unsigned char *page, uint32_t child)
{
	put_be32(page + 8, child);
	for (uint32_t i = 0; i < be(page + 3, 2); i++)
		put_be32(page + be(page + 12 + 2 * i, 2), child);
}

/* A few pages, each of which is all children of the one above: more rows than can be counted. */
static void a_bottomless_file_keeps_nobody(void **state)
{
	enum {
		LEVELS = 8
	};
	unsigned char root[PAGE], first[PAGE];
	struct history_look look;
	struct reason why;

	(void)state;
	history_db_close(open_db(T0));
	outside("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) "
		"INSERT "
		"INTO seen SELECT CAST(printf('%04d ', i) AS BLOB), 1, 1, 1, 1, 1, 1, 1, i, 0, 0 "
		"FROM n; PRAGMA wal_checkpoint(TRUNCATE)");
	long at = (long)(number("SELECT rootpage FROM sqlite_schema WHERE name = 'seen_by_hour'") -
			  1) *
		  PAGE;
	uint32_t pages = (uint32_t)number("PRAGMA page_count");
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fread(first, 1, PAGE, f), PAGE);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_int_equal(fread(root, 1, PAGE, f), PAGE);
	fclose(f);
	assert_int_equal(root[0], 2);
	uint32_t leaf = be(root + be(root + 12, 2), 4);
	for (uint32_t i = 0; i < LEVELS; i++) {
		lead_to(root, i + 1 < LEVELS ? pages + i + 2 : leaf);
		write_at((long)(pages + i) * PAGE, root, PAGE);
	}
	lead_to(root, pages + 1);
	write_at(at, root, PAGE);
	put_be32(first + 28, pages + LEVELS);
	write_at(0, first, PAGE);

	assert_int_equal(history_db_look(path, &look, &why), 0);
	assert_true(look.has_more);
	struct history_db *db = open_db(T0);
	assert_in_range(history_db_rows(db), 1000, 1000000);
	history_db_close(db);
}

/* What is kept became less since: more than are counted at once go all the same. */
static void a_lower_limit_is_reached(void **state)
{
	struct history_db *db;
	int gone;

	(void)state;
	history_db_close(open_db(T0));
	outside("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 70000) "
		"INSERT "
		"INTO seen SELECT CAST(printf('%06d ', i) AS BLOB), 1, 1, 1, 1, 1, 1, 1, "
		"9000000, 0, 0 FROM n");
	db = open_db(T0);
	while ((gone = history_db_prune(db, T0, 5000)) > 0)
		continue;
	assert_int_equal(gone, 0);
	history_db_close(db);
	assert_int_equal(number("SELECT count(*) FROM seen"), 1000);
}

/* Flags weigh as well, and a limit on pages must not look like a full disk. */
static void a_large_file_makes_place(void **state)
{
	struct history_db *db;
	int gone = 0, all = 0;

	(void)state;
	history_db_close(open_db(T0));
	outside("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 900) INSERT "
		"INTO seen SELECT CAST(printf('%04d ', i) AS BLOB), 1, 1, 1, 1, 1, 1, 1, 9000000, "
		"0, 0 FROM n;"
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10) INSERT "
		"INTO flagged SELECT who, i || hex(zeroblob(1000)), 1, 1 FROM n, seen");
	db = open_db(T0);
	assert_true(history_db_is_over(db));
	while (history_db_is_over(db) && (gone = history_db_prune(db, T0, 50)) > 0)
		all += gone;
	assert_in_range(all, 50, 850);
	assert_false(history_db_is_over(db));
	add(db, seen("203.0.113.5", T0, T0, 1));
	assert_int_equal(history_db_prune(db, T0, 50), 0);
	history_db_close(db);
}

static int make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/ng_history.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/history.db", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	return remove_tree(dir);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(runs_add_up),
		TEST(an_older_fact_moves_the_beginning),
		TEST(flags_count_once_each_time),
		TEST(a_batch_is_one_transaction),
		TEST(two_at_once),
		TEST(the_oldest_go_first),
		TEST(the_file_is_its_owners),
		TEST(links_and_strangers_are_refused),
		TEST(other_databases_are_left_alone),
		TEST(values_are_bounded),
		TEST(a_damaged_file_makes_place),
		TEST(damage_is_told),
		TEST(a_look_changes_nothing),
		TEST(a_bottomless_file_keeps_nobody),
		TEST(a_lower_limit_is_reached),
		TEST(a_large_file_makes_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
