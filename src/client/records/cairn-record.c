/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of a list of records, filled from a row of the cache. Main thread. */
#include "cairn-record-private.h"

struct _CairnRecord
{
  GObject    parent_instance;

  gint64     rowid;
  char      *type;
  char      *id;
  char      *reference;
  char      *version;
  char      *updated;
  char      *kind;
  char      *title;
  char      *term;
  char      *value;
  char      *unit;
  char      *interpretation;
  char      *status;
  char      *date;
  CairnFlags flags;
  gint64     start;
  guint      n_parts;
  guint      n_unusual;
  guint      n_messages;
  gboolean   has_start;
  gboolean   is_new;
  gboolean   is_part;
  gboolean   loaded;
};

G_DEFINE_FINAL_TYPE (CairnRecord, cairn_record, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_DATE,
  PROP_FLAGS,
  PROP_HAS_START,
  PROP_ID,
  PROP_INTERPRETATION,
  PROP_KIND,
  PROP_LOADED,
  PROP_REFERENCE,
  PROP_START,
  PROP_STATUS,
  PROP_TERM,
  PROP_TITLE,
  PROP_TYPE,
  PROP_UNIT,
  PROP_VALUE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
clear (CairnRecord *self)
{
  char **strings[] = {
    &self->type, &self->id, &self->reference, &self->version, &self->updated, &self->kind, &self->title,
    &self->term, &self->value, &self->unit, &self->interpretation, &self->status, &self->date,
  };

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    g_clear_pointer (strings[i], g_free);
}

static void
cairn_record_finalize (GObject *object)
{
  clear (CAIRN_RECORD (object));
  G_OBJECT_CLASS (cairn_record_parent_class)->finalize (object);
}

static const char *
get_string (CairnRecord *self, guint id)
{
  switch (id)
    {
    case PROP_DATE:
      return self->date;
    case PROP_ID:
      return self->id;
    case PROP_INTERPRETATION:
      return self->interpretation;
    case PROP_KIND:
      return self->kind;
    case PROP_REFERENCE:
      return self->reference;
    case PROP_STATUS:
      return self->status;
    case PROP_TERM:
      return self->term;
    case PROP_TITLE:
      return self->title;
    case PROP_TYPE:
      return self->type;
    case PROP_UNIT:
      return self->unit;
    case PROP_VALUE:
      return self->value;
    default:
      g_assert_not_reached ();
    }
}

static void
cairn_record_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CairnRecord *self = CAIRN_RECORD (object);

  switch (id)
    {
    case PROP_FLAGS:
      g_value_set_uint (value, self->flags);
      break;
    case PROP_HAS_START:
      g_value_set_boolean (value, self->has_start);
      break;
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    case PROP_START:
      g_value_set_int64 (value, self->start);
      break;
    default:
      g_value_set_string (value, get_string (self, id));
    }
}

static void
cairn_record_class_init (CairnRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = cairn_record_finalize;
  object_class->get_property = cairn_record_get_property;

  properties[PROP_DATE] = g_param_spec_string ("date", NULL, NULL, NULL, flags);
  properties[PROP_FLAGS] = g_param_spec_uint ("flags", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_HAS_START] = g_param_spec_boolean ("has-start", NULL, NULL, FALSE, flags);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_INTERPRETATION] = g_param_spec_string ("interpretation", NULL, NULL, NULL, flags);
  properties[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, NULL, flags);
  properties[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);
  properties[PROP_REFERENCE] = g_param_spec_string ("reference", NULL, NULL, NULL, flags);
  properties[PROP_START] = g_param_spec_int64 ("start", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  properties[PROP_TERM] = g_param_spec_string ("term", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_TYPE] = g_param_spec_string ("type", NULL, NULL, NULL, flags);
  properties[PROP_UNIT] = g_param_spec_string ("unit", NULL, NULL, NULL, flags);
  properties[PROP_VALUE] = g_param_spec_string ("value", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_record_init (CairnRecord *self)
{
}

CairnRecord *
cairn_record_new_placeholder (void)
{
  return g_object_new (CAIRN_TYPE_RECORD, NULL);
}

CairnRecord *
cairn_record_new (const CairnCacheRow *row)
{
  CairnRecord *self = cairn_record_new_placeholder ();

  cairn_record_fill (self, row);
  return self;
}

void
cairn_record_fill (CairnRecord *self, const CairnCacheRow *row)
{
  clear (self);
  self->rowid = row->rowid;
  self->type = g_strdup (row->type);
  self->id = g_strdup (row->id);
  self->reference = g_strconcat (row->type, "/", row->id, NULL);
  self->version = g_strdup (row->version);
  self->updated = g_strdup (row->updated);
  self->kind = g_strdup (row->kind);
  self->title = g_strdup (row->title);
  self->term = g_strdup (row->term);
  self->value = g_strdup (row->value);
  self->unit = g_strdup (row->unit);
  self->interpretation = g_strdup (row->interpretation);
  self->status = g_strdup (row->status);
  self->date = g_strdup (row->date);
  self->flags = row->flags;
  self->start = row->start;
  self->has_start = row->has_start;
  self->is_new = row->is_new;
  self->is_part = row->is_part;
  self->n_parts = row->n_parts;
  self->n_unusual = row->n_unusual;
  self->n_messages = row->n_messages;
  self->loaded = TRUE;

  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = PROP_0 + 1; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

/* Whether the record shows what the row says: the same version of the same resource. */
gboolean
cairn_record_matches (CairnRecord *self, const CairnCacheRow *row)
{
  return self->loaded && self->rowid == row->rowid && g_strcmp0 (self->type, row->type) == 0 &&
         g_strcmp0 (self->id, row->id) == 0 && g_strcmp0 (self->version, row->version) == 0 &&
         g_strcmp0 (self->updated, row->updated) == 0 && g_strcmp0 (self->title, row->title) == 0 &&
         g_strcmp0 (self->value, row->value) == 0 && self->is_new == row->is_new && self->is_part == row->is_part &&
         self->n_parts == row->n_parts && self->n_unusual == row->n_unusual && self->n_messages == row->n_messages;
}

/* The place of its row, to be a key while the record lives. */
gint64 *
cairn_record_peek_rowid (CairnRecord *self)
{
  return &self->rowid;
}

/**
 * cairn_record_get_resource_type:
 * @self: a record
 *
 * Returns: (nullable): its resource type
 */
const char *
cairn_record_get_resource_type (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), NULL);
  return self->type;
}

/**
 * cairn_record_get_id:
 * @self: a record
 *
 * Returns: (nullable): its id
 */
const char *
cairn_record_get_id (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), NULL);
  return self->id;
}

/**
 * cairn_record_get_reference:
 * @self: a record
 *
 * Returns: (nullable): "Type/id"
 */
const char *
cairn_record_get_reference (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), NULL);
  return self->reference;
}

/**
 * cairn_record_get_kind:
 * @self: a record
 *
 * Returns: (nullable): the id of its #CairnKind
 */
const char *
cairn_record_get_kind (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), NULL);
  return self->kind;
}

/**
 * cairn_record_get_title:
 * @self: a record
 *
 * Returns: (nullable): what it is, in words
 */
const char *
cairn_record_get_title (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), NULL);
  return self->title;
}

/**
 * cairn_record_get_term:
 * @self: a record
 *
 * Returns: (nullable): the clinical term when it differs from the title
 */
const char *
cairn_record_get_term (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), NULL);
  return self->term;
}

/**
 * cairn_record_get_value:
 * @self: a record
 *
 * Returns: (nullable): text of its value as written
 */
const char *
cairn_record_get_value (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), NULL);
  return self->value;
}

/**
 * cairn_record_get_unit:
 * @self: a record
 *
 * Returns: (nullable): the unit of its value
 */
const char *
cairn_record_get_unit (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), NULL);
  return self->unit;
}

/**
 * cairn_record_get_interpretation:
 * @self: a record
 *
 * Returns: (nullable): what the source says of the value, in its code
 */
const char *
cairn_record_get_interpretation (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), NULL);
  return self->interpretation;
}

/**
 * cairn_record_get_status:
 * @self: a record
 *
 * Returns: (nullable): its status code
 */
const char *
cairn_record_get_status (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), NULL);
  return self->status;
}

/**
 * cairn_record_get_date:
 * @self: a record
 *
 * Returns: (nullable): its date as written
 */
const char *
cairn_record_get_date (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), NULL);
  return self->date;
}

/**
 * cairn_record_get_flags:
 * @self: a record
 *
 * Returns: its flags
 */
CairnFlags
cairn_record_get_flags (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), CAIRN_FLAG_NONE);
  return self->flags;
}

/**
 * cairn_record_get_start:
 * @self: a record
 * @start: (out) (optional): milliseconds since 1970 UTC of its date's first instant
 *
 * Returns: whether it has a legal date
 */
gboolean
cairn_record_get_start (CairnRecord *self, gint64 *start)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), FALSE);

  if (self->has_start && start != NULL)
    *start = self->start;
  return self->has_start;
}

/**
 * cairn_record_get_is_new:
 * @self: a record
 *
 * Returns: whether it is new since the last look
 */
gboolean
cairn_record_get_is_new (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), FALSE);
  return self->is_new;
}

/**
 * cairn_record_get_is_part:
 * @self: a record
 *
 * Returns: whether it is part of a report and stands under that in the timeline
 */
gboolean
cairn_record_get_is_part (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), FALSE);
  return self->is_part;
}

/**
 * cairn_record_get_n_messages:
 * @self: a record
 *
 * Returns: how many messages the thread has that it is part of; 0 when it is no message, or nobody counted
 */
guint
cairn_record_get_n_messages (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), 0);
  return self->n_messages;
}

/**
 * cairn_record_get_n_parts:
 * @self: a record
 * @n_unusual: (out) (optional): how many of them are outside the usual
 *
 * Returns: how many results are part of it
 */
guint
cairn_record_get_n_parts (CairnRecord *self, guint *n_unusual)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), 0);

  if (n_unusual != NULL)
    *n_unusual = self->n_unusual;
  return self->n_parts;
}

/**
 * cairn_record_get_loaded:
 * @self: a record
 *
 * Returns: whether it is more than a placeholder
 */
gboolean
cairn_record_get_loaded (CairnRecord *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD (self), FALSE);
  return self->loaded;
}
