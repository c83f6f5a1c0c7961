/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The thread that empties the queue: claims a letter, sends it, and drops it only when somebody has taken it.
 * When the answer is lost nobody knows, so it goes again with the same Message-ID: twice rather than never. */
#include "portal-post.h"

#include "fhir/cairn-date.h"
#include "portal-carrier.h"
#include "server/store/portal-store-mail.h"

#define CLAIM_MS (5 * 60 * 1000)      /* longer than a try may take */
#define LONGEST_WAIT_MS (60 * 60 * 1000)
#define LOOK_MS (5 * 1000)            /* other processes queue letters, too */

struct _PortalPost
{
  CairnDatabase      *writer;
  const PortalConfig *config;
  GThread            *thread;
  GMutex              mutex;
  GCond               cond;
  gboolean            woken;
  int                 stopping;   /* atomic; the carrier looks at it */
};

typedef struct
{
  PortalPost   *self;
  PortalLetter *letter;
  PortalCarried end;
  char         *why;
  gint64        due;
} Work;

static gpointer
claim_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  gint64 now = cairn_date_now ();

  return GINT_TO_POINTER (cairn_connection_begin (db, error) &&
                          portal_store_claim_letter (db, now, now + CLAIM_MS, &work->letter, error) &&
                          portal_store_next_letter (db, &work->due, error) && cairn_connection_commit (db, error));
}

/* Doubling, with a quarter of chance so that many don't come back at once. */
static gint64
dup_wait (const PortalConfig *config, gint64 tries)
{
  gint64 wait = config->mail_retry_seconds * G_GINT64_CONSTANT (1000) << MIN (tries - 1, 12);

  wait = MIN (wait, LONGEST_WAIT_MS);
  return wait + g_random_int_range (0, wait / 4 + 1);
}

static gpointer
settle_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  const PortalLetter *letter = work->letter;
  gint64 now = cairn_date_now (), due = now + dup_wait (work->self->config, letter->tries);
  gboolean done;

  if (!cairn_connection_begin (db, error))
    return NULL;
  if (work->end == PORTAL_CARRIED)
    done = portal_store_drop_letter (db, letter->id, error);
  else if (work->end == PORTAL_CARRY_STOPPED)
    done = portal_store_defer_letter (db, letter->id, now, error);
  else if (work->end == PORTAL_CARRY_LATER && due < letter->expires)
    done = portal_store_defer_letter (db, letter->id, due, error);
  else
    done = portal_store_bury_letter (db, letter->id, work->why, now, error);
  return GINT_TO_POINTER (done && cairn_connection_commit (db, error));
}

static void
send_one (Work *work)
{
  g_autoptr(GError) error = NULL;

  if (work->letter->expires < cairn_date_now ())
    {
      work->end = PORTAL_CARRY_NEVER;
      work->why = g_strdup ("it ran out before it could be sent");
    }
  else
    work->end = portal_carrier_send (work->self->config, work->letter, &work->self->stopping, &work->why);
  if (work->why != NULL)
    g_message ("Letter %s was not sent, try %" G_GINT64_FORMAT ": %s", work->letter->message_id, work->letter->tries,
               work->why);
  if (cairn_database_run (work->self->writer, settle_on_writer, work, &error) == NULL)
    g_message ("What became of a letter could not be noted: %s", error->message);
  g_clear_pointer (&work->letter, portal_letter_free);
  g_clear_pointer (&work->why, g_free);
}

static void
wait_for_more (PortalPost *self, gint64 due)
{
  gint64 wait = CLAMP (due - cairn_date_now (), 0, LOOK_MS);
  gint64 end = g_get_monotonic_time () + wait * 1000;

  g_mutex_lock (&self->mutex);
  while (!self->woken && !g_atomic_int_get (&self->stopping) && g_cond_wait_until (&self->cond, &self->mutex, end))
    ;
  self->woken = FALSE;
  g_mutex_unlock (&self->mutex);
}

static gpointer
thread_main (gpointer data)
{
  PortalPost *self = data;

  while (!g_atomic_int_get (&self->stopping))
    {
      g_autoptr(GError) error = NULL;
      Work work = { .self = self, .due = G_MAXINT64 };

      if (cairn_database_run (self->writer, claim_on_writer, &work, &error) == NULL)
        {
          g_message ("The queue of letters could not be read: %s", error->message);
          wait_for_more (self, G_MAXINT64);
        }
      else if (work.letter != NULL)
        send_one (&work);
      else
        wait_for_more (self, work.due);
    }
  return NULL;
}

/* Store and config must outlive it. */
PortalPost *
portal_post_new (PortalStore *store, const PortalConfig *config)
{
  PortalPost *self = g_new0 (PortalPost, 1);

  self->writer = portal_store_get_writer (store);
  self->config = config;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  portal_carrier_init ();
  self->thread = g_thread_new ("post", thread_main, self);
  return self;
}

/* There is something new in the queue; any thread. */
void
portal_post_wake (PortalPost *self)
{
  g_mutex_lock (&self->mutex);
  self->woken = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

void
portal_post_free (PortalPost *self)
{
  g_atomic_int_set (&self->stopping, TRUE);
  portal_post_wake (self);
  g_thread_join (self->thread);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}
