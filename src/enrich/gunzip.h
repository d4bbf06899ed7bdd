/* SPDX-License-Identifier: MIT
 *
 * gunzip: unpacks one file into another.
 */
#ifndef NG_ENRICH_GUNZIP_H
#define NG_ENRICH_GUNZIP_H

#include <stdbool.h>
#include <stdint.h>

/* True when the file begins as gzip does (RFC 1952). */
bool gunzip_is_packed(int fd);

/* Called after each piece with how many bytes of `from` are done. False ends it: -ECANCELED. */
typedef bool gunzip_fn(void *ctx, uint64_t done);

/* Unpacks `from`, from its start, to `to`, of `most` bytes at most; fn may be NULL. 0; -EBADMSG:
 * damaged or cut short; -EFBIG; or another negative errno. Both stay open. */
int gunzip(int from, int to, uint64_t most, gunzip_fn *fn, void *ctx);

#endif
