# Writes the files of the page into one C source. Run by the build:
#
#   cmake -D OUT=assets.c -D FROM=net/web/page -D "FILES=index.html;app.js" -P embed.cmake
set(arrays "")
set(rows "")
set(number 0)
foreach(file IN LISTS FILES)
    file(READ "${FROM}/${file}" hex HEX)
    file(SHA256 "${FROM}/${file}" hash)
    string(SUBSTRING "${hash}" 0 32 hash)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
    get_filename_component(ending "${file}" EXT)
    if(ending STREQUAL ".html")
        set(type "text/html; charset=utf-8")
    elseif(ending STREQUAL ".css")
        set(type "text/css; charset=utf-8")
    elseif(ending STREQUAL ".js")
        set(type "text/javascript; charset=utf-8")
    elseif(ending STREQUAL ".svg")
        set(type "image/svg+xml")
    else()
        message(FATAL_ERROR "embed.cmake: no content type for ${file}")
    endif()
    set(path "/page/${file}")
    if(file STREQUAL "index.html")
        set(path "/")
    endif()
    string(APPEND arrays "static const unsigned char FILE_${number}[] = {\n${bytes}\n};\n")
    string(APPEND rows "    {\"${path}\", \"${type}\", \"\\\"${hash}\\\"\", FILE_${number}, sizeof FILE_${number}},\n")
    math(EXPR number "${number} + 1")
endforeach()

file(WRITE "${OUT}" "/* Written by net/web/embed.cmake from net/web/page. */
#include \"net/web/assets.h\"

${arrays}
const web_asset WEB_ASSETS[] = {
${rows}};
const size_t WEB_ASSET_COUNT = sizeof WEB_ASSETS / sizeof WEB_ASSETS[0];
")
