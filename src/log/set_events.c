// SPDX-License-Identifier: MIT
/*
 * What inotify(7) reports. A report of a file in a watched directory names it: it leads to the
 * name, which is then looked at. Reports of other programs' files cost a look-up.
 */
#include "log/set_parts.h"

#include <limits.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#define READS_MAX 64                    /* of the queue, at once */
#define REST      (100 * USEC_PER_MSEC) /* of reports, when they are of others' files only */

static void about_watch(struct log_set *set, const struct inotify_event *event)
{
	struct log_file *f = set_file_of_watch(set, event->wd);

	set->concerned = true;
	if (f && event->mask & IN_MODIFY)
		log_set_ready(set, f);
	else if (f && event->mask & IN_IGNORED)
		set_file_unwatched(set, f);
	if (f)
		return;
	if (event->mask & (IN_IGNORED | IN_MOVE_SELF | IN_DELETE_SELF))
		log_dirs_lost(&set->dirs, event->wd, event->mask & IN_MOVE_SELF);
	if (event->mask & IN_Q_OVERFLOW)
		set->lost_reports = set->pass_anew = true;
	/* A directory came or went, or may be read now, or reports were lost. */
	if (event->mask & (IN_MOVE_SELF | IN_DELETE_SELF | IN_ATTRIB | IN_Q_OVERFLOW))
		set->pass_due = set->match_due = true;
}

static void about_name(
	struct log_set *set, struct log_name *name, const struct inotify_event *event)
{
	if (event->mask & IN_MODIFY && name->file) {
		log_set_ready(set, name->file);
		return;
	}
	name->left += !name->is_copy && (event->mask & (IN_MOVED_FROM | IN_DELETE));
	/* It was gone, and is there again. */
	if (event->mask & (IN_CREATE | IN_MOVED_TO) && name->match != NAME_NAMED)
		name->match = set->match;
	set_name_mark(set, name);
}

static void about_entry(
	struct log_set *set, const struct log_dir *dir, const struct inotify_event *event)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%s%s", dir->path, event->name);

	if (n >= (int)sizeof path)
		return;
	struct log_name *name = set_name_find(set, path);
	bool is_ours = name && !name->is_glob;
	if (event->mask & (IN_MOVED_FROM | IN_MOVED_TO))
		log_renames_take(&set->renames, event, is_ours && !name->is_copy ? name : NULL);
	/* A new log can wait for a moment; the lines of one that is read, or its rotation, cannot.
	 */
	set->concerned |= is_ours && (name->had_file || name->match == NAME_NAMED);
	if (is_ours)
		about_name(set, name, event);
	else if (event->mask & (IN_CREATE | IN_MOVED_TO | IN_ATTRIB))
		set_names_consider(set, path);
}

/* A directory may have two names that we know. */
static void about_directory(struct log_set *set, const struct inotify_event *event)
{
	uint32_t dir = LOG_DIR_NONE;

	/* Logs below it may have come, or gone. */
	if (event->mask & IN_ISDIR && event->mask & (IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM))
		set->match_due = true;
	while ((dir = log_dirs_of(&set->dirs, event->wd, dir)) != LOG_DIR_NONE)
		about_entry(set, &set->dirs.at[dir], event);
}

static ssize_t read_some(struct log_set *set)
{
	_Alignas(struct inotify_event) char buf[16384];
	ssize_t n = read(set->inotify, buf, sizeof buf);

	for (char *p = buf; n > 0 && p < buf + n;) {
		const struct inotify_event *event = (const struct inotify_event *)(void *)p;
		if (event->len > 0)
			about_directory(set, event);
		else
			about_watch(set, event);
		p += sizeof *event + event->len;
	}
	return n;
}

/* inotify wakes the reader, or does not. */
static void arm(struct log_set *set, bool on)
{
	struct epoll_event e = {.events = on ? EPOLLIN : 0};

	if (epoll_ctl(set->epoll, EPOLL_CTL_MOD, set->inotify, &e) == 0)
		set->rests = !on;
}

void log_set_read_events(struct log_set *set, usec_t now)
{
	int reads = 0;

	if (set->rests && now >= set->rest_until - REST && now < set->rest_until)
		return;
	set->concerned = false;
	while (reads < READS_MAX && read_some(set) > 0)
		reads++;
	bool rests = reads && (!set->concerned || !log_pace_may(&set->acts));
	set->rest_until = now + REST;
	set->work.rests += rests;
	if (rests != set->rests)
		arm(set, !rests);
}
