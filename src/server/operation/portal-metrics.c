/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What whoever runs the portal may watch: is it well, how many requests, how fast (the text format of Prometheus),
 * and a line of JSON a request. Routes stand for addresses, so that no patient's id is among it. */
#include "config.h"

#include "portal-metrics.h"

#include <string.h>

#include "common/cairn-json.h"
#include "fhir/cairn-date.h"
#include "server/portal-router.h"

/* Upper bounds in seconds; what is slower counts in +Inf only */
static const double bounds[] = { 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5 };

struct _PortalMetrics
{
  GHashTable *requests;   /* labels → gint64 */
  gint64      buckets[G_N_ELEMENTS (bounds)];
  gint64      count;
  double      seconds;
  gint64      started;    /* ms */
};

PortalMetrics *
portal_metrics_new (void)
{
  PortalMetrics *self = g_new0 (PortalMetrics, 1);

  self->requests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->started = cairn_date_now ();
  return self;
}

void
portal_metrics_free (PortalMetrics *self)
{
  g_hash_table_unref (self->requests);
  g_free (self);
}

static const char *
route_of (const PortalCall *call)
{
  return call->route != NULL ? call->route->pattern : "none";
}

/* Methods are the client's choice; those of routes are few. */
static const char *
method_of (const PortalCall *call)
{
  return call->route != NULL ? call->route->method : "any";
}

void
portal_metrics_count (PortalMetrics *self, const PortalCall *call, double seconds)
{
  g_autofree char *labels = g_strdup_printf ("method=\"%s\",route=\"%s\",status=\"%u\"", method_of (call),
                                             route_of (call), call->status);
  gint64 *n = g_hash_table_lookup (self->requests, labels);

  if (n == NULL)
    {
      n = g_new0 (gint64, 1);
      g_hash_table_insert (self->requests, g_steal_pointer (&labels), n);
    }
  ++*n;
  self->count++;
  self->seconds += seconds;
  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    if (seconds <= bounds[i])
      self->buckets[i]++;
}

static void
add_head (GString *out, const char *name, const char *type, const char *help)
{
  g_string_append_printf (out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
add_gauge (GString *out, const char *name, const char *help, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  add_head (out, name, "gauge", help);
  g_string_append_printf (out, "%s %s\n", name, g_ascii_dtostr (number, sizeof number, value));
}

static void
add_durations (PortalMetrics *self, GString *out)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  add_head (out, "cairn_request_duration_seconds", "histogram", "Time from a request's end to its answer.");
  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    g_string_append_printf (out, "cairn_request_duration_seconds_bucket{le=\"%s\"} %" G_GINT64_FORMAT "\n",
                            g_ascii_formatd (number, sizeof number, "%g", bounds[i]), self->buckets[i]);
  g_string_append_printf (out, "cairn_request_duration_seconds_bucket{le=\"+Inf\"} %" G_GINT64_FORMAT "\n"
                               "cairn_request_duration_seconds_sum %s\n"
                               "cairn_request_duration_seconds_count %" G_GINT64_FORMAT "\n",
                          self->count, g_ascii_formatd (number, sizeof number, "%.6f", self->seconds), self->count);
}

/* Prometheus' text format 0.0.4. */
char *
portal_metrics_to_text (PortalMetrics *self, const PortalGauges *gauges)
{
  GString *out = g_string_new (NULL);
  GHashTableIter iter;
  gpointer labels, n;

  add_head (out, "cairn_build_info", "gauge", "The release that runs.");
  g_string_append (out, "cairn_build_info{version=\"" CAIRN_VERSION "\"} 1\n");
  add_gauge (out, "cairn_start_time_seconds", "When it started, in seconds since 1970.", self->started / 1000.0);
  add_gauge (out, "cairn_connections", "Open connections.", gauges->connections);
  add_gauge (out, "cairn_live_sockets", "Open connections that wait for news.", gauges->live);
  add_gauge (out, "cairn_requests_in_progress", "Requests that are being worked on.", gauges->active);
  add_gauge (out, "cairn_sign_ins_waiting", "Sign-ins that wait for a worker.", gauges->waiting);
  add_durations (self, out);
  add_head (out, "cairn_requests_total", "counter", "Requests that were answered.");
  g_hash_table_iter_init (&iter, self->requests);
  while (g_hash_table_iter_next (&iter, &labels, &n))
    g_string_append_printf (out, "cairn_requests_total{%s} %" G_GINT64_FORMAT "\n", (char *) labels, *(gint64 *) n);
  return g_string_free (out, FALSE);
}

/* A request for the log, as JSON. */
char *
portal_metrics_to_line (const PortalCall *call, double seconds)
{
  g_autofree char *time = cairn_date_dup_instant (call->started);
  char ms[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup_printf ("{\"time\":\"%s\",\"method\":\"%s\",\"route\":\"%s\",\"status\":%u,\"ms\":%s,\"bytes\":%"
                          G_GSIZE_FORMAT "}", time, method_of (call), route_of (call), call->status,
                          g_ascii_formatd (ms, sizeof ms, "%.1f", seconds * 1000),
                          call->parts != NULL  ? (gsize) call->parts->size
                          : call->body != NULL ? g_bytes_get_size (call->body)
                                               : 0);
}

/* Whether it answers, store included; on a reader. */
void
portal_health_get (PortalCall *call, CairnConnection *db)
{
  gboolean empty;
  g_autoptr(GError) error = NULL;

  if (portal_store_is_empty (db, &empty, &error))
    portal_call_reply_take (call, 200, "application/json", g_strdup ("{\"status\":\"ok\"}"));
  else
    {
      g_message ("The store can't be read: %s", error->message);
      portal_call_reply_take (call, 503, "application/json", g_strdup ("{\"status\":\"failing\"}"));
    }
}
