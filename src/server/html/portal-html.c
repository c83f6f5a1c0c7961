/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTML that the portal writes: a frame from the resources, with words in it that are always escaped. Any thread. */
#include "config.h"

#include "portal-html.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "portal-resources.h"

#define ROOT "/io/github/cairnhealth/Cairn/portal/"

/* Adds a text between two pieces of markup. */
void
portal_html_add (GString *html, const char *before, const char *text, const char *after)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (html, before);
  g_string_append (html, escaped);
  g_string_append (html, after);
}

static void
put (GString *html, const char *mark, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  g_autoptr(GString) safe = g_string_new (escaped);

  g_string_replace (safe, "@", "&#64;", 0);   /* no mark of a name's */
  g_string_replace (html, mark, safe->str, 0);
}

/* Puts @body, which is markup, into the frame of that name; last, so that nothing in it is taken for a mark. @base: how the
 * page gets from its own address to those beside it. */
char *
portal_html_frame (const char           *name,
                   const PortalLanguage *language,
                   const char           *title,
                   const char           *clinic,
                   const char           *base,
                   const char           *body)
{
  g_autofree char *path = g_strconcat (ROOT, name, NULL);
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GString) html = NULL;

  bytes = g_resource_lookup_data (portal_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  html = g_string_new_len (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  /* Translators: the code of this language for web pages and mails, such as "de" or "ar" */
  put (html, "@lang@", portal_language_say_in (language, "language", NC_("language", "en")));
  /* Translators: the direction that this language is written in: "ltr" or "rtl" */
  put (html, "@dir@", portal_language_say_in (language, "language", NC_("language", "ltr")));
  put (html, "@base@", base);
  put (html, "@title@", title);
  put (html, "@clinic@", clinic);
  g_string_replace (html, "@body@", body, 1);
  return g_string_free (g_steal_pointer (&html), FALSE);
}
