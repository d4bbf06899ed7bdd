/* SPDX-License-Identifier: MIT
 *
 * patterns: requests that nobody makes but to break in: files that no visitor asks for, and words
 * that are meant for an interpreter. What a site has itself (a wp-login.php, say) is found as well;
 * whoever judges knows how it is answered, and to whom.
 *
 * Paths are looked at as a careless server would understand them: percent signs decoded up to three
 * times over, overlong UTF-8 and "%u" as what they stand for, "\" as "/", "//" and "/./" as "/",
 * white space, "+" and SQL comments as a blank. The whole text of an event is looked at.
 */
#ifndef NG_DETECT_PATTERNS_H
#define NG_DETECT_PATTERNS_H

#include "detect/matcher.h"

#include <stdint.h>

#define PATTERN_TEXT_MAX 8192 /* bytes of a path that are looked at: all that an event can have */
#define PATTERN_LEAST    3    /* bytes of a pattern, as understood: ".." is in too many names */
#define PATTERN_EXTRA    256  /* patterns of the configuration */

enum exploit_kind {
	EXPLOIT_ENV,        /* .env */
	EXPLOIT_REPOSITORY, /* .git, .svn, .hg */
	EXPLOIT_DOT_FILE,   /* other files of a home or a project: .aws, .ssh, .npmrc */
	EXPLOIT_CONFIG,     /* configuration and copies of databases */
	EXPLOIT_WORDPRESS,
	EXPLOIT_DATABASE, /* phpMyAdmin and its like */
	EXPLOIT_SHELL,    /* backdoors that others have left */
	EXPLOIT_TRAVERSAL,
	EXPLOIT_SQL,
	EXPLOIT_SCRIPT,     /* cross-site scripting */
	EXPLOIT_COMMAND,    /* commands for a shell */
	EXPLOIT_EXPRESSION, /* Log4Shell, OGNL, templates */
	EXPLOIT_MANAGEMENT, /* actuators, consoles, debuggers of application servers */
	EXPLOIT_CGI,
	EXPLOIT_DEVICE, /* routers, cameras, VPN gateways, mail servers */
	EXPLOIT_PHP,    /* frameworks' known holes, phpinfo, wrappers */
	EXPLOIT_CLOUD,  /* metadata services */
	EXPLOIT_OTHER,  /* a pattern of the configuration */
	EXPLOIT_KINDS,
};

/* "SQL injection"; for evidence. */
const char *exploit_kind_name(enum exploit_kind kind);

struct patterns {
	struct matcher matcher;
};

/* Builds the table from our own patterns and `n` (at most PATTERN_EXTRA) of the configuration,
 * which are taken as paths are: percent signs and case do not matter. They are not kept. 0,
 * -ENOMEM, -E2BIG, or -EINVAL with the first one that says too little in *ret_bad. */
int patterns_init(struct patterns *p, const struct str *extra, size_t n, size_t *ret_bad);
void patterns_done(struct patterns *p);

/* A bit (1 << kind) for each kind that the path, query and all, has something of. */
uint32_t patterns_match(const struct patterns *p, struct str path);

/* How a path is understood: into buf, at most PATTERN_TEXT_MAX bytes, which is never more than the
 * path has. Any bytes but NUL may be in it. */
size_t patterns_understand(struct str path, char buf[static PATTERN_TEXT_MAX]);

#endif
