// SPDX-License-Identifier: MIT
#include "log/took.h"

#include "base/num.h"

#define NS_MAX     (LOG_TOOK_MAX * 1000)
#define DIGITS_MAX 18 /* that no uint64_t overflows by */

static unsigned digit(char c)
{
	return (unsigned)(unsigned char)c - '0';
}

/* With an exponent; not what a log writes often. */
static uint64_t take_double(struct str text, uint64_t unit)
{
	double value;

	if (num_double(text, &value) < 0)
		return ABSENT;
	value *= (double)unit;
	return value >= 0 && value < (double)NS_MAX ? (uint64_t)value : ABSENT;
}

/* Takes the number that *s begins with: nanoseconds, or ABSENT with *s untouched. */
static uint64_t take_number(struct str *s, uint64_t unit)
{
	uint64_t whole = 0, part = 0;
	size_t i = 0, digits;

	for (; i < s->n && digit(s->p[i]) <= 9 && i <= DIGITS_MAX; i++)
		whole = whole * 10 + digit(s->p[i]);
	if (i == 0 || i > DIGITS_MAX || whole >= NS_MAX / unit)
		return ABSENT;
	whole *= unit;
	if (i < s->n && s->p[i] == '.') {
		digits = ++i;
		for (; i < s->n && digit(s->p[i]) <= 9; i++)
			part += digit(s->p[i]) * (unit /= 10);
		if (i == digits)
			return ABSENT;
	}
	*s = str_skip(*s, i);
	return whole + part;
}

uint64_t log_took(struct str text, uint64_t unit)
{
	struct str rest = text;
	uint64_t ns = take_number(&rest, unit);

	if (ns != ABSENT && rest.n && (*rest.p | 0x20) == 'e')
		ns = take_double(text, unit);
	else if (rest.n)
		return ABSENT;
	return ns == ABSENT ? ABSENT : ns / 1000;
}

/* Takes the unit at the start of *s; 0 when there is none. */
static uint64_t take_unit(struct str *s)
{
	/* The longer name first. */
	static const struct {
		struct str name;
		uint64_t unit;
	} units[] = {{{"ns", 2}, TOOK_NS}, {{"us", 2}, TOOK_US}, {{"\xc2\xb5s", 3}, TOOK_US},
		{{"\xce\xbcs", 3}, TOOK_US}, {{"ms", 2}, TOOK_MS}, {{"s", 1}, TOOK_S},
		{{"m", 1}, 60 * TOOK_S}, {{"h", 1}, 3600 * TOOK_S}};

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (!str_starts(*s, units[i].name))
			continue;
		*s = str_skip(*s, units[i].name.n);
		return units[i].unit;
	}
	return 0;
}

/* The number of *s, whose unit stands behind it; both are taken. */
static uint64_t take_measure(struct str *s)
{
	struct str unit_at = *s;
	uint64_t ns;

	while (unit_at.n && (digit(*unit_at.p) <= 9 || *unit_at.p == '.'))
		unit_at = str_skip(unit_at, 1);
	struct str number = {s->p, s->n - unit_at.n};
	if (unit_at.n && *unit_at.p == ' ')
		unit_at = str_skip(unit_at, 1);
	uint64_t unit = take_unit(&unit_at);
	*s = unit_at;
	ns = unit ? take_number(&number, unit) : ABSENT;
	return number.n ? ABSENT : ns;
}

uint64_t log_took_with_unit(struct str text)
{
	uint64_t sum = 0;

	do {
		uint64_t ns = take_measure(&text);
		if (ns == ABSENT || ns >= NS_MAX - sum)
			return ABSENT;
		sum += ns;
	} while (text.n);
	return sum / 1000;
}

uint64_t log_upstream_status(struct str list)
{
	size_t at = list.n;
	uint64_t status;

	while (at > 0 && list.p[at - 1] != ' ' && list.p[at - 1] != ',' && list.p[at - 1] != ':')
		at--;
	if (list.n - at != 3 || num_u64(str_skip(list, at), &status) < 0 || status < 100)
		return ABSENT;
	return status;
}
