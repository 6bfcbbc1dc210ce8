# Writes a C file that holds the bytes of one file.   cmake -D FROM=... -D OUT=... -P openapi.cmake
file(READ ${FROM} hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
string(REGEX REPLACE "(('....',){16})" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "// Made by net/api/openapi.cmake from ${FROM}.
#include \"net/api/openapi.h\"

const char OPENAPI_BYTES[] = {
${bytes}0};
const uint32_t OPENAPI_SIZE = ${size};
")
