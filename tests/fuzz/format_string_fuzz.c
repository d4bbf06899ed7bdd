// SPDX-License-Identifier: MIT
/* Up to the first newline: a format string of any dialect. Then lines in that format. */
#include "lines.h"
#include "log/format_string.h"

static void check_line(const struct log_format *f, struct str line)
{
	struct event e;

	if (log_format_parse(f, line, &scratch, &e) < 0)
		return;
	require(e.kind == EVENT_REQUEST);
	check_request(&e.request, line);
}

static void check_lines(const struct log_format *f, const char *p, const char *end)
{
	const char *newline;

	for (; p <= end; p = newline + 1) {
		newline = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
		newline = newline ? newline : end;
		check_line(f, (struct str){p, (size_t)(newline - p)});
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum log_dialect dialects[] = {LOG_DIALECT_GUESS, LOG_DIALECT_NGINX_RAW};
	const char *p = (const char *)data, *end = p + size;
	const char *newline = size ? memchr(p, '\n', size) : NULL;

	for (size_t i = 0; newline && i < ARRAY_LEN(dialects); i++) {
		struct log_format *f = NULL;
		struct str spec = {p, (size_t)(newline - p)};
		char error[FORMAT_STRING_ERROR_MAX] = "";
		if (format_string_new(spec, dialects[i], spec, &f, error) < 0) {
			require(!f && error[0] && text_is_clean(str_of(error)));
			continue;
		}
		require(text_is_clean(str_of(f->name)));
		check_lines(f, newline + 1, end);
		format_string_free(f);
	}
	return 0;
}
