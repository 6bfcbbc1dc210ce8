/* What prints expressions and what prints rules share. Inside of engine/policy. */
#ifndef YZ_ENGINE_POLICY_PRINTER_H
#define YZ_ENGINE_POLICY_PRINTER_H

#include "engine/policy/print.h"

typedef struct yz_printer {
    const yz_rules *rules;
    const yz_define *in; // whose body is printed, or NULL
    bool numbered;       // instances of definitions by name and number
    char *out;
    uint32_t room;
    uint64_t size; // of everything, what did not fit included
} yz_printer;

void yz_print_text(yz_printer *p, yz_text text);
void yz_print_words(yz_printer *p, const char *words);
__attribute__((format(printf, 2, 3))) void yz_print_format(yz_printer *p, const char *format, ...);
void yz_print_date(yz_printer *p, int64_t days);
void yz_print_yuan(yz_printer *p, int64_t fen);
void yz_print_percent(yz_printer *p, int64_t percent);
void yz_print_define_name(yz_printer *p, uint32_t define);
void yz_print_expr(yz_printer *p, const yz_expr *expr);
uint32_t yz_printer_size(const yz_printer *p);

#endif
