/* verify, repair, backup, restore: looking after a data directory. What is found and done comes
 * line by line on stdout, then a record of figures; with --json each is one object. */
#include "tools/cmd.h"
#include "tools/data_dir.h"
#include "tools/output.h"

#include "net/api/json_out.h"
#include "net/store/care.h"

#include <string.h>
#include <unistd.h>

#define LINE_BYTES_MAX 4096

static void say(void *context, const char *line) {
    const options *given = context;
    if (!options_flag(given, "json")) {
        printf("%s\n", line);
        return;
    }
    json_out out;
    json_out_init(&out, LINE_BYTES_MAX);
    json_begin_object(&out);
    json_field_text(&out, "said", yz_text_of(line));
    json_end_object(&out);
    yz_text text = json_out_text(&out);
    printf("%.*s\n", (int)text.size, text.bytes);
    json_out_deinit(&out);
}

static void *context_of(const options *given) {
    return (void *)(uintptr_t)given; // say reads it only
}

// ---- verify ----

int cmd_verify(const options *given) {
    disk_problem problem = {0};
    care_report r;
    disk_options how = data_dir_options(given, options_argument(given, 0));
    char digest[YZ_DIGEST_TEXT_MAX] = "";
    if (!care_verify(&how, say, context_of(given), &r, &problem)) {
        return data_dir_complain(given, &problem);
    }
    if (r.has_digest) yz_digest_text(r.digest, digest);
    output *out = output_record(given);
    output_field_bool(out, "sound", r.damages == 0);
    output_field_count(out, "damages", r.damages);
    output_field_count(out, "first", r.first);
    output_field_count(out, "sequence", r.last);
    output_field(out, "digest", r.has_digest ? digest : NULL);
    output_field_count(out, "batches", r.batches);
    output_field_count(out, "commands", r.commands);
    output_field_count(out, "withheld", r.withheld);
    output_field_count(out, "bytes", r.bytes);
    output_field_count(out, "keys", r.keys);
    output_field_count(out, "keys_live", r.keys_live);
    output_field_count(out, "snapshots", r.snapshots);
    output_field_count(out, "snapshots_sound", r.snapshots_sound);
    output_end(out);
    return r.damages == 0 ? EXIT_OK : EXIT_FAILED;
}

// ---- repair ----

int cmd_repair(const options *given) {
    disk_problem problem = {0};
    care_report r;
    bool yes = options_flag(given, "yes");
    disk_options how = data_dir_options(given, options_argument(given, 0));
    if (!care_repair(&how, yes, say, context_of(given), &r, &problem)) {
        return data_dir_complain(given, &problem);
    }
    output *out = output_record(given);
    output_field_bool(out, "changed", r.changed && yes);
    output_field_count(out, "sequence", r.last);
    output_field_count(out, "lost", r.lost);
    output_end(out);
    if (!r.changed || yes) return EXIT_OK;
    fprintf(stderr,
            "yizhan: repair: nothing was changed yet: %llu commands would be lost; to do it, add "
            "--yes\n",
            (unsigned long long)r.lost);
    return EXIT_FAILED;
}

// ---- backup and restore ----

static int copy(const options *given, const char *from, const char *to) {
    disk_problem problem = {0};
    care_report r;
    disk_options how = data_dir_options(given, from);
    if (!care_backup(&how, to, say, context_of(given), &r, &problem)) {
        return data_dir_complain(given, &problem);
    }
    output *out = output_record(given);
    output_field(out, "written", to);
    output_field_count(out, "first", r.first);
    output_field_count(out, "sequence", r.last);
    output_field_count(out, "batches", r.batches);
    output_field_count(out, "keys_live", r.keys_live);
    output_field_count(out, "snapshots", r.snapshots_sound);
    output_end(out);
    return EXIT_OK;
}

int cmd_backup(const options *given) {
    int code = copy(given, options_argument(given, 0), options_argument(given, 1));
    if (code == EXIT_OK) {
        fprintf(stderr, "The master key is not in it: keep it elsewhere. Without it the backup "
                        "cannot be opened.\n");
    }
    return code;
}

int cmd_restore(const options *given) {
    const char *dir = options_argument(given, 1);
    int code = copy(given, options_argument(given, 0), dir);
    if (code == EXIT_OK) {
        fprintf(stderr,
                "The master key is not copied: put it into %s/master.key (mode 600), or go on "
                "giving it with --key-file or YIZHAN_MASTER_KEY.\n",
                dir);
    }
    return code;
}
