/* SPDX-License-Identifier: MIT
 *
 * download: one file from a web server, by HTTP or HTTPS, written to a descriptor; waits until it
 * has come, so it is for a command of its own and not for the loop. Proxies are those that the
 * environment names (http_proxy, https_proxy, no_proxy). Redirects are followed five times, and
 * never from HTTPS to HTTP. A server that sends less than 1 KiB/s for half a minute, or is not done
 * within an hour, is given up.
 */
#ifndef NG_ENRICH_DOWNLOAD_H
#define NG_ENRICH_DOWNLOAD_H

#include <stdbool.h>
#include <stdint.h>

#define DOWNLOAD_REASON_MAX 320

struct download {
	const char *url;
	uint64_t most; /* bytes; more is -EFBIG */
	/* Called now and then; total is 0 while it is not known. False ends it: -ECANCELED. */
	bool (*progress)(void *context, uint64_t got, uint64_t total);
	void *context;
};

/* 0; -ENOENT: the server has no such file; or another negative errno. Then reason says in words
 * what is wrong. */
int download(const struct download *d, int fd, char reason[static DOWNLOAD_REASON_MAX]);

#endif
