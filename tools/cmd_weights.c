/* weights derive: the weight of every skill from the postings that require it, printed or put into
 * a running server. */
#include "tools/client.h"
#include "tools/cmd.h"
#include "tools/folder.h"
#include "tools/lines.h"
#include "tools/output.h"
#include "tools/weights.h"

#include "engine/base/check.h"
#include "net/api/wire.h"

#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES_MAX 33554432
#define BODY_BYTES_MAX 1048576

typedef struct deriving {
    weights *weights;
    yz_arena *arena; // of a line
    char *line;      // owned: the end of what came that is no whole line yet
    size_t size, room;
    uint64_t postings;
    bool bad;
} deriving;

static bool see_entry(void *context, yz_dictionary dictionary, const yz_entry *entry) {
    deriving *d = context;
    if (dictionary == YZ_SKILLS) weights_add_skill(d->weights, entry->id);
    return true;
}

static bool see_posting(void *context, const yz_posting *posting) {
    deriving *d = context;
    weights_add_posting(d->weights, posting);
    d->postings += 1;
    return true;
}

// ---- from a server ----

static void see_line(deriving *d, yz_text line, bool is_posting) {
    yz_posting posting;
    yz_entry entry;
    yz_problem problem;
    yz_arena_reset(d->arena);
    if (line.size == 0) return;
    if (is_posting) {
        if (wire_posting_parse(line, d->arena, &posting, &problem) == YZ_OK)
            see_posting(d, &posting);
        else
            d->bad = true;
    } else if (wire_entry_parse(line, d->arena, YZ_SKILLS, &entry, &problem) == YZ_OK) {
        see_entry(d, YZ_SKILLS, &entry);
    } else {
        d->bad = true;
    }
}

static void see_bytes(deriving *d, yz_text bytes, bool is_posting) {
    if (d->size + bytes.size > d->room) {
        d->room = 2 * (d->size + bytes.size);
        d->line = realloc(d->line, d->room);
        yz_check(d->line != NULL);
    }
    memcpy(d->line + d->size, bytes.bytes, bytes.size);
    d->size += bytes.size;
    size_t begin = 0;
    for (char *end; (end = memchr(d->line + begin, '\n', d->size - begin)) != NULL;) {
        see_line(d, (yz_text){d->line + begin, (uint32_t)(end - (d->line + begin))}, is_posting);
        begin = (size_t)(end - d->line) + 1;
    }
    memmove(d->line, d->line + begin, d->size - begin);
    d->size -= begin;
}

static void take_skill_bytes(void *context, yz_text bytes) {
    see_bytes(context, bytes, false);
}
static void take_posting_bytes(void *context, yz_text bytes) {
    see_bytes(context, bytes, true);
}

static int read_server(deriving *d, client *c) {
    for (int i = 0; i < 2; i++) {
        const char *path = i ? "/v1/postings/export" : "/v1/skills/export";
        bool begun =
            client_begin(c, "GET", path, NULL, i ? take_posting_bytes : take_skill_bytes, d);
        int status = begun ? client_end(c) : 0;
        if (status == 0) {
            fprintf(stderr, "yizhan: weights derive: %s\n", client_why(c));
            return EXIT_NO_SERVER;
        }
        if (status != 200 || d->bad || d->size) {
            fprintf(stderr, "yizhan: weights derive: %s: %d, not records\n", path, status);
            return EXIT_FAILED;
        }
    }
    return EXIT_OK;
}

static int put_weights(const deriving *d, client *c) {
    json_out out;
    json_out_init(&out, BODY_BYTES_MAX);
    uint32_t all = weights_count(d->weights);
    int code = EXIT_OK;
    for (uint32_t begin = 0; begin < all && code == EXIT_OK; begin += YZ_WEIGHTS_PER_COMMAND_MAX) {
        json_out_reset(&out);
        json_begin_object(&out);
        json_key(&out, "weights");
        json_begin_array(&out);
        for (uint32_t i = begin; i < all && i < begin + YZ_WEIGHTS_PER_COMMAND_MAX; i++) {
            uint64_t df;
            json_begin_object(&out);
            json_field_text(&out, "skill", weights_skill(d->weights, i, &df));
            json_field_uint(&out, "weight", weight_of(df));
            json_end_object(&out);
        }
        json_end_array(&out);
        json_end_object(&out);
        int status = client_post(c, "/v1/weights", "application/json", json_out_text(&out));
        if (status >= 200 && status < 300) continue;
        code = status ? EXIT_FAILED : EXIT_NO_SERVER;
        fprintf(stderr, "yizhan: weights derive: %s\n",
                status ? client_body(c).bytes : client_why(c));
    }
    json_out_deinit(&out);
    return code;
}

static void print_weights(const options *given, const deriving *d) {
    static const char *const columns[] = {"skill", "postings", "weight"};
    output *out = output_begin(given, columns, 3);
    for (uint32_t i = 0; i < weights_count(d->weights); i++) {
        uint64_t df;
        yz_text skill = weights_skill(d->weights, i, &df);
        char id[YZ_ID_BYTES_MAX + 1];
        snprintf(id, sizeof id, "%.*s", (int)skill.size, skill.bytes);
        output_text(out, id);
        output_count(out, df);
        output_count(out, weight_of(df));
    }
    output_end(out);
}

int cmd_weights_derive(const options *given) {
    const char *data = options_text(given, "data");
    char why[FOLDER_WHY_MAX] = "";
    deriving d = {.weights = weights_new(), .arena = yz_arena_new(ARENA_BYTES_MAX)};
    client *c = client_new(options_text(given, "url"));
    int code = EXIT_OK;
    if (data) {
        folder_take take = {&d, see_entry, see_posting, NULL};
        if (!folder_read(data, &take, why)) code = EXIT_FAILED;
        if (code) fprintf(stderr, "yizhan: weights derive: %s\n", why);
    } else {
        code = read_server(&d, c);
    }
    if (code == EXIT_OK && options_flag(given, "put")) code = put_weights(&d, c);
    if (code == EXIT_OK) {
        fprintf(stderr, "%u skills from %llu postings%s\n", weights_count(d.weights),
                (unsigned long long)d.postings,
                options_flag(given, "put") ? "; put into the server" : "");
        print_weights(given, &d);
    }
    client_free(c);
    weights_free(d.weights);
    yz_arena_free(d.arena);
    free(d.line);
    return code;
}
