// SPDX-License-Identifier: MIT
#include "enrich/rdap_tables.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#define EVERY (300 * USEC_PER_SEC) /* a table is asked for every ten minutes at most */

static const char *const file_names[LOOK_TABLES] = {"rdap-ipv4.json", "rdap-ipv6.json"};

void rdap_tables_init(struct rdap_tables *t, const char *dir)
{
	*t = (struct rdap_tables){0};
	text_copy(t->dir, sizeof t->dir, str_of(dir));
}

static void forget(struct rdap_tables *t, unsigned table)
{
	free(t->at[table].text);
	t->at[table].text = NULL;
	t->at[table].n = 0;
}

void rdap_tables_done(struct rdap_tables *t)
{
	for (unsigned i = 0; i < LOOK_TABLES; i++)
		forget(t, i);
}

int rdap_tables_open(const char *dir, unsigned table)
{
	char path[1088];

	if (!dir || !dir[0])
		return -ENOENT;
	snprintf(path, sizeof path, "%s/%s", dir, file_names[table]);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

enum look_fault rdap_tables_take(struct rdap_tables *t, const struct look_table *m, usec_t now)
{
	size_t n = t->at[m->table].n;

	if (m->at != n)
		return LOOK_BAD_NUMBER;
	if (m->at == 0) {
		if (now < t->at[m->table].rests)
			return LOOK_BAD_KIND;
		t->at[m->table].rests = now + EVERY;
		forget(t, m->table);
		t->at[m->table].text = malloc(LOOK_TABLE_MAX);
	}
	if (t->at[m->table].text)
		memcpy(t->at[m->table].text + n, m->bytes, m->n);
	t->at[m->table].n += m->n;
	if (t->at[m->table].n < m->total)
		return LOOK_FINE;
	if (t->dir[0] && t->at[m->table].text)
		file_replace(t->dir, file_names[m->table], t->at[m->table].text, m->total, 0600);
	forget(t, m->table);
	return LOOK_FINE;
}
