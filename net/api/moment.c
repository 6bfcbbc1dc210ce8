#include "net/api/moment.h"

#include "engine/model/time.h"

#define SEQUENCE_DIGITS_MAX 18

static bool parse_sequence(yz_text digits, uint64_t *sequence) {
    uint64_t value = 0;
    if (digits.size < 1 || digits.size > SEQUENCE_DIGITS_MAX || digits.bytes[0] == '0')
        return false;
    for (uint32_t i = 0; i < digits.size; i++) {
        if (digits.bytes[i] < '0' || digits.bytes[i] > '9') return false;
        value = 10 * value + (uint64_t)(digits.bytes[i] - '0');
    }
    *sequence = value;
    return true;
}

bool api_moment_parse(yz_text text, api_moment *moment) {
    const yz_text prefix = YZ_TEXT("seq:");
    api_moment found = {0, 0};
    bool well = yz_text_starts_with(text, prefix)
                    ? parse_sequence((yz_text){text.bytes + prefix.size, text.size - prefix.size},
                                     &found.sequence)
                    : yz_time_parse(text, YZ_DAY_END, &found.at_ms);
    if (well) *moment = found;
    return well;
}
