// SPDX-License-Identifier: MIT
/*
 * Opening the history: what SQLite may do with the file, and whether it is a history. A file may
 * have been made to do harm (sqlite.org/security.html): triggers, views and extensions are off, and
 * a schema that is not the one below, to the letter, is refused.
 */
#include "record/history_file.h"
#include "record/history_parts.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE_BYTES     4096
#define ROW_BYTES      256 /* more than a row takes with its part of the index */
#define LEAST_PAGES    2048
#define SPARE_PAGES    2048    /* more than one batch takes */
#define STEPS_BETWEEN  100000  /* of SQLite's machine, between two looks */
#define LOOKS_MOST     100     /* of one call: half a second */
#define COUNT_SPARE    65536   /* rows that are counted beyond those to be kept */
#define LOOK_MOST      4000000 /* rows that a look counts: a second */
#define LIMIT_BYTES    65536   /* of a text, a row, a statement */
#define SCHEMA_ENTRIES 8

static const char *const schema[] = {
	"CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), runs INTEGER NOT NULL, "
	"began INTEGER NOT NULL)",
	"CREATE TABLE seen (who BLOB PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, "
	"run INTEGER NOT NULL, runs INTEGER NOT NULL, requests INTEGER NOT NULL, "
	"bytes INTEGER NOT NULL, handshakes INTEGER NOT NULL, hour INTEGER NOT NULL, "
	"blocked INTEGER NOT NULL, blocked_at INTEGER NOT NULL) WITHOUT ROWID",
	"CREATE INDEX seen_by_hour ON seen (hour)",
	"CREATE TABLE flagged (who BLOB NOT NULL, flag TEXT NOT NULL, times INTEGER NOT NULL, "
	"last INTEGER NOT NULL, PRIMARY KEY (who, flag)) WITHOUT ROWID",
};

/* Errors. */

static int errno_of(int result, int system_errno)
{
	switch (result & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EAGAIN;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
	case SQLITE_ERROR: /* a table that is gone */
	case SQLITE_INTERRUPT:
		return -EBADMSG;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	default:
		return system_errno > 0 ? -system_errno : -EIO;
	}
}

int history_failed(struct history_db *db, int result)
{
	int err = errno_of(result, db->sqlite ? sqlite3_system_errno(db->sqlite) : 0);
	const char *what = db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(result);
	size_t n = text_sanitise(db->why, sizeof db->why - 1, str_of(what));

	db->why[n] = '\0';
	return err;
}

/* SQLite. */

/* A reason says which file it is about. */
static void name_file(const struct history_db *db, struct reason *why)
{
	struct reason bare = *why;

	if (bare.text[0] && db->path[0])
		reason_set(why, "%.200s: %.240s", db->path, bare.text);
}

static int exec(struct history_db *db, const char *sql)
{
	int result = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);

	return result == SQLITE_OK ? 0 : history_failed(db, result);
}

/* The first number that a statement gives. */
static int number_of(struct history_db *db, const char *sql, int64_t *ret)
{
	sqlite3_stmt *s = NULL;
	int result = sqlite3_prepare_v2(db->sqlite, sql, -1, &s, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_step(s);
	if (result == SQLITE_ROW)
		*ret = sqlite3_column_int64(s, 0);
	int err = result == SQLITE_ROW ? 0 : history_failed(db, result);
	sqlite3_finalize(s);
	return err;
}

/* A file can be made so that a statement never ends: each may take so many steps. */
static int is_too_long(void *ctx)
{
	struct history_db *db = ctx;

	return ++db->looks > LOOKS_MOST;
}

/* count(*) alone is one step of SQLite's machine, however many pages a file's tree leads it
 * through: behind a LIMIT it takes each row by itself. That bounds it better than the handler,
 * which is off meanwhile, as an honest file may hold more rows than it allows steps. */
static int count_rows(struct history_db *db, uint64_t most, int64_t *ret)
{
	char text[96];

	snprintf(text, sizeof text, "SELECT count(*) FROM (SELECT 1 FROM seen LIMIT %llu)",
		(unsigned long long)most);
	sqlite3_progress_handler(db->sqlite, 0, NULL, NULL);
	int err = number_of(db, text, ret);
	sqlite3_progress_handler(db->sqlite, STEPS_BETWEEN, is_too_long, db);
	return err;
}

int history_count(struct history_db *db)
{
	uint64_t most = db->max_rows + COUNT_SPARE;
	int err = count_rows(db, most, &db->rows);

	db->has_more = !err && (uint64_t)db->rows == most;
	return err;
}

static int has_entries(struct history_db *db, int64_t *ret)
{
	return number_of(db, "SELECT count(*) FROM (SELECT 1 FROM sqlite_schema LIMIT 1)", ret);
}

static void harden(struct history_db *db)
{
	static const struct {
		int what, value;
	} configs[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1}, {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
		{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}, {SQLITE_DBCONFIG_DQS_DML, 0},
		{SQLITE_DBCONFIG_DQS_DDL, 0}};
	static const struct {
		int what, value;
	} limits[] = {{SQLITE_LIMIT_LENGTH, LIMIT_BYTES}, {SQLITE_LIMIT_SQL_LENGTH, LIMIT_BYTES},
		{SQLITE_LIMIT_COLUMN, 32}, {SQLITE_LIMIT_EXPR_DEPTH, 32},
		{SQLITE_LIMIT_COMPOUND_SELECT, 2}, {SQLITE_LIMIT_ATTACHED, 0},
		{SQLITE_LIMIT_VARIABLE_NUMBER, 32}, {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
		{SQLITE_LIMIT_WORKER_THREADS, 0}};

	for (size_t i = 0; i < ARRAY_LEN(configs); i++)
		sqlite3_db_config(db->sqlite, configs[i].what, configs[i].value, NULL);
	for (size_t i = 0; i < ARRAY_LEN(limits); i++)
		sqlite3_limit(db->sqlite, limits[i].what, limits[i].value);
	sqlite3_extended_result_codes(db->sqlite, 1);
	sqlite3_busy_timeout(db->sqlite, 0);
	sqlite3_progress_handler(db->sqlite, STEPS_BETWEEN, is_too_long, db);
}

/* NORMAL: a loss of power may cost the latest additions, never the file (sqlite.org/pragma.html). A
 * file that shrinks under a mapping would be a SIGBUS: none is mapped. */
static int set_pragmas(struct history_db *db)
{
	char text[512];
	snprintf(text, sizeof text,
		"PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
		"PRAGMA secure_delete = FAST; PRAGMA temp_store = MEMORY; "
		"PRAGMA cache_size = -8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
		"PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 8388608;"
		"PRAGMA max_page_count = %llu;",
		(unsigned long long)db->max_pages + SPARE_PAGES);
	return exec(db, text);
}

static int make_schema(struct history_db *db)
{
	char text[96];
	int err = 0;

	for (size_t i = 0; i < ARRAY_LEN(schema) && !err; i++)
		err = exec(db, schema[i]);
	snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = %d",
		HISTORY_APPLICATION_ID, HISTORY_SCHEMA);
	if (!err)
		err = exec(db, text);
	return err ? err : exec(db, "INSERT INTO meta (one, runs, began) VALUES (1, 0, 0)");
}

static bool is_ours(struct str sql)
{
	for (size_t i = 0; i < ARRAY_LEN(schema); i++)
		if (str_eq(sql, str_of(schema[i])))
			return true;
	return false;
}

/* Every entry is one of ours, and all of ours are there. What SQLite makes by itself has no text.
 */
static int check_schema(struct history_db *db, struct reason *why)
{
	sqlite3_stmt *s = NULL;
	size_t known = 0, others = 0, all = 0;
	int result = sqlite3_prepare_v2(db->sqlite,
		"SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL LIMIT 9", -1, &s, NULL);

	while (result == SQLITE_OK && (result = sqlite3_step(s)) == SQLITE_ROW &&
		++all <= SCHEMA_ENTRIES) {
		const unsigned char *sql = sqlite3_column_text(s, 0);
		bool ours = sql && is_ours((struct str){
					   (const char *)sql, (size_t)sqlite3_column_bytes(s, 0)});
		known += ours;
		others += !ours;
		result = SQLITE_OK;
	}
	int err = result == SQLITE_DONE ? 0 : history_failed(db, result);
	sqlite3_finalize(s);
	if (!err && (others || known != ARRAY_LEN(schema))) {
		reason_set(why, "it is not a history as nethergaze makes it; move it away, or set "
				"history.path");
		return -EPROTO;
	}
	return err;
}

static int check_version(struct history_db *db, struct reason *why)
{
	int64_t version = 0, id = 0;
	int err = number_of(db, "PRAGMA user_version", &version);

	if (!err)
		err = number_of(db, "PRAGMA application_id", &id);
	if (err)
		return err;
	if (id == HISTORY_APPLICATION_ID && version == HISTORY_SCHEMA)
		return check_schema(db, why);
	if (id == HISTORY_APPLICATION_ID && version > HISTORY_SCHEMA)
		reason_set(why,
			"a newer nethergaze made it (schema %lld, this one knows %d); run "
			"that one, or set history.path",
			(long long)version, HISTORY_SCHEMA);
	else
		reason_set(
			why, "it is another program's database; set history.path to another file");
	return -EPROTO;
}

/* In one transaction: of two that begin at once, one makes the tables. */
static int begin_run(struct history_db *db, usec_t now, struct reason *why)
{
	char text[128];
	int64_t entries = 0;
	int err = exec(db, "BEGIN IMMEDIATE");

	if (err)
		return err;
	err = has_entries(db, &entries);
	if (!err)
		err = entries ? check_version(db, why) : make_schema(db);
	snprintf(text, sizeof text, "UPDATE meta SET runs = runs + 1, began = %lld",
		(long long)(now / USEC_PER_SEC));
	if (!err)
		err = exec(db, text);
	if (!err)
		err = number_of(db, "SELECT runs FROM meta WHERE one = 1", &db->run);
	if (!err && (db->run < 1 || db->run > INT64_MAX / 2))
		err = -EBADMSG;
	if (!err)
		err = history_count(db);
	if (!err)
		err = history_prepare(db);
	if (!err)
		err = history_measure(db);
	if (!err)
		err = exec(db, "COMMIT");
	if (err && !sqlite3_get_autocommit(db->sqlite))
		sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
	return err;
}

/* With the reason in `why`. */
static int start(struct history_db *db, usec_t now, struct reason *why)
{
	int64_t entries = 0;

	harden(db);
	/* Nothing is changed, not even its mode, in what is not ours. */
	int err = has_entries(db, &entries);
	if (!err && entries)
		err = check_version(db, why);
	if (!err)
		err = set_pragmas(db);
	if (!err)
		err = begin_run(db, now, why);
	if (err && !why->text[0])
		reason_set(why, "%s", db->why[0] ? db->why : strerror(-err));
	name_file(db, why);
	return err;
}

static struct history_db *make(const struct history_db_options *options)
{
	struct history_db *db = calloc(1, sizeof *db);

	if (!db)
		return NULL;
	db->max_rows = options->max_rows;
	db->max_age = options->max_age;
	db->max_pages = LEAST_PAGES + db->max_rows * ROW_BYTES / PAGE_BYTES;
	if (db->max_pages > INT32_MAX - SPARE_PAGES)
		db->max_pages = INT32_MAX - SPARE_PAGES;
	return db;
}

static int open_at(const char *path, const struct history_db_options *options, usec_t now,
	struct history_db **ret_db, struct reason *why)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	struct history_db *db = make(options);

	if (!db)
		return -ENOMEM;
	strcpy(db->path, path);
	int result = sqlite3_open_v2(path, &db->sqlite, flags, NULL);
	int err = result == SQLITE_OK ? 0 : history_failed(db, result);
	if (!err)
		err = start(db, now, why);
	else
		reason_set(why, "%.200s: %s", path, db->why);
	if (err)
		history_db_close(db);
	else
		*ret_db = db;
	return err;
}

int history_db_move_aside(const struct history_db_options *options, usec_t now, struct reason *why)
{
	char real[PATH_MAX];
	int err = history_file_find(options->path, real, why);

	return err ? err : history_file_move_aside(real, now, why);
}

/* What is damaged may be moved aside if it is our own, or has the name that nobody else would
 * choose.
 */
static bool may_move(const struct history_db_options *options, enum history_file header)
{
	return header == HISTORY_FILE_OURS || options->is_usual;
}

int history_db_open(const struct history_db_options *options, usec_t now,
	struct history_db **ret_db, struct reason *why)
{
	char path[PATH_MAX];
	enum history_file header = HISTORY_FILE_EMPTY;

	why->text[0] = '\0';
	int err = history_file_find(options->path, path, why);
	if (!err)
		err = history_file_look(path, true, &header, why);
	if (!err)
		err = history_file_check_beside(path, why);
	if (err)
		return err;
	if (header == HISTORY_FILE_ODD && !options->is_usual) {
		reason_set(why,
			"%.200s: it is no history; move it away, or set history.path to another "
			"file",
			path);
		return -EPROTO;
	}
	if (header != HISTORY_FILE_ODD)
		err = open_at(path, options, now, ret_db, why);
	else
		err = -EBADMSG;
	if (err != -EBADMSG || !may_move(options, header))
		return err;
	struct reason moved = {""}, again = {""};
	err = history_file_move_aside(path, now, &moved);
	if (!err)
		err = history_file_look(path, true, &header, &again);
	if (!err)
		err = open_at(path, options, now, ret_db, &again);
	*why = err && again.text[0] ? again : moved;
	return err == -EEXIST ? -EBADMSG : err;
}

/* Nothing but what it counts. */
static int count_all(struct history_db *db, struct history_look *look, struct reason *why)
{
	int64_t rows = 0, runs = 0;
	int err = check_version(db, why);

	if (!err)
		err = count_rows(db, LOOK_MOST, &rows);
	if (!err)
		err = number_of(db, "SELECT runs FROM meta WHERE one = 1", &runs);
	look->rows = rows > 0 ? (uint64_t)rows : 0;
	look->has_more = rows >= LOOK_MOST;
	look->runs = runs > 0 ? (uint64_t)runs : 0;
	look->bytes = history_db_bytes(db);
	return err;
}

static int look_into(const char *path, struct history_look *look, struct reason *why)
{
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	struct history_db *db = calloc(1, sizeof *db);

	if (!db)
		return -ENOMEM;
	strcpy(db->path, path);
	int result = sqlite3_open_v2(path, &db->sqlite, flags, NULL);
	int err = result == SQLITE_OK ? 0 : history_failed(db, result);
	if (!err) {
		harden(db);
		err = count_all(db, look, why);
	}
	if (err && !why->text[0])
		reason_set(why, "%s", db->why);
	if (err)
		name_file(db, why);
	history_db_close(db);
	return err;
}

int history_db_look(const char *path, struct history_look *ret_look, struct reason *why)
{
	enum history_file what = HISTORY_FILE_EMPTY;
	struct history_look look = {0};
	char real[PATH_MAX];

	why->text[0] = '\0';
	int err = history_file_find(path, real, why);
	if (!err)
		err = history_file_look(real, false, &what, why);
	if (!err)
		err = history_file_check_beside(real, why);
	if (!err && what == HISTORY_FILE_EMPTY)
		err = -ENOENT;
	if (!err)
		err = look_into(real, &look, why);
	if (!err)
		*ret_look = look;
	return err;
}

int history_db_open_bytes(const void *bytes, size_t n, const struct history_db_options *options,
	usec_t now, struct history_db **ret_db, struct reason *why)
{
	const unsigned flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE;
	struct history_db *db = make(options);
	unsigned char *copy = sqlite3_malloc64(n ? n : 1);

	why->text[0] = '\0';
	if (!db || !copy) {
		free(db);
		sqlite3_free(copy);
		return -ENOMEM;
	}
	if (n)
		memcpy(copy, bytes, n);
	int result = sqlite3_open_v2(":memory:", &db->sqlite,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_MEMORY, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_deserialize(
			db->sqlite, "main", copy, (sqlite3_int64)n, (sqlite3_int64)n, flags);
	else
		sqlite3_free(copy);
	int err = result == SQLITE_OK ? start(db, now, why) : history_failed(db, result);
	if (err)
		history_db_close(db);
	else
		*ret_db = db;
	return err;
}

void history_db_close(struct history_db *db)
{
	if (!db)
		return;
	for (int i = 0; i < HISTORY_STATEMENTS; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->sqlite);
	free(db);
}
