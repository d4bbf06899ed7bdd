// SPDX-License-Identifier: MIT
/* Any bytes are a history's file. Input: pairs of place and bytes that are written over a good
 * history; or, behind a zero, the whole file. Whatever it says is bounded and clean, and what can
 * be opened can be added to. */
#include "base/text.h"
#include "record/history_db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOW       (INT64_C(1795335400) * USEC_PER_SEC)
#define BYTES_MAX (256u << 10)

static void require(int holds)
{
	if (!holds)
		abort();
}

static const struct history_db_options options = {
	.path = "", .max_rows = 8, .max_age = 86400 * USEC_PER_SEC};

static struct prefix of(const char *text)
{
	struct prefix p = {.bits = 0};

	require(prefix_parse(str_of(text), &p) == 0);
	return p;
}

static const char *const whom[] = {
	"203.0.113.5", "203.0.113.0/24", "2001:db8::5", "2001:db8::/48", "198.51.100.7", "::/0"};

static void add_all(struct history_db *db)
{
	for (size_t i = 0; i < ARRAY_LEN(whom); i++)
		for (int what = HISTORY_SEEN; what <= HISTORY_BLOCKED; what++) {
			struct history_update u = {.of = of(whom[i]),
				.what = (uint8_t)what,
				.first = NOW - (usec_t)i * 3600 * USEC_PER_SEC,
				.last = NOW,
				.requests = 3,
				.flag = "scanner"};
			int err = history_db_add(db, &u, 1);
			require(err <= 0);
		}
}

static void find_all(struct history_db *db)
{
	struct history_record r;

	for (size_t i = 0; i < ARRAY_LEN(whom); i++) {
		struct prefix p = of(whom[i]);
		if (history_db_find(db, &p, &r) != 1)
			continue;
		require(text_is_clean(str_of(r.flags)) && strlen(r.flags) < sizeof r.flags);
		require(r.first >= 0 && r.first < USEC_LIMIT && r.last >= 0 && r.last < USEC_LIMIT);
		require(r.runs < UINT64_MAX / 2 && r.requests < UINT64_MAX / 2);
	}
	require(text_is_clean(str_of(history_db_why(db))));
}

/* A good one, made once. In memory there is no write-ahead log: its header says so (1.3.3 and 1.3.4
 * of sqlite.org/fileformat2.html). */
static size_t make_good(unsigned char *buf)
{
	struct history_db_options in_file = options;
	char dir[] = "/tmp/ng_history_fuzz.XXXXXX", path[64];
	struct history_db *db;
	struct reason why;

	require(mkdtemp(dir) != NULL);
	snprintf(path, sizeof path, "%s/history.db", dir);
	in_file.path = path;
	require(history_db_open(&in_file, NOW, &db, &why) == 0);
	add_all(db);
	history_db_close(db);
	FILE *f = fopen(path, "r");
	require(f != NULL);
	size_t n = fread(buf, 1, BYTES_MAX, f);
	fclose(f);
	unlink(path);
	rmdir(dir);
	return n;
}

static size_t spoil(
	unsigned char *buf, const unsigned char *good, size_t n, const uint8_t *data, size_t size)
{
	memcpy(buf, good, n);
	for (size_t i = 0; i + 3 < size; i += 4) {
		size_t at = ((size_t)data[i] << 8 | data[i + 1]) % n;
		buf[at] = data[i + 2];
		buf[(at + 1) % n] = data[i + 3];
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned char good[BYTES_MAX], buf[BYTES_MAX];
	static size_t good_n;
	struct history_db *db;
	struct reason why;
	size_t n;

	if (!good_n)
		good_n = make_good(good);
	if (size && !data[0]) {
		n = size - 1 < sizeof buf ? size - 1 : sizeof buf;
		memcpy(buf, data + 1, n);
	} else {
		n = spoil(buf, good, good_n, data, size);
	}
	if (n > 19)
		buf[18] = buf[19] = 1;
	if (history_db_open_bytes(buf, n, &options, NOW, &db, &why) < 0) {
		require(why.text[0] != '\0');
		return 0;
	}
	find_all(db);
	add_all(db);
	find_all(db);
	history_db_prune(db, NOW + 3600 * USEC_PER_SEC, 100);
	history_db_close(db);
	return 0;
}
