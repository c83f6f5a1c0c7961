/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CairnJson:
 * @text: (nullable): where the value starts in its text, %NULL when the value is absent
 * @length: its length in bytes, without surrounding white space
 *
 * A value inside a JSON text that has passed the gate (cairn-gate.h). It borrows the text and is
 * passed by value; nothing is copied or converted until it is asked for, so numbers keep their
 * digits and members their order. Every function takes an absent value and answers "absent".
 *
 * Reading is iterative and costs a scan of the value; paths are for the shapes of FHIR, not for
 * walking large arrays by index (use #CairnJsonIter).
 */
typedef struct
{
  const char *text;
  gsize       length;
} CairnJson;

typedef enum
{
  CAIRN_JSON_ABSENT,
  CAIRN_JSON_OBJECT,
  CAIRN_JSON_ARRAY,
  CAIRN_JSON_STRING,
  CAIRN_JSON_NUMBER,
  CAIRN_JSON_BOOLEAN,
  CAIRN_JSON_NULL,
} CairnJsonType;

/**
 * CairnJsonIter:
 *
 * Walks the members of an object or the elements of an array, in order, in one pass.
 * |[<!-- language="C" -->
 * CairnJsonIter iter;
 * CairnJson name, value;
 * cairn_json_iter_init (&iter, object);
 * while (cairn_json_iter_next (&iter, &name, &value))
 *   …
 * ]|
 */
typedef struct
{
  const char *at;
  const char *end;
  gboolean    object;
  CairnJson   known;   /* a member's value whose span is known and needn't be found again; may be set after init */
} CairnJsonIter;

#define CAIRN_JSON_NONE ((CairnJson) { NULL, 0 })

/**
 * CairnJsonFunc:
 * @value: a value that a path leads to
 * @data: the caller's
 *
 * Returns: %TRUE to go on, %FALSE to stop
 */
typedef gboolean (*CairnJsonFunc) (CairnJson value, gpointer data);

CairnJson     cairn_json_from_string  (const char *text);
CairnJson     cairn_json_from_bytes   (GBytes *bytes);
CairnJsonType cairn_json_type         (CairnJson value);
gboolean      cairn_json_is_object    (CairnJson value);
gboolean      cairn_json_is_array     (CairnJson value);

void          cairn_json_iter_init    (CairnJsonIter *iter, CairnJson container);
gboolean      cairn_json_iter_next    (CairnJsonIter *iter, CairnJson *name, CairnJson *value);

CairnJson     cairn_json_member       (CairnJson object, const char *name);
CairnJson     cairn_json_get          (CairnJson value, const char *path);
gboolean      cairn_json_foreach      (CairnJson value, const char *path, CairnJsonFunc func, gpointer data);
guint         cairn_json_count        (CairnJson container);

char         *cairn_json_dup_string   (CairnJson value);
char         *cairn_json_dup_text_at  (CairnJson value, const char *path);
char         *cairn_json_dup_number   (CairnJson value);
char         *cairn_json_dup_raw      (CairnJson value);
gboolean      cairn_json_equals       (CairnJson value, const char *string);
gboolean      cairn_json_boolean      (CairnJson value, gboolean fallback);
gboolean      cairn_json_double       (CairnJson value, double *number);
gboolean      cairn_json_int64        (CairnJson value, gint64 *number);

void          cairn_json_append_string (GString *out, const char *string);
void          cairn_json_append_text   (GString *out, CairnJson value);

G_END_DECLS
