// SPDX-License-Identifier: MIT
#include "config/value.h"

#include "base/addr.h"
#include "base/num.h"
#include "log/format_string.h"

#include <errno.h>
#include <stdlib.h>

size_t value_formats(char *buf, size_t cap, const char *head)
{
	size_t n = (size_t)snprintf(buf, cap, "%sauto", head);

	for (size_t i = 0; i < log_format_count && n < cap; i++)
		n += (size_t)snprintf(buf + n, cap - n, "|%s", log_formats[i].name);
	return n < cap ? n : cap - 1;
}

const char *value_expected(const struct option_def *d, char buf[static OPTION_EXPECTED_MAX])
{
	size_t n;

	switch (d->type) {
	case OPTION_SWITCH:
		return "true or false";
	case OPTION_CHOICE:
		snprintf(buf, OPTION_EXPECTED_MAX, "one of %s", d->choices);
		return buf;
	case OPTION_FORMAT:
		n = value_formats(buf, OPTION_EXPECTED_MAX, "one of ");
		snprintf(buf + n, OPTION_EXPECTED_MAX - n,
			", or a format string as in nginx's "
			"log_format or Apache's LogFormat");
		return buf;
	case OPTION_SECS:
		snprintf(buf, OPTION_EXPECTED_MAX, "seconds from %g to %.10g", d->min, d->max);
		return buf;
	case OPTION_UINT:
		snprintf(buf, OPTION_EXPECTED_MAX, "a whole number from %.0f to %.0f", d->min,
			d->max);
		return buf;
	case OPTION_SPEED:
		return "a number above 0, or max";
	case OPTION_TEXT:
		return "a string";
	case OPTION_TEXTS:
		return "a string or an array of strings";
	case OPTION_NETS:
		return "a network such as 192.0.2.0/24, or an array of them";
	}
	return "";
}

/* 0, or -EINVAL with the reason. */
static int check_spec(struct str text, char why[static FORMAT_STRING_ERROR_MAX])
{
	struct log_format *format = NULL;
	int err = format_string_new(text, LOG_DIALECT_GUESS, text, &format, why);

	format_string_free(format);
	return err;
}

void value_refusal(const struct option_def *d, struct str text, char buf[static OPTION_REFUSAL_MAX])
{
	char expected[OPTION_EXPECTED_MAX], why[FORMAT_STRING_ERROR_MAX];
	int shown = text.n > 60 ? 60 : (int)text.n;
	bool spec = d->type == OPTION_FORMAT && format_string_is(text) && check_spec(text, why) < 0;

	snprintf(buf, OPTION_REFUSAL_MAX, "\"%.*s\" is not valid%s%s", shown, text.p ? text.p : "",
		spec ? ": " : "; expected ", spec ? why : value_expected(d, expected));
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

static int parse_choice(const struct option_def *d, struct str text, char **ret)
{
	size_t n;

	for (const char *p = d->choices; *p; p += n + (p[n] == '|')) {
		n = strcspn(p, "|");
		if (str_eq((struct str){p, n}, text))
			return parse_text(text, ret);
	}
	return -EINVAL;
}

static int parse_format(struct str text, char **ret)
{
	char why[FORMAT_STRING_ERROR_MAX];
	bool known = str_eq(text, STR_LIT("auto")) || log_format_find(text);

	if (!known && !format_string_is(text))
		return -EINVAL;
	int err = known ? 0 : check_spec(text, why);
	return err ? err : parse_text(text, ret);
}

int value_parse(const struct option_def *d, struct str text, struct option_value *ret)
{
	struct prefix net;
	double v;

	switch (d->type) {
	case OPTION_SWITCH:
		return parse_switch(text, &ret->truth);
	case OPTION_CHOICE:
		return parse_choice(d, text, &ret->text);
	case OPTION_FORMAT:
		return parse_format(text, &ret->text);
	case OPTION_SECS:
		if (parse_ranged(d, text, &v) < 0)
			return -EINVAL;
		ret->time = (usec_t)(v * (double)USEC_PER_SEC);
		return 0;
	case OPTION_UINT:
		return parse_ranged(d, text, &v) < 0 ? -EINVAL : num_u64(text, &ret->whole);
	case OPTION_SPEED:
		ret->number = 0;
		return str_eq(text, STR_LIT("max")) ? 0 : parse_ranged(d, text, &ret->number);
	case OPTION_TEXT:
	case OPTION_TEXTS:
		return parse_text(text, &ret->text);
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
	case OPTION_SECS:
		*(usec_t *)at = v->time;
		return 0;
	case OPTION_UINT:
		*(uint64_t *)at = v->whole;
		return 0;
	case OPTION_SPEED:
		*(double *)at = v->number;
		return 0;
	case OPTION_TEXT:
	case OPTION_CHOICE:
	case OPTION_FORMAT:
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
	} else if (d->type == OPTION_TEXT || d->type == OPTION_CHOICE || d->type == OPTION_FORMAT) {
		free(*(char **)at);
		*(char **)at = NULL;
	}
}
