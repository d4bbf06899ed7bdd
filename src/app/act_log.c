// SPDX-License-Identifier: MIT
#include "app/act_log.h"

#include "app/state_dir.h"
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048
#define FIELD_MAX      768

struct line {
	char text[LINE_MAX_BYTES];
	size_t n;
};

/* What does not fit is left out; the last byte is for the newline. */
static void put(struct line *l, struct str text)
{
	size_t room = sizeof l->text - 1 - l->n;

	l->n += text_sanitise(l->text + l->n, room < FIELD_MAX ? room : FIELD_MAX, text);
}

static void put_field(struct line *l, struct str text)
{
	if (l->n + 1 < sizeof l->text)
		l->text[l->n++] = '\t';
	put(l, text.n ? text : STR_LIT("-"));
}

static void make_line(struct line *l, const struct event_act *act, usec_t ts)
{
	time_t seconds = (time_t)(ts / USEC_PER_SEC);
	char when[32] = "-", uid[24];
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	snprintf(uid, sizeof uid, "uid=%u", (unsigned)getuid());
	put(l, str_of(when));
	put_field(l, str_of(uid));
	put_field(l, act->what);
	put_field(l, act->who);
	put_field(l, act->ok ? STR_LIT("ok") : STR_LIT("failed"));
	put_field(l, act->command);
	put_field(l, act->result);
	l->text[l->n++] = '\n';
}

/* Whoever may write to the directory may have put something else there. */
static int open_log(int dir, off_t *ret_size)
{
	const int flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	struct stat st;
	int fd = openat(dir, ACT_LOG_NAME, flags, 0600);

	if (fd < 0)
		return -errno;
	int err = fstat(fd, &st) < 0 ? -errno : 0;
	if (!err && (!S_ISREG(st.st_mode) || st.st_nlink != 1))
		err = -EINVAL;
	if (err) {
		close(fd);
		return err;
	}
	*ret_size = st.st_size;
	return fd;
}

static int open_with_room(int dir)
{
	off_t size = 0;
	int fd = open_log(dir, &size);

	if (fd < 0 || size < ACT_LOG_MAX)
		return fd;
	close(fd);
	if (renameat(dir, ACT_LOG_NAME, dir, ACT_LOG_NAME ".1") < 0)
		return -errno;
	return open_log(dir, &size);
}

static int append_in(int dir, const struct line *l)
{
	int fd = open_with_room(dir);

	if (fd < 0)
		return fd;
	int err = file_write_all(fd, l->text, l->n);
	if (close(fd) < 0 && !err)
		err = -errno;
	return err;
}

int act_log_append(const struct event_act *act, usec_t ts)
{
	struct line l = {.n = 0};
	char path[PATH_MAX];

	if (!state_dir(path, sizeof path))
		return -ENOENT;
	int err = file_make_dirs(path, 0700);
	if (err)
		return err;
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	make_line(&l, act, ts);
	err = append_in(dir, &l);
	close(dir);
	return err;
}
