/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sample clinic: `cairn-portal serve --demo` as a child process on a free loopback port, with its
 * data in a temporary folder that goes with it. The app never links the portal.
 */

#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

#include "cairn-compat.h"
#include "cairn-sample.h"
#include "common/cairn-error.h"
#include "common/cairn-gate.h"

#define ACCOUNTS_MAX (64 * 1024)
#define STOP_SECONDS 3
/* Which of the sample accounts looks around: a grown-up's own record. */
#define ACCOUNT_ROLE "patient"

struct _CairnSample
{
  GObject parent_instance;

  GSubprocess      *process;
  GDataInputStream *output;
  char             *folder;
};

G_DEFINE_FINAL_TYPE (CairnSample, cairn_sample, G_TYPE_OBJECT)

typedef struct
{
  char *address;
  char *username;
  char *password;
} Start;

static void
start_free (Start *start)
{
  g_free (start->address);
  g_free (start->username);
  g_free (start->password);
  g_free (start);
}

/* In the build folder beside this program, else where it was installed. */
static char *
find_portal (void)
{
  char *path = cairn_compat_dup_built_path ("server/cairn-portal");

  if (path != NULL)
    return path;
  path = g_build_filename (CAIRN_BINDIR, "cairn-portal", NULL);
  if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    return path;
  g_free (path);
  return g_find_program_in_path ("cairn-portal");
}

static char *
find_accounts (void)
{
  char *path = cairn_compat_dup_built_path ("../data/demo/accounts.json");

  return path != NULL ? path : g_build_filename (CAIRN_PKGDATADIR, "demo", "accounts.json", NULL);
}

/* The first account of a patient in the clinic's list. */
static gboolean
read_account (Start   *start,
              GError **error)
{
  g_autofree char *path = find_accounts ();
  g_autofree char *text = NULL;
  g_autoptr(GBytes) bytes = NULL;
  CairnJsonIter iter;
  CairnJson list, item;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  bytes = g_bytes_new_take (g_steal_pointer (&text), length);
  if (!cairn_gate_check (bytes, ACCOUNTS_MAX, &list, error))
    return FALSE;
  cairn_json_iter_init (&iter, list);
  while (cairn_json_iter_next (&iter, NULL, &item))
    if (cairn_json_equals (cairn_json_member (item, "role"), ACCOUNT_ROLE))
      {
        start->username = cairn_json_dup_string (cairn_json_member (item, "username"));
        start->password = cairn_json_dup_string (cairn_json_member (item, "password"));
        if (start->username != NULL && start->password != NULL)
          return TRUE;
      }
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_FAILED, "%s: no account to look around with", path);
  return FALSE;
}

static void
remove_folder (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

/* The child ends with this program, however that ends. */
static void
child_setup (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
line_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);
  Start *start = g_task_get_task_data (task);

  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (line == NULL || !g_str_has_prefix (line, "Listening on "))
    {
      g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_FAILED, "The sample clinic said: %s",
                               line != NULL ? line : "nothing");
      return;
    }
  start->address = g_strstrip (g_strdup (line + strlen ("Listening on ")));
  if (!read_account (start, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
cairn_sample_dispose (GObject *object)
{
  cairn_sample_stop (CAIRN_SAMPLE (object));

  G_OBJECT_CLASS (cairn_sample_parent_class)->dispose (object);
}

static void
cairn_sample_class_init (CairnSampleClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cairn_sample_dispose;
}

static void
cairn_sample_init (CairnSample *self)
{
}

gboolean
cairn_sample_is_available (void)
{
  g_autofree char *portal = find_portal ();
  g_autofree char *accounts = find_accounts ();

  return portal != NULL && g_file_test (accounts, G_FILE_TEST_EXISTS);
}

CairnSample *
cairn_sample_new (void)
{
  return g_object_new (CAIRN_TYPE_SAMPLE, NULL);
}

/* Takes a few seconds: an empty folder is filled with the sample clinic first. */
void
cairn_sample_start_async (CairnSample         *self,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *portal = find_portal ();
  GError *error = NULL;

  g_return_if_fail (CAIRN_IS_SAMPLE (self));
  g_return_if_fail (self->process == NULL);

  g_task_set_source_tag (task, cairn_sample_start_async);
  g_task_set_task_data (task, g_new0 (Start, 1), (GDestroyNotify) start_free);
  self->folder = g_dir_make_tmp ("cairn-sample-XXXXXX", &error);
  if (self->folder != NULL)
    {
      g_subprocess_launcher_set_child_setup (launcher, child_setup, NULL, NULL);
      self->process = g_subprocess_launcher_spawn (launcher, &error, portal != NULL ? portal : "cairn-portal",
                                                   "serve", "--demo", "--data", self->folder,
                                                   "--listen", "127.0.0.1:0", NULL);
    }
  if (self->process == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, cancellable, line_cb, g_steal_pointer (&task));
}

/* The address to sign in to and the sample account for it. */
gboolean
cairn_sample_start_finish (CairnSample   *self,
                           GAsyncResult  *result,
                           char         **address,
                           char         **username,
                           char         **password,
                           GError       **error)
{
  Start *start;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  start = g_task_get_task_data (G_TASK (result));
  *address = g_steal_pointer (&start->address);
  *username = g_steal_pointer (&start->username);
  *password = g_steal_pointer (&start->password);
  return TRUE;
}

/* Ends the clinic and takes its folder away; at the program's end, so it may take a moment. */
void
cairn_sample_stop (CairnSample *self)
{
  g_return_if_fail (CAIRN_IS_SAMPLE (self));

  if (self->process != NULL)
    {
      gint64 deadline = g_get_monotonic_time () + STOP_SECONDS * G_USEC_PER_SEC;

      g_subprocess_send_signal (self->process, SIGTERM);
      while (g_subprocess_get_identifier (self->process) != NULL && g_get_monotonic_time () < deadline)
        g_usleep (10000);
      g_subprocess_force_exit (self->process);
    }
  g_clear_object (&self->output);
  g_clear_object (&self->process);
  if (self->folder != NULL)
    remove_folder (self->folder);
  g_clear_pointer (&self->folder, g_free);
}
