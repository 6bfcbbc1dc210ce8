/* Result lines: what became of each line of a bulk, and the summary at the end. */
#include "net/api/bulk_inner.h"
#include "net/api/mask.h"

#define CHUNK_BYTES 32768

static void begin_answer(bulk *b) {
    if (b->begun) return;
    http_answer_head head = {.status = 200, .content_type = "application/x-ndjson"};
    b->begun = true;
    http_answer_begin(b->errand.exchange, &head);
}

static void flush(bulk *b) {
    json_out *out = &b->errand.a->out;
    if (out->size > 0 && !http_write_chunk(b->errand.exchange, json_out_text(out))) {
        b->no_room = true;
    }
    json_out_reset(out);
}

// An id that was refused may be a phone number.
static void write_id(json_out *out, const bulk_entry *e, bool ok) {
    char id[YZ_ID_BYTES_MAX + 1];
    if (e->id_size == 0) return;
    memcpy(id, e->id, e->id_size);
    id[e->id_size] = '\0';
    if (!ok) mask_veil(id);
    json_field_text(out, "id", (yz_text){id, e->id_size});
}

static void write_result(bulk *b, const bulk_entry *e, const yz_outcome *outcome,
                         const char *refusal) {
    json_out *out = &b->errand.a->out;
    const yz_problem *problem = e->refused                                    ? &e->problem
                                : outcome != NULL && outcome->status != YZ_OK ? &outcome->problem
                                                                              : NULL;
    if (outcome != NULL && api_was_left_out(outcome)) {
        problem = NULL;
        refusal = "not_applied";
    }
    bool ok = problem == NULL && refusal == NULL;
    bool created = ok && (outcome != NULL ? outcome->created : e->created);
    json_begin_object(out);
    json_field_uint(out, "line", e->line);
    write_id(out, e, ok);
    json_field_bool(out, "ok", ok);
    if (ok) {
        if (outcome != NULL) json_field_uint(out, "version", outcome->version);
        json_field_bool(out, "created", created);
        if (outcome != NULL && outcome->repeated) json_field_bool(out, "replayed", true);
    } else {
        json_key(out, "problem");
        if (problem != NULL) {
            yz_problem told = *problem;
            if (b->kind == API_PERSONS) mask_problem(&told);
            api_problem_value(out, &told, b->errand.language);
        } else
            api_refusal_value(out, refusal, YZ_TEXT(""), b->errand.language);
    }
    if (ok) warnings_write(out, &e->warnings, b->errand.language);
    json_end_object(out);
    json_newline(out);
    b->ok += ok;
    b->failed += !ok;
    b->created += created;
}

void bulk_write_results(bulk *b, bulk_batch *done, const yz_outcome *outcomes,
                        const char *refusal) {
    uint64_t ok = b->ok, failed = b->failed;
    if (b->errand.exchange != NULL) {
        begin_answer(b);
        json_out_reset(&b->errand.a->out);
        for (uint32_t i = 0, at = 0; i < done->count; i++) {
            const bulk_entry *e = &done->entries[i];
            const yz_outcome *outcome = outcomes != NULL && !e->refused ? &outcomes[at++] : NULL;
            const char *why = e->refusal != NULL ? e->refusal : refusal;
            write_result(b, e, why != NULL ? NULL : outcome, e->refused ? NULL : why);
            if (b->errand.a->out.size > CHUNK_BYTES) flush(b);
        }
        flush(b);
    }
    api_count_rows(b->ok - ok, b->failed - failed);
    done->count = 0;
}

void bulk_write_end(bulk *b) {
    http_exchange *exchange = b->errand.exchange;
    json_out *out = &b->errand.a->out;
    begin_answer(b);
    json_out_reset(out);
    json_begin_object(out);
    json_key(out, "summary");
    json_begin_object(out);
    json_field_uint(out, "ok", b->ok);
    json_field_uint(out, "failed", b->failed);
    json_field_uint(out, "created", b->created);
    if (b->dry_run) json_field_bool(out, "dry_run", true);
    if (b->csv != NULL) json_field_text(out, "encoding", yz_text_of(csv_in_encoding(b->csv)));
    json_end_object(out);
    json_end_object(out);
    json_newline(out);
    (void)http_write_chunk(exchange, json_out_text(out));
    if (b->paused) http_resume_body(exchange);
    api_errand_end(&b->errand);
    http_answer_end(exchange);
}
