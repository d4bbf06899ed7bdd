// SPDX-License-Identifier: MIT
#include "console/moment.h"

#include <errno.h>
#include <stdio.h>

#define MINUTE (60 * USEC_PER_SEC)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static const struct {
	char letter;
	usec_t usec;
} units[] = {{'s', USEC_PER_SEC}, {'m', MINUTE}, {'h', HOUR}, {'d', DAY}};

/* Digits at the front, at most six; false when there are none. */
static bool take_number(struct str *s, usec_t *ret_n)
{
	usec_t n = 0;
	size_t i = 0;

	for (; i < s->n && i < 6 && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		n = n * 10 + (s->p[i] - '0');
	*s = (struct str){s->p + i, s->n - i};
	*ret_n = n;
	return i > 0;
}

static bool take_char(struct str *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = (struct str){s->p + 1, s->n - 1};
	return true;
}

/* "5m", "1h30m", "90": seconds when no unit is given. */
static bool parse_span(struct str s, usec_t *ret_span)
{
	usec_t sum = 0, n;

	do {
		usec_t unit = 0;
		if (!take_number(&s, &n))
			return false;
		for (size_t i = 0; i < ARRAY_LEN(units) && !unit; i++)
			if (take_char(&s, units[i].letter))
				unit = units[i].usec;
		if (!unit && s.n)
			return false;
		sum += n * (unit ? unit : USEC_PER_SEC);
	} while (s.n && sum < USEC_LIMIT);
	*ret_span = sum;
	return sum < USEC_LIMIT;
}

/* "3:13", "03:13:21" since midnight. */
static bool parse_clock(struct str s, usec_t *ret_of_day)
{
	usec_t hour, minute, second = 0;

	if (!take_number(&s, &hour) || !take_char(&s, ':') || !take_number(&s, &minute))
		return false;
	if (s.n && (!take_char(&s, ':') || !take_number(&s, &second)))
		return false;
	*ret_of_day = hour * HOUR + minute * MINUTE + second * USEC_PER_SEC;
	return !s.n && hour < 24 && minute < 60 && second < 60;
}

static bool is_reached(const struct moment_reach *r, usec_t at)
{
	return at >= r->begin && (!r->end || at <= r->end);
}

/* A recording may go past midnight. What is typed has no fraction: the first second begins before
 * the first event. */
static usec_t of_day(const struct moment_reach *r, usec_t of)
{
	usec_t local = r->at + r->utc_offset, midnight = local - local % DAY - r->utc_offset;

	for (int days = 0; days <= 2; days++) {
		if (is_reached(r, midnight + of - days * DAY))
			return midnight + of - days * DAY;
		if (is_reached(r, midnight + of + days * DAY))
			return midnight + of + days * DAY;
	}
	return midnight + of;
}

static bool parse_part(struct str s, const struct moment_reach *r, usec_t *ret_at)
{
	usec_t percent;

	if (!r->end || !take_number(&s, &percent) || !take_char(&s, '%') || s.n || percent > 100)
		return false;
	*ret_at = r->begin + (r->end - r->begin) / 100 * percent;
	return true;
}

static bool parse(struct str s, const struct moment_reach *r, usec_t *ret_at)
{
	usec_t n;

	if (take_char(&s, '+')) {
		if (!parse_span(s, &n))
			return false;
		*ret_at = r->at + n;
	} else if (take_char(&s, '-')) {
		if (!parse_span(s, &n))
			return false;
		*ret_at = r->at - n;
	} else if (parse_clock(s, &n)) {
		*ret_at = of_day(r, n);
	} else {
		return parse_part(s, r, ret_at);
	}
	return true;
}

int moment_parse(struct str text, const struct moment_reach *reach, usec_t *ret_at,
	char why[static MOMENT_WHY_MAX])
{
	usec_t at;

	while (text.n && text.p[0] == ' ')
		text = (struct str){text.p + 1, text.n - 1};
	while (text.n && text.p[text.n - 1] == ' ')
		text.n--;
	if (!parse(text, reach, &at)) {
		snprintf(why, MOMENT_WHY_MAX, "expected 03:13, 03:13:21, +5m, -30s%s",
			reach->end ? " or 50%" : "");
		return -EINVAL;
	}
	if (at < reach->begin - USEC_PER_SEC) {
		snprintf(why, MOMENT_WHY_MAX, "nothing is held of then");
		return -ERANGE;
	}
	if (reach->end && at > reach->end) {
		snprintf(why, MOMENT_WHY_MAX, "that is after the end");
		return -ERANGE;
	}
	*ret_at = at > reach->begin ? at : reach->begin;
	return 0;
}
