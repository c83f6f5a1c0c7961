/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody whom one may write to. It doesn't change; any thread. */
#include "cairn-directory.h"

#include "client/cairn-client-enums.h"

struct _CairnRecipient
{
  GObject            parent_instance;

  char              *reference;
  char              *name;
  char              *about;
  CairnRecipientKind kind;
  guint              reply_hours;
};

G_DEFINE_FINAL_TYPE (CairnRecipient, cairn_recipient, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ABOUT,
  PROP_KIND,
  PROP_NAME,
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
    case PROP_KIND:
      g_value_set_enum (value, (gint) self->kind);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
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
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, CAIRN_TYPE_RECIPIENT_KIND, CAIRN_RECIPIENT_POOL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_REFERENCE] = g_param_spec_string ("reference", NULL, NULL, NULL, flags);
  properties[PROP_REPLY_HOURS] = g_param_spec_uint ("reply-hours", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_recipient_init (CairnRecipient *self)
{
}

CairnRecipient *
cairn_recipient_new (const char *reference, const char *name, const char *about, CairnRecipientKind kind, guint reply_hours)
{
  CairnRecipient *self = g_object_new (CAIRN_TYPE_RECIPIENT, NULL);

  self->reference = g_strdup (reference);
  self->name = g_strdup (name);
  self->about = g_strdup (about);
  self->kind = kind;
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
 * cairn_recipient_get_kind:
 * @self: a recipient
 *
 * Returns: whether it is one person
 */
CairnRecipientKind
cairn_recipient_get_kind (CairnRecipient *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENT (self), CAIRN_RECIPIENT_POOL);
  return self->kind;
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
