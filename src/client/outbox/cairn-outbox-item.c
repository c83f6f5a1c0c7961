/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thing that waits to be sent, as a row of the file says. Main thread. */
#include "cairn-outbox-private.h"

#include "cairn-client-enums.h"

struct _CairnOutboxItem
{
  GObject          parent_instance;

  gint64           number;
  char            *type;
  char            *thread;
  char            *text;
  char            *error;
  char            *refusal;
  gint64           created;
  gint64           not_before;
  CairnOutboxState state;
};

G_DEFINE_FINAL_TYPE (CairnOutboxItem, cairn_outbox_item, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CREATED,
  PROP_ERROR,
  PROP_NOT_BEFORE,
  PROP_NUMBER,
  PROP_STATE,
  PROP_TEXT,
  PROP_THREAD,
  PROP_TYPE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
cairn_outbox_item_finalize (GObject *object)
{
  CairnOutboxItem *self = CAIRN_OUTBOX_ITEM (object);

  g_free (self->type);
  g_free (self->thread);
  g_free (self->text);
  g_free (self->error);
  g_free (self->refusal);
  G_OBJECT_CLASS (cairn_outbox_item_parent_class)->finalize (object);
}

static void
cairn_outbox_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CairnOutboxItem *self = CAIRN_OUTBOX_ITEM (object);

  switch (id)
    {
    case PROP_CREATED:
      g_value_set_int64 (value, self->created);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    case PROP_NOT_BEFORE:
      g_value_set_int64 (value, self->not_before);
      break;
    case PROP_NUMBER:
      g_value_set_int64 (value, self->number);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_THREAD:
      g_value_set_string (value, self->thread);
      break;
    case PROP_TYPE:
      g_value_set_string (value, self->type);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static GParamSpec *
string_property (const char *name)
{
  return g_param_spec_string (name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
number_property (const char *name)
{
  return g_param_spec_int64 (name, NULL, NULL, G_MININT64, G_MAXINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
cairn_outbox_item_class_init (CairnOutboxItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = cairn_outbox_item_finalize;
  object_class->get_property = cairn_outbox_item_get_property;

  properties[PROP_CREATED] = number_property ("created");
  properties[PROP_ERROR] = string_property ("error");
  properties[PROP_NOT_BEFORE] = number_property ("not-before");
  properties[PROP_NUMBER] = number_property ("number");
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, CAIRN_TYPE_OUTBOX_STATE, CAIRN_OUTBOX_WAITING,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_TEXT] = string_property ("text");
  properties[PROP_THREAD] = string_property ("thread");
  properties[PROP_TYPE] = string_property ("type");
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_outbox_item_init (CairnOutboxItem *self)
{
}

static CairnOutboxState
read_state (const char *name)
{
  if (g_str_equal (name, "sending"))
    return CAIRN_OUTBOX_SENDING;
  if (g_str_equal (name, "refused"))
    return CAIRN_OUTBOX_REFUSED;
  return g_str_equal (name, "conflict") ? CAIRN_OUTBOX_CONFLICT : CAIRN_OUTBOX_WAITING;
}

CairnOutboxItem *
cairn_outbox_item_new (const CairnOutboxRow *row)
{
  CairnOutboxItem *self = g_object_new (CAIRN_TYPE_OUTBOX_ITEM, NULL);

  self->number = row->number;
  self->type = g_strdup (row->type);
  self->thread = g_strdup (row->thread);
  self->text = g_strdup (row->text);
  self->created = row->created;
  cairn_outbox_item_update (self, row);
  return self;
}

void
cairn_outbox_item_update (CairnOutboxItem *self, const CairnOutboxRow *row)
{
  CairnOutboxState state = read_state (row->state);

  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  if (g_strcmp0 (self->thread, row->thread) != 0)
    {
      g_free (self->thread);
      self->thread = g_strdup (row->thread);
      g_free (self->text);
      self->text = g_strdup (row->text);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_THREAD]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
    }
  if (self->not_before != row->not_before)
    {
      self->not_before = row->not_before;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOT_BEFORE]);
    }
  if (g_strcmp0 (self->error, row->error) != 0)
    {
      g_free (self->error);
      self->error = g_strdup (row->error);
      g_free (self->refusal);
      self->refusal = cairn_api_error_dup_refusal (row->error);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }
}

gint64
cairn_outbox_item_get_number (CairnOutboxItem *self)
{
  g_return_val_if_fail (CAIRN_IS_OUTBOX_ITEM (self), 0);
  return self->number;
}

const char *
cairn_outbox_item_get_resource_type (CairnOutboxItem *self)
{
  g_return_val_if_fail (CAIRN_IS_OUTBOX_ITEM (self), NULL);
  return self->type;
}

const char *
cairn_outbox_item_get_thread (CairnOutboxItem *self)
{
  g_return_val_if_fail (CAIRN_IS_OUTBOX_ITEM (self), NULL);
  return self->thread;
}

const char *
cairn_outbox_item_get_text (CairnOutboxItem *self)
{
  g_return_val_if_fail (CAIRN_IS_OUTBOX_ITEM (self), NULL);
  return self->text;
}

gint64
cairn_outbox_item_get_created (CairnOutboxItem *self)
{
  g_return_val_if_fail (CAIRN_IS_OUTBOX_ITEM (self), 0);
  return self->created;
}

gint64
cairn_outbox_item_get_not_before (CairnOutboxItem *self)
{
  g_return_val_if_fail (CAIRN_IS_OUTBOX_ITEM (self), 0);
  return self->not_before;
}

CairnOutboxState
cairn_outbox_item_get_state (CairnOutboxItem *self)
{
  g_return_val_if_fail (CAIRN_IS_OUTBOX_ITEM (self), CAIRN_OUTBOX_WAITING);
  return self->state;
}

const char *
cairn_outbox_item_get_error (CairnOutboxItem *self)
{
  g_return_val_if_fail (CAIRN_IS_OUTBOX_ITEM (self), NULL);
  return self->error;
}

/**
 * cairn_outbox_item_get_refusal:
 * @self: an item that the portal did not take
 *
 * Returns: (nullable): why, as a code of %CAIRN_REFUSAL_SYSTEM: "recipient", "words", "attachment" and others; %NULL when the portal
 *   gives none
 */
const char *
cairn_outbox_item_get_refusal (CairnOutboxItem *self)
{
  g_return_val_if_fail (CAIRN_IS_OUTBOX_ITEM (self), NULL);
  return self->refusal;
}
