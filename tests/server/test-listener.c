/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connections: kept alive, closed when their client goes, ended when they dawdle (portal-listener,
 * portal-connection). */
#include "portal-fixture.h"

#include <string.h>

#define REQUEST "GET /fhir/.well-known/smart-configuration HTTP/1.1\r\nHost: a\r\n\r\n"

static GSocketConnection *
open_connection (Fixture *f)
{
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GUri) uri = g_uri_parse (portal_get_url (f->portal), G_URI_FLAGS_NONE, NULL);
  g_autoptr(GError) error = NULL;
  GSocketConnection *connection;

  connection = g_socket_client_connect_to_host (client, g_uri_get_host (uri), g_uri_get_port (uri),
                                                NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static void
say (GSocketConnection *connection, const char *text)
{
  g_autoptr(GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text,
                             strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Reads an answer; whether the connection stays. */
static gboolean
read_answer (GSocketConnection *connection)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr(GString) text = g_string_new (NULL);
  char buffer[4096];

  while (!g_str_has_suffix (text->str, "}"))
    {
      gssize n = g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL);

      g_assert_cmpint (n, >, 0);
      g_string_append_len (text, buffer, n);
    }
  g_assert_true (g_str_has_prefix (text->str, "HTTP/1.1 200"));
  return strstr (text->str, "Connection: close") == NULL;
}

static guint
count_files (void)
{
  g_autoptr(GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_keep_alive (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(GSocketConnection) connection = NULL;

  fixture_start (f);
  connection = open_connection (f);
  for (guint i = 0; i < 20; i++)
    {
      say (connection, REQUEST);
      g_assert_true (read_answer (connection));
    }
  /* two at once */
  say (connection, REQUEST REQUEST);
  g_assert_true (read_answer (connection));
}

/* Enough of them for several SoupServers, with one connection that stays. */
static void
test_closed_by_client (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(GSocketConnection) staying = NULL;
  guint before, tries = 0, closed = 0;

  fixture_start (f);
  staying = open_connection (f);
  say (staying, REQUEST);
  read_answer (staying);
  before = count_files ();
  for (guint i = 0; i < 2100; i++)
    {
      g_autoptr(GSocketConnection) connection = open_connection (f);

      say (connection, REQUEST);
      closed += !read_answer (connection);
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
    }
  while (count_files () > before + 5 && tries++ < 100)
    g_usleep (50000);
  g_assert_cmpuint (count_files (), <=, before + 5);
  g_assert_cmpuint (closed, <=, 2);
  /* It is told to come again, to another one */
  say (staying, REQUEST);
  g_assert_false (read_answer (staying));
}

static void
test_silent (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(GSocketConnection) silent = NULL, half = NULL, later = NULL;
  gint64 start = g_get_monotonic_time ();
  char byte;

  fixture_start (f);
  silent = open_connection (f);
  half = open_connection (f);
  say (half, "GET /fhir/metadata HTTP/1.1\r\nHost: ");
  later = open_connection (f);
  say (later, REQUEST);
  read_answer (later);
  say (later, "GET /fhir/metadata HTTP/1.1\r\nHost: ");
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (silent)), &byte,
                                        1, NULL, NULL),
                   <=, 0);
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (half)), &byte, 1,
                                        NULL, NULL),
                   <=, 0);
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (later)), &byte,
                                        1, NULL, NULL),
                   <=, 0);
  g_assert_cmpint (g_get_monotonic_time () - start, >, 5 * G_USEC_PER_SEC);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 60 * G_USEC_PER_SEC);
}

/* What comes without an end is cut off, and not kept. */
static void
test_endless (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(GSocketConnection) connection = NULL;
  g_autofree char *chunk = g_strnfill (0x10000, 'x');
  GOutputStream *stream;
  guint64 sent = 0;

  fixture_start (f);
  connection = open_connection (f);
  stream = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  say (connection, "POST /auth/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n");
  for (gint64 start = g_get_monotonic_time ();
       g_get_monotonic_time () - start < 30 * G_USEC_PER_SEC;)
    {
      if (!g_output_stream_write_all (stream, "10000\r\n", 7, NULL, NULL, NULL) ||
          !g_output_stream_write_all (stream, chunk, 0x10000, NULL, NULL, NULL) ||
          !g_output_stream_write_all (stream, "\r\n", 2, NULL, NULL, NULL))
        break;
      sent += 0x10000;
      g_usleep (10000);
    }
  g_assert_cmpuint (sent, >, 1024 * 1024);
  fixture_get (f, "fhir/metadata", NULL);
  assert_status (f, 200);
}

/* A stop waits for the answers that are owed, and ends the rest. */
static void
test_stop (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(GSocketConnection) idle = NULL;
  char byte;

  fixture_start (f);
  idle = open_connection (f);
  say (idle, REQUEST);
  read_answer (idle);
  portal_stop (f->portal);
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (idle)), &byte, 1,
                                        NULL, NULL),
                   <=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/listener/keep-alive", test_keep_alive);
  g_test_add_func ("/listener/closed-by-client", test_closed_by_client);
  g_test_add_func ("/listener/silent", test_silent);
  g_test_add_func ("/listener/endless", test_endless);
  g_test_add_func ("/listener/stop", test_stop);
  return g_test_run ();
}
