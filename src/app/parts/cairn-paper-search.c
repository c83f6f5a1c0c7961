/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looks through a document while it is read: the first place shows as soon as it is found, the others
 * are counted meanwhile.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "parts/cairn-paper-search.h"

#define MAX_HITS 5000

struct _CairnPaperSearch
{
  CairnPaperView *view;
  GtkLabel       *found;
  CairnPaper     *paper;
  char           *words;
  GCancellable   *looking;
  GPtrArray      *pages;      /* of GArray of CairnPaperPlace, as far as was looked */
  guint           n_hits;
  guint           current;    /* among all */
};

typedef struct
{
  CairnPaperSearch *search;   /* valid while the look isn't cancelled */
  GCancellable     *looking;
} Look;

static void look_on (CairnPaperSearch *self);

CairnPaperSearch *
cairn_paper_search_new (CairnPaperView *view,
                        GtkLabel       *found)
{
  CairnPaperSearch *self = g_new0 (CairnPaperSearch, 1);

  self->view = view;
  self->found = found;
  self->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  return self;
}

static void
stop (CairnPaperSearch *self)
{
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  g_ptr_array_set_size (self->pages, 0);
  self->n_hits = 0;
  self->current = 0;
}

void
cairn_paper_search_free (CairnPaperSearch *self)
{
  stop (self);
  g_ptr_array_unref (self->pages);
  g_clear_object (&self->paper);
  g_free (self->words);
  g_free (self);
}

static void
show (CairnPaperSearch *self)
{
  g_autofree char *words = NULL;
  guint left = self->current;

  if (self->words == NULL || *self->words == '\0')
    words = g_strdup ("");
  else if (self->n_hits == 0)
    words = g_strdup (self->looking != NULL ? _("Looking…") : _("Not found"));
  else
    /* Translators: the place that is shown, of all places where words were found */
    words = g_strdup_printf (_("%1$u of %2$u"), self->current + 1, self->n_hits);
  gtk_label_set_text (self->found, words);
  for (guint i = 0; i < self->pages->len && self->n_hits > 0; i++)
    {
      GArray *places = g_ptr_array_index (self->pages, i);

      if (left < places->len)
        {
          cairn_paper_view_set_hits (self->view, i, places, left);
          return;
        }
      left -= places->len;
    }
  cairn_paper_view_set_hits (self->view, 0, NULL, 0);
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autofree Look *look = data;
  g_autoptr(GCancellable) looking = look->looking;
  GArray *places = cairn_paper_find_finish (CAIRN_PAPER (source), result, NULL);
  CairnPaperSearch *self = look->search;
  gboolean first;

  if (g_cancellable_is_cancelled (looking))
    {
      g_clear_pointer (&places, g_array_unref);
      return;
    }
  if (places == NULL)
    places = g_array_new (FALSE, FALSE, sizeof (CairnPaperPlace));
  first = self->n_hits == 0 && places->len > 0;
  g_ptr_array_add (self->pages, places);
  self->n_hits += places->len;
  if (self->pages->len >= cairn_paper_get_n_pages (self->paper) || self->n_hits > MAX_HITS)
    g_clear_object (&self->looking);
  if (first || self->looking == NULL)
    show (self);
  if (self->looking != NULL)
    look_on (self);
}

static void
look_on (CairnPaperSearch *self)
{
  Look *look = g_new (Look, 1);

  *look = (Look) { self, g_object_ref (self->looking) };
  cairn_paper_find_async (self->paper, self->pages->len, self->words, self->looking, found_cb, look);
}

void
cairn_paper_search_set_paper (CairnPaperSearch *self,
                              CairnPaper       *paper)
{
  stop (self);
  g_set_object (&self->paper, paper);
}

/* An empty text ends it. */
void
cairn_paper_search_set_words (CairnPaperSearch *self,
                              const char       *words)
{
  stop (self);
  g_free (self->words);
  self->words = g_strstrip (g_strdup (words));
  if (*self->words != '\0' && self->paper != NULL)
    {
      self->looking = g_cancellable_new ();
      look_on (self);
    }
  show (self);
}

/* To the next place or the one before, around the ends. */
void
cairn_paper_search_move (CairnPaperSearch *self,
                         int               by)
{
  if (self->n_hits == 0)
    return;
  self->current = (self->current + self->n_hits + (guint) by) % self->n_hits;
  show (self);
}
