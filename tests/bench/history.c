// SPDX-License-Identifier: MIT
/* What the history costs: its size and its speed with many addresses, in a directory of its own.
 *
 * usage: history DIR [ADDRESSES]
 *
 * Fills DIR/history.db and prints, a line each:
 *	bytes N               of the file with all addresses and their networks
 *	fill N US             addresses a second that are new, in batches as a run writes them, and
 *	                      microseconds of CPU for each
 *	plain N US            the same, one INSERT a transaction: SQLite as it comes
 *	update N US           the same of those that are known
 *	worst N               ms that the slowest of all these batches took
 *	open N                ms until it can be asked
 *	ask N, ask-unknown N  microseconds of CPU a question
 *	first N               ms until a thread of its own has answered its first question, from its
 *	                      start
 * Of the file as DIR/rows.csv too, for others to import. */
#include "record/history.h"
#include "base/clock.h"

#include <inttypes.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW       (INT64_C(1795335400) * USEC_PER_SEC)
#define BATCH     4096
#define PLAIN     500
#define QUESTIONS 100000

static usec_t worst;

static usec_t cpu(void)
{
	return clock_usec(CLOCK_PROCESS_CPUTIME_ID);
}

static usec_t mono(void)
{
	return clock_usec(CLOCK_MONOTONIC);
}

/* The i-th of a walk through all addresses in no order, none twice. */
static struct prefix address(uint32_t i)
{
	uint32_t n = i * 2654435761u;
	uint8_t b[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

	return (struct prefix){addr_from_v4(b), ADDR_BITS};
}

/* Addresses stand together in networks: four in each. */
static struct prefix neighbour(uint32_t i)
{
	struct prefix p = address(i / 4);

	p.addr.b[15] = (uint8_t)(p.addr.b[15] + (i % 4) * 7);
	return p;
}

static void fail(const char *what)
{
	fprintf(stderr, "history: %s\n", what);
	exit(1);
}

static int by_address(const void *a, const void *b)
{
	const struct history_update *x = a, *y = b;

	return addr_compare(&x->of.addr, &y->of.addr);
}

static void add(const char *name, struct history_db *db, uint32_t n, uint32_t step, usec_t at)
{
	static struct history_update batch[BATCH];
	usec_t began = mono(), cpu_began = cpu();

	for (uint32_t i = 0; i < n; i += BATCH) {
		uint32_t k = 0;
		for (; k < BATCH && i + k < n; k++)
			batch[k] = (struct history_update){.of = neighbour((i + k) * step),
				.what = HISTORY_SEEN,
				.first = at,
				.last = at,
				.requests = 5,
				.bytes = 20000,
				.handshakes = 1};
		qsort(batch, k, sizeof batch[0], by_address); /* as record/history.c does */
		usec_t from = mono();
		if (history_db_add(db, batch, k) < 0)
			fail(history_db_why(db));
		worst = mono() - from > worst ? mono() - from : worst;
	}
	printf("%s %.0f %.1f\n", name, n / ((double)(mono() - began) / USEC_PER_SEC),
		(double)(cpu() - cpu_began) / n);
}

static double ask(struct history_db *db, uint32_t n, bool known)
{
	struct history_record r;
	uint32_t found = 0;
	usec_t began = cpu();

	for (uint32_t i = 0; i < QUESTIONS; i++) {
		struct prefix p = neighbour((uint32_t)((uint64_t)i * 7919 % n));
		if (!known)
			p.addr.b[15] ^= 1;
		found += history_db_find(db, &p, &r) == 1;
	}
	if (known && found != QUESTIONS)
		fail("not all are found");
	return (double)(cpu() - began) / QUESTIONS;
}

static void plain(const char *dir)
{
	char path[512], sql[160];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/plain.db", dir);
	if (sqlite3_open(path, &db) != SQLITE_OK ||
		sqlite3_exec(db,
			"CREATE TABLE seen (who TEXT PRIMARY KEY, first, last, runs, "
			"requests, bytes)",
			NULL, NULL, NULL) != SQLITE_OK)
		fail("plain.db");
	usec_t began = mono(), cpu_began = cpu();
	for (uint32_t i = 0; i < PLAIN; i++) {
		char ip[ADDR_TEXT_MAX];
		struct prefix p = neighbour(i);
		addr_format(&p.addr, ip);
		snprintf(sql, sizeof sql,
			"INSERT INTO seen VALUES ('%s', 1795335400, 1795335400, 1, 5, 20000)", ip);
		if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
			fail(sqlite3_errmsg(db));
	}
	printf("plain %.0f %.1f\n", PLAIN / ((double)(mono() - began) / USEC_PER_SEC),
		(double)(cpu() - cpu_began) / PLAIN);
	sqlite3_close(db);
}

static void write_rows(const char *dir, uint32_t n)
{
	char path[512], ip[ADDR_TEXT_MAX];

	snprintf(path, sizeof path, "%s/rows.csv", dir);
	FILE *f = fopen(path, "w");
	for (uint32_t i = 0; f && i < n; i++) {
		struct prefix p = neighbour(i);
		addr_format(&p.addr, ip);
		fprintf(f, "%s,1795335400,1795335400,1,5,20000,1\n", ip);
	}
	if (!f || fclose(f) != 0)
		fail(path);
}

static void first_answer(const char *path)
{
	const struct history_options options = {
		.path = path, .is_usual = true, .max_rows = 100000000, .max_age = 1000 * NOW};
	struct history_said said;
	struct prefix p = neighbour(1);
	int err = 0;
	usec_t began = mono();

	struct history *h = history_new(&options, &err);
	if (!h || history_start(h) < 0 || !history_ask(h, &p))
		fail("the thread");
	history_wake(h);
	for (said.what = HISTORY_STATUS; said.what != HISTORY_ANSWER;) {
		struct pollfd fd = {.fd = history_fd(h), .events = POLLIN};
		poll(&fd, 1, 1000);
		while (history_take(h, &said) && said.what != HISTORY_ANSWER)
			;
	}
	printf("first %.1f\n", (double)(mono() - began) / USEC_PER_MSEC);
	history_end(h, 10 * USEC_PER_SEC);
}

int main(int argc, char **argv)
{
	uint32_t n = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1000000;
	char path[512];
	struct history_db *db;
	struct reason why;

	if (argc < 2 || n < BATCH)
		fail("usage: history DIR [ADDRESSES]");
	snprintf(path, sizeof path, "%s/history.db", argv[1]);
	const struct history_db_options options = {
		.path = path, .is_usual = true, .max_rows = 100000000, .max_age = 1000 * NOW};
	if (history_db_open(&options, NOW, &db, &why) < 0)
		fail(why.text);
	add("fill", db, n, 1, NOW);
	history_db_close(db);
	usec_t began = mono();
	if (history_db_open(&options, NOW, &db, &why) < 0)
		fail(why.text);
	double open = (double)(mono() - began) / USEC_PER_MSEC;
	printf("bytes %" PRIu64 "\nrows %" PRIu64 "\n", history_db_bytes(db), history_db_rows(db));
	add("update", db, n / 4, 3, NOW + 10 * USEC_PER_SEC);
	printf("worst %.1f\nopen %.1f\n", (double)worst / USEC_PER_MSEC, open);
	printf("ask %.1f\n", ask(db, n, true));
	printf("ask-unknown %.1f\n", ask(db, n, false));
	history_db_close(db);
	first_answer(path);
	plain(argv[1]);
	write_rows(argv[1], n);
	return 0;
}
