/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-gate.h"

G_BEGIN_DECLS

/* The gate's scanner; only the gate includes this. */
typedef enum
{
  CAIRN_GATE_STATE_VALUE,
  CAIRN_GATE_STATE_VALUE_OR_END,   /* after "[" */
  CAIRN_GATE_STATE_NAME_OR_END,    /* after "{" */
  CAIRN_GATE_STATE_NAME,           /* after "," in an object */
  CAIRN_GATE_STATE_NEXT_OR_END,    /* after a value */
} CairnGateState;

typedef struct
{
  const char *text;   /* without escapes */
  gsize       length;
  guint64     hash;
} CairnGateName;

typedef struct
{
  guint       first_name;   /* in names */
  GHashTable *many;         /* of CairnGateName, once it has more than LINEAR_NAMES */
} CairnGateFrame;

typedef struct
{
  const char    *start, *at, *end;
  CairnGateState state;
  GByteArray    *open;         /* '{' or '[' of each open container */
  GArray        *names;        /* CairnGateName, of all open objects; what is behind n_names is used again */
  guint          n_names;
  CairnGateFrame frames[CAIRN_GATE_MAX_DEPTH];   /* of the open containers within the limit */
  GPtrArray     *unescaped;    /* owned texts of names with escapes */
  CairnGateFault fault;        /* the first one outside an entry */
  gsize          fault_at;
  CairnGateName  name;         /* the last one read */

  /* A page's entries; entries is NULL when only checking */
  GArray        *entries;
  CairnGateEntry current;
  const char    *resource;     /* where the current entry's resource started */
  const char    *array_start, *array_end;
} CairnGateScanner;

void     cairn_gate_scanner_init  (CairnGateScanner *self, const char *text, gsize length, gboolean page);
void     cairn_gate_scanner_clear (CairnGateScanner *self);
gboolean cairn_gate_scanner_run   (CairnGateScanner *self, CairnJson *value, GError **error);

G_END_DECLS
