/* The list of adapters, and the spellings of skills that mean the same in different sets. */
#include "tools/adapters/adapters.h"

#include <string.h>

const adapter *const ADAPTERS[] = {
    &ADAPTER_US_H2,     &ADAPTER_DATA_JOBS,  &ADAPTER_DEVELOPER_SURVEY,
    &ADAPTER_NEW_CODER, &ADAPTER_CN_REGIONS, NULL,
};

const adapter *adapter_find(const char *name) {
    for (const adapter *const *at = ADAPTERS; *at; at++) {
        if (strcmp((*at)->name, name) == 0) return *at;
    }
    return NULL;
}

// Slug as written -> slug kept: that of developer-survey-seekers where it has one.
static const char *const SYNONYMS[][2] = {
    {"angular.js", "angularjs"},
    {"aws", "amazon-web-services-aws"},
    {"azure", "microsoft-azure"},
    {"bash", "bash-shell-all-shells"},
    {"couchdb", "couch-db"},
    {"css", "html-css"},
    {"db2", "ibm-db2"},
    {"digitalocean", "digital-ocean"},
    {"firestore", "cloud-firestore"},
    {"gcp", "google-cloud"},
    {"golang", "go"},
    {"html", "html-css"},
    {"hugging-face", "hugging-face-transformers"},
    {"ibm-cloud", "ibm-cloud-or-watson"},
    {"kafka", "apache-kafka"},
    {"mongo", "mongodb"},
    {"ms-access", "microsoft-access"},
    {"no-sql", "nosql"},
    {"node", "node.js"},
    {"pytorch", "torch-pytorch"},
    {"react.js", "react"},
    {"shell", "bash-shell-all-shells"},
    {"spark", "apache-spark"},
    {"spring", "spring-framework"},
    {"sql-server", "microsoft-sql-server"},
    {"unity", "unity-3d"},
    {"unreal", "unreal-engine"},
    {"vb.net", "visual-basic-.net"},
    {"visual-basic", "visual-basic-.net"},
    {"vue", "vue.js"},
    {"watson", "ibm-cloud-or-watson"},
};

yz_text adapter_skill(adapter_run *run, yz_text name) {
    yz_text id = adapter_slug(run, name);
    for (size_t i = 0; i < sizeof SYNONYMS / sizeof SYNONYMS[0]; i++) {
        if (cell_is(id, SYNONYMS[i][0])) {
            id = yz_text_of(SYNONYMS[i][1]);
            break;
        }
    }
    return adapter_entry(run, YZ_SKILLS, id, YZ_TEXT(""), name);
}
