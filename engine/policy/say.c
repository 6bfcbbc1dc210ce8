#include "engine/policy/say.h"

#include <stdarg.h>
#include <stdio.h>

#define SHOWN_MAX 48    // bytes of a name in a sentence
#define COMPARED_MAX 64 // names longer than this are like nothing

// A sentence cut short ends with a whole character.
static void end_whole(char *what, size_t room) {
    size_t size = strlen(what);
    if (size + 1 < room) return;
    while (size > 0 && ((unsigned char)what[size - 1] & 0xC0) == 0x80)
        size -= 1;
    if (size > 0 && (unsigned char)what[size - 1] >= 0xC0) size -= 1;
    what[size] = '\0';
}

void yz_say(yz_sayer *sayer, yz_place place, const char *en, const char *zh, ...) {
    yz_rules_problem *problem = sayer->problem;
    if (problem->what[0] != '\0') return;
    va_list arguments, again;
    va_start(arguments, zh);
    va_copy(again, arguments);
    problem->file = place.file < sayer->count ? sayer->files[place.file].name : NULL;
    problem->line = place.line;
    problem->column = place.column;
    vsnprintf(problem->what, sizeof problem->what, en, arguments);
    vsnprintf(problem->what_zh, sizeof problem->what_zh, zh, again);
    va_end(again);
    va_end(arguments);
    end_whole(problem->what, sizeof problem->what);
    end_whole(problem->what_zh, sizeof problem->what_zh);
}

static void append(char *what, size_t room, const char *format, yz_text define, yz_place call) {
    size_t size = strlen(what);
    snprintf(what + size, room - size, format, YZ_SHOWN(define), call.line, call.column);
    end_whole(what, room);
}

void yz_say_called(yz_sayer *sayer, yz_place call, yz_text define) {
    yz_rules_problem *problem = sayer->problem;
    append(problem->what, sizeof problem->what, " (%.*s is called so in line %u, column %u.)",
           define, call);
    append(problem->what_zh, sizeof problem->what_zh, "（%.*s 在第 %u 行第 %u 列如此调用。）",
           define, call);
}

int yz_shown_size(yz_text text) {
    if (text.size <= SHOWN_MAX) return (int)text.size;
    uint32_t size = SHOWN_MAX;
    while (size > 0 && ((unsigned char)text.bytes[size] & 0xC0) == 0x80)
        size -= 1;
    return (int)size;
}

// Levenshtein's distance, bytes.
static uint32_t distance(yz_text a, yz_text b) {
    uint32_t row[COMPARED_MAX + 1];
    for (uint32_t j = 0; j <= b.size; j++)
        row[j] = j;
    for (uint32_t i = 1; i <= a.size; i++) {
        uint32_t diagonal = row[0];
        row[0] = i;
        for (uint32_t j = 1; j <= b.size; j++) {
            uint32_t above = row[j];
            uint32_t best = diagonal + (a.bytes[i - 1] != b.bytes[j - 1]);
            if (above + 1 < best) best = above + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
            diagonal = above;
        }
    }
    return row[b.size];
}

yz_near yz_near_to(yz_text wanted) {
    return (yz_near){.wanted = wanted, .distance = wanted.size / 3 + 2};
}

void yz_near_try(yz_near *near, yz_text name) {
    if (near->wanted.size > COMPARED_MAX || name.size > COMPARED_MAX) return;
    uint32_t apart = distance(near->wanted, name);
    if (apart >= near->distance || apart >= name.size) return;
    near->distance = apart;
    near->nearest = name;
}
