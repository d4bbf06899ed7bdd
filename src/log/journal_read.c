// SPDX-License-Identifier: MIT
#include "base/container.h"
#include "base/fault.h"
#include "base/num.h"
#include "log/journal_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define LOOK_EVERY (2 * USEC_PER_SEC)
#define DATA_MAX \
	(LOG_LINE_MAX + 64) /* a little more than is taken, so that it is seen to be more */

#define FIELDS_MAX 1024 /* of an entry; journald takes as many (ENTRY_FIELD_COUNT_MAX) */

/* Files that others may have written and may change meanwhile: each call of the library is between
 * fault_begin() and fault_end(), and what it hands out is copied. */
struct reading {
	struct journal_reader reader;
	const struct journal_lib *lib;
	struct sd_journal *j; /* NULL: closed */
	struct journal_files files;
	char *cursor; /* of the entry that was handed out last; owned, of malloc(3); or NULL */
	char *message;
	usec_t looked;
	enum log_state place;
	int err;        /* why it is closed */
	bool new;       /* whatever is there has come since the start */
	bool has_entry; /* the library stands at one that has not been handed out */
};

static void close_journal(struct reading *r)
{
	if (r->j)
		r->lib->close(r->j);
	r->j = NULL;
	r->has_entry = false;
	journal_files_close(&r->files);
}

static int fail(struct reading *r, int err, const char *what)
{
	close_journal(r);
	snprintf(r->reader.why, sizeof r->reader.why, "%s: %s", what, strerror(-err));
	r->err = err;
	return err;
}

/* Opening. */

/* One that is damaged, or was cut off, would keep the library from all others. */
static void drop_bad(struct reading *r)
{
	struct journal_files *f = &r->files;
	unsigned kept = 0;
	struct sd_journal *j;

	for (unsigned i = 0; i < f->n; i++) {
		int copy = fcntl(f->fds[i], F_DUPFD_CLOEXEC, 0);
		if (r->lib->open_files_fd(&j, &copy, 1, 0) >= 0) {
			r->lib->close(j); /* and the copy */
			f->fds[kept++] = f->fds[i];
			continue;
		}
		close(f->fds[i]);
		if (copy >= 0)
			close(copy);
	}
	f->n = kept;
}

/* The library keeps the descriptors when it has opened all of them, and none when it has not
 * (sd-journal.c: "take possession"). */
static int open_all(struct reading *r)
{
	struct journal_files *f = &r->files;
	int err = f->n ? r->lib->open_files_fd(&r->j, f->fds, f->n, 0) : -ENOENT;

	if (err >= 0)
		f->n = 0;
	return err;
}

static int open_each(struct reading *r)
{
	struct journal_files *f = &r->files;

	journal_files_open(&r->reader.options->place, true, f);
	int err = open_all(r);
	if (err >= 0 || !f->n)
		return err;
	drop_bad(r);
	return open_all(r);
}

static int open_files(struct reading *r)
{
	const struct journal_place *place = &r->reader.options->place;

	if (!journal_place_is_opened(place))
		return place->dir ? r->lib->open_directory(&r->j, place->dir, 0)
				  : r->lib->open(&r->j, JOURNAL_LOCAL_ONLY);
	return r->lib->open_files_fd ? open_each(r) : -ENOSYS;
}

static int match_inputs(struct reading *r)
{
	const struct log_journal_options *o = r->reader.options;
	char text[2 * JOURNAL_FIELD_MAX];
	int err = 0;

	for (size_t i = 0; i < o->input_count; i++)
		for (size_t k = 0; k < o->inputs[i].match_count && err >= 0; k++) {
			const struct journal_match *m = &o->inputs[i].matches[k];
			int n = snprintf(text, sizeof text, "%s=%s", journal_field_names[m->field],
				m->value);
			err = r->lib->add_disjunction(r->j);
			if (err >= 0)
				err = r->lib->add_match(r->j, text, (size_t)n);
		}
	return err < 0 ? err : 0;
}

static int match_all(struct reading *r)
{
	int err = match_inputs(r);

	if (!err)
		err = r->lib->add_disjunction(r->j);
	if (err >= 0)
		err = r->lib->add_match(r->j, "MESSAGE_ID=" JOURNAL_SUPPRESSED_ID,
			11 + sizeof JOURNAL_SUPPRESSED_ID - 1);
	return err < 0 ? err : 0;
}

/* Stands before the first entry that is to be read; when that is already reached, has_entry. */
static int seek_to_cursor(struct reading *r)
{
	int err = r->lib->seek_cursor(r->j, r->cursor);

	if (err >= 0)
		err = r->lib->next(r->j);
	r->has_entry = err > 0 && r->lib->test_cursor(r->j, r->cursor) <= 0;
	return err < 0 ? err : 0;
}

static void keep_cursor(struct reading *r)
{
	char *cursor;

	if (r->lib->get_cursor(r->j, &cursor) < 0)
		return;
	free(r->cursor);
	r->cursor = cursor;
}

/* After sd_journal_seek_tail() only sd_journal_previous() makes sense: it leads to the last entry,
 * which is not news. */
static int seek(struct reading *r)
{
	if (r->cursor)
		return seek_to_cursor(r);
	if (r->reader.from_start || r->new)
		return r->lib->seek_head(r->j);
	int err = r->lib->seek_tail(r->j);
	if (err >= 0)
		err = r->lib->previous(r->j);
	if (err > 0)
		keep_cursor(r);
	return err ? err : r->lib->seek_head(r->j);
}

/* Below a root no file can be watched. */
static void watch(struct reading *r)
{
	struct epoll_event event = {.events = EPOLLIN};
	int fd = r->lib->get_fd(r->j);

	if (fd >= 0)
		epoll_ctl(r->reader.epoll, EPOLL_CTL_ADD, fd, &event);
}

static int open_journal(struct reading *r)
{
	int err = open_files(r);

	if (err >= 0)
		err = r->lib->set_data_threshold(r->j, DATA_MAX);
	if (err >= 0)
		err = match_all(r);
	if (err >= 0) {
		watch(r); /* before anything is read: what comes meanwhile is seen */
		err = seek(r);
	}
	if (err < 0)
		return fail(r, err, "the journal cannot be opened");
	r->reader.caught_up |= !r->reader.from_start;
	r->reader.lag = true;
	return 0;
}

/* Files that come and go. */

/* "s=ID;i=NUMBER;…": each entry that journald writes has the next number, whatever wrote it. */
static bool read_cursor(const char *cursor, struct str *ret_id, uint64_t *ret_number)
{
	const char *semicolon = cursor ? strchr(cursor, ';') : NULL;
	char *end;

	if (!semicolon || strncmp(cursor, "s=", 2) != 0 || strncmp(semicolon, ";i=", 3) != 0)
		return false;
	*ret_id = (struct str){cursor, (size_t)(semicolon - cursor)};
	*ret_number = strtoull(semicolon + 3, &end, 16);
	return *end == ';';
}

/* How many entries there were between where we are and the first that is left. */
static uint64_t count_removed(const struct reading *r, const char *first)
{
	struct str id, first_id;
	uint64_t number, first_number;

	if (!read_cursor(r->cursor, &id, &number) ||
		!read_cursor(first, &first_id, &first_number) || !str_eq(id, first_id))
		return 0;
	return first_number > number + 1 ? first_number - number - 1 : 0;
}

/* Files may have gone before they were read to their end. The first entry that is left, of
 * whichever program, says how many have. */
static int take_removal(struct reading *r)
{
	char *first = NULL;

	if (!r->cursor || !r->reader.lag)
		return 0;
	r->lib->flush_matches(r->j);
	int err = r->lib->seek_head(r->j);
	if (err >= 0)
		err = r->lib->next(r->j);
	if (err > 0 && r->lib->get_cursor(r->j, &first) >= 0)
		r->reader.lost += count_removed(r, first);
	free(first);
	if (err >= 0)
		err = match_all(r);
	return err < 0 ? err : seek_to_cursor(r);
}

static int take_changes(struct reading *r)
{
	int got = r->lib->process(r->j);

	if (got < 0)
		return fail(r, got, "the journal cannot be followed");
	if (got != JOURNAL_INVALIDATE)
		return 0;
	r->reader.turns++;
	got = take_removal(r);
	return got < 0 ? fail(r, got, "the journal cannot be read") : 0;
}

/* Where files are opened one by one nobody reports a new one. */
static bool has_changed(struct reading *r)
{
	struct journal_files now;

	if (!journal_place_is_opened(&r->reader.options->place))
		return false;
	journal_files_open(&r->reader.options->place, false, &now);
	if (now.mark == r->files.mark)
		return false;
	r->reader.turns++;
	return true;
}

/* The library passes over what it may not read. */
static int look_at_place(struct reading *r)
{
	r->place = journal_place_look(&r->reader.options->place, r->reader.why);
	if (r->place == LOG_READING)
		return 0;
	r->new |= r->place == LOG_MISSING;
	close_journal(r);
	return r->err = r->place == LOG_MISSING ? -ENOENT : -EACCES;
}

static int look(struct reading *r, usec_t now)
{
	usec_t since = now - r->looked;

	/* The wall clock may have been set back. */
	if (r->reader.due || since < 0 || since >= LOOK_EVERY) {
		r->reader.due = false;
		r->looked = now;
		if (look_at_place(r))
			return r->err;
		if (r->j && has_changed(r))
			close_journal(r);
		if (!r->j)
			return open_journal(r);
	}
	return r->j ? take_changes(r) : r->err;
}

/* A file that was cut off has been read wrong from there on: what the library holds is dropped. */
static int leave(struct reading *r, int err)
{
	if (!fault_end())
		return err;
	r->reader.lost++;
	return fail(r, -EIO, "a file of the journal was cut off");
}

static int reading_look(struct journal_reader *reader, usec_t now)
{
	struct reading *r = container_of(reader, struct reading, reader);

	fault_begin();
	return leave(r, look(r, now));
}

/* Entries. */

static bool take_value(struct str *data, const char *name)
{
	struct str rest = *data;

	if (!str_take(&rest, str_of(name)) || !str_take(&rest, STR_LIT("=")))
		return false;
	*data = rest;
	return true;
}

/* Of several, the first. */
static void keep_message(struct reading *r, struct journal_record *ret, struct str text)
{
	if (ret->form != JOURNAL_NOTHING)
		return;
	ret->form = text.n > LOG_LINE_MAX ? JOURNAL_TOO_LONG : JOURNAL_BYTES;
	ret->message = (struct str){r->message, text.n < DATA_MAX ? text.n : DATA_MAX};
	memcpy(r->message, text.p, ret->message.n);
}

static void keep_data(struct reading *r, struct journal_record *ret, struct str data)
{
	if (take_value(&data, "MESSAGE")) {
		keep_message(r, ret, data);
		return;
	}
	if (take_value(&data, "_SOURCE_REALTIME_TIMESTAMP")) {
		(void)num_u64(data, &ret->source_time);
		return;
	}
	for (enum journal_field i = 0; i < JOURNAL_FIELDS; i++)
		if (take_value(&data, journal_field_names[i])) {
			if (!ret->fields[i].n)
				journal_record_keep(ret, i, data);
			return;
		}
}

/* One pass over all of them: to look a field up the library passes over the others each time. */
static int get_entry(struct reading *r, struct journal_record *ret)
{
	const void *data;
	size_t n;
	int got = 1;

	journal_record_clear(ret);
	keep_cursor(r);
	r->lib->get_realtime_usec(r->j, &ret->time);
	r->lib->restart_data(r->j);
	for (int i = 0; i < FIELDS_MAX && got > 0; i++) {
		got = r->lib->enumerate_data(r->j, &data, &n);
		if (got > 0)
			keep_data(r, ret, (struct str){data, n});
	}
	r->reader.lost += got < 0;
	return got < 0 ? -EBADMSG : 1;
}

static int next(struct reading *r, struct journal_record *ret)
{
	int got = !r->j ? r->err : r->has_entry ? 1 : r->lib->next(r->j);

	r->has_entry = false;
	if (got > 0)
		return get_entry(r, ret);
	if (got < 0)
		return r->j ? fail(r, got, "the journal cannot be read") : got;
	r->reader.caught_up = true;
	r->reader.lag = false;
	return 0;
}

static int reading_next(struct journal_reader *reader, struct journal_record *ret)
{
	struct reading *r = container_of(reader, struct reading, reader);

	fault_begin();
	return leave(r, next(r, ret));
}

static void reading_free(struct journal_reader *reader)
{
	struct reading *r = container_of(reader, struct reading, reader);

	fault_begin();
	close_journal(r);
	(void)fault_end();
	free(r->cursor);
	free(r->message);
	free(r);
}

static const struct journal_reader_ops ops = {
	.name = "libsystemd",
	.look = reading_look,
	.next = reading_next,
	.free = reading_free,
};

struct journal_reader *journal_read_new(const struct log_journal_options *options)
{
	struct reading *r = calloc(1, sizeof *r);
	char *message = malloc(DATA_MAX);

	if (!r || !message) {
		free(r);
		free(message);
		return NULL;
	}
	r->reader.ops = &ops;
	r->reader.options = options;
	r->lib = options->lib;
	r->message = message;
	return &r->reader;
}

int journal_read_last(const struct log_journal_options *options, usec_t *ret)
{
	struct journal_reader *reader = journal_read_new(options);
	uint64_t usec = 0;

	if (!reader)
		return -ENOMEM;
	struct reading *r = container_of(reader, struct reading, reader);
	fault_begin();
	int err = open_files(r);
	if (err >= 0)
		err = match_inputs(r);
	if (err >= 0)
		err = r->lib->seek_tail(r->j);
	if (err >= 0)
		err = r->lib->previous(r->j);
	if (err > 0)
		err = r->lib->get_realtime_usec(r->j, &usec);
	if (fault_end())
		err = -EIO;
	reading_free(reader);
	if (err < 0)
		return err;
	*ret = usec < (uint64_t)USEC_LIMIT ? (usec_t)usec : 0;
	return 0;
}
