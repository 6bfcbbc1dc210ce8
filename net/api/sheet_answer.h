/* A sheet as an answer: written beside the loop, since a large one takes long and XLSX are made one
 * at a time in a process. So many may be under way at once, of all loops: each holds its cells.
 * What is written and waits for a slow reader is http's to bound (limits.h). Inside net/api only.
 */
#ifndef YZ_NET_API_SHEET_ANSWER_H
#define YZ_NET_API_SHEET_ANSWER_H

#include "net/api/walks.h"
#include "net/sheet/sheet.h"

#include <stdatomic.h>

#define SHEET_JOBS_MAX 32 // begun and not written yet; beyond: 503 stats_busy

typedef struct sheet_job sheet_job;

struct sheet_job {
    api_errand errand; // inner
    sheet_how how;
    const char *name;  // of the file that is offered, without its ending; borrowed until `free`
    char headers[300]; // further lines, or ""
    /* Builds the sheet, beside the loop: it reads what `context` holds and no market. */
    yz_sheet *(*build)(void *context);
    void (*free)(void *context); // of what context owns; on the loop
    void *context;
    /* Of a job that walks: one slice. False: it was the last one, the sheet can be built. */
    bool (*slice)(void *context);
    api_walk walk; // inner, from here on
    sheet_bytes bytes;
    _Atomic bool gone; // nobody waits for it: it is not built, or written no further
    bool inside;       // counts as one of SHEET_JOBS_MAX
    bool stopped;      // the server stops: not begun
    yz_status status;
    sheet_problem problem;
};

/* The first form that an Accept header names. */
sheet_format sheet_format_accepted(yz_text accept, sheet_format otherwise);

/* Zeroed but for its errand, which is begun. Where SHEET_JOBS_MAX are under way it is answered at
 * once and is like one whose client has gone: errand.exchange is NULL, sheet_job_run frees it. A
 * client that closes its side has gone. */
sheet_job *sheet_job_new(api_call *call);
/* The answer says of which command and moment it is; one of the past says so anyway. */
void sheet_job_stamp(sheet_job *job, uint64_t sequence, int64_t at_ms);
/* Refuses, if somebody still waits; takes the job. */
void sheet_job_refuse(sheet_job *job, const char *reason, yz_text value, yz_text headers);
/* Writes and answers; takes the job, which may be freed before it returns. */
void sheet_job_run(sheet_job *job);
/* In line with other walks (walks.h): its slices, then as sheet_job_run. Takes the job. */
void sheet_job_walk(sheet_job *job);

#endif
