// SPDX-License-Identifier: MIT
#include "app/engine_files.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define FILE_MAX (1u << 20)

static const struct {
	const char *key;
	size_t offset; /* in struct fleet_options */
} kinds[ENGINE_FILES] = {
	[ENGINE_CREDENTIALS] = {"nats.credentials",
		offsetof(struct fleet_options, nats_credentials)},
	[ENGINE_NKEY] = {"nats.nkey", offsetof(struct fleet_options, nats_nkey)},
	[ENGINE_CA] = {"nats.ca", offsetof(struct fleet_options, nats_ca)},
	[ENGINE_CERT] = {"nats.cert", offsetof(struct fleet_options, nats_cert)},
	[ENGINE_CERT_KEY] = {"nats.cert_key", offsetof(struct fleet_options, nats_cert_key)},
	[ENGINE_COLLECTOR_CA] = {"otlp.ca", offsetof(struct fleet_options, otlp_ca)},
};

bool engine_files_read(
	struct engine_files *files, const struct fleet_options *f, struct reason *ret_wrong)
{
	*files = (struct engine_files){0};
	for (size_t i = 0; i < ENGINE_FILES; i++) {
		const char *path = *(char *const *)((const char *)f + kinds[i].offset);
		int err = path ? file_read(path, FILE_MAX, &files->at[i].text, &files->at[i].n) : 0;
		if (err) {
			reason_set(ret_wrong, "%s: %.200s: %s", kinds[i].key, path, strerror(-err));
			return false;
		}
	}
	if (!f->nats_cert == !f->nats_cert_key)
		return true;
	reason_set(ret_wrong, "expected both of nats.cert and nats.cert_key, or none");
	return false;
}

static void wipe(char *text, size_t n)
{
	if (text)
		explicit_bzero(text, n);
}

int engine_files_put(struct engine_files *files, const char *ret_paths[static ENGINE_FILES])
{
	int err = 0;

	for (size_t i = 0; i < ENGINE_FILES && !err; i++) {
		if (!files->at[i].text)
			continue;
		int fd = memfd_create("nethergaze", MFD_CLOEXEC);
		err = fd < 0 ? -errno : file_write_all(fd, files->at[i].text, files->at[i].n);
		wipe(files->at[i].text, files->at[i].n);
		snprintf(files->at[i].path, sizeof files->at[i].path, "/proc/self/fd/%d", fd);
		ret_paths[i] = files->at[i].path;
	}
	return err;
}

void engine_files_done(struct engine_files *files)
{
	for (size_t i = 0; i < ENGINE_FILES; i++) {
		wipe(files->at[i].text, files->at[i].n);
		free(files->at[i].text);
		files->at[i].text = NULL;
	}
}
