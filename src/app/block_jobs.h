/* SPDX-License-Identifier: MIT
 *
 * block_jobs: what the helpers are asked about blocks: to put prefixes into our own table and to
 * take them out, and to list what this machine keeps out already. Made from src/action; each make()
 * checks every value anew, in the helper.
 */
#ifndef NG_APP_BLOCK_JOBS_H
#define NG_APP_BLOCK_JOBS_H

#include "action/ways.h"
#include "helper/helper.h"

/* What is done; of the blocker. */
enum block_job {
	BLOCK_JOB_BLOCK,   /* steps as block_job_args makes them */
	BLOCK_JOB_UNBLOCK, /* the prefixes */
	BLOCK_JOB_UNBLOCK_ALL,
	BLOCK_JOBS
};

/* What is kept out already: a list for each thing that can be asked. */
enum block_list {
	BLOCK_LIST_NFT,
	BLOCK_LIST_OURS, /* our own table alone, which what others have never cuts off */
	BLOCK_LIST_IPTABLES,
	BLOCK_LIST_IP6TABLES,
	BLOCK_LIST_LEGACY4, /* of iptables-legacy, which nft does not show */
	BLOCK_LIST_LEGACY6,
	BLOCK_LIST_IPSET, /* behind the rules that name its sets */
	BLOCK_LIST_ROUTES4,
	BLOCK_LIST_ROUTES6,
	BLOCK_LIST_FAIL2BAN,
	BLOCK_LIST_CROWDSEC,
	BLOCK_LISTS
};

/* The program that prints a list, and which helper is asked for it. */
struct block_list_info {
	const char *name;    /* on the screen of inputs */
	const char *program; /* looked for before it is asked */
	const char *needs;   /* a file without which it has nothing to say; NULL */
	enum helper_kind kind;
	uint32_t every; /* rounds: a client written in Python costs more than all others */
};

extern const struct block_list_info block_list_infos[BLOCK_LISTS];
extern const struct helper_job block_list_jobs[BLOCK_LISTS];

extern const struct helper_job block_jobs[BLOCK_JOBS];

/* Steps as a question for BLOCK_JOB_BLOCK: number says how many of the first prefixes go out. */
struct helper_args block_job_args(const struct block_steps *steps);

#endif
