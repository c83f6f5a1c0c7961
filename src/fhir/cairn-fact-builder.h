/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-facts.h"

G_BEGIN_DECLS

#define CAIRN_FACT_MAX_TEXT 20000   /* bytes of one fact */

/* Puts one fact together after the other; only cairn-fact*.c include this. */
typedef struct
{
  CairnFacts        *facts;
  CairnFactsResolver resolver;
  gpointer           resolver_data;
  CairnJson          resource;
  CairnJson          form;        /* the Questionnaire that a form answers; absent when it isn't known */
  const CairnPerson *person;      /* NULL when nobody in particular */
  CairnFactSection   section;
  const char        *heading;
  GHashTable        *contained;   /* id → its summary; NULL until one is asked for */
  GArray            *used;        /* spans of the resource that were said */
  gboolean           used_sorted;
  GHashTable        *lines_said;  /* by all facts so far */

  /* The fact being put together */
  CairnFactRole      role;
  GString           *text;
  GHashTable        *said;        /* its lines */
  char              *reference;
  guint              lines, values;
  guint              missing;     /* targets that aren't here */
  gboolean           left_out;
} CairnFactBuilder;

void     cairn_fact_builder_append     (CairnFactBuilder *self, const char *text, const char *separator);
gboolean cairn_fact_builder_add_text   (CairnFactBuilder *self, const char *line);
gboolean cairn_fact_builder_add_line   (CairnJson value, gpointer self);
gboolean cairn_fact_builder_add_target (CairnJson value, gpointer self);
char    *cairn_fact_builder_dup_words  (CairnFactBuilder *self, CairnJson value);
void     cairn_fact_builder_use        (CairnFactBuilder *self, CairnJson value);
gboolean cairn_fact_builder_is_used    (CairnFactBuilder *self, CairnJson value);
gboolean cairn_fact_builder_was_said   (CairnFactBuilder *self, const char *words);
gboolean cairn_fact_builder_is_said    (CairnFactBuilder *self);
void     cairn_fact_builder_begin      (CairnFactBuilder *self, CairnFactSection section, const char *heading);
void     cairn_fact_builder_finish     (CairnFactBuilder *self, const char *label);
void     cairn_fact_builder_drop       (CairnFactBuilder *self);
gboolean cairn_fact_builder_add_note   (CairnFactBuilder *self, CairnJson value, const char *label);

G_END_DECLS
