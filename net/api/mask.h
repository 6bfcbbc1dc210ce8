/* What may be seen of what identifies: 张*, 320***********123X, 138****6688, ****1234. And the last
 * guard before words leave the house: long numbers that name a person are veiled wherever they
 * stand. */
#ifndef YZ_NET_API_MASK_H
#define YZ_NET_API_MASK_H

#include "engine/model/command.h"

#define MASK_BYTES_MAX 32

/* Writes the masked form, terminated; returns its bytes. "" stays "". */
uint32_t mask_value(yz_vault_field field, yz_text value, char to[MASK_BYTES_MAX]);

/* Puts '*' over every personal number (yz_find_personal_number) in a terminated text. */
void mask_veil(char *text);

/* A problem of a record that holds personal data: what the caller wrote is not repeated, unless it
 * is a word that names a field or a kind. */
void mask_problem(yz_problem *problem);

#endif
