// SPDX-License-Identifier: MIT
#include "console/history_line.h"

#include "base/num.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define MINUTE 60
#define HOUR   3600
#define DAY    86400

struct line {
	char *text;
	size_t n;
};

/* What does not fit is left out. */
__attribute__((format(printf, 2, 3))) static void add(struct line *l, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int n = vsnprintf(l->text + l->n, HISTORY_LINE_MAX - l->n, format, args);
	va_end(args);
	if (n > 0 && l->n + (size_t)n < HISTORY_LINE_MAX)
		l->n += (size_t)n;
	l->text[l->n] = '\0';
}

/* ", first 12 days ago" */
static void add_ago(struct line *l, const char *before, usec_t then, usec_t now)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = {{DAY, "day"}, {HOUR, "hour"}, {MINUTE, "minute"}, {1, "second"}};
	int64_t ago = then < now ? (now - then) / USEC_PER_SEC : 0;
	size_t i = 0;

	if (!then)
		return;
	while (i + 1 < ARRAY_LEN(units) && ago < 2 * units[i].seconds)
		i++;
	int64_t n = ago / units[i].seconds;
	add(l, "%s %" PRId64 " %s%s ago", before, n, units[i].name, n == 1 ? "" : "s");
}

static void add_times(struct line *l, uint64_t n)
{
	if (n == 1)
		add(l, " once");
	else if (n == 2)
		add(l, " twice");
	else
		add(l, " %" PRIu64 " times", n);
}

/* "scanner×3 syn-flood×1" */
static void add_flags(struct line *l, struct str words)
{
	static const char times[] = "×";
	const char *mark = "; flagged";

	while (words.n) {
		const char *blank = memchr(words.p, ' ', words.n);
		struct str word = {words.p, blank ? (size_t)(blank - words.p) : words.n};
		const char *sign = memmem(word.p, word.n, times, sizeof times - 1);
		struct str name = {word.p, sign ? (size_t)(sign - word.p) : word.n};
		uint64_t n = 1;
		if (sign)
			num_u64(str_skip(word, name.n + sizeof times - 1), &n);
		add(l, "%s %.*s", mark, STR_FMT(name));
		add_times(l, n);
		mark = ",";
		words = str_skip(words, blank ? word.n + 1 : word.n);
	}
}

void history_line(const struct seen *seen, usec_t now, char line[static HISTORY_LINE_MAX])
{
	struct line l = {line, 0};

	line[0] = '\0';
	if (!seen || !seen->runs) {
		add(&l, "new: no earlier run saw it");
	} else {
		add(&l, "in %" PRIu64 " earlier run%s", seen->runs, seen->runs == 1 ? "" : "s");
		add_ago(&l, ", first", seen->first, now);
		add_ago(&l, ", last", seen->last, now);
	}
	if (!seen)
		return;
	if (seen->requests)
		add(&l, "; %" PRIu64 " request%s", seen->requests, seen->requests == 1 ? "" : "s");
	if (seen->flags[0]) {
		add_flags(&l, str_of(seen->flags));
	} else if (seen->flagged) {
		add(&l, "; flagged");
		add_times(&l, seen->flagged);
	}
	if (seen->blocked) {
		add(&l, "; blocked");
		add_times(&l, seen->blocked);
	}
}
