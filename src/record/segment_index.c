// SPDX-License-Identifier: MIT
#include "record/segment_index.h"

#include "base/file.h"
#include "base/num.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>

#define SAMPLE       4096                /* bytes of either end */
#define WEIGHT_MAX   (UINT64_C(1) << 53) /* so that their sum overflows nowhere */
#define SEVERITY_MAX 9

/* The longest number of each part, and the longest moment. */
_Static_assert(OVERVIEW_PARTS * 17 + OVERVIEW_MOMENTS * 64 + 512 < SEGMENT_INDEX_MAX, "it fits");

int segment_print_of(int fd, struct segment_print *ret)
{
	unsigned char bytes[SAMPLE];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	off_t last = st.st_size > SAMPLE ? st.st_size - SAMPLE : 0;
	uLong crc = crc32(0, NULL, 0);
	for (int i = 0; i < 2; i++) {
		ssize_t n = file_read_at(fd, bytes, sizeof bytes, i ? last : 0);
		if (n < 0)
			return (int)n;
		crc = crc32(crc, bytes, (uInt)n);
	}
	*ret = (struct segment_print){(uint64_t)st.st_size, (uint32_t)crc};
	return 0;
}

/* Writing. */

struct writer {
	char *buf;
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void put(struct writer *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	w->n += (size_t)vsnprintf(w->buf + w->n, SEGMENT_INDEX_MAX - w->n, format, args);
	va_end(args);
}

static uint64_t bounded(uint64_t weight)
{
	return weight < WEIGHT_MAX ? weight : WEIGHT_MAX - 1;
}

size_t segment_index_write(const struct overview *o, const struct segment_print *print,
	char buf[static SEGMENT_INDEX_MAX])
{
	struct writer w = {.buf = buf};
	size_t parts = OVERVIEW_PARTS;

	buf[0] = '\0';
	while (parts > 0 && !o->parts[parts - 1])
		parts--;
	put(&w, "nethergaze-index 1\nfile %" PRIu64 " %" PRIu32 "\n", print->size, print->crc);
	put(&w, "time %" PRId64 " %" PRId64 " %" PRId64 "\nparts", o->begin, o->end, o->width);
	for (size_t i = 0; i < parts; i++)
		put(&w, " %" PRIu64, bounded(o->parts[i]));
	put(&w, "\n");
	for (uint32_t i = 0; i < o->moment_count; i++) {
		const struct overview_moment *m = &o->moments[i];
		put(&w, "moment %" PRId64 " %u%s%s\n", m->at, m->severity, m->name[0] ? " " : "",
			m->name);
	}
	put(&w, "end\n");
	return w.n;
}

/* Reading. Each takes what it reads off the text, or returns false. */

static bool take_number(struct str *text, uint64_t most, uint64_t *ret)
{
	size_t n = 0;

	while (n < text->n && text->p[n] >= '0' && text->p[n] <= '9')
		n++;
	if (num_u64((struct str){text->p, n}, ret) < 0 || *ret > most)
		return false;
	*text = str_skip(*text, n);
	return true;
}

static bool take_time(struct str *text, usec_t *ret)
{
	uint64_t v;

	if (!take_number(text, (uint64_t)USEC_LIMIT - 1, &v))
		return false;
	*ret = (usec_t)v;
	return true;
}

static bool take_parts(struct str *text, struct overview *o)
{
	for (size_t i = 0; str_take(text, STR_LIT(" ")); i++)
		if (i == OVERVIEW_PARTS || !take_number(text, WEIGHT_MAX - 1, &o->parts[i]))
			return false;
	return str_take(text, STR_LIT("\n"));
}

static bool take_name(struct str *text, char name[static OVERVIEW_NAME])
{
	size_t n = 0;

	while (n < text->n && ((text->p[n] >= 'a' && text->p[n] <= 'z') || text->p[n] == '-' ||
				      (text->p[n] >= '0' && text->p[n] <= '9')))
		n++;
	if (n == 0 || n >= OVERVIEW_NAME)
		return false;
	text_copy(name, OVERVIEW_NAME, (struct str){text->p, n});
	*text = str_skip(*text, n);
	return true;
}

static bool take_moment(struct str *text, struct overview *o)
{
	struct overview_moment m = {0};
	uint64_t severity;

	if (o->moment_count == OVERVIEW_MOMENTS || !take_time(text, &m.at) ||
		!str_take(text, STR_LIT(" ")) || !take_number(text, SEVERITY_MAX, &severity))
		return false;
	m.severity = (uint8_t)severity;
	if (str_take(text, STR_LIT(" ")) && !take_name(text, m.name))
		return false;
	overview_note(o, &m);
	return str_take(text, STR_LIT("\n"));
}

bool segment_index_read(struct str text, struct overview *ret, struct segment_print *ret_print)
{
	struct overview *o = ret;
	uint64_t crc;

	overview_init(o);
	if (!str_take(&text, STR_LIT("nethergaze-index 1\nfile ")) ||
		!take_number(&text, UINT64_MAX, &ret_print->size) ||
		!str_take(&text, STR_LIT(" ")) || !take_number(&text, UINT32_MAX, &crc) ||
		!str_take(&text, STR_LIT("\ntime ")) || !take_time(&text, &o->begin) ||
		!str_take(&text, STR_LIT(" ")) || !take_time(&text, &o->end) ||
		!str_take(&text, STR_LIT(" ")) || !take_time(&text, &o->width) ||
		!str_take(&text, STR_LIT("\nparts")) || !take_parts(&text, o))
		return false;
	ret_print->crc = (uint32_t)crc;
	while (str_take(&text, STR_LIT("moment ")))
		if (!take_moment(&text, o))
			return false;
	o->whole = true;
	return str_eq(text, STR_LIT("end\n")) && o->begin > 0 && o->begin <= o->end &&
	       o->width > 0 && o->width <= USEC_LIMIT / OVERVIEW_PARTS;
}

bool segment_index_of(int index, int fd, usec_t begin, struct overview *ret)
{
	struct segment_print said = {0}, is = {0};
	char *text;
	size_t n;

	if (file_read_open(index, SEGMENT_INDEX_MAX, &text, &n) < 0)
		return false;
	bool good = segment_index_read((struct str){text, n}, ret, &said) &&
		    segment_print_of(fd, &is) == 0 && said.size == is.size && said.crc == is.crc &&
		    ret->end >= begin;
	free(text);
	return good;
}
