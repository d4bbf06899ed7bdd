// SPDX-License-Identifier: MIT
#include "config/value.h"

#include "base/addr.h"
#include "base/num.h"
#include "base/text.h"
#include "config/duration.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

_Static_assert(sizeof(enum option_group) == sizeof(unsigned), "an enum is stored as one");

static const char *expected_text(const struct option_check *check, char *buf)
{
	if (!check)
		return "a string";
	snprintf(buf, OPTION_EXPECTED_MAX, "%s%s%s%s", check->choices ? "one of " : "",
		check->choices ? check->choices : "",
		check->choices && check->others ? ", or " : "", check->others ? check->others : "");
	return buf;
}

static usec_t usec_of(double seconds)
{
	return llround(seconds * (double)USEC_PER_SEC);
}

static const char *expected_duration(const struct option_def *d, char *buf)
{
	char min[DURATION_TEXT_MAX], max[DURATION_TEXT_MAX];

	snprintf(buf, OPTION_EXPECTED_MAX,
		"a duration from %s to %s, such as 500ms, 30s, 5m or 1h30m (a number alone is "
		"seconds)",
		duration_text(usec_of(d->min), min), duration_text(usec_of(d->max), max));
	return buf;
}

static const char *expected_bytes(const struct option_def *d, char *buf)
{
	char min[8], max[8];
	size_t min_n = text_bytes(min, (uint64_t)d->min), max_n = text_bytes(max, (uint64_t)d->max);

	snprintf(buf, OPTION_EXPECTED_MAX, "bytes from %.*s to %.*s, such as 500K, 64M or 2G%s",
		(int)min_n, min, (int)max_n, max, d->or_zero ? "; or 0" : "");
	return buf;
}

const char *value_expected(const struct option_def *d, const struct option_check *check,
	char buf[static OPTION_EXPECTED_MAX])
{
	switch (d->type) {
	case OPTION_SWITCH:
		return "true or false";
	case OPTION_CHOICE:
	case OPTION_ENUM:
		snprintf(buf, OPTION_EXPECTED_MAX, "one of %s", d->choices);
		return buf;
	case OPTION_DURATION:
		return expected_duration(d, buf);
	case OPTION_UINT:
		snprintf(buf, OPTION_EXPECTED_MAX, "a whole number from %.0f to %.0f", d->min,
			d->max);
		return buf;
	case OPTION_BYTES:
		return expected_bytes(d, buf);
	case OPTION_NUMBER:
		snprintf(buf, OPTION_EXPECTED_MAX, "a number from %g to %g", d->min, d->max);
		return buf;
	case OPTION_SPEED:
		return "a number above 0, or max";
	case OPTION_TEXT:
		return expected_text(check, buf);
	case OPTION_TEXTS:
		return check ? expected_text(check, buf) : "a string or an array of strings";
	case OPTION_NETS:
		return "a network such as 192.0.2.0/24, or an array of them";
	}
	return "";
}

void value_refusal(const struct option_def *d, const struct option_check *check, struct str text,
	const char *why, char buf[static OPTION_REFUSAL_MAX])
{
	char expected[OPTION_EXPECTED_MAX];
	int shown = text.n > 60 ? 60 : (int)text.n;

	snprintf(buf, OPTION_REFUSAL_MAX, "\"%.*s\" is not valid%s%s", shown, text.p ? text.p : "",
		why[0] ? ": " : "; expected ", why[0] ? why : value_expected(d, check, expected));
}

/* Parsing a value. Each sets its output and returns 0, or returns -EINVAL. */

static int parse_switch(struct str text, bool *at)
{
	static const char *const words[] = {"false", "true", "0", "1", "no", "yes", "off", "on"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strlen(words[i]) == text.n && strncasecmp(words[i], text.p, text.n) == 0) {
			*at = i % 2;
			return 0;
		}
	}
	return -EINVAL;
}

static int parse_ranged(const struct option_def *d, struct str text, double *ret)
{
	double v;

	if (num_double(text, &v) < 0 || v < d->min || v > d->max)
		return -EINVAL;
	*ret = v;
	return 0;
}

static bool is_list(const struct option_def *d)
{
	return d->type == OPTION_TEXTS || d->type == OPTION_NETS;
}

static int parse_duration(const struct option_def *d, struct str text, usec_t *ret)
{
	usec_t v;

	if (duration_parse(text, &v) < 0 || v < usec_of(d->min) || v > usec_of(d->max))
		return -EINVAL;
	*ret = v;
	return 0;
}

static int parse_bytes(const struct option_def *d, struct str text, uint64_t *ret)
{
	static const char units[] = "KMGT";
	const char *unit = text.n ? memchr(units, text.p[text.n - 1] & ~0x20, 4) : NULL;
	unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	uint64_t v;

	text.n -= unit != NULL;
	if (num_u64(text, &v) < 0 || v > UINT64_MAX >> shift)
		return -EINVAL;
	v <<= shift;
	bool in_range = (double)v >= d->min && (double)v <= d->max;
	if (!in_range && !(d->or_zero && v == 0))
		return -EINVAL;
	*ret = v;
	return 0;
}

static void list_clear(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct text_list){0};
}

static int parse_text(struct str text, char **ret)
{
	if (text.n == 0)
		return -EINVAL;
	*ret = strndup(text.p, text.n);
	return *ret ? 0 : -ENOMEM;
}

/* Which of the choices text is, from 0, or -1. */
static int find_choice(const char *choices, struct str text)
{
	int which = 0;
	size_t n;

	for (const char *p = choices; *p; p += n + (p[n] == '|'), which++) {
		n = strcspn(p, "|");
		if (str_eq((struct str){p, n}, text))
			return which;
	}
	return -1;
}

static int parse_choice(const struct option_def *d, struct str text, char **ret)
{
	return find_choice(d->choices, text) < 0 ? -EINVAL : parse_text(text, ret);
}

static int parse_enum(const struct option_def *d, struct str text, unsigned *ret)
{
	int which = find_choice(d->choices, text);

	if (which < 0)
		return -EINVAL;
	*ret = (unsigned)which;
	return 0;
}

static int parse_checked(const struct option_check *check, struct str text, char **ret, char *why)
{
	int err = 0;

	if (check && !(check->choices && find_choice(check->choices, text) >= 0))
		err = check->check(text, why);
	return err ? err : parse_text(text, ret);
}

int value_parse(const struct option_def *d, const struct option_check *check, struct str text,
	struct option_value *ret, char why[static OPTION_WHY_MAX])
{
	struct prefix net;
	double v;

	why[0] = '\0';
	switch (d->type) {
	case OPTION_SWITCH:
		return parse_switch(text, &ret->truth);
	case OPTION_CHOICE:
		return parse_choice(d, text, &ret->text);
	case OPTION_ENUM:
		return parse_enum(d, text, &ret->which);
	case OPTION_DURATION:
		return parse_duration(d, text, &ret->time);
	case OPTION_UINT:
		return parse_ranged(d, text, &v) < 0 ? -EINVAL : num_u64(text, &ret->whole);
	case OPTION_BYTES:
		return parse_bytes(d, text, &ret->whole);
	case OPTION_NUMBER:
		return parse_ranged(d, text, &ret->number);
	case OPTION_SPEED:
		ret->number = 0;
		return str_eq(text, STR_LIT("max")) ? 0 : parse_ranged(d, text, &ret->number);
	case OPTION_TEXT:
		return parse_checked(check, text, &ret->text, why);
	case OPTION_TEXTS:
		return parse_checked(check, text, &ret->text, why);
	case OPTION_NETS:
		return prefix_parse(text, &net) < 0 ? -EINVAL : parse_text(text, &ret->text);
	}
	return -EINVAL;
}

static int list_add(struct text_list *list, struct option_value *v)
{
	char **items = realloc(list->items, (list->count + 1) * sizeof *items);

	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->count++] = v->text;
	v->text = NULL;
	return 0;
}

int value_store(const struct option_def *d, void *at, struct option_value *v)
{
	switch (d->type) {
	case OPTION_SWITCH:
		*(bool *)at = v->truth;
		return 0;
	case OPTION_ENUM:
		*(unsigned *)at = v->which;
		return 0;
	case OPTION_DURATION:
		*(usec_t *)at = v->time;
		return 0;
	case OPTION_UINT:
	case OPTION_BYTES:
		*(uint64_t *)at = v->whole;
		return 0;
	case OPTION_NUMBER:
	case OPTION_SPEED:
		*(double *)at = v->number;
		return 0;
	case OPTION_TEXT:
	case OPTION_CHOICE:
		free(*(char **)at);
		*(char **)at = v->text;
		v->text = NULL;
		return 0;
	case OPTION_TEXTS:
	case OPTION_NETS:
		return list_add(at, v);
	}
	return -EINVAL;
}

void value_clear(const struct option_def *d, void *at)
{
	if (is_list(d)) {
		list_clear(at);
	} else if (d->type == OPTION_TEXT || d->type == OPTION_CHOICE) {
		free(*(char **)at);
		*(char **)at = NULL;
	}
}
