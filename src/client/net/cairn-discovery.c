/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a FHIR server behind what a person typed ("Discovery" in the profile). Main thread. */
#include "cairn-discovery.h"

#include "common/cairn-error.h"

#include <string.h>

/* Answers while somebody waits at the sign-in page. */
#define DEADLINE 20

typedef struct
{
  char       *base;
  GBytes     *metadata;
  GBytes     *smart;
} Reading;

typedef struct
{
  char      **bases;
  guint       next;
  CairnApi   *api;
  GError     *first_error;
  GString    *tried;
} Finding;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->base);
  g_clear_pointer (&reading->metadata, g_bytes_unref);
  g_clear_pointer (&reading->smart, g_bytes_unref);
  g_free (reading);
}

static void
finding_free (gpointer data)
{
  Finding *finding = data;

  g_strfreev (finding->bases);
  g_clear_object (&finding->api);
  g_clear_error (&finding->first_error);
  g_string_free (finding->tried, TRUE);
  g_free (finding);
}

static void
parse_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Reading *reading = task_data;
  GError *error = NULL;
  CairnServer *server = cairn_server_parse (reading->base, reading->metadata, reading->smart, &error);

  if (server != NULL)
    g_task_return_pointer (task, server, (GDestroyNotify) cairn_server_free);
  else
    g_task_return_error (task, error);
}

static void
smart_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Reading *reading = g_task_get_task_data (task);
  g_autoptr(CairnApiAnswer) answer = NULL;
  g_autoptr(GError) error = NULL;

  answer = cairn_api_send_finish (CAIRN_API (source), result, &error);
  if (answer == NULL && (cairn_error_may_retry (error) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  reading->smart = answer != NULL && answer->body != NULL ? g_bytes_ref (answer->body) : NULL;
  g_task_run_in_thread (task, parse_thread);
}

static void
metadata_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Reading *reading = g_task_get_task_data (task);
  g_autoptr(CairnApiAnswer) answer = NULL;
  g_autoptr(CairnApiRequest) request = NULL;
  g_autofree char *url = NULL;
  GError *error = NULL;

  answer = cairn_api_send_finish (CAIRN_API (source), result, &error);
  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  reading->metadata = g_bytes_ref (answer->body);
  url = g_strconcat (reading->base, "/.well-known/smart-configuration", NULL);
  request = cairn_api_request_new ("GET", url);
  request->accept = g_strdup ("application/json");
  request->deadline = DEADLINE;
  request->tries = 2;
  cairn_api_send_async (CAIRN_API (source), request, g_task_get_cancellable (task), smart_cb, g_object_ref (task));
}

/**
 * cairn_discovery_read_async:
 * @api: the api of the server's origin
 * @base: FHIR base without a slash at its end
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Reads what a server says of itself. Errors: %CAIRN_ERROR_NOT_PORTAL and those of cairn_api_send_async().
 */
void
cairn_discovery_read_async (CairnApi            *api,
                            const char          *base,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (api, cancellable, callback, user_data);
  g_autoptr(CairnApiRequest) request = NULL;
  g_autofree char *url = g_strconcat (base, "/metadata", NULL);
  Reading *reading = g_new0 (Reading, 1);

  g_task_set_source_tag (task, cairn_discovery_read_async);
  reading->base = g_strdup (base);
  g_task_set_task_data (task, reading, reading_free);
  request = cairn_api_request_new ("GET", url);
  request->deadline = DEADLINE;
  request->tries = 2;
  cairn_api_send_async (api, request, cancellable, metadata_cb, g_object_ref (task));
}

/**
 * cairn_discovery_read_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the server
 */
CairnServer *
cairn_discovery_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
add_bases (GPtrArray *bases, GUri *uri, const char *scheme)
{
  static const char *const paths[] = { "", "/fhir", "/fhir/R4", "/api/FHIR/R4" };
  g_autofree char *root = g_uri_join (G_URI_FLAGS_NONE, scheme, NULL, g_uri_get_host (uri), g_uri_get_port (uri),
                                      g_uri_get_path (uri), NULL, NULL);

  while (g_str_has_suffix (root, "/"))
    root[strlen (root) - 1] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    g_ptr_array_add (bases, g_strconcat (root, paths[i], NULL));
}

/**
 * cairn_discovery_list_bases:
 * @address: what was typed: a host, a portal's root or a FHIR base
 * @error: return location for a %CAIRN_ERROR_USAGE
 *
 * A name or number of this very machine without "http://" or "https://" before it may mean either.
 *
 * Returns: (transfer full) (nullable): FHIR bases to try, in order
 */
char **
cairn_discovery_list_bases (const char *address, GError **error)
{
  g_autoptr(GPtrArray) bases = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = g_strstrip (g_strdup (address));
  g_autofree char *absolute = strstr (text, "://") != NULL ? g_strdup (text) : g_strconcat ("https://", text, NULL);
  g_autoptr(CairnApi) check = NULL;
  g_autoptr(GUri) uri = g_uri_parse (absolute, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || *text == '\0' || strpbrk (text, " \t\r\n<>\"") != NULL || (check = cairn_api_new (absolute, error)) == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "“%s” is no address", text);
      return NULL;
    }
  if (strstr (text, "://") == NULL && cairn_api_is_loopback (g_uri_get_host (uri)))
    add_bases (bases, uri, "http");
  add_bases (bases, uri, g_uri_get_scheme (uri));
  g_ptr_array_add (bases, NULL);
  return (char **) g_ptr_array_steal (bases, NULL);
}

static void try_next (GTask *task);

/* A server that can't be reached or trusted is not found under another path either. */
static gboolean
is_final (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NETWORK) ||
         g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_CERTIFICATE) ||
         g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_BUSY);
}

/* Something else may answer at another origin. */
static gboolean
may_go_on (const GError *error)
{
  return error->domain == CAIRN_ERROR;
}

/* Leaves the other paths of an origin that does not answer out; FALSE when it was the last origin. */
static gboolean
skip_origin (Finding *finding)
{
  while (finding->bases[finding->next] != NULL && cairn_api_is_ours (finding->api, finding->bases[finding->next]))
    finding->next++;
  return finding->bases[finding->next] != NULL;
}

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Finding *finding = g_task_get_task_data (task);
  GError *error = NULL;
  CairnServer *server = cairn_discovery_read_finish (result, &error);

  if (server != NULL)
    {
      g_task_return_pointer (task, server, (GDestroyNotify) cairn_server_free);
      return;
    }
  if (is_final (error) && !(may_go_on (error) && skip_origin (finding)))
    {
      g_task_return_error (task, error);
      return;
    }
  if (finding->first_error == NULL)
    finding->first_error = error;
  else
    g_error_free (error);
  try_next (g_steal_pointer (&task));
}

/* Takes the task. */
static void
try_next (GTask *task)
{
  Finding *finding = g_task_get_task_data (task);
  const char *base = finding->bases[finding->next];

  if (base == NULL)
    {
      g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL, "No FHIR server answers at %s (%s)",
                               finding->tried->str, finding->first_error->message);
      g_object_unref (task);
      return;
    }
  finding->next++;
  if (!cairn_api_is_ours (finding->api, base))
    {
      GError *error = NULL;
      CairnApi *other = cairn_api_new (base, &error);

      if (other == NULL)
        {
          g_task_return_error (task, error);
          g_object_unref (task);
          return;
        }
      g_object_unref (finding->api);
      finding->api = other;
    }
  g_string_append_printf (finding->tried, "%s%s", finding->tried->len > 0 ? ", " : "", base);
  cairn_discovery_read_async (finding->api, base, g_task_get_cancellable (task), tried_cb, task);
}

/**
 * cairn_discovery_find_async:
 * @address: what was typed: a host, a portal's root or a FHIR base
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Finds the FHIR server behind an address. Errors: %CAIRN_ERROR_USAGE, %CAIRN_ERROR_NOT_PORTAL (the message names what was
 * tried) and those of cairn_api_send_async().
 */
void
cairn_discovery_find_async (const char          *address,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Finding *finding = g_new0 (Finding, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, cairn_discovery_find_async);
  finding->tried = g_string_new (NULL);
  finding->bases = cairn_discovery_list_bases (address, &error);
  if (finding->bases != NULL)
    finding->api = cairn_api_new (finding->bases[0], &error);
  g_task_set_task_data (task, finding, finding_free);
  if (finding->api == NULL)
    g_task_return_error (task, error);
  else
    try_next (g_steal_pointer (&task));
}

/**
 * cairn_discovery_find_finish:
 * @result: what the callback got
 * @api: (out) (optional) (transfer full): an api for the server's origin
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the server
 */
CairnServer *
cairn_discovery_find_finish (GAsyncResult *result, CairnApi **api, GError **error)
{
  Finding *finding = g_task_get_task_data (G_TASK (result));
  CairnServer *server = g_task_propagate_pointer (G_TASK (result), error);

  if (api != NULL)
    *api = server != NULL ? g_object_ref (finding->api) : NULL;
  return server;
}
