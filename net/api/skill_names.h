/* Skills by name, for spreadsheets: a table of all names, made when it is first asked for. Inside
 * net/api only. */
#ifndef YZ_NET_API_SKILL_NAMES_H
#define YZ_NET_API_SKILL_NAMES_H

#include "net/api/inner.h"

typedef struct skill_names skill_names;

skill_names *skill_names_new(api *a);
void skill_names_free(skill_names *names);
/* The id of the skill that has this id, else of the one skill that has this name (zh or en), else
 * the text itself: then it is an unknown id, and is refused or created as such. False: several
 * skills have this name. `id` stays until skill_names_free, or is the text. */
bool skill_names_find(const skill_names *names, yz_text text, yz_text *id);

#endif
