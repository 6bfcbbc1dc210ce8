/* What a step that may fail says of itself. A failure leaves no trace: checks come first. */
#ifndef YZ_ENGINE_BASE_STATUS_H
#define YZ_ENGINE_BASE_STATUS_H

#define YZ_MUST_USE __attribute__((warn_unused_result))

typedef enum yz_status {
    YZ_OK = 0,
    YZ_ERR_BAD_INPUT, // the caller's mistake; a yz_problem beside it says where and why
    YZ_ERR_NOT_FOUND, // an id nobody knows
    YZ_ERR_CONFLICT,  // version, duplicate, or a state that does not allow the step
    YZ_ERR_FULL,      // a stated limit is reached
    YZ_ERR_CORRUPT,   // bytes from disk or net that cannot be what they claim to be
    YZ_ERR_DENIED,    // not allowed
} yz_status;

/* "bad_input" and so on; stable, for logs and metrics. */
const char *yz_status_name(yz_status status);

#endif
