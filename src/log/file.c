// SPDX-License-Identifier: MIT
#include "log/file.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/opener.h"
#include "log/format.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BUF_MIN  (64u << 10)
#define BUF_MAX  (1u << 20)
#define HOLE_MIN 4096 /* a run of NULs worth asking the file system about */

_Static_assert(BUF_MAX > 2 * LOG_LINE_MAX, "the longest line must fit with room to read more");

static struct log_file *file_new(int fd, struct log_account *account)
{
	struct log_file *f = calloc(1, sizeof *f);

	if (!f)
		return NULL;
	f->fd = fd;
	f->wd = -1;
	f->account = account;
	return f;
}

static size_t read_head(int fd, char head[static LOG_HEAD_MAX])
{
	ssize_t n = file_read_at(fd, head, LOG_HEAD_MAX, 0);

	return n > 0 ? (size_t)n : 0;
}

static struct log_head head_of(const char *head, size_t n)
{
	return (struct log_head){.hash = hash_bytes(head, n),
		.begins = n < LOG_HEAD_MIN ? 0 : hash_bytes(head, LOG_HEAD_MIN) | 1,
		.n = n};
}

struct log_head log_head_of(int fd, size_t n)
{
	char head[LOG_HEAD_MAX];
	size_t there = read_head(fd, head);

	return head_of(head, there < n ? there : n);
}

int log_file_open(
	const char *root, const char *path, struct log_account *account, struct log_file **ret_file)
{
	struct stat st;
	int fd = opener_open(root, path, &st);

	if (fd < 0)
		return fd;
	struct log_file *f = file_new(fd, account);
	if (!f) {
		close(fd);
		return -ENOMEM;
	}
	f->is_pipe = S_ISFIFO(st.st_mode);
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->size = st.st_size;
	if (!f->is_pipe)
		f->head = log_head_of(f->fd, LOG_HEAD_MAX);
	*ret_file = f;
	return 0;
}

int log_file_stdin(struct log_account *account, struct log_file **ret_file)
{
	struct log_file *f = file_new(STDIN_FILENO, account);

	if (!f)
		return -ENOMEM;
	f->is_pipe = f->is_stdin = f->ends = true;
	*ret_file = f;
	return 0;
}

int log_file_pipe(int fd, struct log_account *account, struct log_file **ret_file)
{
	struct log_file *f = file_new(fd, account);

	if (!f)
		return -ENOMEM;
	f->is_pipe = f->ends = true;
	*ret_file = f;
	return 0;
}

void log_file_free(struct log_file *f)
{
	if (!f)
		return;
	if (!f->is_stdin)
		close(f->fd);
	free(f->buf);
	free(f);
}

static void know_place(struct log_place *place, const char *bytes, size_t n)
{
	place->n = n < LOG_PLACE_MAX ? n : LOG_PLACE_MAX;
	if (place->n)
		memcpy(place->before, bytes + n - place->n, place->n);
}

void log_file_skip_to(struct log_file *f, off_t end)
{
	char tail[8192];
	off_t from = end > (off_t)sizeof tail ? end - (off_t)sizeof tail : 0;
	ssize_t n = end > 0 ? file_read_at(f->fd, tail, (size_t)(end - from), from) : 0;
	const char *newline = n > 0 ? memrchr(tail, '\n', (size_t)n) : NULL;

	if (newline) {
		f->place.offset = from + (newline - tail) + 1;
		know_place(&f->place, tail, (size_t)(newline - tail) + 1);
	} else if (from > 0) {
		f->place.offset = end;
		f->skip = SKIP_FRAGMENT;
		know_place(&f->place, tail, n > 0 ? (size_t)n : 0);
	}
}

bool log_file_has_place(const struct log_file *f, const struct log_place *place)
{
	char bytes[LOG_PLACE_MAX];
	ssize_t n = file_read_at(f->fd, bytes, place->n, place->offset - (off_t)place->n);

	return n == (ssize_t)place->n && memcmp(bytes, place->before, place->n) == 0;
}

static void end_skip(struct log_file *f)
{
	if (f->skip == SKIP_LONG) {
		f->account->lines++;
		f->account->rejected++;
	}
	f->skip = SKIP_NOTHING;
}

/* What was there and had not been read yet is lost, unless there is a copy. */
static void start_over(struct log_file *f)
{
	off_t unread = f->size - f->place.offset;

	f->former = (struct log_former){.head = f->head,
		.place = f->place,
		.size = f->size,
		.partial = f->skip == SKIP_NOTHING ? f->end - f->start : 0,
		.unread = unread > 0 ? (uint64_t)unread : 0};
	f->was_cut = true;
	f->account->rotated++;
	f->account->missed += unread > 0;
	f->account->skipped += f->end - f->start + f->former.unread;
	end_skip(f);
	f->start = f->end = f->searched = 0;
	f->place = (struct log_place){0};
	f->hole = false;
}

/* Truncated by copytruncate, or truncated and written again past our place: the size cannot tell
 * the second, the first bytes can. */
int log_file_check(struct log_file *f)
{
	char head[LOG_HEAD_MAX];
	struct stat st;

	if (fstat(f->fd, &st) < 0)
		return -errno;
	size_t n = read_head(f->fd, head);
	if (st.st_size < f->place.offset || n < f->head.n ||
		hash_bytes(head, f->head.n) != f->head.hash)
		start_over(f);
	f->size = st.st_size;
	f->head = head_of(head, n);
	return 0;
}

/* A writer that goes on at its old offset after a truncation leaves a hole, gigabytes at times. */
static void jump_hole(struct log_file *f)
{
	off_t *at = &f->place.offset, data = lseek(f->fd, *at, SEEK_DATA);

	f->hole = false;
	if (data < 0 && errno == ENXIO)
		data = lseek(f->fd, 0, SEEK_END);
	if (data > *at) {
		f->account->skipped += (uint64_t)(data - *at);
		*at = data;
		f->place.n = 0;
	}
}

static int make_room(struct log_file *f)
{
	size_t kept = f->end - f->start, cap = f->cap;

	if (f->start > 0 && kept > 0)
		memmove(f->buf, f->buf + f->start, kept);
	f->searched -= f->searched > f->start ? f->start : f->searched;
	f->start = 0;
	f->end = kept;
	if (cap < BUF_MIN)
		cap = BUF_MIN;
	if (f->cap && cap < BUF_MAX && (f->busy || cap - kept < cap / 2))
		cap = cap < BUF_MAX / 2 ? 2 * cap : BUF_MAX;
	if (cap == f->cap)
		return 0;
	char *buf = realloc(f->buf, cap);
	if (!buf)
		return f->cap > kept ? 0 : -ENOMEM;
	f->buf = buf;
	f->cap = cap;
	return 0;
}

/* A FIFO whose writers have all gone stays readable (EPOLLHUP) until it is opened anew. The new
 * end is opened before the old one is closed, so that nothing written meanwhile is thrown away. */
static ssize_t pipe_ended(struct log_file *f)
{
	if (f->ends)
		return -EPIPE;
	int fd = opener_reopen(f->fd);
	if (fd < 0)
		return fd;
	close(f->fd);
	f->fd = fd;
	f->unwatched = true;
	return 0;
}

/* stdin is shared with whoever started us, so it is not made non-blocking: ask first. */
static ssize_t read_pipe(struct log_file *f, size_t room)
{
	struct pollfd p = {.fd = f->fd, .events = POLLIN};

	if (poll(&p, 1, 0) <= 0)
		return 0;
	ssize_t n = read(f->fd, f->buf + f->end, room);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	return n == 0 ? pipe_ended(f) : n;
}

ssize_t log_file_fill(struct log_file *f, size_t budget)
{
	int err = f->is_pipe || f->busy ? 0 : log_file_check(f);

	if (!err)
		err = make_room(f);
	if (err)
		return err;
	if (f->hole && !f->is_pipe) /* lseek would move the place of a file that is stdin */
		jump_hole(f);
	size_t room = f->cap - f->end;
	if (room > budget)
		room = budget;
	ssize_t n = f->is_pipe ? read_pipe(f, room)
			       : pread(f->fd, f->buf + f->end, room, f->place.offset);
	if (n < 0 && !f->is_pipe)
		n = -errno;
	if (n > 0) {
		f->end += (size_t)n;
		f->place.offset += n;
		know_place(&f->place, f->buf, f->end);
	}
	/* A read may be short of the end (read(2)), on a network's disk more than elsewhere. */
	f->busy = n > 0 && ((size_t)n == room || log_file_lag(f) > 0);
	return n;
}

uint64_t log_file_lag(const struct log_file *f)
{
	struct stat st;

	if (f->is_pipe || f->is_copy || fstat(f->fd, &st) < 0 || st.st_size < f->place.offset)
		return 0;
	return (uint64_t)(st.st_size - f->place.offset);
}

static void drop(struct log_file *f, size_t n)
{
	f->start += n;
	if (f->skip != SKIP_FRAGMENT)
		f->account->skipped += n;
}

static void skip_nuls(struct log_file *f)
{
	size_t at = f->start;

	while (at < f->end && f->buf[at] == '\0')
		at++;
	f->hole = at == f->end && at - f->start >= HOLE_MIN;
	drop(f, at - f->start);
}

/* What is there is the beginning of a line that is not read. */
static void begin_skip(struct log_file *f)
{
	log_account_reject(f->account, (struct str){f->buf + f->start, f->end - f->start});
	f->account->rejected--; /* counted at its end, with the line */
	f->skip = SKIP_LONG;
}

/* Without a newline in sight: keep what may become a line. */
static void keep_partial(struct log_file *f)
{
	size_t n = f->end - f->start;

	if (f->skip == SKIP_NOTHING && n > LOG_LINE_MAX)
		begin_skip(f);
	if (f->skip != SKIP_NOTHING)
		drop(f, n);
	f->searched = f->end;
}

bool log_file_line(struct log_file *f, struct str *ret_line)
{
	while (f->start < f->end) {
		if (f->skip == SKIP_NOTHING && f->buf[f->start] == '\0') {
			skip_nuls(f);
			continue;
		}
		size_t from = f->searched > f->start ? f->searched : f->start;
		const char *p = f->buf + f->start,
			   *newline = from < f->end ? memchr(f->buf + from, '\n', f->end - from)
						    : NULL;
		if (!newline) {
			keep_partial(f);
			return false;
		}
		size_t n = (size_t)(newline - p);
		if (f->skip == SKIP_NOTHING && n <= LOG_LINE_MAX) {
			f->start += n + 1;
			*ret_line = (struct str){p, n};
			return true;
		}
		if (f->skip == SKIP_NOTHING) {
			log_account_reject(f->account, (struct str){p, n});
			f->account->lines++;
		}
		drop(f, n + 1);
		end_skip(f);
	}
	return false;
}

bool log_file_rest(struct log_file *f, struct str *ret_line)
{
	struct str rest = {f->buf + f->start, f->end - f->start};

	end_skip(f);
	f->start = f->end;
	if (rest.n == 0)
		return false;
	*ret_line = rest;
	return true;
}

void log_file_trim(struct log_file *f)
{
	size_t kept = f->end - f->start;

	if (kept > 0 && kept > f->cap / 2)
		return;
	char *buf = kept ? malloc(kept) : NULL;
	if (kept && !buf)
		return;
	if (kept)
		memcpy(buf, f->buf + f->start, kept);
	free(f->buf);
	f->buf = buf;
	f->cap = f->end = kept;
	f->searched -= f->searched > f->start ? f->start : f->searched;
	f->start = 0;
}

void log_file_give_up(struct log_file *f)
{
	if (f->skip == SKIP_NOTHING && f->start < f->end)
		begin_skip(f);
	drop(f, f->end - f->start);
	log_file_trim(f);
}
