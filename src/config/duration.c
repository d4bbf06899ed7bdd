// SPDX-License-Identifier: MIT
#include "config/duration.h"

#include "base/num.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static const struct {
	const char *name;
	usec_t usec;
} units[] = {
	{"d", 86400 * USEC_PER_SEC},
	{"h", 3600 * USEC_PER_SEC},
	{"m", 60 * USEC_PER_SEC},
	{"s", USEC_PER_SEC},
	{"ms", USEC_PER_MSEC},
};

static struct str take_while(struct str *rest, const char *set)
{
	size_t n = 0;

	while (n < rest->n && rest->p[n] && strchr(set, rest->p[n]))
		n++;
	struct str taken = {rest->p, n};
	rest->p += n;
	rest->n -= n;
	return taken;
}

/* ARRAY_LEN(units) when there is none of that name. */
static size_t find_unit(struct str name)
{
	size_t i = 0;

	while (i < ARRAY_LEN(units) && !str_eq(str_of(units[i].name), name))
		i++;
	return i;
}

/* "1h30m", in microseconds. */
static int parse_parts(struct str text, double *ret)
{
	double sum = 0, v;
	size_t next = 0;

	while (text.n) {
		struct str number = take_while(&text, "0123456789.");
		size_t i = find_unit(take_while(&text, "abcdefghijklmnopqrstuvwxyz"));
		if (i < next || i == ARRAY_LEN(units) || num_double(number, &v) < 0)
			return -EINVAL;
		sum += v * (double)units[i].usec;
		next = i + 1;
	}
	*ret = sum;
	return 0;
}

int duration_parse(struct str text, usec_t *ret_usec)
{
	double v;

	int err = num_double(text, &v);
	if (!err)
		v *= (double)USEC_PER_SEC;
	else if (err == -EINVAL && text.n)
		err = parse_parts(text, &v);
	if (err)
		return err;
	if (!(v >= 0 && v < (double)USEC_LIMIT))
		return -ERANGE;
	*ret_usec = llround(v);
	return 0;
}

const char *duration_text(usec_t usec, char buf[static DURATION_TEXT_MAX])
{
	if (usec == 0)
		return "0";
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (usec % units[i].usec)
			continue;
		snprintf(buf, DURATION_TEXT_MAX, "%" PRId64 "%s", usec / units[i].usec,
			units[i].name);
		return buf;
	}
	snprintf(buf, DURATION_TEXT_MAX, "%" PRId64 ".%06" PRId64 "s", usec / USEC_PER_SEC,
		usec % USEC_PER_SEC);
	return buf;
}
