/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-facts.h"

G_BEGIN_DECLS

/* Puts one fact together after the other; only cairn-facts.c includes this. */
typedef struct
{
  CairnFacts        *facts;
  CairnFactsResolver resolver;
  gpointer           resolver_data;
  CairnJson          resource;
  const CairnPerson *person;      /* NULL when nobody in particular */
  CairnFactSection   section;
  const char        *heading;
  GHashTable        *contained;   /* id → title; NULL until one is asked for */

  /* The fact being put together */
  CairnFactRole      role;
  GString           *text;
  GHashTable        *said;        /* its lines */
  char              *reference;
  guint              lines, values;
  gboolean           left_out;
} CairnFactBuilder;

void     cairn_fact_builder_append           (CairnFactBuilder *self, const char *text, const char *separator);
gboolean cairn_fact_builder_add_line         (CairnJson value, gpointer self);
gboolean cairn_fact_builder_add_other_person (CairnJson value, gpointer self);
gboolean cairn_fact_builder_add_target       (CairnJson value, gpointer self);
void     cairn_fact_builder_add_choice       (CairnFactBuilder *self, const char *path);
void     cairn_fact_builder_finish           (CairnFactBuilder *self, const char *label);
void     cairn_fact_builder_begin            (CairnFactBuilder *self, CairnFactSection section, const char *heading);
gboolean cairn_fact_builder_is_said          (CairnFactBuilder *self);
void     cairn_fact_builder_drop             (CairnFactBuilder *self);

G_END_DECLS
