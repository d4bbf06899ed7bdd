// SPDX-License-Identifier: MIT
#include "log/json_head.h"

#include "log/time.h"

static bool is_level(struct str s)
{
	static const struct str levels[] = {
		{"DEBUG", 5}, {"INFO", 4}, {"WARN", 4}, {"ERROR", 5}, {"PANIC", 5}, {"FATAL", 5}};

	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (str_eq(s, levels[i]))
			return true;
	return false;
}

bool json_head_take(struct str *line, struct log_scratch *scratch, struct json_head *ret)
{
	const char *end = line->p + line->n, *start = line->p, *tab;

	for (int column = 0; start < end && (tab = memchr(start, '\t', (size_t)(end - start)));
		column++) {
		struct str text = {start, (size_t)(tab - start)};
		if (column == 0)
			(void)log_time_any(text, scratch, &ret->logged);
		if (column == 1)
			ret->zap = ret->logged && is_level(text);
		if (column == 2)
			ret->logger = text;
		start = tab + 1;
		if (start < end && *start == '{') {
			*line = (struct str){start, (size_t)(end - start)};
			return true;
		}
	}
	return false;
}
