// SPDX-License-Identifier: MIT
#include "log/container.h"

#include "log/format.h"
#include "log/journal_record.h"
#include "log/json_scan.h"
#include "log/text.h"

#include <errno.h>
#include <stdlib.h>

#define CAP_MIN   (4u << 10)
#define CAP_KEPT  (64u << 10) /* what is larger is given back */
#define STAMP_MIN 20          /* "2026-11-22T08:14:15Z" */
#define STAMP_MAX 40          /* "2026-11-22T08:14:15.123456789+00:00" */

void container_pieces_done(struct container_pieces *p)
{
	for (size_t i = 0; i < ARRAY_LEN(p->streams); i++)
		free(p->streams[i].text);
	*p = (struct container_pieces){0};
}

static void give_back(struct container_piece *piece)
{
	free(piece->text);
	piece->text = NULL;
	piece->n = piece->cap = 0;
}

size_t container_pieces_held(const struct container_pieces *p)
{
	return p->streams[0].cap + p->streams[1].cap;
}

void container_pieces_trim(struct container_pieces *p)
{
	for (size_t i = 0; i < ARRAY_LEN(p->streams); i++)
		if (!p->streams[i].is_open)
			give_back(&p->streams[i]);
}

size_t container_pieces_give_up(struct container_pieces *p)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(p->streams); i++) {
		struct container_piece *piece = &p->streams[i];
		n += piece->is_open ? piece->n : 0;
		piece->is_cut |= piece->is_open;
		give_back(piece);
	}
	return n;
}

/* Room for n bytes more, as far as a line may have them. False when memory is out. */
static bool make_room(struct container_piece *piece, size_t n)
{
	size_t cap = piece->cap < CAP_MIN ? CAP_MIN : piece->cap;

	while (cap < LOG_LINE_MAX && cap - piece->n < n)
		cap *= 2;
	if (cap == piece->cap)
		return true;
	char *text = realloc(piece->text, cap);
	if (!text)
		return false;
	piece->text = text;
	piece->cap = cap;
	return true;
}

/* Adds what was written as raw to the piece, or begins a new one with it. */
static bool add(struct container_piece *piece, struct str raw, bool escaped)
{
	if (!piece->is_open) {
		piece->n = 0;
		piece->is_cut = false;
		if (piece->cap > CAP_KEPT)
			give_back(piece);
	}
	if (piece->is_cut)
		return true;
	if (!make_room(piece, raw.n))
		return false;
	size_t room = piece->cap - piece->n;
	if (escaped) {
		piece->n += json_unescape(piece->text + piece->n, room, raw);
	} else {
		size_t n = raw.n < room ? raw.n : room;
		if (n)
			memcpy(piece->text + piece->n, raw.p, n);
		piece->n += n;
	}
	piece->is_cut |= raw.n > room;
	return true;
}

static int hand_out(struct container_piece *piece, struct str *line, bool *ret_copied)
{
	*line = (struct str){piece->text ? piece->text : "", piece->n};
	*ret_copied = true;
	return piece->is_cut ? -E2BIG : 0;
}

/* {"log":"…\n","stream":"stdout","time":…}, as docker writes it and nobody else. */
static bool read_object(struct str line, struct str *ret_raw, size_t *ret_stream)
{
	if (!str_take(&line, STR_LIT("{\"log\":\"")))
		return false;
	const char *const end = line.p + line.n, *close = log_text_quote(line.p, end);
	if (!close)
		return false;
	struct str rest = {close, (size_t)(end - close)};
	*ret_raw = (struct str){line.p, (size_t)(close - line.p)};
	if (!str_take(&rest, STR_LIT("\",\"stream\":\"std")))
		return false;
	*ret_stream = str_starts(rest, STR_LIT("err\""));
	return *ret_stream || str_starts(rest, STR_LIT("out\""));
}

/* The same in another order, as what collects logs passes it on: with "stream" or "time" first. */
static bool read_object_anyhow(struct str line, struct str *ret_raw, size_t *ret_stream)
{
	struct json_scan s = {line.p, line.p + line.n};
	struct json_value key, value;
	bool has_log = false, has_stream = false;

	if (!str_starts(line, STR_LIT("{\"stream\"")) && !str_starts(line, STR_LIT("{\"time\"")) &&
		!str_starts(line, STR_LIT("{\"attrs\"")))
		return false;
	if (!memmem(line.p, line.n, "\"log\":\"", 7) ||
		!memmem(line.p, line.n, "\"stream\":\"std", 13))
		return false; /* as access logs that begin so */
	json_enter(&s);
	while (json_member(&s) && json_key(&s, &key) && json_value(&s, &value)) {
		bool is_text = value.kind == JSON_STRING;
		if (!is_text && value.kind != JSON_BARE && !json_skip(&s))
			break;
		if (is_text && str_eq(key.text, STR_LIT("log"))) {
			*ret_raw = value.text;
			has_log = true;
		} else if (is_text && str_eq(key.text, STR_LIT("stream"))) {
			*ret_stream = str_eq(value.text, STR_LIT("stderr"));
			has_stream = *ret_stream || str_eq(value.text, STR_LIT("stdout"));
		}
	}
	return has_log && has_stream;
}

/* "TIME stdout F TEXT", or P for a piece. */
static bool read_cri(struct str line, struct str *ret_raw, size_t *ret_stream, bool *ret_more)
{
	const char *space = memchr(line.p, ' ', line.n < STAMP_MAX ? line.n : STAMP_MAX);

	if (!space || space - line.p < STAMP_MIN || line.p[7] != '-' || line.p[10] != 'T')
		return false;
	struct str rest = {space, (size_t)(line.p + line.n - space)};
	if (!str_take(&rest, STR_LIT(" std")))
		return false;
	*ret_stream = str_starts(rest, STR_LIT("err "));
	if (!str_take(&rest, STR_LIT("err ")) && !str_take(&rest, STR_LIT("out ")))
		return false;
	*ret_more = str_starts(rest, STR_LIT("P "));
	if (!str_take(&rest, STR_LIT("P ")) && !str_take(&rest, STR_LIT("F ")))
		return false;
	*ret_raw = rest;
	return true;
}

/* A record of the journal is a whole line, of whichever program. */
static int take_journal(struct container_pieces *p, struct str *line, bool *ret_copied)
{
	struct container_piece *piece = &p->streams[0];

	if (piece->is_open || !add(piece, STR_ABSENT, false) ||
		!make_room(piece, line->n + JOURNAL_HEAD_MAX))
		return 0;
	piece->n = journal_record_read(*line, piece->text, piece->cap);
	return piece->n ? hand_out(piece, line, ret_copied) : 0;
}

static int take_object(struct container_pieces *p, struct str *line, bool *ret_copied)
{
	struct str raw;
	size_t stream;

	if (!read_object(*line, &raw, &stream) && !read_object_anyhow(*line, &raw, &stream))
		return take_journal(p, line, ret_copied);
	struct container_piece *piece = &p->streams[stream];
	if (!add(piece, raw, true))
		return 0;
	/* Of what is cut the last bytes are not kept: look at how they were written. */
	bool ended = piece->is_cut ? raw.n >= 2 && memcmp(raw.p + raw.n - 2, "\\n", 2) == 0
				   : piece->n && piece->text[piece->n - 1] == '\n';
	piece->is_open = !ended;
	if (!ended)
		return -EAGAIN;
	piece->n -= !piece->is_cut;
	return hand_out(piece, line, ret_copied);
}

static int take_cri(struct container_pieces *p, struct str *line, bool *ret_copied)
{
	struct str raw;
	size_t stream;
	bool more;

	if (!read_cri(*line, &raw, &stream, &more))
		return 0;
	struct container_piece *piece = &p->streams[stream];
	if (!more && !piece->is_open)
		return 0; /* line_prefix knows such a line */
	if (!add(piece, raw, false))
		return 0;
	piece->is_open = more;
	return more ? -EAGAIN : hand_out(piece, line, ret_copied);
}

int container_pieces_take(struct container_pieces *p, struct str *line, bool *ret_copied)
{
	*ret_copied = false;
	if (line->n < 8)
		return 0;
	if (*line->p == '{')
		return take_object(p, line, ret_copied);
	return line->p[4] == '-' ? take_cri(p, line, ret_copied) : 0;
}

bool container_pieces_rest(struct container_pieces *p, struct str *ret_line)
{
	for (size_t i = 0; i < ARRAY_LEN(p->streams); i++) {
		struct container_piece *piece = &p->streams[i];
		if (!piece->is_open)
			continue;
		piece->is_open = false;
		*ret_line = (struct str){piece->text ? piece->text : "", piece->n};
		return true;
	}
	return false;
}
