/* Codes of policy with their words beside them, in JSON: {"code": ..., "zh": ..., "en": ...}. */
#include "net/api/policy_inner.h"

static void write_both(json_out *out, const yz_speech *speech, policy_speak *speak, yz_text code) {
    yz_spoken room;
    yz_speech s = *speech;
    for (int zh = 1; zh >= 0; zh--) {
        s.zh = zh == 1;
        yz_text text = speak(&s, code, room);
        if (text.size > 0) json_field_text(out, zh ? "zh" : "en", text);
    }
}

void policy_words_write(json_out *out, const char *name, const yz_speech *speech,
                        policy_speak *speak, yz_text code) {
    json_key(out, name);
    json_begin_object(out);
    write_both(out, speech, speak, code);
    json_end_object(out);
}

void policy_codes_write(json_out *out, const char *name, const yz_speech *speech,
                        policy_speak *speak, const yz_text *codes, uint32_t count) {
    json_key(out, name);
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++) {
        json_begin_object(out);
        json_field_text(out, "code", codes[i]);
        write_both(out, speech, speak, codes[i]);
        json_end_object(out);
    }
    json_end_array(out);
}

void policy_wording_write(json_out *out, const yz_wording *wording) {
    json_field_text(out, "zh", yz_text_of(wording->zh));
    json_field_text(out, "en", yz_text_of(wording->en));
}

yz_text policy_amount_speak(const yz_speech *speech, yz_text code, yz_spoken room) {
    (void)code;
    return yz_speak_amount(speech, room);
}

yz_text policy_next_reason(yz_text *joined) {
    const char *space = memchr(joined->bytes, ' ', joined->size);
    uint32_t size = space != NULL ? (uint32_t)(space - joined->bytes) : joined->size;
    uint32_t taken = size + (space != NULL);
    yz_text one = {joined->bytes, size};
    *joined = (yz_text){joined->bytes + taken, joined->size - taken};
    return one;
}

yz_text policy_reasons_speak(const yz_speech *speech, yz_text joined, char *room, uint32_t size) {
    yz_text between = speech->zh ? YZ_TEXT("；") : YZ_TEXT("; ");
    uint32_t used = 0;
    while (joined.size > 0) {
        yz_spoken spoken;
        yz_text code = policy_next_reason(&joined);
        yz_text words = yz_speak_reason(speech, code, spoken);
        if (words.size == 0) words = code;
        if (used + between.size + words.size > size) break;
        if (used > 0) memcpy(room + used, between.bytes, between.size);
        if (used > 0) used += between.size;
        memcpy(room + used, words.bytes, words.size);
        used += words.size;
    }
    return (yz_text){room, used};
}
