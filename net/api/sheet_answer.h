/* A sheet as an answer: written beside the loop, since a large one takes long and XLSX are made one
 * at a time in a process. Inside net/api only. */
#ifndef YZ_NET_API_SHEET_ANSWER_H
#define YZ_NET_API_SHEET_ANSWER_H

#include "net/api/inner.h"
#include "net/sheet/sheet.h"

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
    sheet_bytes bytes; // inner, from here on
    yz_status status;
    sheet_problem problem;
};

/* The first form that an Accept header names. */
sheet_format sheet_format_accepted(yz_text accept, sheet_format otherwise);

/* Zeroed but for its errand, which is begun. */
sheet_job *sheet_job_new(api_call *call);
/* The answer says of which command and moment it is; one of the past says so anyway. */
void sheet_job_stamp(sheet_job *job, uint64_t sequence, int64_t at_ms);
/* Writes and answers; takes the job. */
void sheet_job_run(sheet_job *job);

#endif
