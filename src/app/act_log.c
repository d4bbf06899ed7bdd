// SPDX-License-Identifier: MIT
#include "app/act_log.h"

#include "app/state_dir.h"
#include "base/file.h"
#include "base/opener.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FIELD_MAX      9216 /* more than a block can say: 32 networks, a script for nft */
#define LINE_MAX_BYTES (4 * FIELD_MAX + 256) /* of its fields, three are short */
#define CUT            "[cut]"

struct line {
	char text[LINE_MAX_BYTES];
	size_t n;
};

/* Where the end is left out, there is a mark. */
static void put(struct line *l, struct str text)
{
	char clean[FIELD_MAX + 16]; /* a character more, spelled out */
	struct str fit = {clean, text_sanitise(clean, sizeof clean, text)};
	bool cut = fit.n > FIELD_MAX;

	if (cut)
		fit = text_clip(fit, FIELD_MAX - (sizeof CUT - 1));
	memcpy(l->text + l->n, fit.p, fit.n);
	l->n += fit.n;
	if (cut) {
		memcpy(l->text + l->n, CUT, sizeof CUT - 1);
		l->n += sizeof CUT - 1;
	}
}

static void put_field(struct line *l, struct str text)
{
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
	snprintf(uid, sizeof uid, "uid=%u", (unsigned)opener_uid());
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
	struct line l;
	char path[PATH_MAX];
	int dir = state_dir_own(path, sizeof path);

	if (dir < 0)
		return dir;
	l.n = 0;
	make_line(&l, act, ts);
	int err = append_in(dir, &l);
	close(dir);
	return err;
}
