// SPDX-License-Identifier: MIT
#include "source/log_time.h"

#define STAMP_LEN  26 /* dd/Mon/yyyy:HH:MM:SS +hhmm */
#define MINUTE_LEN 18 /* of these, up to the seconds */
#define ZONE_AT    20

static unsigned digit(char c)
{
	return (unsigned)(unsigned char)c - '0';
}

static bool read_digits(struct str *s, unsigned count, int *ret_value)
{
	int value = 0;

	if (s->n < count)
		return false;
	for (unsigned i = 0; i < count; i++) {
		if (digit(s->p[i]) > 9)
			return false;
		value = value * 10 + (int)digit(s->p[i]);
	}
	s->p += count;
	s->n -= count;
	*ret_value = value;
	return true;
}

static bool read_byte(struct str *s, char c)
{
	if (s->n == 0 || *s->p != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

static bool read_month(struct str *s, int *ret_month)
{
	static const char names[12][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

	for (int i = 0; i < 12; i++) {
		if (!str_starts(*s, (struct str){names[i], 3}))
			continue;
		s->p += 3;
		s->n -= 3;
		*ret_month = i;
		return true;
	}
	return false;
}

static bool read_date(struct str *s, struct tm *tm)
{
	int year;

	if (!read_digits(s, s->n > 1 && s->p[1] == '/' ? 1 : 2, &tm->tm_mday) ||
		!read_byte(s, '/') || !read_month(s, &tm->tm_mon) || !read_byte(s, '/') ||
		!read_digits(s, 4, &year))
		return false;
	tm->tm_year = year - 1900;
	return tm->tm_mday >= 1 && tm->tm_mday <= 31;
}

static bool read_clock(struct str *s, struct tm *tm)
{
	return read_digits(s, 2, &tm->tm_hour) && read_byte(s, ':') &&
	       read_digits(s, 2, &tm->tm_min) && read_byte(s, ':') &&
	       read_digits(s, 2, &tm->tm_sec) && tm->tm_hour < 24 && tm->tm_min < 60 &&
	       tm->tm_sec <= 60;
}

/* " +0130" as seconds east of Greenwich. */
static bool read_zone(struct str *s, int *ret_east)
{
	struct str rest = *s;
	int hours, minutes;

	if (!read_byte(&rest, ' ') || rest.n == 0 || (*rest.p != '+' && *rest.p != '-'))
		return false;
	int sign = *rest.p == '-' ? -1 : 1;
	rest.p++;
	rest.n--;
	if (!read_digits(&rest, 2, &hours) || !read_digits(&rest, 2, &minutes))
		return false;
	*s = rest;
	*ret_east = sign * (hours * 3600 + minutes * 60);
	return true;
}

static size_t read_stamp(struct str text, usec_t *ret_time)
{
	struct tm tm = {.tm_isdst = -1};
	struct str rest = text;
	int east;

	if (!read_date(&rest, &tm) || !read_byte(&rest, ':') || !read_clock(&rest, &tm))
		return 0;
	if (read_zone(&rest, &east))
		*ret_time = ((usec_t)timegm(&tm) - east) * USEC_PER_SEC;
	else
		*ret_time = (usec_t)mktime(&tm) * USEC_PER_SEC;
	/* Of another age: no recording can carry it, and rates are counted in a ring of time. */
	return *ret_time > 0 && *ret_time < USEC_LIMIT ? text.n - rest.n : 0;
}

/* Most lines share their minute and zone with the line before. */
static bool is_same_minute(struct str text, const struct log_scratch *scratch)
{
	return memcmp(text.p, scratch->stamp, MINUTE_LEN) == 0 &&
	       memcmp(text.p + ZONE_AT, scratch->stamp + ZONE_AT, STAMP_LEN - ZONE_AT) == 0 &&
	       digit(text.p[MINUTE_LEN]) <= 5 && digit(text.p[MINUTE_LEN + 1]) <= 9;
}

size_t log_time_clf(struct str text, struct log_scratch *scratch, usec_t *ret_time)
{
	usec_t t;

	if (text.n >= STAMP_LEN && is_same_minute(text, scratch)) {
		unsigned second = digit(text.p[MINUTE_LEN]) * 10 + digit(text.p[MINUTE_LEN + 1]);
		*ret_time = scratch->stamp_minute + (usec_t)second * USEC_PER_SEC;
		return STAMP_LEN;
	}
	size_t n = read_stamp(text, &t);
	if (n == 0)
		return 0;
	if (n == STAMP_LEN) {
		unsigned second = digit(text.p[MINUTE_LEN]) * 10 + digit(text.p[MINUTE_LEN + 1]);
		memcpy(scratch->stamp, text.p, STAMP_LEN);
		scratch->stamp_minute = t - (usec_t)second * USEC_PER_SEC;
	}
	*ret_time = t;
	return n;
}
