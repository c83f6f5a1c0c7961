/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happens to the machine: it slept, or has another network. logind says so where it can be heard; that the clock which
 * counts sleep went further than the one which doesn't says it everywhere, half a minute later. Main thread.
 */
#include "cairn-live-private.h"

#include <time.h>

#define SLEPT_US (5 * G_TIME_SPAN_SECOND)
#define SETTLE_MS 1000   /* a network is there before names are found in it */

static gint64
count_sleep (void)
{
  struct timespec all, awake;

  if (clock_gettime (CLOCK_BOOTTIME, &all) != 0 || clock_gettime (CLOCK_MONOTONIC, &awake) != 0)
    return 0;
  return (all.tv_sec - awake.tv_sec) * G_TIME_SPAN_SECOND + (all.tv_nsec - awake.tv_nsec) / 1000;
}

/* Whether it slept since the last look. */
void
cairn_live_check_sleep (CairnLive *self)
{
  gint64 asleep = count_sleep ();
  gboolean slept = asleep - self->asleep > SLEPT_US;

  self->asleep = asleep;
  if (slept)
    cairn_live_resume (self);
}

static void
sleep_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
          gpointer data)
{
  CairnLive *self = data;
  gboolean begins;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &begins);
  if (begins)
    return;
  self->asleep = count_sleep ();
  cairn_live_resume (self);
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnLive) self = data;
  GDBusConnection *bus = g_bus_get_finish (result, NULL);

  if (bus == NULL || self->cancellable == NULL || self->bus != NULL)
    {
      g_clear_object (&bus);
      return;
    }
  self->bus = bus;
  self->sleep_signal = g_dbus_connection_signal_subscribe (bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager",
                                                           "PrepareForSleep", "/org/freedesktop/login1", NULL,
                                                           G_DBUS_SIGNAL_FLAGS_NONE, sleep_cb, self, NULL);
}

/* The socket of an old network is as good as gone: whether it is shows when it is asked. */
static void
network_cb (GNetworkMonitor *network, gboolean available, gpointer data)
{
  CairnLive *self = data;

  if (!available || self->cancellable == NULL)
    return;
  self->tries = 0;
  if (self->socket == NULL)
    cairn_live_retry (self, SETTLE_MS);
  else
    cairn_live_resume (self);
}

void
cairn_live_watch_machine (CairnLive *self)
{
  self->asleep = count_sleep ();
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_cb, g_object_ref (self));
  if (self->network != NULL)
    return;
  self->network = g_object_ref (g_network_monitor_get_default ());
  g_signal_connect_object (self->network, "network-changed", G_CALLBACK (network_cb), self, 0);
}

void
cairn_live_forget_machine (CairnLive *self)
{
  if (self->bus != NULL)
    g_dbus_connection_signal_unsubscribe (self->bus, self->sleep_signal);
  self->sleep_signal = 0;
  g_clear_object (&self->bus);
}
