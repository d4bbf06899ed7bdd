// SPDX-License-Identifier: MIT
#include "log/format_build.h"

#include "log/took.h"

#include <errno.h>
#include <stdio.h>

int format_build_fail(struct format_build *s, size_t at, const char *wrong, const char *expected)
{
	snprintf(s->error, sizeof s->error, "character %zu: %s; expected %s", at + 1, wrong,
		expected);
	return -EINVAL;
}

int format_build_literal(struct format_build *s, char c)
{
	struct log_custom *f = s->custom;

	if (s->text_n == sizeof f->text)
		return format_build_fail(s, s->at, "too much text", "a shorter format");
	f->text[s->text_n++] = c;
	if (f->count)
		f->parts[f->count - 1].after_n++;
	else
		f->lead_n++;
	return 0;
}

/* What a field becomes whose place another has taken; its syntax still tells where it ends. */
static uint8_t passed_over(uint8_t field)
{
	bool number =
		field == LOG_STATUS || field == LOG_BYTES || field == LOG_PORT || field == LOG_TOOK;

	if (field == LOG_UPSTREAM)
		return LOG_LIST;
	return number ? LOG_NUMBER : LOG_SKIP;
}

static bool is_repeatable(uint8_t field)
{
	return field == LOG_SKIP || field == LOG_LIST || field == LOG_NUMBER ||
	       field >= LOG_TIME_CLF || field == LOG_TIME_STRF;
}

/* Of the earlier part and the coming one, which say the same, keeps one. */
static uint8_t settle_rank(struct format_build *s, const struct log_meaning *coming)
{
	struct log_custom *f = s->custom;

	for (unsigned i = 0; i < f->count && !is_repeatable(coming->field); i++) {
		if (f->parts[i].field != coming->field)
			continue;
		if (s->rank[i] >= coming->rank)
			return passed_over(coming->field);
		f->parts[i].field = passed_over(coming->field);
	}
	return coming->field;
}

/* "$uri$is_args$args", "%U%q", "$uri?$args": one text in the line, and one path. */
static bool is_rest_of_uri(struct format_build *s, uint8_t field)
{
	struct log_custom *f = s->custom;
	struct log_part *last = f->count ? &f->parts[f->count - 1] : NULL;

	if (field == LOG_ARGS && last && last->field == LOG_ARGS && last->after_n == 0)
		return true; /* "$is_args$args", by themselves */
	if (field != LOG_ARGS || !last || last->field != LOG_URI || last->after_n > 1)
		return false;
	if (last->after_n == 1 && f->text[last->after] != '?')
		return false;
	last->tail |= last->after_n > 0;
	s->text_n -= last->after_n;
	last->after_n = 0;
	return true;
}

static uint32_t unit_of(const struct log_meaning *meaning)
{
	static const uint32_t units[] = {
		[TOOK_RANK_S] = TOOK_S, [TOOK_RANK_MS] = TOOK_MS, [TOOK_RANK_US] = TOOK_US};

	return meaning->field == LOG_TOOK ? units[meaning->rank] : 0;
}

int format_build_field(struct format_build *s, const struct log_meaning *meaning)
{
	struct log_custom *f = s->custom;

	if (is_rest_of_uri(s, meaning->field))
		return 0;
	if (f->count == LOG_PARTS_MAX)
		return format_build_fail(s, s->at, "too many fields", "at most 96");
	uint8_t field = settle_rank(s, meaning);
	s->rank[f->count] = meaning->rank;
	s->behind[f->count] = (uint16_t)s->at;
	f->parts[f->count++] = (struct log_part){
		.field = field, .after = (uint16_t)s->text_n, .unit = unit_of(meaning)};
	return 0;
}

int format_build_strftime(struct format_build *s, struct str pattern)
{
	struct log_custom *f = s->custom;
	size_t at = s->text_n;

	if (sizeof f->text - at <= pattern.n)
		return format_build_fail(s, s->at, "too much text", "a shorter format");
	memcpy(f->text + at, pattern.p, pattern.n);
	f->text[at + pattern.n] = '\0';
	s->text_n += pattern.n + 1;
	int err = format_build_field(s, &(struct log_meaning){"", LOG_TIME_STRF, 0});
	if (!err)
		f->parts[f->count - 1].pattern = (uint16_t)at;
	return err;
}
