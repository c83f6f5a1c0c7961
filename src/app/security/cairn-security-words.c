/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Devices, connected apps and what was done with an account, in the words that people read.
 */

#include "config.h"

#include <glib/gi18n.h>

#include <adwaita.h>

#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "security/cairn-security-words.h"

#define FEW_CODES 3

typedef struct
{
  const char *action;
  const char *done;
  const char *refused;
  const char *icon;
} Words;

static const Words words[] = {
  { "sign-in", N_("Signed in"), N_("Somebody failed to sign in"), "avatar-default-symbolic" },
  { "revoke", N_("Signed out"), N_("Signing out failed"), "system-log-out-symbolic" },
  { "register", N_("Account made"), N_("Making the account failed"), "contact-new-symbolic" },
  { "password-set", N_("Password changed"), N_("Changing the password failed"), "dialog-password-symbolic" },
  { "password-reset", N_("Password changed by a code or link from the mail"),
    N_("Somebody failed to change the password by a code or link"), "dialog-password-symbolic" },
  { "step-up", N_("Password asked for once more"), N_("A password asked for once more was wrong"),
    "dialog-password-symbolic" },
  { "terms-accept", N_("Terms of use accepted"), N_("Accepting the terms of use failed"), "object-select-symbolic" },
  { "second-factor-set", N_("Two-step sign-in turned on"), N_("Turning two-step sign-in on failed"),
    "phone-symbolic" },
  { "recovery-codes-set", N_("New recovery codes made"), N_("Making new recovery codes failed"), "phone-symbolic" },
  { "second-factor-delete", N_("Two-step sign-in turned off"), N_("Turning two-step sign-in off failed"), "phone-symbolic" },
  { "session-end", N_("A device signed out from elsewhere"), N_("Signing a device out failed"),
    "system-log-out-symbolic" },
  { "sessions-end", N_("All other devices signed out"), N_("Signing the other devices out failed"),
    "system-log-out-symbolic" },
  { "contact-set", N_("E-mail address or telephone number changed"), N_("Changing the contact failed"), "mail-unread-symbolic" },
  { "app-consent", N_("An app let in"), N_("An app was not let in"), "application-x-addon-symbolic" },
  { "app-end", N_("An app disconnected"), N_("Disconnecting an app failed"), "application-x-addon-symbolic" },
};

static const Words *
find (const CairnActivity *activity)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].action, activity->action))
      return &words[i];
  return NULL;
}

/* What was done; a portal newer than this program may say more than it has words for. */
const char *
cairn_security_words_action (const CairnActivity *activity)
{
  const Words *found = find (activity);

  if (found == NULL)
    return activity->action;
  return activity->done ? _(found->done) : _(found->refused);
}

const char *
cairn_security_words_icon (const CairnActivity *activity)
{
  const Words *found = find (activity);

  if (!activity->done)
    return "dialog-warning-symbolic";
  return found != NULL ? found->icon : "document-properties-symbolic";
}

/* Which app, when, and from where. */
char *
cairn_security_words_details (const CairnActivity *activity,
                              gboolean             with_day)
{
  g_autofree char *written = cairn_date_dup_instant (activity->time);
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (activity->time / 1000);
  g_autofree char *app = activity->app != NULL ? cairn_words_isolate (activity->app) : NULL, *when = NULL;

  if (with_day)
    when = cairn_words_moment (written, TRUE, cairn_date_now ());
  else
    when = time != NULL ? g_date_time_format (time, "%H:%M") : g_strdup ("");
  if (app != NULL)
    {
      g_autofree char *alone = g_steal_pointer (&when);

      /* Translators: 1 the name of an app, 2 a time */
      when = g_strdup_printf (_("%1$s, %2$s"), app, alone);
    }
  if (activity->address == NULL || *activity->address == '\0')
    return g_steal_pointer (&when);
  /* Translators: 1 a time, 2 a network address such as "192.0.2.7" */
  return g_strdup_printf (_("%1$s, from %2$s"), when, activity->address);
}

/* A browser's "Mozilla/5.0 (…)" is no name. */
char *
cairn_security_words_device (const CairnDevice *device)
{
  const char *name = device->name;

  if (name == NULL || *name == '\0')
    return g_strdup (_("A device without a name"));
  if (g_str_has_prefix (name, "Mozilla/"))
    return g_strdup (_("A web browser"));
  return cairn_words_isolate (name);
}

char *
cairn_security_words_used (const CairnDevice *device)
{
  gint64 now = cairn_date_now ();
  g_autofree char *since = cairn_words_instant (device->created, now);
  g_autofree char *used = cairn_words_age (device->used, now);

  if (device->current)
    /* Translators: %s is a day */
    return g_strdup_printf (_("This device, signed in since %s"), since);
  /* Translators: 1 an age such as "2 hours ago", 2 a day */
  return g_strdup_printf (_("Last used %1$s, signed in since %2$s"), used, since);
}

/* What it may do in a few words: the clinic's own page said all of it when it was let in. */
static const char *
find_reach (const char *scope)
{
  g_auto(GStrv) scopes = g_strsplit (scope != NULL ? scope : "", " ", -1);
  gboolean writes = FALSE, all = FALSE;

  for (guint i = 0; scopes[i] != NULL; i++)
    {
      const char *rights = strrchr (scopes[i], '.');

      if (rights == NULL || strchr (scopes[i], '/') == NULL)
        continue;
      writes = writes || g_str_has_prefix (rights, ".write") || g_str_has_prefix (rights, ".*") ||
               (!g_str_has_prefix (rights, ".read") && strpbrk (rights, "cud") != NULL);
      all = all || strstr (scopes[i], "/*.") != NULL;
    }
  if (all)
    return writes ? _("Sees and changes your record") : _("Sees your record");
  return writes ? _("Sees and changes parts of your record") : _("Sees parts of your record");
}

char *
cairn_security_words_app (const CairnConnectedApp *app)
{
  gint64 now = cairn_date_now ();
  g_autofree char *since = cairn_words_instant (app->connected, now);
  g_autofree char *used = cairn_words_age (app->used, now);

  if (app->self_registered)
    /* Translators: 1 "Sees your record", 2 a day, 3 an age such as "2 hours ago" */
    return g_strdup_printf (_("%1$s since %2$s, last %3$s. The clinic does not know this app."), find_reach (app->scope), since,
                            used);
  /* Translators: 1 "Sees your record", 2 a day, 3 an age such as "2 hours ago" */
  return g_strdup_printf (_("%1$s since %2$s, last %3$s"), find_reach (app->scope), since, used);
}

/* How the clinic reaches the owner, in a line or two. */
char *
cairn_security_words_contact (CairnSecurity *security)
{
  const char *email = cairn_security_get_email (security), *phone = cairn_security_get_phone (security);

  if (email == NULL && phone == NULL)
    return g_strdup (_("No e-mail address and no telephone number"));
  return g_strjoin (email != NULL && phone != NULL ? "\n" : "", email != NULL ? email : "", phone != NULL ? phone : "", NULL);
}

/* The state of the second factor in a line. */
char *
cairn_security_words_factor (CairnSecurity *security)
{
  int left = cairn_security_get_codes_left (security);
  g_autofree char *since = NULL;

  if (!cairn_security_get_factor (security))
    return g_strdup (_("Off. Whoever knows your password can read your record."));
  since = cairn_words_instant (cairn_security_get_factor_since (security), cairn_date_now ());
  if (left >= 0 && left <= FEW_CODES)
    return g_strdup_printf (ngettext ("On, but only %d recovery code is left", "On, but only %d recovery codes are left", left),
                            left);
  if (left >= 0)
    /* Translators: %1$s is a day */
    return g_strdup_printf (ngettext ("On since %1$s, %2$d recovery code left", "On since %1$s, %2$d recovery codes left",
                                      left), since, left);
  return g_strdup_printf (_("On since %s"), since);
}

/* A row about it, which says all of it to a screen reader, too. */
GtkWidget *
cairn_security_words_row (const CairnActivity *activity,
                          gboolean             with_day)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (cairn_security_words_icon (activity));
  g_autofree char *details = cairn_security_words_details (activity, with_day);

  if (!activity->done)
    gtk_widget_add_css_class (icon, "warning");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), cairn_security_words_action (activity));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), details);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  return row;
}
