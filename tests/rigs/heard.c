/* heard FIRST... < dump: what the journal says should have been heard, against what was.
 *
 *     yizhan journal dump DIR | heard LOG...
 *
 * A log has a line for each stream, as streams.c writes it. Which events a stream should have heard
 * is found out anew here, from the dump alone, which is read with nothing of the server: each
 * posting_put of the rig is an event of its posting, of its division and of the screen. Prints gaps
 * and repeats; exit 1 if there is one, or if nothing was heard. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct put {
    uint64_t sequence;
    uint32_t posting;
    char division[8];
} put;

static put *puts_;
static size_t put_count;
static uint64_t gaps, repeats, wrong, resets, events, streams;

static bool find(const char *line, const char *key, const char **value) {
    const char *at = strstr(line, key);
    if (at != NULL) *value = at + strlen(key);
    return at != NULL;
}

static void read_dump(void) {
    char *line = NULL;
    size_t room = 0, puts_room = 0;
    while (getline(&line, &room, stdin) > 0) {
        const char *sequence, *posting, *division, *type;
        if (!find(line, "\"type\":\"posting_put\"", &type)) continue;
        if (!find(line, "\"sequence\":", &sequence) ||
            !find(line, "\"posting\":{\"id\":\"p", &posting)) {
            continue;
        }
        if (put_count == puts_room) {
            puts_room = puts_room ? puts_room * 2 : 4096;
            puts_ = realloc(puts_, puts_room * sizeof *puts_);
        }
        put *p = &puts_[put_count++];
        *p = (put){.sequence = strtoull(sequence, NULL, 10),
                   .posting = (uint32_t)strtoul(posting, NULL, 10)};
        if (find(line, "\"division\":\"", &division)) memcpy(p->division, division, 6);
    }
    free(line);
}

static bool hears(const char *topics, const put *p) {
    char copy[256];
    snprintf(copy, sizeof copy, "%s", topics);
    for (char *topic = strtok(copy, ","); topic != NULL; topic = strtok(NULL, ",")) {
        if (strcmp(topic, "screen") == 0) return true;
        if (strncmp(topic, "posting:p", 9) == 0 && strtoul(topic + 9, NULL, 10) == p->posting)
            return true;
        if (strncmp(topic, "division:", 9) == 0 &&
            strncmp(p->division, topic + 9, strlen(topic + 9)) == 0)
            return true;
    }
    return false;
}

static void complain(uint64_t *counter, const char *what, const char *topics, uint64_t sequence) {
    *counter += 1;
    if (gaps + repeats + wrong <= 20)
        printf("%s: %s of event %" PRIu64 "\n", topics, what, sequence);
}

static void judge(char *line) {
    char *topics = strtok(line, "\t"), *first_text = strtok(NULL, "\t");
    char *resets_text = strtok(NULL, "\t"), *list = strtok(NULL, "\t\n");
    if (topics == NULL || first_text == NULL || resets_text == NULL) return;
    uint64_t first = strtoull(first_text, NULL, 10), before = first;
    size_t at = 0;
    char *rest = list != NULL ? list : "";
    char words[256];
    snprintf(words, sizeof words, "%s", topics);
    streams += 1;
    resets += strtoull(resets_text, NULL, 10);
    while (at < put_count && puts_[at].sequence <= first)
        at += 1;
    while (*rest >= '0' && *rest <= '9') {
        uint64_t heard = strtoull(rest, &rest, 10), index = 1;
        if (*rest == '.') index = strtoull(rest + 1, &rest, 10);
        while (*rest == ' ')
            rest += 1;
        events += 1;
        if (heard <= before || index != 0) {
            complain(&repeats, "a repeat", words, heard);
            continue;
        }
        before = heard;
        for (; at < put_count && puts_[at].sequence < heard; at++) {
            if (hears(words, &puts_[at])) complain(&gaps, "a gap", words, puts_[at].sequence);
        }
        if (at < put_count && puts_[at].sequence == heard && hears(words, &puts_[at])) {
            at += 1;
        } else {
            complain(&wrong, "no such news", words, heard);
        }
    }
    for (; at < put_count; at++) {
        if (hears(words, &puts_[at])) complain(&gaps, "a gap", words, puts_[at].sequence);
    }
}

int main(int argc, char **argv) {
    read_dump();
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "r");
        char *line = NULL;
        size_t room = 0;
        if (file == NULL) {
            perror(argv[i]);
            return 1;
        }
        while (getline(&line, &room, file) > 0)
            judge(line);
        free(line);
        fclose(file);
    }
    printf("journal=%zu streams=%" PRIu64 " events=%" PRIu64 " gaps=%" PRIu64 " repeats=%" PRIu64
           " wrong=%" PRIu64 " resets=%" PRIu64 "\n",
           put_count, streams, events, gaps, repeats, wrong, resets);
    free(puts_);
    return gaps + repeats + wrong + resets > 0 || events == 0;
}
