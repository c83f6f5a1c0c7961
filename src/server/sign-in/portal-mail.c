/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail into the Maildir DIR/mail, one file a message, complete before it appears in new/. Never
 * says anything medical. Any thread that may write files. */
#include "portal-mail.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

char *
portal_mail_get_folder (const PortalConfig *config)
{
  return g_build_filename (config->data, "mail", NULL);
}

static gboolean
fail (GError **error, const char *path)
{
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  return FALSE;
}

static gboolean
make_folders (const char *folder, GError **error)
{
  static const char *const names[] = { "tmp", "new", "cur" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      if (g_mkdir_with_parents (path, 0700) != 0)
        return fail (error, path);
    }
  return TRUE;
}

static gboolean
deliver (const PortalConfig *config,
         const char *to,
         const char *subject,
         const char *text,
         GError **error)
{
  g_autofree char *folder = portal_mail_get_folder (config);
  g_autofree char *unique = cairn_random_uuid ();
  g_autofree char *tmp = g_build_filename (folder, "tmp", unique, NULL);
  g_autofree char *new = g_build_filename (folder, "new", unique, NULL);
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  g_autofree char *date = NULL, *message = NULL;

  date = g_strdup_printf ("%s, %d %s %d %02d:%02d:%02d +0000",
                          days[g_date_time_get_day_of_week (now) - 1],
                          g_date_time_get_day_of_month (now),
                          months[g_date_time_get_month (now) - 1], g_date_time_get_year (now),
                          g_date_time_get_hour (now), g_date_time_get_minute (now),
                          g_date_time_get_second (now));
  message =
    g_strdup_printf ("From: %s\nTo: %s\nSubject: %s\nDate: %s\nMessage-ID: <%s@cairn-portal>\n"
                     "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
                     "Content-Transfer-Encoding: 8bit\nAuto-Submitted: auto-generated\n\n%s",
                     config->mail_from, to, subject, date, unique, text);
  if (!make_folders (folder, error) ||
      !g_file_set_contents_full (tmp, message, -1, G_FILE_SET_CONTENTS_NONE, 0600, error))
    return FALSE;
  return g_rename (tmp, new) == 0 || fail (error, new);
}

/* Tells the owner of an account that somebody signed in from a device that wasn't known. */
gboolean
portal_mail_new_device (const PortalConfig *config, const char *to, gint64 when, GError **error)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc (when / 1000);
  g_autofree char *words = g_date_time_format (time, "%Y-%m-%d %H:%M UTC");
  g_autofree char *text = NULL;

  text = g_strdup_printf ("Hello,\n\nsomebody signed in to your account at %s on a new device, at "
                          "%s.\n\n"
                          "If that was you, there is nothing to do. If it was not, tell the clinic "
                          "at once%s%s.\n",
                          config->name != NULL ? config->name : "the patient portal", words,
                          config->support != NULL ? ": " : "",
                          config->support != NULL ? config->support : "");
  return deliver (config, to, "New sign-in to your patient portal account", text, error);
}
