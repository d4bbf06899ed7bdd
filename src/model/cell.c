// SPDX-License-Identifier: MIT
#include "model/cell.h"

#include "base/text.h"
#include "model/blocks.h"
#include "model/claims.h"

#include <inttypes.h>
#include <stdio.h>

/* "2E 1S": a count and a letter a state. Status classes keep their own names: "5×2xx". */
static char state_letter(const char *name)
{
	static const struct {
		const char *name;
		char letter;
	} letters[] = {{"ESTABLISHED", 'E'}, {"SYN_RECV", 'S'}, {"SYN_SENT", 'O'},
		{"TIME_WAIT", 'T'}, {"failed", 'F'}, {"accepted", 'A'}};

	for (size_t i = 0; i < ARRAY_LEN(letters); i++)
		if (strcmp(letters[i].name, name) == 0)
			return letters[i].letter;
	return tcp_state_from_name(str_of(name)) ? 'C' : '\0';
}

static size_t map_text(const struct cell *cell, char *buf, size_t cap)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < cell->n; i++) {
		const struct cell_pair *p = &cell->map[i];
		char letter = state_letter(p->name), count[8], piece[32];
		uint64_t sum = p->count;
		/* Everything that is closing shares one letter. */
		while (letter == 'C' && i + 1 < cell->n &&
			state_letter(cell->map[i + 1].name) == 'C')
			sum += cell->map[++i].count;
		text_count(count, sum);
		int w = letter ? snprintf(
					 piece, sizeof piece, "%s%s%c", n ? " " : "", count, letter)
			       : snprintf(piece, sizeof piece, "%s%s:%s", n ? " " : "", p->name,
					 count);
		if (n + (size_t)w >= cap)
			break;
		memcpy(buf + n, piece, (size_t)w + 1);
		n += (size_t)w;
	}
	return n;
}

static size_t names_text(const struct cell *cell, char *buf, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < cell->n && n < cap; i++)
		n += (size_t)snprintf(buf + n, cap - n, "%s%s", i ? "," : "", cell->map[i].name);
	return n < cap ? n : cap - 1;
}

static size_t members_text(const struct cell *cell, char *buf, size_t cap)
{
	size_t n = 0, shown = cell->n < CELL_MEMBERS_SHOWN ? cell->n : CELL_MEMBERS_SHOWN;

	for (size_t i = 0; i < shown && n < cap; i++)
		n += (size_t)snprintf(buf + n, cap - n, "%s%s", i ? " " : "", cell->map[i].name);
	if (cell->of > shown && n < cap)
		n += (size_t)snprintf(buf + n, cap - n, " +%zu", cell->of - shown);
	return n < cap ? n : cap - 1;
}

static size_t ports_text(const struct cell *cell, char *buf, size_t cap)
{
	size_t n = 0, shown = cell->port_n < CELL_PORTS_SHOWN ? cell->port_n : CELL_PORTS_SHOWN;

	for (size_t i = 0; i < shown && n < cap; i++)
		n += (size_t)snprintf(
			buf + n, cap - n, "%s%u", i ? " " : "", (unsigned)cell->ports[i]);
	if (cell->port_n > shown && n < cap)
		n += (size_t)snprintf(buf + n, cap - n, " +%zu", cell->port_n - shown);
	return n < cap ? n : cap - 1;
}

static size_t time_text(usec_t t, char *buf, size_t cap)
{
	time_t sec = (time_t)(t / USEC_PER_SEC);
	struct tm tm;

	localtime_r(&sec, &tm);
	return strftime(buf, cap, "%H:%M:%S", &tm);
}

static size_t claim_text(const struct claim *claim, char *buf, size_t cap)
{
	bool refuted = claim->outcome == CLAIM_REFUTED;
	int n = snprintf(buf, cap, "%s%s%s", refuted ? "not " : "", claim->name,
		claim->outcome == CLAIM_UNVERIFIED ? "?" : "");

	return n > 0 && (size_t)n < cap ? (size_t)n : strlen(buf);
}

static size_t percent_text(double part, char *buf, size_t cap)
{
	double percent = part * 100;

	if (percent <= 0)
		return (size_t)snprintf(buf, cap, "0");
	return (size_t)snprintf(buf, cap, percent < 1 ? "<1%%" : "%.0f%%", percent);
}

size_t cell_text(const struct cell *cell, char *buf, size_t cap)
{
	char small[PREFIX_TEXT_MAX];

	buf[0] = '\0';
	switch (cell->kind) {
	case CELL_NONE:
	case CELL_PULSE:
		return 0;
	case CELL_NOT_APPLICABLE:
		return (size_t)snprintf(buf, cap, CELL_DASH);
	case CELL_COUNT:
		text_count(small, cell->u);
		break;
	case CELL_TIMES:
		strcpy(small + text_count(small, cell->u), "x");
		break;
	case CELL_BYTES:
		text_bytes(small, cell->u);
		break;
	case CELL_RATE:
		text_count(small, (uint64_t)(cell->d + 0.5));
		break;
	case CELL_SHARE:
		return (size_t)snprintf(
			buf, cap, cell->d < 0.0995 ? "%.1f%%" : "%.0f%%", cell->d * 100);
	case CELL_PERCENT:
		return percent_text(cell->d, buf, cap);
	case CELL_SPAN:
		text_span(small, cell->u);
		break;
	case CELL_MICROS:
		text_micros(small, cell->u);
		break;
	case CELL_TIME:
		return time_text(cell->t, buf, cap);
	case CELL_ADDR:
		addr_format(cell->addr, small);
		break;
	case CELL_PREFIX:
		prefix_format(cell->prefix, small);
		break;
	case CELL_ASN:
		return (size_t)snprintf(buf, cap, "AS%" PRIu64, cell->u);
	case CELL_TEXT:
		text_copy(buf, cap, cell->text);
		return strlen(buf);
	case CELL_CLAIM:
		return claim_text(cell->claim, buf, cap);
	case CELL_PORTS:
		return ports_text(cell, buf, cap);
	case CELL_BLOCK:
		return block_text_short(cell->block, cell->now, buf, cap);
	case CELL_MEMBERS:
		return members_text(cell, buf, cap);
	case CELL_NAMES:
		return names_text(cell, buf, cap);
	case CELL_MAP:
		return map_text(cell, buf, cap);
	}
	text_copy(buf, cap, str_of(small));
	return strlen(buf);
}
