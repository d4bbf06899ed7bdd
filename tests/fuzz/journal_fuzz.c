// SPDX-License-Identifier: MIT
/* Any line is what journalctl printed. What is made of it fits, and begins with a head that no
 * field of the program's own can have written. */
#include "base/clock.h"
#include "log/journal_record.h"

#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static int is_word(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	       memchr("._-@/", c, 5) != NULL;
}

/* "[TIME - ]PROGRAM[PID]: " */
static void check_head(struct str line, uint64_t time)
{
	static const char stamp[] = "2026-11-22T08:14:15.123456+00:00";

	if (time > 0 && time < (uint64_t)USEC_LIMIT) {
		require(line.n > sizeof stamp + 2 &&
			memcmp(line.p + sizeof stamp - 1, " - ", 3) == 0);
		line = str_skip(line, sizeof stamp + 2);
	}
	size_t n = 0;
	while (n < line.n && is_word(line.p[n]))
		n++;
	require(n > 0);
	line = str_skip(line, n);
	if (str_take(&line, STR_LIT("[")))
		while (line.n && line.p[0] >= '0' && line.p[0] <= '9')
			line = str_skip(line, 1);
	str_take(&line, STR_LIT("]"));
	require(str_starts(line, STR_LIT(": ")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Of its own size, so that a byte too many is seen. */
	char *text = malloc(size + 1), *buf = malloc(size + JOURNAL_HEAD_MAX);
	struct journal_record r;

	require(text && buf);
	memcpy(text, data, size);
	struct str line = {text, size};
	if (journal_record_parse(line, &r)) {
		for (size_t i = 0; i < JOURNAL_FIELDS; i++)
			require(r.fields[i].n <= JOURNAL_FIELD_MAX);
		require(r.message.n <= size);
		size_t n = journal_record_write(&r, buf, size + JOURNAL_HEAD_MAX);
		require(n <= size + JOURNAL_HEAD_MAX);
		require(n == 0 || r.form == JOURNAL_TEXT || r.form == JOURNAL_ARRAY);
		if (n)
			check_head((struct str){buf, n}, r.source_time ? r.source_time : r.time);
		/* And with less room than it takes. */
		require(journal_record_write(&r, buf, size / 2) <= size / 2);
	}
	require(journal_record_read(line, buf, size + JOURNAL_HEAD_MAX) <= size + JOURNAL_HEAD_MAX);
	free(text);
	free(buf);
	return 0;
}
