/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody whom one may write to. It doesn't change; any thread. */
#include "cairn-directory.h"

struct _CairnRecipient
{
  GObject  parent_instance;

  char    *reference;
  char    *name;
  char    *about;
  gboolean pool;
  guint    reply_hours;
};

G_DEFINE_FINAL_TYPE (CairnRecipient, cairn_recipient, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ABOUT,
  PROP_NAME,
  PROP_POOL,
  PROP_REFERENCE,
  PROP_REPLY_HOURS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
cairn_recipient_finalize (GObject *object)
{
  CairnRecipient *self = CAIRN_RECIPIENT (object);

  g_free (self->reference);
  g_free (self->name);
  g_free (self->about);
  G_OBJECT_CLASS (cairn_recipient_parent_class)->finalize (object);
}

static void
cairn_recipient_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CairnRecipient *self = CAIRN_RECIPIENT (object);

  switch (id)
    {
    case PROP_ABOUT:
      g_value_set_string (value, self->about);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_POOL:
      g_value_set_boolean (value, self->pool);
      break;
    case PROP_REFERENCE:
      g_value_set_string (value, self->reference);
      break;
    case PROP_REPLY_HOURS:
      g_value_set_uint (value, self->reply_hours);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_recipient_class_init (CairnRecipientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = cairn_recipient_finalize;
  object_class->get_property = cairn_recipient_get_property;

  properties[PROP_ABOUT] = g_param_spec_string ("about", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_POOL] = g_param_spec_boolean ("pool", NULL, NULL, FALSE, flags);
  properties[PROP_REFERENCE] = g_param_spec_string ("reference", NULL, NULL, NULL, flags);
  properties[PROP_REPLY_HOURS] = g_param_spec_uint ("reply-hours", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_recipient_init (CairnRecipient *self)
{
}

CairnRecipient *
cairn_recipient_new (const char *reference, const char *name, const char *about, gboolean pool, guint reply_hours)
{
  CairnRecipient *self = g_object_new (CAIRN_TYPE_RECIPIENT, NULL);

  self->reference = g_strdup (reference);
  self->name = g_strdup (name);
  self->about = g_strdup (about);
  self->pool = pool;
  self->reply_hours = reply_hours;
  return self;
}

/**
 * cairn_recipient_get_reference:
 * @self: a recipient
 *
 * Returns: "Type/id" of it
 */
const char *
cairn_recipient_get_reference (CairnRecipient *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENT (self), NULL);
  return self->reference;
}

/**
 * cairn_recipient_get_name:
 * @self: a recipient
 *
 * Returns: what they are called
 */
const char *
cairn_recipient_get_name (CairnRecipient *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENT (self), NULL);
  return self->name;
}

/**
 * cairn_recipient_get_about:
 * @self: a recipient
 *
 * Returns: (nullable): what a person does, or what a pool is for
 */
const char *
cairn_recipient_get_about (CairnRecipient *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENT (self), NULL);
  return self->about;
}

/**
 * cairn_recipient_get_pool:
 * @self: a recipient
 *
 * Returns: whether it is a group that shares its messages: the nurses, billing
 */
gboolean
cairn_recipient_get_pool (CairnRecipient *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENT (self), FALSE);
  return self->pool;
}

/**
 * cairn_recipient_get_reply_hours:
 * @self: a recipient
 *
 * Returns: hours until an answer comes at the latest, 0 when nobody says
 */
guint
cairn_recipient_get_reply_hours (CairnRecipient *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENT (self), 0);
  return self->reply_hours;
}
