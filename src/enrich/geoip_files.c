// SPDX-License-Identifier: MIT
#include "enrich/geoip_files.h"

#include "base/opener.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SETTLED_AFTER 2 /* seconds */

static bool is_known(const struct geoip_files *f, const struct mmdb_identity *identity)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->at[i].err && f->at[i].identity.dev == identity->dev &&
			f->at[i].identity.ino == identity->ino)
			return true;
	return false;
}

static void add(struct geoip_files *f, const char *path, enum geoip_named named_for)
{
	struct geoip_file file = {.named_for = named_for};
	struct stat st;

	if (f->n == GEOIP_FILES_MAX)
		return;
	file.err = opener_stat(NULL, path, &st);
	if (!file.err)
		file.identity = mmdb_identify(&st);
	/* One that goes while its folder is read is just gone. */
	if (named_for == GEOIP_NAMED_NOT && (file.err || is_known(f, &file.identity)))
		return;
	file.path = strdup(path);
	if (file.path)
		f->at[f->n++] = file;
}

static bool is_mmdb(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + n - 5, ".mmdb") == 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t list(const char *dir, char *names[static GEOIP_FILES_MAX])
{
	int fd = opener_directory(NULL, dir);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	size_t n = 0;

	if (!d && fd >= 0)
		close(fd);
	while (d && n < GEOIP_FILES_MAX && (entry = readdir(d)))
		if (is_mmdb(entry) && (names[n] = strdup(entry->d_name)))
			n++;
	if (d)
		closedir(d);
	qsort(names, n, sizeof *names, by_name);
	return n;
}

static void add_folder(struct geoip_files *f, const char *dir)
{
	char *names[GEOIP_FILES_MAX], path[4096];
	size_t n = list(dir, names);

	for (size_t i = 0; i < n; i++) {
		if (snprintf(path, sizeof path, "%s/%s", dir, names[i]) < (int)sizeof path)
			add(f, path, GEOIP_NAMED_NOT);
		free(names[i]);
	}
}

void geoip_files_find(
	struct geoip_files *f, const char *city_db, const char *asn_db, const char *const *dirs)
{
	*f = (struct geoip_files){0};
	if (city_db)
		add(f, city_db, GEOIP_NAMED_CITY);
	if (asn_db)
		add(f, asn_db, GEOIP_NAMED_ASN);
	for (; dirs && *dirs; dirs++)
		add_folder(f, *dirs);
}

void geoip_files_done(struct geoip_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->at[i].path);
	*f = (struct geoip_files){0};
}

bool geoip_files_are_same(const struct geoip_files *a, const struct geoip_files *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->at[i].err != b->at[i].err || strcmp(a->at[i].path, b->at[i].path) != 0 ||
			!mmdb_is_same(&a->at[i].identity, &b->at[i].identity))
			return false;
	return true;
}

bool geoip_files_are_moving(const struct geoip_files *f)
{
	time_t now = time(NULL);

	for (size_t i = 0; i < f->n; i++) {
		time_t changed = f->at[i].identity.changed.tv_sec;
		if (changed <= now && now - changed < SETTLED_AFTER)
			return true;
	}
	return false;
}
