// SPDX-License-Identifier: MIT
/* What others ask of look-ups, in a build without libcurl and c-ares: it has none, and says so. */
#include "enrich/download.h"
#include "enrich/fetch.h"
#include "enrich/look_serve.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define MISSING "this build has no libcurl"

const char *look_missing(void)
{
	return MISSING;
}

/* As enrich/fetch.h has it. */
// NOLINTNEXTLINE(readability-non-const-parameter)
int fetch_origin(const char *url, bool trusted, char *host, size_t cap, unsigned *ret_port)
{
	(void)url;
	(void)trusted;
	(void)host;
	(void)cap;
	(void)ret_port;
	return -EOPNOTSUPP;
}

int download(const struct download *d, int fd, char reason[static DOWNLOAD_REASON_MAX])
{
	(void)d;
	(void)fd;
	snprintf(reason, DOWNLOAD_REASON_MAX,
		MISSING "; download it with another program into the data directory");
	return -EOPNOTSUPP;
}

/* Nothing starts the process (look_missing). */

void looker_open(const struct looker_options *options, struct looker_files *ret_files)
{
	(void)options;
	for (size_t i = 0; i < LOOK_TABLES; i++)
		ret_files->tables[i] = -1;
}

int look_serve(const struct look_serve_options *options, struct looker_files *files)
{
	(void)options;
	(void)files;
	return EXIT_FAILURE;
}
