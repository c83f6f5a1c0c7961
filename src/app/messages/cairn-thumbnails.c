/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a file looks like, in small. The pages are drawn where those of documents are, by a process of its own; one file
 * at a time, and each once.
 */

#include "config.h"

#include "cairn-compat.h"
#include "messages/cairn-thumbnails.h"
#include "paper/cairn-paper.h"

#define WIDTH 96
/* What is at the portal is fetched for its picture only when it is small. */
#define FETCHED_BYTES (1024 * 1024)
#define SESSION_KEY "cairn-thumbnails"
#define FILE_KEY "cairn-thumbnail"
#define ASKED_KEY "cairn-thumbnail-asked"

struct _CairnThumbnails
{
  GObject       parent_instance;

  CairnSession *session;        /* which has this */
  GQueue        waiting;
  CairnFile    *file;           /* that is being drawn */
  CairnPaper   *paper;
};

G_DEFINE_FINAL_TYPE (CairnThumbnails, cairn_thumbnails, G_TYPE_OBJECT)

enum
{
  READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void next (CairnThumbnails *self);

static void
finish (CairnThumbnails *self)
{
  if (self->paper != NULL)
    cairn_paper_close (self->paper);
  g_clear_object (&self->paper);
  g_clear_object (&self->file);
  next (self);
}

static void
drawn_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(CairnThumbnails) self = data;
  g_autoptr(CairnPaperPicture) picture = cairn_paper_draw_finish (CAIRN_PAPER (source), result, NULL);

  if (picture != NULL)
    {
      g_object_set_data_full (G_OBJECT (self->file), FILE_KEY,
                              gdk_memory_texture_new ((int) picture->width, (int) picture->height, GDK_MEMORY_DEFAULT,
                                                      picture->pixels, picture->width * 4), g_object_unref);
      g_signal_emit (self, signals[READY], 0, self->file);
    }
  finish (self);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(CairnThumbnails) self = data;

  if (cairn_paper_open_finish (CAIRN_PAPER (source), result, NULL))
    cairn_paper_draw_async (self->paper, 0, WIDTH, NULL, drawn_cb, g_object_ref (self));
  else
    finish (self);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(CairnThumbnails) self = data;
  g_autoptr(CairnDocument) document = cairn_session_open_file_finish (CAIRN_SESSION (source), result, NULL);
  g_autofree char *program = NULL;

  if (document == NULL || !cairn_paper_can_show (document->type))
    {
      finish (self);
      return;
    }
  program = cairn_compat_dup_paper_program ();
  self->paper = cairn_paper_new (program, document->type, document->bytes);
  cairn_paper_open_async (self->paper, NULL, opened_cb, g_object_ref (self));
}

static void
next (CairnThumbnails *self)
{
  if (self->file != NULL || self->session == NULL)
    return;
  self->file = g_queue_pop_head (&self->waiting);
  if (self->file != NULL)
    cairn_session_open_file_async (self->session, self->file, NULL, fetched_cb, g_object_ref (self));
}

static void
cairn_thumbnails_finalize (GObject *object)
{
  CairnThumbnails *self = CAIRN_THUMBNAILS (object);

  g_queue_clear_full (&self->waiting, g_object_unref);
  g_clear_weak_pointer (&self->session);

  G_OBJECT_CLASS (cairn_thumbnails_parent_class)->finalize (object);
}

static void
cairn_thumbnails_class_init (CairnThumbnailsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_thumbnails_finalize;

  signals[READY] = g_signal_new ("ready", CAIRN_TYPE_THUMBNAILS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 CAIRN_TYPE_FILE);
}

static void
cairn_thumbnails_init (CairnThumbnails *self)
{
  g_queue_init (&self->waiting);
}

/* The session has it. */
CairnThumbnails *
cairn_thumbnails_of (CairnSession *session)
{
  CairnThumbnails *self = g_object_get_data (G_OBJECT (session), SESSION_KEY);

  if (self == NULL)
    {
      self = g_object_new (CAIRN_TYPE_THUMBNAILS, NULL);
      g_set_weak_pointer (&self->session, session);
      g_object_set_data_full (G_OBJECT (session), SESSION_KEY, self, g_object_unref);
    }
  return self;
}

static gboolean
is_worth_it (CairnFile *file)
{
  switch (cairn_file_get_state (file))
    {
    case CAIRN_FILE_HERE:
    case CAIRN_FILE_SENT:
    case CAIRN_FILE_KEPT:
      return TRUE;
    case CAIRN_FILE_PORTAL:
      return cairn_file_get_size (file) > 0 && cairn_file_get_size (file) <= FETCHED_BYTES;
    case CAIRN_FILE_READING:
    case CAIRN_FILE_SENDING:
    case CAIRN_FILE_FETCHING:
    case CAIRN_FILE_REFUSED:
    default:
      return FALSE;
    }
}

/* NULL: there is none, or not yet. */
GdkTexture *
cairn_thumbnails_get (CairnThumbnails *self,
                      CairnFile       *file)
{
  GdkTexture *texture = g_object_get_data (G_OBJECT (file), FILE_KEY);
  const char *type = cairn_file_get_media_type (file);

  if (texture != NULL || g_object_get_data (G_OBJECT (file), ASKED_KEY) != NULL || type == NULL ||
      !cairn_paper_can_show (type) || !is_worth_it (file))
    return texture;
  g_object_set_data (G_OBJECT (file), ASKED_KEY, self);
  g_queue_push_tail (&self->waiting, g_object_ref (file));
  next (self);
  return NULL;
}
