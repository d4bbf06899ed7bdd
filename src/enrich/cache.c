// SPDX-License-Identifier: MIT
#include "enrich/cache.h"

#include "base/file.h"
#include "base/jsonw.h"
#include "base/num.h"
#include "base/prefixes.h"
#include "enrich/network_info.h"
#include "event/json_read.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME   "registrations.ndjson"
#define FRESH_NAME  "registrations.ndjson.new"
#define LOCK_NAME   "registrations.lock"
#define CLOCK_SLACK (60 * USEC_PER_SEC) /* how far ahead another console's clock may be */
#define LOCK_TRIES  20                  /* at the end, 10 ms apart */
#define SLICE       (256u << 10)        /* bytes of others' lines at a time: about 2 ms */

struct entry {
	struct prefix_item at;
	usec_t answered_at;
	bool is_empty; /* it says that nothing is known */
	char *line;    /* owned; without the newline */
	uint32_t n;
};

struct cache {
	struct prefixes entries;
	size_t bytes; /* of all lines, as the file has them */
	usec_t ttl, short_ttl;
	struct record_reader *reader;
	int dir, dir_err;     /* the directory, or -1 and why */
	int file;             /* what has the name, as of when we looked last; or -1 */
	off_t read_to;        /* in that file */
	bool rewrite;         /* it is to be written whole */
	struct jsonw unsaved; /* lines that it lacks */
	struct jsonw scratch;
};

/* Entries. */

static bool holds(const struct cache *c, const struct entry *e, usec_t now)
{
	usec_t age = now - e->answered_at;

	return age >= -CLOCK_SLACK && age < (e->is_empty ? c->short_ttl : c->ttl);
}

static void drop(void *item)
{
	free(((struct entry *)item)->line);
}

static void forget(struct cache *c, struct entry *e)
{
	c->bytes -= e->n + 1;
	prefixes_remove(&c->entries, e);
}

static void write_value(struct jsonw *w, const struct event_field *f, const void *at)
{
	char net[PREFIX_TEXT_MAX];

	if (f->type == FIELD_PREFIX) {
		prefix_format(at, net);
		jsonw_key(w, f->name);
		jsonw_str(w, str_of(net));
	} else if (f->type == FIELD_STR && ((const struct str *)at)->p) {
		jsonw_key(w, f->name);
		jsonw_str(w, *(const struct str *)at);
	}
}

/* The line of an event, in c->scratch. */
static struct str write_line(struct cache *c, const struct event *e)
{
	const struct event_kind_info *kind = &event_kinds[EVENT_REGISTRATION];
	struct jsonw *w = &c->scratch;

	jsonw_clear(w);
	jsonw_open(w, '{');
	jsonw_key(w, "t");
	jsonw_str(w, str_of(kind->name));
	jsonw_key(w, "ts");
	jsonw_usec(w, e->ts);
	for (size_t i = 0; i < kind->count; i++)
		write_value(w, &kind->fields[i], (const char *)e + kind->fields[i].offset);
	jsonw_close(w, '}');
	return w->failed ? STR_ABSENT : (struct str){w->p, w->n};
}

static bool is_full(const struct cache *c, size_t n)
{
	return c->entries.pool.live &&
	       (c->bytes + n + 1 > CACHE_BYTES_MAX || c->entries.pool.live == CACHE_ENTRIES);
}

static void take(struct cache *c, const struct event *e, struct str line)
{
	const struct prefix *net = &e->registration.net;
	struct entry *old = prefixes_find(&c->entries, net);
	char *copy = line.n && line.n <= CACHE_LINE_MAX ? malloc(line.n) : NULL;

	if (!copy)
		return;
	memcpy(copy, line.p, line.n);
	if (old)
		forget(c, old);
	while (is_full(c, line.n))
		forget(c, prefixes_oldest(&c->entries));
	struct entry *fresh = prefixes_set(&c->entries, net);
	if (!fresh) {
		free(copy);
		return;
	}
	fresh->answered_at = e->ts;
	fresh->is_empty = e->registration.note.p != NULL;
	fresh->line = copy;
	fresh->n = (uint32_t)line.n;
	c->bytes += line.n + 1;
}

void cache_put(struct cache *c, const struct event *e)
{
	struct str line = write_line(c, e);

	take(c, e, line);
	if (c->dir < 0 || !line.n || line.n > CACHE_LINE_MAX)
		return;
	jsonw_raw(&c->unsaved, line);
	jsonw_raw(&c->unsaved, STR_LIT("\n"));
	if (c->unsaved.failed || c->unsaved.n > CACHE_BYTES_MAX) {
		jsonw_done(&c->unsaved);
		c->unsaved = (struct jsonw){0};
		c->rewrite = true;
	}
}

bool cache_find(struct cache *c, const struct addr *ip, usec_t now, struct event *ret_event)
{
	unsigned bits = 128;
	struct entry *e, *best = NULL;
	const char *error;

	/* What is known of a larger network beats that nothing is known of a smaller one. */
	while ((e = prefixes_match(&c->entries, ip, bits))) {
		bits = e->at.prefix.bits;
		if (!holds(c, e, now))
			forget(c, e);
		else if (!best || (best->is_empty && !e->is_empty))
			best = e;
		if (bits-- == 0)
			break;
	}
	if (!best)
		return false;
	prefixes_touch(&c->entries, best);
	return record_read(c->reader, (struct str){best->line, best->n}, ret_event, &error) == 1;
}

int cache_error(const struct cache *c)
{
	return c->dir_err;
}

uint32_t cache_count(const struct cache *c)
{
	return c->entries.pool.live;
}

bool cache_is_dirty(const struct cache *c)
{
	return c->unsaved.n || c->rewrite;
}

/* The file. */

/* True when this very line is what the entry of its network says. Two consoles have most of their
 * lines in common, and telling so is much cheaper than reading them. */
static bool is_known(const struct cache *c, struct str line)
{
	static const char key[] = "\"net\":\"";
	const char *at = memmem(line.p, line.n < 96 ? line.n : 96, key, sizeof key - 1);
	struct prefix net;

	if (!at)
		return false;
	struct str text = {at + sizeof key - 1, (size_t)(line.p + line.n - at) - sizeof key + 1};
	const char *end = memchr(text.p, '"', text.n);
	text.n = end ? (size_t)(end - text.p) : 0;
	if (prefix_parse(text, &net) < 0)
		return false;
	const struct entry *e = prefixes_find(&c->entries, &net);
	return e && str_eq((struct str){e->line, e->n}, line);
}

static void read_line(struct cache *c, struct str line, usec_t now)
{
	struct event e;
	const char *error;

	if (!line.n || line.n > CACHE_LINE_MAX || is_known(c, line) ||
		record_read(c->reader, line, &e, &error) != 1 || e.kind != EVENT_REGISTRATION)
		return;
	const struct entry *have = prefixes_find(&c->entries, &e.registration.net);
	const struct entry *oldest = prefixes_oldest(&c->entries);
	const struct entry as_read = {
		.answered_at = e.ts, .is_empty = e.registration.note.p != NULL};
	if (!holds(c, &as_read, now) || (have && have->answered_at >= e.ts) ||
		!network_info_is_plausible(&e.registration.net))
		return;
	/* Another's answer takes no fresher one's place. */
	if (!have && is_full(c, line.n) && oldest->answered_at >= e.ts)
		return;
	/* Written anew: what stands in the file may be anything. */
	take(c, &e, write_line(c, &e));
}

/* Returns how much of it were whole lines. */
static size_t read_lines(struct cache *c, struct str text, usec_t now)
{
	size_t done = 0;

	while (done < text.n) {
		const char *at = text.p + done, *end = memchr(at, '\n', text.n - done);
		if (!end)
			break;
		read_line(c, (struct str){at, (size_t)(end - at)}, now);
		done += (size_t)(end - at) + 1;
	}
	return done;
}

static void leave_file(struct cache *c)
{
	if (c->file >= 0)
		close(c->file);
	c->file = -1;
	c->read_to = 0;
}

/* Another console may have put a file of its own there. What is none is replaced. */
static void follow(struct cache *c)
{
	const int flags = O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	struct stat named, ours;
	bool there = fstatat(c->dir, FILE_NAME, &named, AT_SYMLINK_NOFOLLOW) == 0;

	/* While ours is open no other file can get its number. */
	if (c->file >= 0 && there && fstat(c->file, &ours) == 0 && ours.st_ino == named.st_ino &&
		ours.st_dev == named.st_dev && ours.st_size >= c->read_to)
		return;
	leave_file(c);
	if (!there || !S_ISREG(named.st_mode))
		return;
	c->file = openat(c->dir, FILE_NAME, O_RDWR | flags);
	if (c->file < 0)
		c->file = openat(c->dir, FILE_NAME, O_RDONLY | flags);
	if (c->file >= 0 && named.st_size > (off_t)CACHE_FILE_MAX) { /* the newest is at the end */
		c->read_to = named.st_size - (off_t)CACHE_FILE_MAX;
		c->rewrite = true;
	}
}

/* Takes in what others have added. True when there is more. */
static bool merge_some(struct cache *c, usec_t now)
{
	char *text = c->file >= 0 ? malloc(SLICE) : NULL;
	ssize_t n = text ? pread(c->file, text, SLICE, c->read_to) : 0;
	size_t done = n > 0 ? read_lines(c, (struct str){text, (size_t)n}, now) : 0;

	free(text);
	if (!done && n == (ssize_t)SLICE)
		done = SLICE; /* no line is that long */
	c->read_to += (off_t)done;
	return done && n == (ssize_t)SLICE;
}

static void merge_all(struct cache *c, usec_t now)
{
	while (merge_some(c, now))
		;
}

static int write_entries(struct cache *c, int fd, usec_t now)
{
	struct jsonw out = {0};
	struct entry *e, *next;
	int err = 0;

	for (e = prefixes_oldest(&c->entries); e; e = next) {
		next = prefixes_newer(&c->entries, e);
		if (!holds(c, e, now)) {
			forget(c, e);
			continue;
		}
		jsonw_raw(&out, (struct str){e->line, e->n});
		jsonw_raw(&out, STR_LIT("\n"));
	}
	err = out.failed ? -ENOMEM : file_write_all(fd, out.p, out.n);
	jsonw_done(&out);
	return err;
}

/* Only the last one waits for the disk: while it runs, the loop must not. What a loss of power
 * costs is a few look-ups. */
static int replace(struct cache *c, usec_t now, bool last)
{
	const int flags = O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
	int fd = openat(c->dir, FRESH_NAME, flags, 0600);

	if (fd < 0)
		return -errno;
	int err = write_entries(c, fd, now);
	if (!err && last && fsync(fd) < 0)
		err = -errno;
	if (!err && renameat(c->dir, FRESH_NAME, c->dir, FILE_NAME) < 0)
		err = -errno;
	if (err) {
		unlinkat(c->dir, FRESH_NAME, 0);
		close(fd);
		return err;
	}
	leave_file(c);
	c->file = fd;
	c->read_to = lseek(fd, 0, SEEK_END);
	return 0;
}

/* Whoever was killed while he wrote may have left half a line. */
static int append(struct cache *c, off_t size)
{
	char end = '\n';
	int err = 0;

	if (size > 0 && pread(c->file, &end, 1, size - 1) != 1)
		return -EIO;
	if (end != '\n')
		err = file_write_all(c->file, "\n", 1);
	if (!err)
		err = file_write_all(c->file, c->unsaved.p, c->unsaved.n);
	if (err && ftruncate(c->file, size) < 0)
		return -errno;
	if (!err && c->read_to == size)
		c->read_to = lseek(c->file, 0, SEEK_END);
	return err;
}

/* Whole only where that is due: it costs tens of milliseconds. */
static int write_file(struct cache *c, usec_t now, bool last)
{
	struct stat st;
	bool fits = c->file >= 0 && fstat(c->file, &st) == 0 &&
		    (size_t)st.st_size + c->unsaved.n < CACHE_FILE_MAX;

	if (!last && !c->rewrite && fits && append(c, st.st_size) == 0)
		return 0;
	merge_all(c, now);
	return replace(c, now, last);
}

static int take_lock(const struct cache *c, bool last)
{
	int fd = openat(
		c->dir, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	if (fd < 0)
		return -errno;
	for (int tries = last ? LOCK_TRIES : 1; tries > 0; tries--) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		if (tries > 1)
			poll(NULL, 0, 10);
	}
	close(fd);
	return -EAGAIN;
}

int cache_save(struct cache *c, usec_t now, bool last)
{
	if (!cache_is_dirty(c) || c->dir < 0)
		return 0;
	int lock = take_lock(c, last);
	if (lock < 0)
		return lock;
	follow(c);
	merge_some(c, now);
	int err = write_file(c, now, last);
	if (!err) {
		jsonw_clear(&c->unsaved);
		c->rewrite = false;
	}
	close(lock);
	return err;
}

static int open_dir(const char *path)
{
	int err = file_make_dirs(path, 0700);

	if (err && err != -EROFS && err != -EACCES)
		return err;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

struct cache *cache_new(const struct cache_options *options, usec_t now)
{
	struct cache *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->file = -1;
	c->ttl = options->ttl;
	c->short_ttl = options->short_ttl;
	c->dir = options->dir && options->dir[0] ? open_dir(options->dir) : 0;
	c->dir_err = c->dir < 0 ? c->dir : 0;
	c->dir = c->dir > 0 ? c->dir : -1;
	c->reader = record_reader_new();
	if (prefixes_init(&c->entries, sizeof(struct entry), CACHE_ENTRIES, drop) < 0 ||
		!c->reader) {
		cache_free(c);
		return NULL;
	}
	if (c->dir >= 0) {
		follow(c);
		merge_all(c, now);
	}
	return c;
}

void cache_free(struct cache *c)
{
	if (!c)
		return;
	prefixes_done(&c->entries);
	record_reader_free(c->reader);
	jsonw_done(&c->scratch);
	jsonw_done(&c->unsaved);
	leave_file(c);
	if (c->dir >= 0)
		close(c->dir);
	free(c);
}
