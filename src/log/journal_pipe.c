// SPDX-License-Identifier: MIT
#include "base/container.h"
#include "base/text.h"
#include "log/file.h"
#include "log/journal_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define AGAIN      (5 * USEC_PER_SEC)
#define FILL_BYTES (256u << 10)

/* journalctl has an end only if it does not follow. So what is there at the start is read by one
 * that ends, which says when all of it has been read; and what comes, by one that goes on from
 * there. One that ends by itself is followed by another. */
struct piping {
	struct journal_reader reader;
	journal_ask_fn *ask; /* NULL: nobody can be asked */
	void *ask_ctx;
	enum journal_ask what; /* that was asked for */
	bool waits;            /* for the answer */
	struct log_file *file; /* NULL: none runs */
	usec_t now;            /* of the last look */
	usec_t due;            /* when it may be asked again */
	int err;               /* why none runs */
	uint64_t last;         /* time of the entry that was handed out last */
	uint64_t until;        /* entries up to this time have been handed out before; 0: none */
	char said[JOURNAL_WHY_MAX]; /* by journalctl itself: its last line that is no entry */
};

static int put_off(struct piping *p, int err, const char *why, usec_t due)
{
	p->err = err;
	p->due = due;
	snprintf(p->reader.why, sizeof p->reader.why, "%s", why);
	return err;
}

static void take_answer(void *ctx, int fd)
{
	struct piping *p = ctx;
	struct epoll_event event = {.events = EPOLLIN};
	char why[JOURNAL_WHY_MAX];

	p->waits = false;
	if (fd >= 0 && log_file_pipe(fd, p->reader.account, &p->file) == 0) {
		epoll_ctl(p->reader.epoll, EPOLL_CTL_ADD, fd, &event);
		p->reader.caught_up |= p->what == JOURNAL_ASK_ON;
		p->err = 0;
		return;
	}
	if (fd >= 0)
		close(fd);
	snprintf(why, sizeof why, "journalctl cannot be run: %s", strerror(fd >= 0 ? ENOMEM : -fd));
	put_off(p, fd >= 0 ? -ENOMEM : -ENOTSUP,
		fd == -ENOENT ? "install libsystemd0 or systemd: neither " JOURNAL_LIB_NAME
				" nor journalctl is here"
			      : why,
		p->now + AGAIN);
}

static int ask(struct piping *p)
{
	uint32_t since = (uint32_t)(p->last / USEC_PER_SEC);

	p->what = p->reader.from_start && !p->reader.caught_up ? JOURNAL_ASK_ALL : JOURNAL_ASK_ON;
	p->until = p->last;
	p->said[0] = '\0';
	p->waits = true;
	int err = p->ask(p->ask_ctx, p->what, since, take_answer, p);
	if (!err)
		return p->waits ? p->err = -EAGAIN : p->err;
	p->waits = false;
	return put_off(p, -ENOTSUP, "journalctl cannot be run: there is no runner", p->now + AGAIN);
}

static int piping_look(struct journal_reader *reader, usec_t now)
{
	struct piping *p = container_of(reader, struct piping, reader);

	p->now = now;
	if (p->file || p->waits)
		return p->file ? 0 : -EAGAIN;
	if (p->ask && now < p->due && p->due - now <= AGAIN) /* the clock may be set back */
		return p->err;
	enum log_state state = journal_place_look(&reader->options->place, reader->why);
	if (state != LOG_READING) {
		p->due = now + AGAIN;
		return p->err = state == LOG_MISSING ? -ENOENT : -EACCES;
	}
	if (p->ask)
		return ask(p);
	return put_off(p, -ENOTSUP, reader->options->lib_missing, now);
}

/* The entries end; the next look asks anew. */
static int end(struct piping *p)
{
	log_file_free(p->file);
	p->file = NULL;
	if (p->what == JOURNAL_ASK_ALL) {
		p->reader.caught_up = true;
		p->due = 0;
		p->err = -EAGAIN;
	} else {
		put_off(p, -EIO, p->said[0] ? p->said : "journalctl has ended", p->now + AGAIN);
	}
	return p->err;
}

static void hear(struct piping *p, struct str line)
{
	size_t n = text_sanitise(p->said, sizeof p->said - 1, line);

	p->said[n] = '\0';
}

/* What has been handed out before comes again when journalctl is asked again: since a second. */
static bool is_new(struct piping *p, const struct journal_record *entry)
{
	if (p->until && entry->time <= p->until)
		return false;
	p->until = 0;
	p->last = entry->time;
	return true;
}

static bool next_line(struct piping *p, struct journal_record *ret)
{
	struct str line;

	while (log_file_line(p->file, &line)) {
		if (line.n == 0 || line.p[0] != '{' || !journal_record_parse(line, ret))
			hear(p, line);
		else if (is_new(p, ret))
			return true;
	}
	return false;
}

static int piping_next(struct journal_reader *reader, struct journal_record *ret)
{
	struct piping *p = container_of(reader, struct piping, reader);

	if (!p->file)
		return p->err;
	if (next_line(p, ret))
		return 1;
	ssize_t n = log_file_fill(p->file, FILL_BYTES);
	if (n < 0)
		return end(p);
	if (n > 0)
		return next_line(p, ret) ? 1 : -EBADMSG;
	log_file_trim(p->file);
	return 0;
}

static void piping_free(struct journal_reader *reader)
{
	struct piping *p = container_of(reader, struct piping, reader);

	log_file_free(p->file);
	free(p);
}

static const struct journal_reader_ops ops = {
	.name = "journalctl",
	.look = piping_look,
	.next = piping_next,
	.free = piping_free,
};

struct journal_reader *journal_pipe_new(const struct log_journal_options *options)
{
	struct piping *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->reader.ops = &ops;
	p->reader.options = options;
	return &p->reader;
}

void journal_pipe_ask(struct journal_reader *r, journal_ask_fn *fn, void *ctx)
{
	struct piping *p = container_of(r, struct piping, reader);

	p->ask = fn;
	p->ask_ctx = ctx;
	p->due = 0;
}
