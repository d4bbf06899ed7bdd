// SPDX-License-Identifier: MIT
#include "tui/background.h"

#include <stdlib.h>

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* At most `most` hex digits, as a share of the largest number that so many can be; -1 for none. */
static double take_share(struct str *s, size_t most)
{
	unsigned value = 0, largest = 0;
	size_t n = 0;

	for (; n < most && n < s->n && hex_digit(s->p[n]) >= 0; n++) {
		value = value * 16 + (unsigned)hex_digit(s->p[n]);
		largest = largest * 16 + 15;
	}
	*s = str_skip(*s, n);
	return n ? (double)value / largest : -1;
}

bool background_of_reply(struct str reply, bool *ret_light)
{
	static const double weight[] = {0.299, 0.587, 0.114}; /* ITU-R BT.601 luma */
	double luma = 0;

	if (!str_take(&reply, STR_LIT("11;")))
		return false;
	bool plain = str_take(&reply, STR_LIT("#"));
	bool alpha = !plain && str_take(&reply, STR_LIT("rgba:"));
	if (!plain && !alpha && !str_take(&reply, STR_LIT("rgb:")))
		return false;
	const size_t digits = !plain ? 4 : reply.n % 3 == 0 ? reply.n / 3 : 0;
	for (int i = 0; i < 3; i++) {
		if (i && !plain && !str_take(&reply, STR_LIT("/")))
			return false;
		double share = take_share(&reply, digits < 4 ? digits : 4);
		if (share < 0)
			return false;
		luma += weight[i] * share;
	}
	if (alpha && (!str_take(&reply, STR_LIT("/")) || take_share(&reply, 4) < 0))
		return false;
	if (reply.n)
		return false;
	*ret_light = luma > 0.5;
	return true;
}

bool background_of_environment(const char *colorfgbg, bool *ret_light)
{
	const char *last = colorfgbg ? strrchr(colorfgbg, ';') : NULL;
	char *end;

	if (!last || last[1] < '0' || last[1] > '9')
		return false;
	long colour = strtol(last + 1, &end, 10);
	if (*end || colour > 15)
		return false;
	*ret_light = colour == 7 || colour > 8; /* 8 is a dark grey */
	return true;
}
