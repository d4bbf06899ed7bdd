// SPDX-License-Identifier: MIT
#include "app/geoip_update.h"

#include "app/geo_feed.h"
#include "app/plain_text.h"
#include "app/progress.h"
#include "base/file.h"
#include "base/text.h"
#include "enrich/download.h"
#include "enrich/gunzip.h"
#include "enrich/mmdb.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PACKED_MOST   (512u << 20)
#define UNPACKED_MOST (1u << 30)
#define URL_MAX       1024
#define NAME_MAX_OURS 128
#define PART          ".geoip-update." /* begins the name of an incomplete file */

struct update {
	char dir[DATA_DIR_MAX];
	int lock; /* held while we work there */
	struct progress progress;
	const struct text_list *urls;
	char (*taken)[NAME_MAX_OURS]; /* names of files that this run has installed */
	size_t taken_count;
};

/* One database on its way. */
struct job {
	struct update *u;
	const char *url;
	char name[NAME_MAX_OURS]; /* under which it will be installed; without .mmdb until it has
				     come */
	char packed[DATA_DIR_MAX + 32], whole[DATA_DIR_MAX + 32]; /* files; "" when not there */
	int packed_fd, whole_fd;
	uint64_t packed_size;
};

__attribute__((format(printf, 1, 2))) static void say_wrong(const char *format, ...)
{
	char text[URL_MAX + DATA_DIR_MAX + 512], clean[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	struct str shown = plain_text(clean, text_sanitise(clean, sizeof clean, str_of(text)));
	fprintf(stderr, "nethergaze: geoip-update: %.*s\n", STR_FMT(shown));
}

/* The data directory. */

/* What an update that was killed has left: nobody else is at work while we hold the lock. */
static void remove_parts(const struct update *u)
{
	DIR *dir = opendir(u->dir);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (strncmp(entry->d_name, PART, strlen(PART)) == 0 &&
			strcmp(entry->d_name, PART "lock") != 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

static bool take_place(struct update *u, const struct options *options)
{
	char path[DATA_DIR_MAX + 32];

	if (!geo_data_dir(options, u->dir)) {
		say_wrong("no data directory: HOME is not set, or the path begins with another "
			  "user's ~; expected --data-dir DIR");
		return false;
	}
	int err = file_make_dirs(u->dir, 0755);
	snprintf(path, sizeof path, "%s/" PART "lock", u->dir);
	u->lock = err ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (!err && u->lock < 0)
		err = -errno;
	if (!err && flock(u->lock, LOCK_EX | LOCK_NB) < 0)
		err = -errno;
	if (!err) {
		remove_parts(u);
		return true;
	}
	if (err == -EWOULDBLOCK)
		say_wrong("%s: another geoip-update is running there; try again later", u->dir);
	else
		say_wrong("%s: %s; expected a writable directory (--data-dir DIR)", u->dir,
			strerror(-err));
	return false;
}

/* Files of a job. */

static int make_part(const struct update *u, char *path, size_t cap, int *ret_fd)
{
	snprintf(path, cap, "%s/" PART "XXXXXX", u->dir);
	*ret_fd = mkostemp(path, O_CLOEXEC);
	if (*ret_fd >= 0)
		return 0;
	path[0] = '\0';
	return -errno;
}

static void end_job(struct job *j)
{
	if (j->packed_fd >= 0)
		close(j->packed_fd);
	if (j->whole_fd >= 0 && j->whole_fd != j->packed_fd)
		close(j->whole_fd);
	if (j->packed[0])
		unlink(j->packed);
	if (j->whole[0])
		unlink(j->whole);
}

/* Naming. */

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.';
}

/* A month in a name would leave last month's database beside this month's. */
static size_t without_month(const char *name, size_t n)
{
	static const char shape[] = "-####-##";
	size_t length = sizeof shape - 1;

	if (n <= length)
		return n;
	for (size_t i = 0; i < length; i++) {
		char c = name[n - length + i];
		if (shape[i] == '#' ? c < '0' || c > '9' : c != shape[i])
			return n;
	}
	return n - length;
}

static bool take_suffix(const char *name, size_t *n, const char *suffix)
{
	size_t length = strlen(suffix);

	if (*n <= length || strncmp(name + *n - length, suffix, length) != 0)
		return false;
	*n -= length;
	return true;
}

static size_t add_plain(char *buf, size_t w, struct str text)
{
	for (size_t i = 0; i < text.n && w + sizeof ".mmdb" < NAME_MAX_OURS; i++)
		if (is_plain(text.p[i]) && (w || text.p[i] != '.'))
			buf[w++] = text.p[i];
	buf[w] = '\0';
	return w;
}

/* ".../dbip-city-lite-2026-11.mmdb.gz?x" is "dbip-city-lite". */
static void stem_of(const char *url, char buf[static NAME_MAX_OURS])
{
	size_t end = strcspn(url, "?#"), begin = end;

	while (begin && url[begin - 1] != '/')
		begin--;
	size_t n = end - begin;
	const char *name = url + begin;
	take_suffix(name, &n, ".gz");
	take_suffix(name, &n, ".mmdb");
	if (!add_plain(buf, 0, (struct str){name, without_month(name, n)}))
		add_plain(buf, 0, STR_LIT("geoip"));
}

/* True when several URLs of this run end alike, as ".../city/latest" and ".../asn/latest" do. */
static bool is_ambiguous(const struct update *u, const char *stem)
{
	char other[NAME_MAX_OURS];
	size_t alike = 0;

	for (size_t i = 0; i < u->urls->count; i++) {
		stem_of(u->urls->items[i], other);
		alike += strcmp(other, stem) == 0;
	}
	return alike > 1;
}

/* By the URL, and where that does not tell them apart, by what it is. -EEXIST: that is what
 * another of this run has. */
static int name_job(struct job *j, const struct mmdb *db, char *reason)
{
	struct update *u = j->u;
	size_t w = strlen(j->name);

	if (is_ambiguous(u, j->name)) {
		w = add_plain(j->name, w, STR_LIT("-"));
		w = add_plain(j->name, w, str_of(mmdb_type(db)));
	}
	snprintf(j->name + w, sizeof j->name - w, ".mmdb");
	for (size_t i = 0; i < u->taken_count; i++) {
		if (strcmp(u->taken[i], j->name) != 0)
			continue;
		snprintf(reason, DOWNLOAD_REASON_MAX,
			"it would replace %s, which another --url has just installed", j->name);
		return -EEXIST;
	}
	return 0;
}

/* Fetching. */

static bool is_told_to_stop(void)
{
	sigset_t set;

	return sigpending(&set) == 0 &&
	       (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM) ||
		       sigismember(&set, SIGHUP) || sigismember(&set, SIGQUIT));
}

static bool show_progress(void *context, uint64_t got, uint64_t total)
{
	struct job *j = context;
	char done[8], all[8], detail[32];

	if (is_told_to_stop())
		return false;
	text_bytes(done, got);
	text_bytes(all, total);
	snprintf(detail, sizeof detail, "%s%s%s", done, total ? " of " : "", total ? all : "");
	progress_show(&j->u->progress, j->name, total ? (double)got / (double)total : -1, detail);
	return true;
}

static bool show_unpacking(void *context, uint64_t done)
{
	struct job *j = context;
	char what[NAME_MAX_OURS + 16];

	snprintf(what, sizeof what, "unpacking %s", j->name);
	progress_show(&j->u->progress, what,
		j->packed_size ? (double)done / (double)j->packed_size : -1, "");
	return !is_told_to_stop();
}

static int unpack(struct job *j)
{
	struct stat st;

	j->packed_size = fstat(j->packed_fd, &st) == 0 ? (uint64_t)st.st_size : 0;
	progress_begin(&j->u->progress, true);
	int err = gunzip(j->packed_fd, j->whole_fd, UNPACKED_MOST, show_unpacking, j);
	progress_end(&j->u->progress);
	return err;
}

/* The file as the server has it, unpacked if it is packed. */
static int fetch(struct job *j, char reason[static DOWNLOAD_REASON_MAX])
{
	struct download d = {j->url, PACKED_MOST, show_progress, j};
	int err = make_part(j->u, j->packed, sizeof j->packed, &j->packed_fd);

	snprintf(reason, DOWNLOAD_REASON_MAX, "%s", strerror(-err));
	progress_begin(&j->u->progress, true);
	if (!err)
		err = download(&d, j->packed_fd, reason);
	progress_end(&j->u->progress);
	if (err)
		return err;
	if (!gunzip_is_packed(j->packed_fd)) {
		j->whole_fd = j->packed_fd;
		memcpy(j->whole, j->packed, sizeof j->whole);
		j->packed[0] = '\0';
		return 0;
	}
	err = make_part(j->u, j->whole, sizeof j->whole, &j->whole_fd);
	if (!err)
		err = unpack(j);
	snprintf(reason, DOWNLOAD_REASON_MAX, "%s",
		err == -EBADMSG ? "the file is damaged or incomplete; try again"
		: err == -EFBIG ? "the file is too large when unpacked"
				: strerror(-err));
	return err;
}

/* Checking and installing. */

static bool tells_something(const struct mmdb *db)
{
	for (enum mmdb_fact fact = 0; fact < MMDB_FACTS; fact++)
		for (enum mmdb_family family = 0; family < MMDB_FAMILIES; family++)
			if (mmdb_tells(db, fact, family))
				return true;
	return false;
}

/* As MaxMind's suffix=tar.gz brings; POSIX ustar says so at byte 257. */
static bool is_tar(const struct job *j)
{
	char magic[5];

	return pread(j->whole_fd, magic, sizeof magic, 257) == sizeof magic &&
	       memcmp(magic, "ustar", sizeof magic) == 0;
}

static const char *reason_for(const struct job *j, int err)
{
	if (err != -EBADMSG)
		return strerror(-err);
	return is_tar(j) ? "the server sent a tar archive; expected the URL of an .mmdb or "
			   ".mmdb.gz file (or unpack its .mmdb into the data directory yourself)"
			 : "the server did not send a GeoIP database (a web page?); expected the "
			   "URL of an .mmdb or .mmdb.gz file";
}

static int check(const struct job *j, struct mmdb **ret_db, char *reason)
{
	static const uint8_t some[4] = {9, 9, 9, 9};
	struct addr ip = addr_from_v4(some);
	const struct mmdb_place *place;
	int err;

	struct mmdb *db = mmdb_begin(j->whole, &err);
	if (db)
		err = mmdb_load(db, SIZE_MAX);
	if (!err)
		mmdb_find(db, &ip, &place);
	if (!err && (mmdb_damaged(db) || !tells_something(db)))
		err = -EBADMSG;
	snprintf(reason, DOWNLOAD_REASON_MAX, "%s", reason_for(j, err));
	if (!err)
		*ret_db = db;
	else
		mmdb_unref(db);
	return err;
}

/* On the disk before it has the name, so that no crash can leave half a file under it. */
static int install(struct job *j, char *path, size_t cap, char *reason)
{
	int err = 0, dir = open(j->u->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	snprintf(path, cap, "%s/%s", j->u->dir, j->name);
	if (dir < 0 || fchmod(j->whole_fd, 0644) < 0 || fsync(j->whole_fd) < 0 ||
		rename(j->whole, path) < 0 || fsync(dir) < 0)
		err = -errno;
	else
		j->whole[0] = '\0';
	if (dir >= 0)
		close(dir);
	snprintf(reason, DOWNLOAD_REASON_MAX, "cannot install it: %s", strerror(-err));
	return err;
}

static void say_installed(const struct mmdb *db, const char *path)
{
	time_t built = (time_t)mmdb_built(db);
	char date[32] = "?", clean[DATA_DIR_MAX + NAME_MAX_OURS];
	struct tm tm;

	if (gmtime_r(&built, &tm))
		strftime(date, sizeof date, "%Y-%m-%d", &tm);
	struct str shown = plain_text(clean, text_sanitise(clean, sizeof clean, str_of(path)));
	printf("%.*s: %s, built %s\n", STR_FMT(shown), mmdb_type(db), date);
	fflush(stdout);
}

/* 0, or a negative errno with the reason. */
static int update_one(struct update *u, const char *url, char reason[static DOWNLOAD_REASON_MAX])
{
	struct job j = {.u = u, .url = url, .packed_fd = -1, .whole_fd = -1};
	char path[DATA_DIR_MAX + NAME_MAX_OURS];
	struct mmdb *db = NULL;

	stem_of(url, j.name);
	int err = fetch(&j, reason);
	if (!err)
		err = check(&j, &db, reason);
	if (!err)
		err = name_job(&j, db, reason);
	if (!err)
		err = install(&j, path, sizeof path, reason);
	if (!err) {
		say_installed(db, path);
		memcpy(u->taken[u->taken_count++], j.name, sizeof j.name);
	}
	mmdb_unref(db);
	end_job(&j);
	return err;
}

/* A URL may hold a password, and stderr may be mailed by cron. */
static void say_failed(const char *url, const char *reason)
{
	const char *scheme = strstr(url, "://"), *host = scheme ? scheme + 3 : url;
	const char *at = memrchr(host, '@', strcspn(host, "/?#"));

	say_wrong("%.*s%s: %s; installed databases are unchanged", (int)(at ? host - url : 0), url,
		at ? at + 1 : url, reason);
}

static bool update_url(struct update *u, const char *url)
{
	char reason[DOWNLOAD_REASON_MAX];
	int err = update_one(u, url, reason);

	if (err)
		say_failed(url, reason);
	return !err;
}

/* DB-IP's, of `back` months ago. */
static void url_of_month(const char *base, const char *what, int back, char buf[static URL_MAX])
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	int month = tm.tm_year * 12 + tm.tm_mon - back;
	size_t n = strlen(base);
	while (n && base[n - 1] == '/')
		n--;
	snprintf(buf, URL_MAX, "%.*s/dbip-%s-lite-%04d-%02d.mmdb.gz", (int)n, base, what,
		1900 + month / 12, 1 + month % 12);
}

#define DBIP_FILES 2 /* city and asn */

/* This month's is there some days after the first. */
static bool update_dbip(struct update *u, const char *base, const char *what)
{
	char url[URL_MAX], reason[DOWNLOAD_REASON_MAX];

	url_of_month(base, what, 0, url);
	int err = update_one(u, url, reason);
	if (err == -ENOENT) {
		url_of_month(base, what, 1, url);
		return update_url(u, url);
	}
	if (err)
		say_failed(url, reason);
	return !err;
}

bool geoip_update(const struct options *options)
{
	const struct text_list *urls = &options->update_urls;
	struct update u = {.lock = -1, .urls = urls};
	bool fine = take_place(&u, options);

	if (!fine)
		goto end;
	u.taken = calloc(urls->count ? urls->count : DBIP_FILES, sizeof *u.taken);
	if (!u.taken) {
		say_failed("geoip-update", strerror(ENOMEM));
		fine = false;
		goto end;
	}
	for (size_t i = 0; i < urls->count && !is_told_to_stop(); i++)
		fine &= update_url(&u, urls->items[i]);
	if (urls->count)
		goto end;
	fine = update_dbip(&u, options->update_base, "city");
	if (!is_told_to_stop())
		fine &= update_dbip(&u, options->update_base, "asn");
end:
	free(u.taken);
	if (u.lock >= 0)
		close(u.lock);
	return fine && !is_told_to_stop();
}
