// SPDX-License-Identifier: MIT
#include "app/range_files.h"

#include "base/file.h"
#include "base/text.h"
#include "detect/range_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define PATH_TEXT_MAX 4096
#define EXPECTED      "a file of networks, one a line or in JSON"

/* Splits an item; the name is clean. */
static const char *split(const char *item, char name[static RANGES_NAME_MAX])
{
	const char *equals = strchr(item, '='), *slash = strchr(item, '/');
	bool named = equals && equals > item && !(slash && slash < equals);
	const char *path = named ? equals + 1 : item;
	struct str raw =
		named ? (struct str){item, (size_t)(equals - item)} : range_name_of(str_of(path));

	name[text_sanitise(name, RANGES_NAME_MAX - 1, raw)] = '\0';
	return path;
}

static const char *why_not(int err)
{
	if (err == -EISDIR)
		return "it is a directory";
	if (err == -EINVAL)
		return "it is not a regular file";
	return err == -EFBIG ? "it has more than 32 MiB" : strerror(-err);
}

static int add_text(struct ranges *r, const char *path, const char *name, struct str text,
	char reason[static RANGE_FILES_REASON_MAX])
{
	struct ranges_error error;
	int err = ranges_add(r, str_of(name), text, &error);

	if (!err && !r->left_out)
		return 0;
	if (err == -EINVAL)
		snprintf(reason, RANGE_FILES_REASON_MAX, "%s:%u: %s; expected " EXPECTED, path,
			error.line, error.text);
	else if (err == -E2BIG)
		snprintf(reason, RANGE_FILES_REASON_MAX, "--ranges %s: more than %d files", path,
			RANGES_FILES);
	else if (err)
		snprintf(reason, RANGE_FILES_REASON_MAX, "--ranges %s: %s", path, strerror(-err));
	else
		snprintf(reason, RANGE_FILES_REASON_MAX,
			"--ranges %s: more than %d networks in all files", path, RANGES_MAX);
	return err == -ENOMEM ? err : -EINVAL;
}

int range_files_add(struct ranges *r, const char *item, char reason[static RANGE_FILES_REASON_MAX])
{
	char path[PATH_TEXT_MAX], name[RANGES_NAME_MAX];
	const char *given = split(item, name);
	struct str text = STR_ABSENT;
	char *p = NULL;
	int err = -ENOENT;

	if (file_expand_home(path, sizeof path, given))
		err = file_read(path, RANGES_TEXT_MAX, &p, &text.n);
	if (err) {
		snprintf(reason, RANGE_FILES_REASON_MAX, "--ranges %s: %s; expected " EXPECTED,
			given, why_not(err));
		return err == -ENOMEM ? err : -EINVAL;
	}
	text.p = p;
	err = add_text(r, given, name, text, reason);
	free(p);
	return err;
}

int range_files_read(
	struct ranges *r, const struct text_list *items, char reason[static RANGE_FILES_REASON_MAX])
{
	int err = ranges_init(r);

	if (err)
		snprintf(reason, RANGE_FILES_REASON_MAX, "--ranges: %s", strerror(-err));
	for (size_t i = 0; i < items->count && !err; i++)
		err = range_files_add(r, items->items[i], reason);
	return err;
}
