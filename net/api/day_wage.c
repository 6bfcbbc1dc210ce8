#include "net/api/day_wage.h"

#include "engine/model/limits.h"

__extension__ typedef unsigned __int128 wide;

int64_t day_wage_minutes(int64_t started_ms, int64_t ended_ms) {
    return ended_ms > started_ms ? (ended_ms - started_ms) / 60000 : 0;
}

bool day_wage_due(int64_t minutes, int64_t fen, yz_wage_unit unit, int64_t *due_fen) {
    if (unit == YZ_PER_DAY) {
        *due_fen = fen;
        return true;
    }
    if (unit != YZ_PER_HOUR) return false;
    wide due = ((wide)(uint64_t)minutes * (uint64_t)fen + 30) / 60;
    if (due > YZ_FEN_MAX) return false;
    *due_fen = (int64_t)due;
    return true;
}
