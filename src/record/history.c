// SPDX-License-Identifier: MIT
#include "record/history.h"

#include "base/file.h"
#include "base/ring.h"
#include "base/text.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define BATCH          4096                 /* updates of one transaction */
#define PRUNE_MOST     256                  /* rows of one transaction */
#define PRUNE_EVERY    (60 * USEC_PER_SEC)  /* for what only grows old */
#define STATUS_EVERY   (5 * USEC_PER_SEC)   /* of counts that change all the time */
#define BUSY_REST      (50 * USEC_PER_MSEC) /* until the next try */
#define FULL_REST      (2 * USEC_PER_SEC)   /* the same, twice as long each time */
#define FULL_REST_MOST (60 * USEC_PER_SEC)
#define STACK_BYTES    (512u << 10)

struct history {
	struct history_db_options options;
	char path[PATH_MAX];
	int wake_fd, said_fd, done_fd; /* eventfd(2) */
	struct ring updates, asked, said;
	atomic_bool stopping;
	pthread_t thread;
	bool started;

	/* Of the thread alone, until it is done. */
	struct history_db *db;
	struct history_status status;
	struct history_update batch[BATCH]; /* taken, and not yet written */
	size_t batch_n;
	bool moved;        /* a damaged file was moved aside in this run; not a second time */
	bool told_changes; /* the status is as it was said */
	usec_t next_try;   /* of writing, or opening */
	usec_t rest;       /* after the next failure */
	usec_t next_status, next_prune;
};

static usec_t mono(void)
{
	return clock_usec(CLOCK_MONOTONIC);
}

/* As events carry it, but for what clock_now() keeps for the other thread. */
static usec_t now(void)
{
	return clock_usec(CLOCK_REALTIME);
}

static void ring_bell(int fd)
{
	const uint64_t one = 1;

	/* It is readable already if the counter is full. */
	ssize_t n = write(fd, &one, sizeof one);
	(void)n;
}

static void hush_bell(int fd)
{
	uint64_t count;
	ssize_t n = read(fd, &count, sizeof count);

	(void)n;
}

static bool wait_for(int fd, usec_t patience)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int ms = patience < 0 ? -1 : (int)((patience + USEC_PER_MSEC - 1) / USEC_PER_MSEC);

	return poll(&p, 1, ms) > 0;
}

/* The thread. */

static void say(struct history *h, const struct history_said *said)
{
	if (ring_put(&h->said, said))
		ring_bell(h->said_fd);
}

static void set_state(struct history *h, enum history_state state, const char *note)
{
	struct history_status *s = &h->status;

	if (s->state == state && strcmp(s->note, note) == 0)
		return;
	s->state = (uint8_t)state;
	text_copy(s->note, sizeof s->note, str_of(note));
	h->next_status = 0;
	h->told_changes = false;
}

/* Clean text. What the file or the system says is part of it. */
static void fail_for_good(struct history *h, const char *why)
{
	char clean[HISTORY_NOTE_MAX];
	size_t n = text_sanitise(clean, sizeof clean - 1, str_of(why));

	clean[n] = '\0';
	h->status.failed++;
	set_state(h, HISTORY_OFF, clean);
	history_db_close(h->db);
	h->db = NULL;
}

static void rest(struct history *h, enum history_state state, const char *what)
{
	char note[HISTORY_NOTE_MAX];
	usec_t most = state == HISTORY_BUSY ? BUSY_REST : FULL_REST_MOST;

	h->rest = state == HISTORY_BUSY ? BUSY_REST : h->rest < FULL_REST ? FULL_REST : 2 * h->rest;
	h->rest = h->rest > most ? most : h->rest;
	h->next_try = mono() + h->rest;
	if (state == HISTORY_BUSY && h->status.state == HISTORY_READY)
		return; /* as between any two that write */
	snprintf(note, sizeof note, "%s; tried again in %lld s", what,
		(long long)(h->rest / USEC_PER_SEC));
	h->status.failed += state != HISTORY_BUSY;
	set_state(h, state, state == HISTORY_BUSY ? "" : note);
}

static void open_db(struct history *h);

/* A damaged file makes place for a new one, once. */
static void replace_damaged(struct history *h, const char *why)
{
	char first[HISTORY_NOTE_MAX];
	struct reason moved = {""};

	text_copy(first, sizeof first, str_of(why));
	history_db_close(h->db);
	h->db = NULL;
	if (h->moved) {
		fail_for_good(h, "the new file is damaged as well: is the disk in order?");
		return;
	}
	h->moved = true;
	if (history_db_move_aside(&h->options, now(), &moved) < 0) {
		fail_for_good(h, moved.text[0] ? moved.text : first);
		return;
	}
	h->status.failed++;
	open_db(h);
	if (h->status.state == HISTORY_READY)
		set_state(h, HISTORY_READY, moved.text);
}

static void take_failure(struct history *h, int err, const char *why)
{
	switch (err) {
	case -EAGAIN:
		rest(h, HISTORY_BUSY, why);
		break;
	case -ENOSPC:
	case -EDQUOT:
		rest(h, HISTORY_FULL, "the disk is full");
		break;
	case -EBADMSG:
		replace_damaged(h, why);
		break;
	case -EIO:
	case -ENOMEM:
	case -EROFS:
	case -ESTALE:
		rest(h, HISTORY_FAILING, why);
		break;
	default:
		fail_for_good(h, why);
	}
}

static void note_size(struct history *h)
{
	h->status.rows = history_db_rows(h->db);
	h->status.bytes = history_db_bytes(h->db);
	h->told_changes = false;
}

static void open_db(struct history *h)
{
	struct reason why;
	int err = history_db_open(&h->options, now(), &h->db, &why);

	if (err == -EBADMSG || (err && err != -EAGAIN && err != -ENOSPC)) {
		fail_for_good(h, why.text);
	} else if (err) {
		take_failure(h, err, why.text);
	} else {
		h->moved |= why.text[0] != '\0';
		set_state(h, HISTORY_READY, why.text);
		note_size(h);
	}
}

static void answer(struct history *h, const struct prefix *of)
{
	struct history_said said = {.what = HISTORY_ANSWER};
	int found = h->db ? history_db_find(h->db, of, &said.record) : 0;

	said.known = found > 0;
	said.record.of = *of;
	h->status.answered += found > 0;
	h->told_changes = false;
	say(h, &said);
	if (found < 0)
		take_failure(h, found, history_db_why(h->db));
}

/* Before a database is there, or none ever will be, they wait, or are answered with nothing. */
static void answer_all(struct history *h)
{
	struct prefix of;

	if (!h->db && h->status.state != HISTORY_OFF)
		return;
	while (ring_has_room(&h->said) && ring_take(&h->asked, &of))
		answer(h, &of);
}

static int by_address(const void *a, const void *b)
{
	const struct history_update *x = a, *y = b;

	return addr_compare(&x->of.addr, &y->of.addr);
}

/* In the order of the rows: neighbours, and their network, stand on one page, which is then written
 * once. */
static void take_batch(struct history *h)
{
	while (h->batch_n < BATCH && ring_take(&h->updates, &h->batch[h->batch_n]))
		h->batch_n++;
	qsort(h->batch, h->batch_n, sizeof h->batch[0], by_address);
}

/* Once somebody wrote, the past is over. */
static void note_success(struct history *h)
{
	h->rest = 0;
	if (h->status.state != HISTORY_READY)
		set_state(h, HISTORY_READY, "");
}

static bool is_over(const struct history *h)
{
	return h->db && history_db_is_over(h->db);
}

/* What is over the limits makes place first: a walk can bring more than the file may hold. */
static void write_batch(struct history *h)
{
	if (!h->db || is_over(h) || mono() < h->next_try)
		return;
	take_batch(h);
	if (!h->batch_n)
		return;
	int err = history_db_add(h->db, h->batch, h->batch_n);
	if (err) {
		take_failure(h, err, history_db_why(h->db));
		return;
	}
	h->batch_n = 0;
	h->next_prune = is_over(h) ? 0 : h->next_prune;
	note_success(h);
	note_size(h);
}

/* On a full disk as well: what goes makes room within the file. */
static void prune(struct history *h)
{
	if (!h->db || mono() < h->next_prune)
		return;
	int gone = history_db_prune(h->db, now(), PRUNE_MOST);
	if (gone < 0) {
		take_failure(h, gone, history_db_why(h->db));
		h->next_prune = h->next_try;
		return;
	}
	if (gone < PRUNE_MOST)
		h->next_prune = mono() + PRUNE_EVERY;
	if (gone > 0) {
		note_success(h);
		note_size(h);
	} else if (is_over(h)) {
		rest(h, HISTORY_FULL, "the file is full of what is no history");
		h->next_prune = h->next_try;
	}
}

static void tell_status(struct history *h)
{
	struct history_said said = {.what = HISTORY_STATUS, .status = h->status};

	if (h->told_changes || mono() < h->next_status || !ring_has_room(&h->said))
		return;
	say(h, &said);
	h->told_changes = true;
	h->next_status = mono() + STATUS_EVERY;
}

static bool has_more(const struct history *h)
{
	bool off = h->status.state == HISTORY_OFF;

	return (h->batch_n || ring_count(&h->updates)) && !off;
}

static usec_t until(usec_t moment)
{
	usec_t left = moment - mono();

	return left > 0 ? left : 0;
}

static usec_t sooner(usec_t least, usec_t moment)
{
	usec_t left = until(moment);

	return least < 0 || left < least ? left : least;
}

/* How long there is nothing to do but wait to be woken; -1: any time. Each moment is one that the
 * step it belongs to waits for as well, or the thread would spin. */
static usec_t rest_for(const struct history *h)
{
	usec_t least = -1;

	if (!ring_has_room(&h->said) && (ring_count(&h->asked) || !h->told_changes))
		return BUSY_REST;
	if (h->status.state == HISTORY_OFF)
		return h->told_changes ? least : until(h->next_status);
	if (!h->db)
		return sooner(least, h->next_try);
	if (!h->told_changes)
		least = sooner(least, h->next_status);
	if (is_over(h) || h->next_prune <= mono())
		least = sooner(least, h->next_prune);
	else if (has_more(h))
		least = sooner(least, h->next_try);
	return least;
}

/* What became of it is told before any answer: a short run may wait for these alone. */
static void begin_work(struct history *h)
{
	open_db(h);
	tell_status(h);
	h->next_status = 0;
}

static void do_some(struct history *h)
{
	if (!h->db && h->status.state != HISTORY_OFF && mono() >= h->next_try)
		begin_work(h);
	answer_all(h);
	write_batch(h);
	prune(h);
	tell_status(h);
}

static void *work(void *arg)
{
	struct history *h = arg;

	do_some(h);
	while (!atomic_load(&h->stopping)) {
		if (wait_for(h->wake_fd, rest_for(h)))
			hush_bell(h->wake_fd);
		do_some(h);
	}
	/* What is full now will hardly be less so in two seconds; what is busy will. */
	while (has_more(h) && h->status.state != HISTORY_FULL &&
		h->status.state != HISTORY_FAILING) {
		do_some(h);
		if (has_more(h))
			wait_for(h->done_fd, /* which nobody else writes to */
				until(is_over(h) ? h->next_prune : h->next_try));
	}
	history_db_close(h->db);
	h->db = NULL;
	ring_bell(h->done_fd);
	return NULL;
}

/* The other side. */

static void release(struct history *h)
{
	ring_done(&h->updates);
	ring_done(&h->asked);
	ring_done(&h->said);
	if (h->wake_fd >= 0)
		close(h->wake_fd);
	if (h->said_fd >= 0)
		close(h->said_fd);
	if (h->done_fd >= 0)
		close(h->done_fd);
	free(h);
}

static int make_dir(const char *path)
{
	char copy[PATH_MAX];

	strcpy(copy, path);
	int err = file_make_dirs(dirname(copy), 0700);
	/* Whether it can be written to is found out by opening the file. */
	return err == -EROFS || err == -EACCES ? 0 : err;
}

static int set_up(struct history *h)
{
	h->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	h->said_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	h->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (h->wake_fd < 0 || h->said_fd < 0 || h->done_fd < 0)
		return -errno;
	int err = ring_init(&h->updates, sizeof(struct history_update), HISTORY_UPDATES);
	if (!err)
		err = ring_init(&h->asked, sizeof(struct prefix), HISTORY_ASKED);
	return err ? err : ring_init(&h->said, sizeof(struct history_said), HISTORY_SAID);
}

struct history *history_new(const struct history_options *options, int *ret_err)
{
	struct history *h;

	if (strlen(options->path) >= sizeof h->path) {
		*ret_err = -ENAMETOOLONG;
		return NULL;
	}
	int err = make_dir(options->path);
	h = err ? NULL : calloc(1, sizeof *h);
	if (!h) {
		*ret_err = err ? err : -ENOMEM;
		return NULL;
	}
	strcpy(h->path, options->path);
	h->options = (struct history_db_options){
		h->path, options->is_usual, options->max_rows, options->max_age};
	h->wake_fd = h->said_fd = h->done_fd = -1;
	atomic_init(&h->stopping, false);
	err = set_up(h);
	if (!err)
		return h;
	release(h);
	*ret_err = err;
	return NULL;
}

/* Signals are the loop's. */
int history_start(struct history *h)
{
	pthread_attr_t attr;
	sigset_t all, old;

	sigfillset(&all);
	int err = pthread_attr_init(&attr);
	if (err)
		return -err;
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&h->thread, &attr, work, h);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	h->started = !err;
	return -err;
}

int history_fd(const struct history *h)
{
	return h->said_fd;
}

bool history_ask(struct history *h, const struct prefix *of)
{
	return ring_put(&h->asked, of);
}

bool history_add(struct history *h, const struct history_update *update)
{
	return ring_put(&h->updates, update);
}

void history_wake(struct history *h)
{
	ring_bell(h->wake_fd);
}

bool history_take(struct history *h, struct history_said *ret_said)
{
	if (ring_take(&h->said, ret_said))
		return true;
	hush_bell(h->said_fd);
	return ring_take(&h->said, ret_said);
}

uint32_t history_waiting(const struct history *h)
{
	return ring_count(&h->updates);
}

uint64_t history_end(struct history *h, usec_t patience)
{
	uint64_t lost;

	if (!h)
		return 0;
	if (!h->started) {
		lost = ring_count(&h->updates);
		release(h);
		return lost;
	}
	atomic_store(&h->stopping, true);
	history_wake(h);
	if (!wait_for(h->done_fd, patience)) {
		lost = ring_count(&h->updates);
		pthread_detach(h->thread);
		return lost ? lost : 1;
	}
	pthread_join(h->thread, NULL);
	lost = h->batch_n + ring_count(&h->updates);
	release(h);
	return lost;
}
