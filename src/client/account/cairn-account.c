/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One known account. Immutable, so any thread may read it. */
#include "client/cairn-account.h"

#include "common/cairn-crypto.h"

#include <string.h>

struct _CairnAccount
{
  GObject  parent_instance;

  char    *name;
  char    *portal;
  char    *username;
  char    *patient;
  gboolean keep;
};

G_DEFINE_FINAL_TYPE (CairnAccount, cairn_account, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_KEEP,
  PROP_NAME,
  PROP_PATIENT,
  PROP_PORTAL,
  PROP_USERNAME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* User name and a hash: stable, short, safe as a file name, and something that a person can tell from another. */
static char *
make_name (CairnAccount *self)
{
  g_autofree char *identity = g_strdup_printf ("%s\n%s\n%s", self->portal, self->username, self->patient);
  g_autofree char *hash = cairn_sha256_hex (identity, -1);
  g_autofree char *user = g_ascii_strdown (self->username, -1);

  for (char *c = user; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c))
      *c = '-';
  if (strlen (user) > 24)
    user[24] = '\0';
  hash[8] = '\0';
  return g_strconcat (*user != '\0' ? user : "account", "-", hash, NULL);
}

static void
cairn_account_constructed (GObject *object)
{
  CairnAccount *self = CAIRN_ACCOUNT (object);

  G_OBJECT_CLASS (cairn_account_parent_class)->constructed (object);
  self->name = make_name (self);
}

static void
cairn_account_finalize (GObject *object)
{
  CairnAccount *self = CAIRN_ACCOUNT (object);

  g_free (self->name);
  g_free (self->portal);
  g_free (self->username);
  g_free (self->patient);
  G_OBJECT_CLASS (cairn_account_parent_class)->finalize (object);
}

static void
cairn_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CairnAccount *self = CAIRN_ACCOUNT (object);

  switch (id)
    {
    case PROP_KEEP:
      g_value_set_boolean (value, self->keep);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_PATIENT:
      g_value_set_string (value, self->patient);
      break;
    case PROP_PORTAL:
      g_value_set_string (value, self->portal);
      break;
    case PROP_USERNAME:
      g_value_set_string (value, self->username);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_account_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CairnAccount *self = CAIRN_ACCOUNT (object);

  switch (id)
    {
    case PROP_KEEP:
      self->keep = g_value_get_boolean (value);
      break;
    case PROP_PATIENT:
      self->patient = g_value_dup_string (value);
      break;
    case PROP_PORTAL:
      self->portal = g_value_dup_string (value);
      break;
    case PROP_USERNAME:
      self->username = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_account_class_init (CairnAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = cairn_account_constructed;
  object_class->finalize = cairn_account_finalize;
  object_class->get_property = cairn_account_get_property;
  object_class->set_property = cairn_account_set_property;

  properties[PROP_KEEP] = g_param_spec_boolean ("keep", NULL, NULL, TRUE, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PATIENT] = g_param_spec_string ("patient", NULL, NULL, "", flags);
  properties[PROP_PORTAL] = g_param_spec_string ("portal", NULL, NULL, "", flags);
  properties[PROP_USERNAME] = g_param_spec_string ("username", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_account_init (CairnAccount *self)
{
}

/**
 * cairn_account_new:
 * @portal: FHIR base without a slash at its end
 * @username: as typed
 * @patient: id of the Patient resource
 * @keep: whether the sign-in is kept when the program ends
 *
 * Returns: (transfer full): an account
 */
CairnAccount *
cairn_account_new (const char *portal, const char *username, const char *patient, gboolean keep)
{
  g_return_val_if_fail (portal != NULL && username != NULL && patient != NULL, NULL);

  return g_object_new (CAIRN_TYPE_ACCOUNT, "portal", portal, "username", username,
                       "patient", patient, "keep", keep, NULL);
}

/**
 * cairn_account_get_name:
 * @self: an account
 *
 * Returns: its short, file-safe, stable name
 */
const char *
cairn_account_get_name (CairnAccount *self)
{
  g_return_val_if_fail (CAIRN_IS_ACCOUNT (self), NULL);
  return self->name;
}

/**
 * cairn_account_get_portal:
 * @self: an account
 *
 * Returns: the FHIR base of its portal, without a slash at its end
 */
const char *
cairn_account_get_portal (CairnAccount *self)
{
  g_return_val_if_fail (CAIRN_IS_ACCOUNT (self), NULL);
  return self->portal;
}

/**
 * cairn_account_get_username:
 * @self: an account
 *
 * Returns: the user name that signs in
 */
const char *
cairn_account_get_username (CairnAccount *self)
{
  g_return_val_if_fail (CAIRN_IS_ACCOUNT (self), NULL);
  return self->username;
}

/**
 * cairn_account_get_patient:
 * @self: an account
 *
 * Returns: id of the Patient resource whose record it opens
 */
const char *
cairn_account_get_patient (CairnAccount *self)
{
  g_return_val_if_fail (CAIRN_IS_ACCOUNT (self), NULL);
  return self->patient;
}

/**
 * cairn_account_get_keep:
 * @self: an account
 *
 * Returns: whether the sign-in is kept when the program ends
 */
gboolean
cairn_account_get_keep (CairnAccount *self)
{
  g_return_val_if_fail (CAIRN_IS_ACCOUNT (self), FALSE);
  return self->keep;
}

/**
 * cairn_account_dup_host:
 * @self: an account
 *
 * Returns: (transfer full): the portal's host name, for people
 */
char *
cairn_account_dup_host (CairnAccount *self)
{
  g_autoptr(GUri) uri = NULL;

  g_return_val_if_fail (CAIRN_IS_ACCOUNT (self), NULL);

  uri = g_uri_parse (self->portal, G_URI_FLAGS_NONE, NULL);
  return g_strdup (uri != NULL && g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : self->portal);
}
