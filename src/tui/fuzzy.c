// SPDX-License-Identifier: MIT
#include "tui/fuzzy.h"

#include "base/text.h"

/* Of one word that is typed. */
enum {
	SCATTERED = 1, /* up to this and SCATTERED_MOST, the closer the better */
	SCATTERED_MOST = 20,
	INSIDE = 40,
	OF_WORD = 60,
	AT_FRONT = 80,
	WHOLE = 100
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_same(struct str a, struct str b)
{
	return a.n == b.n && text_contains(a, b);
}

static bool begins_word(struct str text, size_t at)
{
	char before = at ? lower(text.p[at - 1]) : ' ';

	return !(before >= 'a' && before <= 'z') && !(before >= '0' && before <= '9');
}

static unsigned part_score(struct str text, struct str word)
{
	unsigned best = 0;

	for (size_t i = 0; i + word.n <= text.n; i++) {
		if (!is_same((struct str){text.p + i, word.n}, word))
			continue;
		unsigned score = i == 0 ? AT_FRONT : begins_word(text, i) ? OF_WORD : INSIDE;
		best = score > best ? score : best;
	}
	return best;
}

/* Letters in their order with others between: each gap costs. */
static unsigned scattered_score(struct str text, struct str word)
{
	size_t at = 0, gaps = 0;

	for (size_t i = 0; i < text.n && at < word.n; i++)
		if (lower(text.p[i]) == lower(word.p[at]))
			at++;
		else if (at)
			gaps++;
	if (at < word.n)
		return 0;
	return gaps >= SCATTERED_MOST - SCATTERED ? SCATTERED : SCATTERED_MOST - (unsigned)gaps;
}

static unsigned word_score(struct str text, struct str word)
{
	if (is_same(text, word))
		return WHOLE;
	unsigned score = part_score(text, word);
	return score ? score : scattered_score(text, word);
}

unsigned fuzzy_score(struct str text, struct str typed)
{
	unsigned sum = 1;

	while (typed.n) {
		size_t n = 0;
		while (n < typed.n && typed.p[n] != ' ')
			n++;
		unsigned score = n ? word_score(text, (struct str){typed.p, n}) : 0;
		if (n && !score)
			return 0;
		sum += score;
		typed = str_skip(typed, n < typed.n ? n + 1 : n);
	}
	return sum;
}
