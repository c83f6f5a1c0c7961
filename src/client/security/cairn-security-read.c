/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the portal's answers about one's own account say. No I/O. */
#include "cairn-security-private.h"

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"

#define MOST_ROWS 1000      /* of a list that a portal sends at once */
#define MOST_CODES 50

static void
device_free (gpointer data)
{
  CairnDevice *device = data;

  g_free (device->id);
  g_free (device->name);
  g_free (device->client);
  g_free (device);
}

static void
app_free (gpointer data)
{
  CairnConnectedApp *app = data;

  g_free (app->id);
  g_free (app->name);
  g_free (app->site);
  g_free (app->scope);
  g_free (app);
}

static void
activity_free (gpointer data)
{
  CairnActivity *activity = data;

  g_free (activity->action);
  g_free (activity->address);
  g_free (activity->app);
  g_free (activity);
}

static void
replace (char **text, CairnJson json, const char *name)
{
  g_free (*text);
  *text = cairn_json_dup_text_at (json, name);
}

static void
replace_secret (char **text, CairnJson json, const char *name)
{
  cairn_secret_clear (*text);
  *text = cairn_json_dup_text_at (json, name);
}

static gint64
read_time (CairnJson json, const char *name)
{
  g_autofree char *text = cairn_json_dup_text_at (json, name);
  CairnDate date;

  return text != NULL && cairn_date_parse (text, &date) ? date.start : 0;
}

static guint
read_length (CairnJson json, const char *name, guint fallback)
{
  gint64 length;

  return cairn_json_int64 (cairn_json_get (json, name), &length) && length > 0 && length < 1000 ? (guint) length : fallback;
}

gboolean
cairn_security_read_about (CairnSecurity *self, CairnJson json)
{
  replace (&self->clinic, json, "name");
  replace (&self->support, json, "support");
  replace (&self->username, json, "account.username");
  replace (&self->email, json, "account.email");
  replace (&self->phone, json, "account.phone");
  self->password_min = read_length (json, "password.min", CAIRN_SECURITY_PASSWORD_MIN);
  self->password_min_with_factor = read_length (json, "password.min_with_second_factor", self->password_min);
  return self->username != NULL;
}

gboolean
cairn_security_read_factor (CairnSecurity *self, CairnJson json)
{
  gint64 left;

  self->factor = cairn_json_boolean (cairn_json_get (json, "enabled"), FALSE);
  self->factor_since = read_time (json, "since");
  self->codes_left = cairn_json_int64 (cairn_json_get (json, "recovery_codes_left"), &left) && left >= 0 && left < MOST_CODES
                     ? (int) left : -1;
  return TRUE;
}

gboolean
cairn_security_read_secret (CairnSecurity *self, CairnJson json)
{
  replace_secret (&self->factor_key, json, "secret");
  replace_secret (&self->factor_uri, json, "uri");
  return self->factor_key != NULL && self->factor_uri != NULL && g_str_has_prefix (self->factor_uri, "otpauth://totp/");
}

static gboolean
add_code (CairnJson json, gpointer data)
{
  GPtrArray *codes = data;
  char *code = cairn_json_dup_string (json);

  if (code != NULL)
    g_ptr_array_add (codes, code);
  return codes->len < MOST_CODES;
}

gboolean
cairn_security_read_codes (CairnSecurity *self, CairnJson json)
{
  GPtrArray *codes = g_ptr_array_new ();

  cairn_json_foreach (json, "recovery_codes", add_code, codes);
  self->codes_left = (int) codes->len;
  self->factor = TRUE;
  if (self->factor_since == 0)
    self->factor_since = cairn_date_now ();
  cairn_security_forget_secrets (self);
  g_ptr_array_add (codes, NULL);
  self->new_codes = (char **) g_ptr_array_free (codes, FALSE);
  return self->codes_left > 0;
}

static gboolean
add_device (CairnJson json, gpointer data)
{
  GPtrArray *devices = data;
  CairnDevice *device = g_new0 (CairnDevice, 1);

  device->id = cairn_json_dup_text_at (json, "id");
  device->name = cairn_json_dup_text_at (json, "device");
  device->client = cairn_json_dup_text_at (json, "client");
  device->created = read_time (json, "created");
  device->used = read_time (json, "last_used");
  device->current = cairn_json_boolean (cairn_json_get (json, "current"), FALSE);
  if (device->id != NULL)
    g_ptr_array_add (devices, device);
  else
    device_free (device);
  return devices->len < MOST_ROWS;
}

static gboolean
add_app (CairnJson json, gpointer data)
{
  GPtrArray *apps = data;
  CairnConnectedApp *app = g_new0 (CairnConnectedApp, 1);

  app->id = cairn_json_dup_text_at (json, "id");
  app->name = cairn_json_dup_text_at (json, "name");
  app->site = cairn_json_dup_text_at (json, "site");
  app->scope = cairn_json_dup_text_at (json, "scope");
  app->self_registered = !cairn_json_boolean (cairn_json_get (json, "known"), TRUE);
  app->stays = cairn_json_boolean (cairn_json_get (json, "refresh"), FALSE);
  app->connected = read_time (json, "connected");
  app->used = read_time (json, "last_used");
  if (app->name == NULL)
    app->name = g_strdup (app->id);
  if (app->id != NULL)
    g_ptr_array_add (apps, app);
  else
    app_free (app);
  return apps->len < MOST_ROWS;
}

static gboolean
add_activity (CairnJson json, gpointer data)
{
  GPtrArray *events = data;
  CairnActivity *event = g_new0 (CairnActivity, 1);

  event->time = read_time (json, "time");
  event->action = cairn_json_dup_text_at (json, "action");
  event->done = cairn_json_boolean (cairn_json_get (json, "done"), TRUE);
  event->address = cairn_json_dup_text_at (json, "address");
  event->app = cairn_json_dup_text_at (json, "app");
  if (event->action != NULL)
    g_ptr_array_add (events, event);
  else
    activity_free (event);
  return TRUE;
}

static gboolean
read_list (GPtrArray **list, CairnJson json, const char *name, CairnJsonFunc add, GDestroyNotify free_func)
{
  g_clear_pointer (list, g_ptr_array_unref);
  *list = g_ptr_array_new_with_free_func (free_func);
  if (!cairn_json_is_array (cairn_json_get (json, name)))
    return FALSE;
  cairn_json_foreach (json, name, add, *list);
  return TRUE;
}

gboolean
cairn_security_read_devices (CairnSecurity *self, CairnJson json)
{
  return read_list (&self->devices, json, "sessions", add_device, device_free);
}

gboolean
cairn_security_read_apps (CairnSecurity *self, CairnJson json)
{
  return read_list (&self->apps, json, "apps", add_app, app_free);
}

gboolean
cairn_security_read_activity (CairnSecurity *self, CairnJson json)
{
  replace (&self->activity_next, json, "next");
  return read_list (&self->activity, json, "events", add_activity, activity_free);
}

/* A page further back */
gboolean
cairn_security_read_older (CairnSecurity *self, CairnJson json)
{
  replace (&self->activity_next, json, "next");
  return cairn_json_foreach (json, "events", add_activity, self->activity);
}

/**
 * cairn_security_forget_secrets:
 * @self: a security
 *
 * Wipes the new key and the new recovery codes: they are shown once.
 */
void
cairn_security_forget_secrets (CairnSecurity *self)
{
  g_return_if_fail (CAIRN_IS_SECURITY (self));

  g_clear_pointer (&self->factor_key, cairn_secret_clear);
  g_clear_pointer (&self->factor_uri, cairn_secret_clear);
  for (char **code = self->new_codes; code != NULL && *code != NULL; code++)
    cairn_secret_clear (*code);
  g_clear_pointer (&self->new_codes, g_free);
}

void
cairn_security_free_known (CairnSecurity *self)
{
  cairn_security_forget_secrets (self);
  g_free (self->clinic);
  g_free (self->support);
  g_free (self->username);
  g_free (self->email);
  g_free (self->phone);
  cairn_secret_clear (self->contact_handle);
  g_free (self->activity_next);
  g_clear_pointer (&self->devices, g_ptr_array_unref);
  g_clear_pointer (&self->apps, g_ptr_array_unref);
  g_clear_pointer (&self->activity, g_ptr_array_unref);
}
