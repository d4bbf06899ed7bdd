// SPDX-License-Identifier: MIT
/*
 * What is due, and how much of it may be done. There are three reasons to look at a name: the
 * kernel has reported something of it; it is its turn (what is on a network file system, or found
 * no watch, is reported by nobody); or a glob has found it.
 */
#include "log/set.h"

#include "base/hash.h"
#include "log/set_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <unistd.h>

/* Together at most a two-hundredth of a core where nothing is to be opened, and a hundredth while
 * many are; what is saved up makes a rotation of all logs at night quick. */
#define LOOKS_PER_SEC   500
#define ACTS_PER_SEC    4000
#define ACTS_SAVED      20000
#define ACTS_OF_A_STEP  2000 /* before others have their turn: a few milliseconds */
#define MATCHES_PER_SEC 1000

/* Nobody is heard while a scan goes on: well below a second. */
#define UNITS_OF_A_SCAN  100000
#define UNITS_OF_A_START 20000 /* of a step, until the first scan has come to its end */

#define DESCRIPTORS_KEPT 128 /* for all else that the program has open */
#define FILES_MIN        16

void log_set_ready(struct log_set *set, struct log_file *f)
{
	log_queue_put(&set->ready, QUEUE_READY, f);
}

void log_set_idle(struct log_set *set, struct log_file *f)
{
	log_queue_drop(&set->ready, QUEUE_READY, f);
}

uint64_t log_set_lag(const struct log_set *set, const struct log_name *name)
{
	uint64_t sum = name->file ? log_file_lag(name->file) : 0;

	if (name->files <= (name->file != NULL))
		return sum;
	for (struct log_file *f = set->detached.first; f; f = f->links[QUEUE_DETACHED].next)
		if (f->name == name)
			sum += log_file_lag(f);
	return sum;
}

void log_set_count(const struct log_set *set, uint64_t *ret_followed, uint64_t *ret_left_out)
{
	uint64_t followed = 0;

	for (uint32_t i = 0; i < set->name_count; i++) {
		const struct log_name *name = set->names[i];
		followed += !name->is_glob && !name->let_go && !name->waits && !name->is_copy &&
			    (name->file || name->is_parked);
	}
	*ret_followed = followed;
	*ret_left_out = set->left_out + set->waiting;
}

static void look_at_marked(struct log_set *set, usec_t now)
{
	struct log_name *name;

	while (log_pace_may(&set->acts) && (name = set_name_take_marked(set)))
		set_look(set, name, now);
}

/* Each part of an expansion is followed by a rest, as long as it has cost. True: it was the last.
 */
static bool match(struct log_set *set, usec_t now, uint64_t most)
{
	uint64_t before = set_matching_cost(set);

	if (!set->match_at) {
		set->match_begun = now;
		set->match_due = false;
	}
	bool done = set_names_match(set, now, most);
	uint64_t units = set_matching_cost(set) - before;
	if (done) {
		units += log_dirs_retry(&set->dirs);
		set->matched = set->match_begun;
	}
	set->match_after = now + (usec_t)(units * USEC_PER_SEC / MATCHES_PER_SEC);
	return done;
}

void log_set_look(struct log_set *set, usec_t now)
{
	for (uint32_t i = 0; i < set->name_count; i++)
		set_look(set, set->names[i], now);
	set->cursor = set->name_count;
	set->pass_begun = now;
	set->pass_left = 0;
}

void log_set_scan(struct log_set *set, usec_t now)
{
	bool done = match(set, now, UNITS_OF_A_SCAN);

	set_adopt_renamed(set, now);
	log_set_look(set, now);
	set->scanned |= done;
	set->is_late = !set->scanned;
}

/* Goes on with the first scan, of which nothing is owed. */
static void go_on_with_scan(struct log_set *set, usec_t now)
{
	bool done = match(set, now, UNITS_OF_A_START);

	while (set->cursor < set->name_count)
		set_look(set, set->names[set->cursor++], now);
	set->scanned = done;
	set->is_late = !done;
}

static bool is_past(usec_t now, usec_t then, usec_t span)
{
	usec_t since = now - then;

	return since < 0 || since >= span; /* the wall clock may have been set back */
}

/* Also what no glob is of: a pass finds files that nobody reports. */
static void begin_pass(struct log_set *set, usec_t now)
{
	if (!set->pass_left && !set->pass_anew)
		set->lost_reports = false;
	bool is_due = set->pass_due || is_past(now, set->pass_begun, set->pass_interval);
	if (!set->pass_anew && (set->pass_left || !is_due))
		return;
	set->pass_begun = now;
	set->pass_left = set->name_count;
	for (struct log_file *f = set->detached.first; f; f = f->links[QUEUE_DETACHED].next) {
		if (!is_past(now, f->looked, f->name->interval) || f->is_copy)
			continue;
		f->looked = now;
		log_pace_spend(&set->looks, 1);
		log_set_ready(set, f);
	}
	set->pass_due = set->pass_anew = false;
}

static void go_on_with_pass(struct log_set *set, usec_t now)
{
	for (; set->pass_left && log_pace_may(&set->looks) && log_pace_may(&set->acts);
		set->pass_left--) {
		if (set->cursor >= set->name_count)
			set->cursor = 0;
		struct log_name *name = set->name_count ? set->names[set->cursor++] : NULL;
		if (!name)
			break;
		if (!set->lost_reports && !is_past(now, name->looked, name->interval))
			continue;
		log_pace_spend(&set->looks, 1);
		set_look(set, name, now);
	}
}

void log_set_step(struct log_set *set, usec_t now)
{
	int64_t saved;

	if (!set->scanned) {
		go_on_with_scan(set, now);
		return;
	}
	log_pace_tick(&set->looks, now);
	log_pace_tick(&set->acts, now);
	/* The rest of what may be spent is for the next step. */
	saved = set->acts.credit - ACTS_OF_A_STEP * USEC_PER_SEC;
	if (saved < 0)
		saved = 0;
	set->acts.credit -= saved;
	bool is_due =
		set->match_at || set->match_due || is_past(now, set->matched, set->pass_interval);
	if (is_due && (now >= set->match_after || now < set->match_begun))
		match(set, now, ACTS_OF_A_STEP);
	if (set->renames.n)
		set_adopt_renamed(set, now);
	look_at_marked(set, now);
	begin_pass(set, now);
	go_on_with_pass(set, now);
	set->acts.credit += saved;
}

static void free_inputs(struct log_input *inputs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((char *)inputs[i].path);
	free(inputs);
}

static void describe_inputs(struct log_set *set)
{
	set->only_stdin = set->input_count > 0;
	set->glob_count = 0;
	for (size_t i = 0; i < set->input_count; i++) {
		const struct log_input *input = &set->inputs[i];
		set->only_stdin &= strcmp(input->path, "-") == 0;
		if (strpbrk(input->path, "*?[{"))
			set->globs[set->glob_count++] = i;
		if (input->interval > 0 && input->interval < set->pass_interval)
			set->pass_interval = input->interval;
	}
}

static bool copy_inputs_of(
	struct log_input *inputs, size_t *n, const struct log_tail_options *options, bool of_users)
{
	for (size_t i = 0; i < options->input_count; i++) {
		if (options->inputs[i].owner.is_user != of_users)
			continue;
		inputs[*n] = options->inputs[i];
		inputs[*n].path = strdup(inputs[*n].path);
		if (!inputs[*n].path)
			return false;
		(*n)++;
	}
	return true;
}

static int copy_inputs(struct log_set *set, const struct log_tail_options *options)
{
	struct log_input *inputs = calloc(options->input_count + 1, sizeof *inputs);
	size_t *globs = calloc(options->input_count + 1, sizeof *globs);

	if (!inputs || !globs) {
		free(inputs);
		free(globs);
		return -ENOMEM;
	}
	/* A name is of the first who names it: what users say comes last. */
	size_t n = 0;
	bool ok = copy_inputs_of(inputs, &n, options, false) &&
		  copy_inputs_of(inputs, &n, options, true);
	if (!ok) {
		free_inputs(inputs, n);
		free(globs);
		return -ENOMEM;
	}
	free_inputs(set->inputs, set->input_count);
	free(set->globs);
	set->globs = globs;
	set->inputs = inputs;
	set->input_count = options->input_count;
	describe_inputs(set);
	return 0;
}

int log_set_change(struct log_set *set, const struct log_tail_options *options)
{
	int err = copy_inputs(set, options);

	if (err)
		return err;
	set->look_up = options->look_up;
	set->look_up_context = options->look_up_context;
	set_names_change(set);
	return 0;
}

/* Logs may have what the program does not need otherwise. */
static uint32_t descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY ||
		limit.rlim_cur >= LOG_FILES_MAX + DESCRIPTORS_KEPT)
		return LOG_FILES_MAX;
	return limit.rlim_cur > DESCRIPTORS_KEPT + FILES_MIN
		       ? (uint32_t)limit.rlim_cur - DESCRIPTORS_KEPT
		       : FILES_MIN;
}

int log_set_init(struct log_set *set, const struct log_tail_options *options)
{
	struct epoll_event event = {.events = EPOLLIN};

	*set = (struct log_set){.inotify = -1,
		.epoll = -1,
		.look_up = options->look_up,
		.look_up_context = options->look_up_context,
		.from_start = options->from_start,
		.begun = clock_usec(CLOCK_REALTIME_COARSE), /* as births of files are told */
		.pass_interval = options->rescan > 0 ? options->rescan : USEC_PER_SEC,
		.looks = log_pace_of(LOOKS_PER_SEC, LOOKS_PER_SEC),
		.acts = log_pace_of(ACTS_PER_SEC, ACTS_SAVED),
		.names_max = options->logs_max ? options->logs_max : LOG_NAMES_MAX,
		.files_max = descriptors()};
	set->marked_end = &set->marked;
	set->touched_end = &set->touched;
	int err = copy_inputs(set, options);
	if (!err && options->root && options->root[0] && !(set->root = strdup(options->root)))
		err = -ENOMEM;
	if (err)
		return err;
	for (size_t n = set->root ? strlen(set->root) : 0; n > 1 && set->root[n - 1] == '/'; n--)
		set->root[n - 1] = '\0';
	set->dirs.root = set->root;
	set->inotify = set->dirs.inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	set->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (set->inotify < 0 || set->epoll < 0 ||
		epoll_ctl(set->epoll, EPOLL_CTL_ADD, set->inotify, &event) < 0)
		return -errno;
	set_names_begin(set);
	return 0;
}

void log_set_done(struct log_set *set)
{
	while (set->file_count)
		log_set_close(set, set->files[set->file_count - 1]);
	set_names_done(set);
	free_inputs(set->inputs, set->input_count);
	free(set->globs);
	free(set->root);
	free(set->files);
	index_done(&set->files_by_ino);
	index_done(&set->files_by_wd);
	index_done(&set->files_by_begin);
	log_dirs_done(&set->dirs);
	if (set->inotify >= 0)
		close(set->inotify);
	if (set->epoll >= 0)
		close(set->epoll);
}
