// SPDX-License-Identifier: MIT
#include "config/options.h"

#include "config/parts.h"
#include "config/value.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

int options_fail(struct options_state *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->error, sizeof s->error, format, args);
	va_end(args);
	return -EINVAL;
}

int options_refuse(
	struct options_state *s, const struct option_def *d, const char *where, struct str text)
{
	char buf[OPTION_REFUSAL_MAX];

	value_refusal(d, text, buf);
	return options_fail(s, "%s: %s", where, buf);
}

int options_set(struct options_state *s, size_t i, enum option_level level, struct str text)
{
	const struct option_def *d = &option_defs[i];
	struct option_value v = {0};

	int err = value_parse(d, text, &v);
	if (err)
		return err;
	/* Checked, but a higher level has spoken or the option has no place. */
	if (!d->reserved && s->set[i] <= level) {
		void *at = (char *)&s->values + d->offset;
		if (s->set[i] < level)
			value_clear(d, at);
		err = value_store(d, at, &v);
	}
	free(v.text);
	if (!err && s->set[i] < level)
		s->set[i] = level;
	return err;
}

void options_init(struct options_state *s)
{
	*s = (struct options_state){0};
	s->values.duration = -1;
	for (size_t i = 0; i < option_count; i++)
		if (option_defs[i].fallback)
			options_set(s, i, LEVEL_DEFAULT, str_of(option_defs[i].fallback));
}

void options_done(struct options_state *s)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option_def *d = &option_defs[i];
		if (!d->reserved)
			value_clear(d, (char *)&s->values + d->offset);
	}
	*s = (struct options_state){0};
}

bool options_was_set(const struct options_state *s, const char *flag, enum option_level level)
{
	for (size_t i = 0; i < option_count; i++)
		if (option_defs[i].flag && strcmp(option_defs[i].flag, flag) == 0)
			return s->set[i] >= level;
	return false;
}

int options_check(struct options_state *s)
{
	const struct options *v = &s->values;

	if (v->replay && v->record)
		return options_fail(s,
			"--replay with --record: expected one of them: a replay is already "
			"recorded");
	if (v->replay && (options_was_set(s, "log-path", LEVEL_FLAG) ||
				 options_was_set(s, "source", LEVEL_FLAG)))
		return options_fail(
			s, "--replay with --log-path or --source: expected the recording alone");
	if (v->btf && access(v->btf, R_OK) < 0)
		return options_fail(s,
			"--btf %s: %s; expected a file of BTF, as from pahole or bpftool", v->btf,
			strerror(errno));
	if (!v->replay && options_was_set(s, "speed", LEVEL_FLAG))
		return options_fail(s, "--speed: expected together with --replay");
	return 0;
}

void options_reserved_used(const struct options_state *s, char *buf, size_t cap)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < option_count; i++) {
		const struct option_def *d = &option_defs[i];
		/* Switching a feature off that is not there yet is no surprise. */
		if (!d->reserved || s->set[i] == LEVEL_DEFAULT || d->inverted)
			continue;
		int w = snprintf(buf + n, cap - n, "%s%s", n ? ", " : "", d->key);
		if (w < 0 || (size_t)w >= cap - n)
			return;
		n += (size_t)w;
	}
}
