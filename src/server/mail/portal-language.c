/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words in the language of whoever reads them, which is another one with every letter. gettext speaks the language of the process,
 * and another only where the system has its locale installed; so the catalogues that gettext makes (GNU MO) are read here. Any
 * thread. */
#include "config.h"

#include "portal-language.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#define SOURCE "en"         /* what the words themselves are in */
#define MAGIC 0x950412deu
#define MOST_WISHES 20
#define LONGEST_TAG 20

struct _PortalLanguage
{
  GMappedFile *file;        /* NULL for the language of the source */
  GHashTable  *words;       /* in the file */
};

G_LOCK_DEFINE_STATIC (languages);
static GHashTable *languages;   /* tag → PortalLanguage, NULL where there is none */

/* Number @i of the file, which is in the byte order of who made it. */
static gboolean
read_number (const char *data, gsize length, gsize i, gboolean swapped, guint32 *number)
{
  if (i > length / sizeof *number || (i + 1) * sizeof *number > length)
    return FALSE;
  memcpy (number, data + i * sizeof *number, sizeof *number);
  if (swapped)
    *number = GUINT32_SWAP_LE_BE (*number);
  return TRUE;
}

/* String @i of a table; it ends with NUL, and what has plural forms holds one between them. */
static const char *
find_string (const char *data, gsize length, guint32 table, guint32 i, gboolean swapped)
{
  guint32 size, at;

  if (table % 4 != 0 || !read_number (data, length, table / 4 + 2 * (gsize) i, swapped, &size) ||
      !read_number (data, length, table / 4 + 2 * (gsize) i + 1, swapped, &at) || at > length || size >= length - at ||
      data[at + size] != '\0')
    return NULL;
  return data + at;
}

static gboolean
fill (PortalLanguage *self)
{
  const char *data = g_mapped_file_get_contents (self->file);
  gsize length = g_mapped_file_get_length (self->file);
  guint32 magic, revision, n, from, to;
  gboolean swapped;

  if (!read_number (data, length, 0, FALSE, &magic) || (magic != MAGIC && magic != GUINT32_SWAP_LE_BE (MAGIC)))
    return FALSE;
  swapped = magic != MAGIC;
  if (!read_number (data, length, 1, swapped, &revision) || revision >> 16 > 1 || !read_number (data, length, 2, swapped, &n) ||
      !read_number (data, length, 3, swapped, &from) || !read_number (data, length, 4, swapped, &to))
    return FALSE;
  for (guint32 i = 0; i < n; i++)
    {
      const char *words = find_string (data, length, from, i, swapped), *said = find_string (data, length, to, i, swapped);

      if (words == NULL || said == NULL)
        return FALSE;
      if (*words != '\0' && *said != '\0' && g_utf8_validate (said, -1, NULL))
        g_hash_table_insert (self->words, (gpointer) words, (gpointer) said);
    }
  return TRUE;
}

static void
language_free (PortalLanguage *self)
{
  g_clear_pointer (&self->words, g_hash_table_unref);
  g_clear_pointer (&self->file, g_mapped_file_unref);
  g_free (self);
}

/* NULL when there is no such catalogue, or it is none. */
static PortalLanguage *
language_new (const char *tag)
{
  const char *folder = g_getenv ("CAIRN_LOCALE_DIR");
  g_autofree char *path = g_build_filename (folder != NULL ? folder : CAIRN_LOCALEDIR, tag, "LC_MESSAGES", GETTEXT_PACKAGE ".mo", NULL);
  PortalLanguage *self = g_new0 (PortalLanguage, 1);

  self->words = g_hash_table_new (g_str_hash, g_str_equal);
  if (g_str_equal (tag, SOURCE))
    return self;
  self->file = g_mapped_file_new (path, FALSE, NULL);
  if (self->file != NULL && fill (self))
    return self;
  if (self->file != NULL)
    g_message ("%s is no catalogue of words", path);
  language_free (self);
  return NULL;
}

/* "pt-br" → "pt_BR"; NULL when it is no language. */
static char *
dup_tag (const char *wish)
{
  gsize length = strspn (wish, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), rest;
  g_autofree char *language = NULL, *region = NULL;

  if (length < 2 || length > 3 || strlen (wish) > LONGEST_TAG)
    return NULL;
  language = g_ascii_strdown (wish, length);
  rest = strcspn (wish + length, ".@;");
  if (rest != 3 || (wish[length] != '-' && wish[length] != '_') || !g_ascii_isalpha (wish[length + 1]) || !g_ascii_isalpha (wish[length + 2]))
    return g_steal_pointer (&language);
  region = g_ascii_strup (wish + length + 1, 2);
  return g_strdup_printf ("%s_%s", language, region);
}

/**
 * portal_language_get:
 * @tag: (nullable): of a language, as portal_language_dup_best() gives it
 *
 * Returns: (nullable): that language; NULL speaks as the process does
 */
const PortalLanguage *
portal_language_get (const char *tag)
{
  gpointer found = NULL;

  if (tag == NULL)
    return NULL;
  G_LOCK (languages);
  if (languages == NULL)
    languages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!g_hash_table_lookup_extended (languages, tag, NULL, &found))
    {
      found = language_new (tag);
      /* What people wish for is theirs to say: only what is there is kept */
      if (found != NULL)
        g_hash_table_insert (languages, g_strdup (tag), found);
    }
  G_UNLOCK (languages);
  return found;
}

static char *
dup_known (const char *wish)
{
  g_autofree char *tag = dup_tag (wish), *language = NULL;

  if (tag == NULL || portal_language_get (tag) != NULL)
    return g_steal_pointer (&tag);
  language = g_strndup (tag, strcspn (tag, "_"));
  return portal_language_get (language) != NULL ? g_steal_pointer (&language) : NULL;
}

/**
 * portal_language_dup_best:
 * @wishes: (nullable): languages that somebody reads, as in Accept-Language (RFC 9110 section 12.5.4) or ui_locales (OpenID Connect
 *   Core section 3.1.2.1)
 *
 * Returns: (transfer full) (nullable): the tag of the first of them that the portal speaks
 */
char *
portal_language_dup_best (const char *wishes)
{
  g_autofree char *listed = wishes != NULL && strpbrk (wishes, ",;") == NULL ? g_strdelimit (g_strdup (wishes), " ", ',') : g_strdup (wishes);
  GSList *list = listed != NULL ? soup_header_parse_quality_list (listed, NULL) : NULL;
  guint n = 0;
  char *best = NULL;

  for (GSList *at = list; at != NULL && best == NULL && n++ < MOST_WISHES; at = at->next)
    best = dup_known (at->data);
  g_clear_pointer (&list, soup_header_free_list);
  return best;
}

/**
 * portal_language_say:
 * @self: (nullable): a language
 * @words: words of the source
 *
 * Returns: what they are in that language
 */
const char *
portal_language_say (const PortalLanguage *self, const char *words)
{
  const char *said = self != NULL ? g_hash_table_lookup (self->words, words) : g_dgettext (GETTEXT_PACKAGE, words);

  return said != NULL ? said : words;
}

/**
 * portal_language_say_in:
 * @self: (nullable): a language
 * @context: which of several meanings
 * @words: words of the source
 *
 * Returns: what they are in that language
 */
const char *
portal_language_say_in (const PortalLanguage *self, const char *context, const char *words)
{
  g_autofree char *both = g_strconcat (context, "\004", words, NULL);
  const char *said = self != NULL ? g_hash_table_lookup (self->words, both) : g_dpgettext2 (GETTEXT_PACKAGE, context, words);

  return said != NULL ? said : words;
}
