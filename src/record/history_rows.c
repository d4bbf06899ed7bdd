// SPDX-License-Identifier: MIT
#include "record/history_parts.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#define HOUR          3600
#define ADDRESS_BITS  128
#define V4_OFFSET     12 /* of an IPv4 address in struct addr */
#define V4_LEAST      96 /* bits of ::ffff:0:0/96 */
#define NETWORK_BITS4 (V4_LEAST + 24)
#define NETWORK_BITS6 48

/* A row is touched once by most updates; its hour, by which it ages, is a column of the only index
 * and left alone while it stays the same. */
static const char *const texts[HISTORY_STATEMENTS] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
#define SET_TOUCHED                                                                \
	"first = min(first, ?2), last = max(last, ?3), runs = runs + (run < ?4), " \
	"run = max(run, ?4), requests = requests + ?5, bytes = bytes + ?6, "       \
	"handshakes = handshakes + ?7 "
	[SQL_TOUCH] = "UPDATE seen SET " SET_TOUCHED "WHERE who = ?1 AND hour >= ?8",
	[SQL_TOUCH_HOUR] = "UPDATE seen SET hour = ?8, " SET_TOUCHED "WHERE who = ?1",
	[SQL_INSERT] =
		"INSERT INTO seen (who, first, last, run, runs, requests, bytes, handshakes, "
		"hour, blocked, blocked_at) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, 0, 0)",
	[SQL_FLAG] = "INSERT INTO flagged (who, flag, times, last) VALUES (?1, ?2, 1, ?3) "
		     "ON CONFLICT (who, flag) DO UPDATE SET times = times + (last < ?3), "
		     "last = max(last, ?3)",
	[SQL_BLOCK] = "UPDATE seen SET blocked = blocked + (blocked_at < ?2), "
		      "blocked_at = max(blocked_at, ?2) WHERE who = ?1",
	[SQL_FIND] = "SELECT first, last, runs - (run >= ?2), requests, bytes, handshakes, blocked "
		     "FROM seen WHERE who = ?1",
	[SQL_FIND_FLAGS] = "SELECT flag, times FROM flagged WHERE who = ?1 "
			   "ORDER BY times DESC, last DESC LIMIT 64",
	[SQL_OLDEST] = "SELECT who, hour FROM seen ORDER BY hour LIMIT 1",
	[SQL_FORGET] = "DELETE FROM seen WHERE who = ?1",
	[SQL_FORGET_FLAGS] = "DELETE FROM flagged WHERE who = ?1",
	[SQL_PAGES] = "PRAGMA page_count",
	[SQL_FREE_PAGES] = "PRAGMA freelist_count",
};

int history_prepare(struct history_db *db)
{
	for (int i = 0; i < HISTORY_STATEMENTS; i++) {
		int result = sqlite3_prepare_v3(db->sqlite, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
			&db->statements[i], NULL);
		if (result != SQLITE_OK)
			return history_failed(db, result);
	}
	return 0;
}

/* Four bytes or sixteen, and the length of the prefix behind them: short keys make a short file. */
static int key_of(const struct prefix *p, uint8_t key[static HISTORY_KEY_MAX])
{
	bool v4 = addr_is_v4(&p->addr) && p->bits >= V4_LEAST;
	int from = v4 ? V4_OFFSET : 0, n = (int)sizeof p->addr.b - from;

	memcpy(key, p->addr.b + from, (size_t)n);
	key[n] = v4 ? (uint8_t)(p->bits - V4_LEAST) : p->bits;
	return n + 1;
}

static struct prefix network_of(const struct prefix *address)
{
	return addr_is_v4(&address->addr) ? prefix_of(&address->addr, NETWORK_BITS4 - V4_LEAST)
					  : prefix_of(&address->addr, NETWORK_BITS6);
}

static int64_t seconds(usec_t t)
{
	return t > 0 ? t / USEC_PER_SEC : 0;
}

static int64_t clamp(uint64_t n)
{
	return n > (uint64_t)INT64_MAX / 2 ? INT64_MAX / 2 : (int64_t)n;
}

/* One that was begun anew for each use; parameters are borrowed until it ends. */
static sqlite3_stmt *begin(struct history_db *db, enum history_statement which)
{
	sqlite3_reset(db->statements[which]);
	return db->statements[which];
}

static void bind_key(sqlite3_stmt *s, const uint8_t *key, int n)
{
	sqlite3_bind_blob(s, 1, key, n, SQLITE_STATIC);
}

/* Of one that gives no rows. */
static int run(struct history_db *db, sqlite3_stmt *s)
{
	int result = sqlite3_step(s);

	sqlite3_reset(s);
	return result == SQLITE_DONE || result == SQLITE_ROW ? 0 : history_failed(db, result);
}

static int number_of(struct history_db *db, enum history_statement which, int64_t *ret)
{
	sqlite3_stmt *s = begin(db, which);
	int result = sqlite3_step(s);

	if (result == SQLITE_ROW)
		*ret = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return result == SQLITE_ROW ? 0 : history_failed(db, result);
}

/* SQLite's limit on pages is told as a full disk (SQLITE_FULL, with no errno): ours is looked at
 * between batches, so that the file never meets that one. */
int history_measure(struct history_db *db)
{
	int64_t pages = 0, free_pages = 0;
	int err = number_of(db, SQL_PAGES, &pages);

	if (!err)
		err = number_of(db, SQL_FREE_PAGES, &free_pages);
	if (!err)
		db->is_large = pages - free_pages > (int64_t)db->max_pages;
	return err;
}

bool history_db_is_over(const struct history_db *db)
{
	return db->is_large || db->rows > (int64_t)db->max_rows;
}

static int run_touch(struct history_db *db, enum history_statement which, const uint8_t *key, int n,
	const struct history_update *u)
{
	sqlite3_stmt *s = begin(db, which);

	bind_key(s, key, n);
	sqlite3_bind_int64(s, 2, seconds(u->first));
	sqlite3_bind_int64(s, 3, seconds(u->last));
	sqlite3_bind_int64(s, 4, db->run);
	sqlite3_bind_int64(s, 5, clamp(u->requests));
	sqlite3_bind_int64(s, 6, clamp(u->bytes));
	sqlite3_bind_int64(s, 7, clamp(u->handshakes));
	sqlite3_bind_int64(s, 8, seconds(u->last) / HOUR);
	return run(db, s);
}

static int touch(struct history_db *db, const struct prefix *of, const struct history_update *u)
{
	static const enum history_statement ways[] = {SQL_TOUCH, SQL_TOUCH_HOUR, SQL_INSERT};
	uint8_t key[HISTORY_KEY_MAX];
	int n = key_of(of, key);

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		int err = run_touch(db, ways[i], key, n, u);
		if (err)
			return err;
		if (sqlite3_changes(db->sqlite) == 0)
			continue;
		db->rows += ways[i] == SQL_INSERT;
		return 0;
	}
	return -EBADMSG;
}

static int add_flag(struct history_db *db, const struct history_update *u)
{
	sqlite3_stmt *s = begin(db, SQL_FLAG);
	uint8_t key[HISTORY_KEY_MAX];

	bind_key(s, key, key_of(&u->of, key));
	sqlite3_bind_text(s, 2, u->flag, (int)strnlen(u->flag, sizeof u->flag), SQLITE_STATIC);
	sqlite3_bind_int64(s, 3, u->last);
	return run(db, s);
}

static int add_block(struct history_db *db, const struct history_update *u)
{
	sqlite3_stmt *s = begin(db, SQL_BLOCK);
	uint8_t key[HISTORY_KEY_MAX];

	bind_key(s, key, key_of(&u->of, key));
	sqlite3_bind_int64(s, 2, u->last);
	return run(db, s);
}

static int add(struct history_db *db, const struct history_update *u)
{
	int err = touch(db, &u->of, u);

	if (err || u->what == HISTORY_FLAGGED)
		return err ? err : add_flag(db, u);
	if (u->what == HISTORY_BLOCKED)
		return add_block(db, u);
	if (u->of.bits != ADDRESS_BITS)
		return 0;
	struct prefix network = network_of(&u->of);
	return touch(db, &network, u);
}

int history_db_add(struct history_db *db, const struct history_update *updates, size_t n)
{
	int64_t rows = db->rows;

	db->looks = 0;
	int err = run(db, begin(db, SQL_BEGIN));

	if (err)
		return err;
	for (size_t i = 0; i < n && !err; i++)
		err = add(db, &updates[i]);
	if (!err)
		err = history_measure(db);
	if (!err)
		err = run(db, begin(db, SQL_COMMIT));
	if (!err)
		return 0;
	if (!sqlite3_get_autocommit(db->sqlite))
		sqlite3_step(begin(db, SQL_ROLLBACK));
	sqlite3_reset(db->statements[SQL_ROLLBACK]);
	db->rows = rows;
	return err;
}

/* What a file says may be anything. */
static uint64_t count_at(sqlite3_stmt *s, int column)
{
	int64_t n = sqlite3_column_int64(s, column);

	return n > 0 ? (uint64_t)n : 0;
}

static usec_t time_at(sqlite3_stmt *s, int column)
{
	uint64_t n = count_at(s, column);

	return n < (uint64_t)(USEC_LIMIT / USEC_PER_SEC) ? (usec_t)n * USEC_PER_SEC : 0;
}

/* "scanner×3": a name that is none of a flag is left out, and its blanks would make two words. */
static size_t put_flag(char *buf, size_t cap, sqlite3_stmt *s, uint64_t times, bool first)
{
	const unsigned char *p = sqlite3_column_text(s, 0);
	struct str name = {(const char *)p, p ? (size_t)sqlite3_column_bytes(s, 0) : 0};

	if (!name.n || name.n >= HISTORY_FLAG_MAX || !text_is_clean(name) ||
		memchr(name.p, ' ', name.n))
		return 0;
	int n = snprintf(buf, cap, "%s%.*s×%llu", first ? "" : " ", STR_FMT(name),
		(unsigned long long)times);
	if (n > 0 && (size_t)n < cap)
		return (size_t)n;
	buf[0] = '\0';
	return 0;
}

static int find_flags(
	struct history_db *db, const uint8_t *key, int key_n, struct history_record *r)
{
	sqlite3_stmt *s = begin(db, SQL_FIND_FLAGS);
	size_t n = 0;
	int result;

	r->flagged = 0;
	r->flags[0] = '\0';
	bind_key(s, key, key_n);
	for (int i = 0; (result = sqlite3_step(s)) == SQLITE_ROW; i++) {
		uint64_t times = count_at(s, 1);
		if (times > UINT32_MAX)
			times = UINT32_MAX;
		r->flagged += times;
		if (i < HISTORY_FLAGS_MAX)
			n += put_flag(r->flags + n, sizeof r->flags - n, s, times, n == 0);
	}
	sqlite3_reset(s);
	return result == SQLITE_DONE ? 0 : history_failed(db, result);
}

int history_db_find(
	struct history_db *db, const struct prefix *of, struct history_record *ret_record)
{
	struct history_record r = {.of = *of};
	sqlite3_stmt *s = begin(db, SQL_FIND);
	uint8_t key[HISTORY_KEY_MAX];
	int n = key_of(of, key);

	db->looks = 0;
	bind_key(s, key, n);
	sqlite3_bind_int64(s, 2, db->run);
	int result = sqlite3_step(s);
	if (result == SQLITE_ROW) {
		r.first = time_at(s, 0);
		r.last = time_at(s, 1);
		r.runs = count_at(s, 2);
		r.requests = count_at(s, 3);
		r.bytes = count_at(s, 4);
		r.handshakes = count_at(s, 5);
		r.blocked = count_at(s, 6);
	}
	sqlite3_reset(s);
	if (result == SQLITE_DONE)
		return 0;
	int err = result == SQLITE_ROW ? find_flags(db, key, n, &r) : history_failed(db, result);
	if (err)
		return err;
	*ret_record = r;
	return 1;
}

/* The row that was seen longest ago, if it is to go. 1, 0, or a negative errno. */
static int find_oldest(
	struct history_db *db, usec_t now, uint8_t key[static HISTORY_KEY_MAX], int *ret_n)
{
	sqlite3_stmt *s = begin(db, SQL_OLDEST);
	int result = sqlite3_step(s), found = 0;

	if (result == SQLITE_ROW) {
		const void *who = sqlite3_column_blob(s, 0);
		int n = sqlite3_column_bytes(s, 0);
		bool old = sqlite3_column_int64(s, 1) < seconds(now - db->max_age) / HOUR;
		found = old || history_db_is_over(db);
		if (found && (!who || n <= 0 || n > HISTORY_KEY_MAX))
			found = -EBADMSG;
		if (found > 0) {
			memcpy(key, who, (size_t)n);
			*ret_n = n;
		}
	} else if (result != SQLITE_DONE) {
		found = history_failed(db, result);
	}
	sqlite3_reset(s);
	return found;
}

static int forget(struct history_db *db, const uint8_t *key, int n)
{
	sqlite3_stmt *flags = begin(db, SQL_FORGET_FLAGS), *seen = begin(db, SQL_FORGET);

	bind_key(flags, key, n);
	bind_key(seen, key, n);
	int err = run(db, flags);
	if (!err)
		err = run(db, seen);
	if (!err && sqlite3_changes(db->sqlite) == 0)
		err = -EBADMSG; /* the index names a row that is not there */
	db->rows -= !err;
	return err;
}

int history_db_prune(struct history_db *db, usec_t now, uint32_t most)
{
	uint8_t key[HISTORY_KEY_MAX];
	int64_t rows = db->rows;
	int n = 0, gone = 0;

	int err = db->has_more && rows <= (int64_t)db->max_rows ? history_count(db) : 0;
	if (err)
		return err;
	rows = db->rows;
	db->looks = 0;
	/* Most of the time there is none, and no need to keep others from writing. */
	int found = find_oldest(db, now, key, &n);
	if (found == 0 && rows > (int64_t)db->max_rows)
		return history_count(db); /* another run took them out */
	if (found <= 0)
		return found;
	err = run(db, begin(db, SQL_BEGIN));
	if (err)
		return err;
	while ((uint32_t)gone < most && !err && (found = find_oldest(db, now, key, &n)) > 0) {
		err = forget(db, key, n);
		gone++;
	}
	err = err ? err : found < 0 ? found : history_measure(db);
	if (!err)
		err = run(db, begin(db, SQL_COMMIT));
	if (!err)
		return gone;
	if (!sqlite3_get_autocommit(db->sqlite))
		sqlite3_step(begin(db, SQL_ROLLBACK));
	sqlite3_reset(db->statements[SQL_ROLLBACK]);
	db->rows = rows;
	return err;
}

const char *history_db_why(const struct history_db *db)
{
	return db->why;
}

uint64_t history_db_rows(const struct history_db *db)
{
	return db->rows > 0 ? (uint64_t)db->rows : 0;
}

static uint64_t bytes_of(const char *path, const char *suffix)
{
	char name[PATH_MAX];
	struct stat st;

	if (snprintf(name, sizeof name, "%s%s", path, suffix) >= (int)sizeof name ||
		stat(name, &st) < 0)
		return 0;
	return (uint64_t)st.st_size;
}

uint64_t history_db_bytes(const struct history_db *db)
{
	return db->path[0] ? bytes_of(db->path, "") + bytes_of(db->path, "-wal") : 0;
}
