// SPDX-License-Identifier: MIT
#include "log/time.h"

#include "base/num.h"
#include "log/swar.h"

#include <errno.h>

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

/* timegm(3) without its lock and its look at the zone: seconds since 1970. */
static usec_t utc_seconds(const struct tm *tm)
{
	static const short before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	const int year = tm->tm_year + 1900;
	const int past = tm->tm_mon > 1 ? year : year - 1;          /* the last leap day's */
	const int leaps = past / 4 - past / 100 + past / 400 - 477; /* 477 before 1970 */
	const usec_t days = (usec_t)(year - 1970) * 365 + leaps + before[tm->tm_mon] + tm->tm_mday;

	return (days - 1) * 86400 + tm->tm_hour * 3600 + tm->tm_min * 60 + tm->tm_sec;
}

/* Of another age: no recording can carry it, and rates are counted in a ring of time. */
static bool is_of_this_age(usec_t t)
{
	return t > 0 && t < USEC_LIMIT;
}

/* stamp begins with the text of tm up to the minute, minute_n bytes of it. The zone's rules are
 * asked for once a minute. */
static usec_t local_time(
	struct str stamp, size_t minute_n, struct tm *tm, struct log_scratch *scratch)
{
	const usec_t second = tm->tm_sec;
	char *known = scratch->local_stamp;

	if (memcmp(known, stamp.p, minute_n) != 0 || known[minute_n] != '\0') {
		tm->tm_sec = 0;
		scratch->local_minute = (usec_t)mktime(tm) * USEC_PER_SEC;
		memcpy(known, stamp.p, minute_n);
		known[minute_n] = '\0';
	}
	return scratch->local_minute + second * USEC_PER_SEC;
}

/* Up to nine digits; what is finer than a microsecond is cut off. */
static usec_t read_fraction(struct str *s)
{
	static const usec_t units[] = {100000, 10000, 1000, 100, 10, 1};
	usec_t value = 0;
	size_t i = 0;

	for (; i < s->n && digit(s->p[i]) <= 9; i++)
		if (i < ARRAY_LEN(units))
			value += (usec_t)digit(s->p[i]) * units[i];
	s->p += i;
	s->n -= i;
	return value;
}

static size_t read_stamp(struct str text, struct log_scratch *scratch, usec_t *ret_time)
{
	struct tm tm = {.tm_isdst = -1};
	struct str rest = text;
	usec_t fraction = 0;
	int east;

	if (!read_date(&rest, &tm) || !read_byte(&rest, ':') || !read_clock(&rest, &tm))
		return 0;
	const size_t minute_n = text.n - rest.n - 3;
	if (read_byte(&rest, '.'))
		fraction = read_fraction(&rest);
	if (read_zone(&rest, &east))
		*ret_time = (utc_seconds(&tm) - east) * USEC_PER_SEC;
	else
		*ret_time = local_time(text, minute_n, &tm, scratch);
	*ret_time += fraction;
	return is_of_this_age(*ret_time) ? text.n - rest.n : 0;
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
	size_t n = read_stamp(text, scratch, &t);
	if (n == 0)
		return 0;
	if (n == STAMP_LEN && text.p[ZONE_AT] == ' ') {
		unsigned second = digit(text.p[MINUTE_LEN]) * 10 + digit(text.p[MINUTE_LEN + 1]);
		memcpy(scratch->stamp, text.p, STAMP_LEN);
		scratch->stamp_minute = t - (usec_t)second * USEC_PER_SEC;
	}
	*ret_time = t;
	return n;
}

/* "Z", "+01:30", "+0130", "+01", also behind a space; seconds east of Greenwich. */
static bool read_iso_zone(struct str *s, int *ret_east)
{
	struct str rest = *s;
	int hours, minutes = 0;

	read_byte(&rest, ' ');
	if (read_byte(&rest, 'Z') || read_byte(&rest, 'z')) {
		*s = rest;
		*ret_east = 0;
		return true;
	}
	if (rest.n == 0 || (*rest.p != '+' && *rest.p != '-'))
		return false;
	int sign = *rest.p == '-' ? -1 : 1;
	rest.p++;
	rest.n--;
	if (!read_digits(&rest, 2, &hours))
		return false;
	read_byte(&rest, ':');
	(void)read_digits(&rest, 2, &minutes);
	*s = rest;
	*ret_east = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool read_iso_date(struct str *s, struct tm *tm)
{
	int year;

	if (!read_digits(s, 4, &year) || s->n == 0 || (*s->p != '-' && *s->p != '/'))
		return false;
	const char separator = *s->p;
	if (!read_byte(s, separator) || !read_digits(s, 2, &tm->tm_mon) ||
		!read_byte(s, separator) || !read_digits(s, 2, &tm->tm_mday))
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon--;
	return tm->tm_mon >= 0 && tm->tm_mon < 12 && tm->tm_mday >= 1 && tm->tm_mday <= 31;
}

size_t log_time_iso(struct str text, struct log_scratch *scratch, usec_t *ret_time)
{
	struct tm tm = {.tm_isdst = -1};
	struct str rest = text;
	usec_t fraction = 0, t;
	int east;

	if (!read_iso_date(&rest, &tm) ||
		(!read_byte(&rest, 'T') && !read_byte(&rest, ' ') && !read_byte(&rest, 't')) ||
		!read_clock(&rest, &tm))
		return 0;
	const size_t minute_n = text.n - rest.n - 3;
	if (read_byte(&rest, '.') || read_byte(&rest, ','))
		fraction = read_fraction(&rest);
	if (read_iso_zone(&rest, &east))
		t = (utc_seconds(&tm) - east) * USEC_PER_SEC;
	else
		t = local_time(text, minute_n, &tm, scratch);
	t += fraction;
	if (!is_of_this_age(t))
		return 0;
	*ret_time = t;
	return text.n - rest.n;
}

/* The usual "1795335409.786408", exactly. */
static bool read_seconds(struct str text, usec_t *ret_time)
{
	usec_t fraction = 0;
	int low;

	if (text.n < 10)
		return false;
	const uint64_t w = swar_load(text.p);
	struct str rest = {text.p + 8, text.n - 8};
	if (swar_digits(w) < 8 || !read_digits(&rest, 2, &low))
		return false;
	if (read_byte(&rest, '.'))
		fraction = read_fraction(&rest);
	if (rest.n != 0)
		return false;
	*ret_time = ((usec_t)swar_value(w, 8) * 100 + low) * USEC_PER_SEC + fraction;
	return true;
}

/* "22", " 8", or "8", as some daemons write it. */
static bool read_day(struct str *s, int *ret)
{
	return read_byte(s, ' ')        ? read_digits(s, 1, ret)
	       : read_digits(s, 2, ret) ? true
					: read_digits(s, 1, ret);
}

size_t log_time_syslog(struct str text, usec_t now, usec_t *ret_time)
{
	time_t today = (time_t)(now / USEC_PER_SEC) + 86400;
	struct tm tm = {0}, latest;
	struct str rest = text;

	if (!read_month(&rest, &tm.tm_mon) || !read_byte(&rest, ' ') ||
		!read_day(&rest, &tm.tm_mday) || !read_byte(&rest, ' ') ||
		!read_clock(&rest, &tm) || tm.tm_mday < 1 || tm.tm_mday > 31 ||
		!localtime_r(&today, &latest))
		return 0;
	tm.tm_year = latest.tm_year;
	for (int back = 0; back < 2; back++, tm.tm_year--) {
		struct tm try = tm;
		try.tm_isdst = -1;
		usec_t t = (usec_t)mktime(&try) * USEC_PER_SEC;
		if (!is_of_this_age(t) || t > (usec_t)today * USEC_PER_SEC)
			continue;
		*ret_time = t;
		return text.n - rest.n;
	}
	return 0;
}

static bool read_year(struct str *s, struct tm *tm)
{
	int year;

	if (!read_byte(s, ' ') || !read_digits(s, 4, &year))
		return false;
	tm->tm_year = year - 1900;
	return true;
}

size_t log_time_apache(struct str text, struct log_scratch *scratch, usec_t *ret_time)
{
	struct tm tm = {.tm_isdst = -1};
	char minute[16]; /* with the year, which stands behind it */
	usec_t fraction = 0;

	if (text.n < 24 || text.p[3] != ' ')
		return 0;
	struct str rest = {text.p + 4, text.n - 4};
	memcpy(minute, rest.p, 12);
	if (!read_month(&rest, &tm.tm_mon) || !read_byte(&rest, ' ') ||
		!read_digits(&rest, 2, &tm.tm_mday) || !read_byte(&rest, ' ') ||
		!read_clock(&rest, &tm) || tm.tm_mday < 1 || tm.tm_mday > 31)
		return 0;
	if (read_byte(&rest, '.'))
		fraction = read_fraction(&rest);
	if (!read_year(&rest, &tm))
		return 0;
	memcpy(minute + 12, rest.p - 4, 4);
	usec_t t = fraction +
		   local_time((struct str){minute, sizeof minute}, sizeof minute, &tm, scratch);
	if (!is_of_this_age(t))
		return 0;
	*ret_time = t;
	return text.n - rest.n;
}

int log_time_epoch(struct str text, usec_t *ret_time)
{
	/* 1e11 seconds are in the year 5138, 1e11 milliseconds in 1973. */
	static const struct {
		double below, usecs;
	} units[] = {{1e11, 1e6}, {1e14, 1e3}, {1e17, 1}, {1e20, 1e-3}};
	double value, usecs;
	usec_t t;

	if (read_seconds(text, &t)) {
		if (!is_of_this_age(t))
			return -EINVAL;
		*ret_time = t;
		return 0;
	}
	if (num_double(text, &value) < 0 || value <= 0)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (value >= units[i].below)
			continue;
		usecs = value * units[i].usecs;
		if (usecs < 1 || usecs >= (double)USEC_LIMIT)
			return -EINVAL;
		*ret_time = (usec_t)(usecs + 0.5);
		return 0;
	}
	return -EINVAL;
}

int log_time_any(struct str text, struct log_scratch *scratch, usec_t *ret_time)
{
	if (text.n && *text.p == '[')
		text = (struct str){text.p + 1, text.n - 1};
	if (text.n > 4 && (text.p[4] == '-' || text.p[4] == '/') && digit(*text.p) <= 9)
		return log_time_iso(text, scratch, ret_time) ? 0 : -EINVAL;
	if (log_time_epoch(text, ret_time) == 0)
		return 0;
	return log_time_clf(text, scratch, ret_time) ? 0 : -EINVAL;
}
